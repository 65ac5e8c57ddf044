// SPDX-License-Identifier: GPL-2.0
/*
 * A home moves on between the steps of an operation on one of its keys, and operations
 * come between the steps of such a move: at each hook in turn, in place and on another
 * CPU. What each returns, and what is left, must be as if the move had changed nothing.
 */
#include "chain.h"
#include "model.h"
#include "words.h"

/* Home bits by turns, so that homes are split and joined. */
#define MOVING_BITS	3
#define MOVING_MORE	4

/* A key of home 0 in either. */
#define MOVING_KEY	5

#define MOVING_BEFORE	1
#define MOVING_VALUE	2

/* Not each step in each state; fewer on debug kernels, which are emulated. */
#if defined(CONFIG_KASAN) || defined(CONFIG_KCSAN)
#define MOVING_STRIDE	11
#else
#define MOVING_STRIDE	3
#endif

/* What the key is when the two meet. */
static const struct moving_state {
	u64 value;
	bool pinned, crowded;
} moving_states[] = {
	{ MODEL_ABSENT },
	{ MOVING_BEFORE },
	{ MOVING_BEFORE, .pinned = true },
	{ MODEL_ABSENT, .crowded = true },
	{ MOVING_BEFORE, .crowded = true },
	{ MOVING_BEFORE, .pinned = true, .crowded = true },
};

/**
 * struct moving - an operation and a move that meet
 * @map: the map
 * @next: the region that is linked when the move begins, or NULL if it already is
 * @op: the operation
 * @look: at the key once what comes between is over
 * @pin: of the key before, if the state says so
 * @moved: what the move returned
 */
struct moving {
	struct flatmap *map;
	struct fm_region *next;
	struct model_op op, look;
	struct flatmap_pin pin;
	int moved;
};

static int moving_operate(void *arg)
{
	struct moving *moving = arg;

	model_do(&moving->op);
	return 0;
}

static int moving_move(void *arg)
{
	struct moving *moving = arg;

	if (moving->next)
		chain_link(moving->map, moving->next);
	moving->next = NULL;
	moving->moved = chain_move(moving->map->region, MOVING_KEY);
	return 0;
}

static void moving_operate_and_look(void *arg)
{
	struct moving *moving = arg;

	model_do(&moving->op);
	model_do(&moving->look);
}

static void moving_move_and_look(void *arg)
{
	struct moving *moving = arg;

	moving_move(moving);
	model_do(&moving->look);
}

/* The key becomes what @state says, and there will be a region to move to. */
static void moving_prepare(struct kunit *test, struct moving *moving,
			   const struct moving_state *state)
{
	struct flatmap *map = moving->map;
	u64 key = MOVING_KEY, n;

	KUNIT_ASSERT_EQ(test, model_set(map, key, MODEL_ABSENT), 0);
	/* Seven more fill the home, so that the key comes to lie farther on. */
	for (n = 100; n < 107; n++)
		KUNIT_ASSERT_EQ(test, model_set(map, n, state->crowded ? n : MODEL_ABSENT),
				0);
	KUNIT_ASSERT_EQ(test, model_set(map, key, state->value), 0);
	if (state->pinned)
		KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &moving->pin), 0);
	moving->next = chain_prepare(test, map, MOVING_BITS + MOVING_MORE -
						map->region->bits);
	moving->op.map = map;
	moving->op.key = key;
	moving->op.value = MOVING_VALUE;
	moving->look = (struct model_op) { .map = map, .key = key, .kind = MODEL_LOOKUP };
}

/* The home has moved, all that was there is in the next region, and the map is sound. */
static void moving_expect(struct kunit *test, struct moving *moving,
			  const struct moving_state *state)
{
	struct flatmap *map = moving->map;
	u64 value = model_get(map, MOVING_KEY), n;

	KUNIT_EXPECT_GE(test, moving->moved, 0);
	KUNIT_EXPECT_EQ(test, chain_state(map->region, MOVING_KEY), FM_HOME_DONE);
	KUNIT_EXPECT_EQ(test, chain_count(map->region, MOVING_KEY), 0);
	KUNIT_EXPECT_EQ(test, chain_count(map->last, MOVING_KEY),
			(value != MODEL_ABSENT) + 7 * state->crowded);
	for (n = 100; n < 107; n++)
		KUNIT_EXPECT_EQ(test, model_get(map, n),
				state->crowded ? n : MODEL_ABSENT);
	if (state->pinned)
		KUNIT_EXPECT_EQ(test, *(const u64 *)moving->pin.value, state->value);
	fx_check(test, map);
	chain_drain(test, map);
	if (state->pinned)
		flatmap_unpin(&moving->pin);
	KUNIT_EXPECT_EQ(test, model_get(map, MOVING_KEY), value);
}

/*
 * Run @outer, and @inner at its hook number @after, in place or beside a thread that is
 * parked there. False if there are not that many.
 */
