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

# refuses_simd NAME MESSAGE: it does not load with this, and the kernel log says why.
refuses_simd() {
	! insmod flatmap.ko "simd=$1" && [ ! -e /dev/flatmap ] && dmesg | grep "flatmap: $2\$"
}

refuses_no_such_simd() {
	refuses_simd nonsense "simd is auto, scalar, avx2 or avx512, not 'nonsense'"
}

refuses_simd_it_lacks() {
	refuses_simd avx512 'simd: this machine has no avx512'
}

uses_simd_it_is_told() {
	insmod flatmap.ko simd=scalar && [ "$(cat /sys/module/flatmap/parameters/simd)" = scalar ] &&
		flatmapctl create told --key u64 --value u64 && flatmapctl stats told | grep '^  simd  *scalar$' &&
		flatmapctl destroy told && rmmod flatmap
}

# within GROUP COMMAND...: the command's memory is charged to this control group.
within() {
	mkdir -p "/tmp/groups/$1" && sh -c 'echo $$ >"/tmp/groups/$0/cgroup.procs"; exec "$@"' "$@"
}

# charged GROUP: the most that has been charged to it, in MiB.
charged() {
	echo $(($(cat "/tmp/groups/$1/memory.peak") >> 20))
}

# A fixed map for 100,000 entries takes 4 MiB and more; what a module makes is its own affair.
charges_maps_of_programs() {
	within programs flatmapctl create charged --key u64 --value u64 --entries 100000 --fixed || return
	echo "programs: $(charged programs) MiB" && [ "$(charged programs)" -ge 4 ] &&
		flatmapctl destroy charged || return
	within modules insmod flatmap_burst.ko entries=100000 section=1000 && rmmod flatmap_burst &&
		echo "modules: $(charged modules) MiB" && [ "$(charged modules)" -lt 4 ]
}

controls_memory() {
	mkdir -p /tmp/groups && mount -t cgroup2 none /tmp/groups && echo +memory >/tmp/groups/cgroup.subtree_control
}

loads_again() {
	loads && example_runs && flatmapctl create kept --key u64 --value u64 --entries 100 && flatmapctl destroy kept
}

echo 1..9
ktap_case loads loads
ktap_case example_runs example_runs
ktap_case stays_while_a_map_exists stays_while_a_map_exists
ktap_case unloads_once_the_maps_are_gone unloads_once_the_maps_are_gone
ktap_case refuses_no_such_simd refuses_no_such_simd
if grep -qw avx512f /proc/cpuinfo; then
	ktap_skip refuses_simd_it_lacks 'this CPU has AVX-512'
else
	ktap_case refuses_simd_it_lacks refuses_simd_it_lacks
fi
ktap_case uses_simd_it_is_told uses_simd_it_is_told
ktap_case loads_again loads_again
if controls_memory 2>/dev/null; then
	ktap_case charges_maps_of_programs charges_maps_of_programs
else
	ktap_skip charges_maps_of_programs 'this kernel has no control groups of memory'
fi
