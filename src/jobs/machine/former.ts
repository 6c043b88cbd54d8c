/** What a machine was told to boot before a run changed that, so that it can be taken back: family `assignments.former` of live state. */
import { z } from 'zod';
import type { LiveState } from '../step.ts';
import { Assignment, assign, assignmentOf } from './assignment.ts';

const FAMILY = 'assignments.former';

const Former = z.object({
  run: z.string(),
  /** From when on the run counts boots, ms since the epoch: the same however often its step starts. */
  since: z.number(),
  assignment: Assignment.optional(),
  /** Whether the machine was told to restart. */
  restarted: z.literal(true).optional(),
});
export type Former = z.output<typeof Former>;

/** Tells a machine what to boot, once a run; gives what was so before. */
export async function pin(
  state: LiveState,
  machine: string,
  run: string,
  to: (before: Assignment | undefined, since: number) => Assignment,
): Promise<Former> {
  const known = await formerOf(state, machine, run);
  const assignment = known ? known.assignment : await assignmentOf(state, machine);
  const former = known ?? { run, since: Date.now(), ...(assignment && { assignment }) };
  if (!known) await state.set(FAMILY, machine, former);
  await assign(state, machine, to(assignment, former.since));
  return former;
}

/** What was so before a run; undefined where it changed nothing. */
export async function formerOf(state: LiveState, machine: string, run: string): Promise<Former | undefined> {
  const former = Former.safeParse(await state.get(FAMILY, machine)).data;
  return former?.run === run ? former : undefined;
}

export const noteRestarted = (state: LiveState, machine: string, former: Former): Promise<void> =>
  state.set(FAMILY, machine, { ...former, restarted: true });
