/** How something is as a whole, and how it was. */
import type { Change } from './past.ts';
import type { Rolled } from './rollup.ts';

export interface Standing extends Rolled {
  /** ms since the epoch. */
  since: number;
  /** A day, oldest first, 0 to 100; -1 where nothing was known. */
  chart: number[];
  changes: Change[];
  /** The share of the time in which it was up, 0 to 1, over the last so many days. */
  uptime?: { days: number; share: number; watched: number };
  /** The last lines of what is wrong with it. */
  lines: string[];
}

/** What is told; that time passes alone is no news. */
export const textOf = ({ uptime, ...rest }: Standing): string =>
  JSON.stringify({ ...rest, uptime: uptime?.share.toFixed(6) });
