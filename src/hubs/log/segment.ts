/**
 * Segments, the files `NUMBER.seg`: blocks one after another (columns, text: a gzip member each), then an index (gzip of JSON), then
 * `[size of the index u32][its crc32 u32][magic "MLS1"]`, little endian. A segment holds what its write-ahead file held; it is
 * there as a whole or not at all.
 */
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32, gunzipSync, gzipSync } from 'node:zlib';
import type { LineSource } from '../../lines.ts';
import { type Block, type PackedBlock, readColumns, readText } from './block.ts';
import type { BlockFacts } from './facts.ts';

const MAGIC = 'MLS1';
const TRAILER = 12;

/** One block as the index has it; times are decimal, sources are indices into the segment's. */
interface Entry {
  owner: string;
  at: number;
  columns: number;
  text: number;
  columnsSize: number;
  textSize: number;
  ascii: boolean;
  from: string;
  to: string;
  orders: [number, number];
  levels: number;
  sources: number[];
}

interface Index {
  /** When it was written, ms since the epoch. */
  written: number;
  sources: LineSource[];
  blocks: Entry[];
}

/** What is held in memory of a segment. */
export interface Segment {
  number: number;
  path: string;
  bytes: number;
  from: bigint;
  to: bigint;
  /** When it was written, ms since the epoch: by the clock of the hub, whatever those of senders say. */
  written: number;
  /** Bytes of each owner's blocks. */
  owners: Map<string, number>;
}

/** Writes a segment; it has its name once all of it is on disk. */
export async function writeSegment(
  path: string,
  blocks: readonly PackedBlock[],
  written: number,
): Promise<Segment> {
  const sources = new Map<string, number>();
  const all: LineSource[] = [];
  const indexOf = (source: LineSource): number => {
    const key = JSON.stringify(source);
    const known = sources.get(key);
    if (known !== undefined) return known;
    sources.set(key, all.length);
    return all.push(source) - 1;
  };
  let at = 0;
  const entries = blocks.map((block): Entry => {
    const { owner, orders, levels, columnsSize, textSize, ascii } = block;
    const entry = {
      ...{ owner, orders, levels, columnsSize, textSize, ascii, at },
      ...{ columns: block.columns.length, text: block.text.length },
      ...{ from: `${block.from}`, to: `${block.to}`, sources: block.sources.map(indexOf) },
    };
    at += entry.columns + entry.text;
    return entry;
  });
  const parts = blocks.flatMap(({ columns, text }) => [columns, text]);
  return writeWhole(path, parts, { written, sources: all, blocks: entries });
}

/** Writes a segment anew without some owners' blocks; undefined where nothing would be left, and the file is gone. */
export async function withoutOwners(
  segment: Segment,
  gone: ReadonlySet<string>,
): Promise<Segment | undefined> {
  const file = await open(segment.path);
  try {
    const index = await readIndex(file);
    const kept = index.blocks.filter(({ owner }) => !gone.has(owner));
    if (kept.length === 0) {
      await rm(segment.path);
      return undefined;
    }
    const parts: Buffer[] = [];
    let at = 0;
    for (const entry of kept) {
      parts.push(await readAt(file, entry.at, entry.columns + entry.text));
      entry.at = at;
      at += entry.columns + entry.text;
    }
    return await writeWhole(segment.path, parts, { ...index, blocks: kept });
  } finally {
    await file.close();
  }
}

/** What is to be held in memory of a segment file. Throws where its index is damaged. */
export async function readSegment(path: string): Promise<Segment> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    return segmentOf(path, size, await readIndex(file));
  } finally {
    await file.close();
  }
}

/** What was to be read is not kept any more. */
export class Gone extends Error {
  override readonly name = 'Gone';
}

