/** What a machine was told to boot in a chat, by a person or a roll-out: families `assignments` and `boots.wanted` of live state. */
import { z } from 'zod';
import { ImageVersion } from '../../image.ts';
import type { LiveState } from '../step.ts';

const FAMILY = 'assignments';
const WANTED = 'boots.wanted';

/** What a machine is to boot instead of what its configuration says. */
export const Assignment = z.object({
  /** Without it, what its configuration says. */
  version: ImageVersion.optional(),
  /** Only for one boot: after it, what `afterwards` says counts again. */
  once: z.literal(true).optional(),
  /** What was so before, for after that boot. */
  afterwards: ImageVersion.optional(),
  /** From when on boots that failed count against a version, ms since the epoch. */
  since: z.number(),
  /** The run that said so. */
  run: z.string(),
});
export type Assignment = z.output<typeof Assignment>;

/** What it is to boot each time, besides the one boot that another version is for. */
export const lasting = (assignment: Assignment | undefined): ImageVersion | undefined =>
  assignment?.once ? assignment.afterwards : assignment?.version;

export const assignmentOf = async (state: LiveState, machine: string): Promise<Assignment | undefined> =>
  Assignment.safeParse(await state.get(FAMILY, machine)).data;

/** What each machine was told, by name. */
export async function assignments(state: LiveState): Promise<Record<string, Assignment>> {
  return readAll(await state.all(FAMILY), Assignment);
}

export async function assign(
  state: LiveState,
  machine: string,
  assignment: Assignment | undefined,
): Promise<void> {
  if (assignment) await state.set(FAMILY, machine, assignment);
  else await state.remove(FAMILY, machine);
}

/** A boot that somebody waits for. */
export const Wanted = z.object({
  /** Boots that began before are others, ms since the epoch. */
  since: z.number(),
  run: z.string(),
  /** How long it may take until it is switched on, ms. */
  patience: z.number(),
  /** A boot of this version that is going on is the one that is waited for. */
  adopt: ImageVersion.optional(),
  /** Nobody waits for it any more. */
  over: z.literal(true).optional(),
});
export type Wanted = z.output<typeof Wanted>;

/** Tells the boot server that a machine is about to boot. */
export const want = (state: LiveState, machine: string, wanted: Wanted): Promise<void> =>
  state.set(WANTED, machine, wanted);

export const unwant = (state: LiveState, machine: string): Promise<void> => state.remove(WANTED, machine);

/** The boots that are waited for, by machine. */
export const wantedBoots = async (state: LiveState): Promise<Record<string, Wanted>> =>
  readAll(await state.all(WANTED), Wanted);

function readAll<T>(all: Record<string, unknown>, schema: z.ZodType<T>): Record<string, T> {
  const read = Object.entries(all).flatMap(([name, value]) => {
    const { data } = schema.safeParse(value);
    return data === undefined ? [] : [[name, data] as const];
  });
  return Object.fromEntries(read);
}
