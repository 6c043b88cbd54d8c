/** The words that people read in a chat, by language: code asks for a message by its name, and gives it the facts. */
import { z } from 'zod';
import { en } from './en/en.ts';
import { fi } from './fi/fi.ts';
import type { Language, Messages } from './language.ts';

export type { Messages } from './language.ts';

/** Words of zod's own, for what nobody here has words for. */
const LOCALES = { en: z.locales.en, fi: z.locales.fi };

const BY_LANGUAGE: Record<Language, Messages> = { en, fi };

let language: Language = 'en';

/** The messages of the language that this process speaks: English, until it is told another. */
export const messages = (): Messages => BY_LANGUAGE[language];

/** The language that this process speaks. */
export const spoken = (): Language => language;

/** Speaks a language from now on. What is on record already stays as it was said. */
export function speak(other: Language): void {
  language = other;
  z.config(LOCALES[language]());
}
