# shellcheck shell=sh disable=SC2154 # what they use is in checks.sh
#
# Cases of tool_test.sh: load.

load_file() {
	printf 'name,id,note\none,1,x\ntwo,2,x\nuno,1,x\n' >"$work/in.csv"
	flatmapctl create m --key u64 --value string:5 --entries 10 && flatmapctl set m 2 old &&
		prints 'm: 3 rows, 1 added, 1 replaced, 1 repeated' \
			flatmapctl load m "$work/in.csv" --key id --value name &&
		prints uno flatmapctl get m 1 && prints two flatmapctl get m 2 &&
		prints 'm: 3 rows, 0 added, 2 replaced, 1 repeated' \
			flatmapctl load m "$work/in.csv" --key=id --value=name &&
		prints 'm: 3 rows, 0 added, 2 replaced, 1 repeated' \
			flatmapctl load m - --key id --value name <"$work/in.csv" &&
		flatmapctl create same --key string:9 --value string:9 --entries 3 &&
		prints 'same: 3 rows, 3 added, 0 replaced, 0 repeated' \
			flatmapctl load same "$work/in.csv" -k name -v name && prints uno flatmapctl get same uno
}

load_pipe() {
	flatmapctl create m --key u64 --value u64 || return
	# More than one batch, with a key that comes again much later.
	awk 'BEGIN { print "k,v"; for (i = 0; i < 20000; i++) print i "," i * 2; print "5,55" }' >"$work/in.csv"
	# shellcheck disable=SC2002 # it has to be a pipe
	cat "$work/in.csv" | prints 'm: 20001 rows, 20000 added, 0 replaced, 1 repeated' \
		flatmapctl load m - --key k --value v && prints 55 flatmapctl get m 5 &&
		prints 39998 flatmapctl get m 19999
}

load_bytes() {
	{
		printf 'k,v\r\n1," edge ""quoted"" blanks "\r\n2, edge \r\n3,"two\nlines, one\r\nfield"\r\n'
		printf '4,Grüße \342\202\254\r\n5,\r\n6,""\r\n'
	} >"$work/in.csv"
	flatmapctl create m --key u64 --value string:40 --entries 10 &&
		prints 'm: 6 rows, 6 added, 0 replaced, 0 repeated' \
			flatmapctl load m "$work/in.csv" --key k --value v &&
		prints ' edge "quoted" blanks ' flatmapctl get m 1 && prints ' edge ' flatmapctl get m 2 &&
		prints "$(printf 'two\nlines, one\r\nfield')" flatmapctl get m 3 &&
		prints "$(printf 'Grüße \342\202\254')" flatmapctl get m 4 && prints '' flatmapctl get m 5 &&
		prints '' flatmapctl get m 6
}

# A byte order mark, empty lines, no newline at the end; a header that is all there is.
load_edges() {
	flatmapctl create m --key u64 --value string:4 --entries 10 &&
		printf '\357\273\277"k",v\n\n1,a\n\n\n2,b' >"$work/in.csv" &&
		prints 'm: 2 rows, 2 added, 0 replaced, 0 repeated' \
			flatmapctl load m "$work/in.csv" --key k --value v && prints b flatmapctl get m 2 &&
		echo k,v >"$work/in.csv" && prints 'm: 0 rows, 0 added, 0 replaced, 0 repeated' \
		flatmapctl load m "$work/in.csv" --key k --value v
}

# bad_file MESSAGE TEXT: the message, with what follows "FILE: ", and that nothing has changed.
bad_file() {
	printf '%b' "$2" >"$work/bad.csv"
	refuses 2 "$work/bad.csv: $1" flatmapctl load two "$work/bad.csv" --key k --value v &&
		grep -qx 'flatmapctl: two: nothing was changed' "$err" && still_two
}

