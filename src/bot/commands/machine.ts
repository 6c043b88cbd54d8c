/** Machines that boot over the network: which there are, how each stands, and why. */
import { z } from 'zod';
import { inventoryLines } from '../../jobs/machine/alarms.ts';
import { assignmentOf } from '../../jobs/machine/assignment.ts';
import { bootsOf, lastBoots } from '../../jobs/machine/boots.ts';
import { forMachine } from '../../jobs/machine/decide.ts';
import { hostKeyPin } from '../../jobs/machine/host-key.ts';
import { profileOf } from '../../jobs/machine/profile.ts';
import { chosen, type Known, machineOf } from '../../jobs/machine/record.ts';
import { strangersIn } from '../../jobs/machine/strangers.ts';
import { messages } from '../../messages/messages.ts';
import { printable } from '../../shell.ts';
import { humanDuration, humanTime } from '../../units.ts';
import {
  choiceLines,
  MARKS,
  nextLine,
  sceneOf,
  serverLines,
  stageLine,
  standingText,
  Who,
  whyLines,
} from '../answers/machine-boots.ts';
import { stackLines } from '../answers/machine-stacks.ts';
import { machinesIn } from '../answers/machines-known.ts';
import { defineCommand } from '../command.ts';
import type { House } from '../house.ts';

/** The most machines and strangers of a list. */
const MOST = 60;
const MOST_STRANGERS = 10;
/** The boots that are shown of a machine. */
const MOST_BOOTS = 8;

export const machineList = defineCommand({
  name: 'machine list',
  aliases: ['machines'],
  about: () => messages().commands['machine list'],
  examples: ['machine list', 'machine list label:canary'],
  input: z.object({ which: z.array(z.string().max(80)).default([]) }),
  words: ['which'],
  risk: 'read',
  scope: () => 'cloud',
  async answer({ which }, house) {
    const { state, config } = house;
    const all = await machinesIn(house);
    const known = which.length === 0 ? all : chosen(all, which);
    const [boots, strangers] = await Promise.all([lastBoots(state), strangersIn(state)]);
    const { list } = messages().machines;
    const now = Date.now();
    const lines = known.slice(0, MOST).map((one) => {
      const boot = Object.hasOwn(boots, one.name) ? boots[one.name] : undefined;
      const { name: profile } = profileOf(one, config);
      const parts = [one.name, standingText(boot, now), profile ?? '', one.machine.labels.join(', ')];
      return `${boot ? MARKS[boot.outcome] : '○'} ${parts.filter((part) => part !== '').join(' · ')}`;
    });
    const guests = which.length > 0 ? [] : [...strangers.values()].sort((a, b) => b.last - a.last);
    const asked = guests
      .slice(0, MOST_STRANGERS)
      .map(({ mac, firmware, last }) => list.stranger({ mac, firmware, time: humanDuration(now - last) }));
    const rest = known.length - lines.length + guests.length - asked.length;
    const [guest] = guests;
    const line = guest ? `/machine adopt ${guest.mac}` : `/machine show ${known[0]?.name ?? ''}`.trim();
    if (lines.length + asked.length === 0)
      return {
        text: [
          list.none,
          ...serverLines(config),
          messages().phrases.next({ line: '/help machine add' }),
        ].join('\n'),
      };
    return {
      text: [
        ...lines,
        ...asked,
        ...(rest > 0 ? [list.rest({ count: rest })] : []),
        messages().phrases.next({ line }),
      ].join('\n'),
    };
  },
});

