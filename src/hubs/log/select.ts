/** Finds in one block what is asked for, and reads no more of it than that takes. */
import { LEVELS } from '../../lines.ts';
import type { Block } from './block.ts';
import type { Columns } from './columns.ts';
import type { BlockFacts } from './facts.ts';
import type { Wanted } from './log.ts';
import { byTime, type Message } from './message.ts';
import { type Pattern, patternOf } from './pattern.ts';
import { isOf } from './source.ts';

/** What is wanted, made ready. */
export interface Seeker {
  wanted: Wanted;
  /** Index into `LEVELS`. */
  level: number;
  /** Finds the text anywhere in many messages, in whatever case. */
  text: RegExp | undefined;
  pattern: Pattern | undefined;
}

/** Throws `logs.pattern` where that is no regular expression. */
export const seekerOf = (wanted: Wanted): Seeker => ({
  wanted,
  level: wanted.level === undefined ? 0 : LEVELS.indexOf(wanted.level),
  text: wanted.text ? new RegExp(wanted.text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'), 'gi') : undefined,
  pattern: wanted.pattern === undefined ? undefined : patternOf(wanted.pattern),
});

/** Whether a block may have anything of what is wanted. */
export const mayHold = ({ wanted, level }: Seeker, { from, to, levels, sources }: BlockFacts): boolean =>
  levels >> level > 0 &&
  (wanted.since === undefined || to >= wanted.since) &&
  (wanted.until === undefined || from < wanted.until) &&
  sources.some((source) => isOf(wanted, source));

/** Whether one message is wanted, whatever pattern it is to have. */
export function isWantedBut({ wanted, level, text }: Seeker, message: Message): boolean {
  if (message.level < level || !isOf(wanted, message.source)) return false;
  if (wanted.since !== undefined && message.time < wanted.since) return false;
  if (wanted.until !== undefined && message.time >= wanted.until) return false;
  if (!text) return true;
  text.lastIndex = 0;
  return text.test(message.text);
}

/** Which messages of a block to give out where there are more. */
export interface Cut {
  limit: number;
  end: 'first' | 'last';
}

/** What is wanted of a block, in order of time. Throws zlib's or the file system's error where it cannot be read. */
export async function select(block: Block, seeker: Seeker, cut?: Cut): Promise<Message[]> {
  if (block.messages) {
    const found: Message[] = [];
    for (const message of block.messages()) if (isWantedBut(seeker, message)) found.push(message);
    return cutTo((await withPattern(found, seeker)).sort(byTime), cut);
  }
  let text: string | undefined;
  let hits: number[] | undefined;
  // A text of several lines might be found where one message ends and the next one begins.
  const across = seeker.wanted.text?.includes('\n');
  if (seeker.text && !across) {
    text = await block.text();
    hits = hitsOf(text, seeker.text);
    if (hits.length === 0) return [];
  }
  const columns = await block.columns();
  let indices = hits ? holding(hits, columns) : allOf(columns.count);
  indices = indices.filter(wantedIn(columns, block, seeker));
  if (indices.length > 0 && (across || seeker.pattern)) {
    text ??= await block.text();
    indices = await saying(indices, columns, text, seeker);
  }
  if (cut) indices = cut.end === 'last' ? indices.slice(-cut.limit) : indices.slice(0, cut.limit);
  if (indices.length === 0) return [];
  const all = text ?? (await block.text());
  return indices.map((index) => messageAt(columns, block, all, index));
}

/** Those of the messages that say what is wanted. */
async function saying(indices: number[], { ends }: Columns, text: string, seeker: Seeker): Promise<number[]> {
  const texts = indices.map((index) => textAt(ends, text, index));
  const found = await seeker.pattern?.(texts);
  return indices.filter((_, at) => {
    if (found && !found[at]) return false;
    if (seeker.text) seeker.text.lastIndex = 0;
    return seeker.text?.test(texts[at] as string) ?? true;
  });
}

const textAt = (ends: Uint32Array, text: string, index: number): string =>
  text.slice(index === 0 ? 0 : (ends[index - 1] as number) + 1, ends[index]);

function cutTo(messages: Message[], cut: Cut | undefined): Message[] {
  if (!cut || messages.length <= cut.limit) return messages;
  return cut.end === 'last' ? messages.slice(-cut.limit) : messages.slice(0, cut.limit);
}

async function withPattern(messages: Message[], { pattern }: Seeker): Promise<Message[]> {
  if (!pattern || messages.length === 0) return messages;
  const found = await pattern(messages.map(({ text }) => text));
  return messages.filter((_, index) => found[index]);
}

const allOf = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Places of a block's text where another one is found, at least one in each message that has it. */
function hitsOf(text: string, sought: RegExp): number[] {
  const hits: number[] = [];
  sought.lastIndex = 0;
  for (let hit = sought.exec(text); hit; hit = sought.exec(text)) {
    hits.push(hit.index);
    const end = text.indexOf('\n', sought.lastIndex);
    if (end === -1) break;
    sought.lastIndex = end;
  }
  return hits;
}

/** The messages that hold places of the text. */
function holding(hits: readonly number[], { count, ends }: Columns): number[] {
  const indices: number[] = [];
  let index = 0;
  for (const hit of hits) {
    index = firstFrom(ends, index, count, hit);
    if (indices.at(-1) !== index) indices.push(index);
  }
  return indices;
}

/** The first index from `low` on whose end is not before a place. */
function firstFrom(ends: Uint32Array, low: number, count: number, place: number): number {
  let [from, to] = [low, count - 1];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((ends[middle] as number) < place) from = middle + 1;
    else to = middle;
  }
  return from;
}

function wantedIn(columns: Columns, { from, sources }: BlockFacts, { wanted, level }: Seeker) {
  const ofSource = sources.map((source) => isOf(wanted, source));
  const all = ofSource.every(Boolean);
  const since = wanted.since === undefined ? undefined : wanted.since - from;
  const until = wanted.until === undefined ? undefined : wanted.until - from;
  return (index: number): boolean =>
    (columns.levels[index] as number) >= level &&
    (all || (ofSource[columns.streams[index] as number] as boolean)) &&
    (since === undefined || (columns.times[index] as bigint) >= since) &&
    (until === undefined || (columns.times[index] as bigint) < until);
}

function messageAt(columns: Columns, { from, sources }: BlockFacts, text: string, index: number): Message {
  return {
    source: sources[columns.streams[index] as number] as Message['source'],
    seq: columns.seqs[index] as number,
    lines: columns.lines[index] as number,
    seqs: columns.scattered[index],
    time: from + (columns.times[index] as bigint),
    level: columns.levels[index] as number,
    flags: columns.flags[index] as number,
    text: alone(textAt(columns.ends, text, index)),
    order: columns.orders[index] as number,
  };
}

/** The same text, which does not hold on to the block that it was cut out of. */
const alone = (text: string): string => (text.length < 13 ? text : Buffer.from(text).toString());
