/** The shapes of `machines` and `profiles`: what boots over the network, and what it is to be. */
import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { parseRange } from '../addresses.ts';
import { Mac } from '../boot.ts';
import { ImageVersion } from '../image.ts';
import { messages } from '../messages/messages.ts';
import { AppName, FileName, HostName, ImageName, KeyGroupName, ProfileName } from '../names.ts';
import { Duration } from '../units.ts';
import { checked } from './checked.ts';

const Ipv4 = checked((text) => (isIPv4(text) ? undefined : messages().boot.config.address));
const Cidr = checked((text) =>
  text.includes('/') && parseRange(text)?.family === 4 ? undefined : messages().machines.config.address,
);
/** A unit of systemd. */
export const ServiceName = z
  .string()
  .regex(/^[A-Za-z0-9:_.@][A-Za-z0-9:_.@-]{0,127}$/, { error: () => messages().machines.config.service });
/** Words at which iPXE ends a command, see `command_terminator()` there: nobody can quote them. */
const ENDS_COMMAND = /(?:^| )(?:;|&&|\|\|)(?= |$)/;
/** How long each part of a kernel's line may be: with Muster's own words all three are less than the 2,048 bytes after which a kernel cuts off. */
export const KERNEL_LINE_MOST = { image: 700, profile: 400, machine: 300 } as const;
/** What goes on a kernel's line: printable, no quotes, no line ends; iPXE expands `${`. */
const KernelLine = z
  .string()
  .regex(/^(?:(?!\$\{)[\x20-\x7e])*$/, { error: () => messages().machines.config.kernelLine })
  .refine((line) => !/["'\\#]/.test(line), { error: () => messages().machines.config.kernelLine })
  .refine((line) => !ENDS_COMMAND.test(line), { error: () => messages().machines.config.kernelWord });
/** What an image adds to it. */
export const ImageKernelLine = KernelLine.max(KERNEL_LINE_MOST.image);
const Label = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, { error: () => messages().config.label });
/** `env:NAME` or `file:PATH`, see `findSecret`. */
const SecretText = z.string().min(1).max(500);

/** How long each stage of a boot may take after the one before, and what that is where nothing is said, ms. */
const Deadlines = z.strictObject({
  dhcp: Duration.prefault('3m').describe('from being switched on until it asks for an address'),
  loader: Duration.prefault('1m'),
  script: Duration.prefault('1m'),
  kernel: Duration.prefault('1m'),
  initrd: Duration.prefault('2m'),
  root: Duration.prefault('10m'),
  configured: Duration.prefault('5m'),
  up: Duration.prefault('5m'),
});
export type Deadlines = z.output<typeof Deadlines>;

export const Profile = z.strictObject({
  image: z
    .union([ImageVersion, ImageName])
    .optional()
    .describe('the image, whose promoted version it gets, or one version of it; without it its own disk'),
  kernelLine: KernelLine.max(KERNEL_LINE_MOST.profile)
    .default('')
    .describe("what is added to the kernel's line"),
  logins: z
    .record(
      z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, { error: () => messages().config.user }),
      z.array(KeyGroupName).min(1),
    )
    .default({})
    .describe('user -> groups of SSH keys that may log in as that user, like `{root: [builders]}`'),
  files: z
    .array(FileName)
    .max(200)
    .default([])
    .describe('files of the section `files` that it is given as it boots'),
  services: z
    .array(ServiceName)
    .max(100)
    .default([])
    .describe('units of systemd that are started once it is configured'),
  stack: AppName.optional().describe(
    'an app whose compose stack is all that it is for: it is deployed there once it is up',
  ),
  deadlines: Deadlines.prefault({}).describe('how long each stage of a boot may take after the one before'),
});
export type Profile = z.output<typeof Profile>;

const ControllerAddress = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9:][A-Za-z0-9.:_-]*$/, { error: () => messages().power.config.address });
/** A colon would end it (RFC 7617). */
const ControllerUser = z
  .string()
  .max(64)
  .regex(/^[\x21-\x39\x3b-\x7e]+$/, { error: () => messages().power.config.user });
const HttpsOrigin = checked((text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const bare =
    url?.protocol === 'https:' &&
    [url.username, url.password, url.search, url.hash].every((part) => part === '');
  return bare && url.pathname === '/' ? undefined : messages().power.config.https;
});
const Argv = z
  .array(z.string().regex(/^[^\0\n]*$/, { error: () => messages().power.config.argv }))
  .min(1)
  .max(100)
  .refine(([program = '']) => program !== '' && !program.startsWith('-'), {
    error: () => messages().power.config.argv,
  });
/** A name of libvirt's, as far as it can be no option, path or second line. */
export const DomainName = z
  .string()
  .max(63)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/, { error: () => messages().power.config.domain });

/** How a machine is switched on and off. */
export const Power = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('ipmi'),
    address: ControllerAddress,
    port: z.number().int().min(1).max(65_535).optional().describe('623 by default'),
    user: ControllerUser,
    password: SecretText.describe('`env:NAME` or `file:PATH`'),
    cipherSuite: z
      .number()
      .int()
      .min(0)
      .max(17)
      .optional()
      .describe('3 or 17 for controllers that do not tell; they are asked by default'),
    firmware: z
      .enum(['uefi', 'bios'])
      .default('uefi')
      .describe('what it boots by: UEFI has to be told that the network is meant for it'),
  }),
  z.strictObject({
    kind: z.literal('redfish'),
    address: HttpsOrigin.describe('`https://10.0.0.5`'),
    system: z.string().max(200).optional().describe('the system among several of one controller, like `1`'),
    user: ControllerUser,
    password: SecretText.describe('`env:NAME` or `file:PATH`'),
    certificate: z
      .string()
      .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, { error: () => messages().power.config.fingerprint })
      .optional()
      .describe("SHA-256 of its certificate's public key, `SHA256:…`, where nobody known signed it"),
  }),
  z.strictObject({ kind: z.literal('wake'), broadcast: Ipv4.default('255.255.255.255') }),
  z.strictObject({
    kind: z.literal('libvirt'),
    on: HostName.describe('the host whose libvirt runs it'),
    domain: DomainName.optional().describe("its name there; the machine's by default"),
  }),
  z.strictObject({
    kind: z.literal('command'),
    onArgv: Argv.describe('what switches it on'),
    offArgv: Argv.describe('what switches it off'),
    statusArgv: Argv.optional().describe('what prints `on` or `off`'),
  }),
]);
export type Power = z.output<typeof Power>;

export const Machine = z.strictObject({
  mac: z.array(Mac).max(16).default([]).describe('the MAC addresses of its network cards'),
  uuid: z
    .string()
    .toLowerCase()
    .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, { error: () => messages().machines.config.uuid })
    .optional()
    .describe('its UUID by SMBIOS, where it is known by that'),
  serial: z.string().min(1).max(100).optional().describe('its serial number, where it is known by that'),
  labels: z.array(Label).default([]).describe('for choosing machines, like `label:canary`'),
  profile: ProfileName.optional(),
  image: z.union([ImageVersion, ImageName]).optional().describe("instead of its profile's"),
  kernelLine: KernelLine.max(KERNEL_LINE_MOST.machine).default(''),
  address: Cidr.optional().describe('its address, fixed, like `10.77.0.7/24`; by DHCP otherwise'),
  router: Ipv4.optional(),
  dns: z.array(Ipv4).max(3).default([]),
  power: Power.optional().describe('how it is switched on and off; without it somebody has to do that'),
});
export type Machine = z.output<typeof Machine>;
