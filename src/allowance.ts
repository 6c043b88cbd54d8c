/** How many messages may come: so many a second in the long run, and some at once. */
export class Allowance {
  readonly perSecond: number;
  readonly #most: number;
  readonly #now: () => number;
  #left: number;
  #at: number;

  /** `burst` at once; `now` gives ms. */
  constructor(perSecond: number, burst: number, now: () => number = () => performance.now()) {
    this.perSecond = perSecond;
    this.#most = burst;
    this.#now = now;
    this.#left = burst;
    this.#at = now();
  }

  /** Takes one; false where there is none left. */
  take(): boolean {
    const now = this.#now();
    this.#left = Math.min(this.#most, this.#left + ((now - this.#at) / 1_000) * this.perSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
