/** What a host's firewall is to be, by everything that says something of it. */
import type { z } from 'zod';
import { CONTAINERS, Firewall, OUTSIDE, Rule, type Zone, zoneOf } from '../firewall/firewall.ts';
import type { Config, Host } from './config.ts';
import type { Exposed, FirewallPart } from './firewall.ts';
import { hostsOf } from './hosts.ts';
import { overlayZone } from './overlays.ts';

/** A rule that is no part of the configuration: somebody opened it in a chat, or an app exposes it. */
export type Opened = z.input<typeof Rule>;

/** An overlay network that a host is in. */
export interface Network {
  name: string;
  interface: string;
  /** The UDP port on which members hear each other. */
  port: number;
  /** Whether the host lets nobody in but by it. */
  only: boolean;
}

/**
 * What a host's firewall is to be: what the configuration declares, what was opened in chats, and Muster's own ways in.
 * Undefined where the configuration says nothing of that host. Throws zod's error where the parts contradict each other.
 */
export function firewallOf(
  config: Config,
  host: string,
  opened: readonly Opened[],
  networks: readonly Network[] = [],
): Firewall | undefined {
  const parts = partsOf(config, host);
  if (parts.length === 0) return undefined;
  return Firewall.parse({
    zones: zonesOn(config, host, networks),
    sets: Object.assign({}, ...parts.map(([, { sets }]) => sets)),
    rules: rulesOn(config, host, opened, networks),
  });
}

/** The zones of a host's firewall: those of the configuration, the containers', and one of its own for each network that is in none. */
function zonesOn(config: Config, host: string, networks: readonly Network[]): z.input<typeof Zone>[] {
  const declared = declaredZones(config, host);
  const named = declared.some(({ name }) => name === CONTAINERS.name);
  return [...declared, ...ownZones(declared, networks), ...(named ? [] : [CONTAINERS])];
}

/** Zones for the networks that are in none. */
function ownZones(zones: readonly z.input<typeof Zone>[], networks: readonly Network[]) {
  const named = new Set(zones.map(({ name }) => name));
  return networks
    .filter((network) => zoneOfNetwork(zones, network) === ownZone(network) && !named.has(ownZone(network)))
    .map((network) => ({ name: ownZone(network), interfaces: [network.interface] }));
}

/** The zone of a network that no declared zone names. */
const ownZone = ({ name }: Network): string => overlayZone(name);

/** The zone by which a network comes in. */
function zoneOfNetwork(declared: readonly z.input<typeof Zone>[], network: Network): string {
  const zones = declared.map((zone) => ({ default: 'drop' as const, bridged: false, ...zone }));
  const { name } = zoneOf({ default: 'drop', zones, sets: {}, rules: [] }, network.interface);
  return name === OUTSIDE ? ownZone(network) : name;
}

/**
 * The rules of a host's firewall: those of the configuration, these that are none of it, and Muster's own ways in; where the host
 * is behind a network, they let in by that one alone, unless they name their zones. By its port a network
 * comes in everywhere.
 */
export function rulesOn(
  config: Config,
  host: string,
  opened: readonly Opened[],
  networks: readonly Network[] = [],
): Opened[] {
  const declared = partsOf(config, host).flatMap(([part, { rules }]) =>
    Object.entries(rules).map(([name, { from, ...rule }]) => ({
      ...rule,
      id: `${part}/${name}`,
      owner: `config/${part}`,
      sources: from,
    })),
  );
  const all = [...declared, ...opened, ...ownWaysIn(config.hosts[host] as Host)];
  return placed(declaredZones(config, host), all, networks);
}

/** A firewall that was planned, in the networks that the host is in now: it may have gone behind one since. */
export function inNetworks({ zones, rules, ...rest }: Firewall, networks: readonly Network[]): Firewall {
  const others = rules.filter(({ owner }) => !owner.startsWith(NETWORKS));
  return Firewall.parse({
    ...rest,
    zones: [...zones, ...ownZones(zones, networks)],
    rules: placed(zones, others, networks),
  });
}

/** Rules where they count, and what the networks themselves take. */
const placed = (
  zones: readonly z.input<typeof Zone>[],
  rules: readonly Opened[],
  networks: readonly Network[],
): Opened[] => [
  ...rules.map(placingIn(zones, networks)),
  ...networks.flatMap((network) => waysOf(network, zoneOfNetwork(zones, network))),
];

/** Puts what lets in everywhere into the zone of the network that the host is behind. */
export const placing = (config: Config, host: string, networks: readonly Network[]) =>
  placingIn(declaredZones(config, host), networks);

function placingIn(
  zones: readonly z.input<typeof Zone>[],
  networks: readonly Network[],
): (rule: Opened) => Opened {
  const only = networks.find((network) => network.only);
  if (!only) return (rule) => rule;
  const zone = zoneOfNetwork(zones, only);
  return (rule) =>
    rule.action === 'drop' || (rule.zones ?? []).length > 0 ? rule : { ...rule, zones: [zone] };
}

/** What a network itself takes: the port by which members hear each other, and ping by the network, which proves that it works. */
const waysOf = ({ name, port }: Network, zone: string): Opened[] => [
  { id: `overlay/${name}/udp-${port}`, owner: `${NETWORKS}${name}`, protocol: 'udp', ports: [port] },
  { id: `overlay/${name}/ping`, owner: `${NETWORKS}${name}`, protocol: 'icmp', zones: [zone] },
];

/** How the owners of these rules begin. */
const NETWORKS = 'overlay/';

/** The zones that the configuration gives a host. */
const declaredZones = (config: Config, host: string): z.input<typeof Zone>[] =>
  partsOf(config, host).flatMap(([, part]) =>
    Object.entries(part.zones).map(([name, zone]) => ({ name, ...zone })),
  );

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
export const hasFirewall = (config: Pick<Config, 'hosts' | 'firewall'>, host: string): boolean =>
  partsOf(config, host).length > 0;

/** Where to knock before a change on a host is kept. */
export function probesOf(config: Config, host: string): { address: string; port: number }[] {
  const entry = config.hosts[host] as Host;
  const address = entry.link === 'local' ? '127.0.0.1' : entry.address;
  const ports = partsOf(config, host).flatMap(([, { probes }]) => probes);
  return [...new Set(ports)].map((port) => ({ address, port }));
}

const partsOf = (config: Pick<Config, 'hosts' | 'firewall'>, host: string): [string, FirewallPart][] =>
  Object.entries(config.firewall).filter(([, { hosts }]) => hostsOf(config, hosts).includes(host));

/** The TCP ports by which Muster itself comes in: by its link, and to the guardian. */
export function ownWays(host: Host): { name: string; port: number }[] {
  const ways: [string, number | undefined][] = [
    ['ssh', host.link === 'ssh' ? host.port : undefined],
    ['agent', host.link === 'icp' ? host.port : undefined],
    ['guardian', host.guardian?.port],
  ];
  return ways.flatMap(([name, port]) => (port === undefined ? [] : [{ name, port }]));
}

const ownWaysIn = (host: Host): Opened[] =>
  ownWays(host).map(({ name, port }) => ({
    id: `muster/${name}`,
    owner: 'muster',
    protocol: 'tcp',
    ports: [port],
  }));
