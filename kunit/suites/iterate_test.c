// SPDX-License-Identifier: GPL-2.0
/*
 * Iterating: all entries in hash order; what is there from start to end exactly
 * once, whatever comes, goes and moves meanwhile.
 */
#include <linux/cpumask.h>
#include <linux/sched.h>

#include "fixture.h"

#define ITERATE_MOST	64

static int iterate_init(struct kunit *test)
{
	/* Cases use threads on CPU 1. */
	return set_cpus_allowed_ptr(current, cpumask_of(0));
}

/* The place of an 8-byte key in hash order. */
static u64 iterate_order(struct flatmap *map, u64 key)
{
	u64 hash = fm_hash(map->region, &key);

	return hash >> 35 << 32 | (u32)hash;
}

static void iterate_empty(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 100);
	u64 position = 0, key = 5, value = 6;

	KUNIT_EXPECT_EQ(test, fx_next(map, &position, NULL, &key, &value), -ENOENT);
	KUNIT_EXPECT_EQ(test, position, 0);
	KUNIT_EXPECT_EQ(test, key, 5);
	KUNIT_EXPECT_EQ(test, value, 6);
}

static void iterate_in_hash_order(struct kunit *test)
{
	struct flatmap *map = fx_map(test, 500, 8, 8, FLATMAP_HASH_SIPHASH);
	u64 position = 0, last = 0, before = 0, sum = 0;
	u64 i, key, value, end;

	for (i = 0; i < 500; i++) {
		value = i * 3;
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, &i, &value, GFP_KERNEL), 0);
	}
	for (i = 0; i < 500; i++) {
		KUNIT_ASSERT_EQ(test, fx_next(map, &position, &last, &key, &value), 0);
		KUNIT_ASSERT_TRUE(test, !i || iterate_order(map, key) > before);
		KUNIT_ASSERT_EQ(test, value, key * 3);
		before = iterate_order(map, key);
		last = key;
		sum += key;
	}
	KUNIT_EXPECT_EQ(test, sum, 499 * 250);

	end = position;
	KUNIT_EXPECT_EQ(test, fx_next(map, &position, &last, &key, &value), -ENOENT);
	KUNIT_EXPECT_EQ(test, position, end);
	KUNIT_EXPECT_EQ(test, key, last);
}

/* A key of five half words: the first 8 bytes are its hash. */
static void iterate_tied_key(u32 key[5], u32 i)
{
	key[0] = 0x89abcdef;
	key[1] = 0x01234560 + i % 8;
	key[2] = i / 8 % 3;
	key[3] = 7;
	key[4] = i / 24;
}

static bool iterate_tied_before(const u32 *a, const u32 *b)
{
	u64 first[2] = { a[0] | (u64)a[1] << 32, b[0] | (u64)b[1] << 32 };
	u64 second[2] = { a[2] | (u64)a[3] << 32, b[2] | (u64)b[3] << 32 };

	if (first[0] != first[1])
		return first[0] < first[1];
	if (second[0] != second[1])
		return second[0] < second[1];
	return a[4] < b[4];
}

/* All have one tag and one low hash; bits 34 to 32 are in neither. */
static void iterate_ties_by_key(struct kunit *test)
{
	struct flatmap *map = fx_map(test, 60, 20, 8, FM_HASH_IDENTITY);
	u64 position = 0, start = 0, value, i;
	u32 key[2][5];

	for (i = 0; i < 48; i++) {
		value = i * 29 % 48;
		iterate_tied_key(key[0], value);
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, key[0], &value, GFP_KERNEL), 0);
	}
	for (i = 0; i < 48; i++) {
		u32 *now = key[i % 2], *last = key[!(i % 2)], again[5];

		KUNIT_ASSERT_EQ(test, fx_next(map, &position, last, now, &value), 0);
		iterate_tied_key(again, value);
		KUNIT_ASSERT_EQ(test, memcmp(now, again, sizeof(again)), 0);
		KUNIT_ASSERT_TRUE(test, !i || iterate_tied_before(last, now));
		start = start ?: position;
		KUNIT_ASSERT_EQ(test, position, start);
	}
	KUNIT_EXPECT_EQ(test, fx_next(map, &position, key[1], key[0], NULL), -ENOENT);
}

