// SPDX-License-Identifier: GPL-2.0
/*
 * flatmap with types that the compiler knows: lookups are made for them, in the user's own
 * module, as those of rhashtable are. The maps are the untyped lanes' own.
 */
#include <linux/flatmap_typed.h>
#include <linux/gfp.h>

#include "../loops.h"
#include "flatmap.h"

DEFINE_FLATMAP(typed, struct bench_key, struct bench_value);

static __always_inline bool lane_get(void *table, const struct bench_key *key,
				     struct bench_value *value)
{
	struct typed typed = { .map = table };

	return !typed_lookup(&typed, key, value);
}

static __always_inline bool lane_insert(void *table, const struct bench_key *key,
					const struct bench_value *value)
{
	struct typed typed = { .map = table };

	return !typed_insert(&typed, key, value, GFP_KERNEL);
}

static __always_inline bool lane_update(void *table, const struct bench_key *key,
					const struct bench_value *value)
{
	struct typed typed = { .map = table };

	return !typed_update(&typed, key, value, GFP_KERNEL);
}

static __always_inline bool lane_delete(void *table, const struct bench_key *key)
{
	struct typed typed = { .map = table };

	return !typed_delete(&typed, key);
}

BENCH_LOOP(hit, bench_hit, lane_get)
BENCH_LOOP(chain, bench_chain, lane_get)
BENCH_LOOP(miss, bench_count, lane_get)
BENCH_LOOP(insert, bench_write, lane_insert)
BENCH_LOOP(update, bench_write, lane_update)
BENCH_LOOP(delete, bench_drop, lane_delete)
BENCH_LOOP(churn, bench_churn, lane_delete, lane_insert)
BENCH_LOOP(mix_10, bench_mix, 10, lane_get, lane_update)
BENCH_LOOP(mix_50, bench_mix, 2, lane_get, lane_update)

static u64 loop_iterate(void *table, const struct bench_slice *slice)
{
	struct typed typed = { .map = table };
	struct typed_cursor cursor = {};
	struct bench_value value;
	struct bench_key key;
	u64 sum = 0;

	while (!typed_next(&typed, &cursor, &key, &value))
		sum += bench_sum(&value);
	return sum;
}

const struct bench_lane bench_flatmap_typed = {
	.name = "flatmap-typed",
	.fills = BENCH_HINTED | BENCH_UNHINTED,
	.shares = &bench_flatmap,
	.create = lane_flatmap_create_fast,
	.destroy = lane_flatmap_destroy,
	.bytes = lane_flatmap_bytes,
	.run = { BENCH_MAP_RUNS, [BENCH_ITERATE] = loop_iterate },
};

const struct bench_lane bench_flatmap_typed_siphash = {
	.name = "flatmap-typed-siphash",
	.fills = BENCH_HINTED | BENCH_UNHINTED,
	.shares = &bench_flatmap_siphash,
	.create = lane_flatmap_create_siphash,
	.destroy = lane_flatmap_destroy,
	.bytes = lane_flatmap_bytes,
	.run = { BENCH_MAP_RUNS, [BENCH_ITERATE] = loop_iterate },
};
