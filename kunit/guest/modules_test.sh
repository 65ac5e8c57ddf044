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

loads_again() {
	loads && example_runs && flatmapctl create kept --key u64 --value u64 --entries 100 && flatmapctl destroy kept
}

echo 1..8
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
