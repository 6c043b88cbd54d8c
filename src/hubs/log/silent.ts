/**
 * Streams that say nothing any more, on disk, so that memory does not grow with the lives of containers: the file `silent`, lines
 * `[crc32 in hexadecimal] [place of the one before with the same hash] [JSON]`. Only where chains begin is in memory; the last entry
 * of a stream counts.
 */
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { LineSource } from '../../lines.ts';
import { syncFolder } from './segment.ts';
import { keyOf } from './source.ts';
import type { StreamData } from './stream.ts';

const CHAINS = 65_536;
/** Bytes that are read at once: an entry, and many. */
const [SHORT, LONG] = [1_024, 256 * 1_024];
const NONE = -1;
/** Entries that are looked at in one go. */
const PART = 1_000;

interface Entry {
  at: number;
  end: number;
  before: number;
  data: StreamData;
}

export class Silent {
  readonly #path: string;
  #file: number;
  #chains = new Float64Array(CHAINS).fill(NONE);
  /** Bytes. */
  size = 0;
  /** How large it was when it was last written anew. */
  least = 0;
  /** Entries before this place that are about files from `#first` on do not count. */
  #horizon = 0;
  #first = Number.POSITIVE_INFINITY;

  private constructor(path: string, file: number) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Opens it, and makes it where it is not there. What was put in about files from `first` on does not count: those are read again.
   * Throws where something other than its end is damaged.
   */
  static open(path: string, first: number): Silent {
    const silent = new Silent(path, openSync(path, 'a+', 0o600));
    try {
      for (const { at, end, data } of silent.#entries()) {
        silent.size = end;
        silent.#chains[chainOf(keyOf(data.source))] = at;
      }
      [silent.#horizon, silent.#first] = [silent.size, first];
      if (fstatSync(silent.#file).size > silent.size) ftruncateSync(silent.#file, silent.size);
    } catch (error) {
      silent.close();
      throw error;
    }
    silent.least = silent.size;
    return silent;
  }

  find(key: string): StreamData | undefined {
    return this.#find(key)?.data;
  }

  /** Puts streams in; they are on disk for good after `sync`. */
  put(streams: readonly StreamData[]): void {
    const heads = new Map<number, number>();
    let [text, end] = ['', this.size];
    for (const data of streams) {
      const chain = chainOf(keyOf(data.source));
      const line = lineOf(data, heads.get(chain) ?? (this.#chains[chain] as number));
      heads.set(chain, end);
      text += line;
      end += Buffer.byteLength(line);
    }
    const bytes = Buffer.from(text);
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
    } catch (error) {
      ftruncateSync(this.#file, this.size);
      throw error;
    }
    for (const [chain, at] of heads) this.#chains[chain] = at;
    this.size = end;
  }

  async sync(): Promise<void> {
    const file = await open(this.#path, 'r+');
    await file.datasync().finally(() => file.close());
  }

  /** Every stream of some sources that is in it, as its last entry has it; a part at a time, as others get their turn in between. */
  async *all(wanted: (source: LineSource) => boolean): AsyncGenerator<StreamData[]> {
    for (let from = 0; from < this.size; ) {
      const found: StreamData[] = [];
      from = this.#part(from, (entry) => {
        const { at, data } = entry;
        if (wanted(data.source) && this.#find(keyOf(data.source))?.at === at) found.push(data);
      });
      yield found;
      await turn();
    }
  }

  /** Writes it anew with what is still of use. What is about files from `first` on may be read again: what was before stays as well. */
  async renew(keep: (data: StreamData) => boolean, first: number): Promise<void> {
    const path = `${this.#path}.new`;
    rmSync(path, { force: true });
    const next = new Silent(path, openSync(path, 'a+', 0o600));
    const take = (from: number): number => {
      const batch: StreamData[] = [];
      const end = this.#part(from, (entry) => {
        const last = this.#find(keyOf(entry.data.source));
        const counts = last?.at === entry.at || (last && last.data.file >= first && this.#counts(entry));
        if (counts && keep(entry.data)) batch.push(entry.data);
      });
      next.put(batch);
      return end;
    };
    try {
      let from = 0;
      for (; from < this.size; from = take(from)) await turn();
      await next.sync();
      // What was put in meanwhile, in the same breath as the move.
      while (from < this.size) from = take(from);
      renameSync(path, this.#path);
    } catch (error) {
      next.close();
      rmSync(path, { force: true });
      throw error;
    }
    this.close();
    [this.#file, this.#chains, this.size, this.least] = [next.#file, next.#chains, next.size, next.size];
    [this.#horizon, this.#first] = [0, Number.POSITIVE_INFINITY];
    await syncFolder(dirname(this.#path));
  }

  close(): void {
    closeSync(this.#file);
  }

  #find(key: string): Entry | undefined {
    for (let at = this.#chains[chainOf(key)] as number; at !== NONE; ) {
      const entry = entryOf(this.#lineAt(at), at);
      if (this.#counts(entry) && keyOf(entry.data.source) === key) return entry;
      at = entry.before;
    }
    return undefined;
  }

  #counts({ at, data }: Entry): boolean {
    return at >= this.#horizon || data.file < this.#first;
  }

  /** Looks at some entries from a place on; gives the place after them. */
  #part(from: number, look: (entry: Entry) => void): number {
    let [seen, to] = [0, from];
    for (const entry of this.#entries(this.size, from)) {
      look(entry);
      to = entry.end;
      seen += 1;
      if (seen === PART) break;
    }
    return to;
  }

  #lineAt(at: number): Buffer {
    for (let size = SHORT; ; size *= 8) {
      const bytes = this.#read(at, size);
      const end = bytes.indexOf(0x0a);
      if (end !== -1) return bytes.subarray(0, end);
      if (bytes.length < size) throw new Error('An entry of a silent stream has no end.');
    }
  }

  #read(at: number, size: number): Buffer {
    const bytes = Buffer.allocUnsafe(size);
    return bytes.subarray(0, readSync(this.#file, bytes, 0, size, at));
  }

  /** Entries in order, up to a place; an end that was torn off is none. */
  *#entries(until = Number.POSITIVE_INFINITY, from = 0): Generator<Entry> {
    let size = LONG;
    for (let at = from; at < until; ) {
      const bytes = this.#read(at, size);
      let start = 0;
      for (
        let end = bytes.indexOf(0x0a);
        end !== -1 && at + start < until;
        end = bytes.indexOf(0x0a, start)
      ) {
        yield entryOf(bytes.subarray(start, end), at + start);
        start = end + 1;
      }
      if (start === 0 && bytes.length < size) return;
      size = start === 0 ? 2 * size : LONG;
      at += start;
    }
  }
}

const chainOf = (key: string): number => crc32(key) % CHAINS;

function lineOf(data: StreamData, before: number): string {
  const rest = `${before} ${JSON.stringify(data)}`;
  return `${crc32(rest).toString(16)} ${rest}\n`;
}

function entryOf(line: Buffer, at: number): Entry {
  const [first, second] = [line.indexOf(0x20), line.indexOf(0x20, line.indexOf(0x20) + 1)];
  const rest = line.subarray(first + 1);
  if (first < 1 || second < 0 || line.toString('latin1', 0, first) !== crc32(rest).toString(16))
    throw new Error('An entry of a silent stream is damaged.');
  return {
    ...{ at, end: at + line.length + 1 },
    before: Number(line.toString('latin1', first + 1, second)),
    data: JSON.parse(line.toString('utf8', second + 1)) as StreamData,
  };
}
