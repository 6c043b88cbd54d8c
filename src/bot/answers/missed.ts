/** What is said of a schedule that was due while Muster was down. */
import type { Firing } from '../../jobs/schedule.ts';

export function missedText({ name, schedule, run, missed }: Firing): string {
  if (!missed) return '';
  const { count, first, last } = missed;
  const at = (time: string) => `${time.slice(0, 16).replace('T', ' ')} UTC`;
  const when = count === 1 ? at(first) : `${count} times from ${at(first)} to ${at(last)}`;
  const then = run ? 'I run it once now' : 'I do not run it now';
  const mark = schedule.missed === 'report' ? '✕' : '▲';
  return `${mark} ${name} (${schedule.line}) was due ${when}, and Muster was not running. ${then}.\nNext: /schedule run ${name}`;
}
