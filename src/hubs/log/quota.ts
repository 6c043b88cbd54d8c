/** How much of a stream is kept, where the operator chose to drop what is more. */
import type { Printed } from '../../lines.ts';
import type { LeftOut } from './intake.ts';

/** Over how long the rate holds, s. */
const OVER = 10;

export class Quota {
  readonly #rate: number;
  readonly #now: () => number;
  readonly #left = new Map<string, { lines: number; at: number }>();

  /** So many lines per second of each stream. */
  constructor(rate: number, now: () => number) {
    this.#rate = rate;
    this.#now = now;
  }

  /** What is kept of lines, and what is left out: first number and count of each run. */
  of(key: string, lines: readonly Printed[]): { kept: readonly Printed[]; leftOut: LeftOut[] } {
    const now = this.#now();
    const most = this.#rate * OVER;
    const before = this.#left.get(key) ?? { lines: most, at: now };
    // The clock may be set back; nothing is owed for that.
    const left = Math.min(most, before.lines + (Math.max(0, now - before.at) / 1_000) * this.#rate);
    const count = Math.min(lines.length, Math.floor(left));
    this.#left.delete(key);
    this.#left.set(key, { lines: left - count, at: now });
    this.#forget(now);
    const leftOut: LeftOut[] = [];
    for (const { seq, time } of lines.slice(count)) {
      const last = leftOut.at(-1);
      if (last && last.seq + last.count === seq) last.count += 1;
      else leftOut.push({ seq, count: 1, time });
    }
    return { kept: lines.slice(0, count), leftOut };
  }

  /** Streams that are silent have all their lines again. */
  #forget(now: number): void {
    for (const [key, { at }] of this.#left) {
      if (Math.abs(now - at) < 2 * OVER * 1_000) return;
      this.#left.delete(key);
    }
  }
}
