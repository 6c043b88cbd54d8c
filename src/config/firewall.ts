/** Firewalls: the shape of `firewall`, and what it comes to on a host. */
import { z } from 'zod';
import {
  Addresses,
  AddressSetName,
  CONTAINERS,
  Firewall,
  Interface,
  Ports,
  RateLimit,
  type Rule,
  Source,
  ZoneName,
} from '../firewall.ts';
import { messages } from '../messages/messages.ts';
import { RuleName } from '../names.ts';
import type { Config, Host } from './config.ts';
import { hostsOf } from './hosts.ts';

const Declared = z.strictObject({
  protocol: z.enum(['tcp', 'udp', 'icmp']).default('tcp').describe('icmp is ping'),
  ports: z.array(Ports).default([]).describe('ports and ranges, like `[443, 8000-8010]`; none for ping'),
  from: z.array(Source).default([]).describe('addresses, or sets like `@office`; anywhere by default'),
  zones: z.array(ZoneName).default([]).describe('only in these zones; in all that drop by default'),
  action: z.enum(['accept', 'drop']).default('accept').describe('what drops beats what accepts'),
  limit: RateLimit.optional().describe('how much one source may ask for, like `{rate: 10, per: minute}`'),
  comment: z.string().max(200).optional().describe('why it is there'),
});

/** What some hosts let in; several that name a host add up. */
export const FirewallPart = z.strictObject({
  hosts: z
    .array(
      z.string().regex(/^(?:label:[a-z0-9][a-z0-9.-]*|[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)$/, {
        error: () => messages().config.hostOrLabel,
      }),
    )
    .min(1)
    .describe('where it holds: hosts, or `label:NAME`'),
  zones: z
    .record(
      ZoneName,
      z.strictObject({
        interfaces: z.array(Interface).min(1),
        default: z.enum(['accept', 'drop']).default('drop'),
      }),
    )
    .default({})
    .describe(
      'interfaces that are treated alike, like `{overlay: {interfaces: [wg0], default: accept}}`; all others are `outside`',
    ),
  sets: z
    .record(AddressSetName, z.array(Addresses))
    .default({})
    .describe('named lists of addresses, like `{office: [192.0.2.0/24]}`'),
  probes: z
    .array(z.number().int().min(1).max(65_535))
    .default([])
    .describe('TCP ports that have to answer Muster before a change is kept'),
  rules: z.record(RuleName, Declared).default({}).describe('what is let in, or kept out, by name'),
});
export type FirewallPart = z.output<typeof FirewallPart>;

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
