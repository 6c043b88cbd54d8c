/** What a job printed, as text for a chat: the newest lines that fit. */
import type { RunEvent } from '../../events.ts';
import type { Run } from '../../jobs/run-record.ts';
import { messages } from '../../messages/messages.ts';
import type { Reply } from '../command.ts';
import { type Attachment, attachment } from '../outbox/attachment.ts';

const MAX_TEXT = 3_500;

/** What a run printed, each line with its host where there are several. */
export function printedLines(events: readonly RunEvent[], from = 0): string[] {
  const printed = events.filter((event) => event.type === 'lines');
  const several = new Set(printed.map((event) => event.host)).size > 1;
  return printed
    .filter((event) => Date.parse(event.at) >= from)
    .flatMap((event) => event.lines.map((line) => (several ? `${event.host} ${line}` : line)));
}

/** The file in which a run's whole output comes: `shop-r-7k2m9xq4tz.log`. */
export function logFile(
  { id, scope, gone }: Pick<Run, 'id' | 'scope' | 'gone'>,
  lines: readonly string[],
): Attachment {
  const app = scope.find((name) => name.startsWith('app/'))?.slice('app/'.length);
  const whole = gone ? [messages().jobs.notes.dropped({ count: gone }), ...lines] : lines;
  return attachment(`${app === undefined ? '' : `${app}-`}${id}.log`, whole);
}

/** The last lines, cut from the front to what a chat message holds; where that are not all, with all as a file. */
export function runLog(
  run: Pick<Run, 'id' | 'scope' | 'gone'>,
  events: readonly RunEvent[],
  options: { since?: number | ''; grep?: string; tail: number },
): Reply {
  const lines = printedLines(events, options.since ? Date.now() - options.since : 0).filter(
    (line) => !options.grep || line.includes(options.grep),
  );
  const { runs } = messages().answers;
  // What was asked for by time or text may not have been in what is gone.
  const gone = options.since || options.grep ? 0 : (run.gone ?? 0);
  if (lines.length === 0) return { text: runs.noLines };
  const kept: string[] = [];
  let size = 0;
  for (const line of lines.slice(-options.tail).reverse()) {
    size += line.length + 1;
    if (size > MAX_TEXT) break;
    kept.unshift(line);
  }
  const left = lines.length - kept.length;
  if (left === 0 && gone > 0)
    return { text: [messages().jobs.notes.dropped({ count: gone }), ...kept].join('\n'), printedFrom: 1 };
  if (left === 0) return { text: kept.join('\n'), printedFrom: 0 };
  const text = [runs.earlier({ count: left + gone }), ...kept].join('\n');
  return { text, printedFrom: 1, file: logFile(run, lines) };
}
