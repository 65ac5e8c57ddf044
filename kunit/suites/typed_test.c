// SPDX-License-Identifier: GPL-2.0
/*
 * Maps with types: on the same map, each call does what the one without types does.
 */
#include <linux/sched.h>

#include "fixture.h"
#include "typed.h"
#include "words.h"

#define TYPED_ENTRIES	100

/* Does the lookup without types find the value that stands for @n? Or none, if it is -1. */
static bool typed_holds(struct flatmap *map, const void *key, int n)
{
	u8 value[TYPED_MOST];
	int err;

	err = flatmap_lookup(map, key, value, NULL);
	return n < 0 ? err == -ENOENT :
	       !err && typed_is(value, map->region->shape.value_size, n);
}

static void typed_describe(const struct typed_calls *const *calls, char *description)
{
	snprintf(description, KUNIT_PARAM_DESC_SIZE, "%u-byte keys, %u-byte values",
		 (*calls)->key_size, (*calls)->value_size);
}

KUNIT_ARRAY_PARAM(typed, typed_maps, typed_describe);

/* One key through all calls, and what is there after each. */
static void typed_call_all(struct kunit *test, const struct typed_calls *calls, u8 n)
{
	u8 key[TYPED_MOST], value[TYPED_MOST], other[TYPED_MOST] = {}, m = n + 1;
	struct flatmap *map = *calls->map;

	typed_fill(key, calls->key_size, n);
	typed_fill(value, calls->value_size, n);
	KUNIT_EXPECT_EQ(test, calls->lookup(key, other), -ENOENT);
	KUNIT_EXPECT_EQ(test, calls->update(key, value), -ENOENT);
	KUNIT_EXPECT_EQ(test, calls->modify(key, n), -ENOENT);
	KUNIT_EXPECT_EQ(test, calls->insert(key, value), 0);
	KUNIT_EXPECT_EQ(test, calls->insert(key, value), -EEXIST);
	KUNIT_EXPECT_TRUE(test, typed_holds(map, key, n));
	KUNIT_EXPECT_EQ(test, calls->lookup(key, other), 0);
	KUNIT_EXPECT_TRUE(test, typed_is(other, calls->value_size, n));
	KUNIT_EXPECT_EQ(test, other[calls->value_size], 0);

	typed_fill(other, calls->value_size, m);
	KUNIT_EXPECT_EQ(test, calls->update(key, other), 0);
	KUNIT_EXPECT_TRUE(test, typed_holds(map, key, m));
	KUNIT_EXPECT_EQ(test, calls->replace(key, other, value), 0);
	KUNIT_EXPECT_EQ(test, calls->replace(key, other, value), -ENOENT);
	KUNIT_EXPECT_TRUE(test, typed_holds(map, key, n));
	KUNIT_EXPECT_EQ(test, calls->modify(key, m), 0);
	KUNIT_EXPECT_TRUE(test, typed_holds(map, key, m));
	KUNIT_EXPECT_EQ(test, calls->upsert(key, value), 1);
	KUNIT_EXPECT_TRUE(test, typed_holds(map, key, n));
	KUNIT_EXPECT_EQ(test, calls->delete_value(key, other), -ENOENT);
	KUNIT_EXPECT_EQ(test, calls->delete_value(key, value), 0);
	KUNIT_EXPECT_TRUE(test, typed_holds(map, key, -1));
	KUNIT_EXPECT_EQ(test, calls->modify_or_insert(key, value, m), 0);
	KUNIT_EXPECT_TRUE(test, typed_holds(map, key, m));
	KUNIT_EXPECT_EQ(test, calls->modify_or_insert(key, value, n), 1);
	KUNIT_EXPECT_TRUE(test, typed_holds(map, key, n));
	KUNIT_EXPECT_EQ(test, calls->delete(key), 0);
	KUNIT_EXPECT_EQ(test, calls->delete(key), -ENOENT);
	KUNIT_EXPECT_EQ(test, calls->upsert(key, value), 0);
	KUNIT_EXPECT_TRUE(test, typed_holds(map, key, n));
}

