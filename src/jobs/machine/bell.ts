/** Raises alarms and clears them, and never makes whoever does so wait or fail. */
import type { Alarm, Alarms } from '../../alarm.ts';
import type { Log } from '../../log.ts';

/** The most that is known to be well. */
const MOST = 10_000;

export class Bell {
  readonly #alerts: Alarms;
  readonly #log: Log;
  /** What is known to be well: it need not be cleared again each time somebody asks. */
  readonly #well = new Set<string>();

  constructor(parts: { alerts: Alarms; log: Log }) {
    this.#alerts = parts.alerts;
    this.#log = parts.log;
  }

  raise(alarm: Alarm): void {
    this.#well.delete(alarm.key);
    this.#alerts.raise(alarm).catch((err) => this.#log.warn({ err }, 'an alert could not be raised'));
  }

  clear(key: string): void {
    if (this.#well.has(key)) return;
    // Cleared once more, nothing happens.
    if (this.#well.size >= MOST) this.#well.clear();
    this.#well.add(key);
    this.#alerts.clear(key).catch((err) => {
      this.#well.delete(key);
      this.#log.warn({ err }, 'an alert could not be cleared');
    });
  }
}
