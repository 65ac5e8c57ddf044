// SPDX-License-Identifier: GPL-2.0
/*
 * Making a new value out of the present one: nothing that others do to it is lost,
 * and nobody sees it half made. (In all contexts: the exchange of model.h.)
 */
#include <linux/align.h>
#include <linux/delay.h>
#include <linux/sched.h>

#include "fixture.h"
#include "model.h"
#include "words.h"

#define MODIFY_KEY	5

/**
 * struct modify - a callback, and what it is to do besides adding to the value
 * @map: the map
 * @add: what it adds
 * @fail: what it returns
 * @between: what it lets happen in its first run, or NULL
 * @runs: how often it ran
 * @seen: the value in the last run
 * @looked_up: what a lookup found in the last run, after the value was changed
 */
struct modify {
	struct flatmap *map;
	u64 add;
	int fail;
	void (*between)(struct modify *modify);
	u32 runs;
	u64 seen, looked_up;
};

static int modify_add(void *value, void *arg)
{
	struct modify *modify = arg;
	u64 *now = value;

	modify->seen = *now;
	*now += modify->add;
	if (!modify->runs++ && modify->between)
		modify->between(modify);
	modify->looked_up = model_get(modify->map, MODIFY_KEY);
	return modify->fail;
}

static int modify_key(struct modify *modify)
{
	u64 key = MODIFY_KEY;

	return flatmap_modify(modify->map, &key, modify_add, modify, GFP_ATOMIC);
}

static int modify_or_insert(struct modify *modify, u64 initial)
{
	u64 key = MODIFY_KEY;

	return flatmap_modify_or_insert(modify->map, &key, &initial, modify_add, modify,
					GFP_ATOMIC);
}

static void modify_what_is_there(struct kunit *test)
{
	struct modify modify = { .map = fx_map64(test, 10), .add = 3 };

	KUNIT_EXPECT_EQ(test, modify_key(&modify), -ENOENT);
	KUNIT_EXPECT_EQ(test, modify.runs, 0);
	KUNIT_EXPECT_EQ(test, fx_entries(modify.map), 0);

	KUNIT_ASSERT_EQ(test, model_set(modify.map, MODIFY_KEY, 40), 0);
	KUNIT_EXPECT_EQ(test, modify_key(&modify), 0);
	KUNIT_EXPECT_EQ(test, modify.runs, 1);
	KUNIT_EXPECT_EQ(test, modify.seen, 40);
	KUNIT_EXPECT_EQ(test, modify.looked_up, 40);
	KUNIT_EXPECT_EQ(test, model_get(modify.map, MODIFY_KEY), 43);
}

static void modify_or_begin(struct kunit *test)
{
	struct modify modify = { .map = fx_map64(test, 10), .add = 3 };

	KUNIT_EXPECT_EQ(test, modify_or_insert(&modify, 70), 0);
	KUNIT_EXPECT_EQ(test, modify.seen, 70);
	KUNIT_EXPECT_EQ(test, modify.looked_up, MODEL_ABSENT);
	KUNIT_EXPECT_EQ(test, model_get(modify.map, MODIFY_KEY), 73);
	KUNIT_EXPECT_EQ(test, modify_or_insert(&modify, 70), 1);
	KUNIT_EXPECT_EQ(test, modify.seen, 73);
	KUNIT_EXPECT_EQ(test, model_get(modify.map, MODIFY_KEY), 76);
	KUNIT_EXPECT_EQ(test, fx_entries(modify.map), 1);
}

