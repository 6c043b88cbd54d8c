/** ufw on a host of a test's own: it keeps its files in a folder of the test's instead of /etc. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Shell } from '../src/shell.ts';
import type { Namespace } from './namespaces.ts';

export interface TestUfw {
  /** Runs ufw; resolves with what it printed. */
  run(...words: string[]): Promise<string>;
  /** A shell whose programs see the test's files as /etc/ufw and /etc/default. */
  shell: Shell;
  /** A program that becomes the one that follows, and has it see these files. */
  words: readonly string[];
  /** The folder that they see as /etc/ufw. */
  folder: string;
  remove(): Promise<void>;
}

const INSIDE =
  'mount --bind "$1/ufw" /etc/ufw && mount --bind "$1/default" /etc/default && shift && exec "$@"';

/** ufw as Debian installs it, not yet enabled, in a namespace. */
export async function ufwIn(of: Namespace): Promise<TestUfw> {
  const root = await mkdtemp(join(tmpdir(), 'muster-ufw-'));
  await cp('/usr/share/ufw/iptables', join(root, 'ufw'), { recursive: true });
  for (const file of ['sysctl.conf', 'applications.d'])
    await cp(join('/etc/ufw', file), join(root, 'ufw', file), { recursive: true });
  await cp('/usr/share/ufw/ufw.conf', join(root, 'ufw/ufw.conf'));
  await cp('/etc/default/ufw', join(root, 'default/ufw'));
  const words = ['unshare', '--mount', '--', 'sh', '-c', INSIDE, 'sh', root];
  const shell: Shell = { ...of.shell, run: (argv, options) => of.shell.run([...words, ...argv], options) };
  return {
    shell,
    words,
    folder: join(root, 'ufw'),
    run: async (...more) => (await shell.run(['ufw', ...more])).stdout,
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
