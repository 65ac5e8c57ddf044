// SPDX-License-Identifier: GPL-2.0
/*
 * Where one more region is not enough, or no region would be: moves that find no room
 * go through a third one, crowded keys are separated, pins keep regions that are out of
 * use, and what cannot be helped ends.
 */
#include "chain.h"
#include "model.h"

/* The most pinned regions of a map; then it is no longer resized. */
#define CHAIN_PINNED_MAX	16

/* Keys that are spread over all homes. */
static u64 chain_key(u64 n)
{
	return n * 0x9e3779b97f4a7c15ULL;
}

static void chain_insert(struct kunit *test, struct flatmap *map, u64 from, u64 to)
{
	u64 key, value;

	for (; from < to; from++) {
		key = chain_key(from);
		value = from + 1;
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL), 0);
	}
}

static void chain_is(struct kunit *test, struct flatmap *map, u64 to)
{
	u64 n;

	for (n = 0; n < to; n++)
		KUNIT_ASSERT_EQ(test, model_get(map, chain_key(n)), n + 1);
	KUNIT_EXPECT_EQ(test, fx_entries(map), to);
}

/* A region that is much too small: the move goes on to a third, and a fourth. */
static void chain_shrink_too_far(struct kunit *test)
{
	struct flatmap *map = fx_growing64(test, 600, 0);
	u64 resizes;
	u32 bits;

	chain_insert(test, map, 0, 500);
	bits = map->region->bits;
	chain_extend(test, map, bits - 3);
	KUNIT_EXPECT_EQ(test, map->last->bits, bits - 3);
	chain_drain(test, map);
	resizes = chain_stats(map).resizes;
	KUNIT_EXPECT_GE(test, resizes, 2);
	KUNIT_EXPECT_LT(test, resizes, FM_CHAIN_MAX);
	KUNIT_EXPECT_EQ(test, chain_stats(map).regions, 1);
	chain_is(test, map, 500);
	fx_check(test, map);
}

/* As many regions as a chain may have, with entries in each; then no more. */
static void chain_of_all_lengths(struct kunit *test)
{
	struct flatmap *map = fx_growing64(test, 600, 0);
	struct fm_region *region;
	u32 length, bits = map->region->bits;
	u64 n;

	chain_insert(test, map, 0, 400);
	for (length = 1; length < FM_CHAIN_MAX; length++) {
		chain_extend(test, map, bits + length % 2);
		region = map->region;
		/* Every tenth goes as far as it can. */
		for (n = length; n < 400; n += 10)
			KUNIT_ASSERT_GE(test, chain_move(region, chain_key(n)), 0);
		for (n = 0; n < 400; n += 7)
			KUNIT_EXPECT_EQ(test, model_set(map, chain_key(n), n + 1), 0);
		chain_is(test, map, 400);
		KUNIT_EXPECT_EQ(test, chain_stats(map).regions, length + 1);
	}
	fx_check(test, map);
	KUNIT_EXPECT_EQ(test, fm_extend(map, bits), -ENOSPC);
	chain_drain(test, map);
	chain_is(test, map, 400);
	KUNIT_EXPECT_EQ(test, chain_stats(map).regions, 1);
}

#define CHAIN_HEAVY	8
#define CHAIN_HEAVY_BITS	10

/* A key with as many values as it may have, @apart homes from the next one. */
static u64 chain_heavy_key(u32 n, u32 apart)
{
	return (u64)n * apart << (64 - CHAIN_HEAVY_BITS);
}

static void chain_add_heavy(struct kunit *test, struct flatmap *map, u32 apart)
{
	u64 n, value, key;

	for (value = 0; value < FLATMAP_VALUES_MAX; value++) {
		for (n = 0; n < CHAIN_HEAVY; n++) {
			key = chain_heavy_key(n, apart);
			KUNIT_ASSERT_EQ(test, flatmap_add(map, &key, &value, GFP_KERNEL), 0);
		}
	}
}

static void chain_expect_heavy(struct kunit *test, struct flatmap *map, u32 apart)
{
	u64 *values = kunit_kcalloc(test, FLATMAP_VALUES_MAX, sizeof(*values), GFP_KERNEL);
	struct flatmap_result result;
	u64 n, i, key;

	KUNIT_ASSERT_NOT_NULL(test, values);
	for (n = 0; n < CHAIN_HEAVY; n++) {
		key = chain_heavy_key(n, apart);
		KUNIT_EXPECT_EQ(test, flatmap_values(map, &key, values, FLATMAP_VALUES_MAX,
						     &result), 0);
		KUNIT_EXPECT_EQ(test, result.values, FLATMAP_VALUES_MAX);
		for (i = 0; i < FLATMAP_VALUES_MAX; i++)
			KUNIT_ASSERT_EQ(test, values[i], i);
	}
	KUNIT_EXPECT_EQ(test, fx_entries(map), CHAIN_HEAVY * FLATMAP_VALUES_MAX);
}

