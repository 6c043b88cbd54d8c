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
/** The first and the newest lines of a flood that are kept while they wait; what lies between is left out, and said so. */
const MOST_FIRST = 1_000;
const MOST_NEWEST = 1_000;

export class EventReport implements Report {
  readonly #job: StepJob;
  readonly #runs: Runs;
  readonly #scrubber: Scrubber;
  readonly #scrub: (line: string) => string;
  #events: NewRunEvent[] = [];
  #lines: string[] = [];
  #newest: string[] = [];
  /** Lines that were left out: between those two, and of what Redis refused. */
  #skipped = 0;
  #lost = 0;
  /** Lines that the waiting events tell or say to be left out. */
  #told = 0;
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
    const clean = short(printable(this.#scrub(text)));
    this.#last.push(clean);
    if (this.#last.length > 20) this.#last.shift();
    if (this.#lines.length < MOST_FIRST) this.#lines.push(clean);
    else if (this.#newest.push(clean) > MOST_NEWEST) {
      this.#newest.shift();
      this.#skipped += 1;
    }
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
    const leftOut = (count: number) => (count > 0 ? [messages().jobs.notes.dropped({ count })] : []);
    const [first, newest] = [this.#lines, this.#newest];
    const lines = [...leftOut(this.#lost), ...first, ...leftOut(this.#skipped), ...newest];
    for (let from = 0; from < lines.length; from += MAX_LINES) {
      this.#events.push({ type: 'lines', ...this.#place, lines: lines.slice(from, from + MAX_LINES) });
    }
    this.#told += this.#lost + first.length + this.#skipped + newest.length;
    [this.#lines, this.#newest, this.#skipped, this.#lost] = [[], [], 0, 0];
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
    const [events, told] = [this.#events, this.#told];
    [this.#events, this.#told] = [[], 0];
    if (events.length === 0) return;
    this.#busy = true;
    this.#sending = this.#runs.events
      .emit(this.#job.run, events)
      .catch(() => {
        this.#lost += told;
      })
      .finally(() => {
        this.#busy = false;
        if (this.#lines.length > 0 || this.#events.length > 0) this.#schedule();
      });
  }
}

/** A line as it is kept; of one that is too long, the beginning. */
function short(line: string): string {
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE - 1).replace(/[\uD800-\uDBFF]$/, '')}…` : line;
}
