/** Forgets what is known of a machine that is gone for good: what it was told to boot, and its boots. No host takes part. */
import { z } from 'zod';
import { messages } from '../../messages/messages.ts';
import { HostName, MachineName } from '../../names.ts';
import { defineStep } from '../step.ts';
import { assign } from './assignment.ts';
import { forgetBoots } from './boots.ts';

export const forgetMachine = defineStep({
  name: 'machine.forget',
  input: z.strictObject({ host: HostName, machine: MachineName }),
  uses: {},
  timeout: '1m',
  title: ({ machine }) => messages().power.steps.forget({ machine }),
  async brief({ machine }, { state, direction }) {
    if (direction === 'do') {
      await assign(state, machine, undefined);
      await forgetBoots(state, machine);
    }
    return undefined;
  },
  run: async () => undefined,
});
