/** The command lines that make of a root file system (tar) what machines and containers take. The same bytes in give the same bytes out, however many processors there are. */

/** Programs that read one file and write another get both from the shell; nothing of them is part of its text. */
const THROUGH = 'in=$1 out=$2; shift 2; exec "$@" <"$in" >"$out"';
const FROM = 'in=$1; shift; exec "$@" <"$in"';

/** More takes five times as long for five percent. */
const LEVEL = '9';

/** mksquashfs(1): zstd, which every kernel since 4.14 reads. `epoch`, in the environment, is the age of what is younger. */
export const squashfsArgv = (tar: string, target: string): string[] => [
  ...['sh', '-c', FROM, 'sh', tar],
  ...squashfsFromArgv(target),
];

/** The same of an archive on standard input. */
export const squashfsFromArgv = (target: string): string[] => [
  ...['mksquashfs', '-', target, '-tar', '-noappend', '-no-progress', '-quiet'],
  // The archive's own entry for `/` is passed over.
  ...[
    '-root-mode',
    '0755',
    '-root-uid',
    '0',
    '-root-gid',
    '0',
    '-comp',
    'zstd',
    '-Xcompression-level',
    LEVEL,
  ],
];

/** xz(1): blocks of one size on all processors; with one, too, where it would otherwise write a single block. */
export const xzArgv = (tar: string, target: string): string[] => [
  ...['sh', '-c', THROUGH, 'sh', tar, target],
  ...['xz', '--compress', '--stdout', '--threads=+0', '--block-size=16MiB', '--check=crc64', '-6'],
];

/** gzip(1), without a name or a time: every `docker import` reads it. */
export const gzipArgv = (tar: string, target: string): string[] => [
  ...['sh', '-c', THROUGH, 'sh', tar, target, 'gzip', '--no-name', '-6'],
];

/** What mksquashfs says of every archive of mmdebstrap, and that nobody has to know. */
export const isNoise = (line: string): boolean =>
  /^(?:Empty tar filename after|Unrecognised tar xattr prefix system\.posix_acl_)/.test(line);
