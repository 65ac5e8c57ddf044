// SPDX-License-Identifier: GPL-2.0
/*
 * Blocks: where they come from, that each has one owner, and what they hold.
 */
#include <linux/bitmap.h>

#include "blocks.h"

/* With 8 + 8 bytes there are three cache lines of blocks; this hash prefers the second. */
#define BLOCK_MIDDLE	FX_PREFERRED(100)

static void block_beside_home_first(struct kunit *test)
{
	static const u32 order[] = { 3, 4, 5, 6, 7, 0, 1, 2 };
	struct flatmap *map = fx_map64(test, 100);
	u64 hash = fx_key(map, 3, BLOCK_MIDDLE);
	u32 spare, i;

	KUNIT_ASSERT_EQ(test, map->region->shape.beside, 8);
	for (i = 0; i < 8; i++)
		KUNIT_EXPECT_EQ(test, block_take(map, hash), 3 * 8 + order[i]);
	spare = block_take(map, hash);
	KUNIT_EXPECT_GE(test, spare, fm_spare_first(map->region));

	block_give(map, 3 * 8 + 1);
	KUNIT_EXPECT_EQ(test, block_take(map, hash), 3 * 8 + 1);
	for (i = 0; i < 8; i++)
		block_give(map, 3 * 8 + i);
	block_give(map, spare);
}

/* Of small blocks, the first two of a line lie wholly in the line that searches fetch. */
static void block_in_the_line_that_is_fetched(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 100);
	const struct fm_region *region = map->region;
	const struct fm_shape *shape = &region->shape;
	u64 line, hash, from;
	u32 index[2], n, i;

	for (n = 0; n < 256; n++) {
		hash = fx_key(map, 3, FX_PREFERRED(n));
		line = (u64)fm_preferred(region, shape, 3, fm_preference(shape, hash));
		KUNIT_EXPECT_EQ(test, line % FM_LINE, 0);
		for (i = 0; i < 2; i++) {
			index[i] = block_take(map, hash);
			from = (u64)fm_block(region, index[i]);
			KUNIT_EXPECT_GE(test, from, line);
			KUNIT_EXPECT_LE(test, from + shape->block_size, line + FM_LINE);
		}
		for (i = 0; i < 2; i++)
			block_give(map, index[i]);
	}
}

static void block_large_ones_stand_four_to_a_group(struct kunit *test)
{
	struct flatmap *map = fx_map(test, 100, 8, 100, FM_HASH_IDENTITY);
	u64 hash = fx_key(map, 2, FX_PREFERRED(255));
	u32 i;

	KUNIT_ASSERT_EQ(test, map->region->shape.beside, 4);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, block_take(map, hash), 2 * 4 + (3 + i) % 4);
	for (i = 0; i < 4; i++)
		block_give(map, 2 * 4 + i);
}

/* All blocks of the map, each once; then none; and all again. */
static void block_each_taken_once(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 20);
	const struct fm_region *region = map->region;
	unsigned long *taken;
	u32 round, index, i;

	taken = kunit_kcalloc(test, BITS_TO_LONGS(region->blocks), sizeof(long),
			      GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, taken);

	for (round = 0; round < 2; round++) {
		for (i = 0; i < region->blocks; i++) {
			index = block_take(map, fx_key(map, 1, i));
			KUNIT_ASSERT_LT(test, index, region->blocks);
			KUNIT_EXPECT_FALSE(test, __test_and_set_bit(index, taken));
			/* First beside the home, then spare, then anywhere. */
			if (i < 8)
				KUNIT_EXPECT_EQ(test, index / 8, 1);
			else if (i < 8 + region->blocks - fm_spare_first(region))
				KUNIT_EXPECT_GE(test, index, fm_spare_first(region));
		}
		KUNIT_EXPECT_EQ(test, block_take(map, fx_key(map, 1, 0)), FM_NO_BLOCK);
		KUNIT_EXPECT_EQ(test, block_take(map, fx_key(map, 0, 0)), FM_NO_BLOCK);
		for_each_set_bit(index, taken, region->blocks)
			block_give(map, index);
		bitmap_zero(taken, region->blocks);
		fx_check(test, map);
	}
}

