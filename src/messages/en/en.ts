/** English: the language every message is written in first, and the shape of all others. */
import { errors } from './errors.ts';
import { grammar } from './grammar.ts';

export const en = { errors, grammar };
