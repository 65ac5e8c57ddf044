/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is counted beside the clock while a slice is timed, by a harness that can, which
 * defines BENCH_METER: instructions, misses and the like.
 */
#ifndef FLATMAP_BENCH_METER_H
#define FLATMAP_BENCH_METER_H

#include <linux/types.h>

struct bench_cell;

#ifdef BENCH_METER

/* Around the loop of the thread that calls them, outside of the clock's time. */
void meter_begin(void);
void meter_end(u32 ops);

/* Tell what the threads of a cell have counted since the last one was told. */
void meter_tell(const struct bench_cell *cell);

#else

static inline void meter_begin(void)
{
}

static inline void meter_end(u32 ops)
{
}

static inline void meter_tell(const struct bench_cell *cell)
{
}

#endif

#endif /* FLATMAP_BENCH_METER_H */
