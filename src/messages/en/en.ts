/** English: the language every message is written in first, and the shape of all others. */
import { answers } from './answers.ts';
import { cards } from './cards.ts';
import { common } from './common.ts';
import { errors } from './errors.ts';
import { grammar } from './grammar.ts';

export const en = { answers, cards, common, errors, grammar };
