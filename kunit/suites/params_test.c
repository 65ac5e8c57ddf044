// SPDX-License-Identifier: GPL-2.0
/* What a map can be created with, and what happens if it cannot. */
#include <linux/err.h>
#include <linux/sizes.h>

#include "faults.h"
#include "fixture.h"

static const struct flatmap_params params_good = {
	.entries = 100,
	.key_size = 8,
	.value_size = 8,
};

/* Create a map and destroy it again: 0, or why there is none. */
static int params_try(const struct flatmap_params *params)
{
	struct flatmap *map = flatmap_create(params);

	if (IS_ERR(map))
		return PTR_ERR(map);
	flatmap_destroy(map);
	return 0;
}

#define params_with(field, is) ({				\
	struct flatmap_params _params = params_good;		\
								\
	_params.field = (is);					\
	params_try(&_params);					\
})

static void params_zero(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, params_try(&params_good), 0);
	KUNIT_EXPECT_EQ(test, params_with(entries, 0), 0);
	KUNIT_EXPECT_EQ(test, params_with(key_size, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, params_with(value_size, 0), 0);
}

static void params_unknown(struct kunit *test)
{
	u32 bit;

	KUNIT_EXPECT_EQ(test, params_with(hash, FLATMAP_HASH_SIPHASH), 0);
	KUNIT_EXPECT_EQ(test, params_with(hash, FLATMAP_HASH_FAST), 0);
	KUNIT_EXPECT_EQ(test, params_with(hash, FLATMAP_HASH_FAST + 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, params_with(hash, U32_MAX), -EINVAL);
	for (bit = 0; bit < 32; bit++)
		KUNIT_EXPECT_EQ(test, params_with(flags, BIT(bit)),
				BIT(bit) & (FLATMAP_FLAGS | FLATMAP_ACCOUNT) ? 0 : -EINVAL);
}

/* What a map may be resized to, and whether it may be at all, go together. */
static void params_of_resizing(struct kunit *test)
{
	struct flatmap_params params = params_good;

	KUNIT_EXPECT_EQ(test, params_with(max_entries, 99), -EINVAL);
	KUNIT_EXPECT_EQ(test, params_with(max_entries, 100), 0);
	KUNIT_EXPECT_EQ(test, params_with(max_entries, FLATMAP_ENTRIES_MAX), 0);
	KUNIT_EXPECT_EQ(test, params_with(max_entries, FLATMAP_ENTRIES_MAX + 1), -E2BIG);
	KUNIT_EXPECT_EQ(test, params_with(max_entries, U64_MAX), -E2BIG);
	KUNIT_EXPECT_EQ(test, params_with(max_bytes, 1), -ENOMEM);
	KUNIT_EXPECT_EQ(test, params_with(max_bytes, SZ_1M), 0);
	KUNIT_EXPECT_EQ(test, params_with(max_bytes, U64_MAX), 0);

	KUNIT_EXPECT_EQ(test, params_with(flags, FLATMAP_FIXED | FLATMAP_MULTIMAP), 0);
	KUNIT_EXPECT_EQ(test, params_with(flags, FLATMAP_SHRINK | FLATMAP_MULTIMAP), 0);
	KUNIT_EXPECT_EQ(test, params_with(flags, FLATMAP_FIXED | FLATMAP_SHRINK), -EINVAL);
	params.flags = FLATMAP_FIXED;
	params.max_entries = 100;
	KUNIT_EXPECT_EQ(test, params_try(&params), 0);
	params.max_entries = 101;
	KUNIT_EXPECT_EQ(test, params_try(&params), -EINVAL);
	params.max_entries = 0;
	params.entries = 0;
	KUNIT_EXPECT_EQ(test, params_try(&params), -EINVAL);
}

static void params_past_the_limits(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, params_with(entries, FLATMAP_ENTRIES_MAX + 1), -E2BIG);
	KUNIT_EXPECT_EQ(test, params_with(entries, U64_MAX), -E2BIG);
	KUNIT_EXPECT_EQ(test, params_with(entries, BIT_ULL(32) + 1), -E2BIG);
	KUNIT_EXPECT_EQ(test, params_with(key_size, FLATMAP_KEY_MAX + 1), -E2BIG);
	KUNIT_EXPECT_EQ(test, params_with(key_size, U32_MAX), -E2BIG);
	KUNIT_EXPECT_EQ(test, params_with(value_size, FLATMAP_VALUE_MAX + 1), -E2BIG);
	KUNIT_EXPECT_EQ(test, params_with(value_size, U32_MAX), -E2BIG);
}

