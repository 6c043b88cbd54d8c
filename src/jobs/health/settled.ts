/** Waits until a host is healthy after it came up anew: looked up beside Redis, as the health hub tells it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { HostName } from '../../names.ts';
import { defineStep } from '../step.ts';
import { HealthRecord } from './record.ts';

/** How long it may take to get healthy, and the hub to look at it anew, ms. */
const PATIENCE_MS = 3 * 60_000;
const FRESH_MS = 20_000;
const POLL_MS = 1_000;

/** Fine where the hub knows nothing of it: then nobody watches it. */
export const settledHealth = defineStep({
  name: 'health.settled',
  lane: 'read',
  input: z.strictObject({
    /** In whose lane it is; any host. */
    host: HostName,
    /** The host that is to be healthy. */
    subject: HostName,
  }),
  uses: {},
  timeout: '10m',
  title: ({ subject }) => messages().machines.steps.healthy({ host: subject }),
  async here({ subject }, { beside: { state }, signal }) {
    const record = new HealthRecord(state);
    const began = Date.now();
    for (;;) {
      const standing = await record.get(`host/${subject}`);
      if (!standing) return;
      const waited = Date.now() - began;
      // What it was before it went down is not yet how it is now.
      const well = standing.state === 'healthy' || standing.state === 'degraded';
      if (well && (standing.since >= began || waited > FRESH_MS)) return;
      if (waited > PATIENCE_MS)
        throw new MusterError('machine.unhealthy', { host: subject, state: standing.state });
      await sleep(POLL_MS, undefined, { signal });
    }
  },
  run: async () => undefined,
});
