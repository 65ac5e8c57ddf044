// SPDX-License-Identifier: GPL-2.0
/*
 * flatmap as a multimap, beside rhltable: all values of a key are copied, as they were at
 * one moment, and a value is removed by what it is.
 */
#include <linux/flatmap.h>
#include <linux/gfp.h>

#include "../keys.h"
#include "../loops.h"
#include "flatmap.h"

/* For those of a key, and what BENCH_EXTRA adds. */
#define LANE_ROOM	(2 * BENCH_KEY_VALUES)

static void *lane_create(u64 entries, bool hinted)
{
	struct flatmap_params params = {
		.entries = hinted ? entries : 0,
		.key_size = sizeof(struct bench_key),
		.value_size = sizeof(struct bench_value),
		.hash = FLATMAP_HASH_FAST,
		.flags = FLATMAP_MULTIMAP,
	};

	return flatmap_create(&params);
}

/* Values are copied to those of the slice, which lookups have no other use for. */
static noinline u64 loop_values(void *table, const struct bench_slice *slice)
{
	struct bench_value *values = (struct bench_value *)slice->values;
	struct flatmap_result result;
	u64 sum = 0;
	u32 i, j;

	for (i = 0; i < slice->count; i++) {
		if (flatmap_values(table, &slice->keys[i], values, LANE_ROOM, &result))
			return 0;
		for (j = 0; j < result.values; j++)
			sum += bench_sum(&values[j]);
	}
	return sum;
}

static __always_inline bool lane_add(void *table, const struct bench_key *key,
				     const struct bench_value *value)
{
	return !flatmap_add(table, key, value, GFP_KERNEL);
}

static __always_inline bool lane_delete(void *table, const struct bench_key *key,
					const struct bench_value *value)
{
	return !flatmap_delete_value(table, key, value);
}

BENCH_LOOP(insert, bench_write, lane_add)
BENCH_LOOP(delete, bench_write, lane_delete)

static u64 loop_iterate(void *table, const struct bench_slice *slice)
{
	return lane_flatmap_iterate(table);
}

const struct bench_lane bench_flatmap_multimap = {
	.name = "flatmap-multimap",
	.kind = BENCH_MULTIMAP,
	.fills = BENCH_HINTED | BENCH_UNHINTED,
	.create = lane_create,
	.destroy = lane_flatmap_destroy,
	.bytes = lane_flatmap_bytes,
	.run = {
		[BENCH_VALUES] = loop_values,
		[BENCH_INSERT] = loop_insert,
		[BENCH_DELETE] = loop_delete,
		[BENCH_ITERATE] = loop_iterate,
	},
};
