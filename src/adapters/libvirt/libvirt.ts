/** Virtual machines of one host, by its libvirt. What Muster did not make there, it never changes. */
import { dirname } from 'node:path/posix';
import { MusterError } from '../../errors.ts';
import type { Power, PowerState } from '../../power.ts';
import { defineAdapter } from '../adapter.ts';
import { parseDomains, parseState, virsh } from './commands.ts';
import { LibvirtConnection } from './connection.ts';
import { type Domain, domainXml, MACHINE, type Owner, ownerIn } from './definitions.ts';
import { type DomainPlace, domainPower } from './power.ts';
import { Settings } from './settings.ts';
import { bringDisk, bringNetwork, dropDisk } from './supplies.ts';

/** What a machine says on its serial line, at the most, bytes of its last. */
const CONSOLE = 262_144;

export const libvirt = defineAdapter({
  name: 'libvirt',
  about: 'Virtual machines',
  options: Settings,
  open: ({ shell, options }) => {
    const lines = virsh(options.uri);
    const { host } = shell;
    const place = { host, lines, settings: options };
    const connect = (signal?: AbortSignal) => new LibvirtConnection(shell, signal);
    const domains = async (signal?: AbortSignal) => parseDomains(await connect(signal).run(lines.domains()));
    const owner = async (uuid: string, signal?: AbortSignal): Promise<Owner | undefined> => {
      const said = await connect(signal).unless(['nodomain', 'nometadata'], lines.metadata(uuid, MACHINE));
      return said === undefined ? undefined : ownerIn(said);
    };
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
      network: (name: string, signal?: AbortSignal) => bringNetwork(connect(signal), place, name),
      /** Sees to it that a machine has a disk; gives the file. One that is there stays as it is. */
      disk: (machine: string, bytes: number, signal?: AbortSignal) =>
        bringDisk(connect(signal), place, machine, bytes),
      /** Defines a domain, or anew; rejects with `vm.refused` where another has its name or its UUID. */
      async define(domain: Omit<Domain, 'type'>, signal?: AbortSignal): Promise<void> {
        const connection = connect(signal);
        const type = options.type === 'auto' ? await typeOf(connection, lines) : options.type;
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
        await dropDisk(connection, place, machine);
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

/** By the processor where that can be, else emulated. */
async function typeOf(
  connection: LibvirtConnection,
  lines: ReturnType<typeof virsh>,
): Promise<'kvm' | 'qemu'> {
  const offered = await connection.unless(['other'], lines.capabilities('kvm'), { keep: 4_096 });
  return offered === undefined ? 'qemu' : 'kvm';
}
