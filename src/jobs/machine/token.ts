/** The token of a boot. */
import { randomInt } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** 32 letters and digits that nobody can guess: 190 bits. */
export const newToken = (): string =>
  Array.from({ length: 32 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
