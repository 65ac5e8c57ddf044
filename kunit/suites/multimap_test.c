// SPDX-License-Identifier: GPL-2.0
/*
 * What each operation does to the values of a key of a multimap, and returns.
 */
#include "fixture.h"
#include "sets.h"

#define MULTIMAP_KEY	5

/* A multimap in which the key has these values, between two other keys. */
static struct flatmap *multimap_with(struct kunit *test, u64 set)
{
	struct flatmap *map = fx_multimap64(test, 100);

	KUNIT_ASSERT_EQ(test, sets_set(map, MULTIMAP_KEY - 1, 0x77), 0);
	KUNIT_ASSERT_EQ(test, sets_set(map, MULTIMAP_KEY, set), 0);
	KUNIT_ASSERT_EQ(test, sets_set(map, MULTIMAP_KEY + 1, 0x78), 0);
	return map;
}

/* The key has these values, and the others what they had. */
static void multimap_is(struct kunit *test, struct flatmap *map, u64 set)
{
	KUNIT_EXPECT_EQ(test, sets_get(map, MULTIMAP_KEY - 1), 0x77);
	KUNIT_EXPECT_EQ(test, sets_get(map, MULTIMAP_KEY), set);
	KUNIT_EXPECT_EQ(test, sets_get(map, MULTIMAP_KEY + 1), 0x78);
}

static int multimap_delete_value(struct flatmap *map, u64 value)
{
	u64 key = MULTIMAP_KEY;

	return flatmap_delete_value(map, &key, &value);
}

static int multimap_replace(struct flatmap *map, u64 old, u64 value)
{
	u64 key = MULTIMAP_KEY;

	return flatmap_replace(map, &key, &old, &value, GFP_KERNEL);
}

static void multimap_add_keeps_order(struct kunit *test)
{
	struct flatmap *map = multimap_with(test, 0x93125);

	multimap_is(test, map, 0x93125);
	KUNIT_EXPECT_EQ(test, sets_add(map, MULTIMAP_KEY, 3), 0);
	KUNIT_EXPECT_EQ(test, sets_add(map, MULTIMAP_KEY, 3), 0);
	multimap_is(test, map, 0x9312533);
	KUNIT_EXPECT_EQ(test, fx_entries(map), 11);
}

/* A new value comes last, even if its number was another's before. */
static void multimap_order_after_deletes(struct kunit *test)
{
	struct flatmap *map = multimap_with(test, 0x123);

	KUNIT_EXPECT_EQ(test, multimap_delete_value(map, 3), 0);
	KUNIT_EXPECT_EQ(test, sets_add(map, MULTIMAP_KEY, 4), 0);
	multimap_is(test, map, 0x124);
	KUNIT_EXPECT_EQ(test, multimap_delete_value(map, 1), 0);
	KUNIT_EXPECT_EQ(test, sets_add(map, MULTIMAP_KEY, 1), 0);
	multimap_is(test, map, 0x241);
	KUNIT_EXPECT_EQ(test, multimap_delete_value(map, 4), 0);
	KUNIT_EXPECT_EQ(test, sets_add(map, MULTIMAP_KEY, 3), 0);
	multimap_is(test, map, 0x213);
}

static void multimap_lookup_first_and_count(struct kunit *test)
{
	struct flatmap *map = multimap_with(test, 0x4324);
	u64 key = MULTIMAP_KEY, none = 1000, value = 0;
	struct flatmap_result result = {};

	KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &key, &value, &result), 0);
	KUNIT_EXPECT_EQ(test, value, 4);
	KUNIT_EXPECT_EQ(test, result.values, 4);
	result.values = 0;
	KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &key, NULL, &result), 0);
	KUNIT_EXPECT_EQ(test, result.values, 4);
	KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &none, &value, &result), -ENOENT);
	KUNIT_EXPECT_EQ(test, result.values, 0);
}

