/**
 * What one host's firewall is to be: plain data. What comes in by an interface belongs to that interface's zone; a zone
 * lets in what nothing forbids (`accept`), or only what a rule declares (`drop`). Rules know no order: a matching rule that
 * drops beats every rule that accepts, and a rate limit holds also where another rule accepts without one.
 * Replies, the host's own traffic, and what IP itself needs (neighbours, path MTU, address leases) are never cut.
 */
import { z } from 'zod';
import { formatRange, parseRange } from '../addresses.ts';
import { messages } from '../messages/messages.ts';

/** The zone of every interface that no zone names. */
export const OUTSIDE = 'outside';

const name = () =>
  z
    .string()
    .max(32, { error: () => messages().firewall.name })
    .regex(/^[a-z](?:[a-z0-9-]*[a-z0-9])?$/, { error: () => messages().firewall.name });

/** A zone of interfaces, like `overlay`. */
export const ZoneName = name();
/** A named list of addresses, like `office`. */
export const AddressSetName = name();

/** An interface as Linux names it, at most 15 bytes; `br-*` stands for all whose names begin so. */
export const Interface = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$|^[A-Za-z0-9][A-Za-z0-9_.-]{0,13}\*$/, {
    error: () => messages().firewall.interface,
  });

/** An address, prefix or range of either family, written the one canonical way. */
export const Addresses = z.string().transform((text, context) => {
  const range = parseRange(text);
  if (range) return formatRange(range);
  context.addIssue({ code: 'custom', message: messages().firewall.addresses });
  return z.NEVER;
});

/** Where a packet comes from: addresses, or `@office` for an address set. */
export const Source = z.union(
  [
    z.string().regex(/^@[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/, { error: () => messages().firewall.source }),
    Addresses,
  ],
  {
    error: () => messages().firewall.source,
  },
);

/** A port or a range of ports: `443`, `"443"`, `"8000-8010"`; text afterwards. */
export const Ports = z
  .union([z.number(), z.string()], { error: () => messages().firewall.ports })
  .transform((value, context) => {
    const range = portRange(String(value));
    if (range) return formatPorts(range);
    context.addIssue({ code: 'custom', message: messages().firewall.ports });
    return z.NEVER;
  });

/** How many new connections (packets, for ping) one source address may make; an IPv6 source is its /64. More is dropped. */
export const RateLimit = z.strictObject({
  rate: z.int().min(1).max(1_000_000),
  per: z.enum(['second', 'minute', 'hour']),
  /** How many may come at once. */
  burst: z.int().min(1).max(65_535).default(5),
});
export type RateLimit = z.infer<typeof RateLimit>;

/** What a name of a rule or an owner may be: it is shown to people, and never reaches the packet filter. */
const label = () =>
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,99}$/, { error: () => messages().firewall.label });

/** One thing that is let in, or kept out, on the host's own addresses. */
export const Rule = z
  .strictObject({
    id: label(),
    /** Who declared it: `config`, `app/shop`, `container/shop-web-1`. */
    owner: label(),
    action: z.enum(['accept', 'drop']).default('accept'),
    /** `icmp` is ping, of both families. */
    protocol: z.enum(['tcp', 'udp', 'icmp']),
    /** Ports of the host, as seen from outside; none for ping. */
    ports: z.array(Ports).max(1_000).default([]),
    /** Any of these; anywhere where there is none. */
    sources: z.array(Source).max(10_000).default([]),
    /** Only in these zones; without, in every zone that drops by default. */
    zones: z.array(ZoneName).max(100).default([]),
    limit: RateLimit.optional(),
    comment: z
      .string()
      .max(200)
      .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, { error: () => messages().firewall.comment })
      .optional(),
  })
  .refine((rule) => (rule.protocol === 'icmp') === (rule.ports.length === 0), {
    path: ['ports'],
    error: () => messages().firewall.portsNeeded,
  })
  .refine((rule) => rule.action === 'accept' || rule.limit === undefined, {
    path: ['limit'],
    error: () => messages().firewall.limitedDrop,
  });
export type Rule = z.infer<typeof Rule>;

/** Interfaces that are treated alike, and what becomes of packets that no rule speaks of. */
export const Zone = z.strictObject({
  name: ZoneName,
  interfaces: z.array(Interface).max(200),
  default: z.enum(['accept', 'drop']).default('drop'),
  /** Its interfaces are bridges with machines of their own on them, not this host's containers: what only crosses a bridge passes. */
  bridged: z.boolean().default(false),
});
export type Zone = z.infer<typeof Zone>;

