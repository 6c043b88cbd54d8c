/**
 * Lines on disk until the hub has them. A stream is a folder of files, `00000001.ndjson` and on, in the form in which they are sent;
 * a file whose lines were all delivered is removed. What a crash left is taken up where it was, and sent once more at worst.
 */
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { HubLine } from '../../hub.ts';
import type { Room } from './room.ts';

/** The longest that a line can be as it is kept, bytes: each of its bytes may need six. */
const LONGEST_KEPT = 2 * 1024 * 1024;
const LF = 0x0a;

/** Lines that are to be sent. */
export interface Batch {
  /** NDJSON. */
  bytes: Buffer;
  first: number;
  last: number;
}

interface File {
  number: number;
  /** How much is in it, and how much of that was delivered, bytes. */
  size: number;
  done: number;
  /** The number of the last line in it; 0 where a life before wrote it. */
  last: number;
}

export class Stream {
  readonly name: string;
  readonly #folder: string;
  readonly #room: Room;
  readonly #files: File[];
  /** Where it is written to, if it is. */
  #out: number | undefined;
  /** The number of the last line, and of the last one that was delivered. */
  #last = 0;
  #delivered = 0;
  #lost: number | undefined;
  /** Whether the disk was full: what was delivered is removed at once, then. */
  #full = false;

  private constructor(folder: string, name: string, room: Room, files: File[]) {
    this.#folder = join(folder, name);
    this.name = name;
    this.#room = room;
    this.#files = files;
  }

  /** A new one. Throws where the folder cannot be written to. */
  static create(folder: string, name: string, room: Room): Stream {
    mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
    return new Stream(folder, name, room, []);
  }

  /** Those of a folder to which nobody writes any more. */
  static left(folder: string, streams: readonly string[], room: Room): Stream[] {
    return streams.map((name) => {
      const numbers = names(join(folder, name)).map((file) => Number.parseInt(file, 10));
      const sizeOf = (number: number) => statSync(join(folder, name, fileOf(number))).size;
      const files = numbers.map((number) => ({ number, size: sizeOf(number), done: 0, last: 0 }));
      for (const { size } of files) room.note(size);
      return new Stream(folder, name, room, files);
    });
  }

