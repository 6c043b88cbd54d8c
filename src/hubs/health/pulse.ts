/** One check over time: believed only after some in a row, held where it comes and goes, forgotten where nothing comes. Pure; times in ms of a clock that only goes forward. */

/** How something is. `unknown` is no news: nobody looked, or nobody could. */
export const STATES = ['healthy', 'unknown', 'degraded', 'unhealthy'] as const;
export type Health = (typeof STATES)[number];

/** The worse of two; what is known counts before what is not. */
export const worse = (a: Health, b: Health): Health => (STATES.indexOf(a) >= STATES.indexOf(b) ? a : b);

/** So many in a row change what is believed: for the worse, and for the better. */
export interface Belief {
  bad: number;
  good: number;
}
export const BELIEF: Belief = { bad: 2, good: 2 };

/** So many changes within so long are flapping; it is over once there were no more than `CALM` in that time. */
const FLAPS = 6;
const CALM = 2;
const WINDOW_MS = 600_000;

export interface Beat {
  status: Health;
  /** What was seen, printable. */
  detail?: string;
  /** The source has made sure already: believed at once. */
  sure?: boolean;
  /** Without another one it is unknown after so many ms. */
  ttl?: number;
}

export class Pulse {
  #shown: Health = 'unknown';
  #known = false;
  #contrary = 0;
  #detail: string | undefined;
  #expires = Number.POSITIVE_INFINITY;
  #changes: { at: number; to: Health }[] = [];
  #flapping = false;
  #ttl: number | undefined;
  #heard = true;

  /** One that goes on as it was before, for so many ms; by then something has to be heard of it. */
  static resume(state: Health, detail: string | undefined, ttl: number, now: number): Pulse {
    const pulse = new Pulse();
    pulse.#shown = state;
    pulse.#detail = detail;
    pulse.#known = true;
    pulse.#expires = now + ttl;
    pulse.#heard = false;
    return pulse;
  }

  /** Takes one beat; says whether what is believed changed. */
  take({ status, detail, sure = false, ttl }: Beat, now: number, belief: Belief = BELIEF): boolean {
    const before = this.state;
    this.#heard = true;
    this.#ttl = ttl;
    this.#expires = ttl === undefined ? Number.POSITIVE_INFINITY : now + ttl;
    if (status === this.#shown) {
      this.#contrary = 0;
      this.#detail = detail;
    } else {
      const needed = this.#needed(status, belief);
      this.#contrary += 1;
      if (sure || this.#contrary >= needed) this.#show(status, detail, now);
    }
    this.#known = true;
    this.#settle(now);
    return this.state !== before;
  }

  /** Lets time pass; says whether what is believed changed. */
  tick(now: number): boolean {
    const before = this.state;
    if (now >= this.#expires && this.#shown !== 'unknown') {
      this.#expires = Number.POSITIVE_INFINITY;
      this.#show('unknown', undefined, now);
    }
    this.#settle(now);
    return this.state !== before;
  }

  /** Forgets that it came and went: that was on purpose. Says whether what is believed changed. */
  forgive(): boolean {
    const before = this.state;
    this.#changes = [];
    this.#flapping = false;
    return this.state !== before;
  }

  /** What is believed; while it flaps, the worst of what it was. */
  get state(): Health {
    if (!this.#flapping) return this.#shown;
    const was = this.#changes.map(({ to }) => to).filter((to) => to !== 'healthy');
    return was.reduce(worse, worse('degraded', this.#shown));
  }

  /** Whether it came and went lately. */
  get isRestless(): boolean {
    return this.#changes.length > 0;
  }

  /** Whether anything was heard of it here, and not only before. */
  get heard(): boolean {
    return this.#heard;
  }

  /** For how long its last beat counts, ms; undefined for ever. */
  get ttl(): number | undefined {
    return this.#ttl;
  }

  get detail(): string | undefined {
    return this.#detail;
  }

  get flapping(): boolean {
    return this.#flapping;
  }

  /** The first word of something counts when it is good; bad news have to be said as often as later. */
  #needed(status: Health, { bad, good }: Belief): number {
    if (STATES.indexOf(status) > STATES.indexOf(this.#shown)) return bad;
    return this.#known && this.#shown !== 'unknown' ? good : 1;
  }

  #show(status: Health, detail: string | undefined, now: number): void {
    this.#contrary = 0;
    this.#detail = detail;
    // That it is heard of at all is no change of it.
    if (this.#shown !== 'unknown' && status !== 'unknown') this.#changes.push({ at: now, to: status });
    if (this.#changes.length > 2 * FLAPS) this.#changes.shift();
    this.#shown = status;
  }

  #settle(now: number): void {
    if (this.#changes.length === 0) return;
    this.#changes = this.#changes.filter(({ at }) => now - at < WINDOW_MS);
    this.#flapping = this.#changes.length >= (this.#flapping ? CALM + 1 : FLAPS);
  }
}
