/** How machines are switched on and off, and virtual machines. */
import { type Entry, entry } from '../../entry.ts';

export const power = {
  'power.none': entry(
    (f) => `nobody can switch ${f.machine} on or off but by hand`,
    () => 'Say how, as power of the machine, then /reload.',
  ),
} satisfies Record<string, Entry>;
