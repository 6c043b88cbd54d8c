/** The boot server. */
import { type Entry, entry } from '../../entry.ts';

export const boot = {
  'boot.none': entry(
    () => 'the configuration names no host that machines boot from',
    () => 'Set boot.host, then /reload.',
  ),
} satisfies Record<string, Entry>;
