// SPDX-License-Identifier: GPL-2.0
/*
 * Inserts that reserve a slot and then fill it (module/reserve.c), stopped in between, in
 * place and on another CPU: what others do then cancels the reservation, and the insert
 * begins again. A slot that has become empty meanwhile is not filled late.
 */
#include "chain.h"
#include "words.h"

#define RESERVE_ENTRIES	100

static const enum fm_hook reserve_hooks[] = { FM_HOOK_RESERVED, FM_HOOK_FILLING };

/**
 * struct reserve - an insert, and what comes between
 * @test: the case
 * @map: the map
 * @key: what is inserted, with the value 1
 * @other: another key of its home
 * @between: what comes between; its own errors go to @failed
 * @result: what the insert returned
 * @failed: did something not work?
 */
struct reserve {
	struct kunit *test;
	struct flatmap *map;
	u64 key, other;
	void (*between)(struct reserve *reserve);
	int result;
	bool failed;
};

static int reserve_insert(void *arg)
{
	struct reserve *reserve = arg;
	u64 value = 1;

	reserve->result = flatmap_insert(reserve->map, &reserve->key, &value, GFP_ATOMIC);
	return 0;
}

static void reserve_act(void *arg)
{
	struct reserve *reserve = arg;

	reserve->between(reserve);
}

/* Insert the key up to the hook, there @reserve->between, then the rest. */
static void reserve_at(struct reserve *reserve, bool parked, enum fm_hook hook)
{
	struct fx_stop stop = { .hook = hook, .action = reserve_act, .arg = reserve };
	struct kunit *test = reserve->test;
	struct fx_thread thread;

	if (parked) {
		KUNIT_EXPECT_TRUE(test, fx_park(test, &thread, 1, reserve_insert, reserve,
						hook, 0));
		reserve->between(reserve);
		fx_join(&thread);
	} else {
		fx_arm(test, &stop);
		reserve_insert(reserve);
		fx_disarm(&stop);
		KUNIT_EXPECT_TRUE(test, stop.reached);
	}
	KUNIT_EXPECT_FALSE(test, reserve->failed);
}

static u64 reserve_value(struct reserve *reserve, u64 key)
{
	u64 value;

	return flatmap_lookup(reserve->map, &key, &value, NULL) ? 0 : value;
}

/* At each hook, in place and parked, on a map of its own; @check sees what has become of it. */
static void reserve_everywhere(struct kunit *test, void (*between)(struct reserve *reserve),
			       void (*check)(struct reserve *reserve))
{
	u32 i, parked;

	for (i = 0; i < ARRAY_SIZE(reserve_hooks); i++) {
		for (parked = 0; parked < 2; parked++) {
			struct reserve reserve = {
				.test = test,
				.map = fx_growing64(test, RESERVE_ENTRIES, 0),
				.between = between,
			};

			reserve.key = fx_key(reserve.map, 0, 1);
			reserve.other = fx_key(reserve.map, 0, 2);
			reserve_at(&reserve, parked, reserve_hooks[i]);
			check(&reserve);
			fx_check(test, reserve.map);
		}
	}
}

/* Only readers come: the key is not there yet, and the reservation holds. */
static void reserve_between_read(struct reserve *reserve)
{
	reserve->failed |= reserve_value(reserve, reserve->key) != 0;
}

static void reserve_check_added(struct reserve *reserve)
{
	struct kunit *test = reserve->test;
	const u64 *group = fm_group(reserve->map->region, 0);

	KUNIT_EXPECT_EQ(test, reserve->result, 0);
	KUNIT_EXPECT_EQ(test, reserve_value(reserve, reserve->key), 1);
	KUNIT_EXPECT_EQ(test, fx_entries(reserve->map), 1);
	KUNIT_EXPECT_EQ(test, fm_reserved(*group), 1);
	KUNIT_EXPECT_TRUE(test, fm_is_live(group[1]));
}

static void reserve_is_not_seen(struct kunit *test)
{
	reserve_everywhere(test, reserve_between_read, reserve_check_added);
}

/* Another insert of the key succeeds, so this one finds it there. */
static void reserve_between_same(struct reserve *reserve)
{
	u64 value = 2;

	reserve->failed |= flatmap_insert(reserve->map, &reserve->key, &value, GFP_ATOMIC);
}

static void reserve_check_exists(struct reserve *reserve)
{
	struct kunit *test = reserve->test;

	KUNIT_EXPECT_EQ(test, reserve->result, -EEXIST);
	KUNIT_EXPECT_EQ(test, reserve_value(reserve, reserve->key), 2);
	KUNIT_EXPECT_EQ(test, fx_entries(reserve->map), 1);
}

static void reserve_by_another_insert(struct kunit *test)
{
	reserve_everywhere(test, reserve_between_same, reserve_check_exists);
}

/* Another key comes and goes, again and again: the slot is filled, and is EMPTY in the end. */
static void reserve_between_other(struct reserve *reserve)
{
	u64 value = 3;
	u32 i;

	for (i = 0; i < 3; i++) {
		reserve->failed |= flatmap_insert(reserve->map, &reserve->other, &value,
						  GFP_ATOMIC) != 0;
		reserve->failed |= flatmap_delete(reserve->map, &reserve->other) != 0;
	}
}

