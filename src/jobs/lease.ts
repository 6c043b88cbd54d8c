/** What only one process at a time may do, over one Redis: it is lent, renewed, and goes to another one within seconds of a crash. Key family `lease`. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { key, type Redis } from '../adapters/redis/connection.ts';
import type { Log } from '../log.ts';

/** How long it is lent at a time, and how often that is renewed or asked for, ms. */
const LENT_MS = 6_000;
const RENEW_MS = 2_000;
const ASK_MS = 1_000;

/** KEYS: the lease. ARGV: who, ms. */
const RENEW = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`;
const GIVE_BACK = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

type Leasing = Redis &
  Record<'musterRenew' | 'musterGiveBack', (...args: (string | number)[]) => Promise<number>>;

export class Lease {
  readonly #redis: Leasing;
  readonly #key: string;
  readonly #log: Log;
  readonly #who = randomBytes(8).toString('hex');

  constructor(parts: { redis: Redis; name: string; log: Log }) {
    parts.redis.defineCommand('musterRenew', { numberOfKeys: 1, lua: RENEW });
    parts.redis.defineCommand('musterGiveBack', { numberOfKeys: 1, lua: GIVE_BACK });
    this.#redis = parts.redis as Leasing;
    this.#key = key('lease', parts.name);
    this.#log = parts.log;
  }

  /** Does the work whenever the lease is ours, until `stop`. The work's signal aborts when the lease is lost. */
  async hold(work: (signal: AbortSignal) => Promise<void>, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      if (!(await this.#renew())) {
        await sleep(ASK_MS, undefined, { signal: stop }).catch(() => {});
        continue;
      }
      const lost = new AbortController();
      const end = () => lost.abort();
      stop.addEventListener('abort', end);
      // It may have become ours only after everything was to stop: that is told nobody any more.
      if (!stop.aborted) {
        const renewing = this.#keep(lost);
        await work(lost.signal).catch((err) => this.#log.error({ err }, 'what holds a lease failed'));
        lost.abort();
        await renewing;
      }
      stop.removeEventListener('abort', end);
      await this.#redis.musterGiveBack(this.#key, this.#who).catch(() => {});
      if (!stop.aborted) await sleep(ASK_MS, undefined, { signal: stop }).catch(() => {});
    }
  }

  /** Renews until it is lost: taken by another, or not renewed in time. */
  async #keep(lost: AbortController): Promise<void> {
    let until = performance.now() + LENT_MS;
    while (!lost.signal.aborted) {
      await sleep(RENEW_MS, undefined, { signal: lost.signal }).catch(() => {});
      if (lost.signal.aborted) return;
      const asked = performance.now();
      const patience = sleep(Math.max(0, until - asked), false, { ref: false });
      if (!(await Promise.race([this.#renew(), patience]))) {
        this.#log.warn({ lease: this.#key }, 'a lease was lost');
        lost.abort();
        return;
      }
      until = asked + LENT_MS;
    }
  }

  async #renew(): Promise<boolean> {
    try {
      return (await this.#redis.musterRenew(this.#key, this.#who, LENT_MS)) === 1;
    } catch (err) {
      this.#log.debug({ err }, 'a lease could not be asked for');
      return false;
    }
  }
}
