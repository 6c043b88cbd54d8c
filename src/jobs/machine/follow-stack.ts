/** Follows how the start of a machine's stack goes, as nobody waits for it: one that does not start is an alert until it runs. */
import type { Alarms } from '../../alarm.ts';
import { isFinal } from '../../events.ts';
import { messages } from '../../messages/messages.ts';
import type { Run } from '../run-record.ts';
import type { LiveState } from '../step.ts';
import { STACKS, type Stack } from './stack.ts';
import { stackAlarm, stackKey } from './stack-alarm.ts';

export interface FollowParts {
  state: LiveState;
  /** What was live on a machine last, since when (ms since 1970), and what names it; undefined where nothing was. */
  live(app: string, machine: string): Promise<{ since: number; ref(): Promise<string> } | undefined>;
  /** A run as it stands; undefined where it is not there, or not yet. */
  run(id: string): Promise<Pick<Run, 'status' | 'summary'> | undefined>;
  /** The line of which nothing becomes any more, as others did not agree to it, and how that was; undefined where that is not so. */
  denied(id: string): Promise<{ line: string; reason: string } | undefined>;
  /** Tells operators, once for an id. */
  tell(id: string, text: string): Promise<unknown>;
  alerts: Alarms;
}

/** Notes how the run of a stack ended, or that the app runs there after all: by a retry, or a deploy of somebody's. */
export async function followStack(machine: string, stack: Stack, parts: FollowParts): Promise<void> {
  const { state, alerts, live, run: find } = parts;
  const { token, app = '', run, at = 0, outcome } = stack;
  const goes = run !== undefined && outcome === undefined;
  const note = (now: Pick<Stack, 'run' | 'outcome'>) =>
    state.set(STACKS, machine, { token, app, at, ...now } satisfies Stack);
  const ended = goes ? await find(run) : undefined;
  const since = (await live(app, machine))?.since ?? 0;
  if (since >= at || ended?.status === 'succeeded') {
    await alerts.clear(stackKey(machine));
    // Where it goes no longer, it was somebody else who started it there.
    return note({ outcome: 'well', ...(goes && { run }) });
  }
  if (!goes) return;
  if (!ended) return deny(machine, stack, run, parts);
  if (!isFinal(ended.status)) return;
  await alerts.raise(stackAlarm({ machine, app, run, why: ended.summary }));
  await note({ run, outcome: 'ill' });
}

/** Where others had to agree and did not, nothing starts it any more: operators are told, as of any line that is refused. */
async function deny(
  machine: string,
  { token, app, at }: Stack,
  run: string,
  { state, tell, denied }: FollowParts,
): Promise<void> {
  const how = await denied(run);
  if (!how) return;
  await tell(`stack:${token}:refused`, messages().machines.stacks.refused({ machine, ...how }));
  await state.set(STACKS, machine, { token, app, at, left: 'refused' } satisfies Stack);
}
