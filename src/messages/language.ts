/** The shape of every language's messages; languages import it from here, so that messages.ts can import them. */
import type { en } from './en/en.ts';

/** The messages of a language; each has all of them. */
export type Messages = typeof en;
