/** How the stacks of machines stand, for commands. */
import { profileOf } from '../../jobs/machine/profile.ts';
import type { Known } from '../../jobs/machine/record.ts';
import { stackOf } from '../../jobs/machine/stack.ts';
import { messages } from '../../messages/messages.ts';
import type { House } from '../house.ts';

/** How the stack stands that its profile has; nothing where it has none. `boot` is the token of its last boot. */
export async function stackLines(
  known: Known,
  boot: string | undefined,
  { config, state, runs }: Pick<House, 'config' | 'state' | 'runs'>,
): Promise<string[]> {
  const app = profileOf(known, config).profile.stack;
  if (app === undefined) return [];
  const machine = known.name;
  const { standing } = messages().machines.stacks;
  const stack = await stackOf(state, machine);
  if (!stack || stack.token !== boot || stack.app !== app) return [`○ ${standing.waits({ app })}`];
  const { run, outcome } = stack;
  if (outcome === 'well') return [`● ${standing.well({ app, run })}`];
  if (run === undefined) return [`▲ ${standing.hand({ app, machine })}`];
  if (outcome === 'ill') return [`✕ ${standing.ill({ app, run })}`];
  return [
    (await runs.find(run)) ? `◐ ${standing.starts({ app, run })}` : `○ ${standing.asked({ app, run })}`,
  ];
}
