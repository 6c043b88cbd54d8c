/** Waits until somebody keeps a change of a firewall, and tells where nobody did. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { defineStep } from '../step.ts';
import { ChangeInput } from './input.ts';

/** From one look to the next, ms: longer than a connection is kept that nobody uses, as keeping takes a new one. */
const LOOK_MS = 3_000;
/** How long after its time a host that cannot be reached is waited for, ms. */
const GRACE_MS = 60_000;

/** Ends well once it is kept; rejects with `firewall.unkept` where it was taken back. Others may change the host's lane meanwhile. */
export const holdFirewall = defineStep({
  name: 'firewall.hold',
  lane: 'read',
  guards: true,
  input: ChangeInput.pick({ host: true, change: true, keepWithin: true }),
  uses: {},
  timeout: '70m',
  title: ({ host }) => messages().jobs.steps.holdFirewall({ host }),
  async run({ host, change, keepWithin }, { guarding, signal }) {
    const giveUp = performance.now() + keepWithin + GRACE_MS;
    for (;;) {
      await sleep(LOOK_MS, undefined, { signal });
      try {
        const { pending, good, before } = await guarding.show(signal);
        if (pending?.id === change) continue;
        // Another change may have been kept since: a deploy waits for its turn.
        if (good === change || before === change) return;
      } catch (error) {
        // Whom the change locks out cannot look: it is taken back in time.
        if (signal.aborted || performance.now() > giveUp) throw error;
        continue;
      }
      throw new MusterError('firewall.unkept', { host, id: change });
    }
  },
});
