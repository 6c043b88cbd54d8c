/** Virtual machines: made, switched, shown and removed as machines that boot like all others. */
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { consolePlan, createPlan, destroyPlan, listPlan, virtualPowerPlan } from '../../jobs/plans/vm.ts';
import { CONSOLE_LINES } from '../../jobs/vm/look.ts';
import { type Virtual, virtuals } from '../../jobs/vm/machine.ts';
import { messages } from '../../messages/messages.ts';
import { HostName, MachineName, ProfileName } from '../../names.ts';
import { suggest } from '../../suggest.ts';
import { Size } from '../../units.ts';
import { machinesIn } from '../answers/machines-known.ts';
import { defineCommand } from '../command.ts';
import type { House } from '../house.ts';
import { hostOf, profileOf } from '../known.ts';

const scope = ({ machine }: { machine: string }): string => `machine/${machine}`;

/** The virtual machine of a name; rejects with `vm.unknown`. */
async function virtualOf(machine: string, { state }: House): Promise<Virtual> {
  const all = await virtuals(state);
  const found = Object.hasOwn(all, machine) ? all[machine] : undefined;
  if (!found) throw new MusterError('vm.unknown', { machine, near: suggest(machine, Object.keys(all)) });
  return found;
}

export const vmCreate = defineCommand({
  name: 'vm create',
  about: () => messages().commands['vm create'],
  examples: [
    'vm create node-9 --on big-1',
    'vm create node-9 --on big-1 --memory 4GB --cpus 4 --disk 20GB --profile worker',
  ],
  input: z.object({
    machine: MachineName,
    on: HostName,
    memory: Size.prefault('2GB'),
    cpus: z.number().int().min(1).max(255).default(2),
    disk: Size.optional(),
    network: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,62}$/, { error: () => messages().power.config.domain })
      .default('default'),
    firmware: z.enum(['bios', 'uefi']).default('uefi'),
    profile: ProfileName.optional(),
    label: z
      .array(z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, { error: () => messages().config.label }))
      .default([]),
  }),
  words: ['machine'],
  risk: 'change',
  scope: ({ machine, on }) => [`machine/${machine}`, `host/${on}`],
  async plan({ machine, on, memory, label, profile, ...rest }, house) {
    hostOf(house.config, on);
    if (profile !== undefined) profileOf(house.config, profile);
    const least = 64e6;
    if (memory < least) throw new MusterError('vm.small', { machine });
    // Its machine may have been removed: what libvirt has stays until it is destroyed.
    const all = await virtuals(house.state);
    const there = Object.hasOwn(all, machine) ? all[machine] : undefined;
    if (there) throw new MusterError('vm.taken', { host: there.host, machine, run: there.run });
    const wish = { ...rest, machine, host: on, memory, labels: label, profile };
    return createPlan(wish, await machinesIn(house), house.config);
  },
});

export const vmStart = defineCommand({
  name: 'vm start',
  about: () => messages().commands['vm start'],
  examples: ['vm start node-9'],
  input: z.object({ machine: MachineName }),
  words: ['machine'],
  risk: 'change',
  scope,
  async plan({ machine }, house) {
    return virtualPowerPlan(machine, await virtualOf(machine, house), 'on', house.config);
  },
});

export const vmStop = defineCommand({
  name: 'vm stop',
  about: () => messages().commands['vm stop'],
  examples: ['vm stop node-9', 'vm stop node-9 --hard'],
  input: z.object({ machine: MachineName, hard: z.boolean().default(false) }),
  words: ['machine'],
  risk: 'change',
  scope,
  async plan({ machine, hard }, house) {
    return virtualPowerPlan(machine, await virtualOf(machine, house), hard ? 'hard' : 'soft', house.config);
  },
});

export const vmDestroy = defineCommand({
  name: 'vm destroy',
  about: () => messages().commands['vm destroy'],
  examples: ['vm destroy node-9'],
  input: z.object({ machine: MachineName }),
  words: ['machine'],
  risk: 'destroy',
  scope,
  plan: async ({ machine }, house) => destroyPlan(machine, await virtualOf(machine, house)),
});

export const vmList = defineCommand({
  name: 'vm list',
  aliases: ['vms'],
  about: () => messages().commands['vm list'],
  examples: ['vm list', 'vm list --on big-1'],
  input: z.object({ on: HostName.optional() }),
  risk: 'read',
  scope: ({ on }) => (on === undefined ? 'cloud' : `host/${on}`),
  async plan({ on }, { config, state }) {
    if (on !== undefined) hostOf(config, on);
    const all = Object.entries(await virtuals(state)).filter(
      ([, { host }]) => on === undefined || host === on,
    );
    if (all.length === 0) return { text: messages().power.list.none };
    return listPlan(Object.fromEntries(all));
  },
});

export const vmConsole = defineCommand({
  name: 'vm console',
  about: () => messages().commands['vm console'],
  examples: ['vm console node-9', 'vm console node-9 --lines 100'],
  input: z.object({ machine: MachineName, lines: z.number().int().min(1).max(CONSOLE_LINES).default(20) }),
  words: ['machine'],
  risk: 'read',
  scope,
  plan: async ({ machine, lines }, house) => consolePlan(machine, await virtualOf(machine, house), lines),
});
