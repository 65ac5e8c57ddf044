// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that is not to be had: the map works as before, and grows when there is some.
 * And maps that are given up while they are resized.
 */
#include <linux/err.h>

#include "chain.h"
#include "faults.h"
#include "model.h"

/* More than any map here begins with, and less than it would grow to. */
#define LIMITS_BYTES	SZ_128K

#define LIMITS_MOST	100000

static struct flatmap_params limits_params(u64 max_bytes)
{
	return (struct flatmap_params) {
		.max_bytes	= max_bytes,
		.key_size	= sizeof(u64),
		.value_size	= sizeof(u64),
		.hash		= FLATMAP_HASH_FAST,
	};
}

static struct flatmap *limits_map(struct kunit *test, u64 max_bytes)
{
	const struct flatmap_params params = limits_params(max_bytes);

	return fx_map_with(test, &params);
}

/* Insert keys from @from on until one is refused; the number of that one. */
static u64 limits_fill(struct flatmap *map, u64 from, gfp_t gfp, int *err)
{
	u64 value;

	for (*err = 0; from < LIMITS_MOST; from++) {
		value = from + 1;
		*err = flatmap_insert(map, &from, &value, gfp);
		if (*err)
			break;
		chain_breathe();
	}
	return from;
}

/* The map has the keys below @entries, and is as good as any other. */
static void limits_works(struct kunit *test, struct flatmap *map, u64 entries)
{
	struct flatmap_pin pin;
	u64 key;

	for (key = 0; key < entries; key++)
		KUNIT_ASSERT_EQ(test, model_get(map, key), key + 1);
	KUNIT_EXPECT_EQ(test, fx_entries(map), entries);
	key = entries / 2;
	KUNIT_EXPECT_EQ(test, model_set(map, key, 77), 0);
	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pin), 0);
	KUNIT_EXPECT_EQ(test, *(const u64 *)pin.value, 77);
	flatmap_unpin(&pin);
	KUNIT_EXPECT_EQ(test, flatmap_delete(map, &key), 0);
	KUNIT_EXPECT_EQ(test, model_get(map, key), MODEL_ABSENT);
	KUNIT_EXPECT_EQ(test, model_set(map, key, key + 1), 0);
	fx_check(test, map);
}

/* What the map was created with holds for good. */
static void limits_of_a_map(struct kunit *test)
{
	struct flatmap *map = limits_map(test, LIMITS_BYTES);
	struct flatmap_stats stats;
	u64 entries, more, value = 1;
	int err;

	KUNIT_EXPECT_EQ(test, chain_stats(map).max_bytes, LIMITS_BYTES);
	entries = limits_fill(map, 0, GFP_KERNEL, &err);
	KUNIT_EXPECT_EQ(test, err, -ENOMEM);
	KUNIT_EXPECT_GT(test, entries, 500);
	stats = chain_stats(map);
	KUNIT_EXPECT_LE(test, stats.bytes, LIMITS_BYTES);
	KUNIT_EXPECT_GE(test, stats.resizes_failed, 1);
	/* It is as full as it may be. */
	KUNIT_EXPECT_GE(test, entries, stats.capacity);
	limits_works(test, map, entries);

	for (more = entries; more < entries + 10; more++) {
		KUNIT_EXPECT_EQ(test, flatmap_insert(map, &more, &value, GFP_KERNEL),
				-ENOMEM);
		KUNIT_EXPECT_EQ(test, flatmap_insert(map, &more, &value, GFP_ATOMIC),
				-ENOMEM);
	}
	limits_works(test, map, entries);
	KUNIT_EXPECT_LE(test, chain_stats(map).bytes, LIMITS_BYTES);
}

/* Nor is there a map without the memory for its first region. */
static void limits_too_low(struct kunit *test)
{
	struct flatmap_params params = limits_params(1);
	struct flatmap *map;
	u64 bytes;

	/* Those of several shards fail at each of them. */
	params.max_entries = 20 * (u64)FLATMAP_SHARD_ENTRIES;
	for (bytes = 1; bytes < SZ_1M; bytes += 16381) {
		params.max_bytes = bytes;
		map = flatmap_create(&params);
		if (!IS_ERR(map))
			break;
		KUNIT_ASSERT_EQ(test, PTR_ERR(map), -ENOMEM);
	}
	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	KUNIT_EXPECT_GT(test, bytes, 32 * 4099);
	KUNIT_EXPECT_LE(test, chain_stats(map).bytes, bytes);
	fx_check(test, map);
	flatmap_destroy(map);
	/* Nothing is left of any of them. */
	fm_wholes_wait();
}

