/** The commands of the script, in POSIX shell: each a branch of `case $command in`. */
import { ENDS } from './ends.ts';

/** `install FOLDER TABLE SHA256`: the script itself is on standard input. */
export const INSTALL = `
install)
  table=$1
  (umask 022 && mkdir -p "$folder") && owned || exit ${ENDS.folder}
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
export const APPLY = `
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
export const KEEP = `
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
export const WATCH = `
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
  owned || exit ${ENDS.folder}
  lock
  if ! settle; then
    printf 'trouble %s\\n' "$(printf '%s\\n' "$why" | head -n 1)"
    id=
  fi
  if choose; then
    printf 'good %s\\n' "$(rules_of "$last")"
    if [ "$last" = good ] && sound before; then printf 'before %s\\n' "$(id_of before)"; fi
  elif known; then echo 'trouble lost'; fi
  if [ -n "$id" ] && look; then printf 'pending %s %s\\n' "$left" "$(rules_of pending)"; fi
  ;;
`;
