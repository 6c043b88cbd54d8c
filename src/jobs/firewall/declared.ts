/** What a host's firewall is to be at this moment: what the configuration declares, and what live state adds to it. */
import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { firewallOf, type Opened } from '../../config/host-firewall.ts';
import { MusterError } from '../../errors.ts';
import { type Firewall, Rule } from '../../firewall/firewall.ts';
import type { LiveState } from '../step.ts';
import { exposedOn } from './exposed.ts';

/** The family of live state that holds what was opened in chats: host -> rules. */
export const OPENED = 'firewall';

/** Where rules come from. */
export interface Sources {
  config: Config;
  state: LiveState;
}

/** What was opened on a host in chats. */
export async function openedOn(host: string, { state }: Pick<Sources, 'state'>): Promise<Opened[]> {
  return z.array(Rule).parse((await state.get(OPENED, host)) ?? []);
}

/**
 * What a host's firewall is to be, with `opened` for what was opened in chats. Rejects with `firewall.undeclared` where nothing
 * is declared, and with `firewall.invalid` where the parts contradict each other.
 */
export async function declaredOn(
  host: string,
  { config, state }: Sources,
  opened?: readonly Opened[],
): Promise<Firewall> {
  const live = [...(opened ?? (await openedOn(host, { state }))), ...(await exposedOn(config, state, host))];
  try {
    const rules = firewallOf(config, host, live);
    if (rules) return rules;
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const problem = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    throw new MusterError('firewall.invalid', { host, problem });
  }
  throw new MusterError('firewall.undeclared', { host });
}
