// SPDX-License-Identifier: GPL-2.0
/*
 * Keys of a multimap with as many values as they can have: they reach far into the
 * groups after their home, where other keys have theirs.
 */
#include "fixture.h"
#include "words.h"

#define HEAVY_MOST	FLATMAP_VALUES_MAX

/* How many values it takes to fill all slots that the values of a home can be in. */
#define HEAVY_FILLS	((FM_DISTANCE_MAX + 1) * FM_GROUP_SLOTS)

/* Add the values @from to @to - 1; what the first of them that failed returned. */
static int heavy_add(struct flatmap *map, u64 key, u64 from, u64 to)
{
	int err = 0;

	for (; from < to && !err; from++)
		err = flatmap_add(map, &key, &from, GFP_KERNEL);
	return err;
}

/* Are the values of the key @from to @to - 1, in this order? */
static bool heavy_has(struct kunit *test, struct flatmap *map, u64 key, u64 from, u64 to)
{
	u64 *values = kunit_kcalloc(test, HEAVY_MOST, sizeof(*values), GFP_KERNEL);
	struct flatmap_result result;
	bool has;
	u64 i;

	KUNIT_ASSERT_NOT_NULL(test, values);
	has = !flatmap_values(map, &key, values, HEAVY_MOST, &result) &&
	      result.values == to - from;
	for (i = 0; has && i < to - from; i++)
		has = values[i] == from + i;
	kunit_kfree(test, values);
	return has;
}

static u64 heavy_blocks_free(struct flatmap *map)
{
	struct flatmap_stats stats;

	flatmap_stats(map, &stats);
	return stats.blocks_free;
}

/* As many as allowed, and not one more; in a map that holds no more, too. */
static void heavy_as_many_as_allowed(struct kunit *test)
{
	static const u64 capacities[] = { HEAVY_MOST, HEAVY_MOST + 1, 10000 };
	u64 key, value = 9999, free;
	struct flatmap *map;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(capacities); i++) {
		map = fx_multimap64(test, capacities[i]);
		/* Of the last home: after it come the fewest groups. */
		key = fx_key(map, BIT(map->region->bits) - 1, 5);
		KUNIT_ASSERT_EQ(test, heavy_add(map, key, 0, HEAVY_MOST), 0);
		KUNIT_EXPECT_TRUE(test, heavy_has(test, map, key, 0, HEAVY_MOST));
		free = heavy_blocks_free(map);

		KUNIT_EXPECT_EQ(test, flatmap_add(map, &key, &value, GFP_KERNEL),
				-EMLINK);
		KUNIT_EXPECT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL),
				-EEXIST);
		KUNIT_EXPECT_EQ(test, fx_entries(map), HEAVY_MOST);
		KUNIT_EXPECT_EQ(test, heavy_blocks_free(map), free);
		KUNIT_EXPECT_TRUE(test, heavy_has(test, map, key, 0, HEAVY_MOST));

		value = 0;
		KUNIT_EXPECT_EQ(test, flatmap_delete_value(map, &key, &value), 0);
		value = HEAVY_MOST;
		KUNIT_EXPECT_EQ(test, flatmap_add(map, &key, &value, GFP_KERNEL), 0);
		KUNIT_EXPECT_TRUE(test, heavy_has(test, map, key, 1, HEAVY_MOST + 1));
	}
}

