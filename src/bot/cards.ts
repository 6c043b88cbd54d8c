/** Keeps one message per run and place up to date. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunEvent } from '../events.ts';
import type { Run } from '../jobs/run-record.ts';
import type { Runs } from '../jobs/runs.ts';
import type { Log } from '../log.ts';
import { type Card, fold, isOver } from './card.ts';
import { draw } from './draw.ts';
import type { Place, Platform, Posted } from './platform.ts';

/** How long to wait after each failed try to show a run's end, ms. */
const LAST_PAUSES_MS = [500, 2_000, 10_000, 30_000];

export interface CardsParts {
  runs: Runs;
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

  /** Shows a run in a place until it has ended; a run that is already shown there stays one message. */
  show(run: Run, platform: Platform, place: Place): Promise<void> {
    const name = JSON.stringify([run.id, place.platform, place.chat, place.thread]);
    const shown =
      this.#shown.get(name) ?? this.#live(run, platform, place).finally(() => this.#shown.delete(name));
    this.#shown.set(name, shown);
    return shown;
  }

  async #live(run: Run, platform: Platform, { chat, thread }: Place): Promise<void> {
    const place: Place = { platform: platform.name, chat, thread };
    let card: Card | undefined;
    let posted: Posted | undefined;
    let drawn = '';
    const update = async () => {
      if (!card) return;
      const lines = draw(card, Date.now());
      if (lines.join('\n') === drawn) return;
      if (posted) await platform.edit(posted, lines, isOver(card));
      else posted = await platform.post(place, lines);
      drawn = lines.join('\n');
    };
    const clock = new AbortController();
    const ticking = this.#tick(clock.signal, update, run);
    try {
      for await (const event of this.#parts.runs.events.follow(run.id, this.#stop.signal))
        card = fold(card, event as RunEvent);
    } finally {
      clock.abort();
      await ticking;
      await this.#last(update, run);
    }
  }

  /** How it ended is what people wait for: tried again for a while where it cannot be shown. */
  async #last(update: () => Promise<void>, run: Run): Promise<void> {
    for (const pause of LAST_PAUSES_MS) {
      if (this.#stop.signal.aborted) return;
      try {
        return await update();
      } catch (err) {
        this.#parts.log.warn({ err, run: run.id }, 'the end of a run could not be shown');
      }
      await sleep(pause, undefined, { signal: this.#stop.signal }).catch(() => {});
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
