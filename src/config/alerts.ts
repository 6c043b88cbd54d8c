/** Who is told of alerts: the shape of `alerts`. */
import { z } from 'zod';
import { SEVERITIES } from '../alarm.ts';
import { messages } from '../messages/messages.ts';
import { ChannelName } from '../names.ts';
import { Duration } from '../units.ts';
import { checked, Glob } from './checked.ts';
import { zoneProblem } from './schedules.ts';

const Time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, { error: () => messages().config.time });

export const QuietHours = z.strictObject({
  from: Time.describe('when they begin, like `"22:00"`'),
  to: Time.describe('when they end, like `"07:00"`; the next day where that is earlier'),
  zone: checked(zoneProblem).default('UTC').describe('time zone, like Europe/Helsinki'),
});

export const AlertRoute = z.strictObject({
  to: z.array(ChannelName).min(1).describe('the channels that are told'),
  severities: z
    .array(z.enum(SEVERITIES, { error: () => messages().config.oneOf({ names: SEVERITIES }) }))
    .min(1)
    .default([...SEVERITIES])
    .describe('of which: `info`, `warning`, `critical`'),
  subjects: z
    .array(Glob)
    .min(1)
    .default(['*', '*/*'])
    .describe('globs over what they are about: `host/web-*`, `platform/telegram`, `manager/*`'),
  delay: Duration.prefault('5s').describe('how long a storm may gather before the first message'),
  quiet: QuietHours.optional().describe(
    'quiet hours, like `{from: "22:00", to: "07:00", zone: Europe/Helsinki}`: only what is critical is told then; the rest comes as one message when they end, unless it is over by then',
  ),
  remind: Duration.optional().describe(
    'how often what is critical is said again until somebody acknowledges it, like `30m`; never by default',
  ),
});

export type AlertRoute = z.output<typeof AlertRoute>;