/* A position stays good when the entry there has gone. */
static void iterate_and_delete(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 100);
	u64 position = 0, last = 0, key, n;

	for (n = 0; n < 100; n++) {
		key = fx_key(map, n % 7, n);
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &n, GFP_KERNEL), 0);
	}
	for (n = 0; n < 100; n++) {
		KUNIT_ASSERT_EQ(test, fx_next(map, &position, &last, &key, NULL), 0);
		KUNIT_ASSERT_EQ(test, flatmap_delete(map, &key), 0);
		last = key;
	}
	KUNIT_EXPECT_EQ(test, fx_next(map, &position, &last, &key, NULL), -ENOENT);
	KUNIT_EXPECT_EQ(test, fx_entries(map), 0);
}

/*
 * The disturbed map. Homes 10 and 11 have seven entries that stay throughout,
 * numbers 0 to 6. Numbers 7 to 9 of home 10 and all of home 9 come and go.
 */
static void iterate_set(struct flatmap *map, u32 home, u32 n)
{
	u64 key = fx_key(map, home, n);

	flatmap_upsert(map, &key, &key, GFP_ATOMIC);
}

static void iterate_drop(struct flatmap *map, u32 home, u32 n)
{
	u64 key = fx_key(map, home, n);

	flatmap_delete(map, &key);
}

static void iterate_reset(struct flatmap *map)
{
	u32 home, n;

	for (home = 9; home < 12; home++) {
		for (n = 0; n < 10; n++)
			iterate_drop(map, home, n);
		for (n = 0; n < 7; n++)
			iterate_set(map, home, n);
	}
	for (n = 7; n < 10; n++)
		iterate_set(map, 10, n);
}

/* Entries of home 9 come and push the others on. */
static void iterate_push(void *map)
{
	u32 n;

	for (n = 7; n < 10; n++)
		iterate_set(map, 9, n);
}

/* All that can go has gone. */
static void iterate_shrink(void *map)
{
	u32 n;

	for (n = 0; n < 7; n++)
		iterate_drop(map, 9, n);
	for (n = 7; n < 10; n++)
		iterate_drop(map, 10, n);
}

/* All get another block, which was another's before. */
static void iterate_update(void *map)
{
	u32 n;

	for (n = 0; n < 7; n++) {
		iterate_set(map, 10, n);
		iterate_set(map, 11, 6 - n);
		iterate_set(map, 9, n);
	}
}

/* All get another slot, nearer or farther: they are updated under a pin. */
static void iterate_move(void *arg)
{
	struct flatmap *map = arg;
	struct flatmap_pin pin;
	u64 n, key;

	iterate_drop(map, 10, 7);
	for (n = 0; n < 7; n++) {
		key = fx_key(map, 10, n);
		if (flatmap_pin(map, &key, &pin))
			continue;
		iterate_set(map, 10, n);
		flatmap_unpin(&pin);
	}
}

/* Once through the map. Each of the entries that stay must come exactly once. */
static void iterate_through(struct kunit *test, struct flatmap *map)
{
	u64 position = 0, last = 0, before = 0, key, value;
	u32 stayed = 0, n;

	for (n = 0; n < ITERATE_MOST; n++) {
		if (fx_next(map, &position, &last, &key, &value))
			break;
		KUNIT_EXPECT_EQ(test, value, key);
		KUNIT_EXPECT_TRUE(test, !n || iterate_order(map, key) > before);
		stayed += key >= fx_key(map, 10, 0) && (u32)key < 7;
		before = iterate_order(map, key);
		last = key;
	}
	KUNIT_EXPECT_EQ(test, stayed, 14);
	KUNIT_EXPECT_LT(test, n, ITERATE_MOST);
}

