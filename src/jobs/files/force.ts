/** Which version of its files each container has in force, as it told the hub. State family `config/force`. */
import { z } from 'zod';
import type { Caller } from '../../hub.ts';
import type { LiveState } from '../step.ts';

const FORCE = 'config/force';
/** A container that has not asked for so long is gone, ms: each asks once a minute. */
const GONE_MS = 5 * 60_000;

const Force = z.object({
  app: z.string(),
  service: z.string(),
  host: z.string(),
  generation: z.string(),
  /** Which of the containers of the service; those of clients that do not say so share one. */
  life: z.string().optional(),
  version: z.string(),
  /** UTC, ISO 8601. */
  at: z.string(),
  /** A version that it could not apply, and why. */
  refused: z.object({ version: z.string(), reason: z.string() }).optional(),
});
export type Force = z.output<typeof Force>;

/** Notes what a container has in force. */
export async function noteForce(state: LiveState, force: Force): Promise<void> {
  await state.set(FORCE, fieldOf(force), force);
}

/** What is in force in the containers of an app that are there, on one host or on all. */
export async function forceOf(
  state: LiveState,
  { app, host }: { app: string; host?: string },
  now: number,
): Promise<Force[]> {
  return all(await state.all(FORCE)).filter(
    (one) =>
      one.app === app && (host === undefined || one.host === host) && now - Date.parse(one.at) < GONE_MS,
  );
}

/** Forgets one that has ended. */
export const dropForce = (state: LiveState, one: Caller & { life?: string }): Promise<void> =>
  state.remove(FORCE, fieldOf(one));

/** Forgets containers that have not asked since then, ms since 1970. */
export async function forgetForce(state: LiveState, since: number): Promise<void> {
  for (const one of all(await state.all(FORCE)))
    if (Date.parse(one.at) < since) await state.remove(FORCE, fieldOf(one));
}

const fieldOf = ({ app, service, host, generation, life }: Caller & { life?: string }): string =>
  [app, service, host, generation, ...(life === undefined ? [] : [life])].join(' ');

const all = (values: Record<string, unknown>): Force[] =>
  Object.values(values).flatMap((value) => Force.safeParse(value).data ?? []);
