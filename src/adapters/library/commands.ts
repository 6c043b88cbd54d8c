/** The programs that keep a library of images on a host: coreutils(1) and findutils, in scripts that take every path as a word. */

const script = (text: string, ...words: readonly (string | number)[]): string[] => [
  ...['sh', '-c', text, 'muster'],
  ...words.map(String),
];

/** Prints size and SHA-256 of a file; ends with 1 where it is not there. */
const CONTENT = `
[ -f "$1" ] || exit 1
stat --format=%s -- "$1" && exec sha256sum -- "$1"
`;
export const contentArgv = (path: string): string[] => script(CONTENT, path);

/** Makes a file as young as if it had just been put there; nothing where it is not there. */
export const touchArgv = (path: string): string[] => ['touch', '--no-create', '--', path];

export const readArgv = (path: string): string[] => ['cat', '--', path];

/** Writes standard input to a file down to the disk. Everybody may read it: it is given to machines without asking. */
const STAGE = `
umask 022
mkdir -p -- "\${1%/*}" && cat >"$1" && exec sync -- "$1"
`;
export const stageArgv = (path: string): string[] => script(STAGE, path);

/** Gives a file its name, and has the disk keep that. */
const TAKE = `
mv -fT -- "$1" "$2" && exec sync -- "\${2%/*}"
`;
export const takeArgv = (from: string, to: string): string[] => script(TAKE, from, to);

/** Prints a piece of a file in base64; offset and length in bytes. */
const PIECE = `
dd if="$1" bs=64K iflag=skip_bytes,count_bytes,fullblock skip="$2" count="$3" status=none | base64 --wrap=0
`;
export const pieceArgv = (path: string, from: number, bytes: number): string[] =>
  script(PIECE, path, from, bytes);

export const removeArgv = (paths: readonly string[]): string[] => ['rm', '--force', '--', ...paths];

const age = (minutes: number): string[] => (minutes > 0 ? ['-cmin', `+${minutes}`] : []);

/** Prints the names of the files in a folder by a pattern, which were put there before so many minutes: NUL after each. */
export const listArgv = (folder: string, pattern: string, minutes: number): string[] => [
  ...['find', folder, '-maxdepth', '1', '-type', 'f', '-name', pattern],
  ...[...age(minutes), '-printf', '%f\\0'],
];

/** Removes files that were put there before so many minutes: looked at once more, as one may have been put there anew. */
export const removeOlderArgv = (paths: readonly string[], minutes: number): string[] => [
  ...['find', ...paths, '-maxdepth', '0', '-type', 'f'],
  ...[...age(minutes), '-delete'],
];

/** Prints everything that is written (JSON) in the folders of these that there are. */
const WRITTEN = `
for folder do
  if [ -d "$folder" ]; then find "$folder" -type f -name '*.json' -exec cat -- {} + || exit 2; fi
done
`;
export const writtenArgv = (folders: readonly string[]): string[] => script(WRITTEN, ...folders);
