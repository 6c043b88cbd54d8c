/** Hosts that are added in a chat: from the line that is run over there to the key that a person has compared. */

import { sshShell } from '../../adapters/ssh/shell.ts';
import { AGENT_PORT, GUARDIAN_PORT, type Host } from '../../config/config.ts';
import { type EnrolledHost, hasAnswered, type Keys, seenKeys } from '../../config/enrolled.ts';
import { asMusterError, MusterError } from '../../errors.ts';
import type { Identity } from '../../identity.ts';
import type { Log } from '../../log.ts';
import { messages } from '../../messages/messages.ts';
import { digestOf, MOST_TRIES, newToken, TOKEN_MS } from './handshake.ts';
import { prove } from './prove.ts';
import type { HostStore } from './store.ts';

export interface EnrolmentParts {
  store: HostStore;
  /** Who Muster is to its agents. */
  identity(): Promise<Identity>;
  /** The private key with which Muster logs in to hosts that were added. */
  sshKeyFile: string;
  /** What becomes of a host that was added, for whoever added it. */
  tell(name: string, host: EnrolledHost, news: News): Promise<void>;
  log: Log;
  now?: () => number;
}

/** It answered; what answered knew no token; nobody answered in time. */
export type News = { kind: 'answered' } | { kind: 'stranger'; fingerprint: string } | { kind: 'lapsed' };

/** What is said of a host that is added. */
export interface Added {
  entry: Extract<Host, { link: 'ssh' | 'icp' }>;
  by: EnrolledHost['by'];
}

/** Its agents, by whose keys they are told apart. */
type Role = keyof Keys;

const MUSTER = { person: 'muster', platform: 'clock', chat: '' };

export class Enrolments {
  readonly #parts: EnrolmentParts;
  readonly #now: () => number;

  constructor(parts: EnrolmentParts) {
    this.#parts = parts;
    this.#now = parts.now ?? Date.now;
  }

  /**
   * Adds a host as pending, and gives the token by which its agents are to prove themselves, where it has agents. One that is
   * pending already is added anew. Rejects with `host.known` where there is one.
   */
  async add(name: string, { entry, by }: Added): Promise<{ added: string; token?: string }> {
    const token = entry.link === 'icp' ? newToken() : undefined;
    const added = new Date(this.#now()).toISOString();
    const host: EnrolledHost = {
      ...{ entry: { ...entry }, trusted: false, by, added, until: this.#now() + TOKEN_MS },
      ...{ token: token && digestOf(token), wrong: 0, seen: {}, next: {} },
    };
    const summary = messages().hosts.audit.added({ name, way: wayOf(entry) });
    await this.#parts.store.change(name, { by, summary }, (known) => {
      if (known?.trusted) throw new MusterError('host.known', { host: name });
      return host;
    });
    return { added, token };
  }

