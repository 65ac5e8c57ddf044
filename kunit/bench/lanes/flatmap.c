// SPDX-License-Identifier: GPL-2.0
/*
 * flatmap through its exported functions, with the hash of trusted keys and with the
 * default one. A lookup copies the value, an update is seen as a whole or not at all.
 */
#include <linux/flatmap.h>
#include <linux/gfp.h>
#include <linux/printk.h>

#include "../loops.h"
#include "flatmap.h"

/*
 * A map that is told nothing grows to what one shard holds. A larger one is told the most
 * that it may have, which makes no room in advance.
 */
static void *create(u64 entries, bool hinted, u32 hash)
{
	struct flatmap_params params = {
		.entries = hinted ? entries : 0,
		.max_entries = entries > FLATMAP_SHARD_ENTRIES ? entries : 0,
		.key_size = sizeof(struct bench_key),
		.value_size = sizeof(struct bench_value),
		.hash = hash,
	};

	return flatmap_create(&params);
}

void *lane_flatmap_create_fast(u64 entries, bool hinted)
{
	return create(entries, hinted, FLATMAP_HASH_FAST);
}

void *lane_flatmap_create_siphash(u64 entries, bool hinted)
{
	return create(entries, hinted, FLATMAP_HASH_SIPHASH);
}

/* Inserts that may wait are never told to come again: the race would not be one. */
void lane_flatmap_destroy(void *table)
{
	struct flatmap_stats stats;

	flatmap_stats(table, &stats);
	if (stats.refused)
		pr_err("flatmap refused %llu operations\n", stats.refused);
	flatmap_destroy(table);
}

u64 lane_flatmap_bytes(void *table)
{
	struct flatmap_stats stats;

	flatmap_stats(table, &stats);
	return stats.bytes;
}

/* The sum of all values. */
u64 lane_flatmap_iterate(void *table)
{
	struct bench_key key, last;
	struct flatmap_cursor cursor = { .last = &last };
	struct bench_value value;
	u64 sum = 0;

	flatmap_for_each(table, &cursor, &key, &value)
		sum += bench_sum(&value);
	return sum;
}

static __always_inline bool lane_get(void *table, const struct bench_key *key,
				     struct bench_value *value)
{
	return !flatmap_lookup(table, key, value, NULL);
}

static __always_inline bool lane_insert(void *table, const struct bench_key *key,
					const struct bench_value *value)
{
	return !flatmap_insert(table, key, value, GFP_KERNEL);
}

static __always_inline bool lane_update(void *table, const struct bench_key *key,
					const struct bench_value *value)
{
	return !flatmap_update(table, key, value, GFP_KERNEL);
}

static __always_inline bool lane_delete(void *table, const struct bench_key *key)
{
	return !flatmap_delete(table, key);
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
	return lane_flatmap_iterate(table);
}

const struct bench_lane bench_flatmap = {
	.name = "flatmap",
	.fills = BENCH_HINTED | BENCH_UNHINTED,
	.create = lane_flatmap_create_fast,
	.destroy = lane_flatmap_destroy,
	.bytes = lane_flatmap_bytes,
	.run = { BENCH_MAP_RUNS, [BENCH_ITERATE] = loop_iterate },
};

const struct bench_lane bench_flatmap_siphash = {
	.name = "flatmap-siphash",
	.fills = BENCH_HINTED | BENCH_UNHINTED,
	.create = lane_flatmap_create_siphash,
	.destroy = lane_flatmap_destroy,
	.bytes = lane_flatmap_bytes,
	.run = { BENCH_MAP_RUNS, [BENCH_ITERATE] = loop_iterate },
};
