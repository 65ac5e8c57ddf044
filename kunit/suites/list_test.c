// SPDX-License-Identifier: GPL-2.0
/*
 * The lists of free spare blocks: their order, that stripes help each other out,
 * and that they stand a pop that was stopped half way.
 */
#include <linux/bitmap.h>

#include "blocks.h"

static void list_last_given_first_taken(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 100);
	u32 index[3], i;

	block_take_beside(test, map);
	for (i = 0; i < 3; i++)
		index[i] = block_take(map, 0);
	for (i = 0; i < 3; i++)
		block_give(map, index[i]);
	while (i--)
		KUNIT_EXPECT_EQ(test, block_take(map, 0), index[i]);
	for (i = 0; i < 3; i++)
		block_give(map, index[i]);
	block_give_beside(map);
}

/* The case runs on CPU 0: its own stripe first, the others when that is empty. */
static void list_stolen_from_other_stripes(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 100);
	const struct fm_region *region = map->region;
	u32 spares = region->blocks - fm_spare_first(region);
	u32 stripe = 0;
	u32 *index;
	u32 i;

	index = kunit_kcalloc(test, spares, sizeof(*index), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, index);
	KUNIT_ASSERT_GT(test, region->stripes, 1);

	block_take_beside(test, map);
	for (i = 0; i < spares; i++) {
		index[i] = block_take(map, 0);
		KUNIT_EXPECT_GE(test, index[i] % region->stripes, stripe);
		stripe = index[i] % region->stripes;
	}
	KUNIT_EXPECT_EQ(test, stripe, region->stripes - 1);
	for (i = 0; i < spares; i++)
		block_give(map, index[i]);
	KUNIT_EXPECT_EQ(test, fm_index(fm_stripe(region, 0)->free), index[spares - 1]);
	block_give_beside(map);
}

static void list_pop_pop_push(void *arg)
{
	block_take_two(arg, 0);
}

/* The first block is on top again, but the second one is somebody's. */
static void list_that_looks_the_same(struct kunit *test)
{
	struct block_pair pair = { .map = fx_map64(test, 100) };
	struct fx_stop stop = {
		.hook = FM_HOOK_POPPING,
		.action = list_pop_pop_push,
		.arg = &pair,
	};
	u32 index, next;

	block_take_beside(test, pair.map);
	fx_arm(test, &stop);
	index = block_take(pair.map, 0);
	fx_disarm(&stop);
	next = block_take(pair.map, 0);

	KUNIT_EXPECT_TRUE(test, stop.reached);
	KUNIT_EXPECT_EQ(test, index, pair.first);
	KUNIT_EXPECT_NE(test, next, pair.second);
	block_give(pair.map, next);
	block_give(pair.map, pair.second);
	block_give(pair.map, index);
	block_give_beside(pair.map);
}

static int list_take_one(void *arg)
{
	return block_take(arg, 0);
}

/* Whoever is parked in a pop keeps nobody from taking and giving. */
static void list_parked_popper(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 20);
	const struct fm_region *region = map->region;
	struct fx_thread popper;
	unsigned long *taken;
	u32 index;

	taken = kunit_kcalloc(test, BITS_TO_LONGS(region->blocks), sizeof(long),
			      GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, taken);

	block_take_beside(test, map);
	KUNIT_EXPECT_TRUE(test, fx_park(test, &popper, 1, list_take_one, map,
					FM_HOOK_POPPING, 0));
	for (index = block_take(map, 0); index != FM_NO_BLOCK; index = block_take(map, 0))
		KUNIT_EXPECT_FALSE(test, __test_and_set_bit(index, taken));
	KUNIT_EXPECT_EQ(test, bitmap_weight(taken, region->blocks),
			region->blocks - region->shape.beside);
	KUNIT_EXPECT_EQ(test, fx_join(&popper), (int)FM_NO_BLOCK);

	/* Once more, but in the end all are back, in another order. */
	for_each_set_bit(index, taken, region->blocks)
		block_give(map, index);
	bitmap_zero(taken, region->blocks);
	KUNIT_EXPECT_TRUE(test, fx_park(test, &popper, 1, list_take_one, map,
					FM_HOOK_POPPING, 0));
	for (index = block_take(map, 0); index != FM_NO_BLOCK; index = block_take(map, 0))
		__set_bit(index, taken);
	for (index = region->blocks; index--;) {
		if (test_bit(index, taken))
			block_give(map, index);
	}
	index = fx_join(&popper);
	KUNIT_EXPECT_TRUE(test, index < region->blocks && test_bit(index, taken));
	block_give(map, index);
	block_give_beside(map);
}

/**
 * struct list_share - blocks shared by two CPUs
 * @map: the map
 * @taken: a bit for each block that somebody has
 */
struct list_share {
	struct flatmap *map;
	unsigned long *taken;
};

#define LIST_ROUNDS	300
#define LIST_HANDFUL	12

/* Take a handful, give it back, again and again; how often one was not ours. */
static int list_share(void *arg)
{
	struct list_share *share = arg;
	u32 index[LIST_HANDFUL];
	int wrong = 0;
	u32 round, i;

	for (round = 0; round < LIST_ROUNDS; round++) {
		for (i = 0; i < LIST_HANDFUL; i++) {
			index[i] = block_take(share->map, 0);
			if (index[i] != FM_NO_BLOCK)
				wrong += test_and_set_bit(index[i], share->taken);
		}
		for (i = 0; i < LIST_HANDFUL; i++) {
			if (index[i] == FM_NO_BLOCK)
				continue;
			wrong += !test_and_clear_bit(index[i], share->taken);
			block_give(share->map, index[i]);
		}
		cond_resched();
	}
	return wrong;
}

static void list_two_cpus_share(struct kunit *test)
{
	struct list_share share = { .map = fx_map64(test, 7) };
	struct fx_thread thread;

	share.taken = kunit_kcalloc(test, BITS_TO_LONGS(share.map->region->blocks),
				    sizeof(long), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, share.taken);
	fx_start(test, &thread, 1, list_share, &share);
	KUNIT_EXPECT_EQ(test, list_share(&share), 0);
	KUNIT_EXPECT_EQ(test, fx_join(&thread), 0);
	KUNIT_EXPECT_TRUE(test, bitmap_empty(share.taken, share.map->region->blocks));
}

static struct kunit_case list_cases[] = {
	KUNIT_CASE(list_last_given_first_taken),
	KUNIT_CASE(list_stolen_from_other_stripes),
	KUNIT_CASE(list_that_looks_the_same),
	KUNIT_CASE(list_parked_popper),
	KUNIT_CASE(list_two_cpus_share),
	{}
};

static struct kunit_suite list_suite = {
	.name = "list",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.test_cases = list_cases,
};

kunit_test_suite(list_suite);
