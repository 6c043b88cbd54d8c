/** Adds a machine that a run has made, as somebody does in a chat: the entry and its audit record are one transaction. No host takes part. */
import { z } from 'zod';
import { Machine } from '../../config/machines.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { HostName, MachineName } from '../../names.ts';
import { defineStep } from '../step.ts';
import { claimed, knownMachines, type MachineRecord } from './record.ts';

export const enterMachine = defineStep({
  name: 'machine.enter',
  lane: 'read',
  input: z.strictObject({
    host: HostName,
    machine: MachineName,
    /** What it is to be when it boots. */
    entry: Machine,
  }),
  uses: {},
  timeout: '1m',
  title: ({ machine }) => messages().power.steps.enter({ machine }),
  async here({ machine, entry }, { beside }) {
    const { machines, images, config, run, direction } = beside;
    const { added, removed } = messages().machines.audit;
    const by = await images.requester(run);
    const isThis = (record: MachineRecord | undefined) =>
      JSON.stringify(record?.machine) === JSON.stringify(entry);
    // What somebody has made of it meanwhile is theirs.
    if (direction === 'undo')
      return machines.change(machine, { by, run, summary: removed({ machine }) }, (record) =>
        isThis(record) ? undefined : record,
      );
    await machines.change(machine, { by, run, summary: added({ machine }) }, (record, all) => {
      if (isThis(record)) return record;
      if (record || Object.hasOwn(config.machines, machine)) throw new MusterError('vm.known', { machine });
      const taken = claimed(knownMachines(config, all), machine, entry);
      if (taken) throw new MusterError('machine.claimed', taken);
      return { machine: entry, by: by.person, added: new Date().toISOString() };
    });
  },
  run: async () => undefined,
});
