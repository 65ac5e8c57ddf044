#!/bin/sh
# Tests of flatmapctl, as root and with the module loaded: every command, option, exit status and message. Prints
# KTAP. Needs flatmapctl on the PATH, and in the working directory ktap.sh, tool/ and the module (or FLATMAP_KO says
# where).
# Arguments are the names of cases; without any, all are run.

set -u
# shellcheck disable=SC1091 # it is where the tests run
. ./ktap.sh
for file in checks maps entries types fields multimaps growth load dump module; do
	# shellcheck source=/dev/null # each is checked on its own
	. "./tool/$file.sh"
done

# Every case begins and ends without maps.
clean() {
	for name in $(flatmapctl list); do
		flatmapctl destroy "$name" || return
	done
}

check() {
	ktap_case "$1" eval "clean && $1 && clean"
}

cases='help usage create create_refused list show stats destroy create_race no_such_map
	set_and_get insert update del type_u64 type_integers type_hex type_string type_mac type_ip full
	fields fields_set fields_full fields_layout fields_refused add add_refused add_race
	multimap multimap_fields multimap_refused multimap_most
	grow shrink limited module_limits charged
	load_file load_pipe load_bytes load_edges load_bad_file load_too_many load_bad_pipe load_fields
	load_bad_fields load_progress load_killed load_destroyed
	dump_csv dump_json dump_fields dump_multimap round_trip round_trip_types round_trip_multimap write_errors
	permission module_stays module_simd module_cycles'
# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- $cases
echo "1..$#"
for name; do
	check "$name"
done
