/** How machines are switched on and off, and virtual machines. */
import { type Entry, entry } from '../../entry.ts';

export const power = {
  'power.none': entry(
    (f) => `kukaan ei voi kytkeä konetta ${f.machine} päälle tai pois kuin käsin`,
    () => 'Kerro koneen kohdassa power, miten, sitten /reload.',
  ),
} satisfies Record<string, Entry>;
