# What is in a machine, as JSON.

# A text of the firmware or a driver as a string of JSON: what is neither printable nor plain is left out.
text() {
	printf '"%s"' "$({ cat "$1" 2>/dev/null || :; } | tr -cd ' !#-[]-~' | sed 's/^ *//; s/ *$//' | head -c 200)"
}

number() {
	value=$(cat "$1" 2>/dev/null) || value=0
	case $value in '' | *[!0-9]*) value=0 ;; esac
	printf '%s' "$value"
}

# inventory ROOT: of the machine whose /proc and /sys are below ROOT.
inventory() {
	sys=${1%/}/sys
	proc=${1%/}/proc
	model=$(sed -n 's/^model name[[:space:]]*: //p' "$proc/cpuinfo" | head -n 1 | tr -cd ' !#-[]-~' | head -c 200)
	cores=$(grep -c '^processor' "$proc/cpuinfo")
	memory=$(awk '$1 == "MemTotal:" { print $2 }' "$proc/meminfo")
	printf '{"cpu":{"model":"%s","cores":%s},"memory":%s,"disks":[' "$model" "${cores:-0}" "$((${memory:-0} * 1024))"
	comma=
	for disk in "$sys"/block/*; do
		name=${disk##*/}
		case $name in
		# In memory, or a drive with nothing in it.
		'*' | loop* | ram* | zram* | sr* | fd* | dm-* | nbd*) continue ;;
		esac
		printf '%s{"name":"%s","bytes":%s,"model":%s}' "$comma" "$name" "$(($(number "$disk/size") * 512))" "$(text "$disk/device/model")"
		comma=,
	done
	printf '],"nics":['
	comma=
	for nic in "$sys"/class/net/*; do
		[ -e "$nic/device" ] || continue
		mac=$(cat "$nic/address" 2>/dev/null)
		printf '%s' "$mac" | grep -qxE '([0-9a-f]{2}:){5}[0-9a-f]{2}' || continue
		[ "$(cat "$nic/carrier" 2>/dev/null)" = 1 ] && link=true || link=false
		printf '%s{"name":"%s","mac":"%s","link":%s}' "$comma" "${nic##*/}" "$mac" "$link"
		comma=,
	done
	dmi=$sys/class/dmi/id
	printf '],"vendor":%s,"product":%s,"serial":%s,"uuid":%s}' \
		"$(text $dmi/sys_vendor)" "$(text $dmi/product_name)" "$(text $dmi/product_serial)" "$(text $dmi/product_uuid | head -c 66)"
}
