/** What of an app is live where, as the deploy steps recorded it. */
import { z } from 'zod';
import type { LiveState } from '../../jobs/step.ts';

const Deployed = z.object({
  current: z.string(),
  list: z.array(z.object({ generation: z.string(), commit: z.string(), ref: z.string(), at: z.string() })),
  /** Since when, by Muster's own clock, UTC, ISO 8601. */
  since: z.string().optional(),
});
export type Deployed = z.output<typeof Deployed>;

/** Host -> what is live and what can be gone back to; hosts without the app are absent. */
export async function deployedOn(state: LiveState, app: string): Promise<Record<string, Deployed>> {
  const all = await state.all(`generations/${app}`);
  const known = Object.entries(all).flatMap(([host, value]) => {
    const parsed = Deployed.safeParse(value);
    return parsed.success ? [[host, parsed.data] as const] : [];
  });
  return Object.fromEntries(known);
}

/** What was deployed of an app to one host; undefined where nothing was. */
export const deployedTo = async (
  state: Pick<LiveState, 'get'>,
  app: string,
  host: string,
): Promise<Deployed | undefined> => Deployed.safeParse(await state.get(`generations/${app}`, host)).data;

/** The generation that is live on a host. */
export const liveOn = (deployed: Deployed | undefined) =>
  deployed?.list.find((entry) => entry.generation === deployed.current);