static void multimap_values_need_room(struct kunit *test)
{
	u64 key = MULTIMAP_KEY, none = 1000, values[4] = { 9, 9, 9, 9 };
	struct flatmap *map = multimap_with(test, 0x213);
	struct flatmap_result result = {};
	u32 room;

	for (room = 0; room < 3; room++) {
		result.values = 0;
		KUNIT_EXPECT_EQ(test, flatmap_values(map, &key, values, room, &result),
				-ENOSPC);
		KUNIT_EXPECT_EQ(test, result.values, 3);
		KUNIT_EXPECT_EQ(test, values[0], 9);
	}
	KUNIT_EXPECT_EQ(test, flatmap_values(map, &none, values, 4, &result), -ENOENT);
	KUNIT_EXPECT_EQ(test, result.values, 0);
	KUNIT_EXPECT_EQ(test, values[0], 9);
	KUNIT_EXPECT_EQ(test, flatmap_values(map, &key, values, 3, NULL), 0);
	KUNIT_EXPECT_EQ(test, values[0], 2);
	KUNIT_EXPECT_EQ(test, values[1], 1);
	KUNIT_EXPECT_EQ(test, values[2], 3);
	KUNIT_EXPECT_EQ(test, values[3], 9);
}

static void multimap_insert_only_if_none(struct kunit *test)
{
	struct flatmap *map = multimap_with(test, 0);
	u64 key = MULTIMAP_KEY, value = 6;

	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL), -EEXIST);
	value = 7;
	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL), -EEXIST);
	multimap_is(test, map, 0x6);
}

static void multimap_delete_value_takes_the_oldest(struct kunit *test)
{
	struct flatmap *map = multimap_with(test, 0x21313);

	KUNIT_EXPECT_EQ(test, multimap_delete_value(map, 1), 0);
	multimap_is(test, map, 0x2313);
	KUNIT_EXPECT_EQ(test, multimap_delete_value(map, 3), 0);
	multimap_is(test, map, 0x213);
	KUNIT_EXPECT_EQ(test, multimap_delete_value(map, 4), -ENOENT);
	KUNIT_EXPECT_EQ(test, multimap_delete_value(map, 7), -ENOENT);
	multimap_is(test, map, 0x213);
}

static void multimap_delete_takes_all(struct kunit *test)
{
	struct flatmap *map = multimap_with(test, 0x12321);
	u64 key = MULTIMAP_KEY;

	KUNIT_EXPECT_EQ(test, flatmap_delete(map, &key), 0);
	multimap_is(test, map, 0);
	KUNIT_EXPECT_EQ(test, flatmap_delete(map, &key), -ENOENT);
	KUNIT_EXPECT_EQ(test, fx_entries(map), 4);
}

static void multimap_delete_return_takes_the_first(struct kunit *test)
{
	struct flatmap *map = multimap_with(test, 0x9449);
	u64 key = MULTIMAP_KEY, value;

	KUNIT_EXPECT_EQ(test, flatmap_delete_return(map, &key, &value), 0);
	KUNIT_EXPECT_EQ(test, value, 9);
	multimap_is(test, map, 0x449);
	KUNIT_EXPECT_EQ(test, flatmap_delete_return(map, &key, &value), 0);
	KUNIT_EXPECT_EQ(test, value, 4);
	multimap_is(test, map, 0x49);
	KUNIT_EXPECT_EQ(test, flatmap_delete(map, &key), 0);
	KUNIT_EXPECT_EQ(test, flatmap_delete_return(map, &key, &value), -ENOENT);
}

static void multimap_replace_keeps_the_place(struct kunit *test)
{
	struct flatmap *map = multimap_with(test, 0x1232);

	KUNIT_EXPECT_EQ(test, multimap_replace(map, 2, 9), 0);
	multimap_is(test, map, 0x1932);
	KUNIT_EXPECT_EQ(test, multimap_replace(map, 3, 2), 0);
	multimap_is(test, map, 0x1922);
	KUNIT_EXPECT_EQ(test, multimap_replace(map, 2, 2), 0);
	KUNIT_EXPECT_EQ(test, multimap_replace(map, 3, 4), -ENOENT);
	multimap_is(test, map, 0x1922);
}

/* Those who have it pinned keep what they have. */
static void multimap_replace_of_the_pinned(struct kunit *test)
{
	struct flatmap *map = multimap_with(test, 0x1232);
	u64 key = MULTIMAP_KEY;
	struct flatmap_pin pin;

	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pin), 0);
	KUNIT_EXPECT_EQ(test, multimap_replace(map, 1, 8), 0);
	multimap_is(test, map, 0x8232);
	KUNIT_EXPECT_EQ(test, *(const u64 *)pin.value, 1);
	KUNIT_EXPECT_EQ(test, *(const u64 *)pin.key, MULTIMAP_KEY);
	fx_check(test, map);
	flatmap_unpin(&pin);
	multimap_is(test, map, 0x8232);
}

