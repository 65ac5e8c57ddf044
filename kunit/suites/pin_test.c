// SPDX-License-Identifier: GPL-2.0
/*
 * Pins: a pinned value stays where and what it is until it is unpinned, whatever
 * happens to the entry. (What happens then: the suite "release".)
 */
#include "fixture.h"

static int pin_insert(struct flatmap *map, u64 key, u64 value)
{
	return flatmap_insert(map, &key, &value, GFP_KERNEL);
}

static int pin_update(struct flatmap *map, u64 key, u64 value)
{
	return flatmap_update(map, &key, &value, GFP_KERNEL);
}

static int pin_delete(struct flatmap *map, u64 key)
{
	return flatmap_delete(map, &key);
}

/* The value of @key, or 0. */
static u64 pin_lookup(struct flatmap *map, u64 key)
{
	u64 value;

	return flatmap_lookup(map, &key, &value, NULL) ? 0 : value;
}

static u64 pin_value(const struct flatmap_pin *pin)
{
	return *(const u64 *)pin->value;
}

static struct flatmap_pin *pin_array(struct kunit *test, u32 n)
{
	struct flatmap_pin *pins = kunit_kcalloc(test, n, sizeof(*pins), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, pins);
	return pins;
}

/* A map with one entry: key 1, value 100. It is pinned. */
static struct flatmap *pin_map(struct kunit *test, u64 entries,
			       struct flatmap_pin *pin)
{
	struct flatmap *map = fx_map64(test, entries);
	u64 key = 1;

	KUNIT_ASSERT_EQ(test, pin_insert(map, key, 100), 0);
	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, pin), 0);
	return map;
}

static void pin_reads_in_place(struct kunit *test)
{
	struct flatmap_pin pin;
	struct flatmap *map = pin_map(test, 10, &pin);
	u64 absent = 2;

	KUNIT_EXPECT_EQ(test, *(u64 *)pin.key, 1);
	KUNIT_EXPECT_EQ(test, pin_value(&pin), 100);
	KUNIT_EXPECT_EQ(test, (unsigned long)pin.value % 8, 0);
	KUNIT_EXPECT_EQ(test, pin.result.values, 1);
	flatmap_unpin(&pin);
	KUNIT_EXPECT_EQ(test, flatmap_pin(map, &absent, &pin), -ENOENT);
}

static void pin_is_counted(struct kunit *test)
{
	struct flatmap_pin pin[3];
	struct flatmap *map = pin_map(test, 10, &pin[0]);
	u64 key = 1;

	KUNIT_EXPECT_EQ(test, fm_readers(fx_slot_word(map, key, NULL)), 1);
	KUNIT_EXPECT_EQ(test, flatmap_pin(map, &key, &pin[1]), 0);
	KUNIT_EXPECT_EQ(test, flatmap_pin(map, &key, &pin[2]), 0);
	KUNIT_EXPECT_EQ(test, fm_readers(fx_slot_word(map, key, NULL)), 3);
	KUNIT_EXPECT_PTR_EQ(test, pin[2].value, pin[0].value);
	fx_check(test, map);
	flatmap_unpin(&pin[0]);
	flatmap_unpin(&pin[2]);
	KUNIT_EXPECT_EQ(test, fm_readers(fx_slot_word(map, key, NULL)), 1);
	flatmap_unpin(&pin[1]);
	KUNIT_EXPECT_EQ(test, fm_readers(fx_slot_word(map, key, NULL)), 0);
}

static void pin_255_readers(struct kunit *test)
{
	struct flatmap_pin *pins = pin_array(test, FM_READERS_MAX), more;
	struct flatmap *map = pin_map(test, 10, &pins[0]);
	u64 key = 1;
	u32 i;

	for (i = 1; i < FM_READERS_MAX; i++)
		KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pins[i]), 0);

	KUNIT_EXPECT_EQ(test, flatmap_pin(map, &key, &more), -EBUSY);
	KUNIT_EXPECT_EQ(test, pin_lookup(map, 1), 100);
	flatmap_unpin(&pins[7]);
	KUNIT_EXPECT_EQ(test, flatmap_pin(map, &key, &pins[7]), 0);
	KUNIT_EXPECT_EQ(test, flatmap_pin(map, &key, &more), -EBUSY);

	/* The new value has no readers yet. */
	KUNIT_EXPECT_EQ(test, pin_update(map, 1, 200), 0);
	KUNIT_EXPECT_EQ(test, flatmap_pin(map, &key, &more), 0);
	KUNIT_EXPECT_EQ(test, pin_value(&more), 200);
	KUNIT_EXPECT_EQ(test, pin_delete(map, 1), 0);
	fx_check(test, map);
	for (i = 0; i < FM_READERS_MAX; i++) {
		KUNIT_EXPECT_EQ(test, pin_value(&pins[i]), 100);
		flatmap_unpin(&pins[i]);
	}
	flatmap_unpin(&more);
}

