/** Ends a whole process group and knows when it is gone. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Survivor } from '../../shell.ts';
import { describe, processes, signal } from './processes.ts';

/** How long a group may take after SIGTERM before SIGKILL, ms. */
export const PATIENCE_MS = 2_000;
const KILL_MS = 5_000;

/** SIGTERM, after two seconds SIGKILL; resolves when no member lives, or with those that outlive SIGKILL by five seconds. */
export async function endGroup(group: number): Promise<Survivor[]> {
  signal(-group, 'SIGTERM');
  if ((await waitUntilGone(group, PATIENCE_MS)).length === 0) return [];
  signal(-group, 'SIGKILL');
  const left = await waitUntilGone(group, KILL_MS);
  return Promise.all(left.map(describe));
}

async function waitUntilGone(group: number, limit: number): Promise<number[]> {
  const deadline = Date.now() + limit;
  for (let pause = 5; ; pause = Math.min(2 * pause, 100)) {
    const left = await members(group);
    if (left.length === 0 || Date.now() >= deadline) return left;
    await sleep(pause);
  }
}

async function members(group: number): Promise<number[]> {
  try {
    process.kill(-group, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return [];
  }
  return (await processes()).filter((one) => one.group === group && one.alive).map((one) => one.pid);
}
