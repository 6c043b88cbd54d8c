/** All streams: those that say something are in memory, of the others it is on disk how far they were. */
import { join } from 'node:path';
import type { LineSource } from '../../lines.ts';
import type { Log } from '../../log.ts';
import type { Draft } from './reading/fold.ts';
import { Silent } from './silent.ts';
import { keyOf, ownerOf } from './source.ts';
import { Stream, type StreamData } from './stream.ts';
import type { Known, KnownStreams } from './verify.ts';

/** Streams in memory, where they are idle. */
const MOST = 2_048;
/** Bytes on disk from which on streams go of which no message is kept any more; and how much it has to grow to be written anew. */
const [LARGE, GROWN] = [16 * 1024 * 1024, 1024 * 1024];

export interface StreamsParts {
  /** The folder of the store. */
  folder: string;
  log: Log | undefined;
  done: (stream: Stream, draft: Draft) => void;
}

/** Which streams are not needed any more. */
export interface Unneeded {
  /** Those that were silent since before that, ms since the epoch. */
  before: number;
  /** Bytes that may be kept of streams of which there is no message any more. */
  most: number;
  /** The first file of which something of an owner is kept. */
  firstOf(owner: string): number;
  /** The first file that is not in a segment. */
  first: number;
}

export class Streams {
  readonly #parts: StreamsParts;
  /** The one that was heard of last is the last one. */
  readonly #known = new Map<string, Stream>();
  #silent: Silent | undefined;
  #most = MOST;
  #readers = 0;
  #renewing: Promise<void> | undefined;

  constructor(parts: StreamsParts) {
    this.#parts = parts;
  }

  get path(): string {
    return join(this.#parts.folder, 'silent');
  }

  /** Opens what is on disk; files from `first` on will be read again. Throws where it is damaged. */
  open(first: number): void {
    this.#silent = Silent.open(this.path, first);
  }

  /** The stream of a source. */
  of(source: LineSource): Stream {
    const key = keyOf(source);
    const known = this.#known.get(key);
    if (known) {
      this.#known.delete(key);
      this.#known.set(key, known);
      return known;
    }
    if (this.#known.size >= this.#most) this.#makeRoom();
    const stream = new Stream(source, this.#parts.done);
    const data = this.#silent?.find(key);
    if (data) stream.restore(data);
    this.#known.set(key, stream);
    return stream;
  }

  /** The first sequence number of a stream that is not on disk. */
  next(source: LineSource): number {
    const key = keyOf(source);
    return (this.#known.get(key) ?? this.#silent?.find(key))?.next ?? 1;
  }

  /** What is known of all streams at this moment, `now` (ms since the epoch), for whoever compares that with messages of the same moment. */
  asOf(now: number): KnownStreams {
    const known = new Map<string, Known>();
    for (const [key, stream] of this.#known) known.set(key, { ...stream.toData(), held: stream.held() });
    const silent = (data: StreamData | undefined): Known | undefined =>
      // What was heard of since was not known then, or not so far.
      data && data.last <= now ? { ...data, held: [] } : undefined;
    return {
      find: (key) => known.get(key) ?? silent(this.#silent?.find(key)),
      all: (wanted) => this.#all(wanted, known, silent),
    };
  }

  async *#all(
    wanted: (source: LineSource) => boolean,
    known: ReadonlyMap<string, Known>,
    silent: (data: StreamData) => Known | undefined,
  ): AsyncGenerator<Known> {
    await this.#renewing;
    this.#readers += 1;
    try {
      for (const stream of known.values()) if (wanted(stream.source)) yield stream;
      for await (const part of this.#silent?.all(wanted) ?? [])
        for (const data of part) {
          const one = known.has(keyOf(data.source)) ? undefined : silent(data);
          if (one) yield one;
        }
    } finally {
      this.#readers -= 1;
    }
  }

  /** What is held back of all of them is given out. */
  settle(): void {
    for (const stream of this.#known.values()) for (const fold of Object.values(stream.folds)) fold.settle();
  }

  /** How far those in memory are, for the end of a file. Those that were silent since before `oldest` are forgotten. */
  far(oldest: number): StreamData[] {
    for (const [key, stream] of this.#known) if (stream.last < oldest && stream.idle) this.#known.delete(key);
    return [...this.#known.values()].map((stream) => stream.toData());
  }

  /** What left memory is on disk for good. */
  async sync(): Promise<void> {
    await this.#renewing;
    await this.#silent?.sync();
  }

  /** Lets go of what is not needed any more, where there is much of it. */
  async tend({ before, most, firstOf, first }: Unneeded): Promise<void> {
    const silent = this.#silent;
    if (!silent || this.#readers > 0 || this.#renewing || silent.size < 2 * silent.least + GROWN) return;
    const tight = silent.size > Math.max(LARGE, most);
    const keep = ({ last, source, file }: StreamData): boolean =>
      last >= before && !(tight && file < Math.min(first, firstOf(ownerOf(source))));
    this.#renewing = silent
      .renew(keep, first)
      .catch((err) => {
        if (this.#parts.log)
          this.#parts.log.warn({ err }, 'what is known of silent streams could not be written anew');
      })
      .finally(() => {
        this.#renewing = undefined;
      });
    await this.#renewing;
  }

  async close(): Promise<void> {
    await this.#renewing;
    this.#silent?.close();
  }

  /** The half that was not heard of for longest leaves memory, but for what is under way. */
  #makeRoom(): void {
    if (!this.#silent) return;
    const half = [...this.#known].slice(0, this.#known.size / 2).filter(([, stream]) => stream.idle);
    // Of a stream that never had a line there is nothing to know.
    const told = half.flatMap(([, stream]) => (stream.next > 1 ? [stream.toData()] : []));
    try {
      this.#silent.put(told);
      for (const [key] of half) this.#known.delete(key);
    } catch (err) {
      if (this.#parts.log) this.#parts.log.warn({ err }, 'silent streams stay in memory');
    }
    this.#most = Math.max(MOST, 2 * this.#known.size);
  }
}
