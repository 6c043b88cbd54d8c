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

/** The command lines of all processes on this machine that carry a mark of the run. */
export async function markedBy(run: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
    if (environment.includes(`MUSTER_MARK=${run}.`))
      found.push(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => `process ${pid}`));
  }
  return found;
}
