/** What is run on a host to look at files and read them: sh(1), coreutils and findutils; values come as arguments, never as text of a script. */

/** The files that patterns name, as records for `seen`. Words are not split, so a pattern is only ever expanded as one. */
const LOOK = `
IFS=
for pattern do
  for path in $pattern; do
    if [ -f "$path" ]; then printf '%s\\0' "$path"; fi
  done
done | xargs --null --no-run-if-empty stat --dereference --printf '%d %i %s %.Y %n\\0' --
`;

/** How many bytes say how a file begins. */
export const PRINT_BYTES = 256;

/**
 * For each path, offset and limit: what file it is, how it begins, what follows the offset, and how it begins after that, a line
 * each, the last three in base64. All are of the same file, whatever has its name a moment later; it may have been cut off meanwhile.
 */
const READ = `
while [ $# -gt 0 ]; do
  if [ -r "$1" ] && { exec 3<"$1"; } 2>/dev/null; then
    stat --dereference --printf '%d %i %s %.Y\\n' /proc/self/fd/3
    dd if=/proc/self/fd/3 bs=${PRINT_BYTES} count=1 status=none | base64 --wrap=0; echo
    dd if=/proc/self/fd/3 iflag=skip_bytes,count_bytes bs=1M skip="$2" count="$3" status=none | base64 --wrap=0; echo
    if [ "$3" -gt 0 ]; then dd if=/proc/self/fd/3 bs=${PRINT_BYTES} count=1 status=none | base64 --wrap=0; fi; echo
    exec 3<&-
  else
    echo; echo; echo; echo
  fi
  shift 3
done
`;

/** The argv that looks at files by patterns (absolute, as sh(1) expands them). */
export const lookArgv = (patterns: readonly string[]): string[] => ['sh', '-c', LOOK, 'sh', ...patterns];

/** The argv that reads pieces of files. */
export const readArgv = (pieces: readonly { path: string; offset: number; limit: number }[]): string[] => [
  ...['sh', '-c', READ, 'sh'],
  ...pieces.flatMap(({ path, offset, limit }) => [path, `${offset}`, `${limit}`]),
];

/** The argv that lists the files of a folder, for `seen`. */
export const listArgv = (folder: string): string[] => [
  ...['find', folder, '-maxdepth', '1', '-type', 'f', '-printf', '%D %i %s %T@ %p\\0'],
];
