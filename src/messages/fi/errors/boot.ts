/** The boot server. */
import { type Entry, entry } from '../../entry.ts';

export const boot = {
  'boot.none': entry(
    () => 'asetuksissa ei ole palvelinta, josta koneet käynnistyvät',
    () => 'Aseta boot.host, sitten /reload.',
  ),
} satisfies Record<string, Entry>;
