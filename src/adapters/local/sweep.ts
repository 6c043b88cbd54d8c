/** Ends every process that carries a mark, wherever it went: other groups, other sessions, other parents. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Survivor } from '../../shell.ts';
import { PATIENCE_MS } from './group.ts';
import { carries, describe, processes, signal } from './processes.ts';

const LIMIT_MS = 5_000;
const POLL_MS = 50;

/** SIGTERM, after two seconds SIGKILL, to all that carry `entry` in their environment and to the groups they lead; resolves with what is alive after five seconds. */
export async function sweepMarked(entry: string): Promise<Survivor[]> {
  const start = Date.now();
  const groups = new Set<number>();
  const asked = new Set<number>();
  // One look may miss a process that is forked behind its back, hence two empty ones in a row.
  let empty = 0;
  for (;;) {
    const found = await targets(entry, groups);
    empty = found.length === 0 ? empty + 1 : 0;
    if (empty === 2) return [];
    const elapsed = Date.now() - start;
    if (elapsed >= LIMIT_MS) return Promise.all(found.map(describe));
    for (const pid of found) {
      if (elapsed >= PATIENCE_MS) signal(pid, 'SIGKILL');
      else if (!asked.has(pid)) signal(pid, 'SIGTERM');
      asked.add(pid);
    }
    if (found.length > 0) await sleep(POLL_MS);
  }
}

/** Live processes that carry the mark or belong to a group whose leader does (or did, when an earlier look saw it). */
async function targets(entry: string, groups: Set<number>): Promise<number[]> {
  const all = (await processes()).filter((one) => one.alive && one.pid !== process.pid);
  const marked = new Set<number>();
  for (const { pid, group } of all) {
    if (!(await carries(pid, entry))) continue;
    marked.add(pid);
    if (pid === group) groups.add(group);
  }
  return all.filter(({ pid, group }) => marked.has(pid) || groups.has(group)).map(({ pid }) => pid);
}