/* The region has room for all, but not where the homes are close together. */
static void chain_move_to_a_crowd(struct kunit *test)
{
	struct flatmap *map = fx_growing64(test, fm_entries_for(CHAIN_HEAVY_BITS) - 1000,
					   FLATMAP_MULTIMAP);

	KUNIT_ASSERT_EQ(test, map->region->bits, CHAIN_HEAVY_BITS);
	chain_add_heavy(test, map, 4);
	KUNIT_EXPECT_EQ(test, chain_stats(map).resizes, 0);
	chain_extend(test, map, CHAIN_HEAVY_BITS - 2);
	KUNIT_EXPECT_GT(test, map->last->capacity, CHAIN_HEAVY * FLATMAP_VALUES_MAX);
	chain_drain(test, map);
	KUNIT_EXPECT_GE(test, chain_stats(map).resizes, 2);
	KUNIT_EXPECT_EQ(test, chain_stats(map).regions, 1);
	chain_expect_heavy(test, map, 4);
	fx_check(test, map);
}

/* Neighbours with so many values that one must go: a larger region separates them. */
static void chain_separates_neighbours(struct kunit *test)
{
	struct flatmap *map = fx_growing64(test, 0, FLATMAP_MULTIMAP);

	chain_add_heavy(test, map, 1);
	chain_expect_heavy(test, map, 1);
	fx_check(test, map);
	KUNIT_EXPECT_LE(test, chain_stats(map).resizes, 20);
	KUNIT_EXPECT_LE(test, chain_stats(map).capacity,
			64 * CHAIN_HEAVY * FLATMAP_VALUES_MAX);
}

/* Keys that share all of their hash: there is an end, and it is not that of memory. */
static void chain_one_hash(struct kunit *test)
{
	const struct flatmap_params params = {
		.key_size	= 2 * sizeof(u64),
		.value_size	= sizeof(u64),
		.hash		= FM_HASH_IDENTITY,
	};
	struct flatmap *map = fx_map_with(test, &params);
	u64 key[2] = { 12345 }, value = 0, resizes, bytes, n;
	int err = 0;

	while (!err && key[1] < 5000) {
		err = flatmap_insert(map, key, &value, GFP_KERNEL);
		key[1]++;
	}
	KUNIT_EXPECT_EQ(test, err, -ENOSPC);
	KUNIT_EXPECT_GE(test, key[1], FM_GROUP_SLOTS * FM_DISTANCE_MAX);
	fm_resize_flush(map);
	resizes = chain_stats(map).resizes;
	bytes = chain_stats(map).bytes;
	KUNIT_EXPECT_LE(test, resizes, 20);
	KUNIT_EXPECT_LT(test, bytes, SZ_8M);

	/* The same again and again, also for those who cannot wait, and no larger. */
	for (n = 0; n < 20; n++) {
		KUNIT_EXPECT_EQ(test, flatmap_insert(map, key, &value, GFP_KERNEL), -ENOSPC);
		KUNIT_EXPECT_EQ(test, flatmap_insert(map, key, &value, GFP_ATOMIC), -ENOSPC);
	}
	fm_resize_flush(map);
	KUNIT_EXPECT_EQ(test, chain_stats(map).resizes, resizes);
	KUNIT_EXPECT_LE(test, chain_stats(map).bytes, bytes);

	/* Others have room, and so has this one when another has gone. */
	for (n = 0; n < 1000; n++) {
		u64 other[2] = { chain_key(n + 1), 0 };

		KUNIT_ASSERT_EQ(test, flatmap_insert(map, other, &value, GFP_KERNEL), 0);
	}
	key[1] = 0;
	KUNIT_EXPECT_EQ(test, flatmap_delete(map, key), 0);
	KUNIT_EXPECT_EQ(test, flatmap_insert(map, key, &value, GFP_KERNEL), 0);
}

