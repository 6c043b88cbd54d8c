/**
 * POSIX shell scripts for the host: what has to be done there, as the private key must not leave it, and what has to be done
 * at boot without Muster. They take their values as arguments.
 */

/** How `UP` ends where it cannot: the interface is somebody else's, there is no WireGuard, wireguard-go does not come up. */
export const ENDS = { taken: 64, noTunnel: 65, noStart: 66 } as const;

/** Makes the private key of `$1` where there is none, and prints the public key. */
export const KEY = `
set -eu
umask 077
if [ ! -s "$1" ]; then
  wg genkey >"$1.new"
  mv -- "$1.new" "$1"
fi
chmod 600 -- "$1"
exec wg pubkey <"$1"
`;

/** Whether `$pid` is the wireguard-go of `$interface`, by its own pid file: numbers are used again after a restart of the host. */
const OURS = `
ours() {
  pid=$(cat -- "$folder/pid" 2>/dev/null) || return 1
  [ -n "$pid" ] || return 1
  [ "$(tr '\\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | sed 's,^[^ ]*/,,')" = "wireguard-go --foreground $interface " ]
}
`;

/** Arguments: interface, folder, address with prefix, port. */
export const UP = `#!/bin/sh
# Brings an overlay network of Muster up: run by Muster, and at boot. Changes nothing where it is up.
set -u
umask 077
interface=$1 folder=$2 address=$3 port=$4
${OURS}
exists() { ip link show dev "$interface" >/dev/null 2>&1; }
shown() { timeout 5 wg show "$interface" public-key 2>/dev/null; }
start() {
  # One that holds the interface and answers nobody.
  if ours; then kill -KILL "$pid"; fi
  # The interface of one that was killed goes a moment after it.
  tries=0
  while exists && [ "$tries" -lt 30 ]; do tries=$((tries + 1)); sleep 0.1; done
  rm -f -- "$folder/pid"
  ip link add dev "$interface" type wireguard 2>/dev/null && return
  exists && exit ${ENDS.taken}
  program=$(command -v wireguard-go) || exit ${ENDS.noTunnel}
  mkdir -p /var/run/wireguard
  # It outlives the step that starts it: without its mark, in a session of its own.
  env --unset=MUSTER_MARK start-stop-daemon --start --background --make-pidfile --pidfile "$folder/pid" \\
    --output "$folder/log" --exec "$program" -- --foreground "$interface" >/dev/null || exit ${ENDS.noStart}
  tries=0
  until [ -n "$(shown)" ]; do
    tries=$((tries + 1))
    # A moment after its start it still goes by the name of what started it.
    { [ "$tries" -lt 20 ] || ours; } && [ "$tries" -lt 100 ] || exit ${ENDS.noStart}
    sleep 0.1
  done
}
own=$(wg pubkey <"$folder/private.key") || exit 1
key=$(shown)
if [ -z "$key" ]; then
  start
  key='(none)'
fi
fresh=no
case $key in
"$own") ;;
'(none)')
  fresh=yes
  wg set "$interface" listen-port "$port" private-key "$folder/private.key" || exit 1
  ;;
*) exit ${ENDS.taken} ;;
esac
# Setting the port anew would lose packets also where it is the same.
[ "$(wg show "$interface" listen-port)" = "$port" ] || wg set "$interface" listen-port "$port" || exit 1
ip -o address show dev "$interface" scope global | while read -r _ _ _ found _; do
  [ "$found" = "$address" ] || ip address delete "$found" dev "$interface"
done
ip address replace "$address" dev "$interface" || exit 1
ip link set dev "$interface" up || exit 1
[ "$fresh" = no ] || exec wg addconf "$interface" "$folder/peers.conf"
`;

/** Takes the interface away where it is ours, and ends its wireguard-go. Arguments: interface, folder. */
export const DOWN = `
set -u
interface=$1 folder=$2
${OURS}
own=$(wg pubkey <"$folder/private.key" 2>/dev/null)
key=$(timeout 5 wg show "$interface" public-key 2>/dev/null)
mine=no
[ -n "$own" ] && [ "$key" = "$own" ] && mine=yes
if ours; then
  mine=yes
  kill -TERM "$pid"
  tries=0
  while ours; do
    tries=$((tries + 1))
    [ "$tries" -eq 20 ] && kill -KILL "$pid"
    [ "$tries" -lt 50 ] || break
    sleep 0.1
  done
fi
[ "$mine" = yes ] || exit 0
ip link show dev "$interface" >/dev/null 2>&1 || exit 0
ip link delete dev "$interface" 2>/dev/null
! ip link show dev "$interface" >/dev/null 2>&1
`;
