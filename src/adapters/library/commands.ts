/** The programs that keep a library of images on a host: coreutils(1) and findutils. Every path is absolute. */
import { dirname } from 'node:path/posix';

/** Prints the SHA-256 of a file. */
export const sumArgv = (path: string): string[] => ['sha256sum', '--', path];

export const sizeArgv = (path: string): string[] => ['stat', '--format=%s', '--', path];

export const readArgv = (path: string): string[] => ['cat', '--', path];

/** Makes a folder that everybody may look into: what is in there is given to machines without asking. */
export const folderArgv = (path: string): string[] => ['mkdir', '--parents', '--', path];

/** Makes an empty file of mode 0644, whatever the umask. */
export const emptyArgv = (path: string): string[] => ['install', '--mode=644', '--', '/dev/null', path];

/** Writes standard input to a file that is there, down to the disk. */
export const fillArgv = (path: string): string[] => [
  'dd',
  `of=${path}`,
  'bs=1M',
  'iflag=fullblock',
  'conv=fsync',
  'status=none',
];

export const moveArgv = (from: string, to: string): string[] => [
  'mv',
  '--force',
  '--no-target-directory',
  '--',
  from,
  to,
];

/** Has the disk keep that a file is in its folder. */
export const keepArgv = (path: string): string[] => ['sync', '--', dirname(path)];

export const removeArgv = (paths: readonly string[]): string[] => ['rm', '--force', '--', ...paths];

const PIECE = `
dd if="$1" bs=64K iflag=skip_bytes,count_bytes,fullblock skip="$2" count="$3" status=none | base64 --wrap=0
`;

/** Prints a piece of a file in base64; offset and length in bytes. */
export const pieceArgv = (path: string, from: number, bytes: number): string[] => [
  ...['sh', '-c', PIECE, 'muster'],
  ...[path, String(from), String(bytes)],
];

/** Prints the names of the files in a folder, or below it, that were there before so many minutes: NUL after each. */
export const olderArgv = (folder: string, minutes: number): string[] => [
  ...['find', folder, '-maxdepth', '1', '-type', 'f'],
  ...(minutes > 0 ? ['-cmin', `+${minutes}`] : []),
  ...['-printf', '%f\\0'],
];

/** Removes files that were there before so many minutes: looked at once more, as one may have been put there anew. */
export const removeOlderArgv = (paths: readonly string[], minutes: number): string[] => [
  ...['find', ...paths, '-maxdepth', '0', '-type', 'f'],
  ...(minutes > 0 ? ['-cmin', `+${minutes}`] : []),
  '-delete',
];

/** Prints every manifest and candidate below a library, whole. */
export const writtenArgv = (folders: readonly string[]): string[] => [
  ...['find', ...folders, '-type', 'f', '-name', '*.json'],
  ...['-exec', 'cat', '--', '{}', '+'],
];

/** Prints the paths of files by a pattern below a folder, NUL after each. */
export const filesArgv = (folder: string, pattern: string): string[] => [
  ...['find', folder, '-maxdepth', '1', '-type', 'f', '-name', pattern],
  ...['-printf', '%f\\0'],
];
