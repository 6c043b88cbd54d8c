/**
 * POSIX shell scripts for the other end: they end a process group, or all that carries a mark, and print who outlives
 * it as `PID COMMAND`. They read /proc (proc(5)), so that zombies do not count.
 */
import { printable, type Survivor } from '../../shell.ts';

/** Prints survivors and works in tenths of a second. Sets `ticks` and calls the caller's `targets`, which prints process ids. */
const LOOP = `
show() {
  for pid in $1; do
    words=$(tr '\\0\\n' '  ' <"/proc/$pid/cmdline" 2>/dev/null | cut -c1-200)
    printf '%s %s\\n' "$pid" "\${words:-?}"
  done
}
ticks=0
asked=' '
empty=0
while :; do
  found=$(targets)
  if [ -z "$found" ]; then
    empty=$((empty + 1))
    [ "$empty" -ge 2 ] && exit 0
    continue
  fi
  empty=0
  [ "$ticks" -ge "$limit" ] && break
  if [ "$ticks" -ge "$patience" ]; then
    kill -KILL $found 2>/dev/null
  else
    for pid in $found; do
      case $asked in *" $pid "*) ;; *) kill -TERM "$pid" 2>/dev/null; asked="$asked$pid ";; esac
    done
  fi
  sleep 0.1
  ticks=$((ticks + 1))
done
show "$found"
`;

/** Live processes of the groups in \`$groups\` (padded with spaces), and those in \`$marked\`. */
const LIVE = `
live() {
  for file in /proc/[0-9]*/stat; do
    IFS= read -r line <"$file" || continue
    pid=\${file#/proc/}
    pid=\${pid%/stat}
    set -- \${line##*) }
    case $1 in Z|X) continue;; esac
    case $groups in *" $3 "*) echo "$pid"; continue;; esac
    case $marked in *" $pid "*) echo "$pid";; esac
  done 2>/dev/null
}
`;

/** Ends the group `$1`: SIGTERM, after \`$2\` tenths of a second SIGKILL, at most 5 s more. */
const END_GROUP = `
groups=" $1 "
marked=' '
patience=$2
limit=$(($2 + 50))
${LIVE}
targets() { live; }
${LOOP}
`;

/** Ends all that carries `MUSTER_MARK=$1` and the groups they lead: SIGTERM, after 2 s SIGKILL, at most 5 s in all. */
const SWEEP = `
entry=MUSTER_MARK=$1
groups=' '
patience=20
limit=50
${LIVE}
carriers() {
  grep -lsxzF -e "$entry" /proc/[0-9]*/environ | while IFS= read -r file; do
    pid=\${file#/proc/}
    echo "\${pid%/environ}"
  done
}
# Runs in a subshell, so groups seen earlier are kept in a variable that the loop's shell sets before each look.
look() {
  marked=' '
  for pid in $(carriers); do
    marked="$marked$pid "
    IFS= read -r line <"/proc/$pid/stat" || continue
    set -- \${line##*) }
    [ "$3" = "$pid" ] && case $groups in *" $pid "*) ;; *) groups="$groups$pid ";; esac
  done 2>/dev/null
}
targets() { live; }
${LOOP.replace('found=$(targets)', 'look; found=$(targets)')}
`;

/** How long a group may take after SIGTERM before SIGKILL, ms. */
export const PATIENCE_MS = 2_000;

export const endGroupArgv = (group: number, patience: number): string[] => [
  'sh',
  '-c',
  END_GROUP,
  'sh',
  String(group),
  String(Math.max(0, Math.round(patience / 100))),
];

export const sweepArgv = (mark: string): string[] => ['sh', '-c', SWEEP, 'sh', mark];

/** The survivors a script printed. */
export function readSurvivors(stdout: string): Survivor[] {
  return [...stdout.matchAll(/^(\d+) (.*)$/gm)].map(([, pid, command]) => ({
    pid: Number(pid),
    command: printable((command ?? '').trim()),
  }));
}
