/**
 * POSIX shell scripts for the other end: they end a process group, or all that carries a mark, and print who outlives
 * it as `GROUP PID COMMAND`. They read /proc (proc(5)), so that zombies do not count.
 */
import { printable, type Survivor } from '../../shell.ts';

/** SIGTERM to what `look` and `live` find, after 2 s SIGKILL, until two looks in a row find nothing or `limit` tenths of a second are over. */
const LOOP = `
show() {
  for pid in $1; do
    IFS= read -r line <"/proc/$pid/stat" || continue
    set -- \${line##*) }
    words=$(tr '\\0\\n' '  ' <"/proc/$pid/cmdline" 2>/dev/null | cut -c1-200)
    printf '%s %s %s\\n' "$3" "$pid" "\${words:-?}"
  done
}
ticks=0
asked=' '
empty=0
while :; do
  look
  found=$(live)
  if [ -z "$found" ]; then
    empty=$((empty + 1))
    [ "$empty" -ge 2 ] && exit 0
    continue
  fi
  empty=0
  [ "$ticks" -ge "$limit" ] && break
  if [ "$ticks" -ge 20 ]; then
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

/** Live processes of the groups in `$groups` (padded with spaces), and those in `$marked`. */
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

/** Ends the groups given as arguments. */
const END_GROUPS = `
groups=" $* "
marked=' '
limit=70
look() { :; }
${LIVE}
${LOOP}
`;

/** Ends all that carries `MUSTER_MARK=$1` and the groups they lead, also those whose leader an earlier look saw. */
const SWEEP = `
entry=MUSTER_MARK=$1
printf 'a\\0' | grep -qxzF a || { echo 'grep -z is missing' >&2; exit 3; }
groups=' '
limit=50
${LIVE}
carriers() {
  grep -lsxzF -e "$entry" /proc/[0-9]*/environ | while IFS= read -r file; do
    pid=\${file#/proc/}
    echo "\${pid%/environ}"
  done
}
look() {
  marked=' '
  for pid in $(carriers); do
    marked="$marked$pid "
    IFS= read -r line <"/proc/$pid/stat" || continue
    set -- \${line##*) }
    [ "$3" = "$pid" ] && case $groups in *" $pid "*) ;; *) groups="$groups$pid ";; esac
  done 2>/dev/null
}
${LOOP}
`;

export const endGroupsArgv = (groups: readonly number[]): string[] => [
  'sh',
  '-c',
  END_GROUPS,
  'sh',
  ...groups.map(String),
];

export const sweepArgv = (mark: string): string[] => ['sh', '-c', SWEEP, 'sh', mark];

/** The survivors a script printed. */
export function readSurvivors(stdout: string): (Survivor & { group: number })[] {
  return [...stdout.matchAll(/^(\d+) (\d+) (.*)$/gm)].map(([, group, pid, command]) => ({
    group: Number(group),
    pid: Number(pid),
    command: printable((command ?? '').trim()),
  }));
}
