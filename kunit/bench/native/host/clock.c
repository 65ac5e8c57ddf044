// SPDX-License-Identifier: GPL-2.0
/*
 * The clock: the processor's counter where that runs at one speed, measured against the
 * machine's clock, whose steps may be coarse; else that clock.
 */
#include <cpuid.h>
#include <time.h>
#include <x86intrin.h>

#include "../host.h"

/* How long to measure, in nanoseconds. */
#define CLOCK_MEASURE	50000000UL

/* Nanoseconds a tick, as a fraction of 2^CLOCK_SHIFT; 0 if the counter is of no use. */
#define CLOCK_SHIFT	32

static unsigned long clock_scale, clock_first;

static unsigned long clock_machine(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC_RAW, &time);
	return time.tv_sec * 1000000000UL + time.tv_nsec;
}

static unsigned long clock_counter(void)
{
	_mm_lfence(); /* as rdtscp, which callgrind does not know */
	return __rdtsc();
}

static bool clock_is_steady(void)
{
	unsigned int eax, ebx, ecx, edx;

	return __get_cpuid(0x80000007, &eax, &ebx, &ecx, &edx) && edx & 1 << 8;
}

/* The time of a tick, by what both clocks said at two moments. */
void host_clock_init(void)
{
	unsigned long from, to, ticks;

	if (!clock_is_steady())
		return;
	from = clock_machine();
	clock_first = clock_counter();
	do {
		to = clock_machine();
		ticks = clock_counter() - clock_first;
	} while (to - from < CLOCK_MEASURE);
	clock_scale = ((__uint128_t)(to - from) << CLOCK_SHIFT) / ticks;
}

unsigned long host_clock(void)
{
	if (!clock_scale)
		return clock_machine();
	return (__uint128_t)(clock_counter() - clock_first) * clock_scale >> CLOCK_SHIFT;
}
