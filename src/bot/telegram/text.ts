/** Lines as Telegram takes them: plain text with entities beside it, so that nothing in it can be taken for markup. */
import type { MessageEntity } from 'grammy/types';
import { fit } from '../cards/fit.ts';

/** The longest message, UTF-16 units (Bot API, sendMessage). */
export const MAX_TEXT = 4_096;
/** The longest text with a file, UTF-16 units (Bot API, sendDocument). */
export const MAX_CAPTION = 1_024;
/** The most entities of a message that Telegram shows. */
const MAX_ENTITIES = 100;

/** The text and its entities: the first line of a card bold, quoted output in a fixed width. */
export function format(
  lines: readonly string[],
  max = MAX_TEXT,
): { text: string; entities: MessageEntity[] } {
  const fitting = fit(lines, max);
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
