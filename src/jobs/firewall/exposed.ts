/**
 * What apps let in where they run, as live state: `exposed/HOST`, by app. A deploy notes there what it opens. In force are only
 * rules that the configuration still has, as it has them now.
 */
import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { exposedBy } from '../../config/host-firewall.ts';
import { hostsOf } from '../../config/hosts.ts';
import { Rule } from '../../firewall/firewall.ts';
import { canonical } from '../plan.ts';
import type { LiveState } from '../step.ts';

const Exposure = z.object({
  rules: z.array(Rule),
  /** The run that noted it, and what it found: the note before, and the app's rules that were in force. */
  run: z.string(),
  before: z.array(Rule).optional(),
  inForce: z.array(Rule).optional(),
});
export type Exposure = z.output<typeof Exposure>;

/** The family of live state that holds what apps expose on a host, by app. */
export const exposedFamily = (host: string): string => `exposed/${host}`;

/** What a deploy noted of an app on a host. */
export async function exposureOf(state: LiveState, host: string, app: string): Promise<Exposure | undefined> {
  return Exposure.optional().parse(await state.get(exposedFamily(host), app));
}

/** Notes it; undefined forgets it. */
export async function noteExposure(
  state: LiveState,
  host: string,
  app: string,
  exposure: Exposure | undefined,
): Promise<void> {
  if (exposure) await state.set(exposedFamily(host), app, exposure);
  else await state.remove(exposedFamily(host), app);
}

/** The rules of all apps on a host: what was opened by a deploy, and is still in the configuration. */
export async function exposedOn(config: Config, state: LiveState, host: string): Promise<Rule[]> {
  const apps = Object.entries(config.apps).filter(
    ([, { hosts, expose }]) => expose.length > 0 && hostsOf(config, hosts).includes(host),
  );
  const each = apps.map(async ([app, { expose }]) => {
    const rules = exposedBy(app, expose);
    const exposure = await exposureOf(state, host, app);
    // An app that was deployed before there was a firewall goes on as it was.
    if (!exposure) return (await isLive(state, host, app)) ? rules : [];
    const opened = new Set(exposure.rules.map(({ id }) => id));
    return rules.filter(({ id }) => opened.has(id));
  });
  return (await Promise.all(each)).flat();
}

/** Whether a deploy has to change what an app lets in on a host, by what is noted. */
export async function isExposed(
  state: LiveState,
  host: string,
  app: string,
  rules: readonly Rule[],
): Promise<boolean> {
  const exposure = await exposureOf(state, host, app);
  return canonical(exposure?.rules ?? []) === canonical(rules);
}

/** Whether a release of the app runs on the host. */
export async function isLive(state: LiveState, host: string, app: string): Promise<boolean> {
  const generations = await state.get(`generations/${app}`, host);
  return z.object({ current: z.string() }).safeParse(generations).success;
}
