/** What the client says, in the language that the hub speaks. */
import { client as english } from '../messages/en/client.ts';
import { client as finnish } from '../messages/fi/client.ts';

export type Words = typeof english;

/** The words of a language; English where it is not known. */
export const wordsOf = (language?: 'en' | 'fi'): Words => (language === 'fi' ? finnish : english);
