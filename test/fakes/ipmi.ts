/** A controller that speaks IPMI: OpenIPMI's simulator (ipmi_sim), which switches a machine by a program, or a process instead of one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Namespace } from '../namespaces.ts';
import { until } from '../until.ts';

export interface FakeIpmi {
  port: number;
  user: string;
  password: string;
  /** The process that it switches where it has no machine; undefined where that is off. */
  pid(): Promise<number | undefined>;
  /** Everything that was asked of the machine, oldest first, like `set power 1` and `set boot pxe`. */
  asked(): Promise<string[]>;
  stop(): Promise<void>;
}

export interface IpmiParts {
  /** It takes no notice of a request to end itself. */
  ignores?: boolean;
  /** The program that switches its machine, as machines of `openBootLan` have one. */
  program?: string;
  /** Where it is reached, instead of this machine. */
  inside?: Pick<Namespace, 'name'>;
}

/** Keeps a process by its number, in place of a machine. */
const PROCESS = `#!/bin/sh
cd "$(dirname "$0")" || exit 1
running() { [ -f pid ] && [ -d "/proc/$(cat pid)" ]; }
case $1 in
on) running || { setsid sleep 600 </dev/null >/dev/null 2>&1 & echo $! >pid; } ;;
off) if running; then kill -9 "$(cat pid)"; fi; rm -f pid ;;
status) if running; then echo on; else echo off; fi ;;
esac
`;

/** What the simulator calls. The file `ignore` says that the machine does not end when it is asked to. */
const chassis = (program: string): string => `#!/bin/sh
cd "$(dirname "$0")" || exit 1
echo "$@" >>asked
running() { [ "$('${program}' status)" = on ]; }
off() { '${program}' off; }
on() { '${program}' on; }
verb=$1; shift
case $verb in
get) for what in "$@"; do
  case $what in
  power) if running; then echo power:1; else echo power:0; fi ;;
  *) echo "$what:default" ;;
  esac
done ;;
set) while [ $# -gt 1 ]; do
  case "$1 $2" in
  'power 1') on ;;
  'power 0') off ;;
  'shutdown 1') [ -f ignore ] || off ;;
  'reset 1') off; on ;;
  esac
  shift 2
done ;;
esac
`;

const SIMULATED =
  'mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr\nmc_enable 0x20\n';

/** Starts one; the machine is off. */
export async function startIpmi({ ignores = false, program, inside }: IpmiParts = {}): Promise<FakeIpmi> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-ipmi-'));
  const [user, password] = ['muster', 'long-and-secret'];
  const file = (name: string) => join(folder, name);
  const auths = ['callback', 'user', 'operator', 'admin'].map(
    (level) => `allowed_auths_${level} none md2 md5 straight`,
  );
  let port = 0;
  let sim: ChildProcess | undefined;
  await writeFile(file('process'), PROCESS, { mode: 0o755 });
  await writeFile(file('chassis'), chassis(program ?? file('process')), { mode: 0o755 });
  await writeFile(file('sim.emu'), SIMULATED);
  if (ignores) await writeFile(file('ignore'), '');
  const pid = async (): Promise<number | undefined> => {
    const text = await readFile(file('pid'), 'utf8').catch(() => '');
    const number = Number(text.trim());
    if (number <= 1) return undefined;
    return (await readFile(`/proc/${number}/stat`, 'utf8').catch(() => '')).includes(') S ')
      ? number
      : undefined;
  };
  const stop = async () => {
    if (sim && sim.exitCode === null && sim.signalCode === null) {
      const over = once(sim, 'exit');
      sim.kill('SIGKILL');
      await over;
    }
    const machine = await pid();
    if (machine !== undefined) process.kill(machine, 'SIGKILL');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    // Another may take the port meanwhile: then the simulator ends, and another port is tried.
    for (let tries = 0; port === 0 && tries < 5; tries += 1) {
      const free = await freePort();
      await writeFile(
        file('lan.conf'),
        [
          'name "machine"',
          'set_working_mc 0x20',
          'startlan 1',
          `addr 127.0.0.1 ${free}`,
          'priv_limit admin',
          ...auths,
          'guid a123456789abcdefa123456789abcdef',
          'endlan',
          `chassis_control "${file('chassis')}"`,
          `user 2 true "${user}" "${password}" admin 10 none md2 md5 straight`,
          '',
        ].join('\n'),
      );
      const within = inside ? ['nsenter', `--net=/run/netns/${inside.name}`, '--'] : [];
      const [first, ...rest] = [
        ...within,
        ...['ipmi_sim', '-c', file('lan.conf'), '-f', file('sim.emu'), '-s', folder, '-n'],
      ] as [string, ...string[]];
      const started = spawn(first, rest, { cwd: folder, stdio: 'ignore' });
      sim = started;
      await until(async () => started.exitCode !== null || (await taken(free, started.pid)));
      if (started.exitCode === null) port = free;
    }
    if (port === 0) throw new Error('ipmi_sim does not start');
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    user,
    password,
    pid,
    asked: async () =>
      (await readFile(file('asked'), 'utf8').catch(() => ''))
        .split('\n')
        .filter((line) => line.startsWith('set ')),
    stop,
  };
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/** Whether something listens there, by the kernel's own list, in the network of a process. */
async function taken(port: number, pid = process.pid): Promise<boolean> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const list = await readFile(`/proc/${pid}/net/udp`, 'utf8').catch(() => '');
  return list.includes(`0100007F:${hex} `);
}
