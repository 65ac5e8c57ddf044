// SPDX-License-Identifier: GPL-2.0
/*
 * Going through a map with a cursor, and changing the map meanwhile. (Through a map
 * that is no multimap, step by step: the suite "iterate".)
 */
#include <linux/sched.h>

#include "fixture.h"
#include "sets.h"
#include "words.h"

/* A multimap in which homes 0 to @homes - 1 have two keys with three values each. */
static struct flatmap *cursor_multimap(struct kunit *test, u32 homes)
{
	struct flatmap *map = fx_multimap64(test, 500);
	u32 n;

	/* Backwards: order is not that of coming. */
	for (n = 2 * homes; n-- > 0;)
		KUNIT_ASSERT_EQ(test, sets_set(map, fx_key(map, n / 2, n), 0x312), 0);
	return map;
}

static void cursor_through_a_map(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 100);
	u64 last, key, value, n, seen = 0;
	struct flatmap_cursor cursor = { .last = &last };

	flatmap_for_each(map, &cursor, &key, &value)
		seen++;
	KUNIT_EXPECT_EQ(test, seen, 0);
	KUNIT_EXPECT_EQ(test, cursor.position, 0);

	for (n = 100; n-- > 0;) {
		key = fx_key(map, n / 9, n);
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &n, GFP_KERNEL), 0);
	}
	flatmap_for_each(map, &cursor, &key, &value) {
		KUNIT_EXPECT_EQ(test, key, fx_key(map, seen / 9, seen));
		KUNIT_EXPECT_EQ(test, value, seen);
		KUNIT_EXPECT_EQ(test, last, key);
		seen++;
	}
	KUNIT_EXPECT_EQ(test, seen, 100);
	KUNIT_EXPECT_EQ(test, flatmap_next(map, &cursor, &key, NULL), -ENOENT);

	/* Keys alone. */
	cursor = (struct flatmap_cursor) { .last = &last };
	flatmap_for_each(map, &cursor, &key, NULL)
		seen--;
	KUNIT_EXPECT_EQ(test, seen, 0);
}

/* Each value is an entry; those of a key come together, in the order of adding. */
static void cursor_through_a_multimap(struct kunit *test)
{
	static const u64 values[] = { 3, 1, 2 };
	struct flatmap *map = cursor_multimap(test, 20);
	u64 last, key, value, n = 0;
	struct flatmap_cursor cursor = { .last = &last };

	flatmap_for_each(map, &cursor, &key, &value) {
		KUNIT_EXPECT_EQ(test, key, fx_key(map, n / 6, n / 3));
		KUNIT_EXPECT_EQ(test, value, values[n % 3]);
		n++;
	}
	KUNIT_EXPECT_EQ(test, n, 120);
}

/* Keys of one hash come in an order of their own, each with its values together. */
static void cursor_keys_of_one_hash(struct kunit *test)
{
	const struct flatmap_params params = {
		.entries	= 60,
		.key_size	= 5 * sizeof(u32), /* no whole number of words */
		.value_size	= 8,
		.hash		= FM_HASH_IDENTITY,
		.flags		= FLATMAP_MULTIMAP | FLATMAP_FIXED,
	};
	struct flatmap *map = fx_map_with(test, &params);
	u32 key[5] = {}, last[5], before = 0, n = 0;
	struct flatmap_cursor cursor = { .last = last };
	u64 value, i;

	for (i = 0; i < 60; i++) {
		key[2] = i % 4;
		key[4] = i / 4 % 5;
		KUNIT_ASSERT_EQ(test, flatmap_add(map, key, &i, GFP_KERNEL), 0);
	}
	flatmap_for_each(map, &cursor, key, &value) {
		KUNIT_EXPECT_EQ(test, value, key[2] + 4 * key[4] + 20 * (n % 3));
		KUNIT_EXPECT_TRUE(test, !n || n % 3 || key[2] * 5 + key[4] > before);
		before = key[2] * 5 + key[4];
		n++;
	}
	KUNIT_EXPECT_EQ(test, n, 60);
}

/* A cursor that was put away goes on where it was, whatever has gone by then. */
static void cursor_resumed(struct kunit *test)
{
	struct flatmap *map = cursor_multimap(test, 4);
	u64 last, kept, key, value;
	struct flatmap_cursor cursor = { .last = &last }, again;
	u32 n;

	/* After the second value of a key: that one goes, then the third, then all. */
	for (n = 0; n < 5; n++)
		KUNIT_ASSERT_EQ(test, flatmap_next(map, &cursor, &key, &value), 0);
	KUNIT_EXPECT_EQ(test, value, 1);
	kept = last;
	KUNIT_EXPECT_EQ(test, flatmap_delete_value(map, &key, &value), 0);
	again = cursor;
	KUNIT_EXPECT_EQ(test, flatmap_next(map, &again, &key, &value), 0);
	KUNIT_EXPECT_EQ(test, key, kept);
	KUNIT_EXPECT_EQ(test, value, 2);
	KUNIT_EXPECT_EQ(test, flatmap_delete_value(map, &key, &value), 0);
	again = cursor;
	KUNIT_EXPECT_EQ(test, flatmap_next(map, &again, &key, &value), 0);
	KUNIT_EXPECT_EQ(test, key, fx_key(map, 1, 2));
	KUNIT_EXPECT_EQ(test, value, 3);
	last = kept;
	KUNIT_EXPECT_EQ(test, flatmap_delete(map, &last), 0);
	again = cursor;
	KUNIT_EXPECT_EQ(test, flatmap_next(map, &again, &key, &value), 0);
	KUNIT_EXPECT_EQ(test, key, fx_key(map, 1, 2));
}

