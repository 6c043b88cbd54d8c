/**
 * Puts on a host what the services of a generation show to the hub, each in a folder that is mounted into its containers. All of
 * a set takes the place of the one before at once: its files are links through `..data`, which is moved. Any user of the container
 * may read them, whoever that is; on the host they lie below a folder that is Muster's alone.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path/posix';
import { type Archived, archiveOf } from '../../archive.ts';
import { Disk } from '../../disk.ts';
import { HUB_FILES } from '../../hub.ts';
import type { Shell } from '../../shell.ts';
import type { Generation, Generations } from './generations.ts';
import type { Identities, Identity } from './identities.ts';

/** Makes the folder of every service, and writes what there is for it. */
export async function writeIdentities(
  shell: Shell,
  generations: Generations,
  { generation, services }: Pick<Generation, 'generation' | 'services'>,
  identities: Identities,
): Promise<void> {
  const disk = new Disk(shell);
  for (const service of services) {
    const folder = generations.identity(generation, service);
    await disk.run(['mkdir', '--parents', '--mode=755', '--', join(folder, '..'), folder]);
    const identity = Object.hasOwn(identities, service.name) ? identities[service.name] : undefined;
    if (identity) await write(shell, disk, folder, identity);
  }
}

async function write(shell: Shell, disk: Disk, folder: string, identity: Identity): Promise<void> {
  const name = `..${randomBytes(8).toString('hex')}`;
  const data = join(folder, '..data');
  const modes = ['--preserve-permissions', '--no-same-owner', '--touch', '--skip-old-files'];
  const stdin = setOf(name, identity);
  await shell.run(['tar', '--extract', ...modes, '--directory', folder], { stdin, env: { LC_ALL: 'C' } });
  await disk.run(['mv', '--no-target-directory', '--', `${data}.${name}`, data]);
  // What was made a moment ago may be another one's, who is about to move the link to it.
  const others = ['-name', '..*', '-not', '-name', '..data', '-not', '-name', name, '-mmin', '+1'];
  await disk.run([
    ...['find', folder, '-mindepth', '1', '-maxdepth', '1', ...others],
    ...['-exec', 'rm', '-rf', '--', '{}', '+'],
  ]);
}

/** A set as an archive: its folder, a link to that, and links through `..data` where there are none yet. */
function setOf(name: string, { key, certificate, token, place }: Identity): Buffer {
  const contents = { key, certificate, token, place: JSON.stringify(place) };
  const files = Object.entries(HUB_FILES) as [keyof typeof HUB_FILES, string][];
  const entries: Archived[] = [
    { path: name, folder: true, mode: 0o755 },
    ...files.map(([part, file]) => ({ path: `${name}/${file}`, content: contents[part], mode: 0o444 })),
    { path: `..data.${name}`, link: name },
    ...files.map(([, file]) => ({ path: file, link: `..data/${file}` })),
  ];
  return archiveOf(entries, 0);
}
