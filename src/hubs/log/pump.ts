/**
 * Passes what arrives on to one sink, in order: in batches, again and again until they are taken, and from where it was after a crash.
 * It reads from the store whenever it can, so a sink that hangs holds up neither the store nor another sink.
 */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asMusterError, type MusterError } from '../../errors.ts';
import type { Level, Line } from '../../lines.ts';
import type { Arrived, LogStore, Place } from './log.ts';

/** Where lines go; as `adapters/sinks` has it. */
export interface Outlet {
  send(lines: readonly Line[], signal: AbortSignal): Promise<{ count: number; message: string } | undefined>;
  close(): Promise<void>;
}

export interface PumpParts {
  name: string;
  store: Pick<LogStore, 'tail' | 'query'>;
  outlet: Outlet;
  /** Where it keeps how far it is. */
  folder: string;
  /** Messages of this level or a worse one. */
  level: Level;
  /** Hears why nothing is taken; with nothing, that it is again. */
  onTrouble(error?: MusterError): void;
  /** Hears of messages that are never taken. */
  onRefused(refused: { count: number; message: string }): void;
  /** Hears that messages were let go, to make room, before they could be passed on. */
  onMissed?(): void;
  /** The first pause before another try and the longest, ms; half a second to half a minute by default. */
  again?: { first: number; most: number };
}

const AGAIN = { first: 500, most: 30_000 };
/** Messages of one batch, and how long it is gathered, ms. */
const MOST = 2_000;
const GATHER_MS = 100;
/** How often it is noted how far it is, ms: what came since is sent once more after a crash. */
const NOTE_MS = 250;
/** What the last messages may take when it ends, ms. */
const CLOSING_MS = 2_000;

export class Pump {
  readonly #parts: PumpParts;
  readonly #path: string;
  readonly #end = new AbortController();
  /** Ends later, so that what is being sent may be taken. */
  readonly #cut = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #noted: { place: Place; at: number } | undefined;
  #place: Place | undefined;
  /** Messages that were taken since it began. */
  sent = 0;

  constructor(parts: PumpParts) {
    this.#parts = parts;
    this.#path = join(parts.folder, `${parts.name}.json`);
  }

  /** Begins where it was, or with what arrives from now on where it is new. */
  async start(): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const known = await readFile(this.#path, 'utf8').then(parse, () => undefined);
    this.#place = known ?? this.#parts.store.query({}, { limit: 0 }).place;
    await this.#note(true);
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#end.abort();
    const late = setTimeout(() => this.#cut.abort(), CLOSING_MS);
    await this.#running;
    clearTimeout(late);
    await this.#note(true).catch(() => {});
    await this.#parts.outlet.close();
  }

  async #run(): Promise<void> {
    const { store, level, again = AGAIN } = this.#parts;
    while (!this.#end.signal.aborted) {
      try {
        const after = this.#place as Place;
        const arrived = store.tail({ level }, { signal: this.#end.signal, after, places: true });
        for await (const { lines, place, missed } of gathered(arrived)) {
          if (missed) this.#parts.onMissed?.();
          if (lines.length > 0 && !(await this.#send(lines))) return;
          this.#place = place;
          this.sent += lines.length;
          await this.#note();
        }
      } catch (error) {
        if (this.#end.signal.aborted) return;
        this.#troubled = true;
        this.#parts.onTrouble(asMusterError(error));
        await this.#pause(again.most);
      }
    }
  }

  /** Resolves with true once they are taken, with false where it ends before. */
  async #send(lines: readonly Line[]): Promise<boolean> {
    const { outlet, onTrouble, onRefused, again = AGAIN } = this.#parts;
    for (let pause = again.first, failing = false; ; pause = Math.min(2 * pause, again.most)) {
      try {
        const refused = await outlet.send(lines, this.#cut.signal);
        if (refused) onRefused(refused);
        if (failing || this.#troubled) onTrouble();
        this.#troubled = false;
        return true;
      } catch (error) {
        if (this.#end.signal.aborted) return false;
        failing = true;
        this.#troubled = true;
        onTrouble(asMusterError(error));
        await this.#pause(pause);
        if (this.#end.signal.aborted) return false;
      }
    }
  }

  /** Until it has taken something: an alert of before a restart may still be there. */
  #troubled = true;

  #pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal: this.#end.signal }).catch(() => {});

  async #note(now = false): Promise<void> {
    const place = this.#place;
    if (place === undefined || place === this.#noted?.place) return;
    if (!now && this.#noted && Date.now() - this.#noted.at < NOTE_MS) return;
    const next = `${this.#path}.new`;
    const file = await open(next, 'w', 0o600);
    await file
      .writeFile(JSON.stringify({ place }))
      .then(() => file.datasync())
      .finally(() => file.close());
    await rename(next, this.#path);
    this.#noted = { place, at: Date.now() };
  }
}

function parse(text: string): Place | undefined {
  try {
    const { place } = JSON.parse(text) as { place?: unknown };
    return typeof place === 'string' ? place : undefined;
  } catch {
    return undefined;
  }
}

/** What arrives, put together for a moment. Nothing is read ahead of what is gathered. */
async function* gathered(arrived: AsyncIterable<Arrived>): AsyncGenerator<Arrived> {
  const source = arrived[Symbol.asyncIterator]();
  let next = source.next();
  try {
    for (;;) {
      const first = await next;
      if (first.done) return;
      let { lines, place, missed } = first.value;
      next = source.next();
      const enough = sleep(GATHER_MS, undefined, { ref: false });
      while (lines.length < MOST) {
        const more = await Promise.race([next, enough]);
        if (!more || more.done) break;
        lines = [...lines, ...more.value.lines];
        ({ place, missed = missed } = more.value);
        next = source.next();
      }
      yield { lines, place, ...(missed && { missed }) };
    }
  } finally {
    next.catch(() => {});
    await source.return?.();
  }
}
