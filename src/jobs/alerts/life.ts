/** What this process hears of chat services, and whether anything can be said there, as signs of life. */
import type { Log } from '../../log.ts';
import type { Seen } from './seen.ts';

/** A service that is heard all the time gives no more than one sign in so many ms. */
const EVERY_MS = 1_000;

export class Life {
  readonly #seen: Seen;
  readonly #log: Log;
  readonly #heard = new Map<string, number>();
  /** What is known of each service: whether it could be spoken to the last time. */
  readonly #reached = new Map<string, boolean>();

  constructor(parts: { seen: Seen; log: Log }) {
    this.#seen = parts.seen;
    this.#log = parts.log;
  }

  /** Something was heard from a service. */
  heard(platform: string): void {
    const now = performance.now();
    if (now - (this.#heard.get(platform) ?? Number.NEGATIVE_INFINITY) < EVERY_MS) return;
    this.#heard.set(platform, now);
    this.#keep(this.#seen.beat(`platform/${platform}`));
  }

  /** Something was said in a service, or could not be. */
  reached(platform: string, ok: boolean): void {
    if (this.#reached.get(platform) === ok) return;
    this.#reached.set(platform, ok);
    this.#keep(ok ? this.#seen.leave(`mute/${platform}`) : this.#seen.mark(`mute/${platform}`));
  }

  #keep(noted: Promise<void>): void {
    noted.catch((err) => this.#log.debug({ err }, 'a sign of life could not be noted'));
  }
}
