/** Where a reader is: the place of one message in the order of time, which stays the same whatever arrives later. */
import { z } from 'zod';
import type { Line } from '../lines.ts';

/** Time, stream and sequence number, as the log hub orders messages. */
export type Cursor = [time: bigint, stream: string, seq: number];

const Written = z.tuple([z.string().regex(/^\d{1,20}$/), z.string().max(8_000), z.number()]);

/** The cursor of a message, as text. */
export const cursorOf = ({ time, stream, seq }: Pick<Line, 'time' | 'stream' | 'seq'>): string =>
  Buffer.from(JSON.stringify([`${time}`, stream, seq])).toString('base64url');

/** A cursor out of its text; undefined where it is none. */
export function readCursor(text: string): Cursor | undefined {
  try {
    const [time, stream, seq] = Written.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return [BigInt(time), stream, seq];
  } catch {
    return undefined;
  }
}

/** Below 0 where a message comes before the place, above 0 where it comes after it; 0 where it is that message. */
export function compare({ time, stream, seq }: Line, [at, of, number]: Cursor): number {
  if (time !== at) return time < at ? -1 : 1;
  return stream === of ? seq - number : stream < of ? -1 : 1;
}
