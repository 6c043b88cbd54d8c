/** Redis that answers but takes no writes for a while: it is full, cannot save, has lost its replicas, or is no longer the primary. */
import { setTimeout as sleep } from 'node:timers/promises';

const REFUSALS = /^(?:OOM|READONLY|MISCONF|NOREPLICAS|MASTERDOWN|CLUSTERDOWN|LOADING|TRYAGAIN|BUSY)\b/;
/** How soon a write is tried again, ms. */
const AGAIN_MS = 200;

/** Whether Redis refused to write, for a reason that has nothing to do with what was written. */
export const isRefusal = (thrown: unknown): boolean =>
  thrown instanceof Error && REFUSALS.test(thrown.message);

/** Writes until Redis takes it, or `enough` says that it was tried long enough; any other error is the caller's. */
export async function untilTaken<T>(write: () => Promise<T>, enough: () => boolean): Promise<T> {
  for (;;) {
    try {
      return await write();
    } catch (thrown) {
      if (!isRefusal(thrown) || enough()) throw thrown;
      await sleep(AGAIN_MS);
    }
  }
}
