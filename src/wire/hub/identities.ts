/** The part of the hub that gives containers what they show to it anew, before that runs out. */
import { Renewals } from '../../jobs/deploy/renewals.ts';
import type { HubPart, HubWire } from './part.ts';

export async function openRenewals({ state, config, links, authority, options }: HubWire): Promise<HubPart> {
  const renewals = new Renewals({
    state: state.state,
    apps: () => Object.keys(config.current.apps),
    async reach(host) {
      // It may have been added a moment ago.
      if (!Object.hasOwn(config.current.hosts, host)) await config.refresh();
      return links.reach(host);
    },
    issue: async (caller) => authority.issue(caller),
    place: authority.place,
    log: options.log,
  });
  renewals.start();
  return { routes: [], close: () => renewals.close() };
}