/** The firewall of one host. Parsing what was parsed gives the same. */
export const Firewall = z
  .strictObject({
    /** For `outside`: all interfaces that no zone names. */
    default: z.enum(['accept', 'drop']).default('drop'),
    zones: z.array(Zone).max(100).default([]),
    sets: z.record(AddressSetName, z.array(Addresses).max(100_000)).default({}),
    rules: z.array(Rule).max(20_000).default([]),
  })
  .superRefine((firewall, context) => {
    for (const { path, message } of contradictions(firewall))
      context.addIssue({ code: 'custom', path, message });
  });
export type Firewall = z.infer<typeof Firewall>;

/**
 * The bridges that container engines and hypervisors make of themselves. What comes from them does not come from outside.
 * A bridge to the world that is called so (`br-lan`) has to be named whole in a zone of its own.
 */
export const CONTAINERS: Zone = {
  name: 'containers',
  interfaces: ['docker0', 'docker_gwbridge', 'br-*', 'mst-*', 'lxcbr0', 'lxdbr0', 'incusbr0', 'virbr*'],
  default: 'accept',
  bridged: false,
};

/** `8000-8010` as numbers; undefined where the text is no port and no range. */
export function portRange(text: string): { first: number; last: number } | undefined {
  const match = /^([1-9]\d{0,4})(?:-([1-9]\d{0,4}))?$/.exec(text);
  if (!match) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return last <= 65_535 && first <= last ? { first, last } : undefined;
}

/** `443` or `8000-8010`. */
export const formatPorts = ({ first, last }: { first: number; last: number }): string =>
  first === last ? `${first}` : `${first}-${last}`;

/** All zones there are, `outside` last. */
export const allZones = (firewall: Firewall): Zone[] => [
  ...firewall.zones,
  { name: OUTSIDE, interfaces: [], default: firewall.default, bridged: false },
];

/** The zones a rule counts in. */
export const zonesOf = (rule: Rule, zones: readonly Zone[]): Zone[] =>
  zones.filter((zone) =>
    rule.zones.length === 0 ? zone.default === 'drop' : rule.zones.includes(zone.name),
  );

/** The zone that packets of an interface belong to: its whole name counts before `br-*`, and a longer beginning before a shorter. */
export function zoneOf(firewall: Firewall, nameOfInterface: string): Zone {
  const fitting = firewall.zones.flatMap((zone) =>
    zone.interfaces.flatMap((one) => {
      if (one === nameOfInterface) return [{ zone, weight: 100 }];
      const start = one.endsWith('*') ? one.slice(0, -1) : undefined;
      return start !== undefined && nameOfInterface.startsWith(start) ? [{ zone, weight: start.length }] : [];
    }),
  );
  return fitting.sort((a, b) => b.weight - a.weight)[0]?.zone ?? allZones(firewall).at(-1)!;
}

/** What no single part shows: names that mean nothing or two things. */
function contradictions({ zones, sets, rules }: Pick<Firewall, 'zones' | 'sets' | 'rules'>) {
  const found: { path: (string | number)[]; message: string }[] = [];
  const words = messages().firewall;
  const names = new Set([OUTSIDE]);
  const interfaces = new Set(['lo']);
  for (const [i, zone] of zones.entries()) {
    if (names.has(zone.name)) found.push({ path: ['zones', i, 'name'], message: words.twice(zone) });
    names.add(zone.name);
    if (zone.bridged && zone.interfaces.some((one) => one.endsWith('*')))
      found.push({ path: ['zones', i, 'interfaces'], message: words.bridges });
    for (const one of zone.interfaces) {
      if (interfaces.has(one))
        found.push({ path: ['zones', i, 'interfaces'], message: words.twice({ name: one }) });
      interfaces.add(one);
    }
  }
  const ids = new Set<string>();
  for (const [i, rule] of rules.entries()) {
    if (ids.has(rule.id)) found.push({ path: ['rules', i, 'id'], message: words.twice({ name: rule.id }) });
    ids.add(rule.id);
    for (const zone of rule.zones.filter((one) => !names.has(one)))
      found.push({ path: ['rules', i, 'zones'], message: words.noZone({ name: zone }) });
    for (const set of rule.sources.filter((one) => one.startsWith('@') && !Object.hasOwn(sets, one.slice(1))))
      found.push({ path: ['rules', i, 'sources'], message: words.noSet({ name: set.slice(1) }) });
  }
  return found;
}
