# shellcheck shell=sh disable=SC2034 # some of it is for those who read it in
#
# What the cases of tool_test.sh are made of.

newline='
'
module=${FLATMAP_KO:-./flatmap.ko}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=$work/out
err=$work/err

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
	flatmapctl create two --key u64 --value string:5 --max-entries 10 &&
		flatmapctl set two 1 one && flatmapctl set two 2 two
}

# The order of the two is the map's own.
still_two() {
	prints two flatmapctl list && exits 0 flatmapctl dump two && slurp "$out" || return
	one='"1","one"'$newline
	two='"2","two"'$newline
	[ "$text" = "key,value$newline$one$two" ] || [ "$text" = "key,value$newline$two$one" ] || differs "$one$two"
}

# A map with fields and one entry, and what must still be true of it after something failed.
flows() {
	flatmapctl create flows --key ipv4 --field bytes:u64 --field packets:u32 --field seen:s8 --field who:string:8 \
		--entries 10 && flatmapctl set flows 10.0.0.1 bytes=1500 packets=1
}

still_flows() {
	prints 'key,bytes,packets,seen,who
"10.0.0.1","1500","1","0",""' flatmapctl dump flows
}
