/** What a job printed, as text for a chat: the newest lines that fit. */
import type { RunEvent } from '../../events.ts';
import { messages } from '../../messages/messages.ts';

const MAX_TEXT = 3_500;

/** The last lines, each with its host where there are several; cut from the front to what a chat message holds. */
export function runLog(
  events: RunEvent[],
  options: { since?: number | ''; grep?: string; tail: number },
): string {
  const printed = events.filter((event) => event.type === 'lines');
  const from = options.since ? Date.now() - options.since : 0;
  const several = new Set(printed.map((event) => event.host)).size > 1;
  const lines = printed
    .filter((event) => Date.parse(event.at) >= from)
    .flatMap((event) => event.lines.map((line) => (several ? `${event.host} ${line}` : line)))
    .filter((line) => !options.grep || line.includes(options.grep));
  const { runs } = messages().answers;
  if (lines.length === 0) return runs.noLines;
  const kept: string[] = [];
  let size = 0;
  for (const line of lines.slice(-options.tail).reverse()) {
    size += line.length + 1;
    if (size > MAX_TEXT) break;
    kept.unshift(line);
  }
  const left = lines.length - kept.length;
  return [...(left > 0 ? [runs.earlier({ count: left })] : []), ...kept].join('\n');
}
