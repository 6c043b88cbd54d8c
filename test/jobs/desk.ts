/** What a step runs with when a test calls it directly, and everything it said. */

import { guardedBy } from '../../src/jobs/guardian.ts';
import type { StepContext } from '../../src/jobs/step.ts';
import type { Shell } from '../../src/shell.ts';

export interface Desk {
  context: StepContext;
  lines: string[];
  notes: string[];
  shares: number[];
}

/** A context over a shell, with Muster's folder on the host as `root`. */
export function desk(shell: Shell, root: string, signal: AbortSignal = new AbortController().signal): Desk {
  const [lines, notes, shares]: [string[], string[], number[]] = [[], [], []];
  const report = {
    line: (text: string) => void lines.push(text),
    note: (text: string) => void notes.push(text),
    progress: (share: number) => void shares.push(share),
  };
  const guarding = guardedBy(shell.host, undefined);
  const context = {
    shell,
    root,
    guarding,
    loginTo: () => undefined,
    run: 'r-test',
    origin: 'r-test',
    signal,
    report,
  };
  return { context, lines, notes, shares };
}
