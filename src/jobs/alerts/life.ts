/** What this process hears of chat services, and whether anything can be said there, as signs of life. */
import type { Log } from '../../log.ts';
import type { Seen } from './seen.ts';

/** A service that is heard, or spoken to, all the time gives no more than one sign in so many ms. */
const EVERY_MS = 1_000;

export class Life {
  readonly #seen: Seen;
  readonly #log: Log;
  readonly #heard = new Map<string, number>();
  /** Whether each service could be spoken to when that was last noted. */
  readonly #reached = new Map<string, { ok: boolean; at: number }>();

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

  /** Something was said in a service, or could not be. It is noted again and again: another manager may have spoken there meanwhile. */
  reached(platform: string, ok: boolean): void {
    const at = performance.now();
    const last = this.#reached.get(platform);
    if (last?.ok === ok && at - last.at < EVERY_MS) return;
    this.#reached.set(platform, { ok, at });
    this.#keep(ok ? this.#seen.leave(`mute/${platform}`) : this.#seen.mark(`mute/${platform}`));
  }

  #keep(noted: Promise<void>): void {
    noted.catch((err) => this.#log.debug({ err }, 'a sign of life could not be noted'));
  }
}
