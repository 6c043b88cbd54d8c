/** Lines cut to what a chat message may hold, in UTF-16 units, with nothing in them that is not printed. */

import { messages } from '../../messages/messages.ts';
import { printable } from '../../shell.ts';

const LEFT_OUT = '…';

/** Cuts what is too long in the middle: the first lines say what it is, the last ones what to do next. */
export function fit(lines: readonly string[], max: number): string[] {
  const clean = lines.flatMap((line) => line.split('\n')).map(printable);
  if (clean.length === 0 || clean.every((line) => line.trim() === '')) return [messages().phrases.nothing];
  const short = clean.map((line) => cut(line, Math.floor(max / 4)));
  const length = (some: readonly string[]) => some.reduce((sum, line) => sum + line.length + 1, -1);
  if (length(short) <= max) return length(clean) <= max ? clean : short;
  const head = short.slice(0, 2);
  const tail: string[] = [];
  let left = max - length(head) - LEFT_OUT.length - 2;
  for (const line of short.slice(2).reverse()) {
    left -= line.length + 1;
    if (left < 0) break;
    tail.unshift(line);
  }
  return [...head, LEFT_OUT, ...tail];
}

/** Whether the lines fit as they are. */
export const fits = (lines: readonly string[], max: number): boolean =>
  lines.reduce((sum, line) => sum + printable(line).length + 1, -1) <= max;

/** At most so many UTF-16 units, and no half of a character that has two. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const short = text.slice(0, most - 1);
  return `${/[\uD800-\uDBFF]$/.test(short) ? short.slice(0, -1) : short}…`;
}
