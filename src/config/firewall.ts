/** The shape of `firewall`: what hosts let in. */
import { z } from 'zod';
import {
  Addresses,
  AddressSetName,
  Interface,
  Ports,
  RateLimit,
  Source,
  ZoneName,
} from '../firewall/firewall.ts';
import { messages } from '../messages/messages.ts';
import { RuleName } from '../names.ts';

const who = {
  from: z.array(Source).default([]).describe('addresses, or sets like `@office`; anywhere by default'),
  zones: z.array(ZoneName).default([]).describe('only in these zones; in all that drop by default'),
  limit: RateLimit.optional().describe('how much one source may ask for, like `{rate: 10, per: minute}`'),
  comment: z.string().max(200).optional().describe('why it is there'),
};

const Declared = z.strictObject({
  protocol: z.enum(['tcp', 'udp', 'icmp']).default('tcp').describe('icmp is ping'),
  ports: z.array(Ports).default([]).describe('ports and ranges, like `[443, 8000-8010]`; none for ping'),
  action: z.enum(['accept', 'drop']).default('accept').describe('what drops beats what accepts'),
  ...who,
});

/** What an app lets in where it runs: a port alone is the same as `{port: 8080}`. */
export const Exposed = z.preprocess(
  (value) => (typeof value === 'number' || typeof value === 'string' ? { port: value } : value),
  z.strictObject({
    port: Ports.describe('a port of the host or a range of them, like 8080 or 8000-8010'),
    protocol: z.enum(['tcp', 'udp']).default('tcp').describe('`tcp` or `udp`'),
    ...who,
  }),
);
export type Exposed = z.output<typeof Exposed>;

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
        bridged: z.boolean().default(false),
      }),
    )
    .default({})
    .describe(
      'interfaces that are treated alike, like `{overlay: {interfaces: [wg0], default: accept}}`; `bridged: true` where other machines hang on their bridges; all others are `outside`',
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
