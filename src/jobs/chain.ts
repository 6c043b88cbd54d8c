/** A hash chain over records: each entry's hash covers the one before, so nothing can be edited, removed or reordered unseen. */
import { createHash } from 'node:crypto';
import { messages } from '../messages/messages.ts';

/** The end of a chain: how many entries it has and the last one's hash. */
export interface ChainHead {
  seq: number;
  hash: string;
}

/** The head of an empty chain. */
export const GENESIS: ChainHead = { seq: 0, hash: '0'.repeat(64) };

/** One entry as stored: the hash, a space, the record as JSON (which holds its own `seq`). */
export type Entry = string;

const link = (previous: string, json: string): string =>
  createHash('sha256').update(previous).update('\n').update(json).digest('hex');

/** The entry that follows `head`, and the head after it. */
export function extend(head: ChainHead, record: Record<string, unknown>): { entry: Entry; head: ChainHead } {
  const json = JSON.stringify({ seq: head.seq + 1, ...record });
  const hash = link(head.hash, json);
  return { entry: `${hash} ${json}`, head: { seq: head.seq + 1, hash } };
}

/** What is wrong with an entry that should follow `head`; or the head after it. */
export function follow(head: ChainHead, entry: Entry): { head: ChainHead } | { problem: string } {
  const want = head.seq + 1;
  const [hash, json] = [entry.slice(0, 64), entry.slice(65)];
  let seq: unknown;
  try {
    seq = JSON.parse(json).seq;
  } catch {
    return { problem: messages().reasons.chain.unreadable({ record: want }) };
  }
  if (seq !== want)
    return { problem: messages().reasons.chain.missing({ record: want, found: String(seq) }) };
  if (hash !== link(head.hash, json)) return { problem: messages().reasons.chain.edited({ record: want }) };
  return { head: { seq: want, hash } };
}
