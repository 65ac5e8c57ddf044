// SPDX-License-Identifier: GPL-2.0
/*
 * Full maps: one for N entries takes any N distinct keys, refuses every other,
 * and to refuse changes nothing.
 */
#include <linux/cpumask.h>
#include <linux/sched.h>

#include "fixture.h"

static int full_init(struct kunit *test)
{
	/* Cases park threads on CPU 1. */
	return set_cpus_allowed_ptr(current, cpumask_of(0));
}

static void full_fill(struct kunit *test, struct flatmap *map, u64 first, u64 n)
{
	u64 key, value;

	for (key = first; key < first + n; key++) {
		value = key * 3;
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL), 0);
	}
}

static void full_expect(struct kunit *test, struct flatmap *map, u64 first, u64 n)
{
	u64 key, value;

	for (key = first; key < first + n; key++) {
		KUNIT_ASSERT_EQ(test, flatmap_lookup(map, &key, &value, NULL), 0);
		KUNIT_ASSERT_EQ(test, value, key * 3);
	}
	KUNIT_EXPECT_EQ(test, fx_entries(map), map->region->capacity);
}

static void full_refuses(struct kunit *test, struct flatmap *map, u64 key)
{
	u64 value = 0;

	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL), -ENOSPC);
	KUNIT_EXPECT_EQ(test, flatmap_upsert(map, &key, &value, GFP_KERNEL), -ENOSPC);
	KUNIT_EXPECT_EQ(test, flatmap_update(map, &key, &value, GFP_KERNEL), -ENOENT);
	KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &key, &value, NULL), -ENOENT);
}

/* Fill a map for @n entries, and see it refuse more without a word changed. */
static void full_exactly(struct kunit *test, u64 n)
{
	struct flatmap *map = fx_map(test, n, 8, 8, FLATMAP_HASH_SIPHASH);
	size_t bytes = map->region->groups * FM_GROUP_WORDS * sizeof(u64);
	void *before = kunit_kmalloc(test, bytes, GFP_KERNEL);
	u64 key;

	KUNIT_ASSERT_NOT_NULL(test, before);
	full_fill(test, map, 0, n);
	memcpy(before, fm_group(map->region, 0), bytes);
	for (key = n; key < n + 20; key++)
		full_refuses(test, map, key);
	KUNIT_EXPECT_EQ(test, memcmp(before, fm_group(map->region, 0), bytes), 0);
	full_expect(test, map, 0, n);
}

static void full_one(struct kunit *test)
{
	full_exactly(test, 1);
}

static void full_six(struct kunit *test)
{
	full_exactly(test, 6);
}

static void full_seven(struct kunit *test)
{
	full_exactly(test, 7);
}

static void full_eight(struct kunit *test)
{
	full_exactly(test, 8);
}

static void full_thousand(struct kunit *test)
{
	full_exactly(test, 1000);
}

/* The most entries for 4096 homes: each group 7/8 full. */
static void full_seven_eighths(struct kunit *test)
{
	full_exactly(test, 25088);
}

/* The keys are not the map's choice: all may have one home, even the last one. */
static void full_one_home(struct kunit *test)
{
	static const u64 sizes[] = { 1, 6, 7, 8, 9, 50, 200, 231 };
	struct flatmap *map;
	u64 i, n, key;
	u32 last;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		full_exactly(test, sizes[i]);

		map = fx_map64(test, sizes[i]);
		full_fill(test, map, 0, sizes[i]);
		full_refuses(test, map, sizes[i]);
		full_expect(test, map, 0, sizes[i]);

		map = fx_map64(test, sizes[i]);
		last = (1 << map->region->bits) - 1;
		for (n = 0; n <= sizes[i]; n++) {
			key = fx_key(map, last, n);
			KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &key, GFP_KERNEL),
					n < sizes[i] ? 0 : -ENOSPC);
		}
		KUNIT_EXPECT_EQ(test, fx_entries(map), sizes[i]);
	}
}

static void full_entries_can_change(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 50);
	u64 key, value;

	full_fill(test, map, 0, 50);
	for (key = 0; key < 50; key++) {
		value = key + 1000;
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL),
				-EEXIST);
		KUNIT_ASSERT_EQ(test, flatmap_update(map, &key, &value, GFP_KERNEL), 0);
		KUNIT_ASSERT_EQ(test, flatmap_lookup(map, &key, &value, NULL), 0);
		KUNIT_ASSERT_EQ(test, value, key + 1000);
		value = key * 3;
		KUNIT_ASSERT_EQ(test, flatmap_upsert(map, &key, &value, GFP_KERNEL), 1);
	}
	full_expect(test, map, 0, 50);
}

