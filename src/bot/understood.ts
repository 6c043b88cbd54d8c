/** Whether a line that somebody wrote down for later (a schedule) is a command there is. */

import { messages } from '../messages/messages.ts';
import type { Catalogue } from './command.ts';
import { parse } from './grammar/parse.ts';

/** Why a line is not understood, on one line; undefined where it is a command with what it needs. */
export function lineCheck(catalogue: Catalogue): (line: string) => string | undefined {
  return (line) => {
    const parsed = parse(line, { catalogue, prefix: 'optional' });
    if (parsed.kind === 'command') return undefined;
    return parsed.kind === 'ignore' ? messages().names.schedules.notCommand : parsed.text.split('\n')[0];
  };
}
