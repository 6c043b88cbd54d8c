/** What a host's firewall is to be, by everything that says something of it. */
import type { z } from 'zod';
import { CONTAINERS, Firewall, type Rule } from '../firewall/firewall.ts';
import type { Config, Host } from './config.ts';
import type { FirewallPart } from './firewall.ts';
import { hostsOf } from './hosts.ts';

/** A rule that somebody opened in a chat. */
export type Opened = z.input<typeof Rule>;

/**
 * What a host's firewall is to be: what the configuration declares, what was opened in chats, and Muster's own ways in.
 * Undefined where the configuration says nothing of that host. Throws zod's error where the parts contradict each other.
 */
export function firewallOf(config: Config, host: string, opened: readonly Opened[]): Firewall | undefined {
  const parts = Object.entries(config.firewall).filter(([, { hosts }]) =>
    hostsOf(config, hosts).includes(host),
  );
  if (parts.length === 0) return undefined;
  const zones = parts.flatMap(([, part]) =>
    Object.entries(part.zones).map(([name, zone]) => ({ name, ...zone })),
  );
  const named = new Set(zones.map(({ name }) => name));
  return Firewall.parse({
    zones: named.has(CONTAINERS.name) ? zones : [...zones, CONTAINERS],
    sets: Object.assign({}, ...parts.map(([, { sets }]) => sets)),
    rules: [
      ...parts.flatMap(([part, { rules }]) =>
        Object.entries(rules).map(([name, { from, ...rule }]) => ({
          ...rule,
          id: `${part}/${name}`,
          owner: `config/${part}`,
          sources: from,
        })),
      ),
      ...opened,
      ...ownWaysIn(config.hosts[host] as Host),
    ],
  });
}

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
