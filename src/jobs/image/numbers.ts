/** The numbers that versions of images are given. */
import { key, type Redis } from '../../adapters/redis/connection.ts';
import type { ImageVersion } from '../../image.ts';
import type { Ledger } from '../ledger.ts';
import { type Changes, guardOf } from './change.ts';
import { VERSIONS } from './versions.ts';

/** `IMAGE` -> the last number that was given, `DAY.NUMBER`; `IMAGE RUN` -> the version that a run was given. Key family `state:images/numbers`. */
const NUMBERS = key('state', 'images/numbers');
const RECORDS = key('state', VERSIONS);

export class ImageNumbers {
  readonly #redis: Redis;
  readonly #ledger: Ledger;
  readonly #changes: Changes;

  constructor(parts: { redis: Redis; ledger: Ledger; changes: Changes }) {
    this.#redis = parts.redis;
    this.#ledger = parts.ledger;
    this.#changes = parts.changes;
  }

  /**
   * The number of what a run has built: the next one of that day (UTC, `2026-11-21`), the same each time that run asks, and never one
   * that another run got. Where a clock went back, the last day goes on.
   */
  async next(image: string, run: string, day: string): Promise<ImageVersion> {
    const own = `${image} ${run}`;
    return this.#changes.make(image, async () => {
      const [last, given] = await this.#redis.hmget(NUMBERS, image, own);
      if (given !== null && given !== undefined) return { done: given };
      const [lastDay = '', lastNumber = '0'] = last?.split('.') ?? [];
      const next = day > lastDay ? `${day}.1` : `${lastDay}.${Number(lastNumber) + 1}`;
      return {
        done: `${image}@${next}`,
        guard: [guardOf(NUMBERS, image, last ?? undefined), { unset: [NUMBERS, own] }],
        commands: [['HSET', NUMBERS, image, next, own, `${image}@${next}`]],
      };
    });
  }

  /** Versions whose numbers other runs were given, which never put them on record: while this one has the image's lock, nobody will. */
  async abandoned(image: string, run: string): Promise<{ run: string; version: ImageVersion }[]> {
    const numbers = await this.#redis.hgetall(NUMBERS);
    const given = Object.entries(numbers).flatMap(([field, version]) => {
      const [of, other] = field.split(' ');
      return of === image && other !== undefined && other !== run ? [{ run: other, version }] : [];
    });
    const known = given.length === 0 ? [] : await this.#redis.hkeys(RECORDS);
    return given.filter(({ version }) => !known.includes(version));
  }

  /** Forgets that a run was given a number; nobody gets that number all the same. */
  async abandon(image: string, run: string): Promise<void> {
    await this.#ledger.commit({ records: [], commands: [this.forgetting(image, run)] });
  }

  /** The command that forgets it in a transaction of somebody else. */
  forgetting = (image: string, run: string): string[] => ['HDEL', NUMBERS, `${image} ${run}`];
}