/* What the callback returns is the result, and all is as it was before. */
static void modify_error_changes_nothing(struct kunit *test)
{
	static const int errors[] = { -ERANGE, -ENOSPC, -ENOENT, -EAGAIN, 1 };
	struct modify modify = { .map = fx_map64(test, 10), .add = 3 };
	int err;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(errors); i++) {
		modify.fail = errors[i];
		err = errors[i] > 0 ? -EINVAL : errors[i];
		modify.runs = 0;
		KUNIT_ASSERT_EQ(test, model_set(modify.map, MODIFY_KEY, MODEL_ABSENT), 0);
		KUNIT_EXPECT_EQ(test, modify_or_insert(&modify, 70), err);
		KUNIT_EXPECT_EQ(test, fx_entries(modify.map), 0);
		KUNIT_ASSERT_EQ(test, model_set(modify.map, MODIFY_KEY, 40), 0);
		KUNIT_EXPECT_EQ(test, modify_key(&modify), err);
		KUNIT_EXPECT_EQ(test, modify_or_insert(&modify, 70), err);
		KUNIT_EXPECT_EQ(test, model_get(modify.map, MODIFY_KEY), 40);
		KUNIT_EXPECT_EQ(test, modify.runs, 3);
		fx_check(test, modify.map); /* no block is lost */
	}
}

static void modify_in_a_full_map(struct kunit *test)
{
	struct modify modify = { .map = fx_map64(test, 3), .add = 1 };
	u64 key;

	for (key = 100; key < 103; key++)
		KUNIT_ASSERT_EQ(test, model_set(modify.map, key, 1), 0);
	KUNIT_EXPECT_EQ(test, modify_or_insert(&modify, 70), -ENOSPC);
	KUNIT_EXPECT_EQ(test, fx_entries(modify.map), 3);
	key = 100;
	KUNIT_ASSERT_EQ(test, flatmap_delete(modify.map, &key), 0);
	KUNIT_EXPECT_EQ(test, modify_or_insert(&modify, 70), 0);
	KUNIT_EXPECT_EQ(test, modify_or_insert(&modify, 70), 1);
	KUNIT_EXPECT_EQ(test, modify_key(&modify), 0);
	KUNIT_EXPECT_EQ(test, model_get(modify.map, MODIFY_KEY), 73);
}

static void modify_pinned(struct kunit *test)
{
	struct modify modify = { .map = fx_map64(test, 10), .add = 3 };
	struct flatmap_pin pin;
	u64 key = MODIFY_KEY;

	KUNIT_ASSERT_EQ(test, model_set(modify.map, key, 40), 0);
	KUNIT_ASSERT_EQ(test, flatmap_pin(modify.map, &key, &pin), 0);
	KUNIT_EXPECT_EQ(test, modify_key(&modify), 0);
	KUNIT_EXPECT_EQ(test, modify_key(&modify), 0);
	KUNIT_EXPECT_EQ(test, modify.seen, 43);
	KUNIT_EXPECT_EQ(test, model_get(modify.map, key), 46);
	KUNIT_EXPECT_EQ(test, *(const u64 *)pin.value, 40);
	flatmap_unpin(&pin);
}

static void modify_update(struct modify *modify)
{
	model_set(modify->map, MODIFY_KEY, 1000);
}

static void modify_delete(struct modify *modify)
{
	model_set(modify->map, MODIFY_KEY, MODEL_ABSENT);
}

static void modify_replace(struct modify *modify)
{
	modify_delete(modify);
	modify_update(modify);
}

static void modify_twice(struct modify *modify)
{
	struct modify other = { .map = modify->map, .add = 200 };

	modify_key(&other);
	modify_key(&other);
}

