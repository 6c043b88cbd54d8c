/** Where keys are to be written: a host's user, once, with all the groups that may log in there. */
import type { Config } from '../../config/config.ts';
import { hostsOf } from '../../config/hosts.ts';
import type { Written } from './known.ts';

export interface Target {
  host: string;
  user: string;
  /** None where nobody may any more. */
  groups: string[];
}

/** The users that the configuration lets groups log in as, on these hosts, in its order. */
export function targetsOn(config: Pick<Config, 'hosts' | 'logins'>, hosts: readonly string[]): Target[] {
  const found = new Map<string, Target>();
  for (const { hosts: selectors, user, groups } of Object.values(config.logins)) {
    for (const host of hostsOf(config, selectors)) {
      if (!hosts.includes(host)) continue;
      const target = found.get(`${host} ${user}`) ?? { host, user, groups: [] };
      target.groups = [...new Set([...target.groups, ...groups])];
      found.set(`${host} ${user}`, target);
    }
  }
  return [...found.values()];
}

/** The users that have a block although the configuration lets nobody log in as them any more. */
export const leftOver = (
  targets: readonly Target[],
  written: readonly Written[],
  hosts: readonly string[],
): Target[] =>
  written
    .filter(
      ({ host, user }) =>
        hosts.includes(host) && !targets.some((target) => target.host === host && target.user === user),
    )
    .map(({ host, user }) => ({ host, user, groups: [] }));
