/** Machines that are added in chats without a file, what is set of them, and those that asked and are taken in. */
import { z } from 'zod';
import { Mac } from '../../boot.ts';
import { Machine } from '../../config/machines.ts';
import { MusterError } from '../../errors.ts';
import { ImageVersion } from '../../image.ts';
import { bootables } from '../../jobs/image/versions.ts';
import { assign, assignmentOf } from '../../jobs/machine/assignment.ts';
import { claimed, knownMachines, type MachineRecord, machineOf } from '../../jobs/machine/record.ts';
import { switchedBy, withSettings } from '../../jobs/machine/setting.ts';
import { proposedName, strangersIn } from '../../jobs/machine/strangers.ts';
import { messages } from '../../messages/messages.ts';
import { ImageName, MachineName, ProfileName } from '../../names.ts';
import { machinesIn } from '../answers/machines-known.ts';
import { defineCommand, type Reply } from '../command.ts';
import type { House } from '../house.ts';
import { hostOf, imageOf, profileOf } from '../known.ts';

const scope = ({ machine }: { machine: string }): string => `machine/${machine}`;
const Image = z.union([ImageVersion, ImageName]);

export const machineAdd = defineCommand({
  name: 'machine add',
  about: () => messages().commands['machine add'],
  examples: [
    'machine add node-8 --mac 52:54:00:12:34:57 --profile worker',
    'machine add node-9 --uuid 4c4c4544-0042-3510-8054-b4c04f4e3232 --label canary',
  ],
  input: z.object({
    machine: MachineName,
    mac: z.array(Mac).default([]),
    uuid: z.string().optional(),
    serial: z.string().optional(),
    label: z.array(z.string()).default([]),
    profile: ProfileName.optional(),
    image: Image.optional(),
    address: z.string().optional(),
  }),
  words: ['machine'],
  risk: 'change',
  scope,
  async answer({ machine: name, label: labels, ...marks }, house) {
    const machine = valid({ labels, ...marks }, '/help machine add');
    if (machine.mac.length === 0 && machine.uuid === undefined && machine.serial === undefined)
      throw new MusterError('input.invalid', {
        problems: messages().machines.config.marks,
        help: '/help machine add',
      });
    return enter(name, machine, house);
  },
});

export const machineAdopt = defineCommand({
  name: 'machine adopt',
  about: () => messages().commands['machine adopt'],
  examples: [
    'machine adopt 52-54-00-12-34-56 --name node-8',
    'machine adopt 52:54:00:12:34:56 --profile worker',
  ],
  input: z.object({
    mac: Mac,
    name: MachineName.optional(),
    label: z.array(z.string()).default([]),
    profile: ProfileName.optional(),
  }),
  words: ['mac'],
  risk: 'change',
  scope: ({ mac, name }) => scope({ machine: name ?? proposedName(mac) }),
  async answer({ mac, name = proposedName(mac), label: labels, profile }, house) {
    if (!(await strangersIn(house.state)).has(mac)) {
      const owner = (await machinesIn(house)).find(({ machine }) => machine.mac.includes(mac));
      if (owner) throw new MusterError('machine.claimed', { what: mac, owner: owner.name });
      throw new MusterError('machine.stranger', { mac });
    }
    // What else it says of itself is a stranger's words: it is known by the address by which it asked.
    return enter(name, valid({ mac: [mac], labels, profile }, '/help machine adopt'), house);
  },
});

export const machineSet = defineCommand({
  name: 'machine set',
  about: () => messages().commands['machine set'],
  examples: [
    'machine set node-7 image=debian-live',
    'machine set node-7 image=debian-live@2026-11-21.1',
    'machine set node-7 profile=worker labels=canary,rack-2',
    'machine set node-7 power=wake',
  ],
  input: z.object({ machine: MachineName, settings: z.array(z.string().max(1_000)).min(1) }),
  words: ['machine', 'settings'],
  risk: 'change',
  scope: ({ machine, settings }) => [scope({ machine }), ...switchedBy(settings).map((on) => `host/${on}`)],
  async answer({ machine: name, settings }, house) {
    const { config, state, machines, caller, line } = house;
    const known = machineOf(await machinesIn(house), name);
    const what = settings.join(' ');
    const [only = ''] = settings;
    const image =
      settings.length === 1 && only.startsWith('image=') ? only.slice('image='.length) : undefined;
    if (known.from === 'config') {
      // Which version it boots is no matter of files: roll-outs say that, too.
      if (image === undefined) throw new MusterError('machine.configured', { machine: name });
      return assigned(name, image, house);
    }
    const machine = withSettings(known.machine, settings);
    await demandNamed(machine, house);
    await machines.change(
      name,
      { by: caller, summary: messages().machines.audit.set({ machine: name, what }), run: line },
      (record, all) => {
        if (!record) throw new MusterError('machine.unknown', { machine: name });
        demandFree(name, machine, knownMachines(config, all));
        return { ...record, machine };
      },
    );
    // What was assigned would hide what is said here.
    if (image !== undefined && (await assignmentOf(state, name))) await assign(state, name, undefined);
    return {
      text: `● ${messages().machines.answers.set({ machine: name, what })}\n${next(`/boot plan ${name}`)}`,
    };
  },
});

