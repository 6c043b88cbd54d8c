/** What runs by the clock: four commands over one list. */
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { ScheduleName } from '../../names.ts';
import { humanTime } from '../../units.ts';
import { defineCommand } from '../command.ts';

export const scheduleList = defineCommand({
  name: 'schedule list',
  aliases: ['schedules'],
  summary: 'What runs by the clock, and when next',
  examples: ['schedule list'],
  input: z.object({}),
  risk: 'read',
  scope: () => 'cloud',
  async answer(_, { schedules }) {
    const all = await schedules.list();
    if (all.length === 0)
      return { text: 'Nothing is scheduled. Next: /schedule add nightly "0 2 * * *" /build base' };
    const lines = all.map(
      ({ name, at, zone, line, as, from, next }) =>
        `${name} · ${at} ${zone} · ${line} · as ${as}, ${from} · next ${next ? humanTime(next, zone) : 'never'}`,
    );
    return { text: [...lines, `Next: /schedule run ${all[0]?.name}`].join('\n') };
  },
});

export const scheduleAdd = defineCommand({
  name: 'schedule add',
  summary: 'Run a line by the clock, in your name',
  examples: [
    'schedule add nightly "0 2 * * *" /build base',
    'schedule add monday "30 7 * * 1" --zone Europe/Helsinki /deploy shop',
  ],
  input: z.object({
    name: ScheduleName.describe('its name'),
    at: z.string().describe('when: cron, five fields, in quotes'),
    line: z.string().describe('the line to run'),
    zone: z.string().default('UTC').describe('time zone'),
  }),
  words: ['name', 'at'],
  rest: 'line',
  risk: 'change',
  scope: ({ name }) => `schedule/${name}`,
  async answer({ name, at, line, zone }, { schedules, caller, check }) {
    const problem = check.schedule({ at, zone, line });
    if (problem) throw new MusterError('input.invalid', { problems: problem, help: '/help schedule add' });
    const before = (await schedules.list()).find((known) => known.name === name);
    const added = await schedules.add(name, { at, zone, line, as: caller.person, missed: 'run-once' });
    const next = added.next ? `next at ${humanTime(added.next, zone)}` : 'never';
    const instead = before ? ` It ran ${before.line} at ${before.at} ${before.zone} before.` : '';
    return {
      text: `${name} runs ${line} ${next}.${instead}\nNext: /schedule list, or /schedule remove ${name}`,
    };
  },
});

export const scheduleRemove = defineCommand({
  name: 'schedule remove',
  summary: 'Stop running a line by the clock',
  examples: ['schedule remove nightly'],
  input: z.object({ name: ScheduleName.describe('its name') }),
  words: ['name'],
  risk: 'change',
  scope: ({ name }) => `schedule/${name}`,
  async answer({ name }, { schedules }) {
    await schedules.remove(name);
    return { text: `${name} is gone. See /schedule list` };
  },
});

export const scheduleRun = defineCommand({
  name: 'schedule run',
  summary: 'Run a scheduled line now, in the name it is scheduled in',
  examples: ['schedule run nightly'],
  input: z.object({ name: ScheduleName.describe('its name') }),
  words: ['name'],
  risk: 'change',
  scope: ({ name }) => `schedule/${name}`,
  async answer({ name }, { schedules, runLine, line, caller }) {
    // Otherwise one could start itself for ever.
    if (caller.platform === 'schedule')
      throw new MusterError('input.invalid', { problems: 'a schedule cannot run schedules' });
    const schedule = await schedules.get(name);
    return runLine(line, schedule.line, schedule.as);
  },
});
