// SPDX-License-Identifier: GPL-2.0
/* The operations one after the other: what each does and returns. */
#include "fixture.h"

static void basic_insert_lookup(struct kunit *test)
{
	struct flatmap *map = fx_map(test, 1000, 8, 8, FLATMAP_HASH_SIPHASH);
	struct flatmap_result result;
	u64 i, value;

	for (i = 0; i < 1000; i++) {
		value = i * 3;
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, &i, &value, GFP_KERNEL), 0);
	}
	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &i, &value, GFP_KERNEL), -ENOSPC);
	for (i = 0; i < 1000; i++) {
		KUNIT_ASSERT_EQ(test, flatmap_lookup(map, &i, &value, &result), 0);
		KUNIT_ASSERT_EQ(test, value, i * 3);
		KUNIT_ASSERT_EQ(test, result.values, 1);
	}
	KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &i, &value, &result), -ENOENT);
	KUNIT_EXPECT_EQ(test, result.values, 0);
	KUNIT_EXPECT_EQ(test, fx_entries(map), 1000);
}

static void basic_lookup_without_value(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 10);
	struct flatmap_result result;
	u64 key = 1, value = 2;

	KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &key, NULL, NULL), -ENOENT);
	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &key, NULL, NULL), 0);
	KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &key, NULL, &result), 0);
	KUNIT_EXPECT_EQ(test, result.values, 1);
}

static void basic_insert_only_if_absent(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 10);
	u64 key = 1, first = 2, second = 3, value;

	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &key, &first, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &key, &second, GFP_KERNEL), -EEXIST);
	KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &key, &value, NULL), 0);
	KUNIT_EXPECT_EQ(test, value, first);
	KUNIT_EXPECT_EQ(test, fx_entries(map), 1);
}

static void basic_update_only_if_present(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 10);
	u64 key = 1, first = 2, second = 3, value;

	KUNIT_EXPECT_EQ(test, flatmap_update(map, &key, &first, GFP_KERNEL), -ENOENT);
	KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &key, &value, NULL), -ENOENT);
	KUNIT_EXPECT_EQ(test, fx_entries(map), 0);
	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &key, &first, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, flatmap_update(map, &key, &second, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &key, &value, NULL), 0);
	KUNIT_EXPECT_EQ(test, value, second);
	KUNIT_EXPECT_EQ(test, fx_entries(map), 1);
}

static void basic_upsert_says_which(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 10);
	u64 key = 1, first = 2, second = 3, value;

	KUNIT_EXPECT_EQ(test, flatmap_upsert(map, &key, &first, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &key, &value, NULL), 0);
	KUNIT_EXPECT_EQ(test, value, first);
	KUNIT_EXPECT_EQ(test, flatmap_upsert(map, &key, &second, GFP_KERNEL), 1);
	KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &key, &value, NULL), 0);
	KUNIT_EXPECT_EQ(test, value, second);
	KUNIT_EXPECT_EQ(test, fx_entries(map), 1);
}

static void basic_delete(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 10);
	u64 key = 1, other = 2, value = 3;

	KUNIT_EXPECT_EQ(test, flatmap_delete(map, &key), -ENOENT);
	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &other, &value, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, flatmap_delete(map, &key), 0);
	KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &key, &value, NULL), -ENOENT);
	KUNIT_EXPECT_EQ(test, flatmap_delete(map, &key), -ENOENT);
	KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &other, &value, NULL), 0);
	KUNIT_EXPECT_EQ(test, fx_entries(map), 1);
	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &key, &value, NULL), 0);
}

static void basic_delete_return(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 10);
	u64 key = 1, value = 2, got = 0;

	KUNIT_EXPECT_EQ(test, flatmap_delete_return(map, &key, &got), -ENOENT);
	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, flatmap_delete_return(map, &key, &got), 0);
	KUNIT_EXPECT_EQ(test, got, value);
	KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &key, NULL, NULL), -ENOENT);
	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, flatmap_delete_return(map, &key, NULL), 0);
	KUNIT_EXPECT_EQ(test, fx_entries(map), 0);
}

