/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long single operations took, by the clock of the processor: the kernel's own is
 * too coarse here. Times are in its ticks until they are told, counted in classes that
 * are exact up to 128 ticks and a 64th of the time wide above.
 */
#ifndef FLATMAP_BENCH_LATENCY_H
#define FLATMAP_BENCH_LATENCY_H

#include <linux/bitops.h>
#include <linux/minmax.h>
#include <linux/types.h>

#define LATENCY_SHIFT	6
#define LATENCY_CLASSES	((64 - LATENCY_SHIFT + 1) << LATENCY_SHIFT)

/**
 * struct latency - so many operations took so long
 * @count: how many of each class
 * @all: how many that is
 * @longest: the one that took longest, exactly
 */
struct latency {
	u32 count[LATENCY_CLASSES];
	u64 all;
	u64 longest;
};

/* The time, when all that comes before has been done. */
static __always_inline u64 latency_clock(void)
{
	u32 low, high;

	asm volatile("rdtscp" : "=a" (low), "=d" (high) : : "ecx", "memory");
	return (u64)high << 32 | low;
}

static inline void latency_add(struct latency *latency, u64 ticks)
{
	u32 up = max(fls64(ticks) - LATENCY_SHIFT - 1, 0);

	latency->count[(up << LATENCY_SHIFT) + (ticks >> up)]++;
	latency->all++;
	latency->longest = max(latency->longest, ticks);
}

/* The class that all operations but @beyond are in, or below. */
static inline u64 latency_but(const struct latency *latency, u64 beyond)
{
	u32 class = LATENCY_CLASSES - 1;
	u32 up;

	while (class && beyond >= latency->count[class])
		beyond -= latency->count[class--];
	up = max(class >> LATENCY_SHIFT, 1U) - 1;
	return (u64)(class - (up << LATENCY_SHIFT)) << up;
}

#endif /* FLATMAP_BENCH_LATENCY_H */