/* A map for N entries holds N values, whatever keys they belong to. */
static void heavy_capacity_counts_values(struct kunit *test)
{
	struct flatmap *map = fx_multimap64(test, 300);
	u64 key = 4, other = 5, value = 0;

	KUNIT_ASSERT_EQ(test, heavy_add(map, 1, 0, 128), 0);
	KUNIT_ASSERT_EQ(test, heavy_add(map, fx_key(map, 20, 2), 0, 128), 0);
	KUNIT_ASSERT_EQ(test, heavy_add(map, fx_key(map, 40, 3), 0, 43), 0);
	KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, fx_entries(map), 300);
	KUNIT_EXPECT_EQ(test, flatmap_add(map, &key, &value, GFP_KERNEL), -ENOSPC);
	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &other, &value, GFP_KERNEL), -ENOSPC);
	KUNIT_EXPECT_EQ(test, flatmap_replace(map, &key, &value, &other, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, flatmap_delete_value(map, &key, &other), 0);
	KUNIT_EXPECT_EQ(test, flatmap_add(map, &other, &value, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, flatmap_add(map, &other, &value, GFP_KERNEL), -ENOSPC);
	KUNIT_EXPECT_EQ(test, fx_entries(map), 300);
}

/* Two keys of neighbouring homes grow by turns, and make way for each other. */
static void heavy_neighbours(struct kunit *test)
{
	struct flatmap *map = fx_multimap64(test, 1000);
	u64 key = fx_key(map, 3, 1), next = fx_key(map, 4, 1), n;
	u32 group;

	for (n = 0; n < HEAVY_MOST; n += 8) {
		KUNIT_ASSERT_EQ(test, heavy_add(map, next, n, n + 8), 0);
		KUNIT_ASSERT_EQ(test, heavy_add(map, key, n, n + 8), 0);
		fx_check(test, map);
	}
	KUNIT_EXPECT_TRUE(test, heavy_has(test, map, key, 0, HEAVY_MOST));
	KUNIT_EXPECT_TRUE(test, heavy_has(test, map, next, 0, HEAVY_MOST));
	/* All 256 lie close together, the first key's in front. */
	KUNIT_EXPECT_NE(test, fx_slot_word(map, next, &group), 0);
	KUNIT_EXPECT_GE(test, group, 3 + HEAVY_MOST / FM_GROUP_SLOTS);

	KUNIT_EXPECT_EQ(test, flatmap_delete(map, &key), 0);
	KUNIT_EXPECT_TRUE(test, heavy_has(test, map, next, 0, HEAVY_MOST));
	KUNIT_EXPECT_EQ(test, flatmap_delete(map, &next), 0);
	KUNIT_EXPECT_EQ(test, fx_entries(map), 0);
}

/* Where a neighbourhood is full, one more is refused, and nothing has changed. */
static void heavy_crowd(struct kunit *test)
{
	struct flatmap *map = fx_multimap64(test, 2000);
	u64 n, key, free, last = fx_key(map, 0, 6), value = 7777;

	/* Seven keys of two homes: all slots that the first home's can be in. */
	BUILD_BUG_ON(HEAVY_FILLS != 7 * HEAVY_MOST);
	for (n = 0; n < 7; n++) {
		key = fx_key(map, n / 6, n);
		KUNIT_ASSERT_EQ(test, heavy_add(map, key, 0, HEAVY_MOST), 0);
	}
	KUNIT_EXPECT_EQ(test, fx_entries(map), HEAVY_FILLS);
	free = heavy_blocks_free(map);

	/* Those of home 1 can still go one group on, and then no farther. */
	KUNIT_EXPECT_EQ(test, heavy_add(map, last, 0, FM_GROUP_SLOTS), 0);
	KUNIT_EXPECT_EQ(test, flatmap_add(map, &last, &value, GFP_KERNEL), -ENOSPC);
	KUNIT_EXPECT_EQ(test, fx_entries(map), HEAVY_FILLS + FM_GROUP_SLOTS);
	KUNIT_EXPECT_EQ(test, heavy_blocks_free(map), free - FM_GROUP_SLOTS);
	for (n = 0; n < 7; n++)
		KUNIT_EXPECT_TRUE(test, heavy_has(test, map, fx_key(map, n / 6, n), 0,
						  HEAVY_MOST));
	KUNIT_EXPECT_TRUE(test, heavy_has(test, map, last, 0, FM_GROUP_SLOTS));
	fx_check(test, map);

	/* A key of a home that is not crowded still has room. */
	key = fx_key(map, 150, 1);
	KUNIT_EXPECT_EQ(test, flatmap_add(map, &key, &value, GFP_KERNEL), 0);
	/* And so has this one when another's value is gone. */
	key = fx_key(map, 0, 0);
	n = HEAVY_MOST - 1;
	KUNIT_EXPECT_EQ(test, flatmap_delete_value(map, &key, &n), 0);
	KUNIT_EXPECT_EQ(test, heavy_add(map, last, FM_GROUP_SLOTS, FM_GROUP_SLOTS + 1), 0);
	KUNIT_EXPECT_TRUE(test, heavy_has(test, map, last, 0, FM_GROUP_SLOTS + 1));
	KUNIT_EXPECT_TRUE(test, heavy_has(test, map, key, 0, HEAVY_MOST - 1));
}

/* A pinned value far from its home is replaced by one in another slot. */
static void heavy_replace_of_the_pinned(struct kunit *test)
{
	struct flatmap *map = fx_multimap64(test, 1000);
	u64 key = fx_key(map, 3, 1), first = fx_key(map, 3, 0), old, value;
	struct flatmap_pin pin;

	KUNIT_ASSERT_EQ(test, heavy_add(map, first, 0, HEAVY_MOST), 0);
	KUNIT_ASSERT_EQ(test, heavy_add(map, key, 1, HEAVY_MOST), 0);
	for (old = 1; old < HEAVY_MOST; old++) {
		/* Each is the oldest in its turn. */
		KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pin), 0);
		value = old + 1000;
		KUNIT_EXPECT_EQ(test, flatmap_replace(map, &key, &old, &value,
						      GFP_KERNEL), 0);
		KUNIT_EXPECT_EQ(test, *(const u64 *)pin.value, old);
		KUNIT_EXPECT_EQ(test, flatmap_delete_value(map, &key, &value), 0);
		flatmap_unpin(&pin);
	}
	KUNIT_EXPECT_EQ(test, fx_entries(map), HEAVY_MOST);
}

/* What comes between in heavy_read_while_pushed(). */
static void heavy_push(void *arg)
{
	struct flatmap *map = arg;
	u64 key = fx_key(map, 2, 1), n;

	if (flatmap_delete(map, &key) == -ENOENT) {
		for (n = 0; n < 20; n++)
			flatmap_add(map, &key, &n, GFP_ATOMIC);
	}
}

