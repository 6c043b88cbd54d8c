/** How healthy things are, as `/health` tells it. */
import { z } from 'zod';
import { STALE_MS, targetOf } from '../bot/answers/health.ts';
import { health as asked } from '../bot/commands/health.ts';
import { CLOUD } from '../hubs/health/names.ts';
import type { Standing } from '../hubs/health/standing.ts';
import { HealthRecord } from '../jobs/health/record.ts';
import { messages } from '../messages/messages.ts';
import { defineRoute } from './route.ts';

const PART = /^(?:app|host|check|environment)\//;

export const health = defineRoute({
  path: '/v1/health',
  about: () => messages().api.health,
  parameters: z.strictObject({ target: asked.input.shape.target as z.ZodType<string> }),
  command: asked.name,
  scope: (input) => asked.scope(input),
  async answer({ target: text }, { config, state, scrubber }) {
    const target = targetOf(config, text);
    const record = new HealthRecord(state);
    const [all, told] = await Promise.all([record.all(), record.told()]);
    const standing = all[target];
    const slo = target.startsWith('app/') ? config.apps[target.slice('app/'.length)]?.slo : undefined;
    const parts = Object.entries(all).filter(([name]) => target === CLOUD && PART.test(name));
    const object = {
      target,
      /** When the hub last told anything, and whether that is too long ago to count on. */
      told: told === undefined ? null : timeOf(told),
      stale: told === undefined || Date.now() - told > STALE_MS,
      ...(standing ? stated(standing) : { state: 'unknown' }),
      ...(slo !== undefined && { slo }),
      ...(target === CLOUD && {
        parts: Object.fromEntries(parts.map(([name, part]) => [name, brief(part)])),
      }),
    };
    return { object: scrubber.data(object) };
  },
});

const timeOf = (ms: number): string => new Date(ms).toISOString();

const brief = ({ state, percent, maintenance }: Standing) => ({ state, percent, maintenance });

const stated = ({ since, reasons, chart, uptime, ...standing }: Standing) => ({
  ...brief(standing as Standing),
  since: timeOf(since),
  reasons: reasons.map((reason) => ({ ...reason, since: timeOf(reason.since) })),
  chart,
  uptime,
});
