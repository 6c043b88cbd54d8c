/** What a host's firewall is to be at this moment: what the configuration declares, and what live state adds to it. */
import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { firewallOf, inNetworks, type Opened } from '../../config/host-firewall.ts';
import { MusterError } from '../../errors.ts';
import type { Firewall } from '../../firewall/firewall.ts';
import { networksOf } from '../networks.ts';
import type { LiveState } from '../step.ts';
import { exposedOn } from './exposed.ts';
import { afterOpening, type Opening, openedOn } from './opened.ts';

/** How the owners of rules begin that come from live state; all others are the configuration's. */
const LIVE = /^(?:person|app)\//;

/** Where rules come from. */
export interface Sources {
  config: Config;
  state: LiveState;
}

/**
 * What a host's firewall is to be, with `opened` for what was opened in chats, and with `open` as if it were behind no network.
 * Rejects with `firewall.undeclared` where nothing
 * is declared, and with `firewall.invalid` where the parts contradict each other.
 */
export async function declaredOn(
  host: string,
  { config, state }: Sources,
  { opened, open = false }: { opened?: readonly Opened[]; open?: boolean } = {},
): Promise<Firewall> {
  const live = [...(opened ?? (await openedOn(state, host))), ...(await exposedOn(config, state, host))];
  const all = await networksOf(config, state, host);
  const networks = open ? all.map((network) => ({ ...network, only: false })) : all;
  const rules = consistent(host, () => firewallOf(config, host, live, networks));
  if (rules) return rules;
  throw new MusterError('firewall.undeclared', { host });
}

/**
 * A planned firewall as it is to be when its turn has come: with what is opened and exposed then, and in the networks that the host
 * is in then, not when it was planned. Rejects with `firewall.invalid`.
 */
export async function refreshed(
  host: string,
  planned: Firewall,
  { config, state }: Sources,
  opening: Opening,
): Promise<Firewall> {
  const opened = afterOpening(await openedOn(state, host), opening);
  const live = [...opened, ...(await exposedOn(config, state, host))];
  const networks = await networksOf(config, state, host);
  const rules = [...planned.rules.filter(({ owner }) => !LIVE.test(owner)), ...live];
  return consistent(host, () => inNetworks({ ...planned, rules }, networks));
}

/** What `make` gives; parts that contradict each other become `firewall.invalid`. */
function consistent<T>(host: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const problem = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    throw new MusterError('firewall.invalid', { host, problem });
  }
}