static void basic_stats_count(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 100);
	struct flatmap_stats empty, stats;
	u64 key;

	flatmap_stats(map, &empty);
	KUNIT_EXPECT_EQ(test, empty.entries, 0);
	KUNIT_EXPECT_EQ(test, empty.capacity, 100);
	KUNIT_EXPECT_EQ(test, empty.blocks_free, empty.blocks);
	KUNIT_EXPECT_GT(test, empty.blocks, empty.capacity);
	KUNIT_EXPECT_GT(test, empty.slots, empty.capacity);
	KUNIT_EXPECT_GT(test, empty.bytes, empty.slots * 8 + empty.blocks * 24);

	for (key = 0; key < 9; key++)
		KUNIT_ASSERT_EQ(test, flatmap_upsert(map, &key, &key, GFP_KERNEL), 0);
	for (key = 0; key < 9; key++)
		KUNIT_ASSERT_EQ(test, flatmap_upsert(map, &key, &key, GFP_KERNEL), 1);
	flatmap_stats(map, &stats);
	KUNIT_EXPECT_EQ(test, stats.entries, 9);
	KUNIT_EXPECT_EQ(test, stats.blocks_free, empty.blocks_free - 9);

	for (key = 0; key < 9; key++)
		KUNIT_ASSERT_EQ(test, flatmap_delete(map, &key), 0);
	flatmap_stats(map, &stats);
	KUNIT_EXPECT_EQ(test, memcmp(&stats, &empty, sizeof(stats)), 0);
}

/* A map of one entry has few blocks: each must come back. */
static void basic_blocks_come_back(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 1);
	u64 key, value, got;

	for (key = 0; key < 500; key++) {
		for (value = 0; value < 3; value++)
			KUNIT_ASSERT_EQ(test,
					flatmap_upsert(map, &key, &value, GFP_KERNEL),
					!!value);
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL),
				-EEXIST);
		KUNIT_ASSERT_EQ(test, flatmap_delete_return(map, &key, &got), 0);
		KUNIT_ASSERT_EQ(test, got, 2);
	}
}

/*
 * With the identity hash, keys whose first 8 bytes are equal have one hash, and
 * bits 34 to 32 of it are neither in the tag nor in the mark.
 */
static void basic_same_hash(struct kunit *test)
{
	struct flatmap *map = fx_map(test, 100, 16, 8, FM_HASH_IDENTITY);
	u64 key[2], value, i;

	for (i = 0; i < 40; i++) {
		key[0] = 0x123456789abcdefULL ^ (i % 8) << 32;
		key[1] = i / 8;
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, key, &i, GFP_KERNEL), 0);
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, key, &i, GFP_KERNEL),
				-EEXIST);
	}
	for (i = 0; i < 40; i++) {
		key[0] = 0x123456789abcdefULL ^ (i % 8) << 32;
		key[1] = i / 8;
		KUNIT_ASSERT_EQ(test, flatmap_lookup(map, key, &value, NULL), 0);
		KUNIT_ASSERT_EQ(test, value, i);
		if (i % 3)
			continue;
		KUNIT_ASSERT_EQ(test, flatmap_delete_return(map, key, &value), 0);
		KUNIT_ASSERT_EQ(test, value, i);
		KUNIT_ASSERT_EQ(test, flatmap_lookup(map, key, NULL, NULL), -ENOENT);
	}
	KUNIT_EXPECT_EQ(test, fx_entries(map), 26);
}

/* The key number @n: keys differ in a single byte, each byte gets its turn. */
static void basic_key(u8 *key, u32 size, u32 n)
{
	memset(key, 0x80, size);
	key[n % size] ^= 1 + n / size;
}

static void basic_value(u8 *value, u32 size, u32 n)
{
	u32 i;

	for (i = 0; i < size; i++)
		value[i] = i ^ i >> 8 ^ n * 37;
}

static bool basic_is_value(const u8 *value, u32 size, u32 n)
{
	u32 i;

	for (i = 0; i < size; i++) {
		if (value[i] != (u8)(i ^ i >> 8 ^ n * 37))
			return false;
	}
	return true;
}

