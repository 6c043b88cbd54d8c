/** What it means that the script ended otherwise than well. */
import { type ErrorCode, MusterError } from '../../errors.ts';
import type { Facts } from '../../messages/facts.ts';
import { messages } from '../../messages/messages.ts';
import { type Output, printable, type Shell } from '../../shell.ts';
import { ENDS } from './scripts/ends.ts';
import { readKept, shortened } from './standing.ts';

const NAMES = new Map(
  Object.entries(ENDS).map(([name, code]) => [code as number, name as keyof typeof ENDS]),
);

/** The error of a command that did not do what it was told; undefined where it did. */
export function problemOf(
  { code, stdout, stderr }: Output,
  { shell, folder, change }: { shell: Shell; folder: string; change: string | undefined },
): MusterError | undefined {
  const { host } = shell;
  const words = messages().reasons.rollback;
  const lines = stderr.split('\n').filter((line) => line !== '');
  const make = (code: ErrorCode, facts: Facts) => new MusterError(code, { host, ...facts }, { lines });
  switch (NAMES.get(code)) {
    case 'root':
      return make('firewall.root', {});
    case 'lacks':
      return make('shell.notfound', { program: printable(stdout.trim()) });
    case 'waiting': {
      const waiting = readKept(stdout);
      return make('firewall.waiting', { id: waiting?.id, by: waiting?.by });
    }
    case 'gone':
      return make('firewall.gone', { id: change });
    case 'same':
      return make('firewall.same', { id: change });
    case 'moved':
      return make('firewall.moved', {});
    case 'trouble':
      return make('firewall.trouble', { trouble: shortened(stdout.trim()) });
    case 'refused':
      return make('firewall.refused', { message: shortened(lines[0] ?? '') });
    case 'cut':
      return make('firewall.refused', { message: words.cut });
    case 'timer':
      return make('firewall.refused', { message: words.timer });
    case 'folder':
      return make('firewall.refused', { message: words.folder({ folder }) });
    case undefined:
      return undefined;
  }
}
