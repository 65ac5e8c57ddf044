# shellcheck shell=sh disable=SC2154 # what they use is in checks.sh
#
# Cases of tool_test.sh: values with fields, and sums in them.

fields() {
	schema='--field bytes:u64 --field packets:u32 --field seen:s8 --field who:string:8'
	flows && prints "flows: --key ipv4 $schema --entries 10 --hash siphash" flatmapctl info flows &&
		prints 'bytes=1500 packets=1 seen=0 who=' flatmapctl get flows 10.0.0.1 &&
		exits 0 flatmapctl info --json flows && has '"key": "ipv4"' '"name": "packets"' '"type": "u32"' '"offset": 8'
}

# What is not named: zero in a new value, as it was in an old one.
fields_set() {
	flows && flatmapctl set flows 10.0.0.1 seen=-5 "who=it's me" &&
		prints "bytes=1500 packets=1 seen=-5 who='it'\\''s me'" flatmapctl get flows 10.0.0.1 &&
		prints "it's me" flatmapctl get flows 10.0.0.1 who && prints -5 flatmapctl get flows 10.0.0.1 seen &&
		flatmapctl update flows 10.0.0.1 bytes=2 && prints 2 flatmapctl get flows 10.0.0.1 bytes &&
		prints 1 flatmapctl get flows 10.0.0.1 packets &&
		flatmapctl insert flows 10.0.0.2 packets=7 who=a=b &&
		prints 'bytes=0 packets=7 seen=0 who=a=b' flatmapctl get flows 10.0.0.2 &&
		refuses 1 'flows: key 10.0.0.2: the key is there already' flatmapctl insert flows 10.0.0.2 bytes=1 &&
		refuses 1 'flows: key 10.0.0.3: no such key' flatmapctl update flows 10.0.0.3 bytes=1 seen=1 &&
		flatmapctl set flows 10.0.0.3 packets=4294967295 && eval "set -- $(flatmapctl get flows 10.0.0.1)" &&
		flatmapctl set flows 10.0.0.3 "$@" &&
		prints "bytes=2 packets=1 seen=-5 who='it'\\''s me'" flatmapctl get flows 10.0.0.3
}

# In a full map the fields of what is there can still be set.
fields_full() {
	flatmapctl create m --key u8 --field a:u8 --field b:u8 --entries 1 --fixed && flatmapctl set m 1 a=1 &&
		flatmapctl set m 1 b=2 && prints 'a=1 b=2' flatmapctl get m 1 &&
		refuses 3 'm: key 2: the map is full' flatmapctl set m 2 a=1 &&
		refuses 3 'm: key 2: the map is full' flatmapctl add m 2 a=1 --create && flatmapctl add m 1 a=1 &&
		prints 'a=2 b=2' flatmapctl get m 1
}

# Where fields lie, and as many as there can be.
fields_layout() {
	flatmapctl create m --key u8 --field a:u8 --field b:u16 --field c:bytes:3 --field d:u64 --field e:mac \
		--field f:ipv4 --field g:s8 --entries 5 && exits 0 flatmapctl show --json m || return
	offsets=$(sed -n 's/^ *"offset": \([0-9]*\),$/\1/p' "$out" | tr '\n' ' ')
	[ "$offsets" = '0 2 4 8 16 24 28 ' ] || { echo "$offsets" && return 1; }
	set --
	words=
	for number in $(seq 64); do
		set -- "$@" --field "f$number:u16"
		words="$words f$number=$number"
	done
	# shellcheck disable=SC2086 # one argument for each
	flatmapctl create most --key u8 "$@" --entries 2 && flatmapctl set most 1 $words &&
		prints "${words# }" flatmapctl get most 1 && prints 64 flatmapctl get most 1 f64 &&
		not_created 'more than 64 fields' --key u8 --entries 2 "$@" --field more:u8
}

