# shellcheck shell=sh disable=SC2154 # what they use is in checks.sh
#
# Cases of tool_test.sh: dump.

dump_csv() {
	flatmapctl create m --key hex:2 --value string:20 --entries 10 && prints key,value flatmapctl dump m &&
		flatmapctl set m 00FF 'a "b", c ' && prints 'key,value
"00ff","a ""b"", c "' flatmapctl dump m --format csv && flatmapctl create n --key u64 --value hex:1 --entries 1 &&
		flatmapctl set n 7 0A && prints 'key,value
"7","0a"' flatmapctl dump n
}

dump_json() {
	flatmapctl create m --key u64 --value string:9 --entries 10 && prints '[]' flatmapctl dump m --format json &&
		flatmapctl set m 18446744073709551615 "$(printf 'a"\\/\n\001\342\202\254')" && prints '[
  { "key": 18446744073709551615, "value": "a\"\\/\n\u0001€" }
]' flatmapctl dump m --format=json && flatmapctl set m 18446744073709551615 "$(printf 'a\377\355\240\200')" &&
		prints '[
  { "key": 18446744073709551615, "value": { "hex": "61ffeda080" } }
]' flatmapctl dump m -f json && flatmapctl create n --key string:2 --value hex:2 --entries 10 &&
		flatmapctl set n k 0aFF && flatmapctl set n l 0000 && exits 0 flatmapctl dump n --format json &&
		[ "$(wc -l <"$out")" = 4 ] && has '{ "key": "k", "value": "0aff" }' '{ "key": "l", "value": "0000" }'
}

round_trip() {
	awk 'BEGIN { print "k,v"; for (i = 0; i < 3000; i++) printf "%06x,\"a\n%d \"\"é\"\" \"\n", i * 5323, i }' >"$work/in.csv"
	for map in m n; do
		flatmapctl create $map --key hex:3 --value string:24 --entries 3000 || return
	done
	flatmapctl load m "$work/in.csv" --key k --value v && flatmapctl dump m >"$work/m.csv" &&
		flatmapctl load n "$work/m.csv" --key key --value value && exits 0 flatmapctl dump n || return
	# Each map has its own order.
	prints "$(printf 'a\n1 "é" ')" flatmapctl get n 0014cb &&
		sort "$work/m.csv" >"$work/m.sorted" &&
		flatmapctl dump n | sort >"$work/n.sorted" && same "$work/m.sorted" "$work/n.sorted" &&
		[ "$(flatmapctl dump n --format json | grep -c '"key"')" = 3000 ]
}

dump_fields() {
	flows && flatmapctl set flows 10.0.0.1 seen=-128 bytes=18446744073709551615 &&
		prints 'key,bytes,packets,seen,who
"10.0.0.1","18446744073709551615","1","-128",""' flatmapctl dump flows && prints '[
  { "key": "10.0.0.1", "bytes": 18446744073709551615, "packets": 1, "seen": -128, "who": "" }
]' flatmapctl dump flows --format json
}

dump_multimap() {
	flatmapctl create m --key u8 --field a:s64 --field b:ipv6 --entries 10 --multi || return
	for number in 3 1 2; do
		flatmapctl append m 9 a=-$number b=::$number || return
	done
	prints 'key,a,b
"9","-3","::3"
"9","-1","::1"
"9","-2","::2"' flatmapctl dump m && prints '[
  { "key": 9, "a": -3, "b": "::3" },
  { "key": 9, "a": -1, "b": "::1" },
  { "key": 9, "a": -2, "b": "::2" }
]' flatmapctl dump m --format json
}

# again FROM TO OPTION...: what is dumped of one map and loaded into the other comes back the same.
again() {
	from=$1
	to=$2
	shift 2
	flatmapctl dump "$from" >"$work/from.csv" && exits 0 flatmapctl load "$to" "$work/from.csv" --key key "$@" &&
		sort "$work/from.csv" >"$work/from.sorted" &&
		flatmapctl dump "$to" | sort >"$work/to.sorted" && same "$work/from.sorted" "$work/to.sorted"
}

# Every type as a key, and all of them as fields, at their limits.
round_trip_types() {
	create='--field a:u8 --field b:u16 --field c:u32 --field d:u64 --field e:s8 --field f:s16 --field g:s32
		--field h:s64 --field i:bytes:5 --field j:string:20 --field k:mac --field l:ipv4 --field m:ipv6'
	load='--field a=a --field b=b --field c=c --field d=d --field e=e --field f=f --field g=g --field h=h
		--field i=i --field j=j --field k=k --field l=l --field m=m'
	least='a=0 b=0 c=0 d=0 e=-128 f=-32768 g=-2147483648 h=-9223372036854775808 i=0000000000 j= k=000000000000
		l=0.0.0.0 m=::'
	greatest='a=255 b=65535 c=4294967295 d=18446744073709551615 e=127 f=32767 g=2147483647 h=9223372036854775807
		i=ffffffffff k=ffffffffffff l=255.255.255.255 m=ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'
	for type in u8,0,255 u16,0,65535 u32,0,4294967295 u64,0,18446744073709551615 s8,-128,127 s16,-32768,32767 \
		s32,-2147483648,2147483647 s64,-9223372036854775808,9223372036854775807 bytes:2,0000,ffff \
		string:9,,nine-byte mac,000000000000,ffffffffffff ipv4,0.0.0.0,255.255.255.255 ipv6,::,ffff::ffff; do
		key=${type%%,*}
		rest=${type#*,}
		# shellcheck disable=SC2086 # words of options
		{
			flatmapctl create m --key $key $create --entries 2 &&
				flatmapctl create n --key $key $create --entries 2 &&
				flatmapctl set m -- "${rest%,*}" $least &&
				flatmapctl set m -- "${rest#*,}" $greatest "j=é, \"'$newline" &&
				again m n $load && flatmapctl destroy m n
		} || { echo "with keys of $key" && return 1; }
	done
}

round_trip_multimap() {
	for map in m n; do
		flatmapctl create $map --key u8 --field a:u16 --field b:string:4 --entries 1000 --multi || return
	done
	awk 'BEGIN { print "k,a,b"; for (i = 0; i < 1000; i++) print i % 50 "," i ",x" i % 3 }' >"$work/in.csv"
	exits 0 flatmapctl load m "$work/in.csv" --key k --field a=a --field b=b &&
		again m n --field a=a --field b=b && prints 20 flatmapctl count n 49 &&
		[ "$(flatmapctl values m 7)" = "$(flatmapctl values n 7)" ] &&
		[ "$(flatmapctl dump n --format json | grep -c '"key": 7,')" = 20 ]
}

write_errors() {
	two || return
	for line in 'dump two' 'dump two --format json' 'get two 1' list 'show two' 'stats --json' --help; do
		status=0
		# shellcheck disable=SC2086
		flatmapctl $line >/dev/full 2>"$err" || status=$?
		[ $status = 3 ] && grep -q 'standard output: No space left' "$err" || return
	done
	status=0
	{
		flatmapctl dump two 2>"$err"
		echo $? >"$work/status"
	} | :
	[ "$(cat "$work/status")" = 0 ] || grep -q 'standard output: Broken pipe' "$err"
}