/* Many keys through all calls, then all of them with a cursor of either kind. */
static void typed_agrees(struct kunit *test)
{
	const struct typed_calls *calls = *(const struct typed_calls **)test->param_value;
	u8 key[TYPED_MOST], same[TYPED_MOST], last[TYPED_MOST];
	struct flatmap_cursor untyped = { .last = last };
	u8 value[TYPED_MOST], equal[TYPED_MOST];
	u32 i;

	KUNIT_ASSERT_EQ(test, calls->create(TYPED_ENTRIES, calls->key_size > 4 ?
					    FLATMAP_HASH_FAST : FLATMAP_HASH_SIPHASH), 0);
	for (i = 0; i < TYPED_ENTRIES; i++)
		typed_call_all(test, calls, i);
	KUNIT_EXPECT_EQ(test, fx_entries(*calls->map), TYPED_ENTRIES);
	for (i = 0; !calls->next(key, value); i++) {
		KUNIT_EXPECT_EQ(test, flatmap_next(*calls->map, &untyped, same, equal), 0);
		KUNIT_EXPECT_EQ(test, memcmp(key, same, calls->key_size), 0);
		KUNIT_EXPECT_EQ(test, memcmp(value, equal, calls->value_size), 0);
		KUNIT_EXPECT_TRUE(test, typed_is(value, calls->value_size, key[0]));
	}
	KUNIT_EXPECT_EQ(test, i, TYPED_ENTRIES);
	fx_check(test, *calls->map);
	calls->destroy();
}

