/** A host in a network namespace whose firewall is guarded, and a Muster in another one that asks for it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { commandArgv } from '../../../src/adapters/rollback/rollback.ts';
import { openIdentity } from '../../../src/identity.ts';
import type { FirewallChange, FirewallStanding } from '../../../src/jobs/guarding.ts';
import { startSshd } from '../../adapters/ssh/sshd.ts';
import { ended } from '../../integration/muster.ts';
import { type Namespace, outsideAndHost, WITHOUT_SYSTEMD } from '../../namespaces.ts';
import { until } from '../../until.ts';
import type { Answer, Order, Way } from './asker.ts';

const exec = promisify(execFile);
const MAIN = new URL('../../../dist/main.js', import.meta.url).pathname;
const ASKER = new URL('./asker.ts', import.meta.url).pathname;

/** The host's address. */
export const HOST = '10.66.0.2';

/** How a host is guarded. */
export type GuardKind = Way['by'];

export interface GuardedHost {
  outside: Namespace;
  host: Namespace;
  /** The port by which Muster comes in; none where it runs on the host itself. */
  wayIn: number | undefined;
  /** The folder where what guards it keeps its files; it is on a disk of its own, of a few MiB. */
  disk: string;
  /** Each resolves with the code of its error, if there was one. */
  apply(change: FirewallChange): Promise<string | undefined>;
  keep(change: string): Promise<string | undefined>;
  keepHere(change: string): Promise<string | undefined>;
  revert(change: string): Promise<string | undefined>;
  show(): Promise<FirewallStanding>;
  /** kill -9 of the Muster that asks; the next question goes to a new one. */
  killMuster(): Promise<void>;
  /** kill -9 of what would take a change back. */
  killGuard(): Promise<void>;
  /** What happens on the host when it starts. */
  start(): Promise<void>;
  remove(): Promise<void>;
}

export async function openGuardedHost(by: GuardKind): Promise<GuardedHost> {
  const spaces = await outsideAndHost();
  const { outside, host } = spaces;
  const folder = await mkdtemp(join(tmpdir(), 'muster-guarded-'));
  const disk = join(folder, 'disk');
  await mkdir(disk);
  await exec('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'muster-guarded', disk]);
  const within = ({ name }: Namespace, ...argv: string[]) =>
    spawn('nsenter', [`--net=/run/netns/${name}`, '--', ...argv], { stdio: ['pipe', 'pipe', 'ignore'] });
  const shelf = join(disk, 'firewall');
  const guard = await (by === 'guardian' ? guardian : timer)();

  async function guardian() {
    const identity = await openIdentity(join(folder, 'keys'), 'muster');
    let child: ChildProcess | undefined;
    let key = '';
    const start = async () => {
      const args = ['agent', 'guardian', '--state', disk, '--trust', identity.fingerprint];
      const started = within(host, process.execPath, MAIN, ...args);
      child = started;
      let text = '';
      started.stdout.on('data', (chunk) => {
        text += String(chunk);
      });
      key = await until(() => /Its key is (\S+)/.exec(text)?.[1], 'the guardian');
    };
    const kill = async () => {
      child?.kill('SIGKILL');
      if (child) await ended(child);
    };
    await start();
    const way: Way = { by: 'guardian', address: HOST, port: 4227, key, identity };
    return { way, wayIn: 4227, start, kill, close: kill };
  }

  async function timer() {
    const tools = { rollback: { folder: shelf } };
    const start = async () =>
      void (await host.run(...WITHOUT_SYSTEMD, ...commandArgv(shelf, 'boot', 'muster')));
    const kill = () => killTimersOf(shelf);
    if (by === 'local') return { way: { by, tools } as Way, wayIn: undefined, start, kill, close: kill };
    const sshd = await startSshd([], {
      addresses: [HOST],
      starter: ['nsenter', `--net=/run/netns/${host.name}`, '--', ...WITHOUT_SYSTEMD],
      accepts: async (port) => (await outside.reach({ address: HOST, port })) === 'open',
    });
    const { port, user, keyFile, hostKeys } = sshd;
    const login = {
      ...{ host: 'host', address: HOST, port, user, keyFile, hostKey: hostKeys.ed25519 },
      connectTimeout: 3_000,
    };
    const close = async () => {
      await kill();
      await sshd.close();
    };
    return { way: { by: 'ssh', login, tools } as Way, wayIn: port, start, kill, close };
  }

  let muster: { child: ChildProcess; ask(order: Order): Promise<Answer> } | undefined;
  const ask = (order: Order): Promise<Answer> => {
    muster ??= askerOf(
      within(
        by === 'local' ? host : outside,
        ...[...WITHOUT_SYSTEMD, process.execPath, '--import', 'tsx', ASKER, JSON.stringify(guard.way)],
      ),
    );
    return muster.ask(order);
  };
  const killMuster = async () => {
    const child = muster?.child;
    muster = undefined;
    child?.kill('SIGKILL');
    if (child) await ended(child);
  };
  return {
    ...{ outside, host, disk, wayIn: guard.wayIn, killMuster, killGuard: guard.kill, start: guard.start },
    apply: async (change) => (await ask({ do: 'apply', change })).code,
    keep: async (change) => (await ask({ do: 'keep', change })).code,
    keepHere: async (change) => (await ask({ do: 'keep here', change })).code,
    revert: async (change) => (await ask({ do: 'revert', change })).code,
    async show() {
      const { standing, code } = await ask({ do: 'show' });
      if (!standing) throw new Error(code);
      return standing;
    },
    async remove() {
      await killMuster();
      await guard.close();
      await spaces.remove();
      await exec('umount', [disk]);
      await rm(folder, { recursive: true });
    },
  };
}

/** The processes that wait to take back what is on a shelf. */
export async function timersOf(shelf: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map(async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')] as const),
  );
  return lines.filter(([, line]) => line.includes(`${shelf}\0lapse\0`)).map(([pid]) => Number(pid));
}

/** kill -9 of all of them. */
export async function killTimersOf(shelf: string): Promise<void> {
  await until(async () => {
    const pids = await timersOf(shelf);
    for (const pid of pids) killed(pid);
    return pids.length === 0;
  }, 'the timers to end');
}

/** Fills a disk to the last byte; resolves with what empties it again. */
export async function fill(disk: string): Promise<() => Promise<void>> {
  const file = join(disk, 'full');
  await writeFile(file, Buffer.alloc(16 * 1024 * 1024)).catch((error) => {
    if (error.code !== 'ENOSPC') throw error;
  });
  return () => rm(file);
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function askerOf(child: ReturnType<typeof spawn>) {
  const answers = new Map<number, (answer: Answer) => void>();
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const { id, answer } = JSON.parse(line) as { id: number; answer: Answer };
    answers.get(id)?.(answer);
    answers.delete(id);
  });
  child.once('exit', () => {
    for (const answer of answers.values()) answer({ code: 'killed' });
  });
  let orders = 0;
  const ask = (order: Order): Promise<Answer> =>
    new Promise((resolve) => {
      orders += 1;
      answers.set(orders, resolve);
      child.stdin!.write(`${JSON.stringify({ id: orders, order })}\n`);
    });
  return { child, ask };
}
