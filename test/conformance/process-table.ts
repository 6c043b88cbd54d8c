/** Looks into /proc for tests: who descends from whom, who carries a mark, what is alive. */
import { readdir, readFile } from 'node:fs/promises';

async function table(): Promise<{ pid: number; name: string; state: string; parent: number }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const rows = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
      const match = /^\d+ \((.*)\) (\S) (\d+)/s.exec(stat);
      if (match === null) return undefined;
      return { pid: Number(pid), name: match[1] ?? '', state: match[2] ?? '', parent: Number(match[3]) };
    }),
  );
  return rows.filter((row) => row !== undefined);
}

/** All descendants of a process that have that name. */
export async function processesUnder(root: number, name: string): Promise<number[]> {
  const rows = await table();
  const under = new Set([root]);
  for (let size = 0; size !== under.size; ) {
    size = under.size;
    for (const { pid, parent } of rows) if (under.has(parent)) under.add(pid);
  }
  return rows
    .filter((row) => row.pid !== root && under.has(row.pid) && row.name === name)
    .map(({ pid }) => pid);
}

/** Whether a process runs; a zombie does not. */
export async function isAlive(pid: number): Promise<boolean> {
  const row = (await table()).find((one) => one.pid === pid);
  return row !== undefined && row.state !== 'Z' && row.state !== 'X';
}

/** The command lines of every process, NULs as spaces. */
export async function commandLines(): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.join('\n').replaceAll('\0', ' ');
}