/* One that was added after a value with a greater ordinal went is still new. */
static void cursor_after_ordinals_went(struct kunit *test)
{
	struct flatmap *map = fx_multimap64(test, 100);
	u64 last, key = 5, value = 1, seen = 0;
	struct flatmap_cursor cursor = { .last = &last };

	KUNIT_ASSERT_EQ(test, sets_set(map, key, 0x1234), 0);
	KUNIT_EXPECT_EQ(test, flatmap_delete_value(map, &key, &value), 0);
	value = 3;
	KUNIT_EXPECT_EQ(test, flatmap_delete_value(map, &key, &value), 0);
	KUNIT_ASSERT_EQ(test, sets_add(map, key, 1), 0);
	flatmap_for_each(map, &cursor, &key, &value)
		seen = seen << 4 | value;
	KUNIT_EXPECT_EQ(test, seen, 0x241);
}

/* The body deletes each entry that it is given: all go, each once. */
static void cursor_body_deletes(struct kunit *test)
{
	struct flatmap *map = cursor_multimap(test, 20);
	u64 last, key, value, n = 0;
	struct flatmap_cursor cursor = { .last = &last };

	flatmap_for_each(map, &cursor, &key, &value) {
		KUNIT_EXPECT_EQ(test, flatmap_delete_value(map, &key, &value), 0);
		n++;
	}
	KUNIT_EXPECT_EQ(test, n, 120);
	KUNIT_EXPECT_EQ(test, fx_entries(map), 0);
}

/* The body updates each entry, half of them pinned, and inserts before and after. */
static void cursor_body_changes(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 400);
	u64 last, key, other, value, n, seen = 0;
	struct flatmap_cursor cursor = { .last = &last };
	struct flatmap_pin pin;
	bool pinned;

	for (n = 0; n < 100; n++) {
		key = fx_key(map, n / 7, 3 * n);
		value = 1;
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL), 0);
	}
	flatmap_for_each(map, &cursor, &key, &value) {
		if (value != 1)
			continue; /* one that came */
		pinned = seen++ % 2 && !flatmap_pin(map, &key, &pin);
		value = 2;
		KUNIT_EXPECT_EQ(test, flatmap_update(map, &key, &value, GFP_KERNEL), 0);
		value = 3;
		other = key - 1;
		KUNIT_EXPECT_EQ(test, flatmap_insert(map, &other, &value, GFP_KERNEL), 0);
		other = key + 1;
		KUNIT_EXPECT_EQ(test, flatmap_insert(map, &other, &value, GFP_KERNEL), 0);
		if (pinned)
			flatmap_unpin(&pin);
	}
	KUNIT_EXPECT_EQ(test, seen, 100);
	KUNIT_EXPECT_EQ(test, fx_entries(map), 300);
}

/* The body replaces the value it is given: the new one is the same entry. */
static void cursor_body_replaces(struct kunit *test)
{
	struct flatmap *map = cursor_multimap(test, 20);
	u64 last, key, value, new, n = 0;
	struct flatmap_cursor cursor = { .last = &last };

	flatmap_for_each(map, &cursor, &key, &value) {
		new = value + 10;
		KUNIT_EXPECT_LT(test, value, 10);
		KUNIT_EXPECT_EQ(test, flatmap_replace(map, &key, &value, &new,
						      GFP_KERNEL), 0);
		n++;
	}
	KUNIT_EXPECT_EQ(test, n, 120);
	KUNIT_EXPECT_EQ(test, sets_get(map, 0), 0xdbc);
}

/*
 * The disturbed multimap: home 4 has three keys that keep three values each, home 3
 * has what pushes them on. Others of the same keys and homes come and go.
 */
#define CURSOR_KEYS	3

static void cursor_reset(struct flatmap *map)
{
	u32 n;

	sets_set(map, fx_key(map, 3, 0), 0);
	sets_set(map, fx_key(map, 4, 100), 0x44);
	for (n = 0; n < CURSOR_KEYS; n++)
		sets_set(map, fx_key(map, 4, n), 0x91283);
}

static void cursor_push(void *arg)
{
	struct flatmap *map = arg;

	sets_set(map, fx_key(map, 3, 0), 0x5555555555);
}

