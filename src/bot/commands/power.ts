/** Switches machines on and off. */
import { z } from 'zod';
import { machineOf } from '../../jobs/machine/record.ts';
import { powerPlan } from '../../jobs/plans/vm.ts';
import { messages } from '../../messages/messages.ts';
import { MachineName } from '../../names.ts';
import { machinesIn } from '../answers/machines-known.ts';
import { defineCommand } from '../command.ts';

export const machinePower = defineCommand({
  name: 'machine power',
  about: () => messages().commands['machine power'],
  examples: ['machine power node-7 status', 'machine power node-7 on', 'machine power node-7 off --hard'],
  input: z.object({
    machine: MachineName,
    deed: z.enum(['status', 'on', 'off', 'cycle']),
    hard: z.boolean().default(false),
  }),
  words: ['machine', 'deed'],
  risk: 'change',
  scope: ({ machine }) => `machine/${machine}`,
  async plan({ machine, deed, hard }, house) {
    const known = machineOf(await machinesIn(house), machine);
    return powerPlan(known, deed === 'off' ? (hard ? 'hard' : 'soft') : deed, house.config);
  },
});
