/** The words that people read in a chat, by language: code asks for a message by its name, and gives it the facts. */
import { en } from './en/en.ts';
import type { Messages } from './language.ts';

export type { Messages } from './language.ts';

/** The messages of the language that Muster speaks. */
export function messages(): Messages {
  return en;
}
