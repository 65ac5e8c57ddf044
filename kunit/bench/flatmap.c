// SPDX-License-Identifier: GPL-2.0
/*
 * flatmap: with the hash of trusted keys and with the default one, through its
 * exported functions; and with types known to the compiler.
 */
#include <linux/err.h>
#include <linux/flatmap.h>
#include <linux/flatmap_typed.h>
#include <linux/gfp.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "lane.h"

/* ---- Untyped -------------------------------------------------------- */

static void *flatmap_create_with(u64 entries, u32 hash)
{
	struct flatmap_params params = {
		.entries = entries,
		.key_size = sizeof(u64),
		.value_size = sizeof(u64),
		.hash = hash,
	};

	return flatmap_create(&params);
}

static void *lane_create_fast(u64 entries)
{
	return flatmap_create_with(entries, FLATMAP_HASH_FAST);
}

static void *lane_create_siphash(u64 entries)
{
	return flatmap_create_with(entries, FLATMAP_HASH_SIPHASH);
}

static void lane_destroy(void *table)
{
	flatmap_destroy(table);
}

static u64 lane_bytes(void *table)
{
	struct flatmap_stats stats;

	flatmap_stats(table, &stats);
	return stats.bytes;
}

static __always_inline bool lane_get(void *table, u64 key, u64 *value)
{
	return !flatmap_lookup(table, &key, value, NULL);
}

static __always_inline bool lane_insert(void *table, u64 key, u64 value)
{
	return !flatmap_insert(table, &key, &value, GFP_KERNEL);
}

static __always_inline bool lane_update(void *table, u64 key, u64 value)
{
	return !flatmap_update(table, &key, &value, GFP_KERNEL);
}

static __always_inline bool lane_delete(void *table, u64 key)
{
	return !flatmap_delete(table, &key);
}

BENCH_LOOP(lane, hit, bench_hit, lane_get)
BENCH_LOOP(lane, chain, bench_chain, lane_get)
BENCH_LOOP(lane, miss, bench_count, lane_get)
BENCH_LOOP(lane, updates, bench_write, lane_update)
BENCH_LOOP(lane, deletes, bench_drop, lane_delete)
BENCH_LOOP(lane, inserts, bench_write, lane_insert)

BENCH_LANE(bench_flatmap, lane, "flatmap", lane_create_fast, NULL, lane_bytes, NULL);

BENCH_LANE(bench_flatmap_siphash, lane, "flatmap-siphash", lane_create_siphash, NULL,
	   NULL, NULL);

/* ---- In batches ----------------------------------------------------- */

/* Items in a batch. */
#define LANE_BATCH	64

static noinline u64 lane_batch_hit(void *table, const struct bench_batch *batch)
{
	u64 values[LANE_BATCH], sum = 0;
	u32 i, j;

	for (i = 0; i < batch->count; i += LANE_BATCH) {
		struct flatmap_batch some = {
			.keys = batch->keys + i,
			.values = values,
			.count = min(batch->count - i, LANE_BATCH),
			.gfp = GFP_KERNEL,
		};

		if (flatmap_lookup_batch(table, &some))
			return 0;
		for (j = 0; j < some.count; j++)
			sum += values[j];
	}
	return sum;
}

static noinline u64 lane_batch_inserts(void *table, const struct bench_batch *batch)
{
	struct flatmap_batch all = {
		.keys = batch->keys,
		.values = (void *)batch->values,
		.count = batch->count,
		.gfp = GFP_KERNEL,
	};

	flatmap_insert_batch(table, &all);
	return all.done;
}

#define LANE_BATCHES(lane, called, creates)					\
	const struct bench_lane lane = {					\
		.name = called,							\
		.create = creates,						\
		.destroy = lane_destroy,					\
		.run = {							\
			[BENCH_HIT] = lane_batch_hit,				\
			[BENCH_MISS] = lane_miss,				\
			[BENCH_DELETE] = lane_deletes,				\
			[BENCH_INSERT] = lane_batch_inserts,			\
		},								\
	}

LANE_BATCHES(bench_flatmap_batch, "flatmap-batch", lane_create_fast);
LANE_BATCHES(bench_flatmap_batch_siphash, "flatmap-batch-siphash", lane_create_siphash);

/* ---- Typed ---------------------------------------------------------- */

DEFINE_FLATMAP(typed, u64, u64);

static void *typed_lane_create(u64 entries)
{
	struct typed *table = kmalloc(sizeof(*table), GFP_KERNEL);
	int err;

	if (!table)
		return ERR_PTR(-ENOMEM);
	err = typed_create(table, entries, FLATMAP_HASH_FAST);
	if (!err)
		return table;
	kfree(table);
	return ERR_PTR(err);
}

static void typed_lane_destroy(void *table)
{
	typed_destroy(table);
	kfree(table);
}

static __always_inline bool typed_lane_get(void *table, u64 key, u64 *value)
{
	return !typed_lookup(table, &key, value);
}

static __always_inline bool typed_lane_insert(void *table, u64 key, u64 value)
{
	return !typed_insert(table, &key, &value, GFP_KERNEL);
}

static __always_inline bool typed_lane_update(void *table, u64 key, u64 value)
{
	return !typed_update(table, &key, &value, GFP_KERNEL);
}

static __always_inline bool typed_lane_delete(void *table, u64 key)
{
	return !typed_delete(table, &key);
}

BENCH_LOOP(typed_lane, hit, bench_hit, typed_lane_get)
BENCH_LOOP(typed_lane, chain, bench_chain, typed_lane_get)
BENCH_LOOP(typed_lane, miss, bench_count, typed_lane_get)
BENCH_LOOP(typed_lane, updates, bench_write, typed_lane_update)
BENCH_LOOP(typed_lane, deletes, bench_drop, typed_lane_delete)
BENCH_LOOP(typed_lane, inserts, bench_write, typed_lane_insert)

BENCH_LANE(bench_flatmap_typed, typed_lane, "flatmap-typed", typed_lane_create, NULL,
	   NULL, NULL);
