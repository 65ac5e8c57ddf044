/* SPDX-License-Identifier: GPL-2.0 */
/* What the lanes of flatmap share: one table for each hash. */
#ifndef FLATMAP_BENCH_LANES_FLATMAP_H
#define FLATMAP_BENCH_LANES_FLATMAP_H

#include <linux/types.h>

void *lane_flatmap_create_fast(u64 entries, bool hinted);
void *lane_flatmap_create_siphash(u64 entries, bool hinted);
void lane_flatmap_destroy(void *table);
u64 lane_flatmap_bytes(void *table);
u64 lane_flatmap_iterate(void *table);

#endif /* FLATMAP_BENCH_LANES_FLATMAP_H */