load_bad_file() {
	two && bad_file 'there is no column k; there are a, v' 'a,v\n1,x\n' &&
		bad_file 'there is no column v; there are k, b c' 'k,b c\n1,x\n' &&
		bad_file 'there is no header' '' &&
		bad_file 'line 3, column k: not an unsigned number' 'k,v\n1,x\ny,z\n' &&
		bad_file 'line 5, column v: 6 bytes, but at most 5 fit' 'k,v\n1,"x\n\ny"\n3,sixsix\n' &&
		bad_file 'line 3: 1 columns, but the header has 2' 'k,v\n1,x\n2\n' &&
		bad_file 'line 2: 3 columns, but the header has 2' 'k,v\n1,x,y\n' &&
		bad_file 'line 3, column 2: quotes are not where CSV has them' 'k,v\n1,x\n2,a"b\n' &&
		bad_file 'line 2, column 2: quotes are not where CSV has them' 'k,v\n1,"x"y\n2,b\n' &&
		bad_file 'line 3, column 2: the quotes are never closed' 'k,v\n1,x\n2,"y\n3,z\n' &&
		bad_file 'line 2, column v: a NUL inside a string' 'k,v\n1,a\0b\n' &&
		refuses 2 "$work/none.csv: No such file" flatmapctl load two "$work/none.csv" --key k --value v &&
		refuses 2 "$work: Is a directory" flatmapctl load two "$work" --key k --value v && still_two
}

# More keys than there can be: nothing is begun. No more than that: what fits is loaded.
load_too_many() {
	two && awk 'BEGIN { print "k,v"; for (i = 1; i <= 11; i++) print i ",x" }' >"$work/in.csv" &&
		refuses 3 "two: the map can hold 10 keys, $work/in.csv has 11" \
			flatmapctl load two "$work/in.csv" --key k --value v &&
		grep -qx 'flatmapctl: two: nothing was changed' "$err" && still_two &&
		sed -i 's/^11,/12,/; s/^1,/11,/' "$work/in.csv" && sed -i 6d "$work/in.csv" &&
		refuses 3 "two: key 12: the map is full ($work/in.csv, line 11; the 9 rows before it are loaded)" \
			flatmapctl load two "$work/in.csv" --key k --value v &&
		prints x flatmapctl get two 11 && prints one flatmapctl get two 1
}

load_bad_pipe() {
	two && printf 'k,v\n3,x\n4,y\n5,too long\n6,z\n' >"$work/in.csv" || return
	# shellcheck disable=SC2002
	cat "$work/in.csv" | refuses 2 'standard input: line 4, column v: 8 bytes, but at most 5 fit' \
		flatmapctl load two - --key k --value v &&
		grep -qx 'flatmapctl: two: stopped after 2 rows' "$err" && prints x flatmapctl get two 3 &&
		prints y flatmapctl get two 4 && refuses 1 'two: key 6: no such key' flatmapctl get two 6
}

# Columns by name or number, in any order; fields without one stay as they are.
load_fields() {
	printf 'name,2,id,kB\n"a, b",7,10.0.0.1,5\nnobody,8,10.0.0.2,6\n' >"$work/in.csv"
	flows && prints 'flows: 2 rows, 1 added, 1 replaced, 0 repeated' \
		flatmapctl load flows "$work/in.csv" --key id --field who=1 --field packets=2 &&
		prints "bytes=1500 packets=7 seen=0 who='a, b'" flatmapctl get flows 10.0.0.1 &&
		prints 'bytes=0 packets=8 seen=0 who=nobody' flatmapctl get flows 10.0.0.2 &&
		prints 'flows: 2 rows, 0 added, 2 replaced, 0 repeated' flatmapctl load flows "$work/in.csv" -k 3 \
			--field who=name --field bytes=kB --field seen=4 --field packets=2 &&
		prints "bytes=5 packets=7 seen=5 who='a, b'" flatmapctl get flows 10.0.0.1 &&
		two && printf '1,2\n3,three\n' >"$work/in.csv" &&
		prints 'two: 1 rows, 1 added, 0 replaced, 0 repeated' \
			flatmapctl load two "$work/in.csv" --key 1 --field value=2 && prints three flatmapctl get two 3
}

