#!/bin/sh
# Tests of flatmapctl, as root and with the module loaded: every command, option, exit status and message. Prints
# KTAP. Needs flatmapctl on the PATH, and in the working directory ktap.sh and the module (or FLATMAP_KO says where).
# Arguments are the names of cases; without any, all are run.

set -u
# shellcheck disable=SC1091 # it is where the tests run
. ./ktap.sh

newline='
'
module=${FLATMAP_KO:-./flatmap.ko}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$work/out
err=$work/err

# ---- What the cases are made of ----------------------------------------------------------------------------------

# exits STATUS COMMAND...: run it, keep what it prints in $out and $err.
exits() {
	expected=$1
	shift
	status=0
	"$@" >"$out" 2>"$err" || status=$?
	[ "$status" = "$expected" ] && return
	echo "$*: status $status, not $expected"
	cat "$out" "$err"
	return 1
}

# slurp FILE: its text into $text. Starting a program costs more than that in an emulated guest.
slurp() {
	text=
	while IFS= read -r line; do
		text=$text$line$newline
	done <"$1"
	text=$text$line
}

# differs WHAT: complain, with what there was.
differs() {
	echo "not '$1' but '$text'"
	return 1
}

# prints TEXT COMMAND...: it succeeds, prints exactly this and a newline, and has nothing to complain about.
prints() {
	wanted=$1$newline
	shift
	exits 0 "$@" && slurp "$err" && [ -z "$text" ] && slurp "$out" || return
	[ "$text" = "$wanted" ] || differs "$wanted"
}

# silent COMMAND...: it succeeds and prints nothing.
silent() {
	exits 0 "$@" && [ ! -s "$out" ] && [ ! -s "$err" ]
}

# complains TEXT: nothing has been printed but a complaint that holds this.
complains() {
	[ ! -s "$out" ] && slurp "$err" && case $text in
	*"$1"*) ;;
	*) differs "$1" ;;
	esac
}

# refuses STATUS MESSAGE COMMAND...: it fails and says so, beginning like this.
refuses() {
	message="flatmapctl: $2"
	wanted=$1
	shift 2
	exits "$wanted" "$@" && [ ! -s "$out" ] && slurp "$err" && case $text in
	"$message"*) ;;
	*) differs "$message" ;;
	esac
}

# misused MESSAGE COMMAND...: the command line is wrong; argp says why.
misused() {
	message=$1
	shift
	exits 2 "$@" && complains "$message"
}

same() {
	cmp "$1" "$2" && return
	cat "$2"
	return 1
}

# has TEXT...: $out holds each of these.
has() {
	slurp "$out"
	for part in "$@"; do
		case $text in
		*"$part"*) ;;
		*) differs "$part" ;;
		esac || return
	done
}

# A map with two entries, and what must still be true of it after something failed.
two() {
	flatmapctl create two --key u64 --value string:5 --entries 10 &&
		flatmapctl set two 1 one && flatmapctl set two 2 two
}

# The order of the two is the map's own.
still_two() {
	prints two flatmapctl list && exits 0 flatmapctl dump two && slurp "$out" || return
	one='"1","one"'$newline
	two='"2","two"'$newline
	[ "$text" = "key,value$newline$one$two" ] || [ "$text" = "key,value$newline$two$one" ] || differs "$one$two"
}

# Every case begins and ends without maps.
clean() {
	for name in $(flatmapctl list); do
		flatmapctl destroy "$name" || return
	done
}

check() {
	ktap_case "$1" eval "clean && $1 && clean"
}

# ---- Command lines -----------------------------------------------------------------------------------------------

commands='create destroy set insert update get del load dump list show stats'

help() {
	exits 0 flatmapctl --help && has 'Usage: flatmapctl' 'Exit status' || return
	for command in $commands; do
		has "  $command " || return
	done
	for command in $commands; do
		exits 0 flatmapctl "$command" --help && has "Usage: flatmapctl $command" && [ ! -s "$err" ] || return
	done
	exits 0 flatmapctl --version && has 'flatmapctl '
}

