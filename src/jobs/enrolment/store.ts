/** Hosts that were added in a chat, in Redis: every change and its audit record are one transaction. Key family `hosts`. */
import { key, type Redis } from '../../adapters/redis/connection.ts';
import { EnrolledHost } from '../../config/enrolled.ts';
import { MusterError } from '../../errors.ts';
import type { Audit, AuditEntry } from '../audit.ts';
import type { Guard, Ledger } from '../ledger.ts';

/** name -> host as JSON. */
const HOSTS = key('hosts');
/** Grows with every change. */
const VERSION = key('hosts', 'version');
/** How often a change is tried that others come before. */
const TRIES = 20;

/** Every host that was added; one that another version wrote and this one cannot read is left out. */
export async function hostsIn(redis: Redis): Promise<Record<string, EnrolledHost>> {
  const hash = await redis.hgetall(HOSTS);
  return Object.fromEntries(
    Object.entries(hash).flatMap(([name, text]) => {
      const { data } = EnrolledHost.safeParse(JSON.parse(text));
      return data ? [[name, data]] : [];
    }),
  );
}

/** Who did it, and what it was: for the audit. */
export type Deed = Pick<AuditEntry, 'by' | 'summary'> & { run?: string };

export class HostStore {
  readonly #redis: Redis;
  readonly #ledger: Ledger;
  readonly #audit: Audit;

  constructor(parts: { redis: Redis; ledger: Ledger; audit: Audit }) {
    this.#redis = parts.redis;
    this.#ledger = parts.ledger;
    this.#audit = parts.audit;
  }

  /** Every host, by name. */
  all(): Promise<Record<string, EnrolledHost>> {
    return hostsIn(this.#redis);
  }

  /** Another text whenever any of them has changed. */
  async version(): Promise<string> {
    return (await this.#redis.get(VERSION)) ?? '';
  }

  async find(name: string): Promise<EnrolledHost | undefined> {
    return (await this.#read(name)).host;
  }

  /**
   * Makes of a host what `change` says, which is asked again where somebody else changed it meanwhile; undefined removes it.
   * What it throws stays as it was. Gives the host as it is then, and does nothing where it is the same.
   */
  async change(
    name: string,
    deed: Deed | undefined,
    change: (host: EnrolledHost | undefined) => EnrolledHost | undefined,
  ): Promise<EnrolledHost | undefined> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const { text, host } = await this.#read(name);
      const next = change(host);
      const written = next && JSON.stringify(next);
      if (next === host && (next !== undefined || text === undefined)) return next;
      const guard: Guard = text === undefined ? { unset: [HOSTS, name] } : { field: [HOSTS, name, text] };
      const done = await this.#ledger.commit({
        guard,
        records: deed ? [this.#audit.fields({ kind: 'host', scope: [`host/${name}`], ...deed })] : [],
        commands: [
          written === undefined ? ['HDEL', HOSTS, name] : ['HSET', HOSTS, name, written],
          ['INCR', VERSION],
        ],
      });
      if (done !== undefined) return next;
    }
    throw new MusterError('internal', { message: name });
  }

  async #read(name: string): Promise<{ text?: string; host?: EnrolledHost }> {
    const text = (await this.#redis.hget(HOSTS, name)) ?? undefined;
    return { text, host: text === undefined ? undefined : EnrolledHost.safeParse(JSON.parse(text)).data };
  }
}
