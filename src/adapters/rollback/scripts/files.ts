/** What is kept on disk, when it is due, and how it is taken back, in POSIX shell. */
import { ENDS } from './ends.ts';

/** The files and the time. `sound FILE` tells whether it is whole; `look` reads the first line of what waits. */
export const FILES = `
now() {
  IFS=' ' read -r up _ </proc/uptime
  now=\${up%.*}\${up#*.}
  while [ "$now" != "\${now#0}" ] && [ "$now" != 0 ]; do now=\${now#0}; done
}
boot_now=$(cat /proc/sys/kernel/random/boot_id)
number() { case $1 in ''|*[!0-9]*) return 1;; esac; }
sum() { sha256sum | cut -d' ' -f1; }
owned() { [ -O "\${folder%/*}" ] && [ -O "$folder" ] && [ ! -L "$folder" ]; }
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
export const BACK = `
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
