/**
 * Records of the write-ahead file: `[magic u32][length u32][crc32 u32][payload]`, little endian. A payload is the source as JSON and
 * lines of it whose sequence numbers follow each other. Every record can be read by itself, so that one that is damaged takes no other with it.
 * The magic has bytes that no UTF-8 has: nobody can print a record, to be found where another one is damaged.
 */
import { crc32 } from 'node:zlib';
import type { LineSource, Printed } from '../../lines.ts';

const MAGIC_BYTES = Buffer.from([0xff, 0x4d, 0xfe, 0x57]);
const MAGIC = MAGIC_BYTES.readUInt32LE();
const HEAD = 12;
const LINE_HEAD = 13;
const LINES = 1;
const LEFT_OUT = 2;
const SETTLE = 3;
const STDERR = 1;
const PART = 2;

/** Lines of one stream as they arrived; or instead of them, how many were left out, or that what was held back was given out. */
export interface Batch {
  source: LineSource;
  lines: Printed[];
  leftOut?: { seq: number; count: number; time: bigint };
  settle?: 'stdout' | 'stderr';
}

/** Writes records into one buffer that is used over and over. */
export class RecordWriter {
  #buffer = Buffer.allocUnsafe(64 * 1024);
  #at = 0;

  /** What was written since `clear`; of use until more is written. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  clear(): void {
    // One large line is not to be paid for ever after.
    if (this.#buffer.length > 8 * 1024 * 1024) this.#buffer = Buffer.allocUnsafe(64 * 1024);
    this.#at = 0;
  }

  /** `header` is the source as JSON. The lines' sequence numbers follow each other. */
  lines(header: Buffer, lines: readonly Printed[], from = 0, to = lines.length): void {
    const start = this.#begin(header, LINES);
    this.#reserve(12);
    this.#buffer.writeDoubleLE((lines[from] as Printed).seq, this.#at);
    this.#buffer.writeUInt32LE(to - from, this.#at + 8);
    this.#at += 12;
    for (let index = from; index < to; index += 1) {
      const line = lines[index] as Printed;
      this.#reserve(LINE_HEAD + 3 * line.text.length);
      this.#buffer.writeBigInt64LE(line.time, this.#at);
      this.#buffer[this.#at + 8] = (line.from === 'stderr' ? STDERR : 0) | (line.part ? PART : 0);
      const size = this.#buffer.write(line.text, this.#at + LINE_HEAD);
      this.#buffer.writeUInt32LE(size, this.#at + 9);
      this.#at += LINE_HEAD + size;
    }
    this.#end(start);
  }

  leftOut(header: Buffer, { seq, count, time }: NonNullable<Batch['leftOut']>): void {
    const start = this.#begin(header, LEFT_OUT);
    this.#reserve(24);
    this.#buffer.writeDoubleLE(seq, this.#at);
    this.#buffer.writeDoubleLE(count, this.#at + 8);
    this.#buffer.writeBigInt64LE(time, this.#at + 16);
    this.#at += 24;
    this.#end(start);
  }

  settle(header: Buffer, output: 'stdout' | 'stderr'): void {
    const start = this.#begin(header, SETTLE);
    this.#reserve(8);
    this.#buffer.writeDoubleLE(output === 'stderr' ? STDERR : 0, this.#at);
    this.#at += 8;
    this.#end(start);
  }

  #begin(header: Buffer, kind: number): number {
    const start = this.#at;
    this.#reserve(HEAD + 3 + header.length);
    this.#buffer[start + HEAD] = kind;
    this.#buffer.writeUInt16LE(header.length, start + HEAD + 1);
    header.copy(this.#buffer, start + HEAD + 3);
    this.#at = start + HEAD + 3 + header.length;
    return start;
  }

  #end(start: number): void {
    const payload = this.#buffer.subarray(start + HEAD, this.#at);
    this.#buffer.writeUInt32LE(MAGIC, start);
    this.#buffer.writeUInt32LE(payload.length, start + 4);
    this.#buffer.writeUInt32LE(crc32(payload), start + 8);
  }

  #reserve(size: number): void {
    if (this.#at + size <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#buffer.length, this.#at + size));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}

/** What is in a write-ahead file: its batches, where it ends, and where bytes were damaged before that. */
export function readRecords(file: Buffer, found: (batch: Batch) => void): { end: number; damaged: number[] } {
  const sources = new Map<string, LineSource>();
  const damaged: number[] = [];
  let [at, end] = [0, 0];
  while (at + HEAD <= file.length) {
    const size = sizeAt(file, at);
    if (size === undefined) {
      const next = nextRecord(file, at + 1);
      // Nothing whole comes after it: the end was torn off while it was written, and nobody was told that it is kept.
      if (next === undefined) break;
      damaged.push(at);
      at = next;
      continue;
    }
    found(batchOf(file.subarray(at + HEAD, at + HEAD + size), sources));
    at += HEAD + size;
    end = at;
  }
  return { end, damaged };
}

/** The size of the payload of the record at a place; undefined where there is no whole one. */
function sizeAt(file: Buffer, at: number): number | undefined {
  if (at + HEAD > file.length || file.readUInt32LE(at) !== MAGIC) return undefined;
  const size = file.readUInt32LE(at + 4);
  // Of numbers that a sender says, no kind comes about.
  const kind = file[at + HEAD] as number;
  if (at + HEAD + size > file.length || kind < LINES || kind > SETTLE) return undefined;
  return crc32(file.subarray(at + HEAD, at + HEAD + size)) === file.readUInt32LE(at + 8) ? size : undefined;
}

function nextRecord(file: Buffer, from: number): number | undefined {
  for (let at = file.indexOf(MAGIC_BYTES, from); at !== -1; at = file.indexOf(MAGIC_BYTES, at + 1))
    if (sizeAt(file, at) !== undefined) return at;
  return undefined;
}

function batchOf(payload: Buffer, sources: Map<string, LineSource>): Batch {
  const header = payload.toString('utf8', 3, 3 + payload.readUInt16LE(1));
  let source = sources.get(header);
  if (!source) {
    source = JSON.parse(header) as LineSource;
    sources.set(header, source);
  }
  let at = 3 + payload.readUInt16LE(1);
  const seq = payload.readDoubleLE(at);
  if (payload[0] === SETTLE) return { source, lines: [], settle: seq === STDERR ? 'stderr' : 'stdout' };
  if (payload[0] === LEFT_OUT) {
    const leftOut = { seq, count: payload.readDoubleLE(at + 8), time: payload.readBigInt64LE(at + 16) };
    return { source, lines: [], leftOut };
  }
  const lines: Printed[] = new Array(payload.readUInt32LE(at + 8));
  at += 12;
  for (let index = 0; index < lines.length; index += 1) {
    const flags = payload[at + 8] as number;
    const end = at + LINE_HEAD + payload.readUInt32LE(at + 9);
    lines[index] = {
      ...{
        seq: seq + index,
        time: payload.readBigInt64LE(at),
        text: payload.toString('utf8', at + LINE_HEAD, end),
      },
      from: flags & STDERR ? 'stderr' : 'stdout',
      ...(flags & PART ? { part: true } : {}),
    };
    at = end;
  }
  return { source, lines };
}
