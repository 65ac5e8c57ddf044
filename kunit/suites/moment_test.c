// SPDX-License-Identifier: GPL-2.0
/*
 * Operations on the values of one key that come between the steps of another one:
 * what each sees, and what is left, must be as if each had happened at one moment.
 * What makes it so: every change bumps the version of the key's home.
 */
#include <linux/sched.h>

#include "fixture.h"
#include "sets.h"
#include "words.h"

#define MOMENT_KEY	5
#define MOMENT_CROWD	6

/* What the key is when two operations meet. */
static const struct moment_state {
	u64 set;
	bool pinned, crowded;
} moment_states[] = {
	{ 0 },
	{ 0x2 },
	{ 0x2, .pinned = true },
	{ 0x132 },
	{ 0x132, .crowded = true },
	{ 0x132, .pinned = true, .crowded = true },
};

/* What comes between. */
static const struct sets_op moment_others[] = {
	{ .kind = SETS_VALUES },
	{ .kind = SETS_LOOKUP },
	{ .kind = SETS_PIN },
	{ .kind = SETS_ADD, .value = 5 },
	{ .kind = SETS_INSERT, .value = 5 },
	{ .kind = SETS_REPLACE, .old = 1, .value = 2 },
	{ .kind = SETS_REPLACE, .old = 2, .value = 5 },
	{ .kind = SETS_DELETE_VALUE, .value = 1 },
	{ .kind = SETS_DELETE_VALUE, .value = 2 },
	{ .kind = SETS_DELETE_RETURN },
};

/**
 * struct moment - an operation, and what comes between its steps
 * @outer: the operation
 * @inner: what comes between: another one, and a look at what it has done
 * @pin: of the oldest value, if the state says so
 */
struct moment {
	struct sets_op outer, inner[2];
	struct flatmap_pin pin;
};

static int moment_outer(void *arg)
{
	struct moment *moment = arg;

	sets_do(&moment->outer);
	return 0;
}

static void moment_inner(void *arg)
{
	struct moment *moment = arg;

	sets_do(&moment->inner[0]);
	sets_do(&moment->inner[1]);
}

static void moment_prepare(struct kunit *test, struct flatmap *map,
			   const struct moment_state *state, struct moment *moment)
{
	u64 key = MOMENT_KEY;

	KUNIT_ASSERT_EQ(test, sets_set(map, MOMENT_KEY, 0), 0);
	KUNIT_ASSERT_EQ(test, sets_set(map, MOMENT_CROWD, state->crowded ? 0x7777777 : 0),
			0);
	KUNIT_ASSERT_EQ(test, sets_set(map, MOMENT_KEY, state->set), 0);
	if (state->pinned)
		KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &moment->pin), 0);
}

/*
 * Let the other operations come between after @after steps, in place, or while a
 * thread is parked there. False if there are not that many steps.
 */
static bool moment_at(struct kunit *test, struct moment *moment, u32 after,
		      const struct moment_state *state, bool parked)
{
	struct flatmap *map = moment->outer.map;
	struct fx_stop stop = {
		.hook = FX_ANY_HOOK,
		.after = after,
		.action = moment_inner,
		.arg = moment,
	};
	struct fx_thread thread;
	bool reached;

	moment_prepare(test, map, state, moment);
	if (parked) {
		reached = fx_park(test, &thread, 1, moment_outer, moment, FX_ANY_HOOK,
				  after);
		if (reached)
			moment_inner(moment);
		fx_join(&thread);
	} else {
		fx_arm(test, &stop);
		moment_outer(moment);
		fx_disarm(&stop);
		reached = stop.reached;
	}
	KUNIT_EXPECT_TRUE_MSG(test,
			      sets_explain(&moment->outer, moment->inner, reached ? 2 : 0,
					   state->set, sets_get(map, MOMENT_KEY)),
			      "%llx: kind %u gave %d (%llx), after %u steps kind %u gave %d (%llx), then there was %llx, and is %llx",
			      state->set, moment->outer.kind, moment->outer.result,
			      moment->outer.got, after, moment->inner[0].kind,
			      moment->inner[0].result, moment->inner[0].got,
			      moment->inner[1].got, sets_get(map, MOMENT_KEY));
	if (state->pinned) {
		KUNIT_EXPECT_EQ(test, *(const u64 *)moment->pin.value,
				state->set == 0x2 ? 2 : 1);
		flatmap_unpin(&moment->pin);
	}
	return reached;
}

/* Each other operation at each step of @outer, in each state. */
static void moment_between(struct kunit *test, struct sets_op outer)
{
	struct flatmap *map = fx_multimap64(test, 100);
	const struct moment_state *state;
	struct moment moment;
	u32 i, after, hits = 0;
	bool parked;

	outer.map = map;
	outer.key = MOMENT_KEY;
	for (state = moment_states;
	     state < moment_states + ARRAY_SIZE(moment_states); state++) {
		for (i = 0; i < ARRAY_SIZE(moment_others); i++) {
			moment.outer = outer;
			moment.inner[0] = moment_others[i];
			moment.inner[0].map = map;
			moment.inner[0].key = MOMENT_KEY;
			moment.inner[1] = moment.inner[0];
			moment.inner[1].kind = SETS_VALUES;
			/* Another CPU is slow to start: not each time. */
			parked = state->pinned && state->crowded && !(i % 3);
			for (after = 0; moment_at(test, &moment, after, state, false);
			     after++)
				hits++;
			for (after = 0; parked && moment_at(test, &moment, after, state,
							    true); after += 7)
				hits++;
		}
		fx_check(test, map);
	}
	kunit_info(test, "%u times between steps", hits);
	KUNIT_EXPECT_GT(test, hits, 200);
}

