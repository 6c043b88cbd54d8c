/** A whole machine for a test: this one's files under a layer of its own, booted by a real systemd in a network namespace. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ended } from '../integration/muster.ts';
import type { Namespace } from '../namespaces.ts';
import { until } from '../until.ts';

const exec = promisify(execFile);

const TARGET = 'multi-user.target';
const UNITS = '/etc/systemd/system';
const REPOSITORY = new URL('../..', import.meta.url).pathname;
/** Where it lies in the machine, which need not see every folder of this one. */
const MUSTER = '/usr/local/lib/muster';

export interface Machine {
  /** Switches it on; resolves when it has booted. */
  boot(): Promise<void>;
  /** Switches it off at once, as when the power fails. */
  cut(): Promise<void>;
  /** Runs a program in it, with what it reads; resolves with what it printed, or rejects. */
  run(argv: readonly string[], stdin?: string): Promise<string>;
  /** What has to stand before a program's words so that it runs in it. */
  within(): string[];
  /** Switches it off, and removes what it wrote. */
  remove(): Promise<void>;
}

/** What is put there before the first boot: path -> text, or the path that a link leads to. */
export type Files = Readonly<Record<string, string | { link: string }>>;

/** `muster` is installed in it. */
export async function openMachine({ name }: Pick<Namespace, 'name'>, files: Files): Promise<Machine> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-machine-'));
  // What it writes lies in memory: also where this machine's own root is a layer over another.
  await exec('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'muster-machine', folder]);
  const [upper, work, root] = [join(folder, 'upper'), join(folder, 'work'), join(folder, 'root')];
  await Promise.all([upper, work, root].map((one) => mkdir(one)));
  await exec('mount', [
    ...['-t', 'overlay', '-o', `lowerdir=/,upperdir=${upper},workdir=${work}`, 'muster-machine', root],
  ]);
  // Of what is installed on this machine, nothing is started in that one.
  for (const name of await readdir(join(root, UNITS)))
    if (name.endsWith('.wants')) await rm(join(root, UNITS, name), { recursive: true });
  for (const [path, file] of Object.entries({ ...STANDARD, ...files })) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    if (typeof file === 'string') await writeFile(join(root, path), file);
    else await symlink(file.link, join(root, path));
  }
  let container: ChildProcess | undefined;
  let leader = 0;
  const cut = async () => {
    if (!container) return;
    const gone = ended(container);
    // It goes with its network, too.
    if (leader > 0) killed(leader);
    else container.kill('SIGKILL');
    await gone;
    [container, leader] = [undefined, 0];
  };
  const within = () => ['nsenter', '--all', `--target=${leader}`, '--wdns=/', '--'];
  const inside = async (argv: readonly string[], stdin = ''): Promise<string> => {
    const running = exec('nsenter', [...within().slice(1), ...argv], {
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
      maxBuffer: 64 * 1024 * 1024,
    });
    // It need not read.
    running.child.stdin?.on('error', () => {}).end(stdin);
    return (await running).stdout;
  };
  return {
    async boot() {
      const started = spawn(
        'systemd-nspawn',
        [
          ...[
            '--quiet',
            '--boot',
            '--capability=CAP_NET_ADMIN',
            '--register=no',
            '--keep-unit',
            `--directory=${root}`,
          ],
          ...[`--machine=${basename(folder)}`, `--network-namespace-path=/run/netns/${name}`],
          ...[`--bind-ro=${REPOSITORY}:${MUSTER}`, `--bind-ro=${process.execPath}:/usr/local/bin/node`],
          ...['--link-journal=no', '--resolv-conf=off', '--timezone=off', '--console=read-only'],
          ...['--', `systemd.unit=${TARGET}`],
        ],
        { stdio: ['ignore', 'pipe', 'pipe'] },
      );
      let said = '';
      for (const stream of [started.stdout, started.stderr])
        stream?.on('data', (chunk) => {
          said = `${said}${chunk}`.slice(-4_000);
        });
      container = started;
      const gone = ended(started).then(() => Promise.reject(new Error(`It does not boot: ${said}`)));
      gone.catch(() => {});
      const up = async () => {
        leader = (await childOf(started.pid as number)) ?? 0;
        if (leader === 0) return false;
        return (await inside(['systemctl', 'is-active', TARGET]).catch(() => '')).trim() === 'active';
      };
      await Promise.race([until(up, 'the machine to boot'), gone]);
    },
    cut,
    run: inside,
    within,
    async remove() {
      await cut();
      await exec('umount', [root]);
      await exec('umount', [folder]);
      await rm(folder, { recursive: true });
    },
  };
}

/** Ends a process, if it is there still. */
function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const STANDARD: Files = {
  // An id of its own: it is not this machine.
  '/etc/machine-id': '',
  '/usr/local/bin/muster': { link: `${MUSTER}/bin/muster.mjs` },
};

/** The first process of a container, by the one that watches it. */
async function childOf(pid: number): Promise<number | undefined> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  for (const task of tasks) {
    const text = await readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '');
    const child = Number(text.trim().split(' ')[0]);
    if (child > 0 && (await readFile(`/proc/${child}/comm`, 'utf8').catch(() => '')) === 'systemd\n')
      return child;
  }
  return undefined;
}
