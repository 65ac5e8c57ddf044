# shellcheck shell=sh disable=SC2154 # what they use is in checks.sh
#
# Cases of tool_test.sh: types, and how people write what is of them.

type_u64() {
	flatmapctl create m --key u64 --value u64 --entries 10 || return
	flatmapctl set m 0 18446744073709551615 && prints 18446744073709551615 flatmapctl get m 0 &&
		prints 18446744073709551615 flatmapctl get m 0x0 &&
		flatmapctl set m 0xFfFfFfFfFfFfFfFf 010 && prints 10 flatmapctl get m 18446744073709551615 &&
		prints 10 flatmapctl get m "$(printf %070d 0)18446744073709551615" || return
	for bad in '' x 1x -1 +1 ' 1' '1 ' 0x 0xg 1.5; do
		refuses 2 "m: key $bad: not an unsigned number" flatmapctl get m -- "$bad" &&
			refuses 2 "m: key 0: value $bad: not an unsigned number" flatmapctl set m -- 0 "$bad" || return
	done
	for bad in 18446744073709551616 0x10000000000000000 "1$(printf %070d 0)"; do
		refuses 2 "m: key $bad: more than 64 bits" flatmapctl get m "$bad" || return
	done
	prints 18446744073709551615 flatmapctl get m 0
}

