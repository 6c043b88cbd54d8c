/** Machines that boot over the network. */
import { type Entry, entry } from '../../entry.ts';

export const machines = {
  'machine.unknown': entry(
    (f) => `konetta ${f.machine} ei ole`,
    () => '/machine list näyttää, mitä on.',
  ),
} satisfies Record<string, Entry>;
