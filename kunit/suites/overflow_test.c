// SPDX-License-Identifier: GPL-2.0
/*
 * Overflow counts: after each way of coming and going, every group counts exactly
 * the entries that lie beyond it although their home is not.
 */
#include "fixture.h"

#define OVERFLOW_HOME	5

static u64 overflow_key(struct flatmap *map, u64 n)
{
	return fx_key(map, OVERFLOW_HOME, n);
}

/* Recount, and see that all groups together counted @sum passes. */
static void overflow_expect(struct kunit *test, struct flatmap *map, u32 sum)
{
	const struct fm_region *region = map->region;
	u32 group, later, i, passed, all = 0;

	for (group = 0; group < region->groups; group++) {
		passed = 0;
		for (later = group + 1; later <= fm_farthest(region, group); later++) {
			for (i = 1; i <= FM_GROUP_SLOTS; i++) {
				u64 slot = fm_group(region, later)[i];

				passed += fm_is_live(slot) &&
					  fm_home(region, slot) <= group;
			}
		}
		KUNIT_EXPECT_EQ_MSG(test, fm_overflow(*fm_group(region, group)),
				    passed, "group %u", group);
		all += passed;
	}
	KUNIT_EXPECT_EQ(test, all, sum);
	fx_check(test, map);
}

static void overflow_insert(struct kunit *test, struct flatmap *map, u32 home,
			    u64 first, u32 n)
{
	u64 i, key;

	for (i = first; i < first + n; i++) {
		key = fx_key(map, home, i);
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &key, GFP_KERNEL), 0);
	}
}

/* A map with @n entries of one home: 7 lie there, then 7 one group on, ... */
static struct flatmap *overflow_map(struct kunit *test, u32 n)
{
	struct flatmap *map = fx_map64(test, 1000);

	overflow_insert(test, map, OVERFLOW_HOME, 0, n);
	return map;
}

static void overflow_counts_inserts(struct kunit *test)
{
	struct flatmap *map = overflow_map(test, 7);

	overflow_expect(test, map, 0);
	overflow_insert(test, map, OVERFLOW_HOME, 7, 1);
	overflow_expect(test, map, 1);
	overflow_insert(test, map, OVERFLOW_HOME, 8, 6);
	overflow_expect(test, map, 7);
	overflow_insert(test, map, OVERFLOW_HOME, 14, 2);
	overflow_expect(test, map, 7 + 2 * 2);
	KUNIT_EXPECT_EQ(test, fm_overflow(*fm_group(map->region, OVERFLOW_HOME)), 9);
	KUNIT_EXPECT_EQ(test, fm_overflow(*fm_group(map->region, OVERFLOW_HOME + 1)), 2);
	KUNIT_EXPECT_EQ(test, fm_overflow(*fm_group(map->region, OVERFLOW_HOME + 2)), 0);
}

static void overflow_counts_displacements(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 1000);
	u32 home;

	for (home = OVERFLOW_HOME; home < OVERFLOW_HOME + 40; home++)
		overflow_insert(test, map, home, 0, 7);
	overflow_expect(test, map, 0);
	/* One moves on from each group, and the newcomer passes one. */
	overflow_insert(test, map, OVERFLOW_HOME, 7, 1);
	overflow_expect(test, map, 40);
	overflow_insert(test, map, OVERFLOW_HOME + 10, 7, 1);
	overflow_expect(test, map, 40 + 30);
}

/* As far as it goes: all groups count what passed them, the last one none. */
static void overflow_counts_to_the_limit(struct kunit *test)
{
	struct flatmap *map = overflow_map(test, 7 * (FM_DISTANCE_MAX + 1));
	u32 distance;

	overflow_expect(test, map, 7 * FM_DISTANCE_MAX * (FM_DISTANCE_MAX + 1) / 2);
	for (distance = 0; distance <= FM_DISTANCE_MAX; distance++)
		KUNIT_EXPECT_EQ(test, fm_overflow(*fm_group(map->region,
							    OVERFLOW_HOME + distance)),
				7 * (FM_DISTANCE_MAX - distance));
}

static void overflow_counts_deletes(struct kunit *test)
{
	struct flatmap *map = overflow_map(test, 16);
	u64 n, key;
	u32 group, sum = 11;

	for (n = 0; n < 16; n++) {
		key = overflow_key(map, (n * 5) % 16);
		KUNIT_ASSERT_NE(test, fx_slot_word(map, key, &group), 0);
		sum -= group - OVERFLOW_HOME;
		KUNIT_ASSERT_EQ(test, flatmap_delete(map, &key), 0);
		overflow_expect(test, map, sum);
	}
	KUNIT_EXPECT_EQ(test, sum, 0);
}

/* An entry stops counting when it is deleted, not when its last reader goes. */
static void overflow_counts_pinned_deletes(struct kunit *test)
{
	struct flatmap *map = overflow_map(test, 15);
	struct flatmap_pin pin, second;
	u64 key = overflow_key(map, 14);

	overflow_expect(test, map, 7 + 2);
	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pin), 0);
	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &second), 0);
	overflow_expect(test, map, 7 + 2);
	KUNIT_ASSERT_EQ(test, flatmap_delete(map, &key), 0);
	overflow_expect(test, map, 7);
	flatmap_unpin(&pin);
	overflow_expect(test, map, 7);
	flatmap_unpin(&second);
	overflow_expect(test, map, 7);
}

static void overflow_ignores_plain_updates(struct kunit *test)
{
	struct flatmap *map = overflow_map(test, 15);
	u64 n, key;

	for (n = 0; n < 15; n++) {
		key = overflow_key(map, n);
		KUNIT_ASSERT_EQ(test, flatmap_update(map, &key, &n, GFP_KERNEL), 0);
	}
	overflow_expect(test, map, 7 + 2);
}

