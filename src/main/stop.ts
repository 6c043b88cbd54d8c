/** How a process stops: in order where that is possible, and in any case. */
import type { Log } from '../log.ts';

/** How long running steps may go on once Muster is told to stop, ms. */
export const GRACE_MS = 10_000;
/** How long stopping in order may take after that: steps are ended on their hosts, and noted, ms. */
const ORDER_MS = 20_000;

/**
 * Closes everything and ends the process: with 0, or with 1 where closing failed or took too long, as it does while
 * Redis is away. What was open then goes on at the next start, like after a crash.
 */
export async function stopInOrder(
  close: () => Promise<void>,
  log: Log,
  limitMs = GRACE_MS + ORDER_MS,
): Promise<never> {
  const late = setTimeout(() => {
    log.error('stopping took too long; what is open goes on at the next start');
    process.exit(1);
  }, limitMs);
  try {
    await close();
  } catch (err) {
    log.error({ err }, 'could not stop in order; what is open goes on at the next start');
    process.exit(1);
  }
  clearTimeout(late);
  log.info('stopped');
  process.exit(0);
}
