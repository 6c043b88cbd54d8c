/** The process table of this machine, read from /proc (proc(5)). */
import { readdir, readFile } from 'node:fs/promises';
import { printable, type Survivor } from '../../shell.ts';

export interface Process {
  pid: number;
  /** The process group. */
  group: number;
  /** False for a zombie: it has ended and only waits for its parent. */
  alive: boolean;
}

/** Every process now; those that end while we read are left out. */
export async function processes(): Promise<Process[]> {
  const names = await readdir('/proc');
  const all = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map((name) => read(Number(name))));
  return all.filter((found) => found !== undefined);
}

async function read(pid: number): Promise<Process | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The name in parentheses may hold anything, parentheses too.
  const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid, group: Number(group), alive: state !== 'Z' && state !== 'X' };
}

/** Whether the environment a process was started with holds exactly `entry` (`NAME=value`). */
export async function carries(pid: number, entry: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`).catch(() => undefined);
  if (environment === undefined || environment.length === 0) return false;
  return Buffer.concat([Buffer.from([0]), environment, Buffer.from([0])]).includes(
    Buffer.concat([Buffer.from([0]), Buffer.from(entry), Buffer.from([0])]),
  );
}

/** A process with its command line, as messages show it. */
export async function describe(pid: number): Promise<Survivor> {
  const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  const command = words.replaceAll('\0', ' ').trim() || name.trim();
  return { pid, command: printable(command.slice(0, 200)) };
}

/** Sends a signal to a process, or with a negative number to a group; what is gone or not ours is left as it is. */
export function signal(target: number, name: NodeJS.Signals): void {
  try {
    process.kill(target, name);
  } catch {
    // ESRCH: already gone. EPERM: not ours; whoever waits for its end sees that it stays.
  }
}
