// SPDX-License-Identifier: GPL-2.0
/*
 * A round: a map of some shape, everybody at it for a while, then silence, and what
 * must be true of it.
 */
#define pr_fmt(fmt) "torture: " fmt

#include <linux/delay.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/moduleparam.h>
#include <linux/random.h>
#include <linux/string.h>

#include <linux/flatmap/hash.h>
#include <linux/flatmap/region.h>
#include <linux/flatmap/step.h>

#include "extent.h"
#include "map.h"
#include "simd.h"
#include "torture.h"

static uint keys;
module_param(keys, uint, 0444);
MODULE_PARM_DESC(keys, "keys, at most 64; 0: varies");

static int hash_bits = -1;
module_param(hash_bits, int, 0444);
MODULE_PARM_DESC(hash_bits, "top bits in which hashes differ, at most 64; -1: varies");

/* A recorded round that is not over after that long is stopped, in ms. */
#define ROUND_RECORD_MS	20000

static u32 round_random(struct rnd_state *random, u32 below)
{
	return ((u64)prandom_u32_state(random) * below) >> 32;
}

static u32 round_pick(struct rnd_state *random, const u32 *from, u32 count)
{
	return from[round_random(random, count)];
}

/* How it is resized: with few keys it never grows by itself. */
static enum torture_sizing round_sizing(const struct torture_shape *shape, u64 round)
{
	static const enum torture_sizing some_sizings[] = {
		TORTURE_FORCED, TORTURE_FORCED, TORTURE_NATURAL, TORTURE_FIXED,
	};
	enum torture_sizing sizing = some_sizings[round % ARRAY_SIZE(some_sizings)];

	if (sizing == TORTURE_NATURAL &&
	    ((keys && keys < TORTURE_KEYS) || (shape->multi && shape->record)))
		return TORTURE_FORCED;
	return sizing;
}

/*
 * How many entries there are. Of two maps one is too small for its keys, the other large
 * enough that all writers and pins find room, too. A multimap has no more values in a
 * recorded round than the model knows for a key.
 */
static void round_room(struct torture_shape *shape, struct rnd_state *random)
{
	bool natural = shape->sizing == TORTURE_NATURAL;

	shape->roomy = !shape->multi && !natural && round_random(random, 2);
	shape->entries = shape->roomy ? shape->keys + TORTURE_PINS + WGL_ACTORS :
					1 + shape->keys * 3 / 4;
	if (shape->multi)
		shape->entries = shape->record ? TORTURE_VALUES_MAX : 4 * TORTURE_VALUES_MAX;
	shape->scarce = !shape->roomy && shape->sizing != TORTURE_FIXED &&
			round_random(random, 2);
	shape->stay = min(shape->keys, shape->entries) / 4;
	shape->shards = 1;
	shape->limit = 0;
	if (natural)
		shape->entries = 0;
	else if (shape->sizing == TORTURE_FIXED || shape->multi || round_random(random, 2))
		shape->limit = shape->entries;
	else
		shape->shards = 1 << round_random(random, ilog2(TORTURE_SHARDS) + 1);
	if (shape->shards > 1) {
		/* Any shard may get all the keys. */
		shape->entries *= shape->shards;
		shape->limit = shape->shards / 2 * (u64)FLATMAP_SHARD_ENTRIES + 1;
	}
}

/* Few keys and few hashes, so that everything collides; now and then a real hash. */
static void round_shape(struct torture_shape *shape, struct rnd_state *random)
{
	static const u32 some_keys[] = { 2, 5, 12, 24, 40, TORTURE_KEYS };
	static const u32 some_bits[] = { 0, 1, 2, 3, 4, 64 };
	static const u32 some_hashes[] = {
		FM_HASH_IDENTITY, FM_HASH_IDENTITY, FM_HASH_IDENTITY, FM_HASH_IDENTITY,
		FLATMAP_HASH_FAST, FLATMAP_HASH_SIPHASH,
	};
	static const u32 some_calm[] = { BIT(9), BIT(13), BIT(17) };

	shape->keys = clamp_t(u32, keys, 1, TORTURE_KEYS);
	if (shape->sizing == TORTURE_NATURAL)
		shape->keys = TORTURE_KEYS;
	else if (!keys)
		shape->keys = round_pick(random, some_keys, ARRAY_SIZE(some_keys));
	shape->hash = round_pick(random, some_hashes, ARRAY_SIZE(some_hashes));
	shape->hash_bits = round_pick(random, some_bits, ARRAY_SIZE(some_bits));
	if (hash_bits >= 0) {
		shape->hash = FM_HASH_IDENTITY;
		shape->hash_bits = min(hash_bits, 64);
	}
	shape->low = round_random(random, 2);
	shape->words = 3 + round_random(random, TORTURE_WORDS - 2);
	shape->clear = shape->multi && !shape->record;
	round_room(shape, random);
	shape->calm = shape->record ? BIT(6) :
				      round_pick(random, some_calm, ARRAY_SIZE(some_calm));
}

