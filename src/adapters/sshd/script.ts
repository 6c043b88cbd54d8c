/**
 * The POSIX shell script that makes a host's sshd listen on one address only, until somebody keeps that: sshd(8) checks what is
 * written before it is told, and a timer on the host takes it back. It takes its values as arguments.
 *
 * In the folder: `pending` and `kept` hold the name of a change, `before` the file as it was, if there was one.
 */

/** How it ends where it does not do what it was told. */
export const ENDS = {
  root: 64,
  /** There is no sshd, so nothing listens. */
  none: 65,
  /** sshd does not take the file; stderr says why. */
  refused: 66,
  /** It would listen elsewhere, too; stdout says where. */
  elsewhere: 67,
  waiting: 68,
  gone: 69,
  /** sshd could not be told. */
  deaf: 70,
  timer: 71,
} as const;

/** Puts the script on the host, then becomes it. */
export const ARRIVE =
  'umask 077; mkdir -p -- "$1" && cat >"$1/script.new" && mv -f -- "$1/script.new" "$1/script" && exec sh "$1/script" "$@"';

/** Arguments: folder, configuration, drop-in, unit that brings the network up, command and its words. */
export const SCRIPT = `#!/bin/sh
# Written by Muster. Lets sshd listen on one address, and takes that back where nobody keeps it.
set -u
umask 077
folder=$1 config=$2 file=$3 after=$4 command=$5
shift 5
[ "$(id -u)" = 0 ] || exit ${ENDS.root}
sshd=$(PATH=$PATH:/usr/sbin:/sbin command -v sshd) || exit ${ENDS.none}
mkdir -p "$folder"
# What is to be taken back is on disk before anything changes.
synced() { sync "$@" 2>/dev/null || sync; }
lock() { exec 9<"$folder" && flock 9 || exit 1; }
systemd() { [ -d /run/systemd/system ]; }
unit() { for one in ssh sshd; do systemctl cat "$one.service" >/dev/null 2>&1 && echo "$one" && return; done; return 1; }
# What sshd itself makes of its files.
made() { "$sshd" -T -f "$config" 9<&- 2>/dev/null; }
tell() {
  if systemd; then systemctl reload "$(unit)"; return; fi
  pid=$(cat -- "$(made | sed -n 's/^pidfile //p')" 2>/dev/null) && kill -HUP "$pid"
}
# Where it could not listen on that address, it ended.
revive() {
  tell && return
  if systemd; then systemctl restart "$(unit)"; else "$sshd" -f "$config" 9<&-; fi
}
# At boot sshd waits for the network that it listens on; what nobody kept is taken back before it starts.
order() {
  systemd && name=$(unit) || return 0
  place=/etc/systemd/system/$name.service.d/muster-overlay.conf
  if [ -e "$file" ]; then
    mkdir -p "\${place%/*}"
    printf '[Unit]\\nWants=%s\\nAfter=%s\\n\\n[Service]\\nExecStartPre=-/bin/sh %s %s %s %s %s boot\\n' \\
      "$after" "$after" "$folder/script" "$folder" "$config" "$file" "$after" >"$place"
    chmod 644 "$place"
  else
    rm -f "$place"
  fi
  systemctl daemon-reload
}
restore() {
  if [ -e "$folder/before" ]; then cp "$folder/before" "$file.new" && mv -f "$file.new" "$file"; else rm -f "$file"; fi
  synced "\${file%/*}"
  rm -f "$folder/pending" "$folder/kept"
}
back() {
  restore
  order
}
of() { printf '# Written by Muster: sshd listens on its overlay network only.\nListenAddress %s\n' "$1"; }
besides() { while read -r one; do case $one in "$1":*|"[$1]":*) ;; *) printf '%s\\n' "$one" ;; esac; done; }
is() { [ "$(cat "$folder/$1" 2>/dev/null)" = "$2" ]; }
remember() { if [ -e "$file" ]; then cp "$file" "$folder/before"; else rm -f "$folder/before"; fi; }
timer() {
  set -- "$folder/script" "$folder" "$config" "$file" "$after" lapse "$@"
  if systemd; then
    systemd-run --quiet --on-active="$8" --timer-property=AccuracySec=100ms /bin/sh "$@" 9<&-
    return
  fi
  env --unset=MUSTER_MARK setsid sh "$@" wait </dev/null >/dev/null 2>&1 9<&- &
}
case $command in
listen)
  id=$1 address=$2 seconds=$3
  lock
  text=$(of "$address")
  if [ -e "$folder/pending" ]; then
    # Asked for again it may have been cut off anywhere: all that follows is done once more.
    is pending "$id" || exit ${ENDS.waiting}
  else
    if [ "$(cat "$file" 2>/dev/null)" = "$text" ]; then echo same; exit 0; fi
    remember || exit 1
    rm -f "$folder/kept"
    printf '%s\\n' "$id" >"$folder/pending" || { rm -f "$folder/pending"; exit 1; }
    synced "$folder" "$folder/pending"
  fi
  timer "$id" "$seconds" || { back; exit ${ENDS.timer}; }
  printf '%s\\n' "$text" >"$file.new" && chmod 644 "$file.new" && mv -f "$file.new" "$file" || { back; exit 1; }
  "$sshd" -t -f "$config" 9<&- || { back; exit ${ENDS.refused}; }
  others=$(made | sed -n 's/^listenaddress //p' | besides "$address")
  if [ -n "$others" ]; then back; printf '%s\\n' "$others"; exit ${ENDS.elsewhere}; fi
  made | grep -q '^listenaddress ' || { back; exit ${ENDS.refused}; }
  order
  tell || { back; exit ${ENDS.deaf}; }
  ;;
keep)
  lock
  if is pending "$1"; then mv -f "$folder/pending" "$folder/kept"; exit; fi
  [ ! -e "$folder/pending" ] && [ "$(cat "$file" 2>/dev/null)" = "$(of "$2")" ] || exit ${ENDS.gone}
  ;;
back)
  lock
  if is pending "$1" || is kept "$1"; then back && revive; fi
  ;;
open)
  lock
  [ -e "$file" ] || { echo same; exit 0; }
  remember
  printf '%s\\n' "$1" >"$folder/kept"
  rm -f "$file"
  order
  tell || exit ${ENDS.deaf}
  ;;
lapse)
  [ "\${3-}" != wait ] || sleep "$2"
  lock
  if is pending "$1"; then back && revive; fi
  ;;
boot)
  lock
  if [ -e "$folder/pending" ]; then restore; fi
  ;;
esac
`;
