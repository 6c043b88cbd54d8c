/** Cron expressions (crontab(5), five fields) on the clock of a time zone. Pure; times in ms since the epoch. */
import { Cron } from 'croner';

/**
 * When an expression is due next after a time; undefined for never again. A time of day that the clock skips is due when
 * it has been skipped, one that comes twice is due the first time; what goes by the minute or the hour goes on as it does.
 * Throws where the expression or the zone (of the IANA database) is none.
 */
export function cronClock(at: string, zone: string): (after: number) => number | undefined {
  const cron = new Cron(at, { timezone: zone, mode: '5-part', paused: true });
  return (after) => cron.nextRun(new Date(after))?.getTime();
}