/* Every operation on @keys keys; KASAN sees a byte too many of the buffers. */
static void basic_walk(struct kunit *test, struct flatmap *map, u8 *key, u8 *value,
		       u32 keys)
{
	u32 key_size = map->region->shape.key_size;
	u32 value_size = map->region->shape.value_size;
	struct flatmap_pin pin;
	u32 n;

	for (n = 0; n < keys; n++) {
		basic_key(key, key_size, n);
		basic_value(value, value_size, n);
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, key, value, GFP_KERNEL), 0);
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, key, value, GFP_KERNEL),
				-EEXIST);
	}
	for (n = 0; n < keys; n++) {
		basic_key(key, key_size, n);
		KUNIT_ASSERT_EQ(test, flatmap_lookup(map, key, value, NULL), 0);
		KUNIT_ASSERT_TRUE(test, basic_is_value(value, value_size, n));
		basic_value(value, value_size, n + 1);
		KUNIT_ASSERT_EQ(test, flatmap_update(map, key, value, GFP_KERNEL), 0);
	}
	for (n = 0; n < keys; n++) {
		basic_key(key, key_size, n);
		KUNIT_ASSERT_EQ(test, flatmap_pin(map, key, &pin), 0);
		KUNIT_EXPECT_EQ(test, memcmp(pin.key, key, key_size), 0);
		KUNIT_EXPECT_TRUE(test, basic_is_value(pin.value, value_size, n + 1));
		flatmap_unpin(&pin);
		KUNIT_ASSERT_EQ(test, flatmap_delete_return(map, key, value), 0);
		KUNIT_ASSERT_TRUE(test, basic_is_value(value, value_size, n + 1));
		KUNIT_ASSERT_EQ(test, flatmap_lookup(map, key, value, NULL), -ENOENT);
	}
	KUNIT_EXPECT_EQ(test, fx_entries(map), 0);
}

static void basic_sizes(struct kunit *test, u32 key_size, u32 value_size, u32 keys)
{
	u8 *value = kunit_kmalloc(test, value_size, GFP_KERNEL);
	u8 *key = kunit_kmalloc(test, key_size, GFP_KERNEL);
	u32 hash;

	KUNIT_ASSERT_NOT_NULL(test, key);
	KUNIT_ASSERT_NOT_NULL(test, value);
	for (hash = FLATMAP_HASH_SIPHASH; hash <= FLATMAP_HASH_FAST; hash++)
		basic_walk(test, fx_map(test, keys, key_size, value_size, hash), key,
			   value, keys);
}

static void basic_key_sizes(struct kunit *test)
{
	u32 size;

	for (size = 1; size <= 17; size++)
		basic_sizes(test, size, 8, 2 * size + 9);
	basic_sizes(test, FLATMAP_KEY_MAX, 8, FLATMAP_KEY_MAX / 8);
}

static void basic_value_sizes(struct kunit *test)
{
	static const u32 sizes[] = { 0, 1, 7, 8, 9, 100, FLATMAP_VALUE_MAX };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		basic_sizes(test, 8, sizes[i], sizes[i] > 100 ? 3 : 20);
}

static void basic_unaligned_buffers(struct kunit *test)
{
	u32 key_size = 13, value_size = 21, offset;
	u8 *buffer = kunit_kmalloc(test, 64, GFP_KERNEL);
	u8 *key, *value;

	KUNIT_ASSERT_NOT_NULL(test, buffer);
	for (offset = 1; offset < 8; offset++) {
		memset(buffer, 0xee, 64);
		key = buffer + offset;
		value = buffer + 32 + 8 - offset;
		basic_walk(test, fx_map(test, 30, key_size, value_size,
					FLATMAP_HASH_FAST),
			   key, value, 30);
		KUNIT_EXPECT_NULL(test, memchr_inv(buffer, 0xee, offset));
		KUNIT_EXPECT_NULL(test, memchr_inv(key + key_size, 0xee,
						   value - key - key_size));
		KUNIT_EXPECT_NULL(test, memchr_inv(value + value_size, 0xee,
						   buffer + 64 - value - value_size));
	}
}

static struct kunit_case basic_cases[] = {
	KUNIT_CASE(basic_insert_lookup),
	KUNIT_CASE(basic_lookup_without_value),
	KUNIT_CASE(basic_insert_only_if_absent),
	KUNIT_CASE(basic_update_only_if_present),
	KUNIT_CASE(basic_upsert_says_which),
	KUNIT_CASE(basic_delete),
	KUNIT_CASE(basic_delete_return),
	KUNIT_CASE(basic_stats_count),
	KUNIT_CASE(basic_blocks_come_back),
	KUNIT_CASE(basic_same_hash),
	KUNIT_CASE(basic_key_sizes),
	KUNIT_CASE(basic_value_sizes),
	KUNIT_CASE(basic_unaligned_buffers),
	{}
};

static struct kunit_suite basic_suite = {
	.name = "basic",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.test_cases = basic_cases,
};

kunit_test_suite(basic_suite);