# bad_fields MESSAGE TEXT [OPTION...]
bad_fields() {
	message=$1
	printf '%b' "$2" >"$work/bad.csv"
	shift 2
	refuses 2 "$message" flatmapctl load flows "$work/bad.csv" --key k "$@" && still_flows
}

load_bad_fields() {
	flows && bad_fields 'flows: its values have fields: --field, not --value' 'k,v\n' --value v &&
		bad_fields 'flows: --field v: not FIELD=COLUMN' 'k,v\n' --field v &&
		bad_fields 'flows: --field octets=v: no such field; there are bytes, packets' 'k,v\n' --field octets=v &&
		bad_fields 'flows: --field bytes=k: the field is there twice' 'k,v\n' --field bytes=v --field bytes=k &&
		bad_fields "$work/bad.csv: there is no column w; there are k, v" 'k,v\n' --field bytes=w || return
	for number in 0 3 -1 18446744073709551617; do
		bad_fields "$work/bad.csv: there is no column $number; there are k, v" 'k,v\n' --field bytes=$number ||
			return
	done
	bad_fields "$work/bad.csv: line 4, column 2, field seen: not between -128 and 127" \
		'k,v\n10.0.0.1,"1"\n\n10.0.0.2,128\n' --field seen=2 --field bytes=v &&
		bad_fields "$work/bad.csv: line 2, column v, field packets: not an unsigned number" \
			'k,v\n10.0.0.1,-1\n' --field packets=v &&
		bad_fields "$work/bad.csv: line 2, column k: not an IPv4 address" 'k,v\n10.0.0,1\n' --field packets=v
}

# The bar is for terminals, and gone at the end. A virtual console is one, and can be read.
load_progress() {
	flatmapctl create m --key u64 --value string:64 && mkfifo "$work/fifo" || return
	flatmapctl load m - --key k --value v <"$work/fifo" 2>/dev/tty1 >"$out" &
	loader=$!
	{
		awk 'BEGIN { print "k,v"; for (i = 0; i < 10000; i++) print i ",some more text" }'
		for _ in 1 2 3 4 5 6 7 8 9 10; do
			sleep 1
			grep -q 'loading .* KiB' /dev/vcs1 && break
		done
		grep -c 'loading .* KiB' /dev/vcs1 >"$work/seen"
	} >"$work/fifo"
	wait $loader && [ "$(cat "$work/seen")" = 1 ] && has '10000 rows' && ! grep -q loading /dev/vcs1
}

# Killed in the middle, a load has put whole rows in and nothing else.
load_killed() {
	flatmapctl create m --key u64 --value string:30 &&
		awk 'BEGIN { print "k,v"; for (i = 0; i < 60000; i++) print i ",value " i }' >"$work/in.csv" || return
	for entries in 1 10000 30000; do
		flatmapctl load m - --key k --value v <"$work/in.csv" >/dev/null &
		reaches m entries -ge $entries && kill -9 $! 2>/dev/null
		wait $! 2>/dev/null
	done
	flatmapctl dump m | awk -F '"' 'NR > 1 && $4 != "value " $2 { print; wrong = 1 } END { exit wrong }' &&
		exits 0 flatmapctl load m "$work/in.csv" --key k --value v && has 'm: 60000 rows' &&
		[ "$(flatmapctl dump m | wc -l)" = 60001 ]
}

# A map that is destroyed under a load, which holds it open.
load_destroyed() {
	two && mkfifo "$work/fifo2" || return
	flatmapctl load two - --key k --value v <"$work/fifo2" >"$out" 2>"$err" &
	loader=$!
	{
		sleep 1
		flatmapctl destroy two && ! rmmod flatmap 2>/dev/null && flatmapctl list >"$work/names"
		printf 'k,v\n5,x\n'
	} >"$work/fifo2"
	status=0
	wait $loader || status=$?
	[ $status = 1 ] && grep -qF 'two: key 5: the map has been destroyed' "$err" && [ ! -s "$work/names" ]
}
