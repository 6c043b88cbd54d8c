/** Messages of one owner as columns: what is about them apart from what they say, so that either can be read without the other. */
import type { LineSource } from '../../lines.ts';
import type { Message } from './message.ts';

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

/** Messages, ordered by time, as columns in bytes: numbers that grow are written as what they grow by, which compresses well. */
export function packColumns(messages: readonly Message[], streamOf: (source: LineSource) => number): Buffer {
  const count = messages.length;
  const scattered: Record<number, number[]> = {};
  messages.forEach((message, index) => {
    if (message.seqs) scattered[index] = message.seqs;
  });
  const rest = Object.keys(scattered).length === 0 ? '' : JSON.stringify(scattered);
  const bytes = new ArrayBuffer(8 + WIDTH * count + Buffer.byteLength(rest));
  new Float64Array(bytes, 0, 1)[0] = count;
  const columns = viewsOf(bytes, count);
  const last: number[] = [];
  let [time, order] = [messages[0]?.time ?? 0n, 0];
  messages.forEach((message, index) => {
    const stream = streamOf(message.source);
    columns.times[index] = message.time - time;
    columns.seqs[index] = message.seq - (last[stream] ?? 0);
    columns.orders[index] = message.order - order;
    columns.ends[index] = message.text.length;
    columns.lines[index] = message.lines;
    columns.streams[index] = stream;
    columns.levels[index] = message.level;
    columns.flags[index] = message.flags;
    [time, order, last[stream]] = [message.time, message.order, message.seq];
  });
  Buffer.from(bytes).write(rest, 8 + WIDTH * count);
  return Buffer.from(bytes);
}

/** Out of `packColumns`' bytes. */
export function unpackColumns(packed: Buffer): Columns {
  // A copy where the columns would not lie on their boundaries.
  const bytes = packed.byteOffset % 8 === 0 ? packed : Buffer.from(new Uint8Array(packed).buffer);
  const count = bytes.readDoubleLE(0);
  const views = viewsOf(bytes.buffer, count, bytes.byteOffset);
  const rest = bytes.toString('utf8', 8 + WIDTH * count);
  const last: number[] = [];
  let [time, order, end] = [0n, 0, -1];
  for (let index = 0; index < count; index += 1) {
    const stream = views.streams[index] as number;
    views.times[index] = time += views.times[index] as bigint;
    views.seqs[index] = last[stream] = (last[stream] ?? 0) + (views.seqs[index] as number);
    views.orders[index] = order += views.orders[index] as number;
    views.ends[index] = end += 1 + (views.ends[index] as number);
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
