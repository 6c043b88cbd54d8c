/**
 * The POSIX shell script that takes a packet filter back on a host without an agent. It takes its values as arguments and on
 * standard input, and knows of no wall clock: what is due is due by the time since the host started.
 *
 * What is kept is one file each, whole or not there: `good`, `before` (the good one before it) and `pending`. The first line is
 * `# ID BOOT DUE CONNECTION`, the second the sha256 of all others, the third the rules as JSON; then comes the ruleset for nft.
 */

/** How it ends where it does not do what it was told. */
export const ENDS = {
  /** Only root may. */
  root: 64,
  /** The host lacks a program; stdout names it. */
  lacks: 65,
  /** What came is not whole, or makes no sense. */
  cut: 66,
  /** Another change waits; stdout is its JSON. */
  waiting: 67,
  gone: 68,
  /** Asked for over the connection by which it was put in force. */
  same: 69,
  /** The last good one cannot be put in force; stdout says why. */
  trouble: 70,
  /** Another good one is in force than whoever asks had seen. */
  moved: 71,
  refused: 72,
  /** No timer could be started. */
  timer: 74,
  /** The folder is not root's. */
  folder: 75,
} as const;

/** The files and the time. `sound FILE` tells whether it is whole; `look` reads the first line of what waits. */
const FILES = `
now() {
  IFS=' ' read -r up _ </proc/uptime
  now=\${up%.*}\${up#*.}
  while [ "$now" != "\${now#0}" ] && [ "$now" != 0 ]; do now=\${now#0}; done
}
boot_now=$(cat /proc/sys/kernel/random/boot_id)
number() { case $1 in ''|*[!0-9]*) return 1;; esac; }
sum() { sha256sum | cut -d' ' -f1; }
synced() { sync "$@" 2>/dev/null || sync; }
sound() {
  [ -f "$folder/$1" ] && [ "$(sed -n '2{p;q;}' "$folder/$1")" = "# $(sed 2d "$folder/$1" | sum)" ]
}
# Writes FILE with a first line and the text on standard input.
write() {
  cat >"$folder/text.$$" &&
    { printf '%s\\n# %s\\n' "$2" "$({ printf '%s\\n' "$2" && cat "$folder/text.$$"; } | sum)" && cat "$folder/text.$$"; } >"$folder/new.$$" &&
    synced "$folder/new.$$" && mv -f "$folder/new.$$" "$folder/$1" && synced "$folder"
}
rules_of() { sed -n '3{s/^# //;p;q;}' "$folder/$1"; }
id_of() { IFS=' ' read -r _ id _ <"$folder/$1" && printf '%s\\n' "$id"; }
choose() {
  for last in good before; do sound "$last" && return; done
  last=
  return 1
}
known() { [ -e "$folder/good" ] || [ -e "$folder/before" ]; }
look() {
  id= boot= due= via=
  [ -e "$folder/pending" ] || return 1
  IFS=' ' read -r _ id boot due via _ <"$folder/pending"
  return 0
}
left() {
  left=0
  sound pending && [ "$boot" = "$boot_now" ] && number "$due" || return 0
  now
  [ "$now" -ge "$due" ] || left=$((due - now))
}
`;

/** Taking back, and the lock under which everything happens. */
const BACK = `
lock() { exec 9<"$folder" && flock 9 || exit 1; }
unlock() { exec 9<&-; }
why=
back() {
  why=lost
  choose || return
  why=$(nft -f "$folder/$last" 2>&1 >/dev/null 9<&-) || return 1
  rm -f "$folder/pending" && synced "$folder"
}
settle() {
  look || return 0
  left
  [ "$left" -gt 0 ] || back
}
trouble() {
  printf '%s\\n' "$why" | head -n 1
  exit ${ENDS.trouble}
}
`;

