// SPDX-License-Identifier: GPL-2.0
/*
 * Maps that may become larger than one region can be: shards by the topmost bits of the
 * hash, each of which is resized by itself, and all of it one map to the user.
 */
#include <linux/err.h>

#include "chain.h"
#include "model.h"
#include "sets.h"

/* Two to 64 shards, by what the map may come to have. */
#define SHARDS_OF(n)	((u64)(n) * (FLATMAP_SHARD_ENTRIES - FLATMAP_SHARD_ENTRIES / 32))

static struct flatmap *shards_map(struct kunit *test, u32 shards, u32 flags)
{
	const struct flatmap_params params = {
		.max_entries	= SHARDS_OF(shards),
		.key_size	= sizeof(u64),
		.value_size	= sizeof(u64),
		.hash		= FM_HASH_IDENTITY,
		.flags		= flags,
	};
	struct flatmap *map = fx_map_with(test, &params);

	KUNIT_ASSERT_EQ(test, chain_stats(map).shards, shards);
	return map;
}

/* Keys spread over all shards and homes. */
static u64 shards_key(u64 n)
{
	return n * 0x9e3779b97f4a7c15ULL;
}

static void shards_how_many(struct kunit *test)
{
	static const struct {
		u64 max_entries;
		u32 shards;
	} wanted[] = {
		{ 0, 1 },
		{ FLATMAP_SHARD_ENTRIES, 1 },
		{ FLATMAP_SHARD_ENTRIES + 1, 2 },
		{ 3 * (u64)FLATMAP_SHARD_ENTRIES, 4 },
		{ 100000000, 16 },
		{ FLATMAP_ENTRIES_MAX, FLATMAP_SHARDS_MAX },
	};
	struct flatmap_params params = { .key_size = 8, .value_size = 8 };
	struct flatmap_stats stats;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(wanted); i++) {
		params.max_entries = wanted[i].max_entries;
		flatmap_stats(fx_map_with(test, &params), &stats);
		KUNIT_EXPECT_EQ(test, stats.shards, wanted[i].shards);
		KUNIT_EXPECT_EQ(test, stats.regions, wanted[i].shards);
		KUNIT_EXPECT_EQ(test, stats.max_entries, wanted[i].max_entries);
		/* Empty ones are small. */
		KUNIT_EXPECT_LT(test, stats.bytes, wanted[i].shards * SZ_16K);
	}
}

/* Each operation finds the shard that the one before it has chosen. */
static void shards_operations(struct kunit *test)
{
	struct flatmap *map = shards_map(test, 8, 0);
	struct flatmap *shard;
	u32 kind, used = 0;
	u64 n, now, hash;

	for (n = 0; n < 500; n++) {
		struct model_op op = { .map = map, .key = shards_key(n) };

		now = MODEL_ABSENT;
		for (kind = 0; kind < 3 * MODEL_KINDS; kind++) {
			op.kind = kind % MODEL_KINDS;
			op.value = 1 + kind;
			model_do(&op);
			KUNIT_EXPECT_TRUE(test, model_step(&op, &now));
		}
		KUNIT_EXPECT_EQ(test, model_set(map, op.key, 1 + n), 0);
		hash = op.key;
		shard = fm_shard(map, &hash);
		used |= BIT(shard - map);
		KUNIT_EXPECT_EQ(test, shard - map, op.key >> 61);
		KUNIT_EXPECT_EQ(test, model_get(map, op.key), 1 + n);
	}
	KUNIT_EXPECT_EQ(test, used, 0xff);
	KUNIT_EXPECT_EQ(test, fx_entries(map), 500);
	fx_check(test, map);
}

/* Only the shard that needs it is resized. */
static void shards_grow_alone(struct kunit *test)
{
	struct flatmap *map = shards_map(test, 4, FLATMAP_SHRINK);
	u32 bits = map->region->bits, shard;
	u64 n, key;

	for (n = 0; n < 3000; n++) {
		key = 2ULL << 62 | shards_key(n) >> 2;
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &n, GFP_KERNEL), 0);
	}
	fm_resize_flush(map + 2);
	for (shard = 0; shard < 4; shard++) {
		if (shard == 2)
			KUNIT_EXPECT_GT(test, map[shard].region->bits, bits + 4);
		else
			KUNIT_EXPECT_EQ(test, map[shard].region->bits, bits);
	}
	KUNIT_EXPECT_EQ(test, chain_stats(map).regions, 4);
	fx_check(test, map);
	for (n = 0; n < 3000; n++) {
		key = 2ULL << 62 | shards_key(n) >> 2;
		KUNIT_ASSERT_EQ(test, flatmap_delete(map, &key), 0);
	}
	KUNIT_EXPECT_TRUE(test, chain_wait(chain_stats(map).capacity <
					   8 * fm_entries_for(bits)));
}

/* In the order of all of the hash, wherever the bits of it are, and every one once. */
static void shards_iterate(struct kunit *test)
{
	struct flatmap *map = shards_map(test, 16, 0);
	u64 last, key, value, before = 0, n;
	struct flatmap_cursor cursor = { .last = &last };
	u32 count = 0;

	KUNIT_EXPECT_EQ(test, flatmap_next(map, &cursor, &key, &value), -ENOENT);
	for (n = 1; n <= 2000; n++) {
		key = shards_key(n);
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &n, GFP_KERNEL), 0);
	}
	flatmap_for_each(map, &cursor, &key, &value) {
		KUNIT_EXPECT_EQ(test, key, shards_key(value));
		KUNIT_EXPECT_GT(test, key, before);
		before = key;
		count++;
		/* What comes before the cursor in hash order is not seen, what comes after is. */
		if (count == 1000) {
			key = 1;
			value = 0;
			KUNIT_EXPECT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL),
					0);
		}
		/* And a shard may be resized between any two. */
		if (!(count % 50)) {
			struct flatmap *shard = map + count / 50 % 16;

			fm_resize_flush(shard);
			chain_extend(test, shard, shard->last->bits + count % 2);
			chain_drain(test, shard);
		}
	}
	KUNIT_EXPECT_EQ(test, count, 2000);
	KUNIT_EXPECT_EQ(test, fx_entries(map), 2001);
}

