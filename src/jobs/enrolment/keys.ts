/** Changes the keys of hosts that were added, and forgets such hosts. Whatever is cut off in between leaves a host that can be reached. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Channel } from '../../adapters/icp/channel.ts';
import type { AgentLink } from '../../adapters/icp/link.ts';
import type { EnrolledHost, Keys } from '../../config/enrolled.ts';
import { asMusterError, MusterError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { messages } from '../../messages/messages.ts';
import { Fingerprint } from '../../names.ts';
import { isLoss } from '../carry-out.ts';
import type { Beside, Left } from '../step.ts';
import type { HostStore } from './store.ts';

/** How long it is waited until others have let go of an agent, and how often that is tried, ms. */
const PATIENCE_MS = 60_000;
const AGAIN_MS = 300;
/** How long an agent may take to be told that its host is removed, ms. */
const FAREWELL_MS = 5_000;

/** The way to one agent of a host. */
export interface AgentWay {
  link: AgentLink;
  /** A new connection to it on which it shows the key that it is about to change to, and no other. */
  byNext(key: string): Promise<Channel>;
}

export interface HostKeysParts {
  store: HostStore;
  /** The ways to the agents of a host as it is configured now: its own and its guardian; rejects with `config.unknown`. */
  agents(host: string): Partial<Record<keyof Keys, AgentWay>>;
  /** Whether a file has a host of that name, which then counts: the ways to it are not those to the one that was added. */
  inFile(host: string): boolean;
  /** Has this process know hosts as they are kept. */
  refresh(): Promise<void>;
  /** The keys of all managers and workers that are up. */
  managers(): Promise<string[]>;
  log: Log;
}

const Renewed = z.looseObject({ fingerprint: Fingerprint });
const MUSTER = { person: 'muster', platform: 'clock', chat: '' };

export class HostKeys {
  readonly #parts: HostKeysParts;

  constructor(parts: HostKeysParts) {
    this.#parts = parts;
  }

  rotate: Beside['enrolment']['rotate'] = async (name) => {
    const { store, refresh, agents } = this.#parts;
    const host = await store.find(name);
    if (!host?.trusted) throw new MusterError('host.pending', { host: name });
    await refresh();
    if (this.#parts.inFile(name))
      throw new MusterError('host.configured', { host: name, place: `hosts.${name}` });
    const ways = Object.entries(agents(name)) as [keyof Keys, AgentWay][];
    if (ways.length === 0) throw new MusterError('host.keyless', { host: name });
    const keys: string[] = [];
    for (const [role, way] of ways) keys.push(await this.#rotate(name, role, way));
    return keys;
  };

  remove: Beside['enrolment']['remove'] = async (name) => {
    const { store, refresh, log } = this.#parts;
    const host = await store.find(name);
    if (!host) return {};
    await refresh();
    const left = await this.#leave(name, host);
    log.info({ host: name, left }, 'a host is removed');
    const summary = messages().hosts.audit.removed({ name });
    await store.change(name, { by: MUSTER, summary }, () => undefined);
    await refresh();
    return { left };
  };

  /** Has a host forget Muster; gives what is left for people to do. */
  async #leave(name: string, { entry, trusted }: EnrolledHost): Promise<Left | undefined> {
    // The file's host is another one, or this one under its new entry: Muster goes on working there.
    if (this.#parts.inFile(name)) return 'file';
    if (entry.link === 'ssh') return 'login';
    return trusted && (await this.#farewell(name)) ? undefined : 'agents';
  }

  /** From the old key to the new one: both are known here before the agent shows the new one to anybody who does not ask for it. */
  async #rotate(name: string, role: keyof Keys, way: AgentWay): Promise<string> {
    const { store, refresh } = this.#parts;
    const known = (await store.find(name))?.next[role];
    const offered = await way.link.with(undefined, async (channel) => {
      // It was confirmed before, and that was not noted.
      if (channel.ends.theirs === known) return known;
      return Renewed.parse(await channel.request('key.renew', {})).fingerprint;
    });
    await this.#note(name, (host) => ({ ...host, next: { ...host.next, [role]: offered } }));
    await refresh();
    await this.#confirm(way, offered);
    const summary = messages().hosts.audit.rotated({ name, key: offered });
    await this.#note(name, (host) => asOwn(host, role, offered), summary);
    await refresh();
    return offered;
  }

  /** Comes in by the new key, and says so. */
  async #confirm({ link, byNext }: AgentWay, key: string): Promise<void> {
    for (const until = performance.now() + PATIENCE_MS; ; ) {
      try {
        await link.renew();
        const channel = await byNext(key);
        await channel.request('key.confirm', { fingerprint: key }).finally(() => channel.close());
        return;
      } catch (thrown) {
        // The agent may have changed before the answer was lost: then the new key is the only one it shows.
        const again = isLoss(thrown) || asMusterError(thrown).code === 'icp.busy';
        if (!again || performance.now() > until) throw thrown;
      }
      await sleep(AGAIN_MS);
    }
  }

  async #note(name: string, change: (host: EnrolledHost) => EnrolledHost, summary?: string): Promise<void> {
    const deed = summary === undefined ? undefined : { by: MUSTER, summary };
    await this.#parts.store.change(name, deed, (host) => {
      if (!host) throw new MusterError('host.pending', { host: name });
      return change(host);
    });
  }

  /** Tells all agents of a host that they are to let nobody of ours in any more; gives whether they were told. */
  async #farewell(name: string): Promise<boolean> {
    const { agents, managers, log } = this.#parts;
    const keys = await managers();
    const tell = async ({ link }: AgentWay) => {
      const late = sleep(FAREWELL_MS, 'late' as const, { ref: false });
      const told = link.with(undefined, (channel) => channel.request('trust.forget', { keys }), FAREWELL_MS);
      told.catch(() => {});
      if ((await Promise.race([told, late])) === 'late') throw new MusterError('host.silent', { host: name });
    };
    try {
      const ways = Object.values(agents(name));
      await Promise.all(ways.map(tell));
      return ways.length > 0;
    } catch (err) {
      log.warn({ err, host: name }, 'an agent could not be told that its host is removed');
      return false;
    }
  }
}

/** A host whose agent has changed to a key. */
function asOwn(host: EnrolledHost, role: keyof Keys, key: string): EnrolledHost {
  const { entry } = host;
  const own = role === 'host' ? { key } : { guardian: { ...(entry.guardian as object), key } };
  return { ...host, entry: { ...entry, ...own }, next: { ...host.next, [role]: undefined } };
}