/* The module's parameters: they hold from when they are set until they are no more. */
static void limits_by_parameter(struct kunit *test, const char *name)
{
	struct flatmap *map = limits_map(test, 0);
	u64 entries, refused, value = 1;
	int err;

	KUNIT_ASSERT_EQ(test, model_set(map, 0, 1), 0);
	fx_limit(test, name, 1);
	/* Who may not sleep is told to try again, unless it is known already. */
	entries = limits_fill(map, 1, GFP_ATOMIC, &err);
	KUNIT_EXPECT_TRUE(test, err == -EAGAIN || err == -ENOMEM);
	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &entries, &value, GFP_KERNEL), -ENOMEM);
	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &entries, &value, GFP_ATOMIC), -ENOMEM);
	KUNIT_EXPECT_GE(test, entries, chain_stats(map).capacity);
	KUNIT_EXPECT_GE(test, chain_stats(map).resizes_failed, 1);
	KUNIT_EXPECT_EQ(test, chain_stats(map).resizes, 0);
	limits_works(test, map, entries);
	KUNIT_EXPECT_EQ(test, PTR_ERR(flatmap_create(&(struct flatmap_params) {
		.key_size = 8,
	})), -ENOMEM);

	/* Then there is some again. */
	fx_limit(test, name, chain_stats(map).bytes + LIMITS_BYTES);
	KUNIT_EXPECT_TRUE(test, chain_wait(!flatmap_insert(map, &entries, &value,
							   GFP_ATOMIC)));
	value = entries + 1;
	KUNIT_EXPECT_EQ(test, flatmap_update(map, &entries, &value, GFP_KERNEL), 0);
	refused = limits_fill(map, entries + 1, GFP_KERNEL, &err);
	KUNIT_EXPECT_EQ(test, err, -ENOMEM);
	KUNIT_EXPECT_GT(test, refused, 500);
	limits_works(test, map, refused);

	fx_limit(test, name, 0);
	entries = limits_fill(map, refused, GFP_KERNEL, &err);
	KUNIT_EXPECT_EQ(test, err, 0);
	limits_works(test, map, entries);
}

static void limits_of_each_map(struct kunit *test)
{
	limits_by_parameter(test, "max_map_bytes");
}

static void limits_of_all_maps(struct kunit *test)
{
	limits_by_parameter(test, "max_bytes");
}

#ifdef CONFIG_FAILSLAB

/* Let one allocation after the other fail while a region is added. */
static void limits_no_memory(struct kunit *test)
{
	struct flatmap *map = limits_map(test, 0);
	u32 nth, failed = 0;
	bool injected;
	u64 entries, resizes, bytes;
	int err;

	for (entries = 0; entries < 40; entries++)
		KUNIT_ASSERT_EQ(test, model_set(map, entries, entries + 1), 0);
	KUNIT_ASSERT_EQ(test, faults_begin(), 0);
	for (nth = 1, injected = true; injected && nth < 100; nth++) {
		resizes = atomic64_read(&map->resizes);
		bytes = atomic64_read(&map->whole->bytes);
		/* Memory that is on its way out would be waited for, and then there is some. */
		KUNIT_ASSERT_TRUE(test, chain_wait(!fm_departing()));
		current->fail_nth = nth;
		err = fm_extend(map, map->last->bits);
		injected = !current->fail_nth;
		current->fail_nth = 0;
		if (!err) {
			chain_drain(test, map);
			limits_works(test, map, entries);
			KUNIT_EXPECT_TRUE(test, chain_wait(bytes ==
						atomic64_read(&map->whole->bytes)));
			continue;
		}
		KUNIT_EXPECT_TRUE(test, injected);
		KUNIT_EXPECT_EQ(test, err, -ENOMEM);
		failed++;
		KUNIT_EXPECT_PTR_EQ(test, fm_successor(map->region), NULL);
		KUNIT_EXPECT_EQ(test, atomic64_read(&map->resizes), resizes);
		KUNIT_EXPECT_EQ(test, atomic64_read(&map->whole->bytes), bytes);
		limits_works(test, map, entries);
	}
	KUNIT_EXPECT_FALSE(test, injected);
	/* What describes the region, and what counts its pins. */
	KUNIT_EXPECT_GE(test, failed, 2);
	KUNIT_EXPECT_EQ(test, faults_end(), 0);
}

