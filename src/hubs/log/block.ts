/** Blocks: up to a megabyte of one owner's messages, compressed, with what decides whether a question has to read them. */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { type Columns, packColumns, unpackColumns } from './columns.ts';
import type { BlockFacts } from './facts.ts';
import type { Message } from './message.ts';
import type { Pile } from './pile.ts';

/** Text of a block, UTF-16 code units, after which another one begins. */
export const BLOCK_TEXT = 512 * 1024;
/** Fast; a higher level takes three times as long for a tenth less. */
const COMPRESSION = 1;

const [zip, unzip] = [promisify(gzip), promisify(gunzip)];

/** In one piece; for little there is no need to prepare tables for much, which takes longer than the work. */
const zipping = (size: number) => ({
  level: COMPRESSION,
  chunkSize: size + 1024,
  ...(size < 16 * 1024 ? { windowBits: 12, memLevel: 4 } : {}),
});

/** A block that is full: two gzip members and their sizes before that. */
export interface PackedBlock extends BlockFacts {
  columns: Buffer;
  text: Buffer;
  columnsSize: number;
  textSize: number;
  /** Whether the text has nothing but ASCII, which is read faster. */
  ascii: boolean;
}

/** A block as a query reads it. */
export interface Block extends BlockFacts {
  /** Messages that are not packed yet, in order of arrival. */
  messages?(): Iterable<Message>;
  columns(): Promise<Columns>;
  /** All messages, in order of time, with a line end between them. */
  text(): Promise<string>;
}

/** Compresses a pile, in zlib's threads. */
export async function pack(pile: Pile): Promise<PackedBlock> {
  const order = pile.inOrder();
  const columns = packColumns(pile, order);
  const texts = pile.sorted ? pile.texts : Array.from(order, (index) => pile.texts[index] as string);
  const joined = texts.join('\n');
  const text = Buffer.from(joined);
  const [zippedColumns, zippedText] = await Promise.all([
    zip(columns, zipping(columns.length)),
    zip(text, zipping(text.length)),
  ]);
  return {
    ...pile.facts(),
    // Copies of their own size: zlib's results hold on to all that might have been needed.
    columns: Buffer.from(zippedColumns),
    text: Buffer.from(zippedText),
    columnsSize: columns.length,
    textSize: text.length,
    ascii: text.length === joined.length,
  };
}

type Sizes = Pick<PackedBlock, 'columnsSize' | 'textSize' | 'ascii'>;

/** The columns out of their gzip member. Throws zlib's error where bytes are damaged. */
export const readColumns = async (bytes: Buffer, { columnsSize }: Sizes): Promise<Columns> =>
  unpackColumns(await unzip(bytes, { chunkSize: columnsSize + 64 }));

/** The text out of its gzip member. Throws zlib's error where bytes are damaged. */
export async function readText(bytes: Buffer, { textSize, ascii }: Sizes): Promise<string> {
  const text = await unzip(bytes, { chunkSize: textSize + 64 });
  return text.toString(ascii ? 'latin1' : 'utf8');
}

/** A packed block that is still in memory. */
export const inMemory = (packed: PackedBlock): Block => ({
  ...packed,
  columns: () => readColumns(packed.columns, packed),
  text: () => readText(packed.text, packed),
});

/** A pile as a block; messages that come later are not in it. */
export function unpacked(pile: Pile): Block {
  const { count } = pile;
  const none = (): never => {
    throw new Error('These messages are not packed.');
  };
  return { ...pile.facts(), messages: () => pile.messages(count), columns: none, text: none };
}
