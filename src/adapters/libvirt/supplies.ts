/** What a virtual machine of a host needs before it is defined: its network and its disk. */
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { parseNames, parseVolumes, type virsh } from './commands.ts';
import type { LibvirtConnection } from './connection.ts';
import { networkXml } from './definitions.ts';
import type { Settings } from './settings.ts';

interface Place {
  host: string;
  lines: ReturnType<typeof virsh>;
  settings: Settings;
}

/** A network that is there and up; rejects with `vm.nonetwork` where nobody made or declared it. */
export async function bringNetwork(
  connection: LibvirtConnection,
  { host, lines, settings }: Place,
  name: string,
): Promise<void> {
  const all = parseNames(await connection.run(lines.networks('all')));
  if (!all.includes(name)) {
    const declared = Object.hasOwn(settings.networks, name) ? settings.networks[name] : undefined;
    const known = [...new Set([...all, ...Object.keys(settings.networks)])].sort().join(', ');
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
}

/** The file of a machine's disk, made where there is none. */
export async function bringDisk(
  connection: LibvirtConnection,
  { lines, settings: { pool, poolPath } }: Place,
  machine: string,
  bytes: number,
): Promise<string> {
  if (!parseNames(await connection.run(lines.pools('all'))).includes(pool)) {
    await connection.unless(['there'], lines.definePool(pool, poolPath));
    await connection.run(lines.buildPool(pool));
    await connection.run(lines.autostartPool(pool));
  }
  if (!parseNames(await connection.run(lines.pools('active'))).includes(pool))
    await connection.unless(['active'], lines.startPool(pool));
  await connection.unless(['there'], lines.createVolume(pool, volume(machine), bytes));
  return (await connection.run(lines.volumePath(pool, volume(machine)))).trim();
}

/** Removes a machine's disk; nothing where it has none. */
export async function dropDisk(
  connection: LibvirtConnection,
  { lines, settings: { pool } }: Place,
  machine: string,
): Promise<void> {
  if (!parseNames(await connection.run(lines.pools('active'))).includes(pool)) return;
  const volumes = parseVolumes(await connection.run(lines.volumes(pool)));
  if (volumes.includes(volume(machine))) await connection.run(lines.deleteVolume(pool, volume(machine)));
}

const volume = (machine: string): string => `${machine}.img`;
