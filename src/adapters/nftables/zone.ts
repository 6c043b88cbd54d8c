/** The chains and sets of one zone. Every word that reaches nft is made here, out of names and numbers that were checked. */
import { createHash } from 'node:crypto';
import { formatRange, mergeRanges, type Range } from '../../addresses.ts';
import { rangesOf, sourcesOf } from '../../firewall/effective.ts';
import type { Firewall, Rule, Zone } from '../../firewall/firewall.ts';
import { addressElements, portElements, protocolElements, type Reach, reachElements } from './elements.ts';
import type { Chain, NamedSet, Table } from './table.ts';

/** Address sets of at most so many ranges are written into the rules' own sets: a lookup each would cost more. */
const SMALL = 16;
const FAMILIES = [4, 6] as const;
const IP = { 4: 'ip', 6: 'ip6' } as const;
const ADDRESS = { 4: 'ipv4_addr', 6: 'ipv6_addr' } as const;
const PING = { 4: 'icmp type echo-request', 6: 'icmpv6 type echo-request' } as const;
/** What a rate limit counts by: an address; of IPv6 the /64, as a machine picks addresses in it as it likes. */
const COUNTED = { 4: 'ip saddr', 6: 'ip6 saddr and ffff:ffff:ffff:ffff::' } as const;
const SECONDS = { second: 1, minute: 60, hour: 3_600 } as const;

/** A name for nft: ours have no underscore, so that no two become one. */
export const identifier = (name: string): string => name.replaceAll('-', '__');

interface Part {
  sets: NamedSet[];
  rules: string[];
}

/** What rules come to: what drops, what drops beyond a limit, and what lets in. */
export interface Parts {
  drop: Part;
  limit: Part;
  accept: Part;
}

/** The rules as sets, whose names begin with `name`, and as the rules of nft that ask them. */
export function partsOf(rules: readonly Rule[], name: string, sets: Firewall['sets']): Parts {
  const limits = rules.filter((rule) => rule.limit).map((rule) => limit(rule, name, sets));
  const act = (action: Rule['action']) =>
    matches(
      rules.filter((rule) => rule.action === action),
      action,
      name,
      sets,
    );
  return {
    drop: act('drop'),
    limit: { sets: limits.flatMap((part) => part.sets), rules: limits.flatMap((part) => part.rules) },
    accept: act('accept'),
  };
}

/** The sets and chains of a zone, those that are jumped to first; `common` is for all zones that drop by default. */
export function zoneTable(zone: Zone, firewall: Firewall, common: Parts): Table {
  const name = `zone_${identifier(zone.name)}`;
  const named = firewall.rules.filter((rule) => rule.zones.includes(zone.name));
  const own = partsOf(named, name, firewall.sets);
  const all = zone.default === 'drop' ? [common, own] : [own];
  const rest = zone.default === 'drop' ? 'counter drop' : 'accept';
  const kinds = ['drop', 'limit', 'accept'] as const;
  const host: Chain = {
    name: `${name}_host`,
    // Ping for all and ping for the zone are one rule.
    rules: [...new Set(kinds.flatMap((kind) => all.flatMap((parts) => parts[kind].rules))), rest],
  };
  const chain: Chain = {
    name,
    rules: [
      ...(zone.default === 'drop' ? FORGED : []),
      // Rules speak of the host's own addresses; what is sent straight to a container's is not among them.
      `fib daddr type { local, broadcast, anycast, multicast } goto ${host.name}`,
      // The engine makes the kernel ask us of frames on bridges, too: their way out is the bridge they came by.
      ...(zone.bridged ? zone.interfaces : []).map(
        (bridge) => `iifname "${bridge}" fib daddr oifname "${bridge}" accept`,
      ),
      rest,
    ],
  };
  return { sets: kinds.flatMap((kind) => own[kind].sets), chains: [host, chain] };
}

/** Loopback addresses come from nowhere, and what belongs to no connection is no reply. */
const FORGED = [
  'ip saddr 127.0.0.0/8 drop',
  'ip daddr 127.0.0.0/8 drop',
  'ip6 saddr ::1 drop',
  'ip6 daddr ::1 drop',
  'ct state invalid counter drop',
];

/** The set of an address set's ranges of one family. */
export const addressSet = (name: string, family: 4 | 6): string => `set_${identifier(name)}_${family}`;

/** Whether a source has a set of its own in the kernel. */
export const isLarge = (source: string, sets: Firewall['sets']): boolean =>
  source.startsWith('@') && rangesOf(source, sets).length > SMALL;

