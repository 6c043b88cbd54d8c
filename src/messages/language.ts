/** The languages, and the shape of each one's messages; languages import it from here, so that messages.ts can import them. */
import type { en } from './en/en.ts';

/** The messages of a language; each has all of them. */
export type Messages = typeof en;

/** Languages by their ISO 639-1 code. */
export const LANGUAGES = ['en', 'fi'] as const;
export type Language = (typeof LANGUAGES)[number];
