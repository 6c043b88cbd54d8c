/** What is raised of a machine whose stack does not start. */
import type { Alarm } from '../../alarm.ts';
import { messages } from '../../messages/messages.ts';

export const stackKey = (machine: string): string => `stack/${machine}`;

/** A machine that is up, but not the app for which it is there. `why` is how its run ended. */
export function stackAlarm({
  machine,
  app,
  run,
  why,
}: Record<'machine' | 'app' | 'run', string> & { why?: string | undefined }): Alarm {
  const words = messages().machines.stacks;
  return {
    key: stackKey(machine),
    severity: 'warning',
    cause: 'stack.failed',
    subject: `machine/${machine}`,
    summary: words.failed({ machine, app }),
    over: words.runs({ machine, app }),
    many: words.manyFailed,
    manyOver: words.manyRun,
    lines: why === undefined ? [] : [why],
    hint: `/why ${run}`,
    buttons: [{ label: words.retry, line: `/retry ${run}` }],
  };
}
