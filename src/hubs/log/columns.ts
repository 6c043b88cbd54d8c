/** Messages of one owner as columns: what is about them apart from what they say, so that either can be read without the other. */
import type { Pile } from './pile.ts';

/** What is about the messages of a block, a column each; ordered by time. */
export interface Columns {
  count: number;
  /** Nanoseconds since the block's first one. */
  times: BigInt64Array;
  seqs: Float64Array;
  orders: Float64Array;
  /** Where in the block's text a message ends, UTF-16 code units; the next one starts one further on. */
  ends: Uint32Array;
  lines: Uint32Array;
  /** Indices into the block's sources. */
  streams: Uint32Array;
  levels: Uint8Array;
  flags: Uint8Array;
  /** The sequence numbers of messages with others in between, by index. */
  scattered: Record<number, number[]>;
}

/** Bytes of one message in all columns. */
const WIDTH = 8 + 8 + 8 + 4 + 4 + 4 + 1 + 1;

/** A pile's columns in order of time, as bytes: numbers that grow are written as what they grow by, which compresses well. */
export function packColumns(pile: Pile, order: Uint32Array): Buffer {
  const { count } = pile;
  const scattered: Record<number, number[]> = {};
  if (Object.keys(pile.scattered).length > 0)
    order.forEach((from, index) => {
      const seqs = pile.scattered[from];
      if (seqs) scattered[index] = seqs;
    });
  const rest = Object.keys(scattered).length === 0 ? '' : JSON.stringify(scattered);
  const bytes = new ArrayBuffer(8 + WIDTH * count + Buffer.byteLength(rest));
  new Float64Array(bytes, 0, 1)[0] = count;
  const columns = viewsOf(bytes, count);
  const last = new Float64Array(pile.sources.length);
  let time = pile.times[order[0] as number] as bigint;
  let arrived = 0;
  for (let index = 0; index < count; index += 1) {
    const from = order[index] as number;
    const stream = pile.streams[from] as number;
    const now = pile.times[from] as bigint;
    columns.times[index] = now - time;
    time = now;
    columns.seqs[index] = (pile.seqs[from] as number) - (last[stream] as number);
    last[stream] = pile.seqs[from] as number;
    columns.orders[index] = (pile.orders[from] as number) - arrived;
    arrived = pile.orders[from] as number;
    columns.ends[index] = (pile.texts[from] as string).length;
    columns.lines[index] = pile.lines[from] as number;
    columns.streams[index] = stream;
    columns.levels[index] = pile.levels[from] as number;
    columns.flags[index] = pile.flags[from] as number;
  }
  const packed = Buffer.from(bytes);
  packed.write(rest, 8 + WIDTH * count);
  return packed;
}

/** Out of `packColumns`' bytes. */
export function unpackColumns(packed: Buffer): Columns {
  // A copy where the columns would not lie on their boundaries.
  const bytes = packed.byteOffset % 8 === 0 ? packed : Buffer.from(new Uint8Array(packed).buffer);
  const count = bytes.readDoubleLE(0);
  const views = viewsOf(bytes.buffer, count, bytes.byteOffset);
  const rest = bytes.toString('utf8', 8 + WIDTH * count);
  const last: number[] = [];
  let time = 0n;
  let order = 0;
  let end = -1;
  for (let index = 0; index < count; index += 1) {
    const stream = views.streams[index] as number;
    time += views.times[index] as bigint;
    views.times[index] = time;
    const seq = (last[stream] ?? 0) + (views.seqs[index] as number);
    views.seqs[index] = seq;
    last[stream] = seq;
    order += views.orders[index] as number;
    views.orders[index] = order;
    end += 1 + (views.ends[index] as number);
    views.ends[index] = end;
  }
  return { count, ...views, scattered: rest === '' ? {} : JSON.parse(rest) };
}

function viewsOf(bytes: ArrayBufferLike, count: number, from = 0) {
  let at = from + 8;
  const next = (width: number): [ArrayBufferLike, number, number] => {
    at += width * count;
    return [bytes, at - width * count, count];
  };
  return {
    times: new BigInt64Array(...next(8)),
    seqs: new Float64Array(...next(8)),
    orders: new Float64Array(...next(8)),
    ends: new Uint32Array(...next(4)),
    lines: new Uint32Array(...next(4)),
    streams: new Uint32Array(...next(4)),
    levels: new Uint8Array(...next(1)),
    flags: new Uint8Array(...next(1)),
  };
}
