/** Gives out what is held back, once nothing came for a while that belongs to it. */
import type { Fold } from './reading/fold.ts';
import type { Stream } from './stream.ts';

/** How long a line that a trace may follow waits for it, ms. */
const TRACE = 60;
/** How long a part of a line waits for the rest, ms. */
const PART = 1_000;
const LOOK = 20;
/** Held over all streams, UTF-16 code units; beyond it nothing waits. */
const MOST = 32 * 1024 * 1024;

interface Held {
  stream: Stream;
  output: 'stdout' | 'stderr';
  since: number;
  size: number;
  asked: boolean;
}

export class Settling {
  readonly #settle: (stream: Stream, output: 'stdout' | 'stderr') => Promise<void>;
  readonly #held = new Map<Fold, Held>();
  #size = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Before it is started, and after it is closed, nothing is given out. */
  #running = false;

  constructor(settle: (stream: Stream, output: 'stdout' | 'stderr') => Promise<void>) {
    this.#settle = settle;
  }

  /** Something came to an output of a stream, or was given out of it. */
  look(stream: Stream, output: 'stdout' | 'stderr'): void {
    const fold = stream.folds[output];
    const before = this.#held.get(fold);
    this.#size += (fold.held ?? 0) - (before?.size ?? 0);
    if (fold.held === undefined) this.#held.delete(fold);
    else
      this.#held.set(fold, {
        ...{ stream, output, since: performance.now(), size: fold.held, asked: before?.asked ?? false },
      });
    this.#wait();
  }

  clear(): void {
    this.#held.clear();
    this.#size = 0;
  }

  start(): void {
    this.#running = true;
    this.#wait();
  }

  close(): void {
    this.#running = false;
    clearTimeout(this.#timer);
  }

  #look(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const [fold, held] of this.#held) {
      if (held.asked) continue;
      const late = now - held.since >= (fold.unfinished ? PART : TRACE);
      if (!late && this.#size < MOST) continue;
      held.asked = true;
      // What could not be written is asked for again.
      const again = (): void => {
        const still = this.#held.get(fold);
        if (still) still.asked = false;
      };
      this.#settle(held.stream, held.output).then(again, again);
    }
    this.#wait();
  }

  #wait(): void {
    if (this.#running && this.#held.size > 0) this.#timer ??= setTimeout(() => this.#look(), LOOK);
  }
}
