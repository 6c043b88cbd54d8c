/** Has a host take over the files that this run has written there, and waits until it is well with them. */
import { hostFiles } from '../../adapters/host-files/host-files.ts';
import { messages } from '../../messages/messages.ts';
import { defineStep } from '../step.ts';
import { healthy, takeOver } from './effect.ts';
import { Deliveries, type Delivery } from './input.ts';
import { Records } from './records.ts';

export const applyFiles = defineStep({
  name: 'files.apply',
  input: Deliveries,
  uses: { hostFiles },
  timeout: '1h',
  title: ({ host, files }) => messages().files.steps.apply({ host, names: files.map(({ file }) => file) }),
  async run({ files }, context) {
    const records = new Records(context.hostFiles, context.root);
    const changed: Delivery[] = [];
    for (const file of files) if ((await records.of(file.path, context.run)).before) changed.push(file);
    await takeOver(changed, context);
    await healthy(changed, context);
  },
});