/** What runs later: the timer, and what is there at boot. systemd has both; without it a process waits, and nothing is there at boot. */
const LATER = `
systemd() { [ -d /run/systemd/system ]; }
unit() {
  cat <<END
# Puts the last good firewall of Muster in force at boot, and takes back what nobody kept.
[Unit]
Description=Muster firewall
DefaultDependencies=no
RequiresMountsFor=$folder
After=local-fs.target
Before=network-pre.target shutdown.target
Wants=network-pre.target
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh $folder/script $folder boot $table

[Install]
WantedBy=multi-user.target
END
}
enable() {
  systemd || return 0
  file=/etc/systemd/system/muster-firewall.service
  if [ "$(unit)" != "$(cat -- "$file" 2>/dev/null)" ]; then
    unit >"$file.new" && synced "$file.new" && mv -f "$file.new" "$file" && systemctl daemon-reload || return 1
  fi
  systemctl --quiet is-enabled muster-firewall.service 2>/dev/null || systemctl --quiet enable muster-firewall.service
}
timer() {
  if systemd; then
    systemd-run --quiet --unit="muster-firewall-$due" --on-active="$seconds" \\
      --timer-property=AccuracySec=100ms /bin/sh "$folder/script" "$folder" lapse "$id" 9<&-
    return
  fi
  setsid sh "$folder/script" "$folder" lapse "$id" </dev/null >/dev/null 2>&1 9<&- &
  tries=0
  until tr '\\0' ' ' <"/proc/$!/cmdline" 2>/dev/null | grep -qxF "sh $folder/script $folder lapse $id "; do
    tries=$((tries + 1))
    [ "$tries" -lt 50 ] && kill -0 $! 2>/dev/null || return 1
    sleep 0.1
  done
}
cancel() { if systemd; then systemctl stop "muster-firewall-$1.timer" 2>/dev/null; fi; return 0; }
`;

/** `install FOLDER TABLE SHA256`: the script itself is on standard input. */
const INSTALL = `
install)
  table=$1
  (umask 022 && mkdir -p "$folder") && [ -O "$folder" ] && [ ! -L "$folder" ] || exit ${ENDS.folder}
  chmod 700 "$folder" || exit 1
  trap 'rm -f "$folder/new.$$"' EXIT
  cat >"$folder/new.$$" || exit 1
  [ "$(sum <"$folder/new.$$")" = "$2" ] || exit ${ENDS.cut}
  lock
  synced "$folder/new.$$" && mv -f "$folder/new.$$" "$folder/script" || exit 1
  # What was cut off left its text.
  find "$folder" -name '*.[0-9]*' -mmin +60 -exec rm -f {} +
  enable
  ;;
`;

/** `apply FOLDER ID SECONDS GOOD TABLE`: GOOD is the good one that was seen, the lines after the first are on standard input. */
const APPLY = `
apply)
  change=$1 seconds=$2 seen=$3 table=$4
  number "$seconds" || exit ${ENDS.cut}
  upload=$folder/upload.$$
  trap 'rm -f "$upload" "$folder/text.$$" "$folder/new.$$"' EXIT
  cat >"$upload" || exit 1
  [ "$(head -n 1 "$upload")" = "# $(tail -n +2 "$upload" | sum)" ] || exit ${ENDS.cut}
  lock
  settle || trouble
  if look; then
    [ "$id" = "$change" ] && exit 0
    rules_of pending
    exit ${ENDS.waiting}
  fi
  if ! known; then
    printf '# {"id":"none","by":"muster","rules":null}\\nadd table inet %s\\ndelete table inet %s\\n' "$table" "$table" |
      write good '# none - - -' || exit 1
  fi
  choose || { why=lost; trouble; }
  [ "$(id_of "$last")" = "$seen" ] || exit ${ENDS.moved}
  now
  id=$change due=$((now + seconds * 100))
  via=$(printf '%s' "\${SSH_CONNECTION:--}" | tr -c 'A-Za-z0-9.:%-' ,)
  tail -n +2 "$upload" | write pending "# $id $boot_now $due $via" || exit 1
  timer || { rm -f "$folder/pending"; exit ${ENDS.timer}; }
  # All at once or not at all: where nft refuses, what was in force still is.
  nft -f "$folder/pending" 9<&- || { rm -f "$folder/pending"; synced "$folder"; exit ${ENDS.refused}; }
  ;;
`;

