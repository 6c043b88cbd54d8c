/** What is to be shown by a reaction under a person's message, in Redis: of each message only the newest standing, and what is shown there now. Key family `reaction`. */
import { key, type Redis } from '../../adapters/redis/connection.ts';
import type { Place, Standing } from '../platform.ts';

/** A message whose reaction is to change. */
export interface Due {
  chat: string;
  message: string;
  want: Standing;
  /** What is shown there now. */
  shown: Standing;
  /** When it was wanted, ms since the epoch. */
  at: number;
}

/** A standing never goes back: what comes late, or again, changes nothing. */
const RANKS: Record<Standing, number> = { received: 1, asked: 2, working: 3, done: 4, failed: 4, none: 4 };

/** How long a message's standing is remembered, s: services deliver again for a day. */
const REMEMBER_S = 48 * 3_600;

/** What goes first where a chat's budget is short: how it ended, then that it was heard. */
export const CLASS: Record<Standing, number> = {
  done: 0,
  failed: 0,
  none: 0,
  received: 1,
  asked: 1,
  working: 2,
};
/** Room for a time within a class. */
const CLASS_SIZE = 1e13;

/**
 * KEYS: record, queue of the chat, chats. ARGV: message, rank, standing, now, seconds to remember, chat, place in the queue.
 * Gives how long the queue is now and what is shown; nothing where this standing is past.
 */
const WANT = `
local rank = redis.call('HGET', KEYS[1], 'rank')
if rank and tonumber(rank) >= tonumber(ARGV[2]) then return {} end
redis.call('HSET', KEYS[1], 'rank', ARGV[2], 'want', ARGV[3], 'at', ARGV[4])
redis.call('EXPIRE', KEYS[1], ARGV[5])
redis.call('ZADD', KEYS[2], ARGV[7], ARGV[1])
redis.call('SADD', KEYS[3], ARGV[6])
return {redis.call('ZCARD', KEYS[2]), redis.call('HGET', KEYS[1], 'shown') or 'none'}
`;

/**
 * KEYS: record, queue of the chat, chats, spent. ARGV: message, standing that was tried, whether it is shown, chat, what is
 * spent there as JSON. A newer one goes on waiting.
 */
const SETTLE = `
redis.call('HSET', KEYS[4], ARGV[4], ARGV[5])
if ARGV[3] == '1' and redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'shown', ARGV[2]) end
if (redis.call('HGET', KEYS[1], 'want') or ARGV[2]) == ARGV[2] then redis.call('ZREM', KEYS[2], ARGV[1]) end
if redis.call('ZCARD', KEYS[2]) == 0 then redis.call('SREM', KEYS[3], ARGV[4]) end
`;

type Scripted = Redis &
  Record<'musterWant' | 'musterShown', (...args: (string | number)[]) => Promise<(number | string)[]>>;

export class Reactions {
  readonly #redis: Scripted;
  readonly #platform: string;
  /** Called when something was put here; with it, where nothing else of its chat waits. */
  onPut: (alone?: Due) => void = () => {};

  constructor(redis: Redis, platform: string) {
    redis.defineCommand('musterWant', { numberOfKeys: 3, lua: WANT });
    redis.defineCommand('musterShown', { numberOfKeys: 4, lua: SETTLE });
    this.#redis = redis as Scripted;
    this.#platform = platform;
  }

  /** Has a message show how it stands; once this resolves it will, or something newer. */
  async put({ chat }: Pick<Place, 'chat'>, message: string, want: Standing): Promise<void> {
    const at = Date.now();
    const [waiting, shown] = await this.#redis.musterWant(
      ...this.#keys(chat, message),
      ...[message, RANKS[want], want, at, REMEMBER_S, chat, CLASS[want] * CLASS_SIZE + at],
    );
    if (waiting === undefined) return;
    this.onPut(waiting === 1 ? { chat, message, want, shown: shown as Standing, at } : undefined);
  }

  /** Of each chat where something is to change, what goes first; only of chats that are ready. */
  async due(ready: (chat: string) => boolean = () => true): Promise<Due[]> {
    const chats = await this.#redis.smembers(this.#key('chats'));
    const all = await Promise.all(chats.filter(ready).map((chat) => this.#head(chat)));
    return all.filter((one) => one !== undefined);
  }

  async #head(chat: string): Promise<Due | undefined> {
    const [message] = await this.#redis.zrange(this.#key('queue', chat), '0', '0');
    if (message === undefined) return undefined;
    const { want, shown, at } = await this.#redis.hgetall(this.#key('of', chat, message));
    // It waited for longer than it is remembered.
    if (want === undefined) await this.#redis.zrem(this.#key('queue', chat), message);
    if (want === undefined) return undefined;
    return { chat, message, want: want as Standing, shown: (shown ?? 'none') as Standing, at: Number(at) };
  }

  /** Notes that a standing is shown, or (with `shown` false) that it never will be; and what is spent of the chat's budget, ms since the epoch. */
  async settle({ chat, message, want }: Due, shown: boolean, spent: readonly number[]): Promise<void> {
    await this.#redis.musterShown(
      ...[...this.#keys(chat, message), this.#key('spent')],
      ...[message, want, shown ? '1' : '0', chat, JSON.stringify(spent)],
    );
  }

  #keys(chat: string, message: string): string[] {
    return [this.#key('of', chat, message), this.#key('queue', chat), this.#key('chats')];
  }

  /** What was spent of the budget, by chat; ms since the epoch. */
  async spent(): Promise<Map<string, number[]>> {
    const hash = await this.#redis.hgetall(this.#key('spent'));
    return new Map(Object.entries(hash).map(([chat, times]) => [chat, JSON.parse(times) as number[]]));
  }

  #key(...parts: string[]): string {
    return key('reaction', this.#platform, ...parts);
  }
}
