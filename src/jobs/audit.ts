/** Who did what, when, on whose authority, and how it ended: hash-chained in Redis, verified and exported from there. */
import type { Redis } from '../adapters/redis/connection.ts';
import type { Requester } from '../events.ts';
import { messages } from '../messages/messages.ts';
import type { Scrubber } from '../secret.ts';
import { type ChainHead, follow, GENESIS } from './chain.ts';
import { type AuditFields, CHAIN_KEY, HEAD_KEY, type Ledger } from './ledger.ts';

export type AuditKind =
  | 'command'
  | 'refused'
  | 'blocked'
  | 'cancel'
  | 'asked'
  | 'approval'
  | 'outcome'
  | 'reload'
  | 'host'
  | 'config'
  | 'image'
  | 'schedule'
  | 'machine';

export interface AuditRecord {
  seq: number;
  /** UTC, ISO 8601. */
  at: string;
  kind: AuditKind;
  person: string;
  platform: string;
  chat?: string;
  text?: string;
  command?: string;
  scope?: string[];
  /** The rule that allowed or refused. */
  rule?: string;
  plan?: string;
  run?: string;
  status?: string;
  summary?: string;
}

export type AuditEntry = Omit<AuditRecord, 'seq' | 'at' | 'person' | 'platform'> & {
  by: Pick<Requester, 'person' | 'platform' | 'chat'>;
};

const PAGE = 1_000;

export class Audit {
  readonly #redis: Redis;
  readonly #ledger: Ledger;
  readonly #scrubber: Scrubber;

  constructor(options: { redis: Redis; ledger: Ledger; scrubber: Scrubber }) {
    this.#redis = options.redis;
    this.#ledger = options.ledger;
    this.#scrubber = options.scrubber;
  }

  /** The record as the chain takes it: stamped, flat, without secrets. For a change that carries it. */
  fields({ by, kind, run, plan, status, ...said }: AuditEntry): AuditFields {
    const { person, platform, chat } = by;
    // Muster's own words need no scrubbing; what anybody wrote does.
    return {
      at: new Date().toISOString(),
      kind,
      ...this.#scrubber.data({ person, platform, chat, ...said }),
      run,
      plan,
      status,
    };
  }

  /** Appends a record on its own. */
  async append(entry: AuditEntry): Promise<void> {
    await this.#ledger.commit({ records: [this.fields(entry)] });
  }

  /** Every record from the first (or from record number `from`), page by page. */
  async *records(from = 1): AsyncGenerator<AuditRecord> {
    for await (const entry of this.#entries(from)) yield JSON.parse(entry.slice(65)) as AuditRecord;
  }

  /** The last records that match, newest first, looking back at most 10,000. What was made unreadable is passed over; `verify` finds it. */
  async latest(
    count: number,
    matches: (record: AuditRecord) => boolean = () => true,
  ): Promise<AuditRecord[]> {
    const found: AuditRecord[] = [];
    for (let page = 0; page < 10 && found.length < count; page += 1) {
      const entries = await this.#redis.lrange(CHAIN_KEY, -PAGE * (page + 1), -PAGE * page - 1);
      if (entries.length === 0) break;
      const records = entries.reverse().flatMap((entry) => readable(entry) ?? []);
      found.push(...records.filter(matches).slice(0, count - found.length));
      if (entries.length < PAGE) break;
    }
    return found;
  }

  /**
   * Walks the whole chain: `problem` names the first record that was edited, removed or put in another order.
   * The stored head must be the chain's end, so that cutting the tail off shows, too.
   */
  async verify(): Promise<{ records: number; problem?: string }> {
    const before = await this.#storedHead();
    let head: ChainHead = GENESIS;
    for await (const entry of this.#entries(1)) {
      const next = follow(head, entry);
      if ('problem' in next) return { records: head.seq, problem: next.problem };
      head = next.head;
      if (head.seq === before.seq && head.hash !== before.hash)
        return { records: head.seq, problem: messages().reasons.chain.head };
    }
    if (before.seq > head.seq)
      return { records: head.seq, problem: messages().reasons.chain.cut({ record: head.seq }) };
    // Others may append while this walks, therefore only a head that lags behind what was read is wrong.
    if ((await this.#storedHead()).seq < head.seq)
      return { records: head.seq, problem: messages().reasons.chain.head };
    return { records: head.seq };
  }

  async #storedHead(): Promise<ChainHead> {
    const [seq, hash] = await this.#redis.hmget(HEAD_KEY, 'seq', 'hash');
    return { seq: Number(seq ?? 0), hash: hash ?? GENESIS.hash };
  }

  async *#entries(from: number): AsyncGenerator<string> {
    for (let start = from - 1; ; start += PAGE) {
      const page = await this.#redis.lrange(CHAIN_KEY, start, start + PAGE - 1);
      yield* page;
      if (page.length < PAGE) return;
    }
  }
}

function readable(entry: string): AuditRecord | undefined {
  try {
    return JSON.parse(entry.slice(65)) as AuditRecord;
  } catch {
    return undefined;
  }
}