usage() {
	two && misused 'which command?' flatmapctl && misused 'no command bogus' flatmapctl bogus &&
		misused 'unrecognized option' flatmapctl --bogus &&
		misused "--value are needed" flatmapctl load two FILE --key a &&
		misused 'neither csv nor json' flatmapctl dump two --format xml || return
	for command in $commands; do
		misused 'unrecognized option' flatmapctl "$command" --bogus two 3 x || return
	done
	for line in destroy 'set two 3' 'insert two 3' 'update two 1' get 'get two' 'del two' dump; do
		# shellcheck disable=SC2086 # words are what this is about
		misused 'too few arguments' flatmapctl $line || return
	done
	for line in 'set two 3 x y' 'insert two 3 x y' 'update two 1 x y' 'get two 1 2' 'del two 1 2' 'dump two two' \
		'list two two' 'show two two' 'stats two two' 'load two a b --key k --value v' \
		'create a b --key u64 --value u64 --entries 1'; do
		# shellcheck disable=SC2086
		misused 'one argument too many' flatmapctl $line || return
	done
	still_two
}

# ---- Maps --------------------------------------------------------------------------------------------------------

create() {
	silent flatmapctl create a --key u64 --value u64 --entries 7 &&
		silent flatmapctl create b -k hex:3 -v string:96 -n 1000 --hash fast &&
		silent flatmapctl create c --key string:1024 --value hex:65536 --entries 1 --hash=siphash &&
		silent flatmapctl create d --key hex:1 --value hex:0 --entries 1 &&
		prints 'a: --key u64 --value u64 --entries 7 --hash siphash
b: --key hex:3 --value string:96 --entries 1000 --hash fast
c: --key string:1024 --value hex:65536 --entries 1 --hash siphash
d: --key hex:1 --value hex:0 --entries 1 --hash siphash' flatmapctl show
}

# not_created MESSAGE OPTION...
not_created() {
	message=$1
	shift
	misused "$message" flatmapctl create new "$@"
}

create_refused() {
	two || return
	rest='--value u64 --entries 10'
	for type in u65 u64:8 U64 hex string mac ''; do
		# shellcheck disable=SC2086
		not_created 'a type is u64, hex:N or string:N' --key "$type" $rest || return
	done
	for type in hex: hex:x hex:3x hex:-1 hex:+3 'hex: 3' string:1e3; do
		# shellcheck disable=SC2086
		not_created 'the size is not a number' --key "$type" $rest || return
	done
	for type in hex:0 hex:1025 string:0 string:99999999999999999999; do
		# shellcheck disable=SC2086
		not_created 'the size is not between 1 and 1024' --key "$type" $rest || return
	done
	not_created 'the size is not between 0 and 65536' --key u64 --value hex:65537 --entries 1 || return
	for entries in 0 6422529 99999999999999999999; do
		not_created 'not between 1 and 6422528' --key u64 --value u64 --entries "$entries" || return
	done
	for entries in '' -1 x 5x ' 5'; do
		not_created 'not a number' --key u64 --value u64 --entries "$entries" || return
	done
	not_created 'neither siphash nor fast' --key u64 --value u64 --entries 1 --hash md5 &&
		not_created 'are needed' --key u64 --value u64 && not_created 'are needed' --key u64 --entries 1 &&
		not_created 'are needed' --value u64 --entries 1 || return
	set -- --key u64 --value u64 --entries 1
	refuses 1 'two: there is a map of that name' flatmapctl create two "$@" &&
		refuses 2 'a b: not a name' flatmapctl create 'a b' "$@" &&
		refuses 2 'a/b: not a name' flatmapctl create a/b "$@" &&
		refuses 2 ': not a name' flatmapctl create '' "$@" &&
		refuses 2 "$(printf %064d 0): a name has at most 63 characters" \
			flatmapctl create "$(printf %064d 0)" "$@" &&
		still_two
}

