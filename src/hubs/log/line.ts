/** A message as it is given out: with what can be read out of it. */
import type { Line } from '../../lines.ts';
import { messages } from '../../messages/messages.ts';
import { DROPPED, GOES_ON, type Message, STDERR } from './message.ts';
import { fieldsOf } from './reading/fields.ts';
import { levelName } from './reading/level.ts';

/** The line of a message; what it says of itself is read now. */
export function lineOf(message: Message): Line {
  const { source, seq, lines, time, level, flags, text } = message;
  return {
    ...source,
    seq,
    ...(lines === 1 ? {} : { lines }),
    time,
    level: levelName(level),
    message: flags & DROPPED ? messages().phrases.linesDropped({ count: lines }) : text,
    ...(flags & STDERR ? { from: 'stderr' as const } : {}),
    ...(flags & GOES_ON ? { goesOn: true as const } : {}),
    ...(flags & DROPPED ? { dropped: true as const } : fieldsOf(text)),
  };
}
