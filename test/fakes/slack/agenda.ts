/** What is to happen at a time of the fake's clock, be it one that runs or one that a test moves. */

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** How often the clock is looked at, ms of real time. */
const LOOK_MS = 5;

interface Entry {
  time: number;
  run(): void;
}

export class Agenda {
  readonly clock: Clock;
  readonly #entries = new Set<Entry>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Runs something when so many ms have passed; gives a function that calls it off. */
  after(ms: number, run: () => void): () => void {
    if (this.#closed) return () => {};
    const entry = { time: this.clock.now() + ms, run };
    this.#entries.add(entry);
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref();
    return () => this.#entries.delete(entry);
  }

  /** Calls off all there is and will be. */
  close(): void {
    this.#closed = true;
    this.#entries.clear();
    this.#look();
  }

  #look(): void {
    const now = this.clock.now();
    for (const entry of [...this.#entries].filter(({ time }) => time <= now)) {
      if (this.#entries.delete(entry)) entry.run();
    }
    if (this.#entries.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
