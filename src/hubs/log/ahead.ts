/** What is written ahead: one file that is written to, and the one before it until a segment has it; and which segments may stay. */
import { stat } from 'node:fs/promises';
import type { Log } from '../../log.ts';
import type { Block } from './block.ts';
import type { Folder } from './folder.ts';
import { Fresh } from './fresh.ts';
import { leaving } from './keep.ts';
import type { LogLimits } from './log.ts';
import type { Message } from './message.ts';
import { seal } from './recover.ts';
import { type Segment, withoutOwners } from './segment.ts';
import type { Shelf } from './shelf.ts';
import { WriteAhead } from './wal.ts';

/** How long a disk that was full is left alone, ms. */
const PAUSE = 1_000;
/** After how long a file becomes a segment that is not full, ms: sooner where messages are kept for a shorter time than ten days. */
const DAY = 86_400_000;
const MS = 1_000_000n;

export interface AheadParts {
  folder: Folder;
  limits: LogLimits;
  shelf: Shelf;
  log: Log | undefined;
  /** Ms since the epoch. */
  now: () => number;
  /** The same, by which messages age. */
  aging: () => number;
  /** Until what is known of streams that `finish` does not name is on disk. */
  sync(): Promise<void>;
  /** All that is held back becomes messages, as a file ends; gives how far each stream is. */
  finish(): string;
  /** A file of this number has begun. */
  begun(number: number): void;
}

interface Old {
  fresh: Fresh;
  wal: WriteAhead;
  /** How far each stream was at its end. */
  streams: string;
}

export class Ahead {
  readonly #parts: AheadParts;
  #wal!: WriteAhead;
  #fresh = new Fresh(1);
  /** When its file was begun, ms since the epoch. */
  #since = 0;
  /** The one before, until a segment has it. */
  #old: Old | undefined;
  #sealing: Promise<void> | undefined;
  #clearing: Promise<void> = Promise.resolve();
  #retry = 0;

  constructor(parts: AheadParts) {
    this.#parts = parts;
  }

  /** Goes on with the file that was begun last, of which so many bytes count. */
  async open(size: number): Promise<void> {
    const path = this.#parts.folder.file(this.#fresh.number, 'wal');
    const { birthtimeMs } = await stat(path).catch(() => ({ birthtimeMs: 0 }));
    this.#since = birthtimeMs || this.#parts.now();
    this.#wal = await WriteAhead.open(path, size);
    await this.clear();
  }

  /** The file that is written to. */
  get number(): number {
    return this.#fresh.number;
  }

  /** The first file that is in no segment. */
  get first(): number {
    return this.#old?.fresh.number ?? this.#fresh.number;
  }

  /** What is in no segment, oldest first. */
  all(): Fresh[] {
    return this.#old ? [this.#old.fresh, this.#fresh] : [this.#fresh];
  }

  /** All blocks of that as they are right now. */
  blocks(): Block[] {
    return this.all().flatMap((fresh) => fresh.blocks());
  }

  begin(number: number): void {
    this.#fresh = new Fresh(number);
    this.#since = this.#parts.now();
    this.#parts.begun(number);
  }

  /** Ends what was begun last, as another file follows. */
  finish(): { fresh: Fresh; streams: string } {
    const streams = this.#parts.finish();
    return { fresh: this.#fresh, streams };
  }

  /** Gives a message its place; gives the number of its file. */
  add(owner: string, message: Message): number {
    this.#fresh.add(owner, message);
    return this.#fresh.number;
  }

  /** Writes and syncs; throws where it could not. */
  async append(bytes: Buffer): Promise<void> {
    // A segment cannot be written: no more is taken than can be held.
    if (this.#old && this.#wal.size > 2 * this.#parts.limits.fresh) {
      await this.#turn();
      if (this.#old) throw Object.assign(new Error('No segment can be written.'), { code: 'ENOSPC' });
    }
    await this.#wal.append(bytes);
  }

  /** All that was appended is in messages now. */
  async applied(): Promise<void> {
    if (this.#fresh.busy > 8) await this.#fresh.eased();
    if (this.#wal.size >= this.#parts.limits.fresh) await this.#turn();
  }

  /** Sees to what time alone brings: what is in no segment for long, and what is too old. Not while anything is appended. */
  async tend(): Promise<void> {
    const { now, limits } = this.#parts;
    const long = now() - this.#since >= Math.min(DAY, limits.age / 10);
    if (this.#old || (long && this.#fresh.count > 0)) await this.#turn();
    await this.#sealing;
    await this.clear();
  }

  async close(): Promise<void> {
    await this.#sealing;
    await this.#clearing;
    await this.#wal.close();
    await this.#old?.wal.close();
  }

  /** Begins another file, and makes a segment of the one before. */
  async #turn(): Promise<void> {
    const { now, folder, log } = this.#parts;
    await this.#sealing;
    if (this.#old) {
      if (now() < this.#retry) return;
      this.#sealing = this.#seal();
      await this.#sealing;
      if (this.#old) return;
    }
    const number = this.#fresh.number + 1;
    let wal: WriteAhead;
    try {
      wal = await WriteAhead.open(folder.file(number, 'wal'));
    } catch (error) {
      if (log) log.warn({ err: error }, 'no new write-ahead file');
      return;
    }
    this.#old = { ...this.finish(), wal: this.#wal };
    this.#wal = wal;
    this.begin(number);
    this.#sealing = this.#seal();
  }

  async #seal(): Promise<void> {
    const { folder, shelf, now, aging, log, sync } = this.#parts;
    const old = this.#old as Old;
    // By the clock by which it will age: one that jumped ahead is not believed later, either.
    const written = aging();
    try {
      await sync();
      const segment = await seal(folder, old.fresh, { streams: old.streams, written });
      if (segment) shelf.segments.push(segment);
      this.#old = undefined;
      await old.wal.close();
    } catch (error) {
      this.#retry = now() + PAUSE;
      if (log) log.warn({ err: error }, 'a segment of logs cannot be written');
    }
    await this.clear();
  }

  /** Removes what may not stay; what cannot be removed is tried again later. */
  clear(): Promise<void> {
    this.#clearing = this.#clearing
      .then(() => this.#clear())
      .catch((error) => {
        if (this.#parts.log) this.#parts.log.warn({ err: error }, 'old logs cannot be removed');
      });
    return this.#clearing;
  }

  async #clear(): Promise<void> {
    const { folder, shelf, limits, aging } = this.#parts;
    const oldest = BigInt(Math.max(0, Math.floor(aging() - limits.age))) * MS;
    for (const { segment, owners } of leaving(shelf.segments, { size: limits.size, oldest })) {
      let rest: Segment | undefined;
      if (owners) rest = await withoutOwners(segment, owners);
      else await folder.remove(segment.number, 'seg');
      shelf.replace(segment, rest);
    }
  }
}
