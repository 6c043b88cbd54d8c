/** What is wrong with a schedule, in words: for the configuration and for `/schedule add`. */
import { cronClock } from '../cron.ts';
import { messages } from '../messages/messages.ts';

/** Why a cron expression is bad; undefined for a good one. Five fields (crontab(5)), with a next time to come. */
export function cronProblem(at: string): string | undefined {
  if (at.trim().split(/\s+/).length !== 5) return messages().names.schedules.fields;
  try {
    return cronClock(at, 'UTC')(Date.now()) === undefined ? messages().names.schedules.never : undefined;
  } catch (error) {
    const message = (error as Error).message.replace(/^CronPattern: /, '');
    return messages().names.schedules.notCron({ message });
  }
}

/** Why a time zone is bad; undefined for one of the IANA database. */
export function zoneProblem(zone: string): string | undefined {
  const bad = messages().names.schedules.zone;
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(zone)) return bad;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return undefined;
  } catch {
    return bad;
  }
}

/** Why a line cannot be a command; undefined where it may be one (which command exists is not known here). */
export function lineProblem(line: string): string | undefined {
  if (/[\r\n]/.test(line)) return messages().names.schedules.oneLine;
  if (!/^\s*\/?[A-Za-z][A-Za-z0-9-]*(?:\s|$)/.test(line)) return messages().names.schedules.noCommand;
  return undefined;
}

/** The first thing that is wrong with a schedule; undefined for a good one. */
export function checkSchedule(schedule: { at: string; zone: string; line: string }): string | undefined {
  return cronProblem(schedule.at) ?? zoneProblem(schedule.zone) ?? lineProblem(schedule.line);
}
