/** Those who call home with a token that nobody knows: they wait, a few at a time, and are told of. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Allowance } from '../../allowance.ts';
import { MusterError } from '../../errors.ts';

/** How often one address may try: a second in the long run, and at once. A machine whose boot is over may try some times. */
const TRIES = { perSecond: 0.5, burst: 10 };
/** How many addresses are kept in mind, and how many may wait for their answer. */
const MOST = { addresses: 4_096, waiting: 64 };
/** How often one address is told of, ms. */
const TOLD_MS = 60_000;

interface Known {
  allowance: Allowance;
  /** How many times it tried since it was told of, and when that was. */
  untold: number;
  told: number;
}

export class Strangers {
  readonly #tell: (address: string, times: number) => void;
  readonly #pause: number;
  /** Those who tried longest ago come first. */
  readonly #known = new Map<string, Known>();
  #waiting = 0;

  /** Each waits `pause` ms; `tell` is called at once, and then at most once a minute for each address. */
  constructor(tell: (address: string, times: number) => void, pause: number) {
    this.#tell = tell;
    this.#pause = pause;
  }

  /** Rejects with `boot.token` after a while, or with `boot.guessing` at once. */
  async refuse(address: string): Promise<never> {
    const known = this.#of(address);
    known.untold += 1;
    if (performance.now() - known.told >= TOLD_MS) {
      this.#tell(address, known.untold);
      known.told = performance.now();
      known.untold = 0;
    }
    if (!known.allowance.take() || this.#waiting >= MOST.waiting) throw new MusterError('boot.guessing');
    this.#waiting += 1;
    await sleep(this.#pause);
    this.#waiting -= 1;
    throw new MusterError('boot.token');
  }

  #of(address: string): Known {
    const known = this.#known.get(address) ?? {
      allowance: new Allowance(TRIES.perSecond, TRIES.burst),
      untold: 0,
      told: Number.NEGATIVE_INFINITY,
    };
    this.#known.delete(address);
    this.#known.set(address, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST.addresses) this.#known.delete(oldest as string);
    return known;
  }
}
