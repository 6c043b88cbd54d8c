/** The settings of libvirt on a host: `tools.libvirt` in the configuration. */
import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { messages } from '../../messages/messages.ts';
import { Duration } from '../../units.ts';

const Name = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,62}$/, { error: () => messages().power.config.domain });
const Device = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/, { error: () => messages().boot.config.interface });
const Address = z.string().refine(
  (text) => {
    const [address = '', prefix = ''] = text.split('/');
    return isIPv4(address) && /^(?:[1-9]|[12]\d|3[0-2])$/.test(prefix);
  },
  { error: () => messages().boot.config.network },
);

const Networks = z.record(
  Name,
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('isolated'), address: Address.optional(), device: Device.optional() }),
    z.strictObject({ kind: z.literal('nat'), address: Address, device: Device.optional() }),
    z.strictObject({ kind: z.literal('bridge'), device: Device }),
  ]),
);

export const Settings = z.strictObject({
  uri: z
    .string()
    .regex(/^qemu(?:\+unix)?:\/\/\/(?:system|session)(?:\?socket=\/[A-Za-z0-9._/-]+)?$/)
    .default('qemu:///system'),
  type: z.enum(['auto', 'kvm', 'qemu']).default('auto').describe('by the processor, or emulated'),
  pool: Name.default('muster').describe('the storage pool that holds the disks of machines'),
  poolPath: z
    .string()
    .regex(/^\/[A-Za-z0-9._/-]+$/)
    .default('/var/lib/libvirt/muster')
    .describe('where it is, if it has to be made'),
  networks: Networks.default({}).describe('networks that are made where libvirt has none of that name'),
  patience: Duration.prefault('2m').describe('how long a machine may take to go on or off'),
  pause: Duration.prefault('1s').describe('from one look whether it did to the next'),
});
export type Settings = z.output<typeof Settings>;
