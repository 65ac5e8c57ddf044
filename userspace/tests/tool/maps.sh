# shellcheck shell=sh disable=SC2154 # what they use is in checks.sh
#
# Cases of tool_test.sh: command lines, and maps as a whole.

commands='create destroy set insert update append add get values count del load dump list show stats'

help() {
	exits 0 flatmapctl --help && has 'Usage: flatmapctl' 'Exit status' || return
	for command in $commands; do
		has "  $command " || return
	done
	for command in $commands; do
		exits 0 flatmapctl "$command" --help && has "Usage: flatmapctl $command" && [ ! -s "$err" ] || return
	done
	exits 0 flatmapctl delete --help && has 'Usage: flatmapctl delete' && exits 0 flatmapctl info --help &&
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
	for line in destroy 'set two 3' 'insert two 3' 'update two 1' 'append two 1' 'add two 1' get 'get two' \
		'values two' 'count two' 'del two' dump; do
		# shellcheck disable=SC2086 # words are what this is about
		misused 'too few arguments' flatmapctl $line || return
	done
	for line in 'set two 3 x y' 'insert two 3 x y' 'update two 1 x y' 'get two 1 2 3' 'values two 1 2' \
		'count two 1 2' 'del two 1 2' 'dump two two' \
		'list two two' 'show two two' 'stats two two' 'load two a b --key k --value v' \
		'create a b --key u64 --value u64 --entries 1'; do
		# shellcheck disable=SC2086
		misused 'one argument too many' flatmapctl $line || return
	done
	still_two
}



create() {
	silent flatmapctl create a --key u64 --value u64 &&
		silent flatmapctl create b -k hex:3 -v string:96 -n 1000 --hash fast &&
		silent flatmapctl create c --key string:1024 --value bytes:65536 --entries 1 --hash=siphash &&
		silent flatmapctl create d --key bytes:1 --value bytes:0 --entries 1 --multi --fixed &&
		silent flatmapctl create e --key u8 --value u8 -n 2 --max-entries 300 --max-bytes=3m --shrink --multi &&
		prints 'a: --key u64 --value u64 --hash siphash
b: --key bytes:3 --value string:96 --entries 1000 --hash fast
c: --key string:1024 --value bytes:65536 --entries 1 --hash siphash
d: --key bytes:1 --value bytes:0 --entries 1 --hash siphash --fixed --multi
e: --key u8 --value u8 --entries 2 --max-entries 300 --max-bytes 3145728 --hash siphash --shrink --multi' \
			flatmapctl show || return
	# What show prints is what create takes.
	flatmapctl show >"$work/shown" && flatmapctl destroy a b c d e || return
	while read -r name options; do
		# shellcheck disable=SC2086
		flatmapctl create "${name%:}" $options || return
	done <"$work/shown"
	exits 0 flatmapctl show && same "$work/shown" "$out"
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
	for type in u65 u64:8 u8: U64 s1 hex bytes string mac:6 ipv5 ''; do
		# shellcheck disable=SC2086
		not_created 'a type is u8, u16, u32, u64, s8' --key "$type" $rest || return
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
	for option in --entries --max-entries; do
		for entries in 0 400000001 99999999999999999999; do
			not_created "$option $entries: not between 1 and 400000000" --key u64 --value u64 "$option" "$entries" ||
				return
		done
		for entries in '' -1 x 5x ' 5' 5K; do
			not_created "$option $entries: not a number" --key u64 --value u64 "$option" "$entries" || return
		done
	done
	for bytes in '' -1 x 5x 5KB 5Kx K ' 5' 1e6; do
		not_created "--max-bytes $bytes: not a number, with K, M or G" --key u64 --value u64 --max-bytes "$bytes" ||
			return
	done
	for bytes in 0 0K 17179869184G 99999999999999999999; do
		not_created "--max-bytes $bytes: 0, or more than 64 bits" --key u64 --value u64 --max-bytes "$bytes" || return
	done
	not_created '--fixed needs --entries' --key u64 --value u64 --fixed &&
		not_created '--fixed and --shrink exclude each other' --key u64 --value u64 --entries 1 --fixed --shrink &&
		not_created '--fixed ends at --entries' --key u64 --value u64 --entries 1 --fixed --max-entries 2 &&
		not_created '--max-entries is less than --entries' --key u64 --value u64 --entries 2 --max-entries 1 &&
		refuses 3 'new: there is no memory for it' \
			flatmapctl create new --key u64 --value u64 --entries 100000 --max-bytes 1M || return
	not_created 'neither siphash nor fast' --key u64 --value u64 --entries 1 --hash md5 &&
		not_created 'are needed' --key u64 --entries 1 && not_created 'are needed' --value u64 --entries 1 ||
		return
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
	two && prints 'two: --key u64 --value string:5 --max-entries 10 --hash siphash' flatmapctl show two &&
		prints '{
  "name": "two",
  "key": "u64",
  "value": "string:5",
  "fields": [
    {
      "name": "value",
      "type": "string:5",
      "offset": 0,
      "size": 5
    }
  ],
  "entries": 0,
  "max_entries": 10,
  "max_bytes": null,
  "hash": "siphash",
  "fixed": false,
  "shrink": false,
  "multi": false
}' flatmapctl show two --json && exits 0 flatmapctl show --json && has '[' '"name": "two"' ']'
}

stats() {
	flatmapctl create empty --key u64 --value u64 --entries 1000 --fixed && exits 0 flatmapctl stats --json empty &&
		has '"name": "empty"' '"entries": 0' '"capacity": 1000' '"bytes": ' '"bytes_per_entry": null' \
			'"slots": ' '"blocks": ' '"blocks_free": ' '"shards": 1' '"regions": 1' '"regions_pinned": 0' \
			'"resizes": 0' '"resizes_failed": 0' '"moved": 0' '"helped": 0' '"simd": "' &&
		flatmapctl set empty 1 1 && exits 0 flatmapctl stats empty --json && has '"entries": 1' || return
	bytes=$(sed -n 's/^ *"bytes": \([0-9]*\),$/\1/p' "$out")
	has "\"bytes_per_entry\": $bytes.00" && exits 0 flatmapctl stats empty &&
		has empty 'entries          1' 'capacity         1000' "bytes            $bytes" \
			"bytes_per_entry  $bytes.00" slots blocks blocks_free 'shards           1' \
			'regions          1' 'regions_pinned   0' 'resizes          0' 'resizes_failed   0' \
			'moved            0' 'helped           0' 'simd             ' &&
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
