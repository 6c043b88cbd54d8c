/** How the stack of a machine stands since its last boot. Key family `machines.stacks` of live state, by machine. */
import { z } from 'zod';
import type { LiveState } from '../step.ts';

export const STACKS = 'machines.stacks';

export const Stack = z.object({
  /** The boot that was looked at. */
  token: z.string(),
  /** What its profile named then; absent where it named nothing. */
  app: z.string().optional(),
  /** What deploys it; absent where nothing does, and where somebody else did in the end. */
  run: z.string().optional(),
  /** When the machine was looked at, ms since 1970: what was deployed there since runs there; absent where nothing is to. */
  at: z.number().optional(),
  /** Why nothing does: it is for people to do, there is no such host, or the line was refused. */
  left: z.enum(['hand', 'host', 'refused']).optional(),
  /** How that went; absent while it goes on. */
  outcome: z.enum(['well', 'ill']).optional(),
});
export type Stack = z.output<typeof Stack>;

/** The stacks of all machines that were looked at; what another version wrote and this one cannot read is left out. */
export async function stacksIn(state: Pick<LiveState, 'all'>): Promise<Record<string, Stack>> {
  const all = Object.entries(await state.all(STACKS));
  return Object.fromEntries(
    all.flatMap(([machine, value]) => {
      const { data } = Stack.safeParse(value);
      return data ? [[machine, data]] : [];
    }),
  );
}

/** That of one machine; undefined where none of its boots was looked at. */
export const stackOf = async (state: Pick<LiveState, 'get'>, machine: string): Promise<Stack | undefined> =>
  Stack.safeParse(await state.get(STACKS, machine)).data;
