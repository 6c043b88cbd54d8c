/** Jobs, their steps, and what they wait for. */
import { type Entry, entry } from '../../entry.ts';

export const runs = {
  'run.unknown': entry(
    (f) => `there is no job ${f.id}`,
    () => 'See /jobs',
  ),
  'run.ended': entry(
    (f) => `${f.id} ${f.status === 'cancelled' ? 'was' : 'has'} already ${f.status}`,
    (f) => `See /job ${f.id}`,
  ),
  'run.notended': entry(
    (f) => `${f.id} is still ${f.status}`,
    (f) => `Wait for it, or /cancel ${f.id}`,
  ),
  'run.stale': entry(
    (f) => `${f.id} would do what was planned then, which may not be right any more`,
    (f) => `${f.line}`,
  ),
  'step.timeout': entry(
    (f) => `${f.title} took longer than ${f.limit}`,
    () => 'Try again, or look at the host.',
  ),
  'step.interrupted': entry(
    (f) => `${f.title} was cut off by a crash and is not safe to repeat`,
    () => 'Look at the host, then /retry.',
  ),
  'step.unknown': entry(
    (f) => `this version of Muster has no step called ${f.name}`,
    () => 'It was planned by another version: type the command again.',
  ),
  'step.cancelled': entry(
    (f) => `cancelled by ${f.by ?? 'request'}`,
    () => '/retry starts it again.',
  ),
  'schedule.unknown': entry(
    (f) => `there is no schedule called ${f.name}`,
    () => 'See /schedule list',
  ),
  'request.unknown': entry(
    (f) => `nothing called ${f.id} waits for approval`,
    () => 'See the message that asked for it.',
  ),
  'request.decided': entry(
    (f) => `${f.id} was ${f.decision} already${f.by ? ` (${f.by})` : ''}`,
    () => 'Ask again with the same command.',
  ),
  'request.changed': entry(
    (f) => `the plan of ${f.id} is another one now than the one you agreed to`,
    () => 'Look at the newest message about it, and decide again.',
  ),
  'request.notyours': entry(
    (f) => `${f.problem}`,
    (f) => `Who can: ${f.who}.`,
  ),
  'state.unreachable': entry(
    (f) => `Redis does not answer: ${f.message}`,
    () => 'Check REDIS_URL, or the log of the embedded server.',
  ),
  'state.taken': entry(
    (f) => `Muster already runs with the state folder ${f.folder}`,
    () => 'Talk to it with muster say, or start another one with --state DIR.',
  ),
} satisfies Record<string, Entry>;