/* Each region has a pin: as many as may be are kept, then the map stays as it is. */
static void chain_pins_keep_regions(struct kunit *test)
{
	struct flatmap *map = fx_growing64(test, 0, 0);
	u64 key, value, n, entries = 40, bytes = 0;
	struct flatmap_pin *pins;
	int err = 0;
	u32 i;

	pins = kunit_kcalloc(test, CHAIN_PINNED_MAX, sizeof(*pins), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pins);
	chain_insert(test, map, 0, entries);
	for (i = 0; i < CHAIN_PINNED_MAX; i++) {
		key = chain_key(i);
		KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pins[i]), 0);
		chain_extend(test, map, 3);
		chain_drain(test, map);
		KUNIT_ASSERT_TRUE(test, chain_wait(chain_stats(map).regions_pinned == i + 1));
		KUNIT_EXPECT_GT(test, chain_stats(map).bytes, bytes);
		bytes = chain_stats(map).bytes;
		KUNIT_EXPECT_EQ(test, model_set(map, key, 100 + i), 0);
	}
	KUNIT_EXPECT_EQ(test, fm_extend(map, 4), -ENOSPC);

	/* It fills up, is refused more, and works. */
	for (n = entries; !err && n < 1000; n++) {
		key = chain_key(n);
		value = n + 1;
		err = flatmap_insert(map, &key, &value, GFP_KERNEL);
	}
	KUNIT_EXPECT_EQ(test, err, -ENOSPC);
	KUNIT_EXPECT_GT(test, chain_stats(map).resizes_failed, 0);
	entries = fx_entries(map);
	KUNIT_EXPECT_EQ(test, n, entries + 1);
	for (i = 0; i < CHAIN_PINNED_MAX; i++) {
		KUNIT_EXPECT_EQ(test, *(const u64 *)pins[i].value, i + 1);
		KUNIT_EXPECT_EQ(test, model_get(map, chain_key(i)), 100 + i);
		KUNIT_EXPECT_EQ(test, model_set(map, chain_key(i), i + 1), 0);
	}
	fx_check(test, map);

	/* One pin less, and it goes on. */
	flatmap_unpin(&pins[7]);
	KUNIT_EXPECT_TRUE(test, chain_wait(chain_stats(map).regions_pinned <
					   CHAIN_PINNED_MAX));
	chain_insert(test, map, entries, 10 * entries);
	chain_is(test, map, 10 * entries);
	for (i = 0; i < CHAIN_PINNED_MAX; i++) {
		if (i == 7)
			continue;
		KUNIT_EXPECT_EQ(test, *(const u64 *)pins[i].value, i + 1);
		flatmap_unpin(&pins[i]);
	}
	KUNIT_EXPECT_TRUE(test, chain_wait(chain_stats(map).regions_pinned == 0));
}

#define CHAIN_LEFTOVERS	300

/* Values that were replaced while pinned fill a region: another one of that size helps. */
static void chain_leaves_pinned_values_behind(struct kunit *test)
{
	struct flatmap *map = fx_growing64(test, 0, 0);
	u64 capacity = chain_stats(map).capacity, key = 7, n;
	struct flatmap_pin *pins;

	pins = kunit_kcalloc(test, CHAIN_LEFTOVERS, sizeof(*pins), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pins);
	for (n = 0; n < CHAIN_LEFTOVERS; n++) {
		u64 value = n;

		KUNIT_ASSERT_GE(test, flatmap_upsert(map, &key, &value, GFP_KERNEL), 0);
		KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pins[n]), 0);
	}
	KUNIT_EXPECT_GT(test, chain_stats(map).resizes, 0);
	KUNIT_EXPECT_LT(test, chain_stats(map).capacity, 20 * capacity);
	fx_check(test, map);
	for (n = 0; n < CHAIN_LEFTOVERS; n++) {
		KUNIT_EXPECT_EQ(test, *(const u64 *)pins[n].value, n);
		flatmap_unpin(&pins[n]);
	}
	KUNIT_EXPECT_TRUE(test, chain_wait(chain_stats(map).regions_pinned == 0));
	KUNIT_EXPECT_EQ(test, fx_entries(map), 1);
}

static struct kunit_case chain_cases[] = {
	KUNIT_CASE(chain_shrink_too_far),
	KUNIT_CASE(chain_of_all_lengths),
	KUNIT_CASE(chain_move_to_a_crowd),
	KUNIT_CASE(chain_separates_neighbours),
	KUNIT_CASE(chain_one_hash),
	KUNIT_CASE(chain_pins_keep_regions),
	KUNIT_CASE(chain_leaves_pinned_values_behind),
	{}
};

static struct kunit_suite chain_suite = {
	.name = "chain",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.test_cases = chain_cases,
};

kunit_test_suite(chain_suite);
