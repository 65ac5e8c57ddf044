# shellcheck shell=sh
# In the guest, flatmap.ko loaded: bursts of a million inserts from contexts that cannot wait, of which none may be
# refused. The argument is how many inserts a section may have; 0 for all of them.

. ./ktap.sh

section=$1

# burst OPTION...: the module's figures are diagnostics.
burst() {
	insmod flatmap_burst.ko "$@"
	status=$?
	dmesg | grep -o 'flatmap_burst: .*' | tail -n 2
	[ "$status" = 0 ] && rmmod flatmap_burst
}

echo 1..4
ktap_case softirq burst section="$section" refused_max=0
ktap_case softirq_beside_a_busy_cpu burst section="$section" busy=1 refused_max=0
ktap_case hardirq burst context=hardirq refused_max=0
# Who may not allocate is refused while no region is ready; what is not refused is there.
ktap_case without_allocating burst section="$section" allocates=0