type_hex() {
	flatmapctl create m --key hex:3 --value hex:2 --entries 10 && flatmapctl set m 00FFaa C0de &&
		prints c0de flatmapctl get m 00ffAA || return
	for bad in '' 00ffa 00ffaab 0x00ff; do
		[ ${#bad} = 6 ] || refuses 2 "m: key $bad: ${#bad} characters where 6 hexadecimal digits belong" \
			flatmapctl get m "$bad" || return
	done
	refuses 2 'm: key 0x00ff: not hexadecimal digits' flatmapctl get m 0x00ff &&
		refuses 2 'm: key 00ffag: not hexadecimal digits' flatmapctl get m 00ffag &&
		refuses 2 'm: key 00ffaa: value c0d: 3 characters where 4' flatmapctl set m 00ffaa c0d &&
		prints c0de flatmapctl get m 00ffaa && flatmapctl create none --key hex:1 --value hex:0 --entries 1 &&
		flatmapctl set none 00 '' && prints '' flatmapctl get none 00
}

type_string() {
	flatmapctl create m --key string:4 --value string:6 --entries 10 &&
		flatmapctl set m key 'värde' && prints 'värde' flatmapctl get m key &&
		flatmapctl set m four ' a b ' && prints ' a b ' flatmapctl get m four &&
		flatmapctl set m '' empty && prints empty flatmapctl get m '' &&
		flatmapctl set m -- -k --v && prints --v flatmapctl get m -- -k &&
		refuses 2 'm: key fives: 5 bytes, but at most 4 fit' flatmapctl get m fives &&
		refuses 2 'm: key key: value värdet: 7 bytes, but at most 6 fit' flatmapctl set m key 'värdet' &&
		prints 'värde' flatmapctl get m key
}

# integer TYPE BITS LEAST GREATEST PAST: both limits come back as keys and values, decimal and hexadecimal; beyond is refused.
integer() {
	flatmapctl create "$1" --key "$1" --value "$1" --entries 10 && flatmapctl set "$1" -- "$3" "$4" &&
		flatmapctl set "$1" -- "$4" "$3" && prints "$4" flatmapctl get "$1" -- "$3" &&
		prints "$3" flatmapctl get "$1" -- "$4" && flatmapctl set "$1" 0x10 007 &&
		prints 7 flatmapctl get "$1" 16 && refuses 2 "$1: key $5: $2" flatmapctl get "$1" -- "$5" &&
		refuses 2 "$1: key 16: value $5: $2" flatmapctl set "$1" -- 16 "$5" && prints 7 flatmapctl get "$1" 16
}

type_integers() {
	integer u8 'more than 8 bits' 0 255 256 && integer u16 'more than 16 bits' 0 65535 0x10000 &&
		integer u32 'more than 32 bits' 0 4294967295 4294967296 &&
		integer s8 'not between -128 and 127' -128 127 -129 &&
		integer s16 'not between -32768 and 32767' -32768 32767 32768 &&
		integer s32 'not between -2147483648 and 2147483647' -2147483648 2147483647 0x80000000 &&
		integer s64 'not between -9223372036854775808 and 9223372036854775807' -9223372036854775808 \
			9223372036854775807 9223372036854775808 || return
	flatmapctl set s16 -- -0x10 -1 && prints -1 flatmapctl get s16 -- -16 &&
		refuses 2 's8: key 3000000000000000000000: not between -128' flatmapctl get s8 3000000000000000000000 ||
		return
	for bad in '' - x --1 +1 ' 1' -0x 1-; do
		refuses 2 "s8: key $bad: not a number" flatmapctl get s8 -- "$bad" || return
	done
	for bad in '' -1 x 0x; do
		refuses 2 "u8: key $bad: not an unsigned number" flatmapctl get u8 -- "$bad" || return
	done
}

type_mac() {
	flatmapctl create m --key mac --value mac --entries 10 && flatmapctl set m 00:1A:2b:3c:4d:fF ff-ff-ff-ff-ff-00 ||
		return
	for key in 00:1a:2b:3c:4d:ff 00-1A-2B-3C-4D-FF 001a.2b3c.4dff 001A2B3C4DFF; do
		prints ff:ff:ff:ff:ff:00 flatmapctl get m $key || return
	done
	for bad in '' 00:1a:2b:3c:4d 00:1a:2b:3c:4d:ff:00 0:1a:2b:3c:4d:ff 00:1a:2b-3c:4d:ff 00:1a:2b:3c:4d:fg \
		001a2b3c4df 001a:2b3c:4dff 001a.2b3c.4df. 00.1a.2b.3c.4d.ff ' 01a2b3c4dff'; do
		refuses 2 "m: key $bad: not a hardware address" flatmapctl get m -- "$bad" || return
	done
}

# address TYPE WRITTEN READ
address() {
	flatmapctl set "$1" "$2" "$2" && prints "$3" flatmapctl get "$1" "$2" && prints "$3" flatmapctl get "$1" "$3"
}

type_ip() {
	flatmapctl create ipv4 --key ipv4 --value ipv4 --entries 10 &&
		flatmapctl create ipv6 --key ipv6 --value ipv6 --entries 100 &&
		address ipv4 0.0.0.0 0.0.0.0 && address ipv4 255.255.255.255 255.255.255.255 &&
		address ipv4 10.0.0.1 10.0.0.1 && address ipv6 :: :: && address ipv6 ::1 ::1 &&
		address ipv6 2001:0DB8:0:0:0:0:0:1 2001:db8::1 && address ipv6 1:0:0:2:0:0:0:3 1:0:0:2::3 &&
		address ipv6 1:0:0:2:3:0:0:4 1::2:3:0:0:4 && address ipv6 1:2:3:0:5:6:7:8 1:2:3:0:5:6:7:8 &&
		address ipv6 0:0:0:0:0:FFFF:a00:1 ::ffff:10.0.0.1 && address ipv6 fe80:: fe80:: &&
		address ipv6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff || return
	for bad in '' 1 1.2.3 1.2.3.4.5 1.2.3.256 1.2.3.x ' 1.2.3.4' ::1 1.2.3.4/8; do
		refuses 2 "ipv4: key $bad: not an IPv4 address" flatmapctl get ipv4 "$bad" || return
	done
	for bad in '' : 1::2::3 1:2:3:4:5:6:7 12345:: ::g 1.2.3.4 fe80::1%eth0 \
		1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111; do
		refuses 2 "ipv6: key $bad: not an IPv6 address" flatmapctl get ipv6 "$bad" || return
	done
}
