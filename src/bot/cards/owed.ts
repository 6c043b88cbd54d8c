/** The runs whose end a platform has not been told yet: whoever may speak there shows them, also after a crash. Key family `cards`. */
import { key, type Redis } from '../../adapters/redis/connection.ts';
import type { Run } from '../../jobs/run-record.ts';
import type { Runs } from '../../jobs/runs.ts';
import type { Log } from '../../log.ts';

/** How often it is looked for runs that another process accepted, ms. */
const LOOK_MS = 1_000;
/** How soon after one was accepted here, ms. */
const SOON_MS = 20;

/** The sorted set of run ids that are owed to a platform, by when they were accepted. */
export const owedKey = (platform: string): string => key('cards', platform);

export interface OwedParts {
  redis: Redis;
  platform: string;
  runs: Runs;
  log: Log;
  /** Shows a run to its end; false where it stopped before that. */
  show(run: Run): Promise<boolean>;
}

export class Owed {
  readonly #parts: OwedParts;
  readonly #shown = new Set<string>();
  #wake: () => void = () => {};

  constructor(parts: OwedParts) {
    this.#parts = parts;
  }

  /** Looks soon: a run was accepted here, whose first step goes first. */
  poke(): void {
    setTimeout(() => this.#wake(), SOON_MS);
  }

  /** Shows what is owed until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    const { redis, platform, log } = this.#parts;
    const stop = () => this.#wake();
    signal.addEventListener('abort', stop);
    while (!signal.aborted) {
      const poked = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      try {
        for (const id of await redis.zrange(owedKey(platform), '0', '-1')) void this.#settle(id);
      } catch (err) {
        log.warn({ err }, 'it could not be looked for runs to show');
      }
      const timer = setTimeout(this.#wake, LOOK_MS);
      await poked;
      clearTimeout(timer);
    }
    signal.removeEventListener('abort', stop);
  }

  async #settle(id: string): Promise<void> {
    const { redis, platform, runs, log, show } = this.#parts;
    if (this.#shown.has(id)) return;
    this.#shown.add(id);
    try {
      const run = await runs.find(id);
      if (!run || (await show(run))) await redis.zrem(owedKey(platform), id);
    } catch (err) {
      log.warn({ err, run: id }, 'a run could not be shown');
    } finally {
      this.#shown.delete(id);
    }
  }
}
