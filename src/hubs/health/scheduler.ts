/**
 * Runs checks when they are due: spread over their interval, by a clock that only goes forward, and apart by provider, so that one
 * that hangs holds up its own checks only. Times in ms.
 */
import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';

export interface Check {
  /** Unique; also where within its interval it runs. */
  name: string;
  /** What answers it: checks of one provider share a few places. */
  provider: string;
  every: number;
  /** How long it may take. */
  within: number;
  /** Looks; has to end soon after the signal. What it throws counts as nothing seen. */
  run(signal: AbortSignal): Promise<void>;
  /** Told where it could not even begin in time, or did not end. */
  onMissed?(): void;
}

export interface SchedulerParts {
  now?: () => number;
  /** How many checks of one provider run at once; 8 by default. */
  places?: number;
  /** Told how much later than due a check began, ms. */
  onBegin?(check: Check, late: number): void;
}

interface Due {
  check: Check;
  at: number;
  /** When the one that runs, or waits for a place, was due. */
  due: number;
  gone: boolean;
  busy: boolean;
}

interface Provider {
  running: number;
  waiting: Due[];
}

const PLACES = 8;
/** The longest that a timer of Node runs. */
const LONGEST_MS = 2 ** 31 - 1;

export class Scheduler {
  readonly #parts: SchedulerParts;
  readonly #now: () => number;
  readonly #places: number;
  readonly #checks = new Map<string, Due>();
  /** A heap: the first is due next. */
  readonly #heap: Due[] = [];
  readonly #providers = new Map<string, Provider>();
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #started = false;

  constructor(parts: SchedulerParts = {}) {
    this.#parts = parts;
    this.#now = parts.now ?? (() => performance.now());
    this.#places = parts.places ?? PLACES;
    // Each check that runs listens to it.
    setMaxListeners(0, this.#stop.signal);
  }

  /** These checks from now on, and no others; one that is there already with the same interval keeps its time. */
  set(checks: readonly Check[]): void {
    const names = new Set(checks.map(({ name }) => name));
    for (const [name, due] of this.#checks) if (!names.has(name)) this.#drop(name, due);
    for (const check of checks) {
      const known = this.#checks.get(check.name);
      if (known?.check.every === check.every) {
        known.check = check;
        continue;
      }
      if (known) this.#drop(check.name, known);
      const due: Due = {
        check,
        at: this.#now() + shareOf(check.name) * check.every,
        due: 0,
        gone: false,
        busy: false,
      };
      this.#checks.set(check.name, due);
      push(this.#heap, due);
    }
    if (this.#started) this.#arm();
  }

  start(): void {
    this.#started = true;
    this.#arm();
  }

  /** Runs no more; what runs is aborted. */
  stop(): void {
    this.#started = false;
    clearTimeout(this.#timer);
    this.#stop.abort();
  }

  /** Has a check run now, besides its times. */
  soon(name: string): void {
    const due = this.#checks.get(name);
    if (due && !due.busy && !this.#stop.signal.aborted) this.#begin(due, this.#now());
  }

  /** Begins everything that is due by now. */
  turn(): void {
    const now = this.#now();
    for (let first = this.#heap[0]; first && first.at <= now; first = this.#heap[0]) {
      const due = pop(this.#heap) as Due;
      if (due.gone) continue;
      const at = due.at;
      // Whoever slept does not make up for what it missed.
      due.at += Math.max(1, Math.ceil((now - at) / due.check.every)) * due.check.every;
      push(this.#heap, due);
      if (due.busy) due.check.onMissed?.();
      else this.#begin(due, at);
    }
  }

  #begin(due: Due, at: number): void {
    const { provider: name } = due.check;
    const provider = this.#providers.get(name) ?? { running: 0, waiting: [] };
    this.#providers.set(name, provider);
    due.busy = true;
    due.due = at;
    if (provider.running >= this.#places) {
      provider.waiting.push(due);
      return;
    }
    void this.#run(due, provider);
  }

  async #run(due: Due, provider: Provider): Promise<void> {
    const { check } = due;
    provider.running += 1;
    this.#parts.onBegin?.(check, Math.max(0, this.#now() - due.due));
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), check.within);
    const signal = late.signal;
    const stop = () => late.abort();
    this.#stop.signal.addEventListener('abort', stop, { once: true });
    try {
      // A check that does not mind its signal is left behind; its place is free again.
      const left = new Promise<'left'>((resolve) =>
        signal.addEventListener('abort', () => setTimeout(() => resolve('left'), 50), { once: true }),
      );
      const ended = await Promise.race([check.run(signal), left]);
      if (ended === 'left' && !due.gone) check.onMissed?.();
    } catch {
      if (!due.gone) check.onMissed?.();
    } finally {
      clearTimeout(timer);
      this.#stop.signal.removeEventListener('abort', stop);
      provider.running -= 1;
      due.busy = false;
      this.#next(check.provider, provider);
    }
  }

  /** The next of a provider, now that there is a place again. */
  #next(name: string, provider: Provider): void {
    while (provider.waiting.length > 0 && provider.running < this.#places && !this.#stop.signal.aborted) {
      const due = provider.waiting.shift() as Due;
      if (due.gone) continue;
      void this.#run(due, provider);
    }
    if (provider.running === 0 && provider.waiting.length === 0) this.#providers.delete(name);
  }

  #drop(name: string, due: Due): void {
    due.gone = true;
    this.#checks.delete(name);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const first = this.#heap[0];
    if (!first || !this.#started) return;
    this.#timer = setTimeout(
      () => {
        this.turn();
        this.#arm();
      },
      Math.min(LONGEST_MS, Math.max(0, first.at - this.#now())),
    );
  }
}

/** Where within its interval a name falls, 0 to 1: the same each time, and evenly for many. */
function shareOf(name: string): number {
  return createHash('sha1').update(name).digest().readUInt32BE(0) / 2 ** 32;
}

function push(heap: Due[], due: Due): void {
  let at = heap.push(due) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if ((heap[parent] as Due).at <= due.at) break;
    heap[at] = heap[parent] as Due;
    at = parent;
  }
  heap[at] = due;
}

function pop(heap: Due[]): Due | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (!last || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && (heap[child + 1] as Due).at < (heap[child] as Due).at) child += 1;
    if ((heap[child] as Due).at >= last.at) break;
    heap[at] = heap[child] as Due;
    at = child;
  }
  heap[at] = last;
  return first;
}