static void round_keys(const struct torture_shape *shape)
{
	u64 differ = shape->hash_bits ? GENMASK_ULL(63, 64 - shape->hash_bits) : 0;
	u32 i;

	for (i = 0; i < TORTURE_KEYS; i++) {
		torture.key[i].hash = (i * 0x9e3779b97f4a7c15ULL) & differ;
		if (shape->low)
			torture.key[i].hash ^= i;
		torture.key[i].number = i;
	}
}

/* What batches use, whatever their size: each round something else that is there. */
static void round_simd(u64 round)
{
	static const char *const names[] = {
		[FLATMAP_SIMD_SCALAR]	= "scalar",
		[FLATMAP_SIMD_AVX2]	= "avx2",
		[FLATMAP_SIMD_AVX512]	= "avx512",
	};
	u32 simd = div_u64(round, 2) % ARRAY_SIZE(names);

	fm_simd_choose(names[fm_simd_of(simd) ? simd : fm_simd_number()]);
}

/* Before anybody starts: the first actor puts there what is to stay. */
static void round_fill(u32 stay)
{
	u32 i;

	for (i = 0; i < stay; i++) {
		torture_operate(&torture.side[0], TORTURE_INSERT, i);
		if (torture.shape.multi)
			torture_operate(&torture.side[0], TORTURE_ADD, i);
	}
	torture.shape.stay = stay;
}

static void round_forget(void)
{
	u32 i;

	atomic64_set(&torture.clock, 0);
	for (i = 0; i < torture.sides * TORTURE_DEPTH; i++) {
		struct torture_actor *actor = torture_actor(i);

		actor->logged = 0;
		actor->added = 0;
		actor->key = 0;
		memset(actor->balance, 0, sizeof(actor->balance));
	}
}

static bool round_over(unsigned long end)
{
	return time_after(jiffies, end) || atomic_read(&torture.violations) ||
	       (torture.shape.record && torture_threads_full());
}

/* One region in three is not to be had. */
static bool round_failure(void)
{
	return !(get_random_u32() % 3);
}

/*
 * The map may have a few more regions of the size that it begins with: sometimes not even
 * another one, sometimes all that it takes.
 */
static void round_make_scarce(struct rnd_state *random)
{
	struct fm_whole *whole = torture.map->whole;

	whole->params.max_bytes = atomic64_read(&whole->bytes) +
				  torture.map->region->bytes * round_random(random, 12) / 2;
	WRITE_ONCE(fm_failure_function, round_failure);
}

/* Everybody at it. Only while the hook is set do others than this thread operate. */
static int round_run(u32 milliseconds)
{
	unsigned long end = jiffies + msecs_to_jiffies(torture.shape.record ? ROUND_RECORD_MS :
							milliseconds);
	int err;

	WRITE_ONCE(fm_hook_function, torture_hook);
	err = torture_threads_start();
	if (!err) {
		torture_workers_start();
		torture_timers_start();
		while (!round_over(end))
			msleep_interruptible(1);
		torture_threads_stop();
		torture_timers_stop();
		torture_workers_stop();
	}
	WRITE_ONCE(fm_hook_function, NULL);
	WRITE_ONCE(fm_failure_function, NULL);
	torture.map->whole->params.max_bytes = 0;
	return err;
}

/* A key has as many values as were added more often than removed. */
static void round_check_balance(u32 key, u64 *entries)
{
	struct flatmap_result result;
	s64 values, balance = 0;
	u32 i;

	for (i = 0; i < torture.sides * TORTURE_DEPTH; i++)
		balance += torture_actor(i)->balance[key];
	flatmap_lookup(torture.map, &torture.key[key], NULL, &result);
	values = result.values;
	if (torture.shape.clear ? balance < values : balance != values)
		torture_violation("key %u has %lld values, but %lld were added and not removed",
				  key, values, balance);
	*entries += values;
}

/* The map is sound, and holds what it should and nothing else. */
static void round_check(void)
{
	struct flatmap_stats stats;
	u64 entries = 0;
	u32 i;

	torture_pins_undo_all(&torture.side[0]);
	torture_counters_check();
	if (flatmap_check(torture.map))
		torture_violation("flatmap_check() finds the map damaged");
	for (i = 0; i < torture.shape.keys; i++) {
		round_check_balance(i, &entries);
		torture_operate(&torture.side[0], torture.shape.multi ? TORTURE_VALUES :
				TORTURE_LOOKUP, i);
	}
	flatmap_stats(torture.map, &stats);
	if (stats.entries != entries)
		torture_violation("%llu entries, but the map counts %llu", entries,
				  stats.entries);
	if (stats.blocks_free + entries != stats.blocks)
		torture_violation("%llu blocks, %llu free, but %llu entries", stats.blocks,
				  stats.blocks_free, entries);
}