static void moment_values(struct kunit *test)
{
	moment_between(test, (struct sets_op) { .kind = SETS_VALUES });
}

static void moment_lookup(struct kunit *test)
{
	moment_between(test, (struct sets_op) { .kind = SETS_LOOKUP });
}

static void moment_pin(struct kunit *test)
{
	moment_between(test, (struct sets_op) { .kind = SETS_PIN });
}

static void moment_add(struct kunit *test)
{
	moment_between(test, (struct sets_op) { .kind = SETS_ADD, .value = 4 });
}

static void moment_insert(struct kunit *test)
{
	moment_between(test, (struct sets_op) { .kind = SETS_INSERT, .value = 4 });
}

static void moment_replace(struct kunit *test)
{
	moment_between(test, (struct sets_op) {
		.kind	= SETS_REPLACE,
		.old	= 2,
		.value	= 4,
	});
}

static void moment_delete_value(struct kunit *test)
{
	moment_between(test, (struct sets_op) { .kind = SETS_DELETE_VALUE, .value = 2 });
}

static void moment_delete_return(struct kunit *test)
{
	moment_between(test, (struct sets_op) { .kind = SETS_DELETE_RETURN });
}

/* A change bumps the version of its home; reading, or failing, does not. */
static void moment_versions(struct kunit *test)
{
	struct flatmap *map = fx_multimap64(test, 100);
	u64 *home = fm_group(map->region, 0);
	const struct moment_state *state;
	struct moment moment;
	u64 before, had;
	u32 i;

	for (state = moment_states;
	     state < moment_states + ARRAY_SIZE(moment_states); state++) {
		for (i = 0; i < ARRAY_SIZE(moment_others); i++) {
			moment.outer = moment_others[i];
			moment.outer.map = map;
			moment.outer.key = MOMENT_KEY;
			moment_prepare(test, map, state, &moment);
			had = state->set;
			before = *home;
			sets_do(&moment.outer);
			KUNIT_EXPECT_TRUE(test, sets_step(&moment.outer, &had));
			KUNIT_EXPECT_EQ_MSG(test, fm_same_version(*home, before),
					    had == state->set, "%llx: kind %u",
					    state->set, moment.outer.kind);
			if (state->pinned)
				flatmap_unpin(&moment.pin);
		}
	}
}

/**
 * struct moment_adder - adds a value each time a removal has found what to remove
 * @test: the case
 * @map: the map
 * @stop: where it is called
 * @value: what it adds next
 * @until: and the last that it adds
 */
struct moment_adder {
	struct kunit *test;
	struct flatmap *map;
	struct fx_stop stop;
	u64 value, until;
};

static void moment_add_one(void *arg)
{
	struct moment_adder *adder = arg;

	sets_add(adder->map, MOMENT_KEY, adder->value++);
	if (adder->value <= adder->until)
		fx_arm(adder->test, &adder->stop);
}

/* Removing all values ends, however many come meanwhile, and leaves those. */
static void moment_delete_ends(struct kunit *test)
{
	struct moment_adder adder = {
		.test	= test,
		.map	= fx_multimap64(test, 100),
		.stop	= {
			.hook	= FM_HOOK_SEARCHED,
			.action	= moment_add_one,
		},
		.value	= 4,
		.until	= 15,
	};
	u64 key = MOMENT_KEY;

	adder.stop.arg = &adder;
	KUNIT_ASSERT_EQ(test, sets_set(adder.map, key, 0x123), 0);
	fx_arm(test, &adder.stop);
	KUNIT_EXPECT_EQ(test, flatmap_delete(adder.map, &key), 0);
	fx_disarm(&adder.stop);
	KUNIT_EXPECT_GE(test, adder.value, 7);
	KUNIT_EXPECT_LT(test, adder.value, 15);
	/* Of the values that were there at the beginning none is left. */
	KUNIT_EXPECT_EQ(test, sets_get(adder.map, key),
			0x456789abcdefULL >> 4 * (16 - adder.value));
}

static struct kunit_case moment_cases[] = {
	KUNIT_CASE(moment_values),
	KUNIT_CASE(moment_lookup),
	KUNIT_CASE(moment_pin),
	KUNIT_CASE(moment_add),
	KUNIT_CASE(moment_insert),
	KUNIT_CASE(moment_replace),
	KUNIT_CASE(moment_delete_value),
	KUNIT_CASE(moment_delete_return),
	KUNIT_CASE(moment_versions),
	KUNIT_CASE(moment_delete_ends),
	{}
};

static struct kunit_suite moment_suite = {
	.name = "moment",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.test_cases = moment_cases,
};

kunit_test_suite(moment_suite);