/* The new value of a pinned one goes to the first hole, farther or nearer. */
static void overflow_counts_pinned_updates(struct kunit *test)
{
	struct flatmap *map = overflow_map(test, 14);
	u64 near = overflow_key(map, 0), far = overflow_key(map, 13);
	struct flatmap_pin pin, second;
	u32 group;

	/* From home to two groups on. */
	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &near, &pin), 0);
	KUNIT_ASSERT_EQ(test, flatmap_update(map, &near, &far, GFP_KERNEL), 0);
	overflow_expect(test, map, 7 + 2);
	fx_slot_word(map, near, &group);
	KUNIT_EXPECT_EQ(test, group, OVERFLOW_HOME + 2);
	flatmap_unpin(&pin);
	overflow_expect(test, map, 7 + 2);

	/* From one group on to the hole that this has left at home. */
	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &far, &pin), 0);
	KUNIT_ASSERT_EQ(test, flatmap_update(map, &far, &near, GFP_KERNEL), 0);
	overflow_expect(test, map, 6 + 2);
	fx_slot_word(map, far, &group);
	KUNIT_EXPECT_EQ(test, group, OVERFLOW_HOME);

	/* And from there past the first pin, which still holds its slot. */
	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &far, &second), 0);
	KUNIT_ASSERT_EQ(test, flatmap_update(map, &far, &far, GFP_KERNEL), 0);
	overflow_expect(test, map, 6 + 2 + 2);
	flatmap_unpin(&pin);
	flatmap_unpin(&second);
	overflow_expect(test, map, 6 + 2 + 2);
}

/* A pinned update that displaces another entry: both places of both count. */
static void overflow_counts_pinned_updates_that_displace(struct kunit *test)
{
	struct flatmap *map = overflow_map(test, 10);
	u64 key = overflow_key(map, 9);
	struct flatmap_pin pin;
	u32 group;

	overflow_insert(test, map, OVERFLOW_HOME + 1, 0, 4);
	overflow_expect(test, map, 3);
	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pin), 0);
	KUNIT_ASSERT_EQ(test, flatmap_update(map, &key, &key, GFP_KERNEL), 0);
	overflow_expect(test, map, 3 + 1);
	fx_slot_word(map, key, &group);
	KUNIT_EXPECT_EQ(test, group, OVERFLOW_HOME + 1);
	flatmap_unpin(&pin);
	overflow_expect(test, map, 3 + 1);
}

struct overflow_push {
	struct flatmap *map;
	u64 key;
	int result;
};

static void overflow_push_out(void *arg)
{
	struct overflow_push *push = arg;

	push->result = flatmap_insert(push->map, &push->key, &push->key, GFP_ATOMIC);
}

/*
 * A search has read that nothing overflows a group, and looks at the first slot
 * there. The entry in the second, which it wants, goes to the next group: it must
 * not go by the count that it has read.
 */
static void overflow_read_too_early(struct kunit *test)
{
	struct overflow_push push = { .map = overflow_map(test, 7), .result = 1 };
	struct fx_stop stop = {
		.hook = FM_HOOK_SEEN,
		.action = overflow_push_out,
		.arg = &push,
	};
	u64 first = overflow_key(push.map, 0), second = overflow_key(push.map, 1);
	struct flatmap_pin pin;
	u64 value;
	u32 group;

	/* One tag, so the search looks into both; one pin, so that the first stays. */
	KUNIT_ASSERT_EQ(test, flatmap_pin(push.map, &first, &pin), 0);
	overflow_insert(test, push.map, OVERFLOW_HOME - 1, 0, 7);
	push.key = fx_key(push.map, OVERFLOW_HOME - 1, 7);
	fx_arm(test, &stop);
	KUNIT_EXPECT_EQ(test, flatmap_lookup(push.map, &second, &value, NULL), 0);
	fx_disarm(&stop);
	KUNIT_EXPECT_TRUE(test, stop.reached);
	KUNIT_EXPECT_EQ(test, push.result, 0);
	KUNIT_EXPECT_EQ(test, value, second);
	fx_slot_word(push.map, second, &group);
	KUNIT_EXPECT_EQ(test, group, OVERFLOW_HOME + 1);
	flatmap_unpin(&pin);
}

static void overflow_all_gone(struct kunit *test)
{
	struct flatmap *map = overflow_map(test, 60);
	u64 n, key;
	u32 home;

	for (home = OVERFLOW_HOME + 1; home < OVERFLOW_HOME + 20; home++)
		overflow_insert(test, map, home, 0, 9);
	for (home = OVERFLOW_HOME; home < OVERFLOW_HOME + 20; home++) {
		for (n = 0; n < 60; n++) {
			key = fx_key(map, home, n);
			flatmap_delete(map, &key);
		}
	}
	KUNIT_EXPECT_EQ(test, fx_entries(map), 0);
	overflow_expect(test, map, 0);
}

static struct kunit_case overflow_cases[] = {
	KUNIT_CASE(overflow_counts_inserts),
	KUNIT_CASE(overflow_counts_displacements),
	KUNIT_CASE(overflow_counts_to_the_limit),
	KUNIT_CASE(overflow_counts_deletes),
	KUNIT_CASE(overflow_counts_pinned_deletes),
	KUNIT_CASE(overflow_ignores_plain_updates),
	KUNIT_CASE(overflow_counts_pinned_updates),
	KUNIT_CASE(overflow_counts_pinned_updates_that_displace),
	KUNIT_CASE(overflow_read_too_early),
	KUNIT_CASE(overflow_all_gone),
	{}
};

static struct kunit_suite overflow_suite = {
	.name = "overflow",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.test_cases = overflow_cases,
};

kunit_test_suite(overflow_suite);