/* Now that nobody adds any, all values of a key can be deleted. */
static void round_clear(void)
{
	u32 i;

	for (i = 0; i < torture.shape.keys; i++) {
		bool was = !flatmap_lookup(torture.map, &torture.key[i], NULL, NULL);
		bool deleted = !flatmap_delete(torture.map, &torture.key[i]);

		if (was != deleted || !flatmap_lookup(torture.map, &torture.key[i], NULL, NULL))
			torture_violation("key %u could not be deleted", i);
	}
	torture_workers_check(torture.map);
	if (flatmap_check(torture.map))
		torture_violation("flatmap_check() finds the empty map damaged");
}

/*
 * How often a block was written that had been written before: marks count that. Of
 * regions that are gone nobody knows.
 */
static u64 round_recycled(void)
{
	const struct fm_region *region;
	u64 recycled = 0;
	u32 i;

	for (region = torture.map->region; region; region = fm_successor(region)) {
		for (i = 0; i < region->blocks; i++) {
			u32 written = FIELD_GET(FM_MARK_SEQUENCE,
						fm_block(region, i)->mark) / 2;

			recycled += max(written, 1U) - 1;
		}
	}
	return recycled;
}

/* Make the map of the round. */
static struct flatmap *round_map(const struct torture_shape *shape)
{
	static const struct flatmap_field stamp = {
		.name = "stamp",
		.type = FLATMAP_TYPE_U64,
		.size = sizeof(u64),
	};
	bool may_shrink = shape->sizing != TORTURE_FIXED && !shape->roomy;
	const struct flatmap_params params = {
		.entries = shape->entries,
		.max_entries = shape->limit,
		.key_size = sizeof(struct torture_key),
		.value_size = shape->words * sizeof(u64),
		.hash = shape->hash,
		.flags = (shape->multi ? FLATMAP_MULTIMAP : 0) |
			 (shape->sizing == TORTURE_FIXED ? FLATMAP_FIXED : 0) |
			 (may_shrink ? FLATMAP_SHRINK : 0),
		.fields_count = 1,
		.fields = &stamp,
	};
	struct flatmap *map = flatmap_create(&params);
	bool needs_all = shape->roomy || shape->sizing == TORTURE_NATURAL;

	if (!IS_ERR(map) && shape->sizing != TORTURE_FIXED)
		torture_workers_take(map, needs_all ? map->region->bits : 0);
	return map;
}

/* In which round something was found wrong. */
static void round_show(const struct torture_shape *shape, u64 round)
{
	static const char *const sizings[] = {
		[TORTURE_FIXED] = "fixed",
		[TORTURE_FORCED] = "resized all the time",
		[TORTURE_NATURAL] = "resized when due",
	};

	pr_err("round %llu: %s%s%s%s, %s, hash %u, bits %u%s, keys %u, shards %u, entries %u, limit %llu\n",
	       round, shape->record ? "recorded " : "", shape->roomy ? "roomy " : "",
	       shape->scarce ? "scarce " : "", shape->multi ? "multimap" : "map",
	       sizings[shape->sizing], shape->hash, shape->hash_bits,
	       shape->low ? " and low ones" : "", shape->keys, shape->shards, shape->entries,
	       shape->limit);
}

/**
 * torture_round() - the next round
 * @random: shapes it
 * @milliseconds: how long it lasts, if not
 *
 * Context: May sleep.
 * Return: 0, or a negative errno if it could not be done.
 */
int torture_round(struct rnd_state *random, u32 milliseconds)
{
	struct torture_shape *shape = &torture.shape;
	u64 round = torture.figure[TORTURE_ROUNDS];
	u32 stay;
	int err;

	shape->record = !(round % 2);
	shape->multi = round / 2 % 3 == 1;
	shape->sizing = round_sizing(shape, round / 2);
	round_shape(shape, random);
	round_keys(shape);
	round_simd(round);
	torture.map = round_map(shape);
	if (IS_ERR(torture.map))
		return PTR_ERR(torture.map);
	err = torture_counters_create();
	if (err)
		goto destroy_map;

	round_forget();
	stay = shape->stay;
	shape->stay = 0;
	round_fill(stay);
	if (shape->scarce)
		round_make_scarce(random);
	err = round_run(milliseconds);
	if (!err) {
		torture_workers_tally(torture.map);
		round_check();
		torture.figure[TORTURE_ROUNDS]++;
		torture.figure[TORTURE_RECYCLED] += round_recycled();
		round_clear();
		if (shape->record)
			err = torture_history_check();
	}
	if (atomic_read(&torture.violations))
		round_show(shape, round);
	torture_counters_destroy();
destroy_map:
	torture_workers_leave(torture.map);
	flatmap_destroy(torture.map);
	return err;
}
