/** Machines that boot over the network. */
import { type Entry, entry } from '../../entry.ts';

export const machines = {
  'machine.unknown': entry(
    (f) => `there is no machine ${f.machine}`,
    () => '/machine list shows what there is.',
  ),
  'machine.file': entry(
    (f) => `${f.file} for ${f.machine} cannot be made: ${f.reason}`,
    (f) => `Mend its template or data, then boot ${f.machine} again.`,
  ),
  'machine.reserved': entry(
    (f) => `${f.file} cannot be given to ${f.machine}: ${f.path} is Muster's own there`,
    (f) => `Give the file ${f.file} another path, or take it out of the profile.`,
  ),
  'machine.hostkey': entry(
    (f) =>
      f.reason === 'open'
        ? `others may read the SSH host key ${f.file}`
        : `the SSH host key ${f.file} is not an ed25519 key`,
    (f) =>
      f.reason === 'open'
        ? `Nobody read it? chmod 600 ${f.file}. Otherwise remove it: the machine gets a new one as it boots next.`
        : `Put the right one back, or remove it: the machine gets a new one as it boots next.`,
  ),
} satisfies Record<string, Entry>;
