/**
 * Alarms of what somebody in the network does, and nobody says the end of: it is over once it was not seen for a while. Which there
 * are is in live state, family `boots.passing`.
 */
import { z } from 'zod';
import type { Alarm } from '../../alarm.ts';
import { remember } from '../../bounded.ts';
import type { Log } from '../../log.ts';
import type { LiveState } from '../step.ts';
import type { Bell } from './bell.ts';

const FAMILY = 'boots.passing';
/** How long it is not seen until it is over, and how often it is noted meanwhile, ms. */
const QUIET_MS = 600_000;
const NOTE_MS = 60_000;
/** The most that are raised: of those beyond, whoever was seen longest ago counts as over. */
const MOST = 100;

export class Passing {
  readonly #parts: { state: LiveState; bell: Bell; log: Log };
  /** When each was seen last, and when that was noted; ms since the epoch. */
  readonly #seen = new Map<string, { last: number; noted: number }>();

  constructor(parts: { state: LiveState; bell: Bell; log: Log }) {
    this.#parts = parts;
  }

  /** Takes up those that the process before raised. */
  async load(): Promise<void> {
    for (const [key, value] of Object.entries(await this.#parts.state.all(FAMILY))) {
      const last = z.number().safeParse(value).data ?? 0;
      this.#seen.set(key, { last, noted: last });
    }
  }

  /** It is seen now. */
  raise(alarm: Alarm, now: number): void {
    const { state, bell, log } = this.#parts;
    const { key } = alarm;
    const { noted = Number.NEGATIVE_INFINITY } = this.#seen.get(key) ?? {};
    const anew = Math.abs(now - noted) >= NOTE_MS;
    remember(this.#seen, key, { last: now, noted: anew ? now : noted }, MOST + 1);
    bell.raise(alarm);
    if (anew)
      state.set(FAMILY, key, now).catch((err) => log.warn({ err, key }, 'an alert could not be noted'));
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MOST) this.#over(oldest as string);
  }

  /** Clears those that are over by now. */
  look(now: number): void {
    // A clock that was put back does not keep it raised.
    for (const [key, { last }] of [...this.#seen]) if (Math.abs(now - last) >= QUIET_MS) this.#over(key);
  }

  #over(key: string): void {
    const { state, bell, log } = this.#parts;
    this.#seen.delete(key);
    bell.clear(key);
    state.remove(FAMILY, key).catch((err) => log.warn({ err, key }, 'what is over could not be forgotten'));
  }
}
