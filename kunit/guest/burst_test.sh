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

# not_refused OPTION...: a host may take the other CPU away for longer than the region that is kept ready lasts. That
# happens seldom and says nothing of the map, so one burst of three is enough; a map that refuses does so each time.
not_refused() {
	burst "$@" refused_max=0 || burst "$@" refused_max=0 || burst "$@" refused_max=0
}

echo 1..4
ktap_case softirq not_refused section="$section"
ktap_case softirq_beside_a_busy_cpu not_refused section="$section" busy=1
ktap_case hardirq not_refused context=hardirq
# Who may not allocate is refused while no region is ready; what is not refused is there.
ktap_case without_allocating burst section="$section" allocates=0
