/** Waits until the stack of a machine that came up runs there: who boots machines, or rolls an image out to them, means what they are for. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { AppName, HostName, MachineName } from '../../names.ts';
import { defineStep } from '../step.ts';
import { bootsOf } from './boots.ts';
import { stackOf } from './stack.ts';

const POLL_MS = 500;
/** How long nobody may look after stacks, ms: a manager that is started anew is there long before. */
const PATIENCE_MS = 3 * 60_000;

/** Rejects with `machine.stack` where it does not start, or nobody looks after it. The run that starts it ends by time-outs of its own. */
export const awaitStack = defineStep({
  name: 'machine.stack',
  lane: 'read',
  input: z.strictObject({
    /** In whose lane it is; any host. */
    host: HostName,
    machine: MachineName,
    app: AppName,
  }),
  uses: {},
  timeout: '3h',
  title: ({ machine, app }) => messages().machines.steps.stack({ machine, app }),
  async here({ machine, app }, { beside: { state, signal, note } }) {
    let seen = performance.now();
    for (;;) {
      const [[last], stack] = await Promise.all([bootsOf(state, machine), stackOf(state, machine)]);
      // Of an earlier boot it says nothing.
      if (stack !== undefined && stack.token === last?.token) {
        const { run, outcome, left } = stack;
        if (outcome === 'well' || stack.app !== app) return;
        // Somebody is told to deploy it, and may take a day.
        if (left === 'hand') return note(messages().machines.stacks.standing.hand({ app, machine }));
        if (outcome === 'ill' || left !== undefined)
          throw new MusterError('machine.stack', { machine, app, ...(run !== undefined && { run }) });
        seen = performance.now();
      } else if (performance.now() - seen > PATIENCE_MS)
        throw new MusterError('machine.stack', { machine, app });
      await sleep(POLL_MS, undefined, { signal });
    }
  },
  run: async () => undefined,
});
