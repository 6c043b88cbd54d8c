/** What a folder holds after whatever happened, and how a write-ahead file becomes a segment so that either of them counts, never both. */
import { copyFile, readFile } from 'node:fs/promises';
import type { LineSource } from '../../lines.ts';
import type { Log } from '../../log.ts';
import { farIn, readFar, writeFar } from './far.ts';
import type { Folder } from './folder.ts';
import type { Fresh } from './fresh.ts';
import { type Batch, readRecords } from './record.ts';
import { readSegment, type Segment, writeSegment } from './segment.ts';
import type { Stream, StreamData } from './stream.ts';

export interface Recovering {
  /** Ms since the epoch. */
  now(): number;
  stream(source: LineSource): Stream;
  /** Opens what is known of silent streams, before files from `first` on are read. Throws where it is damaged; `path` is its. */
  silent(first: number): void;
  path: string;
  /** Until what is known of silent streams is on disk. */
  sync(): Promise<void>;
  /** A write-ahead file of this number begins. */
  begin(number: number): void;
  apply(batch: Batch): void;
  /** It ends, and another one begins. */
  finish(): { fresh: Fresh; streams: string };
}

export interface Recovered {
  segments: Segment[];
  /** How much of the last write-ahead file counts. */
  size: number;
  /** Files that were put aside. */
  aside: string[];
}

/** Reads all of a folder. */
export async function recover(folder: Folder, log: Log | undefined, on: Recovering): Promise<Recovered> {
  const aside = new Set(folder.damaged);
  const damaged = (file: string, error?: unknown): void => {
    aside.add(file);
    if (log) log.error({ file, err: error }, 'a file of the log hub is damaged');
  };
  const segments = new Map<number, Segment>();
  for (const number of folder.segments) {
    const path = folder.file(number, 'seg');
    try {
      segments.set(number, await readSegment(path));
    } catch (error) {
      damaged(await folder.putAside(path), error);
    }
  }
  const wals = folder.wals.filter((number) => !segments.has(number));
  for (const number of folder.wals) if (segments.has(number)) await folder.remove(number, 'wal');
  const first = wals[0] ?? Number.POSITIVE_INFINITY;
  let whole = true;
  try {
    on.silent(first);
  } catch (error) {
    whole = false;
    damaged(await folder.putAside(on.path), error);
    on.silent(first);
  }
  const far = { wals, segments: segments.values(), damaged };
  for (const data of whole ? await readStreams(folder, far) : await farIn(far.segments))
    on.stream(data.source).restore(data);
  let size = 0;
  for (const [index, number] of wals.entries()) {
    on.begin(number);
    const path = folder.file(number, 'wal');
    const found = readRecords(await readFile(path), (batch) => on.apply(batch));
    if (found.damaged.length > 0) {
      // What can be read of it becomes a segment, like any other.
      await copyFile(path, `${path}.damaged`);
      damaged(`${path}.damaged`);
    }
    size = found.end;
    if (index === wals.length - 1) continue;
    const { fresh, streams } = on.finish();
    await on.sync();
    const segment = await seal(folder, fresh, { streams, written: on.now() });
    if (segment) segments.set(number, segment);
  }
  if (wals.length === 0) on.begin(Math.max(0, ...folder.segments, ...folder.streams) + 1);
  return { segments: [...segments.values()].sort((a, b) => a.number - b.number), size, aside: [...aside] };
}

/** How far each stream was where the first of the write-ahead files begins; out of the segments where nothing whole says it. */
async function readStreams(folder: Folder, { wals, segments, damaged }: Found): Promise<StreamData[]> {
  const usable = folder.streams.filter((number) => !wals.includes(number)).sort((a, b) => b - a);
  for (const number of usable) {
    const path = folder.file(number, 'streams');
    try {
      return await readFar(path, number);
    } catch (error) {
      damaged(await folder.putAside(path), error);
    }
  }
  return farIn(segments);
}

interface Found {
  wals: readonly number[];
  segments: Iterable<Segment>;
  damaged(file: string, error: unknown): void;
}

/**
 * Makes a segment of all that a write-ahead file held; `streams` is how far each stream was at its end,
 * `written` what the clock says. From the moment when the
 * segment has its name, the write-ahead file counts no more. Undefined where there is nothing in it.
 */
export async function seal(
  folder: Folder,
  fresh: Fresh,
  { streams, written }: { streams: string; written: number },
): Promise<Segment | undefined> {
  const { number } = fresh;
  const blocks = await fresh.seal();
  await writeFar(folder.file(number, 'streams'), streams);
  const segment =
    blocks.length === 0 ? undefined : await writeSegment(folder.file(number, 'seg'), blocks, written);
  await folder.remove(number, 'wal');
  for (const other of folder.streams) if (other < number) await folder.remove(other, 'streams');
  folder.streams = [number];
  return segment;
}