/* The group word of home 0 holds a reference: take and give all the same. */
static void block_take_and_give(void *arg)
{
	block_take_two(arg, BLOCK_MIDDLE);
}

static void block_used_bits_under_a_reference(struct kunit *test)
{
	struct block_pair pair = { .map = fx_map64(test, 100) };
	u64 *group = fm_group(pair.map->region, 0);
	struct fx_stop stop = {
		.hook = FM_HOOK_INSTALLED,
		.action = block_take_and_give,
		.arg = &pair,
	};
	struct fm_level *level;
	bool done;

	fx_arm(test, &stop);
	level = fm_enter(FM_LEVELS - 1);
	fm_mcas_begin(level);
	*fm_mcas_change(level, group, 0) = fm_next_version(0);
	done = fm_mcas_commit(level);
	fm_exit(level);
	fx_disarm(&stop);

	KUNIT_EXPECT_TRUE(test, stop.reached);
	KUNIT_EXPECT_TRUE(test, done);
	KUNIT_EXPECT_EQ(test, pair.first, 3);
	KUNIT_EXPECT_EQ(test, pair.second, 4);
	KUNIT_EXPECT_EQ(test, *group, FM_VERSION_ONE | fm_used_bit(4));
	block_give(pair.map, pair.second);
}

static void block_read_mark(void *arg)
{
	struct block_pair *pair = arg;
	u64 mark = READ_ONCE(fm_block(pair->map->region, 0)->mark);

	pair->first = fm_mark_is_odd(mark);
}

/* The mark is odd while the block is written, and never the same again. */
static void block_mark_tells_contents_apart(struct kunit *test)
{
	struct block_pair pair = { .map = fx_map64(test, 100) };
	struct fm_block *block = fm_block(pair.map->region, 0);
	u64 key = 1, value = 2, last = block->mark;
	u32 i;

	for (i = 0; i < 3; i++) {
		struct fx_stop stop = {
			.hook = FM_HOOK_WRITING,
			.action = block_read_mark,
			.arg = &pair,
		};

		fx_arm(test, &stop);
		block_write(pair.map, 0, 0x123456789abcdef0, &key, &value);
		fx_disarm(&stop);
		KUNIT_EXPECT_TRUE(test, pair.first);
		KUNIT_EXPECT_FALSE(test, fm_mark_is_odd(block->mark));
		KUNIT_EXPECT_EQ(test, fm_mark_hash(block->mark), 0x9abcdef0);
		KUNIT_EXPECT_NE(test, block->mark, last);
		last = block->mark;
	}
}

/**
 * struct block_bytes - a key and a value, as written and as read
 * @key: the key
 * @other: a key that differs in its last byte
 * @key_read: what was read, and one byte that was not
 * @value: the value
 * @value_read: what was read, and one byte that was not
 */
struct block_bytes {
	u8 key[64], other[64], key_read[65];
	u8 value[300], value_read[301];
};

static void block_holds(struct kunit *test, u32 key_size, u32 value_size,
			struct block_bytes *bytes)
{
	struct flatmap *map = fx_map(test, 10, key_size, value_size, FLATMAP_HASH_FAST);
	const struct fm_region *region = map->region;
	struct fm_block *first = fm_block(region, 0);
	struct fm_block *second = fm_block(region, 1);
	u32 i;

	for (i = 0; i < sizeof(bytes->key); i++)
		bytes->key[i] = 3 * i + 1;
	for (i = 0; i < sizeof(bytes->value); i++)
		bytes->value[i] = 5 * i + 2;
	memcpy(bytes->other, bytes->key, sizeof(bytes->other));
	bytes->other[key_size - 1] ^= 0x80;
	memset(bytes->key_read, 0xee, sizeof(bytes->key_read));
	memset(bytes->value_read, 0xee, sizeof(bytes->value_read));

