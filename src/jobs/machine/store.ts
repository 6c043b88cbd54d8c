/** Machines that were added in chats, in Redis: every change and its audit record are one transaction. Family `machines` of live state. */
import { key, type Redis } from '../../adapters/redis/connection.ts';
import { MusterError } from '../../errors.ts';
import type { Audit, AuditEntry } from '../audit.ts';
import type { Ledger } from '../ledger.ts';
import { MachineRecord, type Records } from './record.ts';

/** name -> machine as JSON: where live state has its family `machines`. */
const MACHINES = key('state', 'machines');
/** Grows with every change. */
const VERSION = key('machines', 'version');
/** How often a change is tried that others come before. */
const TRIES = 20;

/** Who did it, and what it was: for the audit. */
export type Deed = Pick<AuditEntry, 'by' | 'summary'> & { run?: string };

export class MachineStore {
  readonly #redis: Redis;
  readonly #ledger: Ledger;
  readonly #audit: Audit;
  /** What was read last, by its text: a thousand machines are not looked at anew each second. */
  #read: ReadonlyMap<string, MachineRecord | undefined> = new Map();

  constructor(parts: { redis: Redis; ledger: Ledger; audit: Audit }) {
    this.#redis = parts.redis;
    this.#ledger = parts.ledger;
    this.#audit = parts.audit;
  }

  /** Every machine, by name; one that another version wrote and this one cannot read is left out. */
  async all(): Promise<Records> {
    const hash = await this.#redis.hgetall(MACHINES);
    const read = new Map(Object.values(hash).map((text) => [text, this.#read.get(text) ?? parsed(text)]));
    this.#read = read;
    return Object.fromEntries(
      Object.entries(hash).flatMap(([name, text]) => {
        const record = read.get(text);
        return record ? [[name, record] as const] : [];
      }),
    );
  }

  /**
   * Makes of a machine what `change` says, which is given all there are and asked again where somebody changed any of them
   * meanwhile; undefined removes it. What it throws stays as it was. Does nothing where it is the same.
   */
  async change(
    name: string,
    deed: Deed,
    change: (record: MachineRecord | undefined, all: Records) => MachineRecord | undefined,
  ): Promise<void> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const version = await this.#now();
      const all = await this.all();
      const record = Object.hasOwn(all, name) ? all[name] : undefined;
      const next = change(record, all);
      if (JSON.stringify(next) === JSON.stringify(record)) return;
      const done = await this.#ledger.commit({
        guard: { free: [VERSION, version] },
        records: [this.#audit.fields({ kind: 'machine', scope: [`machine/${name}`], ...deed })],
        commands: [
          next === undefined ? ['HDEL', MACHINES, name] : ['HSET', MACHINES, name, JSON.stringify(next)],
          ['INCR', VERSION],
        ],
      });
      if (done !== undefined) return;
    }
    throw new MusterError('internal', { message: name });
  }

  async #now(): Promise<string> {
    return (await this.#redis.get(VERSION)) ?? '';
  }
}

function parsed(text: string): MachineRecord | undefined {
  return MachineRecord.safeParse(JSON.parse(text)).data;
}
