/** What runs by the clock: four commands over one list. */
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { ScheduleName } from '../../names.ts';
import { humanTime } from '../../units.ts';
import { defineCommand } from '../command.ts';

export const scheduleList = defineCommand({
  name: 'schedule list',
  aliases: ['schedules'],
  about: () => messages().commands['schedule list'],
  examples: ['schedule list'],
  input: z.object({}),
  risk: 'read',
  scope: () => 'cloud',
  async answer(_, { schedules }) {
    const all = await schedules.list();
    const { answers, phrases } = messages();
    const words = answers.schedules;
    if (all.length === 0)
      return {
        text: `${words.none} ${phrases.next({ line: '/schedule add nightly "0 2 * * *" /build base' })}`,
      };
    const lines = all.map(({ name, at, zone, line, as, from, next }) => {
      const time = next ? humanTime(next, zone) : words.never;
      return words.entry({ name, when: `${at} ${zone}`, line, as, from, next: time });
    });
    return { text: [...lines, phrases.next({ line: `/schedule run ${all[0]?.name}` })].join('\n') };
  },
});

export const scheduleAdd = defineCommand({
  name: 'schedule add',
  about: () => messages().commands['schedule add'],
  examples: [
    'schedule add nightly "0 2 * * *" /build base',
    'schedule add monday "30 7 * * 1" --zone Europe/Helsinki /deploy shop',
  ],
  input: z.object({
    name: ScheduleName,
    at: z.string(),
    line: z.string(),
    zone: z.string().default('UTC'),
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
    const { answers, phrases } = messages();
    const words = answers.schedules;
    const text = words.added({
      name,
      line,
      next: added.next && humanTime(added.next, zone),
      before: before && { line: before.line, when: `${before.at} ${before.zone}` },
    });
    return { text: `${text}\n${phrases.next({ line: words.or({ name }) })}` };
  },
});

export const scheduleRemove = defineCommand({
  name: 'schedule remove',
  about: () => messages().commands['schedule remove'],
  examples: ['schedule remove nightly'],
  input: z.object({ name: ScheduleName }),
  words: ['name'],
  risk: 'change',
  scope: ({ name }) => `schedule/${name}`,
  async answer({ name }, { schedules }) {
    await schedules.remove(name);
    return { text: messages().answers.schedules.gone({ name }) };
  },
});

export const scheduleRun = defineCommand({
  name: 'schedule run',
  about: () => messages().commands['schedule run'],
  examples: ['schedule run nightly'],
  input: z.object({ name: ScheduleName }),
  words: ['name'],
  risk: 'change',
  scope: ({ name }) => `schedule/${name}`,
  async answer({ name }, { schedules, runLine, line, caller }) {
    // Otherwise one could start itself for ever.
    if (caller.platform === 'schedule')
      throw new MusterError('input.invalid', { problems: messages().answers.schedules.noLoop });
    const schedule = await schedules.get(name);
    return runLine(line, schedule.line, schedule.as);
  },
});