/* Values of one key, and the cursor's place among them. */
static void shards_multimap(struct kunit *test)
{
	struct flatmap *map = shards_map(test, 4, FLATMAP_MULTIMAP);
	u64 last, key, value, n, set = 0, done = 0;
	struct flatmap_cursor cursor = { .last = &last };
	struct sets_op op = { .map = map, .kind = SETS_VALUES };

	for (n = 0; n < 400; n++) {
		key = shards_key(n / 4);
		value = "\3\1\7\2"[n % 4];
		KUNIT_ASSERT_EQ(test, flatmap_add(map, &key, &value, GFP_KERNEL), 0);
	}
	for (n = 0; n < 4; n++) {
		fm_resize_flush(map + n);
		chain_extend(test, map + n, map[n].last->bits + 1);
		chain_drain(test, map + n);
	}
	for (n = 0; n < 100; n++) {
		op.key = shards_key(n);
		sets_do(&op);
		KUNIT_EXPECT_EQ(test, op.got, 0x3172);
		value = 1;
		KUNIT_EXPECT_EQ(test, flatmap_delete_value(map, &op.key, &value), 0);
		value = 9;
		KUNIT_EXPECT_EQ(test, flatmap_add(map, &op.key, &value, GFP_KERNEL), 0);
	}
	flatmap_for_each(map, &cursor, &key, &value) {
		set = set << 4 | value;
		if (value == 9) {
			KUNIT_EXPECT_EQ(test, set, 0x3729);
			set = 0;
			done++;
		}
	}
	KUNIT_EXPECT_EQ(test, done, 100);
	KUNIT_EXPECT_EQ(test, fx_entries(map), 400);
}

/* A pin belongs to its shard's region. */
static void shards_pins(struct kunit *test)
{
	struct flatmap *map = shards_map(test, 4, 0);
	struct flatmap_pin pins[4];
	u64 key, n;

	for (n = 0; n < 4; n++) {
		key = n << 62 | 5;
		KUNIT_ASSERT_EQ(test, model_set(map, key, 10 + n), 0);
		KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pins[n]), 0);
		KUNIT_EXPECT_PTR_EQ(test, pins[n].region, map[n].region);
	}
	for (n = 0; n < 4; n += 2) {
		chain_extend(test, map + n, map[n].last->bits + 1);
		chain_drain(test, map + n);
	}
	KUNIT_EXPECT_TRUE(test, chain_wait(chain_stats(map).regions_pinned == 2));
	KUNIT_EXPECT_EQ(test, chain_stats(map).regions, 4);
	for (n = 0; n < 4; n++) {
		key = n << 62 | 5;
		KUNIT_EXPECT_EQ(test, model_set(map, key, 77), 0);
		KUNIT_EXPECT_EQ(test, *(const u64 *)pins[n].value, 10 + n);
		flatmap_unpin(&pins[n]);
	}
	KUNIT_EXPECT_TRUE(test, chain_wait(chain_stats(map).regions_pinned == 0));
}

#define SHARDS_LIMIT	1000ULL

/*
 * The limit is the whole map's. One of so few entries would have one shard: this map is
 * made for many and then has all other room taken away.
 */
static void shards_limit(struct kunit *test)
{
	const struct flatmap_params params = {
		.max_entries	= SHARDS_OF(4),
		.key_size	= sizeof(u64),
		.value_size	= sizeof(u64),
		.hash		= FLATMAP_HASH_FAST,
	};
	struct flatmap *map = fx_map_with(test, &params);
	struct fm_whole *whole = map->whole;
	u64 key, value = 1;
	u32 i;

	whole->limit = SHARDS_LIMIT;
	for (i = 0; i < whole->stripes; i++)
		*fm_room(whole, i) = i ? 0 : SHARDS_LIMIT;
	for (key = 0; key < SHARDS_LIMIT; key++)
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL), 0);
	for (; key < 2 * SHARDS_LIMIT; key++)
		KUNIT_EXPECT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL),
				-ENOSPC);
	KUNIT_EXPECT_EQ(test, fx_entries(map), SHARDS_LIMIT);
	for (key = 0; key < SHARDS_LIMIT; key += 10) {
		u64 other = key + SHARDS_LIMIT;

		KUNIT_EXPECT_EQ(test, flatmap_delete(map, &key), 0);
		KUNIT_EXPECT_EQ(test, flatmap_insert(map, &other, &value, GFP_KERNEL), 0);
		KUNIT_EXPECT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL),
				-ENOSPC);
	}
	KUNIT_EXPECT_EQ(test, fx_entries(map), SHARDS_LIMIT);
}

static struct kunit_case shards_cases[] = {
	KUNIT_CASE(shards_how_many),
	KUNIT_CASE(shards_operations),
	KUNIT_CASE(shards_grow_alone),
	KUNIT_CASE(shards_iterate),
	KUNIT_CASE(shards_multimap),
	KUNIT_CASE(shards_pins),
	KUNIT_CASE(shards_limit),
	{}
};

static struct kunit_suite shards_suite = {
	.name = "shards",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.test_cases = shards_cases,
};

kunit_test_suite(shards_suite);
