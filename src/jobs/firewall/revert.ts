/** Takes a change of a firewall back, also where it locks out whoever says so. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MusterError } from '../../errors.ts';
import type { Guarding } from '../guarding.ts';

/** How long after its time a change may take to be taken back by itself, and the longest that is waited for, ms. */
const GRACE_MS = 10_000;
const MOST_MS = 100_000;
/** From one try to the next, ms. */
const AGAIN_MS = 1_000;

/** Where the host cannot be reached, waits until whatever keeps its firewall has taken it back, `keepWithin` ms at most. */
export async function revertInTime(guarding: Guarding, change: string, keepWithin: number): Promise<void> {
  const deadline = performance.now() + Math.min(keepWithin + GRACE_MS, MOST_MS);
  for (;;) {
    try {
      return await guarding.revert(change);
    } catch (error) {
      const away =
        error instanceof MusterError && ['host.unreachable', 'host.silent', 'icp.busy'].includes(error.code);
      if (!away || performance.now() > deadline) throw error;
    }
    await sleep(AGAIN_MS);
  }
}
