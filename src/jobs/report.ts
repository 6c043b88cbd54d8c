/** What a step says, as events of its run: lines gathered, cleaned and sent in small batches. */
import type { ErrorData } from '../errors.ts';
import type { NewRunEvent } from '../events.ts';
import { messages } from '../messages/messages.ts';
import type { Scrubber } from '../secret.ts';
import { printable } from '../shell.ts';
import type { Runs } from './runs.ts';
import type { Report } from './step.ts';
import type { StepJob } from './step-job.ts';

const FLUSH_MS = 100;
/** Events that may wait for the step's end and be told with it. */
const FEW = 10;
const MAX_LINES = 50;
const MAX_LINE = 2_000;
/** Lines a batch keeps waiting while Redis is slow; the middle of a flood is dropped, and said so. */
const MAX_WAITING = 2_000;

export class EventReport implements Report {
  readonly #job: StepJob;
  readonly #runs: Runs;
  readonly #scrubber: Scrubber;
  readonly #scrub: (line: string) => string;
  #events: NewRunEvent[] = [];
  #lines: string[] = [];
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();
  #busy = false;
  readonly #last: string[] = [];
  #share = 0;

  constructor(parts: { job: StepJob; runs: Runs; scrubber: Scrubber }) {
    this.#job = parts.job;
    this.#runs = parts.runs;
    this.#scrubber = parts.scrubber;
    this.#scrub = parts.scrubber.lines();
  }

  line(text: string): void {
    const clean = printable(this.#scrub(text)).slice(0, MAX_LINE);
    this.#last.push(clean);
    if (this.#last.length > 20) this.#last.shift();
    if (this.#lines.length >= MAX_WAITING) this.#dropped += 1;
    else this.#lines.push(clean);
    this.#schedule();
  }

  progress(share: number): void {
    const rounded = Math.round(Math.min(1, Math.max(0, share)) * 100) / 100;
    if (rounded === this.#share) return;
    this.#share = rounded;
    this.#push({ type: 'progress', ...this.#place, share: rounded });
  }

  note(text: string): void {
    this.#push({ type: 'note', text: printable(this.#scrubber.text(text)).slice(0, 300) });
  }

  /** The step's own state. The first one is sent at once. */
  state(
    state: 'running' | 'done' | 'failed' | 'cancelled',
    more: { error?: ErrorData; attempt?: number },
  ): void {
    const undo = this.#job.direction === 'undo' ? { undo: true } : {};
    this.#push({ type: 'step', ...this.#place, title: this.#job.title, state, ...undo, ...more });
  }

  /** The last lines the step wrote, oldest first. */
  get lastLines(): readonly string[] {
    return this.#last;
  }

  /** Resolves when everything said so far is in the run's events. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#send();
    await this.#sending;
    if (this.#lines.length > 0 || this.#events.length > 0) await this.flush();
  }

  /** What has been said and not been told: little, as all but the last of it is told first. The report is over. */
  async rest(): Promise<NewRunEvent[]> {
    const last = this.#events.pop();
    if (this.#lines.length + this.#events.length > FEW) await this.flush();
    clearTimeout(this.#timer);
    await this.#sending;
    clearTimeout(this.#timer);
    this.#cut();
    return last ? [...this.#events.splice(0), last] : this.#events.splice(0);
  }

  get #place() {
    return { stage: this.#job.stage, step: this.#job.step, host: this.#job.host };
  }

  #push(event: NewRunEvent): void {
    this.#cut();
    this.#events.push(event);
    this.#schedule();
  }

  /** Turns gathered lines into events, so that the order of lines and facts is kept. */
  #cut(): void {
    if (this.#dropped > 0) this.#lines.push(messages().jobs.notes.dropped({ count: this.#dropped }));
    this.#dropped = 0;
    for (let from = 0; from < this.#lines.length; from += MAX_LINES) {
      this.#events.push({ type: 'lines', ...this.#place, lines: this.#lines.slice(from, from + MAX_LINES) });
    }
    this.#lines = [];
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#send();
    }, FLUSH_MS);
  }

  #send(): void {
    if (this.#busy) return;
    this.#cut();
    const events = this.#events;
    this.#events = [];
    if (events.length === 0) return;
    this.#busy = true;
    this.#sending = this.#runs.events
      .emit(this.#job.run, events)
      .catch(() => {})
      .finally(() => {
        this.#busy = false;
        if (this.#lines.length > 0 || this.#events.length > 0) this.#schedule();
      });
  }
}
