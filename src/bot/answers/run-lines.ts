/** A run as one line of a list. */
import type { RunStatus } from '../../events.ts';
import type { Run } from '../../jobs/run-record.ts';
import { messages } from '../../messages/messages.ts';
import { humanDuration } from '../../units.ts';

const MARKS: Record<RunStatus, string> = {
  waiting: '○',
  running: '◐',
  undoing: '↺',
  succeeded: '●',
  failed: '✕',
  cancelled: '○',
};

/** `● r-8121 shop v1.4.2 … · reem · succeeded 3 min ago`. */
export function runLine(run: Run, now: number): string {
  const { answers, phrases } = messages();
  const status = phrases.statuses[run.status];
  const time = humanDuration(now - Date.parse(run.ended ?? run.started ?? run.accepted));
  const when = run.ended ? answers.runs.ended({ status, time }) : answers.runs.open({ status, time });
  return `${MARKS[run.status]} ${run.id} ${run.plan.title} · ${run.by.person} · ${when}`;
}