/* Nothing else gets the block: the map is filled, emptied and filled again. */
static void pin_outlives_delete(struct kunit *test)
{
	struct flatmap_pin pin;
	struct flatmap *map = pin_map(test, 30, &pin);
	u64 key, round;

	KUNIT_EXPECT_EQ(test, pin_delete(map, 1), 0);
	KUNIT_EXPECT_EQ(test, pin_delete(map, 1), -ENOENT);
	KUNIT_EXPECT_EQ(test, pin_update(map, 1, 1), -ENOENT);
	KUNIT_EXPECT_EQ(test, pin_lookup(map, 1), 0);
	for (round = 0; round < 4; round++) {
		for (key = 1; key <= 30; key++)
			KUNIT_EXPECT_EQ(test, pin_insert(map, key, key + 1000), 0);
		for (key = 1; key <= 30; key++)
			KUNIT_EXPECT_EQ(test, pin_update(map, key, key + 2000), 0);
		fx_check(test, map);
		KUNIT_EXPECT_EQ(test, *(u64 *)pin.key, 1);
		KUNIT_EXPECT_EQ(test, pin_value(&pin), 100);
		for (key = 1; key <= 30; key++)
			KUNIT_EXPECT_EQ(test, pin_delete(map, key), 0);
	}
	flatmap_unpin(&pin);
}

static void pin_outlives_update(struct kunit *test)
{
	struct flatmap_pin *pin = pin_array(test, 20), last;
	struct flatmap *map = pin_map(test, 30, &pin[0]);
	u64 key = 1;
	u32 i;

	/* Twenty values of one key, each with a reader. */
	for (i = 1; i < 20; i++) {
		KUNIT_ASSERT_EQ(test, pin_update(map, 1, 100 + i), 0);
		KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pin[i]), 0);
	}
	KUNIT_EXPECT_EQ(test, fx_entries(map), 1);
	KUNIT_EXPECT_EQ(test, pin_lookup(map, 1), 119);
	fx_check(test, map);
	for (i = 0; i < 20; i++) {
		KUNIT_EXPECT_EQ(test, pin_value(&pin[i]), 100 + i);
		flatmap_unpin(&pin[i]);
	}
	KUNIT_EXPECT_EQ(test, flatmap_pin(map, &key, &last), 0);
	KUNIT_EXPECT_EQ(test, pin_value(&last), 119);
	flatmap_unpin(&last);
}

/* After a delete under a pin the key is free: inserts are unique all the same. */
static void pin_insert_after_delete(struct kunit *test)
{
	struct flatmap_pin *pin = pin_array(test, 20);
	struct flatmap *map = pin_map(test, 30, &pin[0]);
	u64 key = 1;
	u32 i;

	for (i = 1; i < 20; i++) {
		KUNIT_ASSERT_EQ(test, pin_delete(map, 1), 0);
		KUNIT_ASSERT_EQ(test, pin_insert(map, 1, 100 + i), 0);
		KUNIT_ASSERT_EQ(test, pin_insert(map, 1, 7), -EEXIST);
		KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pin[i]), 0);
	}
	KUNIT_EXPECT_EQ(test, fx_entries(map), 1);
	for (i = 0; i < 20; i++) {
		KUNIT_EXPECT_EQ(test, pin_value(&pin[i]), 100 + i);
		flatmap_unpin(&pin[i]);
		KUNIT_EXPECT_EQ(test, pin_insert(map, 1, 7), -EEXIST);
	}
	KUNIT_EXPECT_EQ(test, pin_lookup(map, 1), 119);
}

