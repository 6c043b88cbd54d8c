/** Hosts that are added in a chat: what commands ask for, what is tried in the background, and where it is told. */
import type { Chats } from '../bot/chats.ts';
import type { Caller, HostDesk } from '../bot/house.ts';
import type { EnrolledHost } from '../config/enrolled.ts';
import { placeOfHost, readConfig } from '../config/load.ts';
import { describeProblem } from '../config/problem.ts';
import type { ConfigSource } from '../config/watch.ts';
import { MusterError } from '../errors.ts';
import type { Sign } from '../jobs/alerts/seen.ts';
import { type Added, Enrolments } from '../jobs/enrolment/enrolments.ts';
import { installLine, keyLine } from '../jobs/enrolment/lines.ts';
import { drawAdded, drawNews } from '../jobs/enrolment/news.ts';
import { Tries } from '../jobs/enrolment/tries.ts';
import { ownIdentity, ownSshKey, ownSshKeyFile } from '../links.ts';
import { messages } from '../messages/messages.ts';
import type { openState, WireOptions } from './state.ts';

/** The keys by which hosts know the managers and workers that are up. */
export function managerKeys(signs: readonly Sign[]): { agent: string[]; ssh: string[] } {
  const keys = signs.flatMap(({ facts }) => facts.keys ?? []);
  return {
    agent: [...new Set(keys.map(({ agent }) => agent))],
    ssh: [...new Set(keys.map(({ ssh }) => ssh))],
  };
}

/** The keys by which hosts know this process; made where there are none yet. */
export async function ownKeys(state: string): Promise<{ agent: string; ssh: string }> {
  const [{ fingerprint: agent }, ssh] = await Promise.all([ownIdentity(state), ownSshKey(state)]);
  return { agent, ssh };
}

export interface EnrolmentWire {
  options: WireOptions;
  state: Pick<Awaited<ReturnType<typeof openState>>, 'hosts' | 'seen' | 'redis'>;
  config: ConfigSource;
  keys: { agent: string; ssh: string };
  chats(): Pick<Chats, 'whisper' | 'announce'>;
}

export function openEnrolment({ options, state, config, keys, chats }: EnrolmentWire) {
  const { log } = options;
  const { hosts: store, seen, redis } = state;
  const tell = async (name: string, host: EnrolledHost, news: Parameters<typeof drawNews>[2]) => {
    const { lines, buttons } = drawNews(name, host, news);
    await chats().announce(`host:${name}:${Date.parse(host.added)}`, host.by, lines, buttons);
  };
  const enrolments = new Enrolments({
    store,
    identity: () => ownIdentity(options.state),
    sshKeyFile: ownSshKeyFile(options.state),
    tell,
    log,
  });
  const tries = new Tries({ redis, log, look: (name, added) => enrolments.look(name, added) });
  /** What is to be run over there. */
  const lineFor = async (entry: Added['entry'], token: string | undefined): Promise<string> => {
    const up = managerKeys(await seen.all());
    if (token === undefined) return keyLine([...new Set([keys.ssh, ...up.ssh])]);
    return installLine({ trust: [...new Set([keys.agent, ...up.agent])], token, entry });
  };
  const desk: HostDesk = {
    async add(name, entry, by) {
      const { added, token } = await enrolments.add(name, { entry, by: placeOf(by) });
      const { text, secret } = drawAdded(name, entry, await lineFor(entry, token));
      const user = config.current.people[by.person]?.identities[by.platform] ?? '';
      const said = secret ? await chats().whisper(by, user, text) : 'here';
      if (said === false) {
        const taken = { by: placeOf(by), summary: messages().hosts.audit.removed({ name }) };
        await store.change(name, taken, (host) => (host?.added === added ? undefined : host));
        throw new MusterError('host.noprivacy', { platform: by.platform });
      }
      await tries.add(name, added);
      await config.refresh();
      const { alone, afterwards } = messages().hosts;
      return { text: [...(said === 'here' ? text : [alone({ name })]), afterwards].join('\n') };
    },
    async trust(name, given, by) {
      const done = await enrolments.trust(name, given, placeOf(by));
      await config.refresh();
      return done;
    },
    names: async () => Object.keys(await store.all()),
    place: (name) => placeOfHost(options.config, name),
    async without(name) {
      const enrolled = await store.all();
      const { [name]: _, ...others } = enrolled;
      const problemsWith = async (known: typeof enrolled) =>
        (await readConfig(options.config, undefined, known)).problems;
      const [before, after] = await Promise.all([problemsWith(enrolled), problemsWith(others)]);
      const known = new Set(before.map(describeProblem));
      return after.map(describeProblem).filter((problem) => !known.has(problem));
    },
  };
  return {
    desk,
    /** Starts to try hosts that wait, also those that were added before a crash. */
    async start() {
      tries.start();
      for (const [name, { trusted, added }] of Object.entries(await store.all()))
        if (!trusted) await tries.add(name, added);
    },
    close: () => tries.close(),
  };
}

const placeOf = ({ person, platform, chat, thread }: Caller): EnrolledHost['by'] => ({
  person,
  platform,
  chat,
  thread,
});
