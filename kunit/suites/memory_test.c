// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that is short: what is on its way out is waited for, what has failed is not
 * tried again at once, a wait ends with its task, and a map uses what its limit allows.
 */
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/sched/signal.h>

#include "chain.h"

/* How often a map is destroyed and created again. Debug kernels are slow. */
#if defined(CONFIG_KASAN) || defined(CONFIG_KCSAN)
#define MEMORY_AGAIN	50
#define MEMORY_LIMITS	2
#define MEMORY_KILLED	(10 * MSEC_PER_SEC / 10)
#else
#define MEMORY_AGAIN	1000
#define MEMORY_LIMITS	3
#define MEMORY_KILLED	(MSEC_PER_SEC / 10)
#endif

/* The bytes of a fixed map with these entries of 8 + 8 bytes. */
#define MEMORY_FIXED	10000

static const struct flatmap_params memory_fixed = {
	.entries	= MEMORY_FIXED,
	.key_size	= sizeof(u64),
	.value_size	= sizeof(u64),
	.hash		= FLATMAP_HASH_FAST,
	.flags		= FLATMAP_FIXED,
};

static struct flatmap *memory_create(struct kunit *test)
{
	struct flatmap *map = flatmap_create(&memory_fixed);
	u64 key = 1;

	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &key, GFP_KERNEL), 0);
	return map;
}

/* Where there is room for one and a half of them, the next one waits for the last. */
static void memory_again(struct kunit *test)
{
	struct flatmap *map;
	u32 i;

	fm_wholes_wait();
	map = memory_create(test);
	fx_limit(test, "max_bytes", fm_charged() + chain_stats(map).bytes / 2);
	for (i = 0; i < MEMORY_AGAIN; i++) {
		flatmap_destroy(map);
		map = memory_create(test);
	}
	flatmap_destroy(map);
}

/* Likewise two by turns. */
static void memory_taking_turns(struct kunit *test)
{
	struct flatmap *map[2];
	u32 i;

	fm_wholes_wait();
	map[0] = memory_create(test);
	map[1] = memory_create(test);
	fx_limit(test, "max_bytes", fm_charged() + chain_stats(map[0]).bytes / 2);
	for (i = 0; i < MEMORY_AGAIN; i++) {
		flatmap_destroy(map[i % 2]);
		map[i % 2] = memory_create(test);
	}
	flatmap_destroy(map[0]);
	flatmap_destroy(map[1]);
}

/* A pin keeps memory for as long as it likes: nobody waits for that. */
static void memory_not_for_pins(struct kunit *test)
{
	struct flatmap_pin pin;
	struct flatmap *map;
	u64 key = 1;

	fm_wholes_wait();
	map = memory_create(test);
	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pin), 0);
	fx_limit(test, "max_bytes", fm_charged() + chain_stats(map).bytes / 2);
	flatmap_destroy(map);
	KUNIT_EXPECT_EQ(test, PTR_ERR(flatmap_create(&memory_fixed)), -ENOMEM);
	flatmap_unpin(&pin);
	flatmap_destroy(memory_create(test));
}

static struct flatmap *memory_limited(struct kunit *test, u32 key_size, u32 value_size,
				      u64 max_bytes)
{
	const struct flatmap_params params = {
		.max_bytes	= max_bytes,
		.key_size	= key_size,
		.value_size	= value_size,
		.hash		= FLATMAP_HASH_FAST,
	};

	return fx_map_with(test, &params);
}

/* Many inserts at the limit are few attempts to grow. */
static void memory_seldom_tried(struct kunit *test)
{
	struct flatmap *map = memory_limited(test, sizeof(u64), sizeof(u64), SZ_64K);
	u64 *keys = kunit_kcalloc(test, 64, sizeof(*keys), GFP_KERNEL);
	int *results = kunit_kcalloc(test, 64, sizeof(*results), GFP_KERNEL);
	struct flatmap_batch batch = {
		.keys = keys, .values = keys, .results = results, .count = 64,
		.gfp = GFP_KERNEL,
	};
	u64 key = 0, failed, periods;
	ktime_t began;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, keys);
	KUNIT_ASSERT_NOT_NULL(test, results);
	while (!flatmap_insert(map, &key, &key, GFP_KERNEL))
		key++;
	failed = chain_stats(map).resizes_failed;
	KUNIT_EXPECT_GE(test, failed, 1);
	began = ktime_get();
	for (i = 0; i < 64 * 20; i++) {
		keys[i % 64] = key + 1 + i;
		if (i % 64 < 63)
			continue;
		KUNIT_EXPECT_EQ(test, flatmap_insert_batch(map, &batch), 0);
		KUNIT_EXPECT_EQ(test, results[63], -ENOMEM);
	}
	periods = div_u64(ktime_ms_delta(ktime_get(), began), MSEC_PER_SEC / 10) + 1;
	KUNIT_EXPECT_LE(test, chain_stats(map).resizes_failed - failed, periods);
}

/**
 * struct memory_waiter - a task that waits for room
 * @map: where
 * @batch: insert many at once
 * @done: how many it has inserted
 * @waits: it is about to find the map full
 */
struct memory_waiter {
	struct flatmap *map;
	bool batch;
	u64 done;
	bool waits;
};

#define MEMORY_MANY	1000