/* Let @action come between at every fifth moment of an iteration. */
static void iterate_disturbed(struct kunit *test, void (*action)(void *map))
{
	struct flatmap *map = fx_map64(test, 1000);
	struct fx_stop stop = {
		.hook = FM_HOOK_VERIFIED,
		.action = action,
		.arg = map,
	};
	u32 n = 0;

	do {
		iterate_reset(map);
		stop.after = 5 * n++;
		fx_arm(test, &stop);
		iterate_through(test, map);
		fx_disarm(&stop);
	} while (stop.reached);
	KUNIT_EXPECT_GT(test, n, 20);
}

static void iterate_while_pushed(struct kunit *test)
{
	iterate_disturbed(test, iterate_push);
}

static void iterate_while_shrinking(struct kunit *test)
{
	iterate_disturbed(test, iterate_shrink);
}

static void iterate_while_updated(struct kunit *test)
{
	iterate_disturbed(test, iterate_update);
}

static void iterate_while_moved(struct kunit *test)
{
	iterate_disturbed(test, iterate_move);
}

static int iterate_push_once(void *map)
{
	iterate_push(map);
	return 0;
}

/* Somebody who moves entries has stopped half-way, with references in words. */
static void iterate_half_done(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 1000);
	enum fm_hook hook;
	u32 parked = 0;

	for (hook = FM_HOOK_INSTALLED; hook <= FM_HOOK_CLEANED; hook++) {
		struct fx_thread thread;

		iterate_reset(map);
		parked += fx_park(test, &thread, 1, iterate_push_once, map, hook, 2);
		iterate_through(test, map);
		fx_join(&thread);
		iterate_through(test, map);
	}
	KUNIT_EXPECT_GE(test, parked, 7);
}

struct iterate_churn {
	struct flatmap *map;
	bool stop;
	u64 rounds;
};

static int iterate_churn(void *arg)
{
	struct iterate_churn *churn = arg;

	while (!READ_ONCE(churn->stop)) {
		iterate_shrink(churn->map);
		iterate_push(churn->map);
		iterate_move(churn->map);
		iterate_update(churn->map);
		WRITE_ONCE(churn->rounds, churn->rounds + 1);
		cond_resched();
	}
	return 0;
}

static void iterate_beside_writers(struct kunit *test)
{
	struct iterate_churn churn = { .map = fx_map64(test, 1000) };
	ktime_t end = ktime_add_ms(ktime_get(), 1000);
	struct fx_thread thread;

	iterate_reset(churn.map);
	fx_start(test, &thread, 1, iterate_churn, &churn);
	do {
		iterate_through(test, churn.map);
		cond_resched();
	} while (ktime_before(ktime_get(), end));
	WRITE_ONCE(churn.stop, true);
	KUNIT_EXPECT_EQ(test, fx_join(&thread), 0);
	KUNIT_EXPECT_GT(test, churn.rounds, 10);
}

static struct kunit_case iterate_cases[] = {
	KUNIT_CASE(iterate_empty),
	KUNIT_CASE(iterate_in_hash_order),
	KUNIT_CASE(iterate_ties_by_key),
	KUNIT_CASE(iterate_and_delete),
	KUNIT_CASE(iterate_while_pushed),
	KUNIT_CASE(iterate_while_shrinking),
	KUNIT_CASE(iterate_while_updated),
	KUNIT_CASE(iterate_while_moved),
	KUNIT_CASE(iterate_half_done),
	KUNIT_CASE(iterate_beside_writers),
	{}
};

static struct kunit_suite iterate_suite = {
	.name = "iterate",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = iterate_init,
	.test_cases = iterate_cases,
};

kunit_test_suite(iterate_suite);
