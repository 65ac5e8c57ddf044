// SPDX-License-Identifier: GPL-2.0
/*
 * Writers whose search is out of date: between it and the change, the entry's
 * slot word has gone and come back, identical, with something else behind it. They
 * must notice, search again, and act on what is there now.
 */
#include "words.h"

/* What a case puts in the slot that the writer has found. */
enum stale_with {
	STALE_OTHER_KEY,
	STALE_OTHER_VALUE,
};

/* Where the entry lies, and how it is. */
enum stale_layout {
	STALE_AT_HOME,
	STALE_PINNED,
	STALE_DISPLACED,
	STALE_LAYOUTS,
};

/**
 * struct stale - a writer, and what happens after its search
 * @map: the map
 * @action: what the writer does
 * @with: what takes the place of what it found
 * @layout: where that is
 * @key: the writer's key, with the value 1
 * @other: a key with the same tag, which prefers the same block
 * @pin: of what is in the slot, in the layout that has one
 * @result: what the writer returned
 * @value: the value that it removed
 * @failed: did something not work?
 * @same: did the word come back?
 */
struct stale {
	struct flatmap *map;
	int (*action)(struct stale *stale);
	enum stale_with with;
	enum stale_layout layout;
	u64 key, other;
	struct flatmap_pin pin;
	int result;
	u64 value;
	bool failed, same;
};

static void stale_pin(struct stale *stale, u64 key)
{
	if (stale->layout == STALE_PINNED)
		stale->failed |= flatmap_pin(stale->map, &key, &stale->pin) != 0;
}

static void stale_unpin(struct stale *stale)
{
	if (stale->layout == STALE_PINNED)
		flatmap_unpin(&stale->pin);
}

static void stale_insert(struct stale *stale, u64 key, u64 value)
{
	stale->failed |= flatmap_insert(stale->map, &key, &value, GFP_ATOMIC) != 0;
}

static void stale_update(struct stale *stale, u64 value)
{
	stale->failed |= flatmap_update(stale->map, &stale->key, &value,
					GFP_ATOMIC) != 0;
}

/* Put something else where the writer has found its key. */
static void stale_replace(void *arg)
{
	struct stale *stale = arg;
	u64 before = fx_slot_word(stale->map, stale->key, NULL);
	bool other = stale->with == STALE_OTHER_KEY;

	stale_unpin(stale);
	if (other) {
		stale->failed |= flatmap_delete(stale->map, &stale->key) != 0;
		stale_insert(stale, stale->other, 8);
	} else {
		stale_update(stale, 2);
		stale_update(stale, 3);
	}
	stale_pin(stale, other ? stale->other : stale->key);
	stale->same = before == fx_slot_word(stale->map,
					     other ? stale->other : stale->key, NULL);
}

static int stale_write(void *arg)
{
	struct stale *stale = arg;

	stale->result = stale->action(stale);
	return 0;
}

static void stale_prepare(struct stale *stale)
{
	u64 i, key;

	for (i = 0; i < 7; i++) {
		key = fx_key(stale->map, 0, 16 + i);
		flatmap_delete(stale->map, &key);
		if (stale->layout == STALE_DISPLACED)
			stale_insert(stale, key, 9);
	}
	flatmap_delete(stale->map, &stale->key);
	flatmap_delete(stale->map, &stale->other);
	stale_insert(stale, stale->key, 1);
	stale_pin(stale, stale->key);
}

/* The writer, and what comes between its search and the change. */
static void stale_run(struct kunit *test, struct stale *stale, bool parked)
{
	struct fx_stop stop = {
		.hook = FM_HOOK_SEARCHED,
		.action = stale_replace,
		.arg = stale,
	};
	struct fx_thread writer;

	stale_prepare(stale);
	if (parked) {
		KUNIT_EXPECT_TRUE(test, fx_park(test, &writer, 1, stale_write, stale,
						FM_HOOK_SEARCHED, 0));
		stale_replace(stale);
		fx_join(&writer);
	} else {
		fx_arm(test, &stop);
		stale_write(stale);
		fx_disarm(&stop);
		KUNIT_EXPECT_TRUE(test, stop.reached);
	}
	KUNIT_EXPECT_FALSE(test, stale->failed);
	KUNIT_EXPECT_TRUE(test, stale->same);
}