	block_write(map, 0, 1, bytes->key, bytes->value);
	block_write(map, 1, 1, bytes->other, bytes->value);
	fm_block_read_key(&region->shape, first, bytes->key_read);
	fm_block_read_value(&region->shape, first, bytes->value_read);
	KUNIT_EXPECT_EQ(test, memcmp(bytes->key_read, bytes->key, key_size), 0);
	KUNIT_EXPECT_EQ(test, memcmp(bytes->value_read, bytes->value, value_size), 0);
	KUNIT_EXPECT_EQ(test, bytes->key_read[key_size], 0xee);
	KUNIT_EXPECT_EQ(test, bytes->value_read[value_size], 0xee);

	KUNIT_EXPECT_EQ(test, fm_block_compare(&region->shape, first, bytes->key), 0);
	KUNIT_EXPECT_EQ(test, fm_block_compare(&region->shape, second, bytes->other), 0);
	KUNIT_EXPECT_NE(test, fm_block_compare(&region->shape, first, bytes->other), 0);
	KUNIT_EXPECT_EQ(test, fm_block_compare(&region->shape, first, bytes->other),
			-fm_block_compare(&region->shape, second, bytes->key));
	KUNIT_EXPECT_EQ(test, fm_block_compare(&region->shape, first, bytes->other),
			fm_block_order(region, first, second));
	KUNIT_EXPECT_EQ(test, fm_block_order(region, second, second), 0);
}

static void block_holds_any_sizes(struct kunit *test)
{
	static const u32 sizes[][2] = {
		{ 1, 0 }, { 7, 1 }, { 8, 8 }, { 9, 23 }, { 64, 300 },
	};
	struct block_bytes *bytes = kunit_kmalloc(test, sizeof(*bytes), GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		block_holds(test, sizes[i][0], sizes[i][1], bytes);
}

static void block_insert_same(void *arg)
{
	struct block_pair *pair = arg;
	u64 key = fx_key(pair->map, 1, 1), value = 2;

	pair->first = flatmap_insert(pair->map, &key, &value, GFP_ATOMIC);
}

/* A writer that took a block, and then need not write, gives it back. */
static void block_given_back_on_failure(struct kunit *test)
{
	struct block_pair pair = { .map = fx_map64(test, 100) };
	u64 key = fx_key(pair.map, 1, 1), value = 1;
	struct fx_stop stop = {
		.hook = FM_HOOK_TAKEN,
		.action = block_insert_same,
		.arg = &pair,
	};

	fx_arm(test, &stop);
	KUNIT_EXPECT_EQ(test, flatmap_insert(pair.map, &key, &value, GFP_KERNEL), -EEXIST);
	fx_disarm(&stop);
	KUNIT_EXPECT_TRUE(test, stop.reached);
	KUNIT_EXPECT_EQ(test, pair.first, 0);
	KUNIT_EXPECT_EQ(test, hweight8(fm_used(*fm_group(pair.map->region, 1))), 1);
	KUNIT_EXPECT_EQ(test, flatmap_lookup(pair.map, &key, &value, NULL), 0);
	KUNIT_EXPECT_EQ(test, value, 2);
}

static struct kunit_case block_cases[] = {
	KUNIT_CASE(block_beside_home_first),
	KUNIT_CASE(block_in_the_line_that_is_fetched),
	KUNIT_CASE(block_large_ones_stand_four_to_a_group),
	KUNIT_CASE(block_each_taken_once),
	KUNIT_CASE(block_used_bits_under_a_reference),
	KUNIT_CASE(block_mark_tells_contents_apart),
	KUNIT_CASE(block_holds_any_sizes),
	KUNIT_CASE(block_given_back_on_failure),
	{}
};

static struct kunit_suite block_suite = {
	.name = "block",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.test_cases = block_cases,
};

kunit_test_suite(block_suite);
