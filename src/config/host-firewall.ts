/** What a host's firewall is to be, by everything that says something of it. */
import type { z } from 'zod';
import { CONTAINERS, Firewall, Rule } from '../firewall/firewall.ts';
import type { Config, Host } from './config.ts';
import type { Exposed, FirewallPart } from './firewall.ts';
import { hostsOf } from './hosts.ts';

/** A rule that is no part of the configuration: somebody opened it in a chat, or an app exposes it. */
export type Opened = z.input<typeof Rule>;

/**
 * What a host's firewall is to be: what the configuration declares, what was opened in chats, and Muster's own ways in.
 * Undefined where the configuration says nothing of that host. Throws zod's error where the parts contradict each other.
 */
export function firewallOf(config: Config, host: string, opened: readonly Opened[]): Firewall | undefined {
  const parts = partsOf(config, host);
  if (parts.length === 0) return undefined;
  const zones = parts.flatMap(([, part]) =>
    Object.entries(part.zones).map(([name, zone]) => ({ name, ...zone })),
  );
  const named = new Set(zones.map(({ name }) => name));
  return Firewall.parse({
    zones: named.has(CONTAINERS.name) ? zones : [...zones, CONTAINERS],
    sets: Object.assign({}, ...parts.map(([, { sets }]) => sets)),
    rules: rulesOn(config, host, opened),
  });
}

/** The rules of a host's firewall: those of the configuration, these that are none of it, and Muster's own ways in. */
export const rulesOn = (config: Config, host: string, opened: readonly Opened[]): Opened[] => [
  ...partsOf(config, host).flatMap(([part, { rules }]) =>
    Object.entries(rules).map(([name, { from, ...rule }]) => ({
      ...rule,
      id: `${part}/${name}`,
      owner: `config/${part}`,
      sources: from,
    })),
  ),
  ...opened,
  ...ownWaysIn(config.hosts[host] as Host),
];

/** The rules of what an app exposes, in its name: `app/shop/tcp-8080`, and `app/shop/tcp-8080.2` for the same port once more. */
export function exposedBy(app: string, expose: readonly Exposed[]): Rule[] {
  const seen = new Map<string, number>();
  return expose.map(({ port, from, ...rest }) => {
    const name = `app/${app}/${rest.protocol}-${port}`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    const id = times === 1 ? name : `${name}.${times}`;
    return Rule.parse({ ...rest, id, owner: appOwner(app), ports: [port], sources: from });
  });
}

/** Whose rules an app's are. */
export const appOwner = (app: string): string => `app/${app}`;

/** Whether the configuration says anything of a host's firewall. */
export const hasFirewall = (config: Config, host: string): boolean => partsOf(config, host).length > 0;

/** Where to knock before a change on a host is kept. */
export function probesOf(config: Config, host: string): { address: string; port: number }[] {
  const entry = config.hosts[host] as Host;
  const address = entry.link === 'local' ? '127.0.0.1' : entry.address;
  const ports = partsOf(config, host).flatMap(([, { probes }]) => probes);
  return [...new Set(ports)].map((port) => ({ address, port }));
}

const partsOf = (config: Config, host: string): [string, FirewallPart][] =>
  Object.entries(config.firewall).filter(([, { hosts }]) => hostsOf(config, hosts).includes(host));

/** The ports by which Muster itself comes in. */
function ownWaysIn(host: Host): Opened[] {
  const ways: [string, number | undefined][] = [
    ['ssh', host.link === 'ssh' ? host.port : undefined],
    ['agent', host.link === 'icp' ? host.port : undefined],
    ['guardian', host.guardian?.port],
  ];
  return ways.flatMap(([name, port]) =>
    port === undefined
      ? []
      : [{ id: `muster/${name}`, owner: 'muster', protocol: 'tcp' as const, ports: [port] }],
  );
}