static void typed_multimap_agrees(struct kunit *test)
{
	struct typed_counters value, values[4];
	struct typed_groups_cursor cursor = {};
	struct flatmap_result result;
	struct typed_address key;
	struct typed_groups typed;
	u32 i, n;

	KUNIT_ASSERT_EQ(test, typed_groups_create(&typed, TYPED_ENTRIES,
						  FLATMAP_HASH_SIPHASH), 0);
	for (i = 0; i < TYPED_ENTRIES; i++) {
		typed_fill(&key, sizeof(key), i / 4);
		typed_fill(&value, sizeof(value), i);
		KUNIT_EXPECT_EQ(test, typed_groups_insert(&typed, &key, &value, GFP_KERNEL),
				i % 4 ? -EEXIST : 0);
		if (i % 4)
			KUNIT_EXPECT_EQ(test, typed_groups_add(&typed, &key, &value,
							       GFP_KERNEL), 0);
	}
	for (i = 0; i < TYPED_ENTRIES / 4; i++) {
		typed_fill(&key, sizeof(key), i);
		KUNIT_EXPECT_EQ(test, typed_groups_values(&typed, &key, values, 4, &result),
				0);
		KUNIT_EXPECT_EQ(test, result.values, 4);
		for (n = 0; n < 4; n++)
			KUNIT_EXPECT_TRUE(test, typed_is(&values[n], sizeof(value),
							 4 * i + n));
	}
	for (i = 0; !typed_groups_next(&typed, &cursor, &key, &value); i++)
		KUNIT_EXPECT_TRUE(test, typed_is(&value, sizeof(value),
						 4 * key.bytes[0] + i % 4));
	KUNIT_EXPECT_EQ(test, i, TYPED_ENTRIES);

	typed_fill(&value, sizeof(value), 200);
	typed_fill(&key, sizeof(key), 0);
	KUNIT_EXPECT_EQ(test, typed_groups_replace(&typed, &key, &values[1], &value,
						   GFP_KERNEL), -ENOENT);
	typed_fill(&key, sizeof(key), TYPED_ENTRIES / 4 - 1);
	KUNIT_EXPECT_EQ(test, typed_groups_replace(&typed, &key, &values[1], &value,
						   GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, typed_groups_delete_value(&typed, &key, &values[0]), 0);
	KUNIT_EXPECT_TRUE(test, typed_holds(typed.map, &key, 200));
	KUNIT_EXPECT_EQ(test, typed_groups_delete(&typed, &key), 0);
	KUNIT_EXPECT_EQ(test, fx_entries(typed.map), TYPED_ENTRIES - 4);
	fx_check(test, typed.map);
	typed_groups_destroy(&typed);
}

static void typed_create_fails(struct kunit *test)
{
	struct typed_sets multimap;
	struct typed_u64 map;

	KUNIT_EXPECT_EQ(test, typed_u64_create(&map, 0, FLATMAP_HASH_FAST + 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, typed_u64_create(&map, FLATMAP_ENTRIES_MAX + 1,
					       FLATMAP_HASH_FAST), -E2BIG);
	KUNIT_EXPECT_EQ(test, typed_sets_create(&multimap, 10, 77), -EINVAL);
}

/**
 * struct typed_writer - updates a value in the middle of a lookup
 * @test: the case
 * @stop: where
 * @flows: the map
 * @key: the key
 * @value: what is there
 * @left: how often it still does
 */
struct typed_writer {
	struct kunit *test;
	struct fx_stop stop;
	struct typed_flows flows;
	struct typed_flow key;
	u8 value, left;
};

static void typed_write(void *arg)
{
	struct typed_writer *writer = arg;
	struct typed_state state;

	typed_fill(&state, sizeof(state), ++writer->value);
	typed_flows_upsert(&writer->flows, &writer->key, &state, GFP_ATOMIC);
	if (writer->left && --writer->left)
		fx_arm(writer->test, &writer->stop);
}

/*
 * The value is updated @times times, each at step @after of the lookup; false if there
 * are not that many steps. The lookup sees one of the values, whole.
 */
static bool typed_disturb(struct kunit *test, struct typed_writer *writer,
			  enum fm_hook hook, u32 after, u8 times)
{
	struct typed_state state;

	writer->value = 0;
	writer->left = 0;
	typed_write(writer);
	writer->left = times;
	writer->stop = (struct fx_stop) {
		.hook = hook,
		.after = after,
		.action = typed_write,
		.arg = writer,
	};
	fx_arm(test, &writer->stop);
	KUNIT_EXPECT_EQ(test, typed_flows_lookup(&writer->flows, &writer->key, &state), 0);
	fx_disarm(&writer->stop);
	KUNIT_EXPECT_TRUE(test, typed_is(&state, sizeof(state), *(u8 *)&state));
	KUNIT_EXPECT_GE(test, *(u8 *)&state, 1);
	KUNIT_EXPECT_LE(test, *(u8 *)&state, writer->value);
	return writer->stop.reached;
}

/* At each step once; then so often that the lookup must do it in another way. */
static void typed_lookup_while_updated(struct kunit *test)
{
	struct typed_writer writer = { .test = test, .key = { 1, 2 } };
	u32 after = 0;
	u8 times;

	KUNIT_ASSERT_EQ(test, typed_flows_create(&writer.flows, 10, FLATMAP_HASH_FAST), 0);
	while (typed_disturb(test, &writer, FX_ANY_HOOK, after, 1))
		after++;
	KUNIT_EXPECT_GE(test, after, 4);
	for (times = 1; times < 30; times++)
		KUNIT_EXPECT_TRUE(test, typed_disturb(test, &writer, FM_HOOK_COPIED, 0,
						      times));
	fx_check(test, writer.flows.map);
	typed_flows_destroy(&writer.flows);
}

static struct kunit_case typed_cases[] = {
	KUNIT_CASE_PARAM(typed_agrees, typed_gen_params),
	KUNIT_CASE(typed_multimap_agrees),
	KUNIT_CASE(typed_create_fails),
	KUNIT_CASE(typed_lookup_while_updated),
	{}
};

static struct kunit_suite typed_suite = {
	.name = "typed",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.test_cases = typed_cases,
};

kunit_test_suite(typed_suite);
