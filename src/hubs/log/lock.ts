/** Sees to it that one process alone writes into a folder. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '../../errors.ts';

/** Takes a folder for this process, as long as it lives; gives how to let go. Throws `logs.taken` where a living one has it. */
export async function lock(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'lock');
  const own = `${process.pid} ${await startOf(process.pid)}`;
  for (;;) {
    try {
      await writeFile(path, own, { flag: 'wx', mode: 0o600 });
      return () => rm(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const [pid = '', start] = (await readFile(path, 'utf8').catch(() => '')).split(' ');
    // A process of this number may be another one by now; it began at another time.
    if (pid !== '' && start !== '' && start === (await startOf(Number(pid))))
      throw new MusterError('logs.taken', { folder, pid });
    await rm(path, { force: true });
  }
}

/** When a process began, in ticks since the machine did (proc(5), field 22); empty where there is none. */
async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
