/** Where lines wait to be written: a queue per stream, served in turn, so that one that floods holds up no other. */
import type { Printed } from '../../lines.ts';
import { RecordWriter } from './record.ts';
import type { Stream } from './stream.ts';

/** What a stream gets written before it is the next one's turn, UTF-16 code units. */
const TURN = 64 * 1024;
/**
 * What came together and is no more than this is written as one record, of which all is there after a crash, or nothing: who reads
 * files might find others first when they read again, and give the numbers to other lines.
 */
const WHOLE = 640 * 1024;
/** What is written and synced at once. */
const ROUND = 2 * 1024 * 1024;

export interface LeftOut {
  seq: number;
  count: number;
  time: bigint;
}

/** What waits: lines, or word of lines left out, or that what is held back is to be given out. */
export type Waiting = { lines: readonly Printed[] } | { leftOut: LeftOut } | { settle: 'stdout' | 'stderr' };

interface Item {
  what: Waiting;
  /** How many of its lines are written. */
  written: number;
  done: () => void;
  failed: (error: unknown) => void;
}

/** A part of what waited that is on disk now. */
export interface Kept {
  stream: Stream;
  what: Waiting;
  from: number;
  to: number;
}

export interface Disk {
  /** Writes and syncs. Throws where it could not, and then none of it counts. */
  append(bytes: Buffer): Promise<void>;
  /** Takes note of what is on disk now. */
  kept(parts: readonly Kept[]): Promise<void> | undefined;
  /** Nothing that waited counts. */
  failed(streams: Iterable<Stream>): void;
}

export class Intake {
  readonly #disk: Disk;
  readonly #writer = new RecordWriter();
  readonly #queues = new Map<Stream, Item[]>();
  readonly #acts: (() => Promise<void>)[] = [];
  #running: Promise<void> | undefined;
  /** Bytes that wait, of all streams. */
  waiting = 0;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** Until it is on disk, with all that came before it in its stream. */
  put(stream: Stream, what: Waiting): Promise<void> {
    stream.pending += 1;
    return new Promise<void>((done, failed) => {
      const item = { what, written: 0, done, failed };
      stream.waiting += sizeOf(what);
      this.waiting += sizeOf(what);
      const queue = this.#queues.get(stream);
      if (queue) queue.push(item);
      else this.#queues.set(stream, [item]);
      this.#running ??= this.#run();
    }).finally(() => {
      stream.pending -= 1;
    });
  }

  /** Does something while nothing is being written; what fails is up to it. */
  between(act: () => Promise<void>): void {
    this.#acts.push(act);
    this.#running ??= this.#run();
  }

  /** Until nothing waits. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    // What is said at once is written at once.
    await Promise.resolve();
    while (this.#queues.size > 0 || this.#acts.length > 0) {
      for (const act of this.#acts.splice(0)) await act();
      const finished: Item[] = [];
      const parts = this.#round(finished);
      try {
        if (this.#writer.bytes.length > 0) await this.#disk.append(this.#writer.bytes);
      } catch (error) {
        this.#fail(error, finished, parts);
        continue;
      }
      await this.#disk.kept(parts);
      for (const item of finished) item.done();
    }
    // In the same breath as the last look, so that nothing comes in between.
    this.#running = undefined;
  }

  /** Writes a round's records; items that are through with it go to `finished`. */
  #round(finished: Item[]): Kept[] {
    this.#writer.clear();
    const parts: Kept[] = [];
    let size = 0;
    while (size < ROUND) {
      const [next] = this.#queues;
      if (!next) break;
      const [stream, queue] = next;
      // To the end of the line.
      this.#queues.delete(stream);
      size += this.#turn(stream, queue, parts, finished);
      if (queue.length > 0) this.#queues.set(stream, queue);
    }
    return parts;
  }

  #turn(stream: Stream, queue: Item[], parts: Kept[], finished: Item[]): number {
    let size = 0;
    while (queue.length > 0 && size < TURN) {
      const item = queue[0] as Item;
      const { what } = item;
      if ('lines' in what) {
        const room = sizeOf(what) <= WHOLE ? Number.POSITIVE_INFINITY : TURN - size;
        size += this.#lines(stream, item, what.lines, room, parts);
      } else {
        if ('leftOut' in what) this.#writer.leftOut(stream.header, what.leftOut);
        else this.#writer.settle(stream.header, what.settle);
        parts.push({ stream, what, from: 0, to: 0 });
        size += 100;
      }
      if ('lines' in what && item.written < what.lines.length) break;
      finished.push(item);
      queue.shift();
      stream.waiting -= sizeOf(what);
      this.waiting -= sizeOf(what);
    }
    return size;
  }

  /** Writes lines, a record for each run of numbers that follow each other, up to a size. */
  #lines(stream: Stream, item: Item, lines: readonly Printed[], room: number, parts: Kept[]): number {
    let size = 0;
    const first = item.written;
    while (item.written < lines.length && size < room) {
      const from = item.written;
      let to = from;
      do {
        size += (lines[to] as Printed).text.length + 13;
        to += 1;
      } while (to < lines.length && size < room && lines[to]?.seq === (lines[to - 1] as Printed).seq + 1);
      this.#writer.lines(stream.header, lines, from, to);
      item.written = to;
    }
    if (item.written > first) parts.push({ stream, what: item.what, from: first, to: item.written });
    return size;
  }

  /** Whoever waits is told; what they have sent counts for nothing. */
  #fail(error: unknown, finished: readonly Item[], parts: readonly Kept[]): void {
    const streams = new Set(parts.map(({ stream }) => stream));
    const queues = [...this.#queues];
    this.#queues.clear();
    this.waiting = 0;
    for (const [stream, queue] of queues) {
      streams.add(stream);
      stream.waiting = 0;
      for (const item of queue) item.failed(error);
    }
    for (const item of finished) item.failed(error);
    this.#disk.failed(streams);
  }
}

/** About how many bytes. */
export function sizeOf(what: Waiting): number {
  if (!('lines' in what)) return 0;
  let size = 0;
  for (const { text } of what.lines) size += text.length;
  return size;
}