/* Poorer entries push the rest of the group out, and leave the pinned ones. */
static void pin_keeps_its_slot(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 1000);
	struct flatmap_pin pin[3];
	u64 n, key, word;
	u32 i, group;

	for (n = 0; n < 7; n++)
		KUNIT_ASSERT_EQ(test, pin_insert(map, fx_key(map, 6, n), n), 0);
	for (i = 0; i < 3; i++) {
		key = fx_key(map, 6, 2 * i);
		KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pin[i]), 0);
	}
	for (n = 0; n < 21; n++)
		KUNIT_ASSERT_EQ(test, pin_insert(map, fx_key(map, 5, n), n), 0);
	for (i = 0; i < 3; i++) {
		key = fx_key(map, 6, 2 * i);
		word = fx_slot_word(map, key, &group);
		KUNIT_EXPECT_EQ(test, group, 6);
		KUNIT_EXPECT_EQ(test, *pin[i].slot, word);
		KUNIT_EXPECT_EQ(test, *(u64 *)pin[i].key, key);
	}
	fx_check(test, map);
	for (n = 1; n < 6; n += 2) {
		KUNIT_EXPECT_NE(test, fx_slot_word(map, fx_key(map, 6, n), &group), 0);
		KUNIT_EXPECT_EQ(test, group, 8);
	}
	for (i = 0; i < 3; i++)
		flatmap_unpin(&pin[i]);
}

/* Pinned old values take up blocks: once they have all, updates fail, no more. */
static void pin_every_block(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 1);
	struct flatmap_pin *pins = pin_array(test, map->region->blocks);
	u64 key = 1, n = 0;
	int err;

	KUNIT_ASSERT_EQ(test, pin_insert(map, 1, 0), 0);
	do {
		KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pins[n]), 0);
		err = pin_update(map, 1, ++n);
	} while (!err);
	KUNIT_EXPECT_EQ(test, err, -ENOSPC);
	KUNIT_EXPECT_GT(test, n, 8);
	KUNIT_EXPECT_EQ(test, flatmap_upsert(map, &key, &n, GFP_KERNEL), -ENOSPC);
	KUNIT_EXPECT_EQ(test, pin_lookup(map, 1), n - 1);
	KUNIT_EXPECT_EQ(test, pin_update(map, 2, n), -ENOENT);
	KUNIT_EXPECT_EQ(test, pin_insert(map, 1, n), -EEXIST);
	fx_check(test, map);

	flatmap_unpin(&pins[0]);
	KUNIT_EXPECT_EQ(test, pin_update(map, 1, n), 0);
	KUNIT_EXPECT_EQ(test, pin_lookup(map, 1), n);
	while (--n) {
		KUNIT_EXPECT_EQ(test, pin_value(&pins[n]), n);
		flatmap_unpin(&pins[n]);
	}
}

struct pin_gone {
	struct flatmap *map;
	struct flatmap_pin pin;
};

static void pin_delete_and_unpin(void *arg)
{
	struct pin_gone *gone = arg;

	pin_delete(gone->map, 1);
	flatmap_unpin(&gone->pin);
}

/*
 * An upsert that found its entry pinned, but then the entry goes, and its slot
 * is the first empty one for what the upsert places. It has to add the entry.
 */
static void pin_gone_before_upsert(struct kunit *test)
{
	struct pin_gone gone;
	struct fx_stop stop = {
		.hook = FM_HOOK_WRITING,
		.action = pin_delete_and_unpin,
		.arg = &gone,
	};
	u64 key = 1, value = 7;

	gone.map = pin_map(test, 10, &gone.pin);
	fx_arm(test, &stop);
	KUNIT_EXPECT_EQ(test, flatmap_upsert(gone.map, &key, &value, GFP_KERNEL), 0);
	KUNIT_EXPECT_TRUE(test, stop.reached);
	fx_disarm(&stop);
	KUNIT_EXPECT_EQ(test, pin_lookup(gone.map, 1), 7);
	KUNIT_EXPECT_EQ(test, fx_entries(gone.map), 1);
}

static struct kunit_case pin_cases[] = {
	KUNIT_CASE(pin_reads_in_place),
	KUNIT_CASE(pin_is_counted),
	KUNIT_CASE(pin_255_readers),
	KUNIT_CASE(pin_outlives_delete),
	KUNIT_CASE(pin_outlives_update),
	KUNIT_CASE(pin_insert_after_delete),
	KUNIT_CASE(pin_keeps_its_slot),
	KUNIT_CASE(pin_every_block),
	KUNIT_CASE(pin_gone_before_upsert),
	{}
};

static struct kunit_suite pin_suite = {
	.name = "pin",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.test_cases = pin_cases,
};

kunit_test_suite(pin_suite);
