// SPDX-License-Identifier: GPL-2.0
/*
 * Batches of any size do what single operations do one by one, with every instruction set
 * there is: on maps with entries of all sizes, in multimaps, shards and chains of regions.
 */
#include "batches.h"
#include "chain.h"
#include "simds.h"

/* Items of a large batch, and steps of a walk through operations and sizes. */
#define ALIKE_MANY	(SIMDS_SLOW ? 5000U : 1000000U)
#define ALIKE_STEPS	(SIMDS_SLOW ? 30 : 100)

static const struct flatmap_params alike_words = {
	.key_size	= 8,
	.value_size	= 8,
};

static void alike_try_counts(struct kunit *test, void *arg)
{
	static const u32 counts[] = {
		0, 1, 2, 7, 8, 9, BATCHES_CHUNK - 1, BATCHES_CHUNK, BATCHES_CHUNK + 1,
		2 * BATCHES_CHUNK - 1, 2 * BATCHES_CHUNK, 2 * BATCHES_CHUNK + 1, 1000,
	};
	static const enum batches_kind kinds[] = {
		BATCHES_INSERT, BATCHES_LOOKUP, BATCHES_UPDATE, BATCHES_DELETE,
		BATCHES_UPSERT, BATCHES_LOOKUP, BATCHES_DELETE, BATCHES_DELETE_VALUE,
	};
	struct batches *both = batches_create(test, &alike_words, 1000);
	u32 i, n;

	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		for (n = 0; n < ARRAY_SIZE(kinds); n++) {
			batches_step(both, kinds[n], counts[i], 300, false, true);
			batches_step(both, kinds[n], counts[i], 300, true, true);
			batches_step(both, kinds[n], counts[i], 300, true, false);
		}
	}
	batches_compare(both, 300);
}

static void alike_counts(struct kunit *test)
{
	batches_each(test, alike_try_counts, NULL);
}

static void alike_walk(struct kunit *test, void *params)
{
	batches_walk(batches_create(test, params, 3 * BATCHES_CHUNK), 200, ALIKE_STEPS);
}

static void alike_walk_sizes(struct kunit *test, void *arg)
{
	static const struct {
		u32 key_size, value_size;
	} sizes[] = {
		{ 1, 1 }, { 5, 0 }, { 8, 16 }, { 16, 48 }, { 200, 300 },
		{ FLATMAP_KEY_MAX, 8 },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct flatmap_params params = {
			.key_size	= sizes[i].key_size,
			.value_size	= sizes[i].value_size,
			.hash		= i % 2 ? FLATMAP_HASH_FAST : FLATMAP_HASH_SIPHASH,
		};

		alike_walk(test, &params);
	}
}

static void alike_sizes(struct kunit *test)
{
	batches_each(test, alike_walk_sizes, NULL);
}

static void alike_multimap(struct kunit *test)
{
	struct flatmap_params params = alike_words;

	params.flags = FLATMAP_MULTIMAP;
	batches_each(test, alike_walk, &params);
}

static void alike_shards(struct kunit *test)
{
	struct flatmap_params params = alike_words;

	params.max_entries = 8ULL * FLATMAP_SHARD_ENTRIES;
	params.hash = FLATMAP_HASH_FAST;
	batches_each(test, alike_walk, &params);
}

/* In a chain of regions, whichever homes have been moved. */
static void alike_walk_chain(struct kunit *test, void *params)
{
	struct batches *both = batches_create(test, params, 3 * BATCHES_CHUNK);
	struct flatmap *map = both->map;
	u32 round, home;
	u64 key;

	batches_step(both, BATCHES_INSERT, both->most, 200, true, true);
	for (round = 0; round < 3; round++) {
		fm_resize_flush(map);
		chain_extend(test, map, map->last->bits + (round % 2 ? -1 : 1));
		for (home = 0; home < BIT(map->region->bits); home += 2) {
			key = fx_key(map, home, 0);
			KUNIT_ASSERT_GE(test, chain_move(map->region, key), 0);
		}
		batches_walk(both, 200, 16);
		fx_check(test, map);
	}
}

static void alike_chain(struct kunit *test)
{
	struct flatmap_params params = alike_words;

	batches_each(test, alike_walk_chain, &params);
	params.flags = FLATMAP_MULTIMAP;
	batches_each(test, alike_walk_chain, &params);
}

static u64 alike_many_key(u64 i)
{
	return i * 0x9e3779b97f4a7c15ULL;
}

