/** A real OpenSSH server as a host has it: one port on all addresses, and a folder of more files that it includes. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Shell } from '../../../src/shell.ts';
import { until } from '../../until.ts';

const execute = promisify(execFile);

export interface OwnSshd {
  /** Everything of it is in there. */
  folder: string;
  /** What Muster has to know of it: `tools.sshd`. */
  options: { config: string; folder: string };
  keyFile: string;
  /** `SHA256:…` */
  hostKey: string;
  /** What the folder holds of Muster's; undefined where nothing. */
  written(): Promise<string | undefined>;
  pid(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts it by a shell of the host; `lines` are more of its configuration. */
export async function startOwnSshd(shell: Shell, port: number, lines: string[] = []): Promise<OwnSshd> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-own-sshd-'));
  const file = (name: string) => join(folder, name);
  for (const name of ['host', 'id'])
    await execute('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(name)]);
  await writeFile(file('authorized_keys'), await readFile(file('id.pub')), { mode: 0o600 });
  await mkdir(file('sshd_config.d'));
  const text = [
    `Include ${file('sshd_config.d')}/*.conf`,
    `Port ${port}`,
    `HostKey ${file('host')}`,
    `AuthorizedKeysFile ${file('authorized_keys')}`,
    `PidFile ${file('pid')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'PermitRootLogin prohibit-password',
    ...lines,
  ];
  await writeFile(file('sshd_config'), `${text.join('\n')}\n`);
  await shell.run(['mkdir', '-p', '/run/sshd']);
  await shell.run(['/usr/sbin/sshd', '-f', file('sshd_config'), '-E', file('log')]);
  const pid = async () => Number(await readFile(file('pid'), 'utf8'));
  return {
    folder,
    options: { config: file('sshd_config'), folder: file('sshd_config.d') },
    keyFile: file('id'),
    hostKey: (await execute('ssh-keygen', ['-lf', file('host.pub')])).stdout.split(' ')[1] as string,
    written: () =>
      readFile(file('sshd_config.d/muster-overlay.conf'), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        return undefined;
      }),
    pid,
    async stop() {
      await shell.run(['sh', '-c', 'kill "$(cat "$1")" 2>/dev/null', 'sh', file('pid')], { accept: [0, 1] });
      await endTimersOf(folder);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Ends what waits to take back a change of this sshd, with all that it started. */
export async function endTimersOf(folder: string): Promise<void> {
  await until(async () => {
    const pids = await timersOf(folder);
    for (const pid of pids) end(pid);
    return pids.length === 0;
  }, 'the timers to end');
}

/** The processes that wait, each the first of its group. */
export async function timersOf(folder: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = pids.map(async (pid) => {
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    return words.includes('lapse') && words.includes(join(folder, 'sshd_config')) ? [Number(pid)] : [];
  });
  return (await Promise.all(found)).flat();
}

function end(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It ended by itself, or is about to become one.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
