/** Has a run wait for the containers of an app on a host, until they have their files in force. */
import { z } from 'zod';
import { messages } from '../../messages/messages.ts';
import { AppName, HostName } from '../../names.ts';
import { defineStep } from '../step.ts';
import { inForce } from './in-force.ts';

export const deliverFiles = defineStep({
  name: 'files.deliver',
  lane: 'read',
  input: z.strictObject({
    host: HostName,
    app: AppName,
    /** How long it may take, ms. */
    within: z.number().int().positive(),
  }),
  uses: {},
  timeout: '1h',
  title: ({ host, app }) => messages().files.steps.deliver({ host, app }),
  async brief({ host, app, within }, beside) {
    if (beside.direction === 'do') await inForce({ app, host }, within, beside);
    return undefined;
  },
  run: async () => ({}),
});