/* If the value changes under a callback, it runs again on what there is then. */
static void modify_runs_again(struct kunit *test)
{
	struct modify modify = { .map = fx_map64(test, 10), .add = 3 };

	KUNIT_ASSERT_EQ(test, model_set(modify.map, MODIFY_KEY, 40), 0);
	modify.between = modify_update;
	KUNIT_EXPECT_EQ(test, modify_key(&modify), 0);
	KUNIT_EXPECT_EQ(test, modify.runs, 2);
	KUNIT_EXPECT_EQ(test, modify.seen, 1000);
	KUNIT_EXPECT_EQ(test, model_get(modify.map, MODIFY_KEY), 1003);

	modify.runs = 0;
	modify.between = modify_twice;
	KUNIT_EXPECT_EQ(test, modify_key(&modify), 0);
	KUNIT_EXPECT_EQ(test, modify.runs, 2);
	KUNIT_EXPECT_EQ(test, model_get(modify.map, MODIFY_KEY), 1406);

	modify.runs = 0;
	modify.between = modify_replace;
	KUNIT_EXPECT_EQ(test, modify_key(&modify), 0);
	KUNIT_EXPECT_EQ(test, modify.runs, 2);
	KUNIT_EXPECT_EQ(test, model_get(modify.map, MODIFY_KEY), 1003);

	modify.runs = 0;
	modify.between = modify_delete;
	KUNIT_EXPECT_EQ(test, modify_key(&modify), -ENOENT);
	KUNIT_EXPECT_EQ(test, modify.runs, 1);
	KUNIT_EXPECT_EQ(test, model_get(modify.map, MODIFY_KEY), MODEL_ABSENT);

	modify.runs = 0;
	modify.between = modify_update; /* inserts it */
	KUNIT_EXPECT_EQ(test, modify_or_insert(&modify, 70), 1);
	KUNIT_EXPECT_EQ(test, modify.runs, 2);
	KUNIT_EXPECT_EQ(test, model_get(modify.map, MODIFY_KEY), 1003);

	modify.runs = 0;
	modify.between = modify_delete;
	KUNIT_EXPECT_EQ(test, modify_or_insert(&modify, 70), 0);
	KUNIT_EXPECT_EQ(test, modify.runs, 2);
	KUNIT_EXPECT_EQ(test, model_get(modify.map, MODIFY_KEY), 73);
}

/* A value of which half would be noticed: each word is one more than the last. */
#define MODIFY_WORDS	6

/**
 * struct modify_large - a callback for such values
 * @map: the map
 * @first: the first word of the value that it was given last
 * @wrong: has it been given one that its key never had?
 */
struct modify_large {
	struct flatmap *map;
	u64 first;
	bool wrong;
};

static void modify_fill(u64 *value, u64 first)
{
	u32 i;

	for (i = 0; i < MODIFY_WORDS; i++)
		value[i] = first + i;
}

static bool modify_is_torn(const u64 *value)
{
	u32 i;

	for (i = 1; i < MODIFY_WORDS; i++) {
		if (value[i] != value[0] + i)
			return true;
	}
	return false;
}

static int modify_large_value(void *value, void *arg)
{
	struct modify_large *large = arg;

	large->first = *(u64 *)value;
	large->wrong |= modify_is_torn(value) || !IS_ALIGNED((uintptr_t)value, 8) ||
			(large->first != 1000 && large->first != 2000);
	modify_fill(value, large->first + 10);
	return 0;
}

static int modify_set_large(struct flatmap *map, u64 key, u64 first)
{
	u64 value[MODIFY_WORDS];

	modify_fill(value, first);
	return flatmap_upsert(map, &key, value, GFP_ATOMIC);
}

/* The value gets another block, and a key that prefers the old one takes it. */
static void modify_large_between(void *arg)
{
	struct modify_large *large = arg;

	modify_set_large(large->map, MODIFY_KEY, 2000);
	modify_set_large(large->map, MODIFY_KEY + 8, 9000);
}