fields_refused() {
	flows || return
	rest='--key u64 --entries 10'
	for field in a a= =u8 :u8 'a b:u8' 'é:u8' a=b:u8 a:u9 a:bytes:0 a:string:65537 key:u8 \
		a2345678901234567890123456789012:u8; do
		# shellcheck disable=SC2086
		not_created "--field $field: " $rest --field "$field" || return
	done
	# shellcheck disable=SC2086
	not_created 'there is such a field already' $rest --field a:u8 --field a:u16 &&
		not_created 'the fields have more than 65536 bytes' $rest --field a:bytes:65536 --field b:u8 &&
		not_created 'exclude each other' $rest --field a:u8 --value u8 || return
	wrong='flows: key 10.0.0.1'
	for command in set update insert; do
		refuses 2 "$wrong: bytes: not FIELD=VALUE" flatmapctl $command flows 10.0.0.1 bytes &&
			refuses 2 "$wrong: octets=1: no such field; there are bytes, packets, seen, who" \
				flatmapctl $command flows 10.0.0.1 octets=1 &&
			refuses 2 "$wrong: bytes=2: the field is there twice" \
				flatmapctl $command flows 10.0.0.1 bytes=1 bytes=2 &&
			refuses 2 "$wrong: packets=4294967296: more than 32 bits" \
				flatmapctl $command flows 10.0.0.1 bytes=1 packets=4294967296 || return
	done
	refuses 2 'flows: field octets: no such field; there are bytes' flatmapctl get flows 10.0.0.1 octets &&
		refuses 1 'flows: key 10.0.0.9: no such key' flatmapctl get flows 10.0.0.9 bytes && still_flows
}

add() {
	flows && silent flatmapctl add flows 10.0.0.1 bytes=500 packets=2 seen=-128 &&
		prints "bytes=2000 packets=3 seen=-128 who=" flatmapctl get flows 10.0.0.1 &&
		silent flatmapctl add flows 10.0.0.1 bytes=-2000 seen=0x7f &&
		prints "bytes=0 packets=3 seen=-1 who=" flatmapctl get flows 10.0.0.1 &&
		refuses 1 'flows: key 10.0.0.2: no such key' flatmapctl add flows 10.0.0.2 bytes=1 &&
		silent flatmapctl add flows 10.0.0.2 bytes=1 --create &&
		silent flatmapctl add flows 10.0.0.2 bytes=1 --create && prints 2 flatmapctl get flows 10.0.0.2 bytes &&
		flatmapctl create plain --key u8 --value s16 --entries 2 && silent flatmapctl add plain 1 5 --create &&
		silent flatmapctl add -- plain 1 -7 && silent flatmapctl add plain 1 value=1 &&
		prints -1 flatmapctl get plain 1
}

add_refused() {
	flows && wrong='flows: key 10.0.0.1' || return
	for bad in bytes 5 octets=5 who=1; do
		refuses 2 "$wrong: $bad: " flatmapctl add flows 10.0.0.1 packets=1 $bad || return
	done
	for bad in bytes= bytes=x bytes=1.5 bytes=9223372036854775808 bytes=-9223372036854775809; do
		refuses 2 "$wrong: $bad: not " flatmapctl add flows 10.0.0.1 $bad --create || return
	done
	for bad in bytes=-1502 packets=4294967295 seen=128 seen=-129; do
		refuses 2 "$wrong: a sum does not fit its field; nothing was changed" \
			flatmapctl add flows 10.0.0.1 bytes=1 $bad || return
		refuses 2 'flows: key 10.0.0.7: a sum does not fit' \
			flatmapctl add flows 10.0.0.7 seen=1 bytes=-1 --create || return
	done
	two && refuses 2 'two: key 1: 1: the field is not an integer' flatmapctl add two 1 1 && still_flows
}

# Many programs add at once, and one of them creates the entry.
add_race() {
	flatmapctl create m --key u8 --field a:u64 --field b:s64 --entries 1 || return
	for number in 1 2 3 4; do
		{
			for _ in 1 2 3 4 5 6 7 8 9 10; do
				flatmapctl add m 7 a=$number b=-$number --create || echo failed
			done
		} >"$work/add.$number" &
	done
	wait
	[ "$(cat "$work"/add.*)" = '' ] && prints 'a=100 b=-100' flatmapctl get m 7
}
