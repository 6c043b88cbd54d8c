# What the initramfs and the running system both do: read the kernel's line, fetch, and say how far the boot came.
# Read by sh (dash, ash). Nothing that comes from outside is ever evaluated; each wait has an end.

# How long nothing may come until a transfer counts as stuck, and how long telling something may take, s.
: "${STALL:=30}" "${TELLING:=5}"
: "${LINE_FILE:=/proc/cmdline}"

# The value of a word `NAME=…` of the kernel's line; the last one counts, nothing where there is none.
word() (
	set -f
	value=
	for part in $(cat "$LINE_FILE"); do
		case $part in
		"$1"=*) value=${part#*=} ;;
		esac
	done
	printf '%s' "$value"
)

# What is read, each byte of it percent-encoded.
encoded() {
	busybox hexdump -ve '/1 "%02x"' | sed 's/../%&/g'
}

# tell STAGE OUTCOME [CAUSE [DETAIL [TRIES]]]: news of this boot. False where nobody could be told, which must not be in the way of anything.
tell() {
	[ -n "$BOOT_URL" ] || return 1
	form="stage=$1&outcome=$2&cause=${3-}&detail=$(printf '%s' "${4-}" | tail -c 1900 | encoded)"
	left=${5:-3}
	while :; do
		busybox timeout "$TELLING" busybox wget -q -O /dev/null --post-data "$form" "$BOOT_URL/events" 2>/dev/null && return 0
		left=$((left - 1))
		[ "$left" -gt 0 ] || return 1
		sleep 1
	done
}

# How many bytes a file has, 0 where there is none.
bytes_of() {
	if [ -f "$1" ]; then stat -c %s "$1"; else echo 0; fi
}

# Ends process $1 once file $2 has not grown for STALL seconds; says so in file $3.
guard_transfer() {
	seen=-1
	idle=0
	while sleep 1 && kill -0 "$1" 2>/dev/null; do
		now=$(bytes_of "$2")
		if [ "$now" = "$seen" ]; then idle=$((idle + 1)); else idle=0; fi
		seen=$now
		if [ "$idle" -ge "$STALL" ]; then
			echo "nothing came for $STALL seconds" >"$3"
			kill "$1" 2>/dev/null
			return
		fi
	done
}

# fetch_on URL FILE: fetches, going on where an earlier try ended. Why it failed is in FILE.why then.
fetch_on() {
	busybox wget -q -c -O "$2" "$1" 2>"$2.why" &
	transfer=$!
	guard_transfer "$transfer" "$2" "$2.why" &
	guard=$!
	wait "$transfer"
	code=$?
	kill "$guard" 2>/dev/null
	wait "$guard" 2>/dev/null
	return "$code"
}