function matches(
  rules: readonly Rule[],
  verdict: 'accept' | 'drop',
  prefix: string,
  sets: Firewall['sets'],
): Part {
  const name = `${prefix}_${verdict}`;
  const part: Part = { sets: [], rules: [] };
  const end = verdict === 'drop' ? 'counter drop' : 'accept';
  const add = (set: NamedSet, match: string) => {
    if (set.elements.length === 0) return;
    part.sets.push(set);
    part.rules.push(`${match} @${set.name} ${end}`);
  };
  const anywhere = rules.filter((rule) => rule.sources.length === 0);
  for (const protocol of ['tcp', 'udp'] as const) {
    const elements = portElements(anywhere.filter((rule) => rule.protocol === protocol));
    add({ name: `${name}_${protocol}`, type: ['inet_service'], elements }, `${protocol} dport`);
  }
  if (anywhere.some((rule) => rule.protocol === 'icmp'))
    part.rules.push(...FAMILIES.map((family) => `${PING[family]} ${end}`));
  const reaches = rules.map((rule) => ({ rule, ranges: small(rule, sets) }));
  for (const family of FAMILIES) {
    const type = [ADDRESS[family], 'inet_proto', 'inet_service'];
    const elements = reachElements(reaches, family);
    add({ name: `${name}_from_${family}`, type, elements }, `${IP[family]} saddr . meta l4proto . th dport`);
    const pinging = addressElements(
      reaches.filter(pings).flatMap(({ ranges }) => ranges),
      family,
    );
    add(
      { name: `${name}_ping_${family}`, type: [ADDRESS[family]], elements: pinging },
      `${PING[family]} ${IP[family]} saddr`,
    );
  }
  for (const source of new Set(rules.flatMap((rule) => rule.sources).filter((one) => isLarge(one, sets)))) {
    const members = rules.filter((rule) => rule.sources.includes(source));
    const set = source.slice(1);
    const ports = {
      name: `${name}_at_${identifier(set)}`,
      type: ['inet_proto', 'inet_service'],
      elements: protocolElements(members),
    };
    if (ports.elements.length > 0) part.sets.push(ports);
    for (const family of FAMILIES.filter((one) =>
      rangesOf(source, sets).some((range) => range.family === one),
    )) {
      const from = `${IP[family]} saddr @${addressSet(set, family)}`;
      if (ports.elements.length > 0) part.rules.push(`${from} meta l4proto . th dport @${ports.name} ${end}`);
      if (members.some((rule) => rule.protocol === 'icmp')) part.rules.push(`${from} ${PING[family]} ${end}`);
    }
  }
  return part;
}

const pings = ({ rule }: Reach): boolean => rule.protocol === 'icmp';

/** The addresses that a rule names and that have no set of their own. */
const small = (rule: Rule, sets: Firewall['sets']): Range[] =>
  mergeRanges(
    rule.sources.filter((source) => !isLarge(source, sets)).flatMap((source) => rangesOf(source, sets)),
  );

/** Drops what one address sends beyond a rule's limit. A full set counts no further addresses: it may not shut everybody out. */
function limit(rule: Rule, prefix: string, sets: Firewall['sets']): Part {
  const { rate, per, burst } = rule.limit!;
  const part: Part = { sets: [], rules: [] };
  // As long as an empty bucket takes to fill: forgotten sooner, an address could begin anew.
  const timeout = Math.max(60, Math.ceil((burst * SECONDS[per]) / rate) + SECONDS[per]);
  const id = createHash('sha256').update(rule.id).digest('hex').slice(0, 12);
  for (const family of FAMILIES) {
    const inline = small(rule, sets).filter((range) => range.family === family);
    const from = [
      ...(rule.sources.length === 0 ? [''] : []),
      ...(inline.length > 0 ? [`${IP[family]} saddr { ${inline.map(formatRange).join(', ')} } `] : []),
      ...sourcesOf(rule)
        .filter((source) => isLarge(source, sets))
        .filter((source) => rangesOf(source, sets).some((range) => range.family === family))
        .map((source) => `${IP[family]} saddr @${addressSet(source.slice(1), family)} `),
    ];
    if (from.length === 0) continue;
    const counter = `${prefix}_limit_${id}_${family}`;
    part.sets.push({ name: counter, type: [ADDRESS[family]], elements: [], timeout });
    const what =
      rule.protocol === 'icmp'
        ? PING[family]
        : `${rule.protocol} dport { ${portElements([rule]).join(', ')} }`;
    const beyond = `{ ${COUNTED[family]} limit rate over ${rate}/${per} burst ${burst} packets }`;
    part.rules.push(...from.map((one) => `${one}${what} update @${counter} ${beyond} counter drop`));
  }
  return part;
}
