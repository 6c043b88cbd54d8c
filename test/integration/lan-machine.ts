/** An emulated machine at a socket of a network, switched by a program as real ones are by their controllers. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Guest, startArgv } from '../../src/adapters/qemu/commands.ts';
import { type Lan, tapOf } from '../lan.ts';

export interface LanMachine {
  name: string;
  mac: string;
  /** Its entry below `power` of the configuration. */
  power: object;
  /** What switches it: `on`, `off` and `status`. */
  program: string;
  /** Its console since the test began. */
  console(): Promise<string>;
  /** Whether its QEMU runs. */
  isOn(): Promise<boolean>;
  /** Switches it as a hand on its button does. */
  on(): Promise<void>;
  off(): Promise<void>;
}

export interface LanMachineParts extends Partial<Pick<Guest, 'firmware' | 'memory'>> {
  name: string;
  /** MiB of a disk that it has, with nothing on it. */
  disk?: number;
  /** What is said to QEMU besides. */
  more?: readonly string[];
}

/** Makes the one at socket `index`, with its files in a folder; it is off. */
export async function addMachine(
  { host: { run } }: Pick<Lan, 'host'>,
  folder: string,
  { name, firmware = 'bios', memory = 1_024, disk, more = [] }: LanMachineParts,
  index: number,
): Promise<LanMachine> {
  const mac = `52:54:00:77:01:0${index + 1}`;
  const file = (kind: string) => join(folder, `${name}.${kind}`);
  const program = file('power');
  const guest = { firmware, memory, cpus: 1, mac, tap: tapOf(index), fast: false };
  const argv = [...startArgv(guest), ...more];
  if (disk !== undefined) {
    await run('truncate', `--size=${disk}M`, file('disk'));
    argv.push('-drive', `file=${file('disk')},if=virtio,format=raw`);
  }
  const paths = { argv, pidFile: file('pid'), console: file('console') };
  await writeFile(program, switchOf(paths), { mode: 0o755 });
  return {
    ...{ name, mac, program },
    power: {
      kind: 'command',
      ...{ onArgv: [program, 'on'], offArgv: [program, 'off'], statusArgv: [program, 'status'] },
    },
    console: () => readFile(file('console'), 'latin1').catch(() => ''),
    isOn: async () => (await run(program, 'status')).trim() === 'on',
    on: async () => void (await run(program, 'on')),
    off: async () => void (await run(program, 'off')),
  };
}

/** Starts a program that leaves the processors to others: each session has as large a share of them as the one of all tests (sched(7), autogroup). */
const LAST = '2>/dev/null >/proc/self/autogroup echo 5; exec nice -n 5 "$@"';

const switchOf = ({
  argv,
  pidFile,
  console,
}: {
  argv: readonly string[];
  pidFile: string;
  console: string;
}): string => `#!/bin/sh
alive() { [ -s '${pidFile}' ] && kill -0 "$(cat '${pidFile}')" 2>/dev/null; }
case $1 in
  on) alive || { setsid sh -c '${LAST}' sh ${argv.map((word) => `'${word}'`).join(' ')} </dev/null >>'${console}' 2>&1 & echo $! >'${pidFile}'; } ;;
  off) if alive; then kill -9 "$(cat '${pidFile}')"; fi; while alive; do sleep 0.1; done; rm -f '${pidFile}' ;;
  status) if alive; then echo on; else echo off; fi ;;
esac
`;
