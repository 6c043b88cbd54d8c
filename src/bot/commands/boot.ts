/** Boots machines, and says what somebody would boot. */
import { z } from 'zod';
import { FIRMWARES, Mac } from '../../boot.ts';
import { MusterError } from '../../errors.ts';
import { ImageVersion } from '../../image.ts';
import { lasting } from '../../jobs/machine/assignment.ts';
import { decide, forMachine } from '../../jobs/machine/decide.ts';
import { machineOf } from '../../jobs/machine/record.ts';
import { strangersIn } from '../../jobs/machine/strangers.ts';
import { becauseText } from '../../jobs/machine/words.ts';
import { bootHostOf, bootPlan } from '../../jobs/plans/machine.ts';
import { messages } from '../../messages/messages.ts';
import { ImageName, MachineName } from '../../names.ts';
import { choiceLines, nextLine, sceneOf, serverLines, versionOf, Who } from '../answers/machine-boots.ts';
import { machinesIn } from '../answers/machines-known.ts';
import { defineCommand } from '../command.ts';

export const bootPlanned = defineCommand({
  name: 'boot plan',
  about: () => messages().commands['boot plan'],
  examples: ['boot plan node-7', 'boot plan 52:54:00:12:34:56 --firmware efi-arm64'],
  input: z.object({ who: Who, firmware: z.enum(FIRMWARES).optional() }),
  words: ['who'],
  risk: 'read',
  scope: ({ who }) => `machine/${who}`,
  async answer({ who, firmware }, house) {
    const known = await machinesIn(house);
    const mac = Mac.safeParse(who).data;
    if (mac === undefined) {
      const machine = machineOf(known, who);
      const scene = await sceneOf(house, known, [machine.name]);
      const choice = await forMachine(machine, firmware, scene);
      const next = messages().phrases.next({ line: nextLine(machine.name, choice) });
      const lines = [...choiceLines(machine.name, choice), ...serverLines(house.config), next];
      return { text: lines.join('\n') };
    }
    const guest = (await strangersIn(house.state)).get(mac);
    const { uuid, serial } = guest ?? {};
    const asking = { mac, uuid, serial, firmware: firmware ?? 'bios', address: '' } as const;
    const scene = await sceneOf(
      house,
      known,
      known.map(({ name }) => name),
    );
    const choice = await decide(asking, scene);
    const line = 'machine' in choice && choice.machine ? `/machine show ${choice.machine}` : '/machine list';
    const lines = [...choiceLines(mac, choice), ...serverLines(house.config)];
    return { text: [...lines, messages().phrases.next({ line })].join('\n') };
  },
});

export const machineBoot = defineCommand({
  name: 'machine boot',
  about: () => messages().commands['machine boot'],
  examples: [
    'machine boot node-7',
    'machine boot node-7 --image debian-live@2026-11-21.1 --once',
    'machine boot node-7 --dry-run',
  ],
  input: z.object({
    machine: MachineName,
    image: z.union([ImageVersion, ImageName]).optional(),
    once: z.boolean().default(false),
  }),
  words: ['machine'],
  risk: 'change',
  scope: ({ machine }) => `machine/${machine}`,
  async plan({ machine: name, image, once }, house) {
    bootHostOf(house.config);
    const all = await machinesIn(house);
    const known = machineOf(all, name);
    const version = image === undefined ? undefined : await versionOf(image, house);
    if (version !== undefined) return bootPlan(known, { gets: version, version, once }, house.config);
    // Boots that failed count no more, as somebody wants to see it boot; and a version that was for one boot was for another one.
    const now = await sceneOf(house, all, [name]);
    const told = now.assignment(name);
    const assignment = () => told && { since: told.since, run: told.run, version: lasting(told) };
    const scene = { ...now, boots: () => [], assignment };
    const choice = await forMachine(known, undefined, scene);
    if (choice.kind === 'image')
      return bootPlan(known, { gets: choice.bootable.version, once: false }, house.config);
    const why = choice.because.at(-1);
    if (choice.kind === 'local') throw new MusterError('machine.nowhere', { machine: name });
    if (why?.code === 'image.unpromoted') throw new MusterError(why.code, why.facts);
    throw new MusterError('machine.waits', { machine: name, why: why ? becauseText(why) : '' });
  },
});