static void multimap_pin_the_oldest(struct kunit *test)
{
	struct flatmap *map = multimap_with(test, 0x365);
	u64 key = MULTIMAP_KEY, none = 1000;
	struct flatmap_pin pin[2];

	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pin[0]), 0);
	KUNIT_EXPECT_EQ(test, *(const u64 *)pin[0].value, 3);
	KUNIT_EXPECT_EQ(test, pin[0].result.values, 3);
	KUNIT_EXPECT_EQ(test, multimap_delete_value(map, 3), 0);

	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pin[1]), 0);
	KUNIT_EXPECT_EQ(test, *(const u64 *)pin[1].value, 6);
	KUNIT_EXPECT_EQ(test, *(const u64 *)pin[1].key, MULTIMAP_KEY);
	KUNIT_EXPECT_EQ(test, pin[1].result.values, 2);
	KUNIT_EXPECT_EQ(test, flatmap_delete(map, &key), 0);
	KUNIT_EXPECT_EQ(test, flatmap_pin(map, &none, &pin[0]), -ENOENT);

	KUNIT_EXPECT_EQ(test, *(const u64 *)pin[0].value, 3);
	KUNIT_EXPECT_EQ(test, *(const u64 *)pin[1].value, 6);
	multimap_is(test, map, 0);
	flatmap_unpin(&pin[0]);
	flatmap_unpin(&pin[1]);
}

static int multimap_no_change(void *value, void *arg)
{
	return 0;
}

/* What goes with one kind of map only is refused by the other. */
static void multimap_not_supported(struct kunit *test)
{
	struct flatmap *map = multimap_with(test, 0x12);
	u64 key = MULTIMAP_KEY, value = 3;

	KUNIT_EXPECT_EQ(test, flatmap_update(map, &key, &value, GFP_KERNEL),
			-EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, flatmap_upsert(map, &key, &value, GFP_KERNEL),
			-EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, flatmap_modify(map, &key, multimap_no_change, NULL,
					     GFP_KERNEL), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, flatmap_modify_or_insert(map, &key, &value,
						       multimap_no_change, NULL,
						       GFP_KERNEL), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, flatmap_lookup_field(map, &key, 0, &value), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, flatmap_update_field(map, &key, 0, &value, GFP_KERNEL),
			-EOPNOTSUPP);
	multimap_is(test, map, 0x12);

	map = fx_map64(test, 10);
	KUNIT_EXPECT_EQ(test, sets_add(map, key, value), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, fx_entries(map), 0);
}

/* To the other calls a map is a multimap whose keys have one value. */
static void multimap_calls_of_a_map(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 10);
	u64 key = MULTIMAP_KEY, value = 3;

	KUNIT_EXPECT_EQ(test, sets_get(map, key), 0);
	KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, sets_get(map, key), 0x3);
	KUNIT_EXPECT_EQ(test, flatmap_values(map, &key, NULL, 0, NULL), -ENOSPC);
	KUNIT_EXPECT_EQ(test, multimap_replace(map, 2, 4), -ENOENT);
	KUNIT_EXPECT_EQ(test, multimap_replace(map, 3, 4), 0);
	KUNIT_EXPECT_EQ(test, multimap_delete_value(map, 3), -ENOENT);
	KUNIT_EXPECT_EQ(test, sets_get(map, key), 0x4);
	KUNIT_EXPECT_EQ(test, multimap_delete_value(map, 4), 0);
	KUNIT_EXPECT_EQ(test, fx_entries(map), 0);
}

static void multimap_keys_of_one_hash(struct kunit *test)
{
	const struct flatmap_params params = {
		.entries	= 60,
		.key_size	= 16,
		.value_size	= 8,
		.hash		= FM_HASH_IDENTITY,
		.flags		= FLATMAP_MULTIMAP | FLATMAP_FIXED,
	};
	struct flatmap *map = fx_map_with(test, &params);
	u64 key[2] = { 0x1234 }, values[3], i;

	for (i = 0; i < 60; i++) {
		key[1] = i % 20;
		KUNIT_ASSERT_EQ(test, flatmap_add(map, key, &i, GFP_KERNEL), 0);
	}
	for (key[1] = 0; key[1] < 20; key[1]++) {
		KUNIT_ASSERT_EQ(test, flatmap_values(map, key, values, 3, NULL), 0);
		for (i = 0; i < 3; i++)
			KUNIT_EXPECT_EQ(test, values[i], key[1] + 20 * i);
	}
	for (key[1] = 0; key[1] < 20; key[1] += 2)
		KUNIT_EXPECT_EQ(test, flatmap_delete(map, key), 0);
	for (key[1] = 0; key[1] < 20; key[1]++)
		KUNIT_EXPECT_EQ(test, flatmap_values(map, key, values, 3, NULL),
				key[1] % 2 ? 0 : -ENOENT);
}

