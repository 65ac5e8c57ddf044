# shellcheck shell=sh disable=SC2154 # what they use is in checks.sh
#
# Cases of tool_test.sh: the device and the module.

permission() {
	mkdir -p /etc
	grep -qs '^nobody:' /etc/passwd || echo 'nobody:x:65534:65534::/:/bin/sh' >>/etc/passwd
	two && exits 3 start-stop-daemon -S -c nobody -x "$(command -v flatmapctl)" -- get two 1 &&
		grep -qx 'flatmapctl: two: /dev/flatmap: permission denied' "$err" && still_two
}

module_stays() {
	two && ! rmmod flatmap 2>/dev/null && still_two
}

# What batches use can be chosen while maps are in use, and is shown.
module_simd() {
	parameter=/sys/module/flatmap/parameters/simd
	two && [ "$(cat "$parameter")" = auto ] && exits 0 flatmapctl stats two && widest=$(sed -n 's/^  simd  *//p' "$out") &&
		echo scalar >"$parameter" && exits 0 flatmapctl stats two && has 'simd             scalar' &&
		exits 0 flatmapctl stats two --json && has '"simd": "scalar"' && still_two &&
		echo "$widest" >"$parameter" && exits 0 flatmapctl stats two && has "simd             $widest" &&
		! sh -c "echo sse >$parameter" 2>/dev/null && [ "$(cat "$parameter")" = "$widest" ]
	went=$?
	echo auto >"$parameter" && return $went
}

# A map that is destroyed while it grows is no hindrance.
module_cycles() {
	awk 'BEGIN { print "k,v"; for (i = 0; i < 20000; i++) print i "," i }' >"$work/in.csv"
	for round in 1 2 3; do
		two && flatmapctl create m --key u64 --value u64 --shrink &&
			exits 0 flatmapctl load m "$work/in.csv" --key k --value v && flatmapctl destroy m two &&
			rmmod flatmap || return
		[ $round != 2 ] || refuses 3 'there is no /dev/flatmap: is the module loaded? try: insmod flatmap.ko' \
			flatmapctl list && refuses 3 'x: there is no /dev/flatmap: is the module loaded?' \
			flatmapctl get x 1 || [ $round != 2 ] || return
		insmod "$module" && silent flatmapctl list || return
	done
}
