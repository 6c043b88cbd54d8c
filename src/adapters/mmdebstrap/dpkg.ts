/** What dpkg is told of an image: what it leaves out, and that nothing of a build has to survive a crash. Pure. */
import { quote } from '../../shell.ts';

/** For dpkg: no manuals, no translations, no documentation but copyright. */
export const WITHOUT_DOCUMENTATION: readonly string[] = [
  'path-exclude=/usr/share/doc/*',
  'path-include=/usr/share/doc/*/copyright',
  'path-exclude=/usr/share/man/*',
  'path-exclude=/usr/share/info/*',
  'path-exclude=/usr/share/locale/*',
  'path-include=/usr/share/locale/locale.alias',
];

const DPKG = '/etc/dpkg/dpkg.cfg.d';

/**
 * What dpkg is told in the image. Not by `--dpkgopt`, for which mmdebstrap passes all that it unpacks through a slow filter; nor does dpkg
 * wait for the disk after each file of what is thrown away where anything goes wrong.
 */
export const dpkgTold = (options: readonly string[]): string =>
  [
    `mkdir -p "$1${DPKG}"`,
    `echo force-unsafe-io >"$1${DPKG}/99muster-build"`,
    ...(options.length === 0 ? [] : [`printf '%s\\n' ${options.map(quote).join(' ')} >"$1${DPKG}/99muster"`]),
  ].join(' && ');

/** Removes what the essential packages brought that dpkg would have left out: they are unpacked without it. Its patterns are those of find(1). */
export function leftOut(options: readonly string[]): string[] {
  const patterns = (kind: string) =>
    options.flatMap((option) => (option.startsWith(`${kind}=`) ? [option.slice(kind.length + 1)] : []));
  const [excluded, included] = [patterns('path-exclude'), patterns('path-include')];
  if (excluded.length === 0) return [];
  const any = excluded.map((pattern) => `-path ${quote(pattern)}`).join(' -o ');
  const but = included.map((pattern) => `! -path ${quote(pattern)}`).join(' ');
  return [`chroot "$1" find / -xdev -depth '(' ${any} ')' ${but} '(' ! -type d -o -empty ')' -delete`];
}

/** Takes back what was told for the build alone. */
export const notTold = (): string => `rm -f "$1${DPKG}/99muster-build"`;
