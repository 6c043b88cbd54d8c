# Does what the plan beside the files says that a machine is given: lines of words, each percent-encoded.

# With less than this the root of the file system is full, KiB.
: "${ROOM:=64}"
# How long a service has to run, s.
: "${STEADY:=4}"

# A word as it was before it was encoded; fails where it is none.
decoded() {
	case $1 in
	*[!A-Za-z0-9._~%-]*) return 1 ;;
	esac
	busybox printf '%b' "$(printf '%s' "$1" | sed 's/%\([0-9A-Fa-f][0-9A-Fa-f]\)/\\x\1/g')"
}

# refuse CAUSE WHY: leaves both where whoever asked finds them.
refuse() {
	printf '%s' "$1" >"$own/cause"
	printf '%s' "$2" >"$own/why"
	return 1
}

# cannot_unpack ROOT: leaves what tar said first, as its last words only say that it failed; and whether there was no room.
cannot_unpack() {
	left=$(df -Pk "$1" | awk 'NR == 2 { print $4 }')
	[ "${left:-0}" -ge "$ROOM" ] && cause=unpack || cause=space
	refuse "$cause" "$(head -n 1 "$own/why")"
}

# apply_given OWN ROOT: takes the archive OWN/given.tar for the root of the file system, and does what its plan says. Units that it
# starts are in OWN/units. Where it fails, OWN/cause and OWN/why say it.
apply_given() {
	own=$1
	tar -tf "$own/given.tar" >/dev/null 2>"$own/why" || refuse unpack "$(head -n 1 "$own/why")" || return 1
	# An archive with nothing in it has no plan either.
	tar -xOf "$own/given.tar" run/muster/boot/plan >"$own/doing" 2>/dev/null || : >"$own/doing"
	: >"$own/units"
	# Homes are made before there is something in them.
	each_line "$own/doing" user || return 1
	tar -xpf "$own/given.tar" -C "$2" 2>"$own/why" || cannot_unpack "$2" || return 1
	if tar -tf "$own/given.tar" | grep -q '^\(etc\|usr/lib\)/systemd/system/'; then systemctl daemon-reload; fi
	each_line "$own/doing" other
}

# each_line FILE user|other: does the lines that make users, or all others.
each_line() {
	while read -r verb a b c d rest; do
		case $2:$verb in
		user:user | other:[!u]*) ;;
		user:* | other:user | other:) continue ;;
		esac
		do_line "$verb" "$a" "$b" "$c" "$d" "$rest" || return 1
	done <"$1"
}

do_line() {
	verb=$1
	a=$(decoded "$2") && b=$(decoded "$3") && c=$(decoded "$4") && d=$(decoded "$5") && [ -z "$6" ] ||
		refuse plan "$*" || return 1
	case $verb in
	hostname) printf '%s\n' "$a" >/proc/sys/kernel/hostname 2>"$own/why" ;;
	user) id -u -- "$a" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash -- "$a" 2>"$own/why" ;;
	owner) chown -h -- "$b:$c" "$a" 2>"$own/why" && chmod -- "$d" "$a" 2>"$own/why" ;;
	# What has to come after this unit waits for it: so nobody waits for that here.
	reload-network) systemctl restart --no-block systemd-networkd.service 2>"$own/why" ;;
	start) systemctl start --no-block -- "$a" 2>"$own/why" && printf '%s\n' "$a" >>"$own/units" ;;
	report) tell configured retried note "$a" ;;
	*) false ;;
	esac && return 0
	case $verb in
	start) refuse service "$a: $(tail -n 1 "$own/why")" ;;
	report) return 0 ;;
	*) refuse plan "$verb $a: $(tail -n 1 "$own/why")" ;;
	esac
}

# Whether a unit that is active may be believed: of what does not say itself that it is ready, only that it did not end at once.
steady() {
	case $(systemctl show --property=Type --value -- "$1") in
	simple | exec | idle) ;;
	*) return 0 ;;
	esac
	since=$(systemctl show --property=ActiveEnterTimestampMonotonic --value -- "$1")
	[ $(($(cut -d. -f1 /proc/uptime) - ${since:-0} / 1000000)) -ge "$STEADY" ]
}

# await_units FILE SECONDS: until all of them run, or ran well; fails with why in OWN/why where one did not.
await_units() {
	own=${1%/*}
	until=$(($(cut -d. -f1 /proc/uptime) + $2))
	while read -r unit; do
		while :; do
			state=$(systemctl show --property=ActiveState --value -- "$unit")
			result=$(systemctl show --property=Result --value -- "$unit")
			job=$(systemctl show --property=Job --value -- "$unit")
			case $state in
			active) steady "$unit" && break ;;
			failed) refuse service "$(last_words "$unit" "$state ($result)")" || return 1 ;;
			inactive) [ "${job:-0}" = 0 ] && if [ "$result" = success ]; then break; else
				refuse service "$(last_words "$unit" "$result")" || return 1
			fi ;;
			esac
			[ "$(cut -d. -f1 /proc/uptime)" -lt "$until" ] || refuse service "$(last_words "$unit" "$state")" || return 1
			sleep 1
		done
	done <"$1"
}

# last_words UNIT STATE: what it said last.
last_words() {
	printf '%s: %s: %s' "$1" "$2" "$(journalctl --unit="$1" --lines=5 --output=cat --no-pager 2>/dev/null | tail -c 1500)"
}