static void params_at_the_limits(struct kunit *test)
{
	struct flatmap_params params = {
		.entries = 2,
		.key_size = FLATMAP_KEY_MAX,
		.value_size = FLATMAP_VALUE_MAX,
	};

	KUNIT_EXPECT_EQ(test, params_try(&params), 0);
	KUNIT_EXPECT_EQ(test, params_with(entries, 1), 0);
	KUNIT_EXPECT_EQ(test, params_with(key_size, 1), 0);

	/* All of them at once are more than this machine has, and no splat. */
	params.entries = FLATMAP_ENTRIES_MAX;
	KUNIT_EXPECT_EQ(test, params_try(&params), -ENOMEM);
}

static void params_are_kept(struct kunit *test)
{
	struct flatmap_stats stats;
	struct flatmap *map;
	u64 entries;

	for (entries = 1; entries < 3000; entries += 1 + entries / 3) {
		map = fx_map(test, entries, 3, 5, FLATMAP_HASH_FAST);
		flatmap_stats(map, &stats);
		KUNIT_EXPECT_EQ(test, stats.capacity, entries);
		KUNIT_EXPECT_GE(test, stats.slots, entries + entries / 8);
		KUNIT_EXPECT_GE(test, stats.blocks, entries + entries / 8);
		KUNIT_EXPECT_EQ(test, stats.max_entries, entries);
	}
}

static void params_are_kept_by_what_grows(struct kunit *test)
{
	struct flatmap_params params = params_good;
	struct flatmap_stats stats;

	params.max_bytes = SZ_4M;
	for (params.entries = 0; params.entries < 3000;
	     params.entries += 1 + params.entries / 3) {
		params.max_entries = 3 * params.entries;
		flatmap_stats(fx_map_with(test, &params), &stats);
		KUNIT_EXPECT_EQ(test, stats.max_entries, params.max_entries);
		KUNIT_EXPECT_EQ(test, stats.max_bytes, SZ_4M);
		KUNIT_EXPECT_GE(test, stats.capacity, params.entries);
		KUNIT_EXPECT_GE(test, stats.slots, stats.capacity + stats.capacity / 8);
		KUNIT_EXPECT_GE(test, stats.blocks, stats.capacity + stats.capacity / 8);
		KUNIT_EXPECT_EQ(test, stats.shards, 1);
		KUNIT_EXPECT_EQ(test, stats.regions, 1);
		KUNIT_EXPECT_EQ(test, stats.entries + stats.resizes + stats.resizes_failed +
				stats.moved + stats.helped + stats.regions_pinned, 0);
	}
}

#ifdef CONFIG_FAILSLAB

/*
 * Let the first allocation fail, then the second, until none is left to fail.
 * Some are not vital: then there is a map all the same, and it works.
 */
static void params_no_memory(struct kunit *test)
{
	u64 key = 1, value = 2;
	struct flatmap *map;
	u32 nth, failed = 0;
	bool injected;

	KUNIT_ASSERT_EQ(test, faults_begin(), 0);
	for (nth = 1, injected = true; injected && nth < 100; nth++) {
		/* Memory that is on its way out would be waited for, and then there is some. */
		fm_wholes_wait();
		current->fail_nth = nth;
		map = flatmap_create(&params_good);
		injected = !current->fail_nth;
		current->fail_nth = 0;
		if (IS_ERR(map)) {
			KUNIT_EXPECT_TRUE(test, injected);
			KUNIT_EXPECT_EQ(test, PTR_ERR(map), -ENOMEM);
			failed++;
			continue;
		}
		KUNIT_EXPECT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL), 0);
		KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &key, &value, NULL), 0);
		fx_check(test, map);
		flatmap_destroy(map);
	}
	KUNIT_EXPECT_FALSE(test, injected);
	/* The map, its shard, what describes its region, and what counts its pins. */
	KUNIT_EXPECT_GE(test, failed, 4);
	KUNIT_EXPECT_EQ(test, faults_end(), 0);
}

#else

static void params_no_memory(struct kunit *test)
{
	kunit_skip(test, "this kernel cannot make allocations fail");
}

#endif

static struct kunit_case params_cases[] = {
	KUNIT_CASE(params_zero),
	KUNIT_CASE(params_unknown),
	KUNIT_CASE(params_of_resizing),
	KUNIT_CASE(params_past_the_limits),
	KUNIT_CASE(params_at_the_limits),
	KUNIT_CASE(params_are_kept),
	KUNIT_CASE(params_are_kept_by_what_grows),
	KUNIT_CASE(params_no_memory),
	{}
};

static struct kunit_suite params_suite = {
	.name = "params",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.test_cases = params_cases,
};

kunit_test_suite(params_suite);