static int memory_wait(void *arg)
{
	struct memory_waiter *waiter = arg;
	struct flatmap_batch batch = { .count = MEMORY_MANY, .gfp = GFP_KERNEL };
	u64 *keys, key = 0;
	int *results;
	int err = 0;

	allow_signal(SIGKILL);
	WRITE_ONCE(waiter->waits, true);
	if (!waiter->batch) {
		for (; !err && key < MEMORY_MANY; key++)
			err = flatmap_insert(waiter->map, &key, &key, GFP_KERNEL);
		waiter->done = key - !!err;
		return err;
	}
	keys = kmalloc_array(MEMORY_MANY, sizeof(*keys) + sizeof(*results), GFP_KERNEL);
	if (!keys)
		return -ENOMEM;
	/* With results a batch goes on after items that fail, but not after this. */
	results = (int *)(keys + MEMORY_MANY);
	for (; key < MEMORY_MANY; key++)
		keys[key] = key;
	batch.keys = keys;
	batch.values = keys;
	batch.results = results;
	err = flatmap_insert_batch(waiter->map, &batch);
	waiter->done = batch.done;
	kfree(keys);
	return err;
}

static void memory_killed_in(struct kunit *test, bool batch)
{
	struct memory_waiter waiter = { .batch = batch };
	struct fx_thread thread;
	ktime_t killed;
	u64 key;

	waiter.map = memory_limited(test, sizeof(u64), sizeof(u64), 0);
	/* As if some other task were making a region, and it took for ever. */
	WRITE_ONCE(waiter.map->claimed, 1);
	fx_start(test, &thread, 1, memory_wait, &waiter);
	KUNIT_EXPECT_TRUE(test, chain_wait(READ_ONCE(waiter.waits)));
	KUNIT_EXPECT_TRUE(test, chain_wait(wq_has_sleeper(&waiter.map->decided)));
	KUNIT_EXPECT_FALSE(test, try_wait_for_completion(&thread.done));
	killed = ktime_get();
	send_sig(SIGKILL, thread.task, 1);
	KUNIT_EXPECT_EQ(test, fx_join(&thread), -EINTR);
	KUNIT_EXPECT_LE(test, ktime_ms_delta(ktime_get(), killed), MEMORY_KILLED);
	KUNIT_EXPECT_GE(test, waiter.done, 49);
	KUNIT_EXPECT_EQ(test, fx_entries(waiter.map), waiter.done);
	WRITE_ONCE(waiter.map->claimed, 0);
	wake_up_all(&waiter.map->decided);

	/* Nothing came of it, and nothing is in the way of the next one. */
	for (key = waiter.done; key < MEMORY_MANY; key++)
		KUNIT_ASSERT_EQ(test, flatmap_insert(waiter.map, &key, &key, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, fx_entries(waiter.map), MEMORY_MANY);
}

static void memory_killed(struct kunit *test)
{
	memory_killed_in(test, false);
}

static void memory_killed_in_batch(struct kunit *test)
{
	memory_killed_in(test, true);
}

/* Fill the map until no more goes in. Returns what it took, and the regions at the end. */
static u64 memory_fill(struct kunit *test, struct flatmap *map, u32 key_size,
		       u32 value_size, u64 *before, u64 *last)
{
	u8 *key = kunit_kzalloc(test, key_size, GFP_KERNEL);
	u8 *value = kunit_kzalloc(test, value_size, GFP_KERNEL);
	int err = 0;
	u64 n;

	KUNIT_ASSERT_NOT_NULL(test, key);
	KUNIT_ASSERT_NOT_NULL(test, value);
	*before = 0;
	*last = map->last->bytes;
	for (n = 0; !err; n++) {
		memcpy(key, &n, sizeof(n));
		err = flatmap_insert(map, key, value, GFP_KERNEL);
		if (fm_last(map)->bytes != *last) {
			*before = *last;
			*last = fm_last(map)->bytes;
		}
		chain_breathe();
	}
	KUNIT_EXPECT_EQ(test, err, -ENOMEM);
	return n - 1;
}

/*
 * At the end a map has nine tenths of the entries that one region could hold, which fits
 * within the limit beside the region before it.
 */
static void memory_up_to_the_limit(struct kunit *test)
{
	static const u64 limits[] = { SZ_64K, SZ_1M, SZ_64M };
	static const u32 sizes[][2] = { { 8, 8 }, { 64, 128 }, { 16, 4000 } };
	u64 entries, before, last, best;
	struct flatmap *map;
	u32 i, j;

	for (i = 0; i < MEMORY_LIMITS; i++) {
		for (j = 0; j < ARRAY_SIZE(sizes); j++) {
			map = memory_limited(test, sizes[j][0], sizes[j][1], limits[i]);
			entries = memory_fill(test, map, sizes[j][0], sizes[j][1], &before,
					      &last);
			best = fm_region_entries(&map->whole->params, limits[i] -
						 fm_whole_bytes(map->whole) - before);
			kunit_info(test, "%llu bytes, %u + %u: %llu entries of %llu, in %llu bytes beside %llu",
				   limits[i], sizes[j][0], sizes[j][1], entries, best, last,
				   before);
			KUNIT_EXPECT_GE(test, 10 * entries, 9 * best);
			KUNIT_EXPECT_LE(test, fm_map_bytes(map), limits[i]);
			fx_check(test, map);
		}
	}
}

/* Whatever a case has come to. */
static void memory_exit(struct kunit *test)
{
	fx_limit(test, "max_bytes", 0);
}

static struct kunit_case memory_cases[] = {
	KUNIT_CASE(memory_again),
	KUNIT_CASE(memory_taking_turns),
	KUNIT_CASE(memory_not_for_pins),
	KUNIT_CASE(memory_seldom_tried),
	KUNIT_CASE(memory_killed),
	KUNIT_CASE(memory_killed_in_batch),
	KUNIT_CASE(memory_up_to_the_limit),
	{}
};

static struct kunit_suite memory_suite = {
	.name = "memory",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.exit = memory_exit,
	.test_cases = memory_cases,
};

kunit_test_suite(memory_suite);
