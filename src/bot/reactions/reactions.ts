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

/** KEYS: record, due. ARGV: member, rank, standing, now, seconds to remember. */
const WANT = `
local rank = redis.call('HGET', KEYS[1], 'rank')
if rank and tonumber(rank) >= tonumber(ARGV[2]) then return end
redis.call('HSET', KEYS[1], 'rank', ARGV[2], 'want', ARGV[3], 'at', ARGV[4])
redis.call('EXPIRE', KEYS[1], ARGV[5])
redis.call('SADD', KEYS[2], ARGV[1])
`;

/** KEYS: record, due. ARGV: member, standing that was tried, whether it is shown. A newer one goes on waiting. */
const SETTLE = `
if ARGV[3] == '1' and redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'shown', ARGV[2]) end
if (redis.call('HGET', KEYS[1], 'want') or ARGV[2]) == ARGV[2] then redis.call('SREM', KEYS[2], ARGV[1]) end
`;

type Scripted = Redis & Record<'musterWant' | 'musterShown', (...args: (string | number)[]) => Promise<void>>;

export class Reactions {
  readonly #redis: Scripted;
  readonly #platform: string;
  /** Called when something was put here. */
  onPut: () => void = () => {};

  constructor(redis: Redis, platform: string) {
    redis.defineCommand('musterWant', { numberOfKeys: 2, lua: WANT });
    redis.defineCommand('musterShown', { numberOfKeys: 2, lua: SETTLE });
    this.#redis = redis as Scripted;
    this.#platform = platform;
  }

  /** Has a message show how it stands; once this resolves it will, or something newer. */
  async put({ chat }: Pick<Place, 'chat'>, message: string, standing: Standing): Promise<void> {
    await this.#redis.musterWant(
      this.#key('of', chat, message),
      this.#key('due'),
      ...[JSON.stringify([chat, message]), RANKS[standing], standing, Date.now(), REMEMBER_S],
    );
    this.onPut();
  }

  /** What is to change. */
  async due(): Promise<Due[]> {
    const members = await this.#redis.smembers(this.#key('due'));
    const all = await Promise.all(members.map((member) => this.#due(member)));
    return all.filter((one) => one !== undefined);
  }

  async #due(member: string): Promise<Due | undefined> {
    const [chat, message] = JSON.parse(member) as [string, string];
    const { want, shown, at } = await this.#redis.hgetall(this.#key('of', chat, message));
    if (want === undefined) {
      await this.#redis.srem(this.#key('due'), member);
      return undefined;
    }
    return { chat, message, want: want as Standing, shown: (shown ?? 'none') as Standing, at: Number(at) };
  }

  /** Notes that a standing is shown, or (with `shown` false) that it never will be. */
  async settle({ chat, message, want }: Due, shown: boolean): Promise<void> {
    const member = JSON.stringify([chat, message]);
    const keys = [this.#key('of', chat, message), this.#key('due')];
    await this.#redis.musterShown(...keys, member, want, shown ? '1' : '0');
  }

  /** Keeps and gives back what was spent of the budget, by chat; ms since the epoch. */
  async keepSpent(chat: string, times: readonly number[]): Promise<void> {
    await this.#redis.hset(this.#key('spent'), chat, JSON.stringify(times));
  }
  async spent(): Promise<Map<string, number[]>> {
    const hash = await this.#redis.hgetall(this.#key('spent'));
    return new Map(Object.entries(hash).map(([chat, times]) => [chat, JSON.parse(times) as number[]]));
  }

  #key(...parts: string[]): string {
    return key('reaction', this.#platform, ...parts);
  }
}
