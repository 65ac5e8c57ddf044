// SPDX-License-Identifier: GPL-2.0
/*
 * Flatness: a region is bytes and nothing else. A copy of a quiet one anywhere
 * else is the same table.
 */
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "fixture.h"

#define FLAT_KEYS	700

static u64 flat_key(u64 n)
{
	return n * 0x9e3779b97f4a7c15ULL;
}

/* Entries that came, went, were displaced, updated, and updated under a pin. */
static void flat_fill(struct kunit *test, struct flatmap *map)
{
	struct flatmap_pin pin;
	u64 n, key, value;

	for (n = 0; n < FLAT_KEYS; n++) {
		key = flat_key(n);
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &n, GFP_KERNEL), 0);
	}
	for (n = 0; n < FLAT_KEYS; n += 3) {
		key = flat_key(n);
		value = n + 1000;
		KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pin), 0);
		KUNIT_ASSERT_EQ(test, flatmap_update(map, &key, &value, GFP_KERNEL), 0);
		flatmap_unpin(&pin);
		KUNIT_ASSERT_EQ(test, flatmap_update(map, &key, &value, GFP_KERNEL), 0);
	}
	for (n = 0; n < FLAT_KEYS; n += 5) {
		key = flat_key(n);
		KUNIT_ASSERT_EQ(test, flatmap_delete(map, &key), 0);
	}
}

/* Is the key number @n there or not, and with which value, as flat_fill() left it? */
static void flat_expect(struct kunit *test, struct flatmap *map, u64 n)
{
	bool there = n < FLAT_KEYS && n % 5;
	u64 key = flat_key(n), value;

	KUNIT_ASSERT_EQ(test, flatmap_lookup(map, &key, &value, NULL),
			there ? 0 : -ENOENT);
	if (there)
		KUNIT_ASSERT_EQ(test, value, n % 3 ? n : n + 1000);
}

static int flat_copy_init(struct kunit_resource *resource, void *context)
{
	const struct fm_region *region = context;

	resource->data = vmalloc(region->bytes + 64);
	return resource->data ? 0 : -ENOMEM;
}

static void flat_copy_free(struct kunit_resource *resource)
{
	vfree(resource->data);
}

/* What a region needs to be a map's. */
struct flat_copy {
	struct flatmap map;
	struct fm_whole whole;
	struct fm_extent extent;
};

/* A map whose region is a copy of another's, a cache line off any page. */
static struct flatmap *flat_copy(struct kunit *test, const struct flatmap *map)
{
	struct flat_copy *copy = kunit_kzalloc(test, sizeof(*copy), GFP_KERNEL);
	void *memory = kunit_alloc_resource(test, flat_copy_init, flat_copy_free,
					    GFP_KERNEL, map->region);

	KUNIT_ASSERT_NOT_NULL(test, copy);
	KUNIT_ASSERT_NOT_NULL(test, memory);
	copy->whole = *map->whole;
	copy->whole.map = &copy->map;
	copy->map.whole = &copy->whole;
	copy->map.limited = map->limited;
	copy->map.words = map->words;
	copy->map.region = memory + 64;
	memcpy(copy->map.region, map->region, map->region->bytes);
	copy->map.last = copy->map.region;
	copy->extent.region = copy->map.region;
	copy->map.region->extent = &copy->extent;
	return &copy->map;
}

static void flat_copy_answers(struct kunit *test)
{
	struct flatmap_params params = {
		.entries = FLAT_KEYS,
		.key_size = 8,
		.value_size = 8,
		.flags = FLATMAP_FIXED,
	};
	struct flatmap *map, *copy;
	u64 n;

	for (params.hash = 0; params.hash <= FLATMAP_HASH_FAST; params.hash++) {
		map = flatmap_create(&params);
		KUNIT_ASSERT_FALSE(test, IS_ERR(map));
		flat_fill(test, map);
		copy = flat_copy(test, map);
		/* Whatever led back to the original would lead nowhere now. */
		memset(fm_group(map->region, 0), 0xff,
		       map->region->bytes - map->region->groups_at);
		flatmap_destroy(map);

		for (n = 0; n < FLAT_KEYS + 50; n++)
			flat_expect(test, copy, n);
		fx_check(test, copy);
	}
}

