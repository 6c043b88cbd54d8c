/** Waiting for what other processes do. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 60_000;

/** Looks again and again until `look` gives something; gives that. */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  for (const deadline = Date.now() + PATIENCE_MS; ; ) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) assert.fail(`waited ${PATIENCE_MS / 1_000} s for ${what}`);
    await sleep(50);
  }
}

/** A process that carries a mark, and those that it descends from, nearest first. */
export interface Marked {
  command: string;
  ancestors: number[];
}

/** All processes on this machine that carry a mark of the run. */
export async function markedBy(run: string): Promise<Marked[]> {
  const found: Marked[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
    if (!environment.includes(`MUSTER_MARK=${run}.`)) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    found.push({ command: command.replaceAll('\0', ' '), ancestors: await ancestors(pid) });
  }
  return found;
}

async function ancestors(pid: string): Promise<number[]> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const parent = /^PPid:\t(\d+)$/m.exec(status)?.[1] ?? '0';
  return parent === '0' ? [] : [Number(parent), ...(await ancestors(parent))];
}
