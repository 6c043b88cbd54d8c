/** Virtual machines of one host, by its libvirt. What Muster did not make there, it never changes. */
import { isIPv4 } from 'node:net';
import { dirname } from 'node:path/posix';
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import type { Power, PowerState } from '../../power.ts';
import { Duration } from '../../units.ts';
import { defineAdapter } from '../adapter.ts';
import { parseDomains, parseNames, parseState, parseVolumes, virsh } from './commands.ts';
import { LibvirtConnection } from './connection.ts';
import { type Domain, domainXml, MACHINE, networkXml, type Owner, ownerIn } from './definitions.ts';
import { type DomainPlace, domainPower } from './power.ts';

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

/** What a machine says on its serial line, at the most, bytes of its last. */
const CONSOLE = 262_144;

export const libvirt = defineAdapter({
  name: 'libvirt',
  about: 'Virtual machines',
  options: z.strictObject({
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
  }),
  open: ({ shell, options }) => {
    const lines = virsh(options.uri);
    const { host } = shell;
    const connect = (signal?: AbortSignal) => new LibvirtConnection(shell, signal);
    const domains = async (signal?: AbortSignal) => parseDomains(await connect(signal).run(lines.domains()));
    const owner = async (uuid: string, signal?: AbortSignal): Promise<Owner | undefined> => {
      const said = await connect(signal).unless(['nodomain', 'nometadata'], lines.metadata(uuid, MACHINE));
      return said === undefined ? undefined : ownerIn(said);
    };
    const volume = (machine: string): string => `${machine}.img`;
    return {
      /** The power of any domain. */
      power(place: Omit<DomainPlace, 'host'>, signal?: AbortSignal): Power {
        return domainPower(connect(signal), lines, { ...place, host }, { ...options, signal });
      },
      /** Every domain by name; rejects with `vm.nolibvirt`. */
      domains,
      /** How a domain stands; undefined where it is gone. */
      async state(uuid: string, signal?: AbortSignal): Promise<PowerState | undefined> {
        const said = await connect(signal).unless(['nodomain'], lines.state(uuid));
        return said === undefined ? undefined : parseState(said);
      },
      /** The domain of a machine, if there is one, and whether Muster made it for that machine. */
      async find(
        machine: string,
        signal?: AbortSignal,
      ): Promise<{ uuid: string; owner?: Owner } | undefined> {
        const uuid = (await domains(signal)).get(machine);
        if (uuid === undefined) return undefined;
        const found = await owner(uuid, signal);
        return found?.machine === machine ? { uuid, owner: found } : { uuid };
      },
      /** Sees to it that a network is there and up: one that the host's settings declare, or one that somebody made. Rejects with `vm.nonetwork`. */
      async network(name: string, signal?: AbortSignal): Promise<void> {
        const connection = connect(signal);
        const all = parseNames(await connection.run(lines.networks('all')));
        if (!all.includes(name)) {
          const declared = Object.hasOwn(options.networks, name) ? options.networks[name] : undefined;
          const known = [...new Set([...all, ...Object.keys(options.networks)])].sort().join(', ');
          if (!declared)
            throw new MusterError('vm.nonetwork', {
              host,
              network: name,
              known: known || messages().phrases.nothing,
            });
          await connection.unless(['there'], lines.defineNetwork(), { stdin: networkXml(name, declared) });
          await connection.run(lines.autostartNetwork(name));
        }
        const active = parseNames(await connection.run(lines.networks('active')));
        if (!active.includes(name)) await connection.unless(['active'], lines.startNetwork(name));
      },
      /** Sees to it that a machine has a disk; gives the file. One that is there stays as it is. */
      async disk(machine: string, bytes: number, signal?: AbortSignal): Promise<string> {
        const connection = connect(signal);
        const { pool, poolPath } = options;
        const names = (text: string) => parseNames(text);
        if (!names(await connection.run(lines.pools('all'))).includes(pool)) {
          await connection.unless(['there'], lines.definePool(pool, poolPath));
          await connection.run(lines.buildPool(pool));
          await connection.run(lines.autostartPool(pool));
        }
        if (!names(await connection.run(lines.pools('active'))).includes(pool))
          await connection.unless(['active'], lines.startPool(pool));
        await connection.unless(['there'], lines.createVolume(pool, volume(machine), bytes));
        return (await connection.run(lines.volumePath(pool, volume(machine)))).trim();
      },
      /** Defines a domain, or anew; rejects with `vm.taken` where one of that name is not Muster's. */
      async define(domain: Omit<Domain, 'type'>, signal?: AbortSignal): Promise<void> {
        const connection = connect(signal);
        const kvm = ['auto', 'kvm'].includes(options.type)
          ? await connection.unless(['other'], lines.capabilities('kvm'), { keep: 4_096 })
          : undefined;
        const type = options.type === 'auto' ? (kvm === undefined ? 'qemu' : 'kvm') : options.type;
        await shell.run(['mkdir', '--parents', '--mode=0711', '--', dirname(domain.console)], { signal });
        await connection.run(lines.define(), { stdin: domainXml({ ...domain, type }) });
      },
      /** Removes a domain of Muster's with its disk and what it said; nothing where it is gone. */
      async remove(machine: string, folder: string, signal?: AbortSignal): Promise<void> {
        const connection = connect(signal);
        const uuid = (await domains(signal)).get(machine);
        if (uuid !== undefined) {
          if ((await owner(uuid, signal))?.machine !== machine)
            throw new MusterError('vm.taken', { host, machine });
          await connection.unless(['idle', 'nodomain'], lines.destroy(uuid));
          await connection.unless(['nodomain'], lines.undefine(uuid));
        }
        const pools = parseNames(await connection.run(lines.pools('active')));
        if (pools.includes(options.pool)) {
          const volumes = parseVolumes(await connection.run(lines.volumes(options.pool)));
          if (volumes.includes(volume(machine)))
            await connection.run(lines.deleteVolume(options.pool, volume(machine)));
        }
        await shell.run(['rm', '--recursive', '--force', '--one-file-system', '--', folder], { signal });
      },
      /** The last that a machine said on its serial line; undefined where it never said anything. */
      async said(file: string, signal?: AbortSignal): Promise<string | undefined> {
        const argv = ['tail', `--bytes=${CONSOLE}`, '--', file];
        const { code, stdout } = await shell.run(argv, { accept: [0, 1], signal, env: { LC_ALL: 'C' } });
        return code === 0 ? stdout : undefined;
      },
      version: () => connect().run(lines.version()),
    };
  },
  probe: (machines) => machines.version(),
});