static void flat_copy_iterates_alike(struct kunit *test)
{
	struct flatmap *map = fx_map(test, FLAT_KEYS, 8, 8, FLATMAP_HASH_SIPHASH);
	u64 here = 0, there = 0, key[2] = {}, value[2];
	struct flatmap *copy;
	int err;

	flat_fill(test, map);
	copy = flat_copy(test, map);
	do {
		u64 last = key[0];

		err = fx_next(map, &here, &last, &key[0], &value[0]);
		KUNIT_ASSERT_EQ(test, fx_next(copy, &there, &last, &key[1], &value[1]),
				err);
		KUNIT_ASSERT_EQ(test, here, there);
		KUNIT_ASSERT_EQ(test, key[0], key[1]);
		KUNIT_ASSERT_EQ(test, value[0], value[1]);
	} while (!err);
}

/* A copy is a table of its own: it can change, and the original does not. */
static void flat_copy_lives_on(struct kunit *test)
{
	struct flatmap *map = fx_map(test, FLAT_KEYS, 8, 8, FLATMAP_HASH_SIPHASH);
	struct flatmap *copy;
	u64 n, key, value = 5;

	flat_fill(test, map);
	copy = flat_copy(test, map);
	for (n = 0; n < FLAT_KEYS; n++) {
		key = flat_key(n);
		KUNIT_ASSERT_EQ(test, flatmap_upsert(copy, &key, &value, GFP_KERNEL),
				n % 5 ? 1 : 0);
	}
	KUNIT_EXPECT_EQ(test, flatmap_insert(copy, &value, &value, GFP_KERNEL), -ENOSPC);
	fx_check(test, copy);
	for (n = 0; n < FLAT_KEYS; n++) {
		flat_expect(test, map, n);
		key = flat_key(n);
		KUNIT_ASSERT_EQ(test, flatmap_delete_return(copy, &key, &value), 0);
		KUNIT_ASSERT_EQ(test, value, 5);
	}
	KUNIT_EXPECT_EQ(test, fx_entries(copy), 0);
	fx_check(test, copy);
}

/* Groups of a new map are zero, and groups of zero are a table without entries. */
static void flat_zero_is_empty(struct kunit *test)
{
	struct flatmap *map = fx_map(test, FLAT_KEYS, 8, 8, FLATMAP_HASH_SIPHASH);
	size_t bytes = map->region->groups * FM_GROUP_WORDS * sizeof(u64);
	u64 n, key, value, position = 0;
	struct flatmap *copy;

	KUNIT_EXPECT_NULL(test, memchr_inv(fm_group(map->region, 0), 0, bytes));
	flat_fill(test, map);
	copy = flat_copy(test, map);
	memset(fm_group(copy->region, 0), 0, bytes);
	for (n = 0; n < FLAT_KEYS; n++) {
		key = flat_key(n);
		KUNIT_ASSERT_EQ(test, flatmap_lookup(copy, &key, NULL, NULL), -ENOENT);
		KUNIT_ASSERT_EQ(test, flatmap_delete(copy, &key), -ENOENT);
	}
	KUNIT_EXPECT_EQ(test, fx_next(copy, &position, NULL, &key, &value), -ENOENT);
}

/* The header says what the bytes mean. */
static void flat_header(struct kunit *test)
{
	const struct fm_region *region = fx_map64(test, 1000)->region;

	KUNIT_EXPECT_EQ(test, memcmp(&region->magic, "flatmap", 8), 0);
	KUNIT_EXPECT_EQ(test, region->format, FM_REGION_FORMAT);
	KUNIT_EXPECT_EQ(test, region->byte_order, 0x01020304);
	KUNIT_EXPECT_EQ(test, region->capacity, 1000);
	KUNIT_EXPECT_EQ(test, region->shape.key_size, 8);
	KUNIT_EXPECT_EQ(test, region->shape.value_size, 8);
	KUNIT_EXPECT_EQ(test, (unsigned long)fm_group(region, 0) % 64, 0);
	KUNIT_EXPECT_EQ(test, (unsigned long)fm_stripe(region, 0) % 64, 0);
}

static struct kunit_case flat_cases[] = {
	KUNIT_CASE(flat_copy_answers),
	KUNIT_CASE(flat_copy_iterates_alike),
	KUNIT_CASE(flat_copy_lives_on),
	KUNIT_CASE(flat_zero_is_empty),
	KUNIT_CASE(flat_header),
	{}
};

static struct kunit_suite flat_suite = {
	.name = "flat",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.test_cases = flat_cases,
};

kunit_test_suite(flat_suite);