/* What a key has in the end; 0 if it is not there. */
static u64 stale_lookup(struct stale *stale, u64 key)
{
	u64 value;

	return flatmap_lookup(stale->map, &key, &value, NULL) ? 0 : value;
}

/**
 * struct stale_result - what must come of it
 * @result: of the writer
 * @removed: the value that it removed
 * @value: of the key in the end; 0 if it is not there
 */
struct stale_result {
	int result;
	u64 removed;
	u64 value;
};

static void stale_everywhere(struct kunit *test, int (*action)(struct stale *stale),
			     const struct stale_result *with_other_key,
			     const struct stale_result *with_other_value)
{
	struct stale stale = { .map = fx_map64(test, 100), .action = action };
	const struct stale_result *right;
	u32 parked;

	stale.key = fx_key(stale.map, 0, 7);
	stale.other = fx_key(stale.map, 0, 15);
	for (; stale.layout < STALE_LAYOUTS; stale.layout++) {
		for (parked = 0; parked < 2; parked++) {
			stale.with = STALE_OTHER_KEY;
			stale.value = 0;
			right = with_other_key;
			stale_run(test, &stale, parked);
			KUNIT_EXPECT_EQ(test, stale.result, right->result);
			KUNIT_EXPECT_EQ(test, stale.value, right->removed);
			KUNIT_EXPECT_EQ(test, stale_lookup(&stale, stale.key),
					right->value);
			KUNIT_EXPECT_EQ(test, stale_lookup(&stale, stale.other), 8);
			stale_unpin(&stale);

			stale.with = STALE_OTHER_VALUE;
			stale.value = 0;
			right = with_other_value;
			stale_run(test, &stale, parked);
			KUNIT_EXPECT_EQ(test, stale.result, right->result);
			KUNIT_EXPECT_EQ(test, stale.value, right->removed);
			KUNIT_EXPECT_EQ(test, stale_lookup(&stale, stale.key),
					right->value);
			stale_unpin(&stale);
		}
	}
}

static int stale_do_update(struct stale *stale)
{
	u64 value = 50;

	return flatmap_update(stale->map, &stale->key, &value, GFP_ATOMIC);
}

static void stale_update_acts_on_what_is_there(struct kunit *test)
{
	static const struct stale_result other_key = { -ENOENT, 0, 0 };
	static const struct stale_result other_value = { 0, 0, 50 };

	stale_everywhere(test, stale_do_update, &other_key, &other_value);
}

static int stale_do_upsert(struct stale *stale)
{
	u64 value = 50;

	return flatmap_upsert(stale->map, &stale->key, &value, GFP_ATOMIC);
}

static void stale_upsert_acts_on_what_is_there(struct kunit *test)
{
	static const struct stale_result other_key = { 0, 0, 50 };
	static const struct stale_result other_value = { 1, 0, 50 };

	stale_everywhere(test, stale_do_upsert, &other_key, &other_value);
}

static int stale_do_delete(struct stale *stale)
{
	int err = flatmap_delete_return(stale->map, &stale->key, &stale->value);

	if (err)
		stale->value = 0;
	return err;
}

/* Above all, the value it returns is the one that it removed. */
static void stale_delete_acts_on_what_is_there(struct kunit *test)
{
	static const struct stale_result other_key = { -ENOENT, 0, 0 };
	static const struct stale_result other_value = { 0, 3, 0 };

	stale_everywhere(test, stale_do_delete, &other_key, &other_value);
}

static void stale_arrival(void *arg)
{
	struct stale *stale = arg;

	stale_insert(stale, stale->key, 2);
}

