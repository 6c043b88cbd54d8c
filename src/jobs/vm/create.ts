/** Makes a virtual machine: its network, its disk, its definition. It is not switched on. */
import { z } from 'zod';
import { libvirt } from '../../adapters/libvirt/libvirt.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { HostName, MachineName } from '../../names.ts';
import { humanSize } from '../../units.ts';
import { defineStep } from '../step.ts';
import { Build, consoleOf, dropVirtual, folderOf, keepVirtual, virtuals } from './machine.ts';

const Making = z.strictObject({
  host: HostName,
  machine: MachineName,
  build: Build,
});

export const createVirtual = defineStep({
  name: 'vm.create',
  input: Making,
  uses: { libvirt },
  timeout: '5m',
  title: ({ host, machine }) => messages().power.steps.create({ host, machine }),
  async run({ host, machine, build }, { libvirt, root, origin, signal, report }) {
    const there = await libvirt.find(machine, signal);
    // What an earlier start or try of the same making left is gone on with; nothing else is written over.
    if (there && there.owner?.run !== origin)
      throw new MusterError('vm.taken', { host, machine, run: there.owner?.run });
    await libvirt.network(build.network, signal);
    const disk = build.disk === undefined ? undefined : await libvirt.disk(machine, build.disk, signal);
    // Defined last: what is there without it is not half a machine yet.
    await libvirt.define({ ...build, machine, run: origin, disk, console: consoleOf(root, machine) }, signal);
    const { memory, cpus, mac } = build;
    report.note(messages().power.notes.made({ machine, host, memory: humanSize(memory), cpus, mac }));
    return { made: true };
  },
  async undo({ machine }, { libvirt, root, origin }) {
    const there = await libvirt.find(machine);
    // Somebody else's, or made by another run.
    if (there && there.owner?.run !== origin) return undefined;
    await libvirt.remove(machine, folderOf(root, machine));
    return { made: false };
  },
  async record({ host, machine, build }, { made }, state, { origin }) {
    if (made) await keepVirtual(state, machine, { host, build, run: origin });
    else if ((await virtuals(state))[machine]?.run === origin) await dropVirtual(state, machine);
  },
});

/** Removes one with its disk; nobody gets that back. */
export const destroyVirtual = defineStep({
  name: 'vm.destroy',
  input: Making.pick({ host: true, machine: true }),
  uses: { libvirt },
  timeout: '5m',
  title: ({ host, machine }) => messages().power.steps.destroy({ host, machine }),
  async run({ machine }, { libvirt, root, signal }) {
    await libvirt.remove(machine, folderOf(root, machine), signal);
    return {};
  },
  record: ({ machine }, _, state) => dropVirtual(state, machine),
});
