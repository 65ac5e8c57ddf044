// SPDX-License-Identifier: GPL-2.0
/*
 * flatmap's operations in batches of 64 items, in the maps of the lanes of single ones.
 * Nothing here is compared with batches of others: they have none.
 */
#include <linux/flatmap.h>
#include <linux/gfp.h>
#include <linux/minmax.h>

#include "../loops.h"
#include "flatmap.h"

/* Items in a batch. */
#define LANE_BATCH	64

/* Items of @slice from @from on, as many as one batch takes. */
static struct flatmap_batch lane_batch(const struct bench_slice *slice, u32 from)
{
	return (struct flatmap_batch) {
		.keys = slice->keys + from,
		.values = (void *)(slice->values + from),
		.count = min(slice->count - from, LANE_BATCH),
		.gfp = GFP_KERNEL,
	};
}

/* Values are copied to those of the slice, which lookups have no other use for. */
static noinline u64 loop_hit(void *table, const struct bench_slice *slice)
{
	struct bench_value *values = (struct bench_value *)slice->values;
	struct flatmap_batch batch;
	u64 sum = 0;
	u32 i, j;

	for (i = 0; i < slice->count; i += LANE_BATCH) {
		batch = lane_batch(slice, i);
		batch.values = values;
		if (flatmap_lookup_batch(table, &batch))
			return 0;
		for (j = 0; j < batch.count; j++)
			sum += bench_sum(&values[j]);
	}
	return sum;
}

static noinline u64 loop_miss(void *table, const struct bench_slice *slice)
{
	struct flatmap_batch batch;
	int results[LANE_BATCH];
	u64 found = 0;
	u32 i, j;

	for (i = 0; i < slice->count; i += LANE_BATCH) {
		batch = lane_batch(slice, i);
		batch.values = NULL;
		batch.results = results;
		if (flatmap_lookup_batch(table, &batch))
			return slice->count;
		for (j = 0; j < batch.count; j++)
			found += results[j] > 0;
	}
	return found;
}

static __always_inline u64 lane_batches(void *table, const struct bench_slice *slice,
					int (*change)(struct flatmap *map,
						      struct flatmap_batch *batch))
{
	struct flatmap_batch batch;
	u64 done = 0;
	u32 i;

	for (i = 0; i < slice->count; i += LANE_BATCH) {
		batch = lane_batch(slice, i);
		if (change == flatmap_delete_batch)
			batch.values = NULL;
		change(table, &batch);
		done += batch.done;
	}
	return done;
}

BENCH_LOOP(insert, lane_batches, flatmap_insert_batch)
BENCH_LOOP(update, lane_batches, flatmap_update_batch)
BENCH_LOOP(delete, lane_batches, flatmap_delete_batch)

#define LANE_RUNS						\
	{							\
		[BENCH_HIT] = loop_hit,				\
		[BENCH_MISS] = loop_miss,			\
		[BENCH_INSERT] = loop_insert,			\
		[BENCH_UPDATE] = loop_update,			\
		[BENCH_DELETE] = loop_delete,			\
	}

const struct bench_lane bench_flatmap_batch = {
	.name = "flatmap-batch",
	.fills = BENCH_HINTED | BENCH_UNHINTED,
	.shares = &bench_flatmap,
	.create = lane_flatmap_create_fast,
	.destroy = lane_flatmap_destroy,
	.bytes = lane_flatmap_bytes,
	.run = LANE_RUNS,
};

const struct bench_lane bench_flatmap_batch_siphash = {
	.name = "flatmap-batch-siphash",
	.fills = BENCH_HINTED | BENCH_UNHINTED,
	.shares = &bench_flatmap_siphash,
	.create = lane_flatmap_create_siphash,
	.destroy = lane_flatmap_destroy,
	.bytes = lane_flatmap_bytes,
	.run = LANE_RUNS,
};
