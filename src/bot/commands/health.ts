/** How healthy everything is, and when nothing is to be told of it. */
import { z } from 'zod';
import { CLOUD } from '../../hubs/health/names.ts';
import { HealthRecord } from '../../jobs/health/record.ts';
import { messages } from '../../messages/messages.ts';
import { Duration, humanTime } from '../../units.ts';
import {
  courseLines,
  healthLine,
  hubLines,
  MARKS,
  reasonLines,
  TARGET,
  targetOf,
  worstSubject,
} from '../answers/health.ts';
import { defineCommand } from '../command.ts';

const Target = z
  .string()
  .max(80)
  .regex(TARGET, { error: () => messages().health.target });

/** A scope that rights can be given on, before it is known whether there is such a thing. */
const scopeOf = (target: string): string[] =>
  target.includes('/') || target === CLOUD ? [target] : [`app/${target}`, `host/${target}`];

const Time = Duration.refine((ms) => ms >= 60_000 && ms <= 30 * 86_400_000, {
  error: () => messages().health.time,
});

export const health = defineCommand({
  name: 'health',
  about: () => messages().commands.health,
  examples: ['health', 'health shop', 'health host/web-1', 'health environment/production'],
  input: z.object({ target: Target.default(CLOUD) }),
  words: ['target'],
  risk: 'read',
  scope: ({ target }) => scopeOf(target),
  async answer({ target: text }, { config, state }) {
    const target = targetOf(config, text);
    const record = new HealthRecord(state);
    const [all, told] = await Promise.all([record.all(), record.told()]);
    const now = Date.now();
    const standing = all[target];
    const slo = target.startsWith('app/') ? config.apps[target.slice('app/'.length)]?.slo : undefined;
    const parts =
      target === CLOUD
        ? Object.entries(all).filter(([name]) => /^(?:app|host|check|environment)\//.test(name))
        : [];
    const worst = standing && worstSubject(standing);
    return {
      text: [
        healthLine(target, standing),
        ...(standing?.maintenance === undefined ? [] : [standing.maintenance]),
        ...hubLines(config, told, now),
        ...(standing ? reasonLines(standing, now) : []),
        ...(standing ? courseLines(standing, slo) : []),
        ...parts
          .sort(
            ([a, { percent: one = 101 }], [b, { percent: other = 101 }]) => one - other || (a < b ? -1 : 1),
          )
          .map(
            ([name, part]) =>
              `${healthLine(name, part)}${part.maintenance === undefined ? '' : ` · ${part.maintenance}`}`,
          ),
        ...(worst === undefined ? [] : [messages().phrases.next({ line: `/why-sick ${worst}` })]),
      ].join('\n'),
    };
  },
});

export const healthMaintenance = defineCommand({
  name: 'health maintenance',
  about: () => messages().commands['health maintenance'],
  examples: ['health maintenance host/web-1 2h new disk', 'health maintenance shop --end'],
  input: z.object({
    target: Target,
    time: Time.prefault('1h'),
    why: z.string().max(200).default(''),
    end: z.boolean().default(false),
  }),
  words: ['target', 'time'],
  rest: 'why',
  risk: 'change',
  scope: ({ target }) => scopeOf(target),
  async answer({ target: text, time, why, end }, { config, state, caller }) {
    const target = targetOf(config, text);
    const record = new HealthRecord(state);
    const words = messages().health;
    if (end)
      return {
        text: (await record.wake(target))
          ? `${MARKS.healthy} ${words.quietOver({ target })}`
          : words.notQuiet({ target }),
      };
    const until = Date.now() + time;
    await record.quieten(target, { until, why: why === '' ? words.noWhy : why, by: caller.person });
    return { text: words.quiet({ target, until: humanTime(new Date(until).toISOString()) }) };
  },
});
