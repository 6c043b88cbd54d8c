/**
 * POSIX shell scripts that read and replace one file of a host. They go into its folder first and stay there, so that nobody can
 * put a link in the way between two steps; a path with a link in it is refused.
 */

/** How the scripts end where they did not do it. */
export const ENDED = {
  link: 65,
  folder: 66,
  notFile: 67,
  large: 68,
  owner: 69,
  denied: 73,
  failed: 74,
  changed: 75,
} as const;

/** The most bytes of a file that is looked at. */
export const MAX_FILE = 8 * 1024 * 1024;

/** `$1` is the folder, `$2` the name in it. */
const PLACE = `
[ -d "$1" ] || exit ${ENDED.folder}
cd -P -- "$1" || exit ${ENDED.denied}
[ "$(pwd -P)" = "$1" ] || exit ${ENDED.link}
[ ! -L "./$2" ] || exit ${ENDED.link}
if [ -e "./$2" ]; then [ -f "./$2" ] || exit ${ENDED.notFile}; fi
`;

/** Sets `sum` to the SHA-256 of the file, or to `absent`. */
const SUM = `
sum=absent
if [ -e "./$2" ]; then sum=$(sha256sum <"./$2") && sum=\${sum%% *} || exit ${ENDED.failed}; fi
`;

/** The open file: whoever may write to the folder may put another one in its place, or a link, at any time. */
const OPEN = '/proc/self/fd/3';

/** Prints `absent`, or mode, owner, group, their numbers, and the file in base64. What was opened by a link is not read. */
const READ = `${PLACE}
if ! [ -e "./$2" ]; then echo absent; exit 0; fi
[ -r "./$2" ] || exit ${ENDED.denied}
command exec 3<"./$2" || exit ${ENDED.denied}
[ "$(stat --format='%d %i' -- "./$2")" = "$(stat -L --format='%d %i' -- ${OPEN})" ] || exit ${ENDED.link}
set -- $(stat -L --format='%s %a %U %G %u %g' -- ${OPEN})
[ "$1" -le ${MAX_FILE} ] || exit ${ENDED.large}
shift
echo "$*"
base64 <&3
`;

/** Writes standard input beside the file as `$3`, with mode `$4`, owner `$5` and group `$6` where these are not empty; to no other file. */
const STAGE = `${PLACE}
umask 077
rm -f -- "./$3" || exit ${ENDED.denied}
set -C
command exec 3>"./$3" || exit ${ENDED.denied}
set +C
cat >&3 || exit ${ENDED.failed}
if [ -n "$5" ]; then chown -- "$5" ${OPEN} || exit ${ENDED.owner}; fi
if [ -n "$6" ]; then chgrp -- "$6" ${OPEN} || exit ${ENDED.owner}; fi
chmod -- "$4" ${OPEN} || exit ${ENDED.failed}
sync -- ${OPEN} || exit ${ENDED.failed}
`;

/** Gives what was written beside it the file's name, if the file still has the SHA-256 `$4`. */
const TAKE = `${PLACE}${SUM}
[ "$sum" = "$4" ] || exit ${ENDED.changed}
mv -T -- "./$3" "./$2" || exit ${ENDED.failed}
sync -- .
`;

/** Removes the file, if it still has the SHA-256 `$3`. */
const REMOVE = `${PLACE}${SUM}
[ "$sum" = "$3" ] || exit ${ENDED.changed}
rm -f -- "./$2" || exit ${ENDED.failed}
sync -- .
`;

/** Removes what was written beside it. */
const DROP = `${PLACE}
rm -f -- "./$3"
`;

/** Writes standard input to a file of Muster's own, in a folder that nobody else may look into, in one step. */
const KEEP = `
umask 077
mkdir -p -- "\${1%/*}" || exit ${ENDED.denied}
cat >"$1.new" || exit ${ENDED.failed}
mv -T -- "$1.new" "$1" || exit ${ENDED.failed}
`;

/** Prints each file in base64 on a line of its own; an empty one where it is not there. */
const KEPT = `
for file do
  if [ -r "$file" ]; then base64 --wrap=0 <"$file" || exit ${ENDED.failed}; fi
  echo
done
`;

const script = (text: string, words: readonly string[]): string[] => ['sh', '-c', text, 'muster', ...words];

/** A path in its parts, and the name of what is written beside it. */
export interface Spot {
  folder: string;
  name: string;
  next: string;
}

export const readArgv = ({ folder, name }: Spot): string[] => script(READ, [folder, name]);
export const stageArgv = (
  { folder, name, next }: Spot,
  { mode, owner = '', group = '' }: { mode: string; owner?: string; group?: string },
): string[] => script(STAGE, [folder, name, next, mode, owner, group]);
export const takeArgv = ({ folder, name, next }: Spot, sum: string): string[] =>
  script(TAKE, [folder, name, next, sum]);
export const removeArgv = ({ folder, name }: Spot, sum: string): string[] =>
  script(REMOVE, [folder, name, sum]);
export const dropArgv = ({ folder, name, next }: Spot): string[] => script(DROP, [folder, name, next]);

export const keepArgv = (path: string): string[] => script(KEEP, [path]);
export const keptArgv = (paths: readonly string[]): string[] => script(KEPT, paths);

/** Sends a signal to a process; the number was read from a file. */
export const signalArgv = (signal: string, pid: string): string[] => ['kill', '-s', signal, '--', pid];
/** Has systemd reload a unit, or start it anew where it cannot be reloaded. */
export const reloadArgv = (unit: string): string[] => ['systemctl', 'reload-or-restart', '--', unit];
/** Has systemd start a unit anew. */
export const restartArgv = (unit: string): string[] => ['systemctl', 'restart', '--', unit];
