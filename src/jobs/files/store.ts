/**
 * Data that was set in chats, in Redis, where all managers see it: every change is a version, and its audit record is written with
 * it. Secrets are never among it. Key family `config`.
 */
import { key, type Redis } from '../../adapters/redis/connection.ts';
import { MusterError } from '../../errors.ts';
import { NO_VALUES, type ValueChange, type Values, Version, withChanges } from '../../hubs/config/values.ts';
import type { Audit } from '../audit.ts';
import type { Guard, Ledger } from '../ledger.ts';

/** `now` -> the values as JSON. */
const VALUES = key('config', 'values');
/** The versions as JSON, oldest first. */
const VERSIONS = key('config', 'versions');
/** How many versions are remembered. */
const KEEP = 1_000;
const TRIES = 20;

/** Who changes it, in which run, and what it was: for the version and for the audit. */
export interface Deed {
  run: string;
  by: { person: string; platform: string; chat: string };
  summary: string;
  why?: string;
}

type Made = Pick<Version, 'changes' | 'back'>;

export class ValueStore {
  readonly #redis: Redis;
  readonly #ledger: Ledger;
  readonly #audit: Audit;

  constructor(parts: { redis: Redis; ledger: Ledger; audit: Audit }) {
    this.#redis = parts.redis;
    this.#ledger = parts.ledger;
    this.#audit = parts.audit;
  }

  /** All that is set now. */
  async now(): Promise<Values> {
    return (await this.#read()).values;
  }

  /** The versions that are remembered, oldest first. */
  async history(): Promise<Version[]> {
    return (await this.#redis.lrange(VERSIONS, 0, -1)).map((text) => Version.parse(JSON.parse(text)));
  }

  /** Makes a version; the same run again changes nothing. Rejects with `files.moved` where a value is not any more what it was to be. */
  async set(changes: readonly ValueChange[], deed: Deed): Promise<number> {
    return this.#commit<number>(deed, (values, history) => {
      const own = history.find(({ run, back }) => run === deed.run && !back);
      if (own) return own.version;
      for (const { layer, name, before } of changes)
        if (JSON.stringify(values.layers[layer]?.[name]) !== JSON.stringify(before))
          throw new MusterError('files.moved', { layer, name });
      return { changes: [...changes] };
    });
  }

  /** Takes back what a run has set; undefined where it has set nothing, or that was taken back already. */
  async takeBack(deed: Deed): Promise<number | undefined> {
    return this.#commit<number | undefined>(deed, (_, history) => {
      const last = history.findLast(({ run }) => run === deed.run);
      if (!last || last.back) return undefined;
      const changes = last.changes.map(({ before, after, ...which }) => ({
        ...which,
        before: after,
        after: before,
      }));
      return { changes, back: true };
    });
  }

  /** Writes what `change` makes of the data, and gives its version; a number or nothing instead is given as it is. */
  async #commit<Done extends number | undefined>(
    deed: Deed,
    change: (values: Values, history: readonly Version[]) => Done | Made,
  ): Promise<Done | number> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const [{ text, values }, history] = await Promise.all([this.#read(), this.history()]);
      const made = change(values, history);
      if (made === undefined || typeof made === 'number') return made as Done;
      const next = { ...withChanges(values, made.changes), version: values.version + 1 };
      const { run, by, summary, why } = deed;
      const version: Version = {
        ...{ version: next.version, at: new Date().toISOString(), by: by.person, run },
        ...made,
        ...(why !== undefined && !made.back && { why }),
      };
      const guard: Guard = text === undefined ? { unset: [VALUES, 'now'] } : { field: [VALUES, 'now', text] };
      const scope = [...new Set(made.changes.map(({ layer }) => `config/${layer.replaceAll('/', '-')}`))];
      const done = await this.#ledger.commit({
        guard,
        records: [this.#audit.fields({ kind: 'config', by, run, scope, summary })],
        commands: [
          ['HSET', VALUES, 'now', JSON.stringify(next)],
          ['RPUSH', VERSIONS, JSON.stringify(version)],
          ['LTRIM', VERSIONS, `-${KEEP}`, '-1'],
        ],
      });
      if (done !== undefined) return next.version;
    }
    throw new MusterError('files.moved');
  }

  async #read(): Promise<{ text?: string; values: Values }> {
    const text = (await this.#redis.hget(VALUES, 'now')) ?? undefined;
    return { text, values: text === undefined ? NO_VALUES : (JSON.parse(text) as Values) };
  }
}
