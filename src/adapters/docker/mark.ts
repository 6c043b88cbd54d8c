/**
 * How far a container's log was taken. The engine gives messages from a time on, in the order in which it keeps them, which is not quite
 * that of their times; several may have the same time. So what is noted is a time a little before the end, and how many messages
 * from it on were taken: these are passed over next time, and their sum shows that they are the same ones.
 */
import { z } from 'zod';
import type { Message } from './frames.ts';

export const Mark = z.strictObject({
  /** Nanoseconds since the epoch, decimal: from where on the engine is asked. */
  since: z.string().regex(/^\d{1,20}$/),
  /** The latest time of all that was taken. */
  last: z.string().regex(/^\d{1,20}$/),
  count: z.number().int().nonnegative(),
  sum: z.number().int(),
});
export type Mark = z.infer<typeof Mark>;

/** How far back messages of one container may come out of the order of their times, ns. */
const ASKEW = 1_000_000_000n;
/** The most messages that are counted. */
const MOST = 4_096;

interface Known {
  time: bigint;
  sum: number;
}

export class Marker {
  readonly #from: Mark | undefined;
  readonly #known: Known[] = [];
  #last = 0n;
  /** The latest time of those that are no longer counted. */
  #gone = -1n;
  #passed = 0;
  #sum = 0;
  #lost = false;

  constructor(from?: Mark) {
    this.#from = from;
    if (from) {
      this.#last = BigInt(from.last);
      this.#gone = BigInt(from.since) - 1n;
    }
  }

  /** Whether it is new. Every message, in the order in which the engine gives them, has to come by here. */
  isNew({ time, bytes, from }: Message): boolean {
    const sum = checksum(bytes, time, from === 'stderr' ? 1 : 0);
    const mark = this.#from;
    const old = mark !== undefined && this.#passed < mark.count && time <= BigInt(mark.last);
    if (old) {
      this.#passed += 1;
      this.#sum = mix(this.#sum, sum);
      if (this.#passed === mark.count && this.#sum !== mark.sum) this.#lost = true;
    } else if (mark && this.#passed < mark.count) {
      // The engine let go of some of those that were taken, and maybe of others after them.
      this.#passed = mark.count;
      this.#lost = true;
    }
    this.#note({ time, sum });
    return !old;
  }

  /** Whether the engine no longer has what was taken last, so that what came right after may be missing; true once. */
  lost(): boolean {
    const { lost } = { lost: this.#lost };
    this.#lost = false;
    return lost;
  }

  /** How far it was taken; undefined before the first message. */
  mark(): Mark | undefined {
    if (this.#known.length === 0) return this.#from;
    // What was passed over only in part is as it was.
    if (this.#from && this.#passed < this.#from.count) return this.#from;
    const least = this.#last - ASKEW;
    const since = least > this.#gone ? least : this.#gone + 1n;
    let [count, sum] = [0, 0];
    for (const known of this.#known)
      if (known.time >= since) {
        count += 1;
        sum = mix(sum, known.sum);
      }
    return { since: `${since}`, last: `${this.#last}`, count, sum };
  }

  #note(known: Known): void {
    this.#known.push(known);
    if (known.time > this.#last) this.#last = known.time;
    const least = this.#last - ASKEW;
    while (this.#known.length > MOST || (this.#known[0] && this.#known[0].time < least)) {
      const { time } = this.#known.shift() as Known;
      if (time > this.#gone) this.#gone = time;
    }
  }
}

/** FNV-1a (RFC draft-eastlake-fnv), 32 bits, over at most the first and last 128 bytes. */
function checksum(bytes: Buffer, time: bigint, side: number): number {
  let sum = (0x811c9dc5 ^ side ^ Number(time & 0x7fffffffn) ^ bytes.length) | 0;
  const head = Math.min(bytes.length, 128);
  for (let at = 0; at < head; at += 1) sum = Math.imul(sum ^ (bytes[at] as number), 0x01000193);
  for (let at = Math.max(head, bytes.length - 128); at < bytes.length; at += 1)
    sum = Math.imul(sum ^ (bytes[at] as number), 0x01000193);
  return sum;
}

const mix = (sum: number, next: number): number => (Math.imul(sum, 31) + next) | 0;
