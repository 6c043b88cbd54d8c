/** Lines as Telegram takes them: plain text with entities beside it, so that nothing in it can be taken for markup. */
import type { MessageEntity } from 'grammy/types';
import { printable } from '../../shell.ts';

/** The longest message, UTF-16 units (Bot API, sendMessage). */
export const MAX_TEXT = 4_096;
/** The most entities of a message that Telegram shows. */
const MAX_ENTITIES = 100;
const LEFT_OUT = '…';

/** Cuts what is too long in the middle: the first lines say what it is, the last ones what to do next. */
export function fit(lines: readonly string[], max = MAX_TEXT): string[] {
  const clean = lines.flatMap((line) => line.split('\n')).map(printable);
  if (clean.length === 0 || clean.every((line) => line.trim() === '')) return ['(nothing)'];
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

/** The text and its entities: the first line of a card bold, quoted output in a fixed width. */
export function format(lines: readonly string[]): { text: string; entities: MessageEntity[] } {
  const fitting = fit(lines);
  const entities: MessageEntity[] = [];
  let offset = 0;
  fitting.forEach((line, index) => {
    if (index === 0 && fitting.length > 1 && line.trim() !== '')
      entities.push({ type: 'bold', offset, length: line.length });
    else if (line.startsWith('> ') && line.length > 2)
      entities.push({ type: 'code', offset: offset + 2, length: line.length - 2 });
    offset += line.length + 1;
  });
  return { text: fitting.join('\n'), entities: entities.slice(0, MAX_ENTITIES) };
}

/** At most so many UTF-16 units, and no half of a character that has two. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const short = text.slice(0, most - 1);
  return `${/[\uD800-\uDBFF]$/.test(short) ? short.slice(0, -1) : short}…`;
}