/* Values that are not among those that stay go, and new ones come. */
static void cursor_exchange(void *arg)
{
	struct flatmap *map = arg;
	u64 key, value;
	u32 n;

	sets_set(map, fx_key(map, 4, 100), 0);
	for (n = 0; n < CURSOR_KEYS; n++) {
		key = fx_key(map, 4, n);
		value = 9;
		flatmap_delete_value(map, &key, &value);
		value = 8;
		flatmap_delete_value(map, &key, &value);
		sets_add(map, key, 7);
	}
	cursor_push(arg);
}

/* Each value is replaced by an equal one, in another slot if it was pinned. */
static void cursor_replace(void *arg)
{
	struct flatmap *map = arg;
	struct flatmap_pin pin;
	u64 key, value;
	u32 n;

	for (n = 0; n < CURSOR_KEYS; n++) {
		key = fx_key(map, 4, n);
		if (flatmap_pin(map, &key, &pin))
			continue;
		for (value = 1; value <= 9; value++)
			flatmap_replace(map, &key, &value, &value, GFP_ATOMIC);
		flatmap_unpin(&pin);
	}
}

/* Once through: the values 1, 2 and 3 of the keys that stay come once, in order. */
static void cursor_all_come_once(struct kunit *test, struct flatmap *map)
{
	u64 stayed[CURSOR_KEYS] = {}, last, key, value, before = 0;
	struct flatmap_cursor cursor = { .last = &last };

	flatmap_for_each(map, &cursor, &key, &value) {
		KUNIT_EXPECT_GE(test, key, before);
		before = key;
		if (key - fx_key(map, 4, 0) < CURSOR_KEYS && value <= 3)
			stayed[key - fx_key(map, 4, 0)] =
				stayed[key - fx_key(map, 4, 0)] << 4 | value;
	}
	KUNIT_EXPECT_EQ(test, stayed[0], 0x123);
	KUNIT_EXPECT_EQ(test, stayed[1], 0x123);
	KUNIT_EXPECT_EQ(test, stayed[2], 0x123);
}

static void cursor_disturbed(struct kunit *test, void (*action)(void *map))
{
	struct flatmap *map = fx_multimap64(test, 100);
	struct fx_stop stop = {
		.hook = FX_ANY_HOOK,
		.action = action,
		.arg = map,
	};
	u32 after = 0;

	do {
		cursor_reset(map);
		stop.after = after;
		fx_arm(test, &stop);
		cursor_all_come_once(test, map);
		fx_disarm(&stop);
		after += 3;
	} while (stop.reached);
	KUNIT_EXPECT_GT(test, after, 100);
}

static void cursor_while_pushed(struct kunit *test)
{
	cursor_disturbed(test, cursor_push);
}

static void cursor_while_others_come_and_go(struct kunit *test)
{
	cursor_disturbed(test, cursor_exchange);
}

static void cursor_while_replaced(struct kunit *test)
{
	cursor_disturbed(test, cursor_replace);
}

struct cursor_churn {
	struct flatmap *map;
	bool stop;
};

static int cursor_churn(void *arg)
{
	struct cursor_churn *churn = arg;
	int rounds = 0;

	while (!READ_ONCE(churn->stop)) {
		cursor_replace(churn->map);
		cursor_exchange(churn->map);
		sets_set(churn->map, fx_key(churn->map, 3, 0), 0);
		rounds++;
		cond_resched();
	}
	return rounds;
}

static void cursor_beside_writers(struct kunit *test)
{
	struct cursor_churn churn = { .map = fx_multimap64(test, 1000) };
	ktime_t end = ktime_add_ms(ktime_get(), 500);
	struct fx_thread thread;

	cursor_reset(churn.map);
	fx_start(test, &thread, 1, cursor_churn, &churn);
	do {
		cursor_all_come_once(test, churn.map);
		cond_resched();
	} while (ktime_before(ktime_get(), end));
	WRITE_ONCE(churn.stop, true);
	KUNIT_EXPECT_GT(test, fx_join(&thread), 0);
}

static struct kunit_case cursor_cases[] = {
	KUNIT_CASE(cursor_through_a_map),
	KUNIT_CASE(cursor_through_a_multimap),
	KUNIT_CASE(cursor_keys_of_one_hash),
	KUNIT_CASE(cursor_resumed),
	KUNIT_CASE(cursor_after_ordinals_went),
	KUNIT_CASE(cursor_body_deletes),
	KUNIT_CASE(cursor_body_changes),
	KUNIT_CASE(cursor_body_replaces),
	KUNIT_CASE(cursor_while_pushed),
	KUNIT_CASE(cursor_while_others_come_and_go),
	KUNIT_CASE(cursor_while_replaced),
	KUNIT_CASE(cursor_beside_writers),
	{}
};

static struct kunit_suite cursor_suite = {
	.name = "cursor",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.test_cases = cursor_cases,
};

kunit_test_suite(cursor_suite);
