/** Quiet hours, by the clock on the wall of a time zone. Pure. */

/** From and to as `22:00`; over midnight where `to` is the earlier one. */
export interface Quiet {
  from: string;
  to: string;
  zone: string;
}

/** Whether it is quiet at a time, ms since the epoch. When clocks are put forward or back, it is as long as the wall's clock makes it. */
export function isQuiet({ from, to, zone }: Quiet, at: number): boolean {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
  // Swedish times are written as they are compared: 00:00 to 23:59.
  const time = format.format(at);
  return from <= to ? time >= from && time < to : time >= from || time < to;
}