export const machineRemove = defineCommand({
  name: 'machine remove',
  about: () => messages().commands['machine remove'],
  examples: ['machine remove node-7'],
  input: z.object({ machine: MachineName }),
  words: ['machine'],
  risk: 'change',
  scope,
  async answer({ machine: name }, house) {
    const { machines, caller, state, runs, line } = house;
    const known = machineOf(await machinesIn(house), name);
    if (known.from === 'config' && !known.hides)
      throw new MusterError('machine.configured', { machine: name });
    const busy = (await runs.open()).find(({ plan }) => plan.locks.includes(scope({ machine: name })));
    if (busy) throw new MusterError('machine.used', { machine: name, run: busy.id });
    const deed = { by: caller, summary: messages().machines.audit.removed({ machine: name }), run: line };
    await machines.change(name, deed, () => undefined);
    if (known.from === 'chat') await assign(state, name, undefined);
    return { text: `● ${messages().machines.answers.removed({ machine: name })}\n${next('/machine list')}` };
  },
});

/** Adds a machine that is valid and nobody else's; the same line again does so once. */
async function enter(name: string, machine: Machine, house: House): Promise<Reply> {
  const { config, machines, caller, line } = house;
  await demandNamed(machine, house);
  if (Object.hasOwn(config.machines, name)) throw new MusterError('machine.configured', { machine: name });
  const { audit, answers } = messages().machines;
  const record: MachineRecord = { machine, by: caller.person, added: new Date().toISOString() };
  await machines.change(
    name,
    { by: caller, summary: audit.added({ machine: name }), run: line },
    (before, all) => {
      if (before && JSON.stringify(before.machine) === JSON.stringify(machine)) return before;
      if (before) throw new MusterError('machine.known', { machine: name });
      demandFree(name, machine, knownMachines(config, all));
      return record;
    },
  );
  return { text: `● ${answers.added({ machine: name })}\n${next(`/boot plan ${name}`)}` };
}

/** What a machine of a file is to boot; the name of an image is what the file says. */
async function assigned(name: string, image: string, { state, line }: House): Promise<Reply> {
  const { answers } = messages().machines;
  const version = ImageVersion.safeParse(image).data;
  if (version === undefined) {
    if (image !== '' && !ImageName.safeParse(image).success)
      throw new MusterError('machine.setting', { text: `image=${image}`, message: messages().names.version });
    await assign(state, name, undefined);
    return { text: `● ${answers.follows({ machine: name })}\n${next(`/boot plan ${name}`)}` };
  }
  await demandBootable(version, state);
  await assign(state, name, { version, since: Date.now(), run: line });
  return { text: `● ${answers.set({ machine: name, what: version })}\n${next(`/machine boot ${name}`)}` };
}

/** Rejects where there is no such profile, image, version of one, or host that is to switch it. */
async function demandNamed({ profile, image, power }: Machine, { config, state }: House): Promise<void> {
  if (power?.kind === 'libvirt') hostOf(config, power.on);
  if (profile !== undefined) profileOf(config, profile);
  const version = ImageVersion.safeParse(image).data;
  if (image !== undefined) imageOf(config, image.split('@')[0]!);
  if (version !== undefined) await demandBootable(version, state);
}

/** Rejects with `image.unknown` where machines cannot be given a version. */
async function demandBootable(version: ImageVersion, state: House['state']): Promise<void> {
  if (!(await bootables(state).bootable(version))) throw new MusterError('image.unknown', { version });
}

/** Rejects with `machine.claimed` where another machine has its address, UUID or serial number. */
function demandFree(name: string, machine: Machine, known: Parameters<typeof claimed>[0]): void {
  const taken = claimed(known, name, machine);
  if (taken) throw new MusterError('machine.claimed', taken);
}

/** A machine as it would stand in a file; rejects with `input.invalid`. */
function valid(raw: object, help: string): Machine {
  const { data, error } = Machine.safeParse(raw);
  if (data) return data;
  const problems = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new MusterError('input.invalid', { problems, help });
}

const next = (line: string): string => messages().phrases.next({ line });
