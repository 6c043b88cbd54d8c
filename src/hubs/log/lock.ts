/** Sees to it that one process alone writes into a folder. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '../../errors.ts';

/** Folders that this process has. */
const held = new Set<string>();

/**
 * Takes a folder for this process, as long as it lives; gives how to let go. Throws `logs.taken` where a living one has it. Of two
 * that try at the same time, at most one has it: each says who it is before it looks who else is there, in a file of its own.
 */
export async function lock(folder: string): Promise<() => Promise<void>> {
  const own = `${process.pid}-${await startOf(process.pid)}.lock`;
  const path = join(folder, own);
  if (held.has(path)) throw new MusterError('logs.taken', { folder, pid: `${process.pid}` });
  held.add(path);
  const unlock = async () => {
    await rm(path, { force: true });
    held.delete(path);
  };
  try {
    await writeFile(path, '', { mode: 0o600 });
    for (const name of await readdir(folder)) {
      const [, pid, start] = /^(\d+)-(\d+)\.lock$/.exec(name) ?? [];
      if (pid === undefined || name === own) continue;
      // A process of this number may be another one by now; it began at another time.
      if (start === (await startOf(Number(pid)))) throw new MusterError('logs.taken', { folder, pid });
      await rm(join(folder, name), { force: true });
    }
  } catch (error) {
    await unlock();
    throw error;
  }
  return unlock;
}

/** When a process began, in ticks since the machine did (proc(5), field 22); empty where there is none. */
async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
