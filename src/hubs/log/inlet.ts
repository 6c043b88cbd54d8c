/** Lines that Muster reads itself, on their way into the store: each once, also where the hub or whoever reads is cut off at any place. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MusterError } from '../../errors.ts';
import type { LineSource } from '../../lines.ts';
import type { LogStore } from './log.ts';
import type { Positions } from './positions.ts';
import { keyOf, sourceOfKey } from './source.ts';

/** A line as a source gives it. */
export interface ReadLine {
  /** Nanoseconds since the epoch, decimal. */
  time: string;
  text: string;
  from?: 'stdout' | 'stderr';
  part?: true;
}

export interface ReadBatch {
  source: LineSource;
  lines: readonly ReadLine[];
  /** What the reader needs to go on after these. */
  position: unknown;
  /** Lines right before these are missing: their place in the sequence stays empty. */
  lost?: boolean;
}

/** How long to wait for room, ms. */
const AGAIN_MS = { 'logs.busy': 50, 'logs.full': 1_000 } as const;

export class Inlet {
  readonly #store: Pick<LogStore, 'take' | 'next'>;
  readonly #positions: Positions;
  readonly #onWait: (error: MusterError) => void;

  /** `onWait` hears why lines wait. */
  constructor(parts: {
    store: Pick<LogStore, 'take' | 'next'>;
    positions: Positions;
    onWait?: (error: MusterError) => void;
  }) {
    this.#store = parts.store;
    this.#positions = parts.positions;
    this.#onWait = parts.onWait ?? (() => {});
  }

  /** Every source that was read. */
  sources(): LineSource[] {
    return this.#positions.streams().map(sourceOfKey);
  }

  /** Where the reader of a source goes on; undefined where it was never read. */
  position(source: LineSource): unknown {
    return this.#positions.find(keyOf(source), this.#store.next(source))?.position;
  }

  /** Opens a source for one reader, which hands its batches over one after the other. */
  open(source: LineSource): (batch: Omit<ReadBatch, 'source'>, signal?: AbortSignal) => Promise<void> {
    const key = keyOf(source);
    const next = this.#store.next(source);
    // Where the store took less than was noted, the same lines come again under the same numbers.
    let at = this.#positions.find(key, next)?.at ?? next;
    let broken: { error: unknown } | undefined;
    return async ({ lines, position, lost }, signal) => {
      // What follows a batch that is not in the store would get its numbers.
      if (broken) throw broken.error;
      if (lost) at += 1;
      let [text, now] = ['', 0n];
      const numbered = lines.map((line, index) => {
        // What is read at once often has one time.
        if (line.time !== text) [text, now] = [line.time, BigInt(line.time)];
        return { seq: at + index, time: now, text: line.text, from: line.from, part: line.part };
      });
      const end = at + lines.length;
      try {
        await this.#patiently(() => this.#positions.note(key, end, position), signal);
        await this.#patiently(() => this.#store.take(source, numbered), signal);
        await this.#positions.kept(key).catch(() => {});
      } catch (error) {
        broken = { error };
        throw error;
      }
      at = end;
    };
  }

  /** Does it again while there is no room. */
  async #patiently<T>(act: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (;;) {
      try {
        return await act();
      } catch (thrown) {
        const error = room(thrown);
        if (!error) throw thrown;
        this.#onWait(error);
        await sleep(AGAIN_MS[error.code as keyof typeof AGAIN_MS], undefined, { signal });
      }
    }
  }
}

/** What is wrong where only room is missing. */
function room(thrown: unknown): MusterError | undefined {
  if ((thrown as NodeJS.ErrnoException).code === 'ENOSPC') return new MusterError('logs.full');
  if (!(thrown instanceof MusterError)) return undefined;
  return Object.hasOwn(AGAIN_MS, thrown.code) ? thrown : undefined;
}