#else

static void limits_no_memory(struct kunit *test)
{
	kunit_skip(test, "this kernel cannot make allocations fail");
}

#endif

/* Given up at any moment of a resizing, from the first to the last. */
static void limits_destroyed_while_resized(struct kunit *test)
{
	struct flatmap_params params = limits_params(0);
	struct flatmap *map;
	u64 entries;
	int err;
	u32 i;

	for (i = 0; i < 60; i++) {
		params.flags = i % 2 ? FLATMAP_SHRINK : 0;
		map = flatmap_create(&params);
		KUNIT_ASSERT_FALSE(test, IS_ERR(map));
		entries = limits_fill(map, LIMITS_MOST - 46 - 50 * i, GFP_ATOMIC, &err);
		KUNIT_EXPECT_TRUE(test, !err || err == -EAGAIN);
		for (; i % 2 && entries > LIMITS_MOST - 30 * i; entries--) {
			u64 key = entries - 1;

			KUNIT_EXPECT_EQ(test, flatmap_delete(map, &key), 0);
		}
		flatmap_destroy(map);
	}
	fm_wholes_wait();
}

static int limits_wait(void *arg)
{
	fm_wholes_wait();
	return 0;
}

/* Pins in a region that was left long ago keep that one, also without the map. */
static void limits_destroyed_with_old_pins(struct kunit *test)
{
	const struct flatmap_params params = limits_params(0);
	struct flatmap *map = flatmap_create(&params);
	struct flatmap_pin pins[3];
	struct fx_thread thread;
	u64 key, n = 100;
	u32 i;

	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	for (i = 0; i < ARRAY_SIZE(pins); i++) {
		key = i;
		KUNIT_ASSERT_EQ(test, model_set(map, key, key + 1), 0);
		KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pins[i]), 0);
		for (; n < 800U << (2 * i); n++)
			KUNIT_ASSERT_EQ(test, flatmap_insert(map, &n, &key, GFP_KERNEL), 0);
		KUNIT_EXPECT_TRUE(test, chain_wait(chain_stats(map).regions_pinned > i));
	}
	flatmap_destroy(map);
	fx_start(test, &thread, 1, limits_wait, NULL);
	for (i = 0; i < ARRAY_SIZE(pins); i++) {
		KUNIT_EXPECT_FALSE(test, wait_for_completion_timeout(&thread.done, HZ / 8));
		KUNIT_EXPECT_EQ(test, *(const u64 *)pins[i].key, i);
		KUNIT_EXPECT_EQ(test, *(const u64 *)pins[i].value, i + 1);
		flatmap_unpin(&pins[i]);
	}
	KUNIT_EXPECT_EQ(test, fx_join(&thread), 0);
}

/* Whatever a case has come to. */
static void limits_exit(struct kunit *test)
{
	fx_limit(test, "max_bytes", 0);
	fx_limit(test, "max_map_bytes", 0);
}

static struct kunit_case limits_cases[] = {
	KUNIT_CASE(limits_of_a_map),
	KUNIT_CASE(limits_too_low),
	KUNIT_CASE(limits_of_each_map),
	KUNIT_CASE(limits_of_all_maps),
	KUNIT_CASE(limits_no_memory),
	KUNIT_CASE(limits_destroyed_while_resized),
	KUNIT_CASE(limits_destroyed_with_old_pins),
	{}
};

static struct kunit_suite limits_suite = {
	.name = "limits",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.exit = limits_exit,
	.test_cases = limits_cases,
};

kunit_test_suite(limits_suite);
