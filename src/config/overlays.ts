/** Overlay networks: the shape of `overlays`, and which address each of their members has. */
import { z } from 'zod';
import { formatRange, parseRange, type Range } from '../addresses.ts';
import { messages } from '../messages/messages.ts';
import { HostName } from '../names.ts';
import { OverlayAddress, ZeroTierNetwork } from '../overlay.ts';
import { Duration } from '../units.ts';
import { hostsOf } from './hosts.ts';
import { SecretText } from './platforms.ts';

const HOUR_MS = 3_600_000;
const CENTRAL = 'https://api.zerotier.com/api/v1';

const members = z
  .array(
    z.string().regex(/^(?:label:[a-z0-9][a-z0-9.-]*|[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)$/, {
      error: () => messages().config.hostOrLabel,
    }),
  )
  .min(1)
  .describe('who may join: hosts, or `label:NAME`');

const behind = z
  .array(
    z.string().regex(/^(?:label:[a-z0-9][a-z0-9.-]*|[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)$/, {
      error: () => messages().config.hostOrLabel,
    }),
  )
  .default([])
  .describe(
    'members that let nobody in but by this network, once `/prepare HOST` has closed all else: hosts, or `label:NAME`',
  );

const addresses = z.record(HostName, OverlayAddress).default({});

const WireGuard = z
  .strictObject({
    kind: z.literal('wireguard'),
    network: z
      .string()
      .superRefine((text, context) => {
        const problem = networkProblem(text);
        if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
      })
      .describe('its addresses, like `10.80.0.0/24`; none that is used otherwise'),
    port: z
      .number()
      .int()
      .min(1)
      .max(65_535)
      .default(51_820)
      .describe('the UDP port on which members hear each other'),
    members,
    behind,
    addresses: addresses.describe(
      'the address of a host in it, like `{web-1: 10.80.0.5}`; the others get free ones',
    ),
    endpoints: z
      .record(
        HostName,
        z
          .string()
          .max(253)
          .regex(/^[A-Za-z0-9:][A-Za-z0-9.:_-]*$/, { error: () => messages().config.address }),
      )
      .default({})
      .describe(
        'where others reach a host, if not at its `address`: the public address of one behind a router, say',
      ),
    keepalive: Duration.refine((ms) => ms === 0 || (ms >= 1_000 && ms <= HOUR_MS && ms % 1_000 === 0), {
      error: () => messages().overlay.seconds,
    })
      .prefault('25s')
      .describe('how often members give a sign of life, so that routers between them keep the way open'),
  })
  .superRefine(({ network, addresses: given }, context) => {
    const range = parseRange(network);
    if (range === undefined) return;
    const owners = new Map<string, string>();
    for (const [host, address] of Object.entries(given)) {
      const problem = (message: string) =>
        context.addIssue({ code: 'custom', path: ['addresses', host], message });
      const canonical = formatRange(parseRange(address)!);
      const owner = owners.get(canonical);
      if (!isHostAddress(address, range)) problem(messages().overlay.outside({ network }));
      else if (owner !== undefined) problem(messages().overlay.sharedAddress({ address: canonical, owner }));
      owners.set(canonical, host);
    }
  });

const ZeroTier = z.strictObject({
  kind: z.literal('zerotier'),
  network: ZeroTierNetwork.describe('its id, 16 hexadecimal digits, in quotes'),
  members,
  behind,
  addresses: addresses.describe(
    'the address of a host in it, like `{web-1: 10.147.20.5}`; the controller gives the others theirs',
  ),
  controller: z
    .url({ protocol: /^https?$/, error: () => messages().config.url })
    .default(CENTRAL)
    .describe('where the API of the controller is'),
  token: SecretText.describe('the token for it: `env:NAME` or `file:PATH`; it stays with Muster'),
});

export const OverlaySettings = z.discriminatedUnion('kind', [WireGuard, ZeroTier]);
export type OverlaySettings = z.output<typeof OverlaySettings>;

/** What is wrong with a network's addresses; undefined where nothing is. */
function networkProblem(text: string): string | undefined {
  const range = /^[^-]+\/\d{1,3}$/.test(text) ? parseRange(text) : undefined;
  // The same network in another spelling (`10.80.0.7/24`) is a slip more often than not.
  if (range === undefined || formatRange(range) !== text) return messages().overlay.network;
  return range.last - range.first < 3n ? messages().overlay.small : undefined;
}

/** Whether it is one address in the range, and neither its first nor its last, which stand for all of it. */
function isHostAddress(address: string, { family, first, last }: Range): boolean {
  const one = parseRange(address);
  return one !== undefined && one.family === family && one.first > first && one.first < last;
}

/**
 * The address of a host in a WireGuard network: the one the configuration gives it, else the one it `has` while that is free and
 * in the network, else the first free one; undefined where the network is full. `has` is host -> address of those that joined.
 */
export function addressFor(
  { network, addresses: given }: Pick<z.output<typeof WireGuard>, 'network' | 'addresses'>,
  host: string,
  has: Readonly<Record<string, string>>,
): string | undefined {
  const range = parseRange(network)!;
  const own = Object.hasOwn(given, host) ? given[host] : undefined;
  if (own !== undefined) return formatRange(parseRange(own)!);
  const others = [...Object.entries(given), ...Object.entries(has)].filter(([owner]) => owner !== host);
  const taken = new Set(others.map(([, address]) => formatRange(parseRange(address)!)));
  const kept = Object.hasOwn(has, host) ? has[host]! : undefined;
  if (kept !== undefined && isHostAddress(kept, range) && !taken.has(kept)) return kept;
  for (let at = range.first + 1n; at < range.last; at += 1n) {
    const address = formatRange({ family: range.family, first: at, last: at });
    if (!taken.has(address)) return address;
  }
  return undefined;
}

/** How many bits of a network's addresses are fixed: 24 of `10.80.0.0/24`. */
export const prefixOf = (network: string): number => Number(network.split('/')[1]);

/** The firewall zone of a network whose interface no declared zone names: `overlay-build`. */
export const overlayZone = (name: string): string => `overlay-${name}`.slice(0, 32).replace(/-+$/, '');

/** The network that a host is to be behind; undefined where it may be reached by any. The first of several by their names. */
export const overlayBefore = (
  config: {
    hosts: Parameters<typeof hostsOf>[0]['hosts'];
    overlays: Readonly<Record<string, OverlaySettings>>;
  },
  host: string,
): string | undefined =>
  Object.keys(config.overlays)
    .sort()
    .find((name) => hostsOf(config, config.overlays[name]!.behind).includes(host));
