/**
 * When schedules ought to be due, reckoned from `Intl` alone, minute by minute: slow, plain, and nothing of what Muster
 * reckons with. Times in ms since the epoch.
 */

const MINUTE_MS = 60_000;

export interface Timetable {
  /** Minutes of the hour. */
  minutes: readonly number[];
  /** Hours of the day; absent for all. With them it is due by the time of day, otherwise as time goes by. */
  hours?: readonly number[];
  /** Days of the week, 0 for Sunday; absent for all. */
  weekdays?: readonly number[];
  /** Days of the month; absent for all. */
  days?: readonly number[];
}

const DAY = 24 * 60;

/** Every time after `since` and up to `until`. A time of day that the clock skips is due right after the gap; one that comes twice is due the first time. */
export function timesOf(timetable: Timetable, zone: string, since: number, until: number): number[] {
  const wall = wallClock(zone);
  const times: number[] = [];
  const seen = new Set<number>();
  const from = since - DAY * MINUTE_MS;
  let before = wall(from) - 1;
  for (let time = from; time <= until; time += MINUTE_MS) {
    const now = wall(time);
    // With hours it goes by the clock on the wall: what that jumps over is due now, and nothing is due twice.
    const first = timetable.hours ? Math.min(before + 1, now) : now;
    for (let minute = first; minute <= now; minute += 1) {
      if (!matches(timetable, minute) || (timetable.hours && seen.has(minute))) continue;
      seen.add(minute);
      if (time > since) times.push(time);
    }
    before = now;
  }
  return times;
}

/** `minute` is counted since 1970 by the clock on the wall. */
function matches({ minutes, hours, weekdays, days }: Timetable, minute: number): boolean {
  const day = Math.floor(minute / DAY);
  return (
    minutes.includes(minute % 60) &&
    (hours?.includes(Math.floor(minute / 60) % 24) ?? true) &&
    // 1970 began with a Thursday.
    (weekdays?.includes((day + 4) % 7) ?? true) &&
    (days?.includes(new Date(day * DAY * MINUTE_MS).getUTCDate()) ?? true)
  );
}

/** The clock on the wall of a zone, in minutes since 1970; its distance from UTC is asked for each quarter of an hour. */
function wallClock(zone: string): (time: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const quarterMs = 15 * MINUTE_MS;
  let quarter = Number.NaN;
  let offset = 0;
  return (time) => {
    if (Math.floor(time / quarterMs) !== quarter) {
      quarter = Math.floor(time / quarterMs);
      const told = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(format.format(quarter * quarterMs));
      const [, sign = '+', hours = '0', minutes = '0'] = told ?? [];
      offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
    }
    return Math.floor(time / MINUTE_MS) + offset;
  };
}
