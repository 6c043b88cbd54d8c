/** The shape of `boot`: the server that machines boot from. */
import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { covers, parseRange } from '../addresses.ts';
import { messages } from '../messages/messages.ts';
import { HostName, PersonName, ProfileName } from '../names.ts';
import { Duration } from '../units.ts';
import { checked } from './checked.ts';

/** Where the boot server gives out scripts and images by default. */
export const BOOT_PORT = 8_080;

const Ipv4 = checked((text) => (isIPv4(text) ? undefined : messages().boot.config.address));
/** `10.77.0.0/24`. */
const Network = checked((text) =>
  text.includes('/') && parseRange(text)?.family === 4 ? undefined : messages().boot.config.network,
);
/** `10.77.0.50-10.77.0.150`. */
const AddressRange = checked((text) =>
  text.includes('-') && parseRange(text)?.family === 4 ? undefined : messages().boot.config.range,
);
/** As Linux names one, see dev_valid_name() of the kernel. */
export const Interface = z
  .string()
  .regex(/^(?!\.{1,2}$)[A-Za-z0-9_.-]{1,15}$/, { error: () => messages().boot.config.interface });

/** Whether all of a range of addresses is in a network. */
const isIn = (range: string, network: string): boolean => {
  const [inner, outer] = [parseRange(range), parseRange(network)];
  return !inner || !outer || covers([outer], inner);
};

const Dhcp = z.discriminatedUnion('mode', [
  z
    .strictObject({
      mode: z.literal('authoritative'),
      range: AddressRange.describe('the addresses it gives out, like `10.77.0.50-10.77.0.150`'),
      network: Network.describe('the network they are in, like `10.77.0.0/24`'),
      router: Ipv4.optional().describe('the way out of the network; the boot server by default'),
      dns: z.array(Ipv4).max(3).default([]).describe('name servers'),
      lease: Duration.prefault('12h').describe(
        'how long an address is given for; machines that are up renew it',
      ),
    })
    .superRefine(({ range, network }, context) => {
      if (isIn(range, network)) return;
      const message = messages().boot.config.outside({ address: range, network });
      context.addIssue({ code: 'custom', message, path: ['range'] });
    }),
  z.strictObject({
    mode: z.literal('proxy'),
    network: Network.describe('the network in which another server gives out addresses, like `10.0.0.0/24`'),
  }),
]);

export const BootSettings = z
  .strictObject({
    host: HostName.optional().describe(
      'the host that machines boot from, which keeps the images: the one Muster runs on (`link: local`); without it there is no boot server',
    ),
    start: z
      .boolean()
      .default(true)
      .describe('whether `muster start` runs it; `false` where `muster boot` runs by itself'),
    interface: Interface.default('eth0').describe('the network interface on which machines ask'),
    address: Ipv4.default('127.0.0.1').describe('its own address there, as machines reach it'),
    port: z
      .number()
      .int()
      .min(1)
      .max(65_535)
      .default(BOOT_PORT)
      .describe('where it gives out scripts and images'),
    dhcp: Dhcp.optional().describe(
      'how machines find it: `authoritative`, or `proxy` beside another DHCP server',
    ),
    unknown: z
      .enum(['discover', 'local', 'ignore'])
      .default('local')
      .describe(
        'what machines get that nobody knows: `discover` shows what is in them, `local` starts their own disk; both announce them, `ignore` does not',
      ),
    discovery: z
      .string()
      .optional()
      .describe('the image that shows what is in a machine, one with `discovery: true`'),
    profile: ProfileName.optional().describe('of machines that have none'),
    as: PersonName.optional().describe(
      'in whose name the stacks of profiles are deployed once their machines are up; without it that waits for `/deploy`',
    ),
    downloads: z
      .number()
      .int()
      .min(1)
      .max(1_000)
      .default(64)
      .describe('how many are fetched at once; who comes later waits in turn'),
    loops: z
      .strictObject({
        boots: z.number().int().min(2).max(100).default(3),
        within: Duration.prefault('10m'),
      })
      .prefault({})
      .describe('how many boots in which time are a loop'),
  })
  .superRefine(({ address, dhcp }, context) => {
    if (!dhcp || isIn(address, dhcp.network)) return;
    const message = messages().boot.config.outside({ address, network: dhcp.network });
    context.addIssue({ code: 'custom', message, path: ['address'] });
  });
export type BootSettings = z.output<typeof BootSettings>;