static void reserve_check_once(struct reserve *reserve)
{
	struct kunit *test = reserve->test;

	KUNIT_EXPECT_EQ(test, reserve->result, 0);
	KUNIT_EXPECT_EQ(test, reserve_value(reserve, reserve->key), 1);
	KUNIT_EXPECT_EQ(test, reserve_value(reserve, reserve->other), 0);
	KUNIT_EXPECT_EQ(test, fx_entries(reserve->map), 1);
}

static void reserve_never_fills_late(struct kunit *test)
{
	reserve_everywhere(test, reserve_between_other, reserve_check_once);
}

/* The home moves on: the insert follows it. */
static void reserve_between_close(struct reserve *reserve)
{
	struct flatmap *map = reserve->map;

	/* A region cannot be made at a hook, where nobody may sleep. */
	reserve->failed |= fm_extend_reserve(map, fm_last_number(map)) != 0;
	reserve->failed |= chain_move(map->region, reserve->key) < 0;
}

static void reserve_in_a_closed_home(struct kunit *test)
{
	u32 i, parked;

	for (i = 0; i < ARRAY_SIZE(reserve_hooks); i++) {
		for (parked = 0; parked < 2; parked++) {
			struct reserve reserve = {
				.test = test,
				.map = fx_growing64(test, RESERVE_ENTRIES, 0),
				.between = reserve_between_close,
			};
			struct flatmap *map = reserve.map;

			reserve.key = fx_key(map, 0, 1);
			KUNIT_ASSERT_EQ(test, fm_reserve_make(map, fm_last_number(map),
							      2 * map->region->capacity), 0);
			reserve_at(&reserve, parked, reserve_hooks[i]);
			KUNIT_EXPECT_EQ(test, reserve.result, 0);
			KUNIT_EXPECT_EQ(test, chain_count(map->region, reserve.key), 0);
			KUNIT_EXPECT_EQ(test, chain_count(map->last, reserve.key), 1);
			fx_check(test, map);
		}
	}
}

/* However a slot is vacated, it has a stamp that is later than any before. */
static void reserve_stamps_rise(struct kunit *test)
{
	struct flatmap *map = fx_growing64(test, RESERVE_ENTRIES, 0);
	const u64 *group = fm_group(map->region, 0);
	struct flatmap_pin pin;
	u64 value = 1, last = 0;
	u64 key;
	u32 i;

	for (i = 0; i < 100; i++) {
		key = fx_key(map, 0, 1 + i % 5);
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL), 0);
		KUNIT_ASSERT_TRUE(test, fm_is_live(group[1]));
		if (i % 2)
			KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pin), 0);
		KUNIT_ASSERT_EQ(test, flatmap_delete(map, &key), 0);
		if (i % 2)
			flatmap_unpin(&pin);
		KUNIT_ASSERT_TRUE(test, fm_is_empty(group[1]));
		KUNIT_EXPECT_GT(test, group[1], last);
		last = group[1];
	}
	fx_check(test, map);
}

/* The version comes to what an empty slot has as its stamp: that slot is not reserved. */
static void reserve_when_the_version_wraps(struct kunit *test)
{
	struct flatmap *map = fx_growing64(test, RESERVE_ENTRIES, 0);
	u64 *group = fm_group(map->region, 0);
	u64 key = fx_key(map, 0, 1), value = 1;

	WRITE_ONCE(*group, FM_VERSION);
	KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, fm_empty_word(*group), 0);
	KUNIT_EXPECT_EQ(test, fm_reserved(*group), 0);
	KUNIT_ASSERT_EQ(test, flatmap_delete(map, &key), 0);
	KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, fm_reserved(*group), 1);
	fx_check(test, map);
}

/* What two CPUs have inserted and removed in one home is there, or is not. */
#define RESERVE_STORM	20000

static int reserve_storm(void *arg)
{
	struct reserve *reserve = arg;
	u64 value = 1;
	int added = 0;
	u32 i;

	for (i = 0; i < RESERVE_STORM; i++) {
		u64 key = fx_key(reserve->map, 0, 1 + i % 3);

		added += !flatmap_insert(reserve->map, &key, &value, GFP_ATOMIC);
		added -= !flatmap_delete(reserve->map, &key);
	}
	return added;
}

static void reserve_in_a_storm(struct kunit *test)
{
	struct reserve reserve = { .map = fx_growing64(test, RESERVE_ENTRIES, 0) };
	struct fx_thread threads[2];
	int left;

	fx_start(test, &threads[0], 0, reserve_storm, &reserve);
	fx_start(test, &threads[1], 1, reserve_storm, &reserve);
	left = fx_join(&threads[0]);
	left += fx_join(&threads[1]);
	KUNIT_EXPECT_EQ(test, fx_entries(reserve.map), left);
	fx_check(test, reserve.map);
}

static struct kunit_case reserve_cases[] = {
	KUNIT_CASE(reserve_is_not_seen),
	KUNIT_CASE(reserve_by_another_insert),
	KUNIT_CASE(reserve_never_fills_late),
	KUNIT_CASE(reserve_in_a_closed_home),
	KUNIT_CASE(reserve_stamps_rise),
	KUNIT_CASE(reserve_when_the_version_wraps),
	KUNIT_CASE(reserve_in_a_storm),
	{}
};

static struct kunit_suite reserve_suite = {
	.name = "reserve",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.test_cases = reserve_cases,
};

kunit_test_suite(reserve_suite);
