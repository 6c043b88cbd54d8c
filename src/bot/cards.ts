/** Keeps one message per run up to date on the platform where it was asked for. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunEvent } from '../events.ts';
import type { Run } from '../jobs/run-record.ts';
import type { Runs } from '../jobs/runs.ts';
import type { Log } from '../log.ts';
import { type Card, fold, isOver } from './card.ts';
import { draw } from './draw.ts';
import type { Place, Platform, Posted } from './platform.ts';

export interface CardsParts {
  runs: Runs;
  platforms: Map<string, Platform>;
  log: Log;
  /** The shortest time between two edits of a card, ms. */
  pace: number;
}

export class Cards {
  readonly #parts: CardsParts;
  readonly #shown = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();

  constructor(parts: CardsParts) {
    this.#parts = parts;
  }

  /** Shows a run until it has ended; a run that is already shown stays one message. */
  show(run: Run): Promise<void> {
    const platform = this.#parts.platforms.get(run.by.platform);
    if (!platform) return Promise.resolve();
    const shown =
      this.#shown.get(run.id) ?? this.#live(run, platform).finally(() => this.#shown.delete(run.id));
    this.#shown.set(run.id, shown);
    return shown;
  }

  async #live(run: Run, platform: Platform): Promise<void> {
    const place: Place = { platform: run.by.platform, chat: run.by.chat, thread: run.by.thread };
    let card: Card | undefined;
    let posted: Posted | undefined;
    let drawn = '';
    const update = async () => {
      if (!card) return;
      const lines = draw(card, Date.now());
      if (lines.join('\n') === drawn) return;
      drawn = lines.join('\n');
      if (posted) await platform.edit(posted, lines, isOver(card));
      else posted = await platform.post(place, lines);
    };
    const clock = new AbortController();
    const ticking = this.#tick(clock.signal, update, run);
    try {
      for await (const event of this.#parts.runs.events.follow(run.id, this.#stop.signal))
        card = fold(card, event as RunEvent);
    } finally {
      clock.abort();
      await ticking;
      if (!this.#stop.signal.aborted)
        await update().catch((err) =>
          this.#parts.log.warn({ err, run: run.id }, 'a card could not be shown'),
        );
    }
  }

  async #tick(signal: AbortSignal, update: () => Promise<void>, run: Run): Promise<void> {
    while (!signal.aborted) {
      await sleep(this.#parts.pace, undefined, { signal }).catch(() => {});
      if (!signal.aborted)
        await update().catch((err) =>
          this.#parts.log.warn({ err, run: run.id }, 'a card could not be shown'),
        );
    }
  }

  /** Stops following; what a run becomes is shown again after a restart. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#shown.values());
  }
}
