/** How far a file that others write to was read: in which file of that name, up to which byte, and how that file begins. */
import { z } from 'zod';

const Digits = z.string().regex(/^\d{1,20}$/);

/** How a file begins: a hash of its first bytes, and of how many. */
export const Print = z.strictObject({ bytes: z.number().int().nonnegative(), hash: z.string() });
export type Print = z.infer<typeof Print>;

/** One file that has, or had, the name. */
export const Opened = z.strictObject({
  device: Digits,
  inode: Digits,
  /** Bytes that were taken; a line begins there. */
  offset: z.number().int().nonnegative(),
  print: Print,
  /** When it was last written as of the last look, seconds since the epoch, decimal. */
  written: z.string(),
});
export type Opened = z.infer<typeof Opened>;

/** All that has to be known to go on with a file, whatever it is named by then. */
export const Place = z.strictObject({
  /** Oldest first; the last one has the name, those before it were renamed and are read to their end. */
  open: z.array(Opened),
  /** Those that were read to their end lately. */
  done: z.array(Opened),
});
export type Place = z.infer<typeof Place>;

/** How many files are remembered that were read to their end. */
const MOST_DONE = 50;

/** A place where nothing was read. */
export const START: Place = { open: [], done: [] };

/** A file as the host shows it. */
export interface Seen {
  device: string;
  inode: string;
  /** Bytes. */
  size: number;
  written: string;
  path: string;
}

/** Whether it is the same file by its number; numbers are given anew. */
export const same = (one: Pick<Seen, 'device' | 'inode'>, other: Pick<Seen, 'device' | 'inode'>): boolean =>
  one.inode === other.inode && one.device === other.device;

/** The place with a file read to its end. */
export const finish = (place: Place, file: Opened): Place => ({
  open: place.open.filter((one) => one !== file),
  done: [...place.done, file].slice(-MOST_DONE),
});

/** Whether a time of `written` is not before another one. */
export const notBefore = (one: string, other: string): boolean => {
  const [seconds, fraction] = parts(one);
  const [otherSeconds, otherFraction] = parts(other);
  return seconds > otherSeconds || (seconds === otherSeconds && fraction >= otherFraction);
};

const parts = (text: string): [number, string] => {
  const [seconds = '0', fraction = ''] = text.split('.');
  return [Number(seconds), fraction.padEnd(9, '0').slice(0, 9)];
};
