/** The boot server. */
import { type Entry, entry } from '../../entry.ts';

/** Why it cannot listen, by the system's code for it. */
const WHY_NOT: Readonly<Record<string, string>> = {
  EADDRINUSE: 'something else listens there',
  EADDRNOTAVAIL: 'this host has no such address',
};

export const boot = {
  'boot.none': entry(
    () => 'the configuration names no host that machines boot from',
    () => 'Set boot.host, boot.interface and boot.address, then /reload.',
  ),
  'boot.taken': entry(
    (f) => `the boot server cannot listen on ${f.listen}: ${WHY_NOT[`${f.message}`] ?? f.message}`,
    () => 'Mend boot.address or boot.port, or stop what is there; it is tried again and again.',
  ),
  'boot.request': entry(
    (f) => `the boot server did not understand: ${f.problem}`,
    () => 'See docs/boot.md.',
  ),
  'boot.nowhere': entry(
    () => 'the boot server has nothing there',
    () => 'See docs/boot.md.',
  ),
  'boot.method': entry(
    () => 'the boot server does not do that there',
    () => 'See docs/boot.md.',
  ),
  'boot.token': entry(
    () => 'nobody knows a boot of that token',
    () => 'Boot the machine again: it gets a token of its own.',
  ),
  'boot.given': entry(
    () => 'that was given already, and is given once',
    () => 'Boot the machine again.',
  ),
  'boot.guessing': entry(
    () => 'too many tokens that nobody knows come from that address',
    () => 'Wait a minute.',
  ),
  'boot.busy': entry(
    () => 'too many machines fetch at once',
    () => 'Ask again; boot.downloads says how many may.',
  ),
  'boot.loaders': entry(
    (f) => `${f.folder} has no programs of iPXE for machines to load`,
    () =>
      'apt install ipxe, or put undionly.kpxe and snponly.efi into the folder loaders of Muster on that host.',
  ),
  'boot.dnsmasq': entry(
    (f) => `dnsmasq ended: ${f.message}`,
    () =>
      'It is started again; is boot.interface there, and does nothing else give out addresses on this host?',
  ),
  'boot.corrupt': entry(
    (f) => `the library has another content than ${f.sha256}`,
    () => 'Remove that blob from the library, and build or copy its image again: /image list.',
  ),
} satisfies Record<string, Entry>;
