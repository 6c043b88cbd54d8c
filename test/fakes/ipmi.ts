/** A controller that speaks IPMI: OpenIPMI's simulator (ipmi_sim), which switches a process on and off instead of a machine. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../until.ts';

export interface FakeIpmi {
  port: number;
  user: string;
  password: string;
  /** The machine's process; undefined where it is off. */
  pid(): Promise<number | undefined>;
  /** Everything that was asked of the machine, oldest first, like `set power 1` and `set boot pxe`. */
  asked(): Promise<string[]>;
  stop(): Promise<void>;
}

/** What the simulator calls: keeps the machine's process by its number. `ignore` says that it does not end when it is asked to. */
const CHASSIS = `#!/bin/sh
cd "$(dirname "$0")" || exit 1
echo "$@" >>asked
running() { [ -f pid ] && [ -d "/proc/$(cat pid)" ]; }
off() { if running; then kill -9 "$(cat pid)"; fi; rm -f pid; }
on() { running || { setsid sleep 600 </dev/null >/dev/null 2>&1 & echo $! >pid; }; }
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

/** Starts one; the machine is off. `ignores` has it take no notice of a request to end itself. */
export async function startIpmi({ ignores = false } = {}): Promise<FakeIpmi> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-ipmi-'));
  const [user, password] = ['muster', 'long-and-secret'];
  const file = (name: string) => join(folder, name);
  const auths = ['callback', 'user', 'operator', 'admin'].map(
    (level) => `allowed_auths_${level} none md2 md5 straight`,
  );
  let port = 0;
  let sim: ChildProcess | undefined;
  await writeFile(file('chassis'), CHASSIS, { mode: 0o755 });
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
      const argv = ['-c', file('lan.conf'), '-f', file('sim.emu'), '-s', folder, '-n'];
      const started = spawn('ipmi_sim', argv, { cwd: folder, stdio: 'ignore' });
      sim = started;
      await until(async () => started.exitCode !== null || (await taken(free)));
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

/** Whether something listens there, by the kernel's own list. */
async function taken(port: number): Promise<boolean> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return (await readFile('/proc/net/udp', 'utf8')).includes(`0100007F:${hex} `);
}
