/** Machines that boot over the network. */
import { type Entry, entry } from '../../entry.ts';

export const machines = {
  'machine.unknown': entry(
    (f) => `there is no machine ${f.machine}`,
    () => '/machine list shows what there is.',
  ),
} satisfies Record<string, Entry>;
