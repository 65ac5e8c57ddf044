# shellcheck shell=sh
# In the guest: load and unload the shipped module, and the example that calls it from inside the kernel.

. ./ktap.sh

loads() {
	insmod flatmap.ko && [ -c /dev/flatmap ] && [ "$(stat -c %a /dev/flatmap)" = 600 ]
}

example_runs() {
	insmod flatmap_example.ko && dmesg | grep 'flatmap_example: ok' && rmmod flatmap_example
}

stays_while_a_map_exists() {
	flatmapctl create kept --key u64 --value u64 --entries 100 || return
	flatmapctl set kept 1 2 || return
	! rmmod flatmap || return
	[ "$(flatmapctl get kept 1)" = 2 ]
}

unloads_once_the_maps_are_gone() {
	flatmapctl destroy kept && rmmod flatmap && [ ! -e /dev/flatmap ]
}

loads_again() {
	loads && example_runs && flatmapctl create kept --key u64 --value u64 --entries 100 && flatmapctl destroy kept
}

echo 1..5
ktap_case loads loads
ktap_case example_runs example_runs
ktap_case stays_while_a_map_exists stays_while_a_map_exists
ktap_case unloads_once_the_maps_are_gone unloads_once_the_maps_are_gone
ktap_case loads_again loads_again