/** `keep FOLDER ID`, over another connection; `revert FOLDER ID`. */
const KEEP = `
keep)
  lock
  if ! look; then
    choose && [ "$(id_of "$last")" = "$1" ] && exit 0
    exit ${ENDS.gone}
  fi
  settle || trouble
  [ -e "$folder/pending" ] && [ "$id" = "$1" ] || exit ${ENDS.gone}
  here=$(printf '%s' "\${SSH_CONNECTION:--}" | tr -c 'A-Za-z0-9.:%-' ,)
  [ "$via" = - ] || [ "$via" != "$here" ] || exit ${ENDS.same}
  if sound good; then
    rm -f "$folder/before.new"
    ln "$folder/good" "$folder/before.new" && mv -f "$folder/before.new" "$folder/before" || exit 1
  fi
  mv -f "$folder/pending" "$folder/good" && synced "$folder" || exit 1
  cancel "$due"
  ;;
revert)
  lock
  look && [ "$id" = "$1" ] || exit ${ENDS.gone}
  back || trouble
  cancel "$due"
  ;;
`;

/** `lapse FOLDER ID` waits and takes back; `boot FOLDER TABLE`; `show FOLDER` takes back what is late. */
const WATCH = `
lapse)
  trap '' HUP
  while :; do
    lock
    look || exit 0
    if sound pending && [ "$id" != "$1" ]; then exit 0; fi
    left
    pause=1
    if [ "$left" -gt 0 ]; then
      [ "$left" -ge 100 ] || pause=0.$(printf '%02d' "$left")
    elif back; then
      exit 0
    fi
    unlock
    sleep "$pause" || sleep 1
  done
  ;;
boot)
  [ -d "$folder" ] || exit 0
  lock
  known || exit 0
  tries=0
  if look || ! nft list table inet "$1" >/dev/null 2>&1 9<&-; then
    until back; do
      tries=$((tries + 1))
      [ "$why" != lost ] && [ "$tries" -lt 10 ] || { printf '%s\\n' "$why" >&2; exit ${ENDS.trouble}; }
      sleep 1
    done
  fi
  ;;
show)
  if systemd; then echo 'boots yes'; else echo 'boots no'; fi
  [ -d "$folder" ] || exit 0
  [ -O "$folder" ] && [ ! -L "$folder" ] || exit ${ENDS.folder}
  lock
  if ! settle; then
    printf 'trouble %s\\n' "$(printf '%s\\n' "$why" | head -n 1)"
    id=
  fi
  if choose; then printf 'good %s\\n' "$(rules_of "$last")"; elif known; then echo 'trouble lost'; fi
  if [ -n "$id" ] && look; then printf 'pending %s %s\\n' "$left" "$(rules_of pending)"; fi
  ;;
`;

/** The script: `sh SCRIPT FOLDER COMMAND …`. */
export const SCRIPT = `#!/bin/sh
# Muster's firewall on a host without a guardian. Written by Muster, which writes it anew where it is another.
set -u
umask 077
LC_ALL=C
PATH=\${PATH:-/usr/bin}:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
unset MUSTER_MARK
[ "$(id -u)" = 0 ] || exit ${ENDS.root}
for program in nft flock sha256sum setsid; do
  command -v "$program" >/dev/null || { echo "$program"; exit ${ENDS.lacks}; }
done
folder=$1 command=$2
shift 2
${FILES}${BACK}${LATER}
case $command in${INSTALL}${APPLY}${KEEP}${WATCH}*) exit ${ENDS.cut} ;;
esac
`;