static void full_one_out_one_in(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 50);
	u64 key;

	full_fill(test, map, 0, 50);
	for (key = 0; key < 100; key++) {
		KUNIT_ASSERT_EQ(test, flatmap_delete(map, &key), 0);
		full_fill(test, map, key + 50, 1);
		full_refuses(test, map, key);
	}
	full_expect(test, map, 100, 50);
}

/**
 * struct full_job - what a thread on the other CPU does
 * @map: the map
 * @key: the first key
 * @n: how many
 */
struct full_job {
	struct flatmap *map;
	u64 key;
	u64 n;
};

static int full_delete(void *arg)
{
	struct full_job *job = arg;
	int err = 0;
	u64 i, key;

	for (i = 0; i < job->n && !err; i++) {
		key = job->key + i;
		err = flatmap_delete(job->map, &key);
	}
	return err;
}

static int full_insert(void *arg)
{
	struct full_job *job = arg;
	int err = 0;
	u64 i, key;

	for (i = 0; i < job->n && !err; i++) {
		key = job->key + i;
		err = flatmap_insert(job->map, &key, &key, GFP_KERNEL);
	}
	return err;
}

/* Room that is given back on one CPU serves the other, to the last entry. */
static void full_room_moves_between_cpus(struct kunit *test)
{
	struct full_job job = { .map = fx_map64(test, 40), .n = 40 };
	struct fx_thread thread;
	u32 round;

	for (round = 0; round < 6; round++) {
		fx_start(test, &thread, round % 2, full_insert, &job);
		KUNIT_ASSERT_EQ(test, fx_join(&thread), 0);
		full_refuses(test, job.map, 40);
		fx_start(test, &thread, !(round % 2), full_delete, &job);
		KUNIT_ASSERT_EQ(test, fx_join(&thread), 0);
		KUNIT_ASSERT_EQ(test, fx_entries(job.map), 0);
	}
}

/*
 * There is room for one more, and a thread is stopped on its way to take it, at
 * its pass number @after of @hook. Another insert of @key comes, and then that
 * thread goes on. One of the two succeeds, the other fails with @lost.
 */
static bool full_last_room(struct kunit *test, struct flatmap *map, u64 key,
			   int lost, enum fm_hook hook, u32 after)
{
	struct full_job job = { .map = map, .key = 100, .n = 1 };
	struct fx_thread thread;
	int mine, other;
	bool parked;

	parked = fx_park(test, &thread, 1, full_insert, &job, hook, after);
	mine = flatmap_insert(map, &key, &key, GFP_KERNEL);
	other = fx_join(&thread);
	KUNIT_EXPECT_TRUE_MSG(test, (!mine && other == lost) || (mine == lost && !other),
			      "%d and %d, stopped at pass %u of hook %d", mine, other,
			      after, hook);

	KUNIT_EXPECT_EQ(test, fx_entries(map), map->region->capacity);
	full_refuses(test, map, 102);
	KUNIT_EXPECT_EQ(test, flatmap_delete(map, mine ? &job.key : &key), 0);
	return parked;
}

static void full_last_room_everywhere(struct kunit *test, u64 key, int lost)
{
	struct flatmap *map = fx_map64(test, 8);
	enum fm_hook hook;
	u32 after, parked = 0;

	full_fill(test, map, 0, 7);
	for (hook = 0; hook < FM_HOOKS; hook++) {
		for (after = 0; full_last_room(test, map, key, lost, hook, after);
		     after++)
			parked++;
	}
	KUNIT_EXPECT_GT(test, parked, 15);
}

/* The key is there when the map is full: not ENOSPC, whenever one looks. */
static void full_last_key_twice(struct kunit *test)
{
	full_last_room_everywhere(test, 100, -EEXIST);
}

static void full_last_room_for_two_keys(struct kunit *test)
{
	full_last_room_everywhere(test, 101, -ENOSPC);
}

static struct kunit_case full_cases[] = {
	KUNIT_CASE(full_one),
	KUNIT_CASE(full_six),
	KUNIT_CASE(full_seven),
	KUNIT_CASE(full_eight),
	KUNIT_CASE(full_thousand),
	KUNIT_CASE(full_seven_eighths),
	KUNIT_CASE(full_one_home),
	KUNIT_CASE(full_entries_can_change),
	KUNIT_CASE(full_one_out_one_in),
	KUNIT_CASE(full_room_moves_between_cpus),
	KUNIT_CASE(full_last_key_twice),
	KUNIT_CASE(full_last_room_for_two_keys),
	{}
};

static struct kunit_suite full_suite = {
	.name = "full",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = full_init,
	.test_cases = full_cases,
};

kunit_test_suite(full_suite);