/* The results of a batch of ALIKE_MANY items whose every @every-th differs. */
static void alike_many_do(struct kunit *test, enum batches_kind kind, struct flatmap *map,
			  struct flatmap_batch *batch, int result, int other, u32 every)
{
	u32 i, wrong = 0;

	memset(batch->results, 0x77, ALIKE_MANY * sizeof(*batch->results));
	KUNIT_EXPECT_EQ(test, batches_do(kind, map, batch), 0);
	KUNIT_EXPECT_EQ(test, batch->done, ALIKE_MANY);
	for (i = 0; i < ALIKE_MANY; i++)
		wrong += batch->results[i] != (i % every ? result : other);
	KUNIT_EXPECT_EQ_MSG(test, wrong, 0, "kind %d", kind);
}

static void alike_try_many(struct kunit *test, const struct flatmap_params *params)
{
	struct flatmap *map = fx_map_with(test, params);
	bool multimap = params->flags & FLATMAP_MULTIMAP;
	u64 *keys = kvcalloc(ALIKE_MANY, sizeof(*keys), GFP_KERNEL);
	u64 *values = kvcalloc(ALIKE_MANY, sizeof(*values), GFP_KERNEL);
	int *results = kvcalloc(ALIKE_MANY, sizeof(*results), GFP_KERNEL);
	struct flatmap_batch batch = {
		.keys = keys, .values = values, .results = results,
		.count = ALIKE_MANY, .gfp = GFP_KERNEL,
	};
	u32 i, wrong = 0;

	KUNIT_ASSERT_TRUE(test, keys && values && results);
	for (i = 0; i < ALIKE_MANY; i++) {
		keys[i] = alike_many_key(i);
		values[i] = i;
	}
	if (multimap) {
		alike_many_do(test, BATCHES_ADD, map, &batch, 0, 0, 1);
		alike_many_do(test, BATCHES_INSERT, map, &batch, -EEXIST, -EEXIST, 1);
	} else {
		alike_many_do(test, BATCHES_INSERT, map, &batch, 0, 0, 1);
		/* Every third key becomes another one, that is not there. */
		for (i = 0; i < ALIKE_MANY; i += 3)
			keys[i] = alike_many_key(ALIKE_MANY + i);
		for (i = 0; i < ALIKE_MANY; i++)
			values[i]++;
		alike_many_do(test, BATCHES_UPDATE, map, &batch, 0, -ENOENT, 3);
		alike_many_do(test, BATCHES_UPSERT, map, &batch, 1, 0, 3);
	}
	memset(values, 0, ALIKE_MANY * sizeof(*values));
	alike_many_do(test, BATCHES_LOOKUP, map, &batch, 1, 1, 1);
	for (i = 0; i < ALIKE_MANY; i++)
		wrong += values[i] != i + !multimap;
	KUNIT_EXPECT_EQ(test, wrong, 0);
	alike_many_do(test, multimap ? BATCHES_DELETE_VALUE : BATCHES_DELETE, map, &batch, 0,
		      0, 1);
	KUNIT_EXPECT_EQ(test, fx_entries(map), multimap ? 0 : DIV_ROUND_UP(ALIKE_MANY, 3));
	alike_many_do(test, BATCHES_LOOKUP, map, &batch, -ENOENT, -ENOENT, 1);
	kvfree(keys);
	kvfree(values);
	kvfree(results);
}

static void alike_many(struct kunit *test)
{
	struct flatmap_params params = alike_words;

	KUNIT_ASSERT_EQ(test, fm_simd_choose("scalar"), 0);
	alike_try_many(test, &params);
	KUNIT_ASSERT_EQ(test, fm_simd_choose("auto"), 0);
	alike_try_many(test, &params);
}

static void alike_many_values(struct kunit *test)
{
	struct flatmap_params params = alike_words;

	params.flags = FLATMAP_MULTIMAP;
	alike_try_many(test, &params);
}

static struct kunit_case alike_cases[] = {
	KUNIT_CASE(alike_counts),
	KUNIT_CASE(alike_sizes),
	KUNIT_CASE(alike_multimap),
	KUNIT_CASE(alike_shards),
	KUNIT_CASE(alike_chain),
	KUNIT_CASE(alike_many),
	KUNIT_CASE(alike_many_values),
	{}
};

static struct kunit_suite alike_suite = {
	.name = "alike",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.exit = batches_exit,
	.test_cases = alike_cases,
};

kunit_test_suite(alike_suite);
