/** The log hub's store. */
import { type Entry, entry } from '../../entry.ts';

export const logs = {
  'sink.failed': entry(
    (f) => `what takes logs did not: ${f.message}`,
    () => 'It is tried again by itself; see whether its address and token in logSinks are right.',
  ),
  'logs.full': entry(
    () => 'the disk of the log hub takes no more',
    () =>
      'Free some space where the hub runs, or let it keep less (logs: size, age). Senders hold their lines until then.',
  ),
  'logs.busy': entry(
    (f) => `the log hub has too much of ${f.source} to write already`,
    () => 'Send it again in a moment.',
  ),
  'logs.forged': entry(
    (f) => `${f.source} counts its lines in a way that cannot be: ${f.seq} after ${f.next}`,
    () => 'A line of a log has the number after the one before it.',
  ),
  'logs.pattern': entry(
    (f) => (f.slow ? `looking for ${f.pattern} takes too long` : `${f.pattern} is no regular expression`),
    (f) =>
      f.slow
        ? 'Avoid repeats of repeats like (a+)+, or look for a plain text.'
        : 'Mend it, or look for a plain text.',
  ),
  'logs.taken': entry(
    (f) => `another hub (process ${f.pid}) keeps its logs in ${f.folder}`,
    () => 'Stop it, or give this one a folder of its own.',
  ),
} satisfies Record<string, Entry>;
