/**
 * A host's firewall as a table of nftables: one chain at prerouting, after connections are known (-200) and before
 * Docker's address translation (-100). So it sees ports as they are seen from outside, whoever serves them: a process,
 * a container behind a published port, or one on the host's own network.
 */
import { rangesOf } from '../../firewall/effective.ts';
import { allZones, type Firewall, OUTSIDE } from '../../firewall/firewall.ts';
import { addressElements } from './elements.ts';
import type { NamedSet, Table } from './table.ts';
import { addressSet, identifier, isLarge, partsOf, zoneTable } from './zone.ts';

/** Replies, the host to itself, and what IP does not work without: errors and path MTU, neighbours, groups, leases (RFC 4890). */
const ALWAYS = [
  'ct state established,related accept',
  // Connections from before the kernel knew of connections: where the host has an open end, and not just somebody who listens.
  'ct state new tcp flags & (fin | syn | rst | ack) == ack socket wildcard 0 accept',
  'iifname "lo" accept',
  'icmp type { destination-unreachable, time-exceeded, parameter-problem } accept',
  'icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept',
  'icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept',
  'icmpv6 type { mld-listener-query, mld-listener-report, mld-listener-done, mld2-listener-report } accept',
  'ip protocol igmp accept',
  'udp sport 67 udp dport 68 fib daddr type { local, broadcast } accept',
  'ip6 saddr fe80::/10 udp sport 547 udp dport 546 fib daddr type local accept',
];

/** The table that carries a firewall out. The same firewall gives the same table. */
export function tableOf(firewall: Firewall): Table {
  const zones = allZones(firewall);
  const everywhere = firewall.rules.filter((rule) => rule.zones.length === 0);
  const common = partsOf(everywhere, 'all', firewall.sets);
  const tables = zones.map((zone) => zoneTable(zone, firewall, common));
  const addresses = [...new Set(firewall.rules.flatMap((rule) => rule.sources))]
    .filter((source) => isLarge(source, firewall.sets))
    .flatMap((source) =>
      ([4, 6] as const).map(
        (family): NamedSet => ({
          name: addressSet(source.slice(1), family),
          type: [family === 4 ? 'ipv4_addr' : 'ipv6_addr'],
          elements: addressElements(rangesOf(source, firewall.sets), family),
        }),
      ),
    )
    .filter((set) => set.elements.length > 0);
  const prerouting = {
    name: 'prerouting',
    hook: { priority: -150, policy: 'drop' as const },
    rules: [...ALWAYS, ...dispatch(firewall)],
  };
  return {
    sets: [
      ...addresses,
      ...[common.drop, common.limit, common.accept].flatMap((part) => part.sets),
      ...tables.flatMap((table) => table.sets),
    ],
    chains: [...tables.flatMap((table) => table.chains), prerouting],
  };
}

/** Whole names first, then beginnings, the longest first: as `zoneOf` has it. */
function dispatch(firewall: Firewall): string[] {
  const all = firewall.zones.flatMap((zone) =>
    zone.interfaces.map((name) => ({ name, chain: `zone_${identifier(zone.name)}` })),
  );
  const whole = all.filter(({ name }) => !name.endsWith('*'));
  const beginnings = all
    .filter(({ name }) => name.endsWith('*'))
    .sort((a, b) => b.name.length - a.name.length || (a.name < b.name ? -1 : 1));
  const map = whole.map(({ name, chain }) => `"${name}" : goto ${chain}`).sort();
  return [
    ...(map.length > 0 ? [`iifname vmap { ${map.join(', ')} }`] : []),
    ...beginnings.map(({ name, chain }) => `iifname "${name}" goto ${chain}`),
    `goto zone_${OUTSIDE}`,
  ];
}
