/** Keeps one message per run and place up to date. */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunEvent, RunStatus } from '../../events.ts';
import type { Run } from '../../jobs/run-record.ts';
import type { Runs } from '../../jobs/runs.ts';
import type { Log } from '../../log.ts';
import { messages } from '../../messages/messages.ts';
import { logFile, printedLines } from '../answers/run-log.ts';
import type { Mailbox, Urgency } from '../outbox/mail.ts';
import { placeName } from '../places.ts';
import type { Place } from '../platform.ts';
import { buttonsOf } from './buttons.ts';
import { type Card, fold, isOver, isReading } from './card.ts';
import { CUT, draw, LINES } from './draw.ts';

/** How long to wait after each failed try to hand over a run's end, ms. */
const LAST_PAUSES_MS = [500, 2_000, 10_000, 30_000];

export interface CardsParts {
  runs: Runs;
  log: Log;
  /** The shortest time between two states of a card, ms. */
  pace: number;
}

export class Cards {
  readonly #parts: CardsParts;
  readonly #shown = new Map<string, Promise<boolean>>();
  readonly #stop = new AbortController();

  constructor(parts: CardsParts) {
    this.#parts = parts;
    // Each run that is shown listens to it.
    setMaxListeners(0, this.#stop.signal);
  }

  /**
   * Shows a run in a place until it has ended; a run that is already shown there stays one message.
   * Resolves with whether its end was handed over; false where this stopped before. `onStatus` is told how it stands,
   * its end included, each time that changes.
   */
  show(
    run: Run,
    mailbox: Mailbox,
    { platform, chat, thread }: Place,
    onStatus?: (status: RunStatus) => Promise<void>,
  ): Promise<boolean> {
    const place: Place = { platform, chat, thread };
    const name = JSON.stringify([run.id, place]);
    const shown =
      this.#shown.get(name) ??
      this.#live(run, mailbox, place, onStatus).finally(() => this.#shown.delete(name));
    this.#shown.set(name, shown);
    return shown;
  }

  async #live(
    run: Run,
    mailbox: Mailbox,
    place: Place,
    onStatus?: (status: RunStatus) => Promise<void>,
  ): Promise<boolean> {
    let card: Card | undefined;
    let drawn = '';
    let told: RunStatus | undefined;
    const update = async () => {
      if (!card) return;
      const { status } = card;
      if (status !== told) await onStatus?.(status);
      told = status;
      const [lines, buttons] = [draw(card, Date.now()), buttonsOf(card)];
      if (lines.join('\n') === drawn) return;
      const id = `card:${run.id}:${placeName(place)}`;
      const urgency = urgencyOf(card);
      const ended = isOver(card) ? status : undefined;
      const mail = { id, place, lines, buttons, urgency, about: run.id, ended };
      await mailbox.put({ ...mail, final: ended !== undefined });
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
    }
    const last = async () => {
      await update();
      if (card && isReading(card) && mailbox.files) await this.#attachLog(run, mailbox, place);
    };
    return this.#last(last, run);
  }

  /** What was read and does not fit its card comes as a file. */
  async #attachLog(run: Run, mailbox: Mailbox, place: Place): Promise<void> {
    const lines = printedLines(await this.#parts.runs.history(run.id));
    if (lines.length <= LINES && lines.every((line) => line.length <= CUT)) return;
    const id = `log:${run.id}:${placeName(place)}`;
    const words = [messages().answers.runs.whole({ count: lines.length })];
    const mail = {
      id,
      place,
      lines: words,
      file: logFile((await this.#parts.runs.find(run.id)) ?? run, lines),
    };
    await mailbox.put({ ...mail, urgency: 'reply', final: true });
  }

  /** How it ended is what people wait for: tried again for a while where it cannot be handed over. */
  async #last(update: () => Promise<void>, run: Run): Promise<boolean> {
    for (const pause of LAST_PAUSES_MS) {
      if (this.#stop.signal.aborted) return false;
      try {
        await update();
        return true;
      } catch (err) {
        this.#parts.log.warn({ err, run: run.id }, 'the end of a run could not be shown');
      }
      await sleep(pause, undefined, { signal: this.#stop.signal }).catch(() => {});
    }
    return false;
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

function urgencyOf(card: Card): Urgency {
  if (!isOver(card)) return 'progress';
  return card.status === 'failed' ? 'failure' : 'final';
}
