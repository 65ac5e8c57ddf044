# shellcheck shell=sh disable=SC2154 # what they use is in checks.sh
#
# Cases of tool_test.sh: maps that grow and shrink, and what limits them.

# rows N: a file with N rows.
rows() {
	awk -v n="$1" 'BEGIN { print "k,v"; for (i = 0; i < n; i++) print i "," i * 3 }' >"$work/in.csv"
}

# figure MAP NAME: one of its figures, into $figure.
figure() {
	exits 0 flatmapctl stats "$1" && figure=$(sed -n "s/^  $2  *//p" "$out") && [ -n "$figure" ]
}

# reaches MAP NAME OPERATOR LIMIT: within ten seconds.
reaches() {
	for _ in $(seq 100); do
		figure "$1" "$2" && test "$figure" "$3" "$4" && return
		usleep 100000
	done
	echo "$2: $figure"
	return 1
}

# A map of no known size takes what comes.
grow() {
	rows 60000 && flatmapctl create m --key u64 --value u64 &&
		prints 'm: 60000 rows, 60000 added, 0 replaced, 0 repeated' \
			flatmapctl load m "$work/in.csv" --key k --value v &&
		prints 179997 flatmapctl get m 59999 && reaches m regions -eq 1 &&
		figure m resizes && [ "$figure" -gt 3 ] && figure m resizes_failed && [ "$figure" = 0 ] &&
		figure m moved && [ "$figure" -gt 0 ] && figure m entries && [ "$figure" = 60000 ] &&
		figure m capacity && [ "$figure" -ge 60000 ] || return
	flatmapctl dump m | tail -n +2 | tr -d '"' | sort >"$work/dumped" &&
		tail -n +2 "$work/in.csv" | sort >"$work/loaded" && same "$work/loaded" "$work/dumped"
}

# Memory that is not needed any more goes back.
shrink() {
	rows 500 && flatmapctl create m --key u64 --value u64 --shrink &&
		exits 0 flatmapctl load m "$work/in.csv" --key k --value v && reaches m regions -eq 1 &&
		figure m bytes || return
	before=$figure
	for key in $(seq 0 449); do
		flatmapctl del m "$key" || return
	done
	reaches m bytes -lt "$before" && prints 1350 flatmapctl get m 450 && prints 1497 flatmapctl get m 499 &&
		[ "$(flatmapctl dump m | wc -l)" = 51 ]
}

# Past its memory a map says so, keeps what it has and works on.
limited() {
	rows 60000 && flatmapctl create m --key u64 --value u64 --max-bytes 1M || return
	exits 3 flatmapctl load m "$work/in.csv" --key k --value v
	grep -q '^flatmapctl: m: key [0-9]*: there is no memory for it' "$err" &&
		loaded=$(sed -n 's/^flatmapctl: m: stopped after \([0-9]*\) rows/\1/p' "$err") &&
		[ "$loaded" -gt 4000 ] && [ "$loaded" -lt 60000 ] && figure m entries && [ "$figure" = "$loaded" ] &&
		figure m bytes && [ "$figure" -le 1048576 ] && figure m resizes_failed && [ "$figure" -gt 0 ] &&
		refuses 3 'm: key 70000: there is no memory for it' flatmapctl set m 70000 1 &&
		flatmapctl set m 5 6 && prints 6 flatmapctl get m 5 && flatmapctl del m 5 && flatmapctl set m 70000 1
}

# limits ALL ONE: what all maps may take, and what one may; 0 is no limit.
limits() {
	echo "$1" >/sys/module/flatmap/parameters/max_bytes && echo "$2" >/sys/module/flatmap/parameters/max_map_bytes
}

# stops MAP: it can no longer grow.
stops() {
	exits 3 flatmapctl load "$1" "$work/in.csv" --key k --value v
	grep -q "^flatmapctl: $1: key [0-9]*: there is no memory for it" "$err"
}

# The module's limits can be changed while maps are in use; what was refused is done when there is more.
module_limits() {
	rows 60000 && flatmapctl create m --key u64 --value u64 && flatmapctl create n --key u64 --value u64 || return
	limits 0 500000 && stops m && figure m bytes && [ "$figure" -le 500000 ] && limits 3000000 0 && stops m &&
		stops n && limits 0 0 && exits 0 flatmapctl load m "$work/in.csv" --key k --value v &&
		exits 0 flatmapctl load n "$work/in.csv" --key k --value v && figure m entries && [ "$figure" = 60000 ]
	went=$?
	limits 0 0 && return $went
}

# Who creates a map pays for it, also when others make it grow; and a limit of theirs is a limit of the map's.
charged() {
	group=$work/groups/payers
	mkdir -p "$work/groups" && mount -t cgroup2 none "$work/groups" &&
		echo +memory >"$work/groups/cgroup.subtree_control" && mkdir "$group" || return
	pays && flatmapctl destroy m
	went=$?
	rmdir "$group" && umount "$work/groups" && return $went
}

pays() {
	rows 60000 && echo 4M >"$group/memory.max" &&
		sh -c "echo \$\$ >'$group/cgroup.procs' && exec flatmapctl create m --key u64 --value u64" && stops m &&
		figure m bytes && [ "$figure" -lt 4194304 ] &&
		[ "$(cat "$group/memory.current")" -ge $((figure / 2)) ] && grep -qx 'oom_kill 0' "$group/memory.events" &&
		echo max >"$group/memory.max" && exits 0 flatmapctl load m "$work/in.csv" --key k --value v &&
		reaches m regions -eq 1 && figure m bytes && [ "$figure" -gt 2000000 ] &&
		[ "$(cat "$group/memory.current")" -ge $((figure * 9 / 10)) ]
}
