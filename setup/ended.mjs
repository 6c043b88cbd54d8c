/**
 * Loaded into each process of `npm test`: what tests leave open would keep it, and the whole run, for ever. It says what that is,
 * and ends the process as failed.
 */
import { after, afterEach, beforeEach } from 'node:test';

/** How long a process may go on without a test, once all that were known have ended, ms. */
const REST_MS = 60_000;

if (process.env.NODE_TEST_CONTEXT !== undefined && process.argv[1]?.includes('.test.')) {
  let running = 0;
  let last = performance.now();
  const look = () => {
    if (running > 0 || performance.now() - last < REST_MS) return;
    process.stderr.write(`left open after the tests: ${process.getActiveResourcesInfo().join(', ')}\n`);
    process.exit(1);
  };
  beforeEach(() => {
    running += 1;
  });
  afterEach(() => {
    running -= 1;
    last = performance.now();
  });
  // A file that awaits something between its tests comes here more than once, or too early: hence the rest.
  after(() => {
    last = performance.now();
    setInterval(look, 1_000).unref();
  });
}
