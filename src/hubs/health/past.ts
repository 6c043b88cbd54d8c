/** How healthy one thing was: a day in slots of five minutes, three months in days, and its last changes. In memory; `History` keeps it. */
import type { Health } from './pulse.ts';

export const SLOT_MS = 300_000;
const SLOTS = 288;
const DAY_MS = 86_400_000;
const DAYS = 92;
const CHANGES = 50;
const UNKNOWN = 255;

/** When something became otherwise, ms since the epoch, and why. */
export interface Change {
  at: number;
  from: Health;
  to: Health;
  why?: string;
}

/** A day, in days since the epoch, and how many seconds it was up (healthy or degraded), wholly healthy, and down. */
interface Day {
  day: number;
  up: number;
  healthy: number;
  down: number;
}

/** As it is kept: the ring in base64, and of each day its number, its seconds up, healthy and down. */
export interface KeptPast {
  slot: number;
  ring: string;
  days: [number, number, number, number][];
  changes: Change[];
}

export class Past {
  /** The last changes, oldest first. */
  readonly changes: Change[] = [];
  /** 0 to 100 a slot, or `UNKNOWN`. */
  readonly #ring = new Uint8Array(SLOTS).fill(UNKNOWN);
  readonly #days: Day[] = [];
  /** The slot written last, in slots since the epoch; the ring ends there. */
  #slot = 0;

  /** Takes up what was kept; what is of another shape is left out. */
  take({ slot, ring, days, changes }: KeptPast): void {
    const bytes = Buffer.from(ring, 'base64');
    if (bytes.length !== SLOTS) return;
    this.#slot = slot;
    this.#ring.set(bytes);
    this.#days.push(...days.map(([day, up, healthy, down]) => ({ day, up, healthy, down })));
    this.changes.push(...changes);
  }

  kept(): KeptPast {
    return {
      slot: this.#slot,
      ring: Buffer.from(this.#ring).toString('base64'),
      days: this.#days.map(({ day, up, healthy, down }) => [
        day,
        Math.round(up),
        Math.round(healthy),
        Math.round(down),
      ]),
      changes: this.changes,
    };
  }

  /** Notes how it is at `now`, ms since the epoch; `elapsed` ms of it were watched since it was noted last. */
  note(now: number, state: Health, percent: number | undefined, elapsed: number): void {
    const value = percent === undefined ? UNKNOWN : Math.max(0, Math.min(100, Math.round(percent)));
    const at = this.#placeOf(Math.floor(now / SLOT_MS));
    const last = this.#ring[at] as number;
    // Of a slot the worst is kept: a short failure shows.
    this.#ring[at] = last === UNKNOWN ? value : value === UNKNOWN ? last : Math.min(last, value);
    if (state === 'unknown') return;
    const day = this.#dayOf(Math.floor(now / DAY_MS));
    if (state === 'unhealthy') day.down += elapsed / 1_000;
    else day.up += elapsed / 1_000;
    if (state === 'healthy') day.healthy += elapsed / 1_000;
  }

  changed(change: Change): void {
    this.changes.push(change);
    if (this.changes.length > CHANGES) this.changes.shift();
  }

  /** The share of the last days in which it was up, 0 to 1, of the time that it was watched, ms; undefined where it was not. */
  uptime(now: number, days: number): { share: number; watched: number } | undefined {
    const today = Math.floor(now / DAY_MS);
    const some = this.#days.filter(({ day }) => day > today - days && day <= today);
    const up = some.reduce((sum, day) => sum + day.up, 0);
    const watched = up + some.reduce((sum, day) => sum + day.down, 0);
    return watched > 0 ? { share: up / watched, watched: watched * 1_000 } : undefined;
  }

  /** The last day until `now`, 0 to 100 a slot, oldest first, as so many values; `undefined` where nothing was known. */
  chart(now: number, count = SLOTS): (number | undefined)[] {
    const slots = new Uint8Array(SLOTS).fill(UNKNOWN);
    const behind = Math.floor(now / SLOT_MS) - this.#slot;
    if (behind >= 0 && behind < SLOTS) slots.set(this.#ring.subarray(behind));
    else if (behind < 0 && -behind < SLOTS) slots.set(this.#ring.subarray(0, SLOTS + behind), -behind);
    const width = SLOTS / count;
    return Array.from({ length: count }, (_, index) => {
      const from = Math.floor(index * width);
      const some = slots.subarray(from, Math.max(from + 1, Math.floor((index + 1) * width)));
      const known = some.filter((value) => value !== UNKNOWN);
      return known.length === 0 ? undefined : Math.min(...known);
    });
  }

  /** Where a slot is in the ring, which moves on for it. A clock that was put back by more than a day begins it anew. */
  #placeOf(slot: number): number {
    const by = slot - this.#slot;
    if (by <= 0 && by > -SLOTS) return SLOTS - 1 + by;
    if (by > 0 && by < SLOTS) this.#ring.copyWithin(0, by);
    this.#ring.fill(UNKNOWN, Math.max(0, SLOTS - Math.abs(by)));
    this.#slot = slot;
    return SLOTS - 1;
  }

  /** A day of it, in its place: after a clock was wrong, days are there that have not come yet. */
  #dayOf(number: number): Day {
    let after = this.#days.length;
    while (after > 0 && (this.#days[after - 1] as Day).day > number) after -= 1;
    const known = this.#days[after - 1];
    if (known?.day === number) return known;
    const day: Day = { day: number, up: 0, healthy: 0, down: 0 };
    this.#days.splice(after, 0, day);
    if (this.#days.length > DAYS) this.#days.shift();
    return day;
  }
}
