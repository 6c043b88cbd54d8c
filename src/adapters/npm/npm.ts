/** Packages of npm's registry, fetched as npm is set up on a machine (a mirror, a proxy), and looked at before anything is made of them. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import type { Shell } from '../../shell.ts';

export interface Package {
  name: string;
  version: string;
  /** What is in it, as npm writes that: `sha512-` and base64. */
  integrity: string;
}

/** Fetches a package's archive into a folder of this machine, which the shell is to reach; gives its path. Rejects also where it holds anything else. */
export async function fetchPackage(
  shell: Shell,
  { name, version, integrity }: Package,
  folder: string,
  signal?: AbortSignal,
): Promise<string> {
  const wanted = ['--ignore-scripts', '--prefer-offline', `--pack-destination=${folder}`, '--'];
  await shell.run(['npm', 'pack', '--silent', ...wanted, `${name}@${version}`], { cwd: folder, signal });
  const archive = join(folder, `${name}-${version}.tgz`);
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(archive)) hash.update(chunk as Buffer);
  if (`sha512-${hash.digest('base64')}` === integrity) return archive;
  const message = messages().reasons.otherPackage({ name: `${name}@${version}` });
  throw new MusterError('internal', { message });
}
