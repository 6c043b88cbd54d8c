/** What decides whether a question has to read a block. */
import type { LineSource } from '../../lines.ts';

/** What is known of a block without reading it. Times are nanoseconds since the epoch. */
export interface BlockFacts {
  owner: string;
  sources: LineSource[];
  from: bigint;
  to: bigint;
  /** The order of arrival of its first and last message. */
  orders: [first: number, last: number];
  /** Bit n: it has messages of level n. */
  levels: number;
}
