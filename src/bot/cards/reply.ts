/** A word in a reply to a run's card acts on that run, as the button would: `cancel`, `log`, `why`, `retry`, `undo`, `keep`. */
import type { Run } from '../../jobs/run-record.ts';

const WORD = /^\s*\/?(cancel|logs?|why|retry|undo|keep)(?:@([a-z0-9_]+))?\s*[.!?]?\s*$/i;

/** Whether a text is such a word, for this bot. */
export function isWord(text: string, bot?: string): boolean {
  const found = WORD.exec(text);
  return found !== null && (found[2] === undefined || found[2].toLowerCase() === bot?.toLowerCase());
}

/** The line that such a word stands for under the card of a run. What cannot be undone or kept (any more) is shown instead. */
export function lineFor(text: string, { id, status, plan }: Pick<Run, 'id' | 'status' | 'plan'>): string {
  const word = WORD.exec(text)?.[1]?.toLowerCase();
  if (word === 'undo') return status === 'succeeded' && plan.undo ? plan.undo : `/job ${id}`;
  if (word === 'keep') return status === 'running' && plan.keep ? plan.keep : `/job ${id}`;
  return word === 'log' ? `/logs ${id}` : `/${word} ${id}`;
}
