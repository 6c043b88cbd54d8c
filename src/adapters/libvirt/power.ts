/** The power of a virtual machine: a domain of libvirt, whoever made it. */
import { MusterError } from '../../errors.ts';
import { type Patience, type Power, type PowerState, settled } from '../../power.ts';
import { parseDomains, parseState, type virsh } from './commands.ts';
import type { LibvirtConnection } from './connection.ts';
import { bootsFromNetwork } from './definitions.ts';

export interface DomainPlace {
  machine: string;
  /** Its name there. */
  domain: string;
  host: string;
}

/** What switches a domain. Rejects with `vm.nodomain`, `vm.nolibvirt` or `vm.refused` besides. */
export function domainPower(
  connection: LibvirtConnection,
  lines: ReturnType<typeof virsh>,
  { machine, domain, host }: DomainPlace,
  patience: Patience,
): Power {
  const missing = () => new MusterError('vm.nodomain', { machine, domain, host });
  const found = async (): Promise<string> => {
    const uuid = parseDomains(await connection.run(lines.domains())).get(domain);
    if (uuid === undefined) throw missing();
    return uuid;
  };
  const stateOf = async (uuid: string): Promise<PowerState> => {
    const said = await connection.unless(['nodomain'], lines.state(uuid));
    if (said === undefined) throw missing();
    return parseState(said);
  };
  const reaches = (uuid: string, wanted: 'on' | 'off') =>
    settled(machine, wanted, () => stateOf(uuid), patience);
  const start = async (uuid: string): Promise<void> => {
    await connection.unless(['active'], lines.start(uuid));
    await reaches(uuid, 'on');
  };
  return {
    status: async () => stateOf(await found()),
    async on() {
      const uuid = await found();
      if ((await stateOf(uuid)) !== 'on') await start(uuid);
    },
    async off(hard = false) {
      const uuid = await found();
      if ((await stateOf(uuid)) === 'off') return;
      await connection.unless(['idle'], hard ? lines.destroy(uuid) : lines.shutdown(uuid));
      await reaches(uuid, 'off');
    },
    async cycle() {
      const uuid = await found();
      // A new process, so that what was changed in its definition counts.
      await connection.unless(['idle'], lines.destroy(uuid));
      await start(uuid);
    },
    async bootFromNetworkOnce() {
      return bootsFromNetwork(await connection.run(lines.definition(await found())));
    },
  };
}
