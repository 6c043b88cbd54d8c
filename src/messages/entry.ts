/** What people read of one thing that went wrong. */
import type { Facts } from './facts.ts';

/** What it is, and the next thing to do. */
export interface Entry {
  summary: (facts: Facts) => string;
  hint: (facts: Facts) => string;
}

/** One of them. */
export const entry = (summary: Entry['summary'], hint: Entry['hint']): Entry => ({ summary, hint });
