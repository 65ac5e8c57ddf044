# shellcheck shell=sh disable=SC2154 # what they use is in checks.sh
#
# Cases of tool_test.sh: several values of a key.

multimap() {
	flatmapctl create m --key string:8 --value string:8 --entries 100 --multi && prints 0 flatmapctl count m k &&
		refuses 1 'm: key k: no such key' flatmapctl values m k || return
	for value in one two one 'a b'; do
		silent flatmapctl append m k "$value" || return
	done
	prints 'one
two
one
a b' flatmapctl values m k && prints 4 flatmapctl count m k && prints one flatmapctl get m k &&
		prints one flatmapctl get m k value && refuses 1 'm: key k: the key is there' flatmapctl insert m k x &&
		silent flatmapctl insert m j x && prints 1 flatmapctl count m j &&
		silent flatmapctl del m k --value one && prints 'two
one
a b' flatmapctl values m k && refuses 1 'm: key k: no such value' flatmapctl delete m k --value three &&
		silent flatmapctl delete m k && prints 0 flatmapctl count m k &&
		refuses 1 'm: key k: no such key' flatmapctl delete m k && prints x flatmapctl values m j
}

multimap_fields() {
	flatmapctl create m --key mac --field port:u16 --field name:string:9 --entries 10 --multi &&
		flatmapctl append m 001122334455 port=22 name=ssh && flatmapctl append m 001122334455 name='a b' &&
		prints "port=22 name=ssh
port=0 name='a b'" flatmapctl values m 001122334455 && prints 22 flatmapctl get m 001122334455 port &&
		refuses 1 'm: key 001122334455: no such value' flatmapctl del m 001122334455 --value port=22 &&
		silent flatmapctl del m 001122334455 --value port=22 --value name=ssh &&
		prints "port=0 name='a b'" flatmapctl get m 001122334455
}

# In a map a key can be removed with its value only; what is for the other kind of map is refused.
multimap_refused() {
	two && flatmapctl create m --key u8 --value u8 --entries 10 --multi && flatmapctl append m 1 1 || return
	for command in 'set m 1 2' 'update m 1 2' 'add m 1 2'; do
		# shellcheck disable=SC2086
		refuses 2 'm: a multimap, whose keys can have many values' flatmapctl $command || return
	done
	refuses 2 'm: key 1: value 256: more than 8 bits' flatmapctl append m 1 256 &&
		refuses 2 'm: key 1: value x: not an unsigned number' flatmapctl del m 1 --value x &&
		prints 1 flatmapctl values m 1 && flatmapctl destroy m &&
		refuses 2 'two: not a multimap' flatmapctl append two 1 x && prints one flatmapctl values two 1 &&
		prints 1 flatmapctl count two 1 && prints 0 flatmapctl count two 9 &&
		refuses 1 'two: key 1: no such value' flatmapctl del two 1 --value two && still_two &&
		silent flatmapctl del two 1 --value one && prints 0 flatmapctl count two 1
}

multimap_most() {
	flatmapctl create m --key u8 --value u16 --max-entries 200 --multi || return
	awk 'BEGIN { print "k,v"; for (i = 0; i < 129; i++) print "3," i }' >"$work/in.csv"
	refuses 3 "m: key 3: a key can have 128 values, $work/in.csv has 129" \
		flatmapctl load m "$work/in.csv" --key k --value v && prints 0 flatmapctl count m 3 &&
		sed -i '$d' "$work/in.csv" && prints 'm: 128 rows, 128 added, 0 replaced, 0 repeated' \
		flatmapctl load m "$work/in.csv" --key k --value v && prints 128 flatmapctl count m 3 &&
		[ "$(flatmapctl values m 3)" = "$(seq 0 127)" ] &&
		refuses 3 'm: key 3: the key has 128 values, the most there can be' flatmapctl append m 3 500 &&
		refuses 3 "m: the map has room for 72 more values, $work/in.csv has 128" \
			flatmapctl load m "$work/in.csv" --key k --value v && prints 128 flatmapctl count m 3
}
