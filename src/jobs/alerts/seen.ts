/**
 * Signs of life, in Redis: workers, managers and chat services give one every few seconds. They are numbered in one row, so that
 * no clocks of different machines are compared: whoever joined after another's last sign came in its place. Key family `seen`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { key, type Redis } from '../../adapters/redis/connection.ts';
import type { Log } from '../../log.ts';

/** How long taking leave may take, ms. */
const LEAVE_MS = 1_000;
const SIGNS = key('seen');
const COUNT = key('seen', 'count');

/** KEYS: signs, count. ARGV: name, facts as JSON. A sign is «joined last facts». */
const BEAT = `
local number = redis.call('INCR', KEYS[2])
local known = redis.call('HGET', KEYS[1], ARGV[1])
local joined = known and string.match(known, '^%d+') or number
redis.call('HSET', KEYS[1], ARGV[1], joined .. ' ' .. number .. ' ' .. ARGV[2])
`;

/** Who gives signs, and what it is: `worker/…`, `manager/…`, `platform/telegram`, and `mute/telegram` while nothing can be said there. */
export interface Sign {
  name: string;
  /** The numbers of its first and last sign. */
  joined: number;
  last: number;
  facts: SignFacts;
}

export interface SignFacts {
  /** Machine and process, for people. */
  where?: string;
  /** The hosts that a worker serves. */
  hosts?: string[];
  /** The keys by which hosts know a manager or worker: its fingerprint for agents, its public key for ssh. */
  keys?: { agent: string; ssh: string };
}

type Beating = Redis & { musterBeat(...args: string[]): Promise<void> };

export class Seen {
  readonly #redis: Beating;

  constructor(redis: Redis) {
    redis.defineCommand('musterBeat', { numberOfKeys: 2, lua: BEAT });
    this.#redis = redis as Beating;
  }

  /** Gives a sign. */
  async beat(name: string, facts: SignFacts = {}): Promise<void> {
    await this.#redis.musterBeat(SIGNS, COUNT, name, JSON.stringify(facts));
  }

  /** Gives a first sign and no other: it counts from then on. */
  async mark(name: string): Promise<void> {
    if ((await this.#redis.hexists(SIGNS, name)) === 0) await this.beat(name);
  }

  /** Is not to be missed from now on. */
  async leave(...names: string[]): Promise<void> {
    if (names.length > 0) await this.#redis.hdel(SIGNS, ...names);
  }

  async all(): Promise<Sign[]> {
    const signs = Object.entries(await this.#redis.hgetall(SIGNS));
    return signs.map(([name, text]) => {
      const [, joined, last, facts] = /^(\d+) (\d+) (.*)$/s.exec(text) as unknown as [
        string,
        string,
        string,
        string,
      ];
      return { name, joined: Number(joined), last: Number(last), facts: JSON.parse(facts) as SignFacts };
    });
  }
}

/** Gives signs of life every `every` ms until it is stopped; one that ends without that is missed. */
export function beating(parts: { seen: Seen; name: string; facts: SignFacts; every: number; log: Log }): {
  stop(): Promise<void>;
} {
  const { seen, name, facts, every, log } = parts;
  let last: Promise<void> | undefined;
  // While Redis is away, signs would pile up.
  const beat = () => {
    last ??= seen
      .beat(name, facts)
      .catch((err) => log.debug({ err }, 'a sign of life could not be given'))
      .finally(() => {
        last = undefined;
      });
  };
  beat();
  const timer = setInterval(beat, every);
  return {
    async stop() {
      clearInterval(timer);
      const left = seen.leave(name).catch((err) => log.debug({ err }, 'a leave could not be taken'));
      // Where Redis is away there is nobody to take leave of.
      await Promise.race([Promise.all([last, left]), sleep(LEAVE_MS, undefined, { ref: false })]);
    },
  };
}
