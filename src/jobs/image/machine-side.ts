/** What goes into an image so that its machine boots over the network and calls home: `machine/` of this Muster. */
import { readFileSync } from 'node:fs';
import type { Archived } from '../../archive.ts';
import type { IMAGE_FORMATS } from '../../config/images.ts';
import { ROOT } from '../../root.ts';

const FOLDER = new URL('machine/', ROOT);
const INITRAMFS = 'usr/share/initramfs-tools';
const UNITS = 'usr/lib/systemd/system';

/** Debian packages that an image needs to boot, next to a kernel. */
export const MACHINE_PACKAGES = [
  'busybox',
  'initramfs-tools',
  'passwd',
  'systemd-sysv',
  'udev',
  // The initramfs is packed by it, and unpacks what is in the archive of a root file system.
  'xz-utils',
  'zstd',
] as const;

/** Where a file of `machine/` goes, and its mode. */
const PLACES: [file: string, path: string, mode: number][] = [
  ['calls.sh', 'usr/lib/muster/calls.sh', 0o644],
  ['plan.sh', 'usr/lib/muster/plan.sh', 0o644],
  ['inventory.sh', 'usr/lib/muster/inventory.sh', 0o644],
  ['machine', 'usr/lib/muster/machine', 0o755],
  ['lease', 'usr/lib/muster/lease', 0o755],
  ['initramfs/muster', `${INITRAMFS}/scripts/muster`, 0o644],
  ['initramfs/ramdisk', `${INITRAMFS}/scripts/ramdisk`, 0o644],
  ['initramfs/hook', `${INITRAMFS}/hooks/muster`, 0o755],
  ['initramfs/conf', 'etc/initramfs-tools/conf.d/muster', 0o644],
  ['systemd/generator', 'usr/lib/systemd/system-generators/muster', 0o755],
  ['systemd/muster-configure.service', `${UNITS}/muster-configure.service`, 0o644],
  ['systemd/muster-up.service', `${UNITS}/muster-up.service`, 0o644],
  ['systemd/muster-lease.service', `${UNITS}/muster-lease.service`, 0o644],
];

const WANTED = ['muster-configure.service', 'muster-up.service', 'muster-lease.service'];

/**
 * Files for the root of an image, folders of their own before them. They have to be there before the packages of `MACHINE_PACKAGES` are
 * installed, as the initramfs is made then. `tar.xz` among the formats: the initramfs is to unpack one, which takes half a megabyte more.
 */
export function machineFiles(formats: readonly (typeof IMAGE_FORMATS)[number][]): Archived[] {
  const files = PLACES.map(
    ([file, path, mode]): Archived => ({ path, content: readFileSync(new URL(file, FOLDER)), mode }),
  );
  const links = WANTED.map(
    (unit): Archived => ({
      path: `etc/systemd/system/multi-user.target.wants/${unit}`,
      link: `/${UNITS}/${unit}`,
    }),
  );
  const archive: Archived[] = formats.includes('tar.xz')
    ? [{ path: 'etc/muster/archive', content: '', mode: 0o644 }]
    : [];
  const all = [...files, ...links, ...archive];
  return [...foldersOf(all), ...all];
}

/** The folders above some paths, outermost first. */
function foldersOf(entries: readonly Archived[]): Archived[] {
  const folders = new Set<string>();
  for (const { path } of entries) {
    const parts = path.split('/').slice(0, -1);
    for (const end of parts.keys()) folders.add(parts.slice(0, end + 1).join('/'));
  }
  return [...folders].sort().map((path) => ({ path, folder: true, mode: 0o755 }));
}
