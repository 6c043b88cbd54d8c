/** How commands are typed in Slack, which keeps lines with a slash to itself: `/deploy shop` is `/muster deploy shop` there. */
import type { Button } from '../platform.ts';
import { format } from './text.ts';

/** What a person types before the name of a command. */
export const OURS = '/muster';

/**
 * A message, as `format` has it, in which every command is written as it is typed in Slack. `commands` are the names
 * there are; what a host printed stays as it is.
 */
export function formatter(commands: readonly string[]) {
  const first = [...new Set(commands.map((name) => name.split(' ')[0] as string))];
  if (first.length === 0) return format;
  const names = first.sort((a, b) => b.length - a.length).join('|');
  const command = new RegExp(`(^|[^\\w/.:@-])/(${names})(?![\\w/@-]|[.:]\\w)`, 'g');
  const spelled = (line: string) => (line.startsWith('> ') ? line : line.replace(command, `$1${OURS} $2`));
  return (lines: readonly string[], buttons?: readonly Button[]) =>
    format(lines.flatMap((line) => line.split('\n')).map(spelled), buttons);
}