/** The blocks of a segment file. Throws `Gone` where there is none, and another error where its index is damaged. */
export async function blocksIn(path: string): Promise<Block[]> {
  const [version, { sources, blocks }] = await reading(path, async (file, now) => [
    now,
    await readIndex(file),
  ]);
  return blocks.map((entry) => {
    const facts: BlockFacts = {
      ...{ owner: entry.owner, orders: entry.orders, levels: entry.levels },
      ...{ from: BigInt(entry.from), to: BigInt(entry.to) },
      sources: entry.sources.map((index) => sources[index] as LineSource),
    };
    const part = (from: 'columns' | 'text') =>
      reading(path, async (file, now) => {
        // The file may have been written anew meanwhile, with fewer blocks.
        const { at, columns, text } = now === version ? entry : sameIn(await readIndex(file), entry);
        return from === 'columns' ? readAt(file, at, columns) : readAt(file, at + columns, text);
      });
    return {
      ...facts,
      columns: async () => readColumns(await part('columns'), entry),
      text: async () => readText(await part('text'), entry),
    };
  });
}

function sameIn({ blocks }: Index, { owner, orders }: Entry): Entry {
  const same = blocks.find((one) => one.owner === owner && one.orders[0] === orders[0]);
  if (!same) throw new Gone();
  return same;
}

/** Opens a file for a moment; `version` tells whether it is the one that was read before. */
async function reading<Of>(
  path: string,
  read: (file: FileHandle, version: string) => Promise<Of>,
): Promise<Of> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new Gone() : error;
  });
  try {
    const { ino, size, mtimeMs } = await file.stat();
    return await read(file, `${ino} ${size} ${mtimeMs}`);
  } finally {
    await file.close();
  }
}

async function readIndex(file: FileHandle): Promise<Index> {
  const { size } = await file.stat();
  const trailer = await readAt(file, Math.max(0, size - TRAILER), Math.min(size, TRAILER));
  const length = trailer.length === TRAILER ? trailer.readUInt32LE(0) : Number.POSITIVE_INFINITY;
  if (trailer.toString('latin1', 8) !== MAGIC || length + TRAILER > size)
    throw new Error('The segment has no index.');
  const bytes = await readAt(file, size - TRAILER - length, length);
  if (crc32(bytes) !== trailer.readUInt32LE(4)) throw new Error('The index of the segment is damaged.');
  return JSON.parse(gunzipSync(bytes).toString()) as Index;
}

async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  const { bytesRead } = await file.read(bytes, 0, length, at);
  if (bytesRead !== length) throw new Error('The segment is too short.');
  return bytes;
}

async function writeWhole(path: string, parts: Buffer[], index: Index): Promise<Segment> {
  const bytes = gzipSync(JSON.stringify(index));
  const trailer = Buffer.alloc(TRAILER);
  trailer.writeUInt32LE(bytes.length, 0);
  trailer.writeUInt32LE(crc32(bytes), 4);
  trailer.write(MAGIC, 8);
  const size = await writeFileWhole(path, [...parts, bytes, trailer]);
  return segmentOf(path, size, index);
}

/** Writes a file so that it is there as a whole or not at all, also after the power went; gives its size. */
export async function writeFileWhole(path: string, parts: readonly Buffer[]): Promise<number> {
  const next = `${path}.new`;
  try {
    const file = await open(next, 'w', 0o600);
    let size = 0;
    try {
      for (const part of parts) {
        await file.writeFile(part);
        size += part.length;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, path);
    await syncFolder(dirname(path));
    return size;
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
}

/** What was created, renamed or removed in a folder stays so after the power went. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function segmentOf(path: string, bytes: number, { written, blocks }: Index): Segment {
  const number = Number.parseInt(path.slice(path.lastIndexOf('/') + 1), 10);
  const owners = new Map<string, number>();
  let [from, to]: [bigint | undefined, bigint | undefined] = [undefined, undefined];
  for (const entry of blocks) {
    owners.set(entry.owner, (owners.get(entry.owner) ?? 0) + entry.columns + entry.text);
    const [first, last] = [BigInt(entry.from), BigInt(entry.to)];
    if (from === undefined || first < from) from = first;
    if (to === undefined || last > to) to = last;
  }
  return { number, path, bytes, from: from ?? 0n, to: to ?? 0n, written, owners };
}