static void stale_arrival_and_departure(void *arg)
{
	struct stale *stale = arg;

	stale_arrival(stale);
	stale->failed |= flatmap_delete(stale->map, &stale->key) != 0;
}

/* The writer found no such key. Now there is one, or has been. */
static int stale_after_arrival(struct kunit *test, void (*arrival)(void *arg),
			       int (*write)(struct flatmap *map, const void *key,
					    const void *value, gfp_t gfp), u64 right)
{
	struct stale stale = { .map = fx_map64(test, 100) };
	struct fx_stop stop = {
		.hook = FM_HOOK_SEARCHED,
		.action = arrival,
		.arg = &stale,
	};
	u64 value = 1;
	int result;

	stale.key = fx_key(stale.map, 3, 3);
	fx_arm(test, &stop);
	result = write(stale.map, &stale.key, &value, GFP_KERNEL);
	fx_disarm(&stop);
	KUNIT_EXPECT_TRUE(test, stop.reached);
	KUNIT_EXPECT_FALSE(test, stale.failed);
	KUNIT_EXPECT_EQ(test, stale_lookup(&stale, stale.key), right);
	KUNIT_EXPECT_EQ(test, fx_entries(stale.map), 1);
	return result;
}

static void stale_insert_sees_arrivals(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, stale_after_arrival(test, stale_arrival,
						  flatmap_insert, 2), -EEXIST);
	KUNIT_EXPECT_EQ(test, stale_after_arrival(test, stale_arrival,
						  flatmap_upsert, 1), 1);
	KUNIT_EXPECT_EQ(test, stale_after_arrival(test, stale_arrival_and_departure,
						  flatmap_insert, 1), 0);
	KUNIT_EXPECT_EQ(test, stale_after_arrival(test, stale_arrival_and_departure,
						  flatmap_upsert, 1), 0);
}

/* A pin that has counted itself in a slot with something else undoes that. */
static int stale_pin_after(struct kunit *test, struct stale *stale,
			   enum stale_with with, struct flatmap_pin *pin)
{
	struct fx_stop stop = {
		.hook = FM_HOOK_PINNING,
		.action = stale_replace,
		.arg = stale,
	};
	int err;

	stale->with = with;
	stale_prepare(stale);
	fx_arm(test, &stop);
	err = flatmap_pin(stale->map, &stale->key, pin);
	fx_disarm(&stop);
	KUNIT_EXPECT_TRUE(test, stop.reached && stale->same && !stale->failed);
	return err;
}

static void stale_pin_looks_again(struct kunit *test)
{
	struct stale stale = { .map = fx_map64(test, 100) };
	struct flatmap_pin pin;
	int err;

	stale.key = fx_key(stale.map, 0, 7);
	stale.other = fx_key(stale.map, 0, 15);
	err = stale_pin_after(test, &stale, STALE_OTHER_KEY, &pin);
	KUNIT_EXPECT_EQ(test, err, -ENOENT);
	KUNIT_EXPECT_EQ(test, fm_readers(fx_slot_word(stale.map, stale.other, NULL)), 0);
	if (!err)
		flatmap_unpin(&pin);

	KUNIT_ASSERT_EQ(test, stale_pin_after(test, &stale, STALE_OTHER_VALUE, &pin), 0);
	KUNIT_EXPECT_EQ(test, *(const u64 *)pin.value, 3);
	KUNIT_EXPECT_EQ(test, fm_readers(fx_slot_word(stale.map, stale.key, NULL)), 1);
	flatmap_unpin(&pin);
}

static struct kunit_case stale_cases[] = {
	KUNIT_CASE(stale_update_acts_on_what_is_there),
	KUNIT_CASE(stale_upsert_acts_on_what_is_there),
	KUNIT_CASE(stale_delete_acts_on_what_is_there),
	KUNIT_CASE(stale_insert_sees_arrivals),
	KUNIT_CASE(stale_pin_looks_again),
	{}
};

static struct kunit_suite stale_suite = {
	.name = "stale",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.test_cases = stale_cases,
};

kunit_test_suite(stale_suite);
