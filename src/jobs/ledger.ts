/**
 * The one way to change the state of runs: audit records and Redis commands in one transaction.
 * Many at once share a round trip (group commit); the chain's head is checked, so that several managers can append.
 */
import { key, type Redis } from '../adapters/redis/connection.ts';
import { type ChainHead, extend, GENESIS } from './chain.ts';

export const CHAIN_KEY = key('audit');
export const HEAD_KEY = key('audit', 'head');

/** A record before the chain numbers it. */
export type AuditFields = Record<string, unknown>;

/** What must hold for a change to happen. */
export type Guard =
  | { absent: string }
  | { member: [set: string, of: string] }
  | { field: [hash: string, field: string, value: string] }
  | { unset: [hash: string, field: string] }
  /** A key that nobody has, or whose value is this one: a lock that nobody else took. */
  | { free: [key: string, value: string] };

export interface Change {
  records: AuditFields[];
  /** All of them must hold. */
  guard?: Guard | Guard[];
  /** Redis commands that happen with it, all or none. */
  commands?: string[][];
}

interface Pending extends Change {
  settle(replies: unknown[] | undefined): void;
  fail(error: unknown): void;
}

/**
 * ARGV[1]: JSON list of {guards, commands}. ARGV[2..3]: the head the caller chained from. ARGV[4]: the new head.
 * ARGV[5...]: entries in order. Nothing is written unless the head matches and every guard holds.
 */
const COMMIT = `
local head = redis.call('HMGET', KEYS[2], 'seq', 'hash')
if (head[1] or '0') ~= ARGV[2] or (head[2] or ARGV[3]) ~= ARGV[3] then
  return {'moved', head[1] or '0', head[2] or ''}
end
local changes = cjson.decode(ARGV[1])
local refused = {}
for i, c in ipairs(changes) do
  local ok = true
  for j, g in ipairs(c.guards) do
    if g.absent then ok = ok and redis.call('EXISTS', g.absent) == 0
    elseif g.member then ok = ok and redis.call('ZSCORE', g.member[1], g.member[2]) and true or false
    elseif g.field then ok = ok and redis.call('HGET', g.field[1], g.field[2]) == g.field[3]
    elseif g.unset then ok = ok and redis.call('HEXISTS', g.unset[1], g.unset[2]) == 0
    elseif g.free then
      local holder = redis.call('GET', g.free[1])
      ok = ok and (not holder or holder == g.free[2])
    end
  end
  if not ok then refused[#refused + 1] = i - 1 end
end
if #refused > 0 then return {'refused', unpack(refused)} end
local replies = {}
local entry = 6
for i, c in ipairs(changes) do
  local r = {}
  for j, command in ipairs(c.commands or {}) do
    local reply = redis.call(unpack(command))
    if type(reply) == 'table' and reply.ok then reply = reply.ok end
    r[j] = reply
  end
  replies[i] = r
end
for i = entry, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[i]) end
if #ARGV >= entry then redis.call('HSET', KEYS[2], 'seq', ARGV[4], 'hash', ARGV[5]) end
return {'done', replies}
`;

type Committing = Redis & { musterCommit(...args: (string | number)[]): Promise<[string, ...unknown[]]> };

export class Ledger {
  readonly #redis: Committing;
  #head: ChainHead = GENESIS;
  #queue: Pending[] = [];
  #flushing = false;

  constructor(redis: Redis) {
    redis.defineCommand('musterCommit', { numberOfKeys: 2, lua: COMMIT });
    this.#redis = redis as Committing;
  }

  /**
   * Applies a change; resolves with the replies of its commands, or with undefined where its guard did not hold.
   * There are no replies where the change was made and the answer was lost with the connection.
   */
  commit(change: Change): Promise<unknown[] | undefined> {
    return new Promise((settle, fail) => {
      this.#queue.push({ ...change, settle, fail });
      if (!this.#flushing) void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    this.#flushing = true;
    // Lets changes made in the same turn share the first round trip.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, 200);
      try {
        await this.#write(batch);
      } catch (error) {
        for (const change of batch) change.fail(error);
      }
    }
    this.#flushing = false;
  }

  /** Writes a batch, without those whose guards fail, from whatever head the chain has by then. */
  async #write(batch: Pending[]): Promise<void> {
    let left = conflictFree(batch);
    this.#queue.unshift(...batch.filter((change) => !left.includes(change)));
    while (left.length > 0) {
      let head = this.#head;
      const entries: string[] = [];
      for (const record of left.flatMap((change) => change.records)) {
        const next = extend(head, record);
        entries.push(next.entry);
        head = next.head;
      }
      const changes = left.map(({ guard, commands }) => ({ guards: guardsOf(guard), commands }));
      const [verdict, ...rest] = await this.#redis.musterCommit(
        CHAIN_KEY,
        HEAD_KEY,
        JSON.stringify(changes),
        this.#head.seq,
        this.#head.hash,
        head.seq,
        head.hash,
        ...entries,
      );
      if (verdict === 'moved') {
        this.#head = rest[0] === '0' ? GENESIS : { seq: Number(rest[0]), hash: String(rest[1]) };
        // A connection that broke before the answer sends its question again: that is how far we got ourselves.
        if (entries.length > 0 && this.#head.hash === head.hash) {
          for (const change of left) change.settle([]);
          return;
        }
      } else if (verdict === 'refused') {
        const refused = new Set(rest.map(Number));
        for (const index of refused) left[index]?.settle(undefined);
        left = left.filter((_, index) => !refused.has(index));
      } else {
        this.#head = head;
        const replies = rest[0] as unknown[][];
        left.forEach((change, index) => {
          change.settle(replies[index] ?? []);
        });
        return;
      }
    }
  }
}

/** The changes of a batch whose guards cannot depend on one another: the second change of a run waits for the next round. */
function conflictFree(batch: Pending[]): Pending[] {
  const seen = new Set<string>();
  return batch.filter(({ guard }) => {
    const [first] = guardsOf(guard);
    if (!first) return true;
    const run = guarded(first);
    if (seen.has(run)) return false;
    seen.add(run);
    return true;
  });
}

const guardsOf = (guard: Change['guard']): Guard[] => (guard ? [guard].flat() : []);

/** The run that a change's first guard looks at: the last part of its key. */
function guarded(guard: Guard): string {
  if ('member' in guard) return guard.member[1];
  if ('free' in guard) return guard.free[0];
  const name = 'absent' in guard ? guard.absent : 'field' in guard ? guard.field[0] : guard.unset[0];
  return name.slice(name.lastIndexOf(':') + 1);
}