  /** Whether there is nothing more to do for a host that was added then; tries once to have it answer. */
  async look(name: string, added: string): Promise<boolean> {
    const host = await this.#parts.store.find(name);
    if (!host || host.trusted || host.added !== added) return false;
    if (hasAnswered(host)) return this.#settle(name, host, { kind: 'answered' });
    if (host.entry.link === 'icp' && host.token === undefined) return false;
    if (this.#now() > host.until) return this.#settle(name, host, { kind: 'lapsed' });
    for (const role of rolesOf(host)) {
      if (host.seen[role] !== undefined) continue;
      const stranger = await this.#try(name, host, role);
      if (stranger) return this.#settle(name, host, { kind: 'stranger', fingerprint: stranger });
    }
    // Who has answered by now is told at once.
    const now = await this.#parts.store.find(name);
    return now && hasAnswered(now) && now.added === added ? this.look(name, added) : true;
  }

  /**
   * Trusts a host by the keys that a person has compared, of each at least the beginning. Rejects with `host.pending` where it
   * has not answered, with `host.fingerprint` where it answered with others. What is trusted already stays so.
   */
  async trust(name: string, keys: readonly string[], by: EnrolledHost['by']): Promise<{ fresh: boolean }> {
    let fresh = false;
    const summary = messages().hosts.audit.trusted({ name, keys: [...keys] });
    await this.#parts.store.change(name, { by, summary }, (host) => {
      if (!host) throw unknownHost(name);
      const right = host.trusted ? trustedKeys(host) : seenKeys(host);
      if (!host.trusted && !hasAnswered(host)) throw new MusterError('host.pending', { host: name });
      const fits = (key: string) => right.some((one) => one.startsWith(key));
      if (!keys.every(fits) || !right.every((one) => keys.some((key) => one.startsWith(key))))
        throw new MusterError('host.fingerprint', { host: name, fingerprint: right.join(' ') });
      fresh = !host.trusted;
      return fresh ? pinned(host) : host;
    });
    return { fresh };
  }

  /** Has one agent of a host answer; gives the key of somebody else who answers too often in its place. */
  async #try(name: string, host: EnrolledHost, role: Role): Promise<string | undefined> {
    const { store, log } = this.#parts;
    const note = async (fingerprint: string) => {
      const summary = messages().hosts.audit.answered({ name, key: fingerprint });
      await store.change(name, { by: MUSTER, summary }, (now) =>
        now?.added === host.added && !now.trusted
          ? { ...now, seen: { ...now.seen, [role]: fingerprint } }
          : now,
      );
    };
    try {
      await (host.entry.link === 'ssh' ? this.#greet(name, host, note) : this.#prove(name, host, role, note));
    } catch (thrown) {
      const { code, facts, message } = asMusterError(thrown);
      log.debug({ host: name, code, message }, 'a host that was added does not answer yet');
      if (code !== 'enrol.proof' || facts.fingerprint === undefined) return undefined;
      const now = await store.change(name, undefined, (known) =>
        known?.added === host.added ? { ...known, wrong: known.wrong + 1 } : known,
      );
      if (now && now.wrong >= MOST_TRIES) return String(facts.fingerprint);
    }
    return undefined;
  }

  async #prove(
    name: string,
    { entry, token = '' }: EnrolledHost,
    role: Role,
    note: (fingerprint: string) => Promise<void>,
  ): Promise<void> {
    const { address, port } = placeOf(entry, role);
    await prove({ host: name, address, port, identity: await this.#parts.identity(), digest: token, note });
  }

  /** Looks which host key an sshd shows; nobody logs in. */
  async #greet(
    host: string,
    { entry }: EnrolledHost,
    note: (fingerprint: string) => Promise<void>,
  ): Promise<void> {
    const { address, port, user } = entry as unknown as Extract<Host, { link: 'ssh' }>;
    const shell = sshShell({ host, address, port, user, keyFile: this.#parts.sshKeyFile });
    try {
      await shell.run(['true']);
    } catch (thrown) {
      const { code, facts } = asMusterError(thrown);
      if (code !== 'host.key.unknown') throw thrown;
      await note(String(facts.fingerprint));
    } finally {
      await shell.close();
    }
  }

  /**
   * Tells how it ended, then takes the token away: cut off in between it is told once more, which is heard once. Not to be
   * tried again.
   */
  async #settle(name: string, host: EnrolledHost, news: News): Promise<false> {
    const { store, tell } = this.#parts;
    await tell(name, host, news);
    const lapsed = { by: MUSTER, summary: messages().hosts.audit.lapsed({ name }) };
    await store.change(name, news.kind === 'answered' ? undefined : lapsed, (now) =>
      now?.added === host.added ? { ...now, token: undefined } : now,
    );
    return false;
  }
}

const unknownHost = (name: string): MusterError =>
  new MusterError('config.unknown', { what: messages().names.looked.host, name, list: '/hosts' });

/** How a host is reached, in words of the command. */
const wayOf = ({ link, address, port }: Added['entry']): string => `${link} ${address}:${port}`;

const rolesOf = ({ entry }: EnrolledHost): Role[] =>
  entry.guardian === undefined ? ['host'] : ['host', 'guardian'];

function placeOf(entry: EnrolledHost['entry'], role: Role): { address: string; port: number } {
  const { address, port = AGENT_PORT, guardian } = entry as unknown as Extract<Host, { link: 'icp' }>;
  return role === 'host' ? { address, port } : { address, port: guardian?.port ?? GUARDIAN_PORT };
}

/** The keys by which a host is known. */
export function trustedKeys({ entry }: EnrolledHost): string[] {
  const { key, hostKey, guardian } = entry as { key?: string; hostKey?: string; guardian?: { key?: string } };
  return [key ?? hostKey, guardian?.key].filter((one) => one !== undefined);
}

/** A host with the keys with which it answered as its own. */
function pinned(host: EnrolledHost): EnrolledHost {
  const { entry, seen } = host;
  const key = entry.link === 'ssh' ? { hostKey: seen.host } : { key: seen.host };
  const guardian = entry.guardian !== undefined && {
    guardian: { ...(entry.guardian as object), key: seen.guardian },
  };
  return { ...host, trusted: true, token: undefined, entry: { ...entry, ...key, ...guardian } };
}
