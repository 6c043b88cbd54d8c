/** Those who come without a token that counts: they wait for their answer, and only a few of them at a time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Allowance } from '../allowance.ts';
import { MusterError } from '../errors.ts';
import type { Log } from '../log.ts';

const MOST_WAITING = 32;
/** How many are told one by one in the log, a second in the long run and at once; the others are counted. */
const TOLD = { perSecond: 0.2, burst: 10 };

export class Strangers {
  readonly #log: Log;
  readonly #pause: number;
  readonly #telling = new Allowance(TOLD.perSecond, TOLD.burst);
  #waiting = 0;
  #untold = 0;

  /** Each waits `pause` ms. */
  constructor(log: Log, pause: number) {
    this.#log = log;
    this.#pause = pause;
  }

  /** Rejects with `api.token` after a while, or with `api.busy` at once where too many wait already. */
  async refuse(
    from: { address?: string; shown: boolean; over?: string },
    signal: AbortSignal,
  ): Promise<never> {
    if (this.#telling.take()) {
      this.#log.warn(
        { ...from, besides: this.#untold },
        'somebody asked the API without a token that counts',
      );
      this.#untold = 0;
    } else this.#untold += 1;
    if (this.#waiting >= MOST_WAITING) throw new MusterError('api.busy', { of: 'requests' });
    this.#waiting += 1;
    await sleep(this.#pause, undefined, { signal }).catch(() => {});
    this.#waiting -= 1;
    throw new MusterError('api.token');
  }
}