list() {
	prints '[
]' flatmapctl list --json && silent flatmapctl list && two &&
		flatmapctl create one --key hex:2 --value u64 --entries 1 &&
		prints 'one
two' flatmapctl list && prints two flatmapctl list two && prints '[
  "one",
  "two"
]' flatmapctl list --json && prints '"two"' flatmapctl list --json two &&
		refuses 1 'three: no such map' flatmapctl list three
}

show() {
	two && prints 'two: --key u64 --value string:5 --entries 10 --hash siphash' flatmapctl show two &&
		prints '{
  "name": "two",
  "key": "u64",
  "value": "string:5",
  "entries": 10,
  "hash": "siphash"
}' flatmapctl show two --json && exits 0 flatmapctl show --json && has '[' '"name": "two"' ']'
}

stats() {
	flatmapctl create empty --key u64 --value u64 --entries 1000 && exits 0 flatmapctl stats --json empty &&
		has '"name": "empty"' '"entries": 0' '"capacity": 1000' '"bytes": ' '"bytes_per_entry": null' \
			'"slots": ' '"blocks": ' '"blocks_free": ' &&
		flatmapctl set empty 1 1 && exits 0 flatmapctl stats empty --json && has '"entries": 1' || return
	bytes=$(sed -n 's/^ *"bytes": \([0-9]*\),$/\1/p' "$out")
	has "\"bytes_per_entry\": $bytes.00" && exits 0 flatmapctl stats empty &&
		has empty 'entries          1' 'capacity         1000' "bytes            $bytes" \
			"bytes_per_entry  $bytes.00" slots blocks blocks_free &&
		two && exits 0 flatmapctl stats && has empty two && exits 0 flatmapctl stats --json &&
		has '"name": "empty"' '"name": "two"'
}

destroy() {
	two && flatmapctl create a --key u64 --value u64 --entries 1 &&
		flatmapctl create b --key u64 --value u64 --entries 1 && silent flatmapctl destroy a b && still_two &&
		refuses 1 'none: no such map' flatmapctl destroy none two &&
		silent flatmapctl list
}

# Of many who create one name at once one succeeds.
create_race() {
	for number in 1 2 3 4 5 6; do
		{
			flatmapctl create race --key u64 --value u64 --entries 100000 2>/dev/null
			echo $? >"$work/race.$number"
		} &
	done
	wait
	[ "$(cat "$work"/race.* | sort | tr -d '\n')" = 011111 ] && prints race flatmapctl list
}

no_such_map() {
	printf 'k,v\n1,2\n' >"$work/some.csv"
	for line in 'get none 1' 'set none 1 2' 'insert none 1 2' 'update none 1 2' 'del none 1' 'dump none' \
		'show none' 'stats none' 'list none' 'destroy none' "load none $work/some.csv --key k --value v"; do
		# shellcheck disable=SC2086
		refuses 1 'none: no such map' flatmapctl $line || return
	done
}

# ---- Entries -----------------------------------------------------------------------------------------------------

set_and_get() {
	two && flatmapctl set two 3 three && prints three flatmapctl get two 3 && flatmapctl set two 3 tri &&
		prints tri flatmapctl get two 3 && flatmapctl set two 3 '' && prints '' flatmapctl get two 3 &&
		refuses 1 'two: key 4: no such key' flatmapctl get two 4
}

insert() {
	two && silent flatmapctl insert two 3 three && prints three flatmapctl get two 3 &&
		refuses 1 'two: key 3: the key is there already' flatmapctl insert two 3 other &&
		prints three flatmapctl get two 3
}

update() {
	two && silent flatmapctl update two 1 uno && prints uno flatmapctl get two 1 &&
		refuses 1 'two: key 3: no such key' flatmapctl update two 3 x &&
		refuses 1 'two: key 3: no such key' flatmapctl get two 3
}