/* At whichever step others change the value, the callback gets one that was there. */
static void modify_sees_committed_values(struct kunit *test)
{
	struct modify_large large = { .map = fx_map(test, 10, 8, 8 * MODIFY_WORDS,
						    FM_HASH_IDENTITY) };
	u64 key = MODIFY_KEY, other = MODIFY_KEY + 8, value[MODIFY_WORDS];
	struct fx_stop stop = {
		.hook = FX_ANY_HOOK,
		.action = modify_large_between,
		.arg = &large,
	};
	u32 after = 0;

	do {
		flatmap_delete(large.map, &other);
		KUNIT_ASSERT_GE(test, modify_set_large(large.map, key, 1000), 0);
		stop.after = after++;
		fx_arm(test, &stop);
		KUNIT_EXPECT_EQ(test, flatmap_modify(large.map, &key, modify_large_value,
						     &large, GFP_KERNEL), 0);
		fx_disarm(&stop);
		KUNIT_EXPECT_EQ(test, flatmap_lookup(large.map, &key, value, NULL), 0);
		KUNIT_EXPECT_FALSE(test, modify_is_torn(value));
		/* Before the update, which then replaced it, or after. */
		if (stop.reached && large.first == 1000)
			KUNIT_EXPECT_EQ(test, value[0], 2000);
		else
			KUNIT_EXPECT_EQ(test, value[0], stop.reached ? 2010 : 1010);
	} while (stop.reached);
	KUNIT_EXPECT_FALSE(test, large.wrong);
	KUNIT_EXPECT_GT(test, after, 10);
}

#define MODIFY_THREADS	4
#define MODIFY_TIMES	1500

struct modify_sum {
	struct flatmap *map;
	bool stop;
	u64 taken, deletes;
};

static int modify_increment(void *arg)
{
	struct modify_sum *sum = arg;
	struct modify modify = { .map = sum->map, .add = 1 };
	u32 i;

	for (i = 0; i < MODIFY_TIMES; i++) {
		if (modify_or_insert(&modify, 0) < 0)
			return i;
		if (!(i % 16))
			cond_resched();
	}
	return i;
}

/* Takes the counter away, to begin anew, and pins it now and then. */
static int modify_take(void *arg)
{
	struct modify_sum *sum = arg;
	u64 key = MODIFY_KEY, value, before;
	struct flatmap_pin pin;
	int moved = 0;

	while (!READ_ONCE(sum->stop)) {
		if (!flatmap_pin(sum->map, &key, &pin)) {
			before = READ_ONCE(*(const u64 *)pin.value);
			usleep_range(10, 20);
			moved += READ_ONCE(*(const u64 *)pin.value) != before;
			flatmap_unpin(&pin);
		}
		if (!flatmap_delete_return(sum->map, &key, &value)) {
			sum->taken += value;
			sum->deletes++;
		}
		usleep_range(50, 100);
	}
	return moved;
}

/* Increments by several threads add up, whoever pins or deletes the counter. */
static void modify_threads(struct kunit *test)
{
	struct modify_sum sum = { .map = fx_map64(test, 10) };
	struct fx_thread *thread, taker;
	u32 i;

	thread = kunit_kcalloc(test, MODIFY_THREADS, sizeof(*thread), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, thread);
	fx_start(test, &taker, 1, modify_take, &sum);
	for (i = 0; i < MODIFY_THREADS; i++)
		fx_start(test, &thread[i], i % 2, modify_increment, &sum);
	for (i = 0; i < MODIFY_THREADS; i++)
		KUNIT_EXPECT_EQ(test, fx_join(&thread[i]), MODIFY_TIMES);
	WRITE_ONCE(sum.stop, true);
	KUNIT_EXPECT_EQ(test, fx_join(&taker), 0);
	KUNIT_EXPECT_EQ(test, sum.taken + model_get(sum.map, MODIFY_KEY),
			MODIFY_THREADS * MODIFY_TIMES);
	KUNIT_EXPECT_GT(test, sum.deletes, 0);
}

static struct kunit_case modify_cases[] = {
	KUNIT_CASE(modify_what_is_there),
	KUNIT_CASE(modify_or_begin),
	KUNIT_CASE(modify_error_changes_nothing),
	KUNIT_CASE(modify_in_a_full_map),
	KUNIT_CASE(modify_pinned),
	KUNIT_CASE(modify_runs_again),
	KUNIT_CASE(modify_sees_committed_values),
	KUNIT_CASE(modify_threads),
	{}
};

static struct kunit_suite modify_suite = {
	.name = "modify",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.test_cases = modify_cases,
};

kunit_test_suite(modify_suite);
