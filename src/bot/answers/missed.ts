/** What is said of a schedule that was due while Muster was down. */
import type { Firing } from '../../jobs/schedule.ts';
import { messages } from '../../messages/messages.ts';

export function missedText({ name, schedule, run, missed }: Firing): string {
  if (!missed) return '';
  const { count, first, last } = missed;
  const at = (time: string) => `${time.slice(0, 16).replace('T', ' ')} UTC`;
  const { answers, phrases } = messages();
  const times = { count, first: at(first), last: at(last) };
  const text = answers.schedules.missed({ name, line: schedule.line, ...times, run });
  const mark = schedule.missed === 'report' ? '✕' : '▲';
  return `${mark} ${text}\n${phrases.next({ line: `/schedule run ${name}` })}`;
}