/* Three values, of any size, none included; each of its own bytes. */
static void multimap_value_sizes(struct kunit *test)
{
	static const u32 sizes[] = { 0, 1, 7, 8, 20, 300, 5000 };
	struct flatmap_result result;
	u32 i, n, key = 77;
	u8 *values, *one;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		const struct flatmap_params params = {
			.entries	= 3,
			.key_size	= sizeof(key),
			.value_size	= sizes[i],
			.flags		= FLATMAP_MULTIMAP | FLATMAP_FIXED,
		};
		struct flatmap *map = fx_map_with(test, &params);

		values = kunit_kzalloc(test, 3 * sizes[i] + 2, GFP_KERNEL);
		one = kunit_kzalloc(test, sizes[i] + 1, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, values);
		KUNIT_ASSERT_NOT_NULL(test, one);
		for (n = 0; n < 3; n++) {
			memset(one, 'a' + n, sizes[i]);
			KUNIT_EXPECT_EQ(test, flatmap_add(map, &key, one, GFP_KERNEL), 0);
		}
		memset(values, '.', 3 * sizes[i] + 2);
		KUNIT_EXPECT_EQ(test, flatmap_values(map, &key, values + 1, 3, &result),
				0);
		KUNIT_EXPECT_EQ(test, result.values, 3);
		for (n = 0; n < 3; n++)
			KUNIT_EXPECT_NULL(test, memchr_inv(values + 1 + n * sizes[i],
							   'a' + n, sizes[i]));
		KUNIT_EXPECT_EQ(test, values[0], '.');
		KUNIT_EXPECT_EQ(test, values[1 + 3 * sizes[i]], '.');
	}
}

/* The key's only value gives way to another. */
static void multimap_exchange(void *arg)
{
	u64 key = MULTIMAP_KEY, value = 3;
	struct flatmap *map = arg;

	WARN_ON(flatmap_add(map, &key, &value, GFP_ATOMIC));
	WARN_ON(multimap_delete_value(map, 2));
}

/* A key that has a value all the time is never absent for delete. */
static void multimap_delete_of_the_exchanged(struct kunit *test)
{
	struct flatmap *map = multimap_with(test, 0x2);
	struct fx_stop stop = {
		.hook = FM_HOOK_MISSED,
		.after = 1, /* the survey has ended, the first removal not yet */
		.action = multimap_exchange,
		.arg = map,
	};
	u64 key = MULTIMAP_KEY;

	fx_arm(test, &stop);
	KUNIT_EXPECT_EQ(test, flatmap_delete(map, &key), 0);
	fx_disarm(&stop);
	KUNIT_EXPECT_TRUE(test, stop.reached);
	multimap_is(test, map, 0);
}

static struct kunit_case multimap_cases[] = {
	KUNIT_CASE(multimap_add_keeps_order),
	KUNIT_CASE(multimap_order_after_deletes),
	KUNIT_CASE(multimap_lookup_first_and_count),
	KUNIT_CASE(multimap_values_need_room),
	KUNIT_CASE(multimap_insert_only_if_none),
	KUNIT_CASE(multimap_delete_value_takes_the_oldest),
	KUNIT_CASE(multimap_delete_takes_all),
	KUNIT_CASE(multimap_delete_of_the_exchanged),
	KUNIT_CASE(multimap_delete_return_takes_the_first),
	KUNIT_CASE(multimap_replace_keeps_the_place),
	KUNIT_CASE(multimap_replace_of_the_pinned),
	KUNIT_CASE(multimap_pin_the_oldest),
	KUNIT_CASE(multimap_not_supported),
	KUNIT_CASE(multimap_calls_of_a_map),
	KUNIT_CASE(multimap_keys_of_one_hash),
	KUNIT_CASE(multimap_value_sizes),
	{}
};

static struct kunit_suite multimap_suite = {
	.name = "multimap",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.test_cases = multimap_cases,
};

kunit_test_suite(multimap_suite);
