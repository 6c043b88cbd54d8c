/** How far each stream was where a write-ahead file ends: the files `NUMBER.streams`, `[crc32 in hexadecimal][line end][JSON]`. */
import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { LineSource } from '../../lines.ts';
import { blocksIn, type Segment, writeFileWhole } from './segment.ts';
import { keyOf } from './source.ts';
import type { StreamData } from './stream.ts';

/** Writes it; `streams` is JSON. */
export const writeFar = (path: string, streams: string): Promise<number> =>
  writeFileWhole(path, [Buffer.from(`${sumOf(streams)}\n${streams}`)]);

/** What the file of a number says. Throws where it is damaged. */
export async function readFar(path: string, number: number): Promise<StreamData[]> {
  const text = await readFile(path, 'utf8');
  const end = text.indexOf('\n');
  const streams = text.slice(end + 1);
  if (text.slice(0, end) !== sumOf(streams)) throw new Error('What is known of streams is damaged.');
  const far = JSON.parse(streams) as (Omit<StreamData, 'file'> & Partial<StreamData>)[];
  return far.map((data) => ({ file: number, ...data }));
}

/** The same out of what is kept, where nothing says it: lines that were let go since are not known any more. */
export async function farIn(segments: Iterable<Segment>): Promise<StreamData[]> {
  const far = new Map<string, StreamData>();
  const grow = (source: LineSource, next: number, { number, written }: Segment): void => {
    const key = keyOf(source);
    const known = far.get(key) ?? { source, next, last: 0, file: 0, duplicates: 0, forged: 0, dropped: 0 };
    far.set(key, {
      ...known,
      next: Math.max(known.next, next),
      last: Math.max(known.last, written),
      file: Math.max(known.file, number),
    });
  };
  for (const segment of segments)
    for (const { sources, columns } of await blocksIn(segment.path)) {
      // A block that is damaged is told of by whoever asks for it.
      const { count, streams, seqs, lines, scattered } = await columns().catch(() => NONE);
      for (let at = 0; at < count; at += 1) {
        const last = scattered[at]?.at(-1) ?? (seqs[at] as number) + (lines[at] as number) - 1;
        grow(sources[streams[at] as number] as LineSource, last + 1, segment);
      }
    }
  return [...far.values()];
}

const NONE = {
  count: 0,
  ...{ streams: new Uint32Array(), seqs: new Float64Array(), lines: new Uint32Array() },
  scattered: {} as Record<number, number[]>,
};

const sumOf = (text: string): string => crc32(text).toString(16).padStart(8, '0');
