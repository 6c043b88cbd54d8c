/** When a schedule was due: cron expressions on the clock of their time zone. Pure; times in ms since the epoch. */
import { CronExpressionParser } from 'cron-parser';
import type { Schedule } from '../config/config.ts';

/** Every time at which it was due after `since` and up to `until`, oldest first. */
export function* dueTimes(
  { at, zone }: Pick<Schedule, 'at' | 'zone'>,
  since: number,
  until: number,
): Generator<number> {
  const clock = CronExpressionParser.parse(at, { tz: zone, currentDate: new Date(since) });
  for (let time = clock.next().getTime(); time <= until; time = clock.next().getTime()) yield time;
}
