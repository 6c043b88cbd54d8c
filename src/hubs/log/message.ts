/** A message inside the store: the text as it was printed; what it says is read out of it again whenever it is given out. */
import type { LineSource } from '../../lines.ts';

/** It was printed to stderr. */
export const STDERR = 1;
/** It goes on with the message before it. */
export const GOES_ON = 2;
/** It stands for lines that were dropped. */
export const DROPPED = 4;

export interface Message {
  source: LineSource;
  /** Of its first line. */
  seq: number;
  /** How many printed lines it is made of. */
  lines: number;
  /** All its sequence numbers, where others came in between. */
  seqs?: number[];
  /** Nanoseconds since the epoch. */
  time: bigint;
  /** Index into `LEVELS`. */
  level: number;
  flags: number;
  text: string;
  /** Which line of its write-ahead file its last one was, from 0 on: the order of arrival. */
  order: number;
}

/** By time; at one time by stream, and of one stream by sequence number. */
export function byTime(a: Message, b: Message): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  const [first, second] = [a.source.stream, b.source.stream];
  return first === second ? a.seq - b.seq : first < second ? -1 : 1;
}
