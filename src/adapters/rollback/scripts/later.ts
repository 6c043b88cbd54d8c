/** What runs without Muster, in POSIX shell. */

/** What runs later: the timer, and what is there at boot. systemd has both; without it a process waits, and nothing is there at boot. */
export const LATER = `
systemd() { [ -d /run/systemd/system ]; }
unit() {
  cat <<END
# Puts the last good firewall of Muster in force at boot, and takes back what nobody kept.
[Unit]
Description=Muster firewall
DefaultDependencies=no
RequiresMountsFor=$folder
# A guardian has a last good one of its own.
ConditionPathExists=!/etc/systemd/system/multi-user.target.wants/muster-guardian.service
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