  /** Keeps lines, with their numbers, as many as there is room for; says how many. */
  append(lines: readonly Omit<HubLine, 'seq'>[]): number {
    const texts = lines.map((line, index) => `${JSON.stringify({ seq: this.#last + index + 1, ...line })}\n`);
    if (this.#write(Buffer.from(texts.join('')), lines.length)) return lines.length;
    let kept = 0;
    while (kept < texts.length && this.#write(Buffer.from(texts[kept] as string), 1)) kept += 1;
    return kept;
  }

  /** What is to be sent next, at most so many bytes unless one line is longer; undefined where everything was. */
  peek(most: number): Batch | undefined {
    for (let [file] = this.#files; file; [file] = this.#files) {
      const bytes = this.#read(file, most);
      if (bytes === 'gone') {
        this.#lose(file);
        continue;
      }
      if (bytes) {
        const first = numberIn(bytes);
        const before = bytes.lastIndexOf(LF, bytes.length - 2);
        return { bytes, first, last: numberIn(bytes.subarray(before + 1)) };
      }
      // All that is in it was delivered; what has no end is of a crash. The one that is written to stays.
      if (this.#out !== undefined && this.#files.length === 1) return undefined;
      this.#drop(file);
    }
    return undefined;
  }

  /** The hub has all lines of a batch before this number. */
  delivered({ bytes }: Batch, next: number): void {
    const [file] = this.#files as [File];
    let at = 0;
    while (at < bytes.length) {
      const seq = numberIn(bytes.subarray(at));
      if (seq >= next) break;
      if (seq > this.#delivered) this.#delivered = seq;
      at = bytes.indexOf(LF, at) + 1;
    }
    file.done += at;
    if (file.done < file.size || this.#files.length > 1) return;
    // Nothing waits, and there is no reason to keep a long file, or what others need.
    if (this.#full || file.size >= this.#room.file / 2) this.finish();
    if (this.#full) this.#drop(file);
    this.#full = false;
  }

  /** How many lines are lost since this was asked last, because somebody removed or cut what was kept; 0 where it is not known how many. */
  takeLost(): number | undefined {
    const lost = this.#lost;
    this.#lost = undefined;
    return lost;
  }

  /** How many lines the hub does not have; of streams that were left, 0 where it has all and 1 where it has not. */
  get waiting(): number {
    if (this.#last > 0) return this.#last - this.#delivered;
    return this.peek(1) ? 1 : 0;
  }

  /** Nothing is written to it any more. */
  finish(): void {
    if (this.#out !== undefined) closeSync(this.#out);
    this.#out = undefined;
  }

  /** Removes it where nothing is left to deliver; true where that is so. */
  remove(): boolean {
    if (this.#out !== undefined || this.peek(1)) return false;
    rmSync(this.#folder, { recursive: true, force: true });
    return true;
  }

  #write(bytes: Buffer, lines: number): boolean {
    if (!this.#room.take(bytes.length)) return false;
    let file = this.#files.at(-1);
    try {
      if (!file || this.#out === undefined) {
        file = { number: (file?.number ?? 0) + 1, size: 0, done: 0, last: 0 };
        mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
        while (names(this.#folder).includes(fileOf(file.number))) file.number += 1;
        this.#out = openSync(this.#path(file), 'wx', 0o600);
        this.#files.push(file);
      }
      for (let done = 0; done < bytes.length; )
        done += writeSync(this.#out, bytes, done, bytes.length - done, file.size + done);
    } catch {
      // The disk is full, say. A line that is there in part would be taken for a whole one.
      this.#full = true;
      if (file && this.#out !== undefined) ftruncateSync(this.#out, file.size);
      this.#room.give(bytes.length);
      return false;
    }
    file.size += bytes.length;
    this.#last += lines;
    file.last = this.#last;
    if (file.size >= this.#room.file) this.finish();
    return true;
  }

  /** Whole lines that were not delivered, at least one; undefined where there is none, `gone` where somebody has removed or cut the file. */
  #read(file: File, most: number): Buffer | 'gone' | undefined {
    const left = file.size - file.done;
    if (left === 0) return undefined;
    for (const length of [Math.min(left, most), Math.min(left, LONGEST_KEPT)]) {
      const bytes = Buffer.allocUnsafe(length);
      if (!readWhole(this.#path(file), bytes, file.done)) return 'gone';
      const end = bytes.lastIndexOf(LF);
      const first = bytes.indexOf(LF);
      if (end !== -1) return bytes.subarray(0, length > most ? first + 1 : end + 1);
    }
    return undefined;
  }

  /** What was in a file is lost. The numbers go on, so that the hub sees a gap. */
  #lose(file: File): void {
    if (this.#files.length === 1) this.finish();
    this.#lost = (this.#lost ?? 0) + Math.max(0, file.last - this.#delivered);
    this.#delivered = Math.max(this.#delivered, file.last);
    this.#drop(file);
  }

  #drop(file: File): void {
    rmSync(this.#path(file), { force: true });
    this.#room.give(file.size);
    this.#files.shift();
  }

  #path = ({ number }: File): string => join(this.#folder, fileOf(number));
}

const fileOf = (number: number): string => `${String(number).padStart(8, '0')}.ndjson`;

/** The number of the first line: it stands first in it. */
const numberIn = (line: Buffer): number => Number.parseInt(line.toString('latin1', 7, 24), 10);

/** Fills the buffer from a place of a file on; false where there is not as much. */
function readWhole(path: string, bytes: Buffer, from: number): boolean {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    return readSync(fd, bytes, 0, bytes.length, from) === bytes.length;
  } catch {
    return false;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
