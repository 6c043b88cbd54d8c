/** Forgets a virtual machine that is gone for good: that it is a machine, what it was told to boot, its boots and its host key. No host takes part. */
import { z } from 'zod';
import { messages } from '../../messages/messages.ts';
import { HostName, MachineName } from '../../names.ts';
import { defineStep } from '../step.ts';
import { assign } from './assignment.ts';
import { forgetBoots } from './boots.ts';
import { forgetHostKey } from './host-key.ts';
import type { MachineRecord } from './record.ts';

export const forgetMachine = defineStep({
  name: 'machine.forget',
  lane: 'read',
  input: z.strictObject({
    /** Where it was. */
    host: HostName,
    machine: MachineName,
    /** The address of its card. */
    mac: z.string(),
  }),
  uses: {},
  timeout: '1m',
  title: ({ machine }) => messages().power.steps.forget({ machine }),
  async here({ host, machine, mac }, { beside }) {
    const { machines, images, state, run, direction } = beside;
    if (direction === 'undo') return;
    const summary = messages().machines.audit.removed({ machine });
    let another = false;
    await machines.change(machine, { by: await images.requester(run), run, summary }, (record) => {
      another = record !== undefined && !isThat(record, host, mac);
      return another ? record : undefined;
    });
    // One of that name was added since, which is none of libvirt's there: what is known of boots is of that one.
    if (another) return;
    await assign(state, machine, undefined);
    await forgetBoots(state, machine);
    await forgetHostKey(state, machine);
  },
  run: async () => undefined,
});

/** Somebody may have set another address or another power of it since. */
const isThat = ({ machine }: MachineRecord, host: string, mac: string): boolean =>
  machine.mac.includes(mac) || (machine.power?.kind === 'libvirt' && machine.power.on === host);