export const machineShow = defineCommand({
  name: 'machine show',
  about: () => messages().commands['machine show'],
  examples: ['machine show node-7', 'machine show 52:54:00:12:34:56'],
  input: z.object({ machine: Who }),
  words: ['machine'],
  risk: 'read',
  scope: ({ machine }) => `machine/${machine}`,
  async answer({ machine: who }, house) {
    const all = await machinesIn(house);
    const guest = all.some((one) => isCalled(one, who)) ? undefined : await strangerOf(who, house);
    if (guest) {
      const { list } = messages().machines;
      const time = humanDuration(Date.now() - guest.last);
      const lines = inventoryLines(guest).map(printable);
      const next = messages().phrases.next({ line: `/machine adopt ${guest.mac}` });
      return { text: [list.stranger({ ...guest, time }), ...lines, next].join('\n') };
    }
    const known = machineOf(all, who);
    const { name } = known;
    const boots = await bootsOf(house.state, name);
    const choice = await forMachine(known, undefined, await sceneOf(house, all, [name]));
    const { show } = messages().machines;
    const past = boots.slice(0, MOST_BOOTS).map((boot) => {
      const at = humanTime(new Date(boot.began).toISOString());
      const time = humanDuration((boot.ended ?? Date.now()) - boot.began);
      const version = boot.version ?? '?';
      return show.boot({ at, version, outcome: show.outcomes[boot.outcome], time });
    });
    const [last] = boots;
    return {
      text: [
        ...(await headLines(known, house)),
        ...choiceLines(name, choice),
        ...serverLines(house.config),
        ...(last ? [stageLine(last), ...past] : [show.noBoots]),
        ...(await stackLines(known, last?.token, house)),
        messages().phrases.next({ line: last ? `/machine why ${name}` : nextLine(name, choice) }),
      ].join('\n'),
    };
  },
});

export const machineWhy = defineCommand({
  name: 'machine why',
  about: () => messages().commands['machine why'],
  examples: ['machine why node-7'],
  input: z.object({ machine: Who }),
  words: ['machine'],
  risk: 'read',
  scope: ({ machine }) => `machine/${machine}`,
  async answer({ machine: who }, house) {
    const { name: machine } = machineOf(await machinesIn(house), who);
    const [last] = await bootsOf(house.state, machine);
    const next = messages().phrases.next({
      line: last ? `/machine show ${machine}` : `/machine boot ${machine}`,
    });
    if (!last) return { text: `${messages().machines.why.nothing({ machine })}\n${next}` };
    return { text: [...whyLines(last, Date.now()), next].join('\n') };
  },
});

/** What a machine is, before what it boots. */
async function headLines(
  known: Known,
  { config, state, power }: Pick<House, 'config' | 'state' | 'power'>,
): Promise<string[]> {
  const { name, machine, from, hides } = known;
  const { show, list } = messages().machines;
  const { name: profile } = profileOf(known, config);
  const marks = [
    ...machine.mac.map((value) => show.marks({ what: 'MAC', value })),
    ...(machine.uuid === undefined ? [] : [show.marks({ what: 'UUID', value: machine.uuid })]),
    ...(machine.serial === undefined
      ? []
      : [show.marks({ what: 'serial', value: printable(machine.serial) })]),
  ];
  const [told, pin, stands] = await Promise.all([
    assignmentOf(state, name),
    hostKeyPin(state, name),
    machine.power && power(name, machine),
  ]);
  return [
    [name, show.from[from], profile ?? '', machine.labels.join(', '), machine.address ?? '']
      .filter((part) => part !== '')
      .join(' · '),
    ...(hides ? [show.hides] : []),
    ...(marks.length > 0 ? [marks.join(' · ')] : []),
    ...(pin === undefined ? [] : [show.hostKey({ fingerprint: pin })]),
    ...(machine.power && stands
      ? [list.power({ kind: machine.power.kind, state: messages().power.is[stands] })]
      : []),
    ...(told?.version === undefined ? [] : [show.assigned({ version: told.version, run: told.run })]),
  ];
}

const isCalled = ({ name, machine }: Known, who: string): boolean =>
  name === who || machine.mac.includes(who.toLowerCase());

/** Somebody that asked and that nobody knows, by its MAC address. */
async function strangerOf(who: string, { state }: Pick<House, 'state'>) {
  const mac = who.toLowerCase().replace(/[:.-]/g, '').match(/../g)?.join(':') ?? '';
  return (await strangersIn(state)).get(mac);
}