/* A set that is read while all its values are pushed on, or come nearer again. */
static void heavy_read_while_pushed(struct kunit *test)
{
	struct flatmap *map = fx_multimap64(test, 1000);
	struct fx_stop stop = {
		.hook = FX_ANY_HOOK,
		.action = heavy_push,
		.arg = map,
	};
	u64 key = fx_key(map, 3, 1);
	u32 after = 0;

	KUNIT_ASSERT_EQ(test, heavy_add(map, key, 0, 50), 0);
	do {
		stop.after = after;
		fx_arm(test, &stop);
		KUNIT_EXPECT_TRUE(test, heavy_has(test, map, key, 0, 50));
		fx_disarm(&stop);
		after += 3;
	} while (stop.reached);
	KUNIT_EXPECT_GT(test, after, 150);
}

/* One thread: a window of values moves on. */
static int heavy_move_window(void *arg)
{
	struct flatmap *map = arg;
	u64 key = fx_key(map, 3, 1), old, n;
	int wrong = 0;

	for (n = 0; n < 2000; n++) {
		wrong += flatmap_add(map, &key, &n, GFP_KERNEL) != 0;
		old = n - 9;
		wrong += n >= 9 && flatmap_delete_value(map, &key, &old);
		cond_resched();
	}
	return wrong;
}

/* Whoever reads it beside that sees a window as it was at some moment. */
static void heavy_window(struct kunit *test)
{
	struct flatmap *map = fx_multimap64(test, 1000);
	u64 key = fx_key(map, 3, 1), values[12], last = 0, i;
	struct flatmap_result result;
	struct fx_thread thread;
	u32 wrong = 0, seen = 0;

	fx_start(test, &thread, 1, heavy_move_window, map);
	do {
		if (flatmap_values(map, &key, values, 12, &result))
			continue;
		wrong += result.values > 10 || values[0] < last;
		for (i = 1; i < result.values; i++)
			wrong += values[i] != values[0] + i;
		last = values[0];
		seen++;
		cond_resched();
	} while (!completion_done(&thread.done));
	KUNIT_EXPECT_EQ(test, fx_join(&thread), 0);
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_GT(test, seen, 0);
	KUNIT_EXPECT_TRUE(test, heavy_has(test, map, key, 1991, 2000));
}

/* Another thread's values, from 1000 on. */
static int heavy_add_others(void *map)
{
	return heavy_add(map, fx_key(map, 3, 1), 1000, 1064);
}

/* Two threads add at once: nothing is lost, each one's are in order. */
static void heavy_two_threads_add(struct kunit *test)
{
	struct flatmap *map = fx_multimap64(test, 1000);
	u64 *values, key = fx_key(map, 3, 1), next[2] = { 0, 1000 };
	struct flatmap_result result;
	struct fx_thread thread;
	u32 i;

	values = kunit_kcalloc(test, HEAVY_MOST, sizeof(*values), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, values);
	fx_start(test, &thread, 1, heavy_add_others, map);
	KUNIT_EXPECT_EQ(test, heavy_add(map, key, 0, 64), 0);
	KUNIT_EXPECT_EQ(test, fx_join(&thread), 0);
	KUNIT_EXPECT_EQ(test, flatmap_values(map, &key, values, HEAVY_MOST, &result), 0);
	KUNIT_ASSERT_EQ(test, result.values, 128);
	for (i = 0; i < 128; i++)
		KUNIT_EXPECT_EQ(test, values[i], next[values[i] >= 1000]++);
}

/* The audit finds an ordinal that another value of the key has, too. */
static void heavy_check_looks_at_ordinals(struct kunit *test)
{
	struct flatmap *map = fx_multimap64(test, 100);
	const struct fm_region *region = map->region;
	u64 *ordinal, was, key = 5;
	u32 index;

	KUNIT_ASSERT_EQ(test, heavy_add(map, key, 0, 3), 0);
	index = fm_index(fx_slot_word(map, key, NULL));
	ordinal = &fm_block(region, index)->data[region->shape.value_word - 1];
	KUNIT_EXPECT_EQ(test, flatmap_check(map), 0);
	was = *ordinal;
	*ordinal = was == 1 ? 2 : 1;
	KUNIT_EXPECT_EQ(test, flatmap_check(map), -EUCLEAN);
	*ordinal = was;
}

static struct kunit_case heavy_cases[] = {
	KUNIT_CASE(heavy_as_many_as_allowed),
	KUNIT_CASE(heavy_capacity_counts_values),
	KUNIT_CASE(heavy_neighbours),
	KUNIT_CASE(heavy_crowd),
	KUNIT_CASE(heavy_replace_of_the_pinned),
	KUNIT_CASE(heavy_read_while_pushed),
	KUNIT_CASE(heavy_window),
	KUNIT_CASE(heavy_two_threads_add),
	KUNIT_CASE(heavy_check_looks_at_ordinals),
	{}
};

static struct kunit_suite heavy_suite = {
	.name = "heavy",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.test_cases = heavy_cases,
};

kunit_test_suite(heavy_suite);
