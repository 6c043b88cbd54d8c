/** When a schedule was due. Pure; times in ms since the epoch. */
import type { Schedule } from '../config/config.ts';
import { cronClock } from '../cron.ts';

/** Every time at which it was due after `since` and up to `until`, oldest first. */
export function* dueTimes(
  { at, zone }: Pick<Schedule, 'at' | 'zone'>,
  since: number,
  until: number,
): Generator<number> {
  const next = cronClock(at, zone);
  for (let time = next(since); time !== undefined && time <= until; time = next(time)) yield time;
}
