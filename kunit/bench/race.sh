#!/bin/busybox sh
# shellcheck shell=dash
#
# race.sh SHAPE[/PATTERN] ENTRIES LANES WORKS KIND=ROUNDS...: in the guest, load the bench for entries of this shape, with
# keys of this pattern, and tables of so many of them, run rounds of each kind, unload it. LANES and WORKS are names with commas between them, or nothing for
# all. Kinds with the same number of rounds take turns, as do the rounds of one that has fewer with those of one that has
# more. The figures go to standard output as they come, how far it is to standard error.

set -eu

shape=$1 entries=$2 lanes=$3 works=$4
shift 4
pattern=
case $shape in
*/*) pattern=${shape#*/} ;;
esac
module=flatmap_bench_$(echo "${shape%/*}" | tr + _)
rounds=/sys/kernel/debug/flatmap_bench

most=0
for plan; do
	[ "${plan#*=}" -le "$most" ] || most=${plan#*=}
done

insmod "./$module.ko" entries="$entries" pattern="$pattern" lanes="$lanes" works="$works"
round=1
while [ "$round" -le "$most" ]; do
	for plan; do
		[ "$round" -le "${plan#*=}" ] || continue
		echo "race: $shape, $entries entries, ${plan%=*} $round of ${plan#*=}" >&2
		echo 1 >"$rounds/${plan%=*}" || {
			dmesg | tail -n 1 >&2
			exit 1
		}
		cat "$rounds/${plan%=*}"
	done
	round=$((round + 1))
done
rmmod "$module"