del() {
	two && silent flatmapctl del two 1 &&
		refuses 1 'two: key 1: no such key' flatmapctl get two 1 &&
		refuses 1 'two: key 1: no such key' flatmapctl del two 1 && prints two flatmapctl get two 2
}

type_u64() {
	flatmapctl create m --key u64 --value u64 --entries 10 || return
	flatmapctl set m 0 18446744073709551615 && prints 18446744073709551615 flatmapctl get m 0 &&
		prints 18446744073709551615 flatmapctl get m 0x0 &&
		flatmapctl set m 0xFfFfFfFfFfFfFfFf 010 && prints 10 flatmapctl get m 18446744073709551615 || return
	for bad in '' x 1x -1 +1 ' 1' '1 ' 0x 0xg 1.5; do
		refuses 2 "m: key $bad: not an unsigned number" flatmapctl get m -- "$bad" &&
			refuses 2 "m: key 0: value $bad: not an unsigned number" flatmapctl set m -- 0 "$bad" || return
	done
	for bad in 18446744073709551616 0x10000000000000000 "$(printf %070d 0)"; do
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

full() {
	flatmapctl create m --key u64 --value u64 --entries 3 || return
	for key in 1 2 3; do
		flatmapctl set m $key $key || return
	done
	refuses 3 'm: key 4: the map is full' flatmapctl set m 4 4 &&
		refuses 3 'm: key 4: the map is full' flatmapctl insert m 4 4 &&
		flatmapctl set m 3 33 && flatmapctl update m 2 22 && flatmapctl del m 1 && flatmapctl insert m 4 4 &&
		refuses 3 'm: key 1: the map is full' flatmapctl set m 1 1 && prints 33 flatmapctl get m 3
}

# ---- load --------------------------------------------------------------------------------------------------------

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
	flatmapctl create m --key u64 --value u64 --entries 30000 || return
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

# The bar is for terminals, and gone at the end. A virtual console is one, and can be read.
load_progress() {
	flatmapctl create m --key u64 --value string:64 --entries 100000 && mkfifo "$work/fifo" || return
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
	flatmapctl create m --key u64 --value string:30 --entries 70000 &&
		awk 'BEGIN { print "k,v"; for (i = 0; i < 60000; i++) print i ",value " i }' >"$work/in.csv" || return
	for delay in 100000 200000 400000; do
		flatmapctl load m - --key k --value v <"$work/in.csv" >/dev/null &
		usleep $delay
		kill -9 $!
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

# ---- dump --------------------------------------------------------------------------------------------------------

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

# ---- The device and the module -----------------------------------------------------------------------------------

permission() {
	mkdir -p /etc
	grep -qs '^nobody:' /etc/passwd || echo 'nobody:x:65534:65534::/:/bin/sh' >>/etc/passwd
	two && exits 3 start-stop-daemon -S -c nobody -x "$(command -v flatmapctl)" -- get two 1 &&
		grep -qx 'flatmapctl: two: /dev/flatmap: permission denied' "$err" && still_two
}

module_stays() {
	two && ! rmmod flatmap 2>/dev/null && still_two
}

module_cycles() {
	for round in 1 2 3; do
		two && flatmapctl destroy two && rmmod flatmap || return
		[ $round != 2 ] || refuses 3 'there is no /dev/flatmap: is the module loaded? try: insmod flatmap.ko' \
			flatmapctl list && refuses 3 'x: there is no /dev/flatmap: is the module loaded?' \
			flatmapctl get x 1 || [ $round != 2 ] || return
		insmod "$module" && silent flatmapctl list || return
	done
}

# ------------------------------------------------------------------------------------------------------------------

cases='help usage create create_refused list show stats destroy create_race no_such_map
	set_and_get insert update del type_u64 type_hex type_string full
	load_file load_pipe load_bytes load_edges load_bad_file load_too_many load_bad_pipe load_progress load_killed
	load_destroyed dump_csv dump_json round_trip write_errors permission module_stays module_cycles'
# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- $cases
echo "1..$#"
for name; do
	check "$name"
done