static bool moving_run(struct kunit *test, struct moving *moving, int (*outer)(void *arg),
		       void (*inner)(void *arg), u32 after, bool parked)
{
	struct fx_stop stop = {
		.hook = FX_ANY_HOOK,
		.after = after,
		.action = inner,
		.arg = moving,
	};
	struct fx_thread thread;
	bool reached;

	if (!parked) {
		fx_arm(test, &stop);
		outer(moving);
		fx_disarm(&stop);
		return stop.reached;
	}
	reached = fx_park(test, &thread, 1, outer, moving, FX_ANY_HOOK, after);
	if (reached)
		inner(moving);
	fx_join(&thread);
	return reached;
}

/* A move at step @after of the operation. */
static bool moving_comes_between(struct kunit *test, struct moving *moving,
				 const struct moving_state *state, u32 after, bool parked)
{
	bool reached;
	u64 now;

	moving_prepare(test, moving, state);
	reached = moving_run(test, moving, moving_operate, moving_move_and_look, after,
			     parked);
	if (!reached)
		moving_move_and_look(moving);
	now = model_get(moving->map, MOVING_KEY);
	KUNIT_EXPECT_TRUE_MSG(test,
			      reached ? model_either_order(&moving->op, &moving->look,
							   state->value, now) :
					model_explains(&moving->op, &moving->look,
						       state->value, now),
			      "kind %u gave %d (%llu); after %u steps the home moved and there was %d (%llu); now %llu",
			      moving->op.kind, moving->op.result, moving->op.got, after,
			      moving->look.result, moving->look.got, now);
	moving_expect(test, moving, state);
	return reached;
}

/* The operation at step @after of a move. */
static bool moving_is_disturbed(struct kunit *test, struct moving *moving,
				const struct moving_state *state, u32 after, bool parked)
{
	bool reached;
	u64 now;

	moving_prepare(test, moving, state);
	reached = moving_run(test, moving, moving_move, moving_operate_and_look, after,
			     parked);
	if (!reached)
		moving_operate_and_look(moving);
	now = model_get(moving->map, MOVING_KEY);
	KUNIT_EXPECT_TRUE_MSG(test, model_explains(&moving->op, &moving->look,
						   state->value, now),
			      "after %u steps of a move kind %u gave %d (%llu), then there was %d (%llu); now %llu",
			      after, moving->op.kind, moving->op.result, moving->op.got,
			      moving->look.result, moving->look.got, now);
	moving_expect(test, moving, state);
	return reached;
}

/* Both, at each step, for each state. */
static void moving_meets(struct kunit *test, enum model_kind kind)
{
	struct moving moving = { .op.kind = kind };
	const struct moving_state *state;
	u32 after, hits = 0;
	u32 from = 0;

	moving.map = fx_growing64(test, 0, 0);
	for (state = moving_states; state < moving_states + ARRAY_SIZE(moving_states);
	     state++) {
		from = (from + 5) % MOVING_STRIDE;
		for (after = from; moving_comes_between(test, &moving, state, after, false);
		     after += MOVING_STRIDE)
			hits++;
		for (after = from; moving_is_disturbed(test, &moving, state, after, false);
		     after += MOVING_STRIDE)
			hits++;
		/* Another CPU is slow to start: not each time. */
		if (!state->crowded)
			continue;
		for (after = from; moving_comes_between(test, &moving, state, after, true);
		     after += 19)
			hits++;
		for (after = from; moving_is_disturbed(test, &moving, state, after, true);
		     after += 19)
			hits++;
	}
	kunit_info(test, "%u times between steps", hits);
	KUNIT_EXPECT_GT(test, hits, 300 / MOVING_STRIDE);
}

static void moving_lookup(struct kunit *test)
{
	moving_meets(test, MODEL_LOOKUP);
}

static void moving_pin(struct kunit *test)
{
	moving_meets(test, MODEL_PIN);
}

static void moving_insert(struct kunit *test)
{
	moving_meets(test, MODEL_INSERT);
}

static void moving_update(struct kunit *test)
{
	moving_meets(test, MODEL_UPDATE);
}

static void moving_upsert(struct kunit *test)
{
	moving_meets(test, MODEL_UPSERT);
}

static void moving_modify(struct kunit *test)
{
	moving_meets(test, MODEL_EXCHANGE);
}

static void moving_delete(struct kunit *test)
{
	moving_meets(test, MODEL_DELETE);
}

static struct kunit_case moving_cases[] = {
	KUNIT_CASE(moving_lookup),
	KUNIT_CASE(moving_pin),
	KUNIT_CASE(moving_insert),
	KUNIT_CASE(moving_update),
	KUNIT_CASE(moving_upsert),
	KUNIT_CASE(moving_modify),
	KUNIT_CASE(moving_delete),
	{}
};

static struct kunit_suite moving_suite = {
	.name = "moving",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.test_cases = moving_cases,
};

kunit_test_suite(moving_suite);
