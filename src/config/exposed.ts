/** Whether what apps expose names zones and address sets that the firewalls of their hosts have. */
import { CONTAINERS, OUTSIDE } from '../firewall/firewall.ts';
import { messages } from '../messages/messages.ts';
import { suggest } from '../suggest.ts';
import { hostsOf } from './hosts.ts';
import { overlayZone } from './overlays.ts';
import type { ConfigProblem } from './problem.ts';
import { type Entries, each, isMap, list, strings } from './sections.ts';

/** Of each name that a host's firewall lacks, a problem; hosts without a firewall lack none. */
export function strangeDoors(entries: Entries): ConfigProblem[] {
  const hosts = Object.fromEntries(
    each(entries, 'hosts').map(({ name, raw }) => [
      name,
      { labels: strings(raw.labels).map(([, label]) => label) },
    ]),
  );
  const hostsIn = (value: unknown) =>
    hostsOf(
      { hosts },
      strings(value).map(([, selector]) => selector),
    );
  const parts = each(entries, 'firewall').map(({ raw }) => ({ raw, on: hostsIn(raw.hosts) }));
  const known = (host: string, kind: 'zones' | 'sets'): string[] | undefined => {
    const own = parts.filter(({ on }) => on.includes(host));
    return own.length === 0 ? undefined : own.flatMap(({ raw }) => keysOf(raw[kind]));
  };
  const networks = [...entries.overlays.keys()].map((name) => overlayZone(name));
  return each(entries, 'apps').flatMap(({ name, raw, source }) => {
    const on = hostsIn(raw.hosts);
    const check = (names: [number, string][], kind: 'zones' | 'sets', path: (string | number)[]) =>
      names.flatMap(([place, one]) => {
        const always = kind === 'zones' ? [OUTSIDE, CONTAINERS.name, ...networks] : [];
        const lacking = on.filter((host) => known(host, kind)?.concat(always).includes(one) === false);
        if (lacking.length === 0) return [];
        const near = suggest(one, [...always, ...lacking.flatMap((host) => known(host, kind) ?? [])]);
        const words = kind === 'zones' ? messages().config.noZone : messages().config.noAddressSet;
        return [source.problem([...path, place], words({ name: one, hosts: lacking, near }))];
      });
    return list(raw.expose).flatMap((entry, index) => {
      if (!isMap(entry)) return [];
      const path = ['apps', name, 'expose', index];
      const sets = strings(entry.from).flatMap(([place, text]): [number, string][] =>
        text.startsWith('@') ? [[place, text.slice(1)]] : [],
      );
      return [
        ...check(sets, 'sets', [...path, 'from']),
        ...check(strings(entry.zones), 'zones', [...path, 'zones']),
      ];
    });
  });
}

const keysOf = (value: unknown): string[] => (isMap(value) ? Object.keys(value) : []);
