/**
 * Hosts of a test's own: each a process that holds namespaces of its own (network, mounts, process numbers), all on one switch,
 * which is in a namespace, too. Nothing is made in the machine's own namespaces, and all goes with the holders.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localShell } from '../src/adapters/local/shell.ts';
import { MusterError } from '../src/errors.ts';
import type { RunOptions, Shell } from '../src/shell.ts';

export interface TestHost {
  shell: Shell;
  /** Muster's folder on it. */
  root: string;
  /** Its address on the switch, without any overlay. */
  address: string;
  /** What a program prints there; rejects where it fails. */
  run(...argv: string[]): Promise<string>;
  /** Ends everything that runs there and starts it anew with the same disk, as a power cut does. */
  reboot(): Promise<void>;
}

export interface TestHosts {
  hosts: TestHost[];
  stop(): Promise<void>;
}

/** Keeps the namespaces as long as its standard input is open, and waits for children that lost their parent, as init does. */
const HOLD = 'mount -t tmpfs none /run && ip link set lo up && echo ready && cat >/dev/null; true';

/** Starts hosts of these names with addresses 192.0.2.1 and on; `environment` is added to that of their programs. */
export async function startHosts(
  names: readonly string[],
  environment: Record<string, string> = {},
): Promise<TestHosts> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-hosts-'));
  const holders: ChildProcess[] = [];
  const machine = localShell({ host: 'machine', environment: { ...process.env, ...environment } });
  const hold = async (): Promise<{ holder: ChildProcess; pid: string }> => {
    const holder = spawn(
      'unshare',
      ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', HOLD],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    holders.push(holder);
    await once(holder.stdout!, 'data');
    const children = await readFile(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8');
    return { holder, pid: children.trim() };
  };
  const end = async (holder: ChildProcess): Promise<void> => {
    if (holder.exitCode !== null || holder.signalCode !== null) return;
    const over = once(holder, 'exit');
    holder.stdin!.end();
    await over;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(holders.map(end));
    await machine.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const hub = (await hold()).pid;
    const onHub = (...argv: string[]) => machine.run(['nsenter', '--target', hub, '--net', '--', ...argv]);
    await onHub('ip', 'link', 'add', 'switch', 'type', 'bridge');
    await onHub('ip', 'link', 'set', 'switch', 'up');
    const hosts: TestHost[] = [];
    for (const [index, name] of names.entries()) {
      const address = `192.0.2.${index + 1}`;
      let current = await hold();
      const enter = () => ['nsenter', '--target', current.pid, '--net', '--mount', '--pid', '--'];
      const shell = inside(machine, name, enter);
      const plug = async () => {
        await onHub(
          'ip',
          'link',
          'add',
          `port${index}`,
          'type',
          'veth',
          'peer',
          'name',
          'eth0',
          'netns',
          current.pid,
        );
        await onHub('ip', 'link', 'set', `port${index}`, 'master', 'switch', 'up');
        await shell.run(['ip', 'address', 'add', `${address}/24`, 'dev', 'eth0']);
        await shell.run(['ip', 'link', 'set', 'eth0', 'up']);
      };
      await plug();
      hosts.push({
        shell,
        root: join(folder, name),
        address,
        run: async (...argv) => (await shell.run(argv)).stdout,
        async reboot() {
          await end(current.holder);
          // A network namespace goes a moment after its last process, and the port with it.
          await machine.run([
            ...['nsenter', '--target', hub, '--net', '--', 'sh', '-c'],
            'until ! ip link show "$1" >/dev/null 2>&1; do ip link delete "$1"; sleep 0.05; done',
            ...['sh', `port${index}`],
          ]);
          current = await hold();
          await plug();
        },
      });
    }
    return { hosts, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A shell on the machine whose programs run inside a host. */
function inside(machine: Shell, host: string, enter: () => string[]): Shell {
  return {
    ...machine,
    host,
    async run(argv: readonly string[], options: RunOptions = {}) {
      try {
        return await machine.run([...enter(), ...argv], options);
      } catch (error) {
        if (!(error instanceof MusterError)) throw error;
        // How nsenter says that it found no such program.
        const missing = error.facts.code === 127 && error.lines.some((line) => /^nsenter: failed/.test(line));
        const facts = { ...error.facts, host, program: argv[0] };
        throw new MusterError(missing ? 'shell.notfound' : error.code, facts, { lines: error.lines });
      }
    },
    marked: (mark) => inside(machine.marked(mark), host, enter),
    close: async () => {},
  };
}
