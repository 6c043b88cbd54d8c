/** Waits for something without knowing how long it takes: tests state what is to be, not when. */
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 60_000;

/** What `look` gives once it is neither undefined nor false; rejects after a minute, or so many ms, naming what was waited for. */
export async function until<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  what = String(look),
  patience = PATIENCE_MS,
): Promise<T> {
  const deadline = performance.now() + patience;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`It never came: ${what}`);
    await sleep(10);
  }
}
