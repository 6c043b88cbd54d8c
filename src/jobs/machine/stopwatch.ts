/** How long machines have been at something, whatever becomes of this host's clock meanwhile. */

export class Stopwatch {
  readonly #tick: () => number;
  readonly #going = new Map<string, { mark: string; at: number; before: number }>();

  /** `tick` gives ms of a clock that nobody sets. */
  constructor(tick: () => number) {
    this.#tick = tick;
  }

  /** How long it is since `from`, ms: by the clock where this is asked for the first time with this `mark`, and then by what passed. */
  passed(name: string, { mark, from, now }: { mark: string; from: number; now: number }): number {
    const at = this.#tick();
    const known = this.#going.get(name);
    if (known?.mark === mark) return known.before + at - known.at;
    const before = Math.max(0, now - from);
    this.#going.set(name, { mark, at, before });
    return before;
  }

  forget(name: string): void {
    this.#going.delete(name);
  }
}
