// SPDX-License-Identifier: GPL-2.0
/*
 * What takes several entries together while they are on their way from one region to
 * the next: the values of one key of a multimap, and iteration.
 */
#include "chain.h"
#include "sets.h"
#include "words.h"

#define ACROSS_KEY	5
#define ACROSS_SET	0x13292

/* Home bits by turns, so that homes are split and joined. */
#define ACROSS_BITS	3
#define ACROSS_MORE	4

/* Not each step with each operation; fewer on debug kernels, which are emulated. */
#if defined(CONFIG_KASAN) || defined(CONFIG_KCSAN)
#define ACROSS_STRIDE	29
#else
#define ACROSS_STRIDE	5
#endif

static const struct sets_op across_ops[] = {
	{ .kind = SETS_VALUES },
	{ .kind = SETS_LOOKUP },
	{ .kind = SETS_PIN },
	{ .kind = SETS_ADD, .value = 5 },
	{ .kind = SETS_INSERT, .value = 5 },
	{ .kind = SETS_REPLACE, .old = 2, .value = 5 },
	{ .kind = SETS_REPLACE, .old = 9, .value = 1 },
	{ .kind = SETS_REPLACE, .old = 7, .value = 1 },
	{ .kind = SETS_DELETE_VALUE, .value = 2 },
	{ .kind = SETS_DELETE_VALUE, .value = 1 },
	{ .kind = SETS_DELETE_VALUE, .value = 7 },
	{ .kind = SETS_DELETE_RETURN },
};

/**
 * struct across - an operation and a move that meet
 * @map: the map
 * @next: the region that is linked when the move begins
 * @op: the operation
 * @look: at the values once what comes between is over
 * @pin: of the oldest value
 * @failed: did a move?
 */
struct across {
	struct flatmap *map;
	struct fm_region *next;
	struct sets_op op, look;
	struct flatmap_pin pin;
	bool failed;
};

static void across_prepare(struct kunit *test, struct across *across)
{
	struct flatmap *map = across->map;

	across->next = chain_prepare(test, map, ACROSS_BITS + ACROSS_MORE -
						map->region->bits);
}

/* Move all homes on. */
static void across_move(void *arg)
{
	struct across *across = arg;
	struct fm_region *first = across->map->region;
	u32 home;

	chain_link(across->map, across->next);
	for (home = 0; home < 1U << first->bits; home++)
		across->failed |= chain_move(first, (u64)home << (64 - first->bits)) < 0;
}

static void across_move_and_look(void *arg)
{
	struct across *across = arg;

	across_move(across);
	sets_do(&across->look);
}

static void across_operate(void *arg)
{
	struct across *across = arg;

	sets_do(&across->op);
}

static void across_operate_and_look(void *arg)
{
	struct across *across = arg;

	sets_do(&across->op);
	sets_do(&across->look);
}

/* Run @outer, and @inner at its hook number @after. */
static bool across_run(struct kunit *test, struct across *across,
		       void (*outer)(void *arg), void (*inner)(void *arg), u32 after)
{
	struct fx_stop stop = {
		.hook = FX_ANY_HOOK,
		.after = after,
		.action = inner,
		.arg = across,
	};

	fx_arm(test, &stop);
	outer(across);
	fx_disarm(&stop);
	if (!stop.reached)
		inner(across);
	return stop.reached;
}

/* The operation at step @after of a move, or a move at step @after of the operation. */
static bool across_meet(struct kunit *test, struct across *across,
			const struct sets_op *op, bool moves_first, bool pinned, u32 after)
{
	struct flatmap *map = across->map;
	u64 key = ACROSS_KEY, now;
	bool reached, right;

	KUNIT_ASSERT_EQ(test, sets_set(map, key, ACROSS_SET), 0);
	if (pinned)
		KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &across->pin), 0);
	across->op = *op;
	across->op.map = map;
	across->op.key = key;
	across->look = across->op;
	across->look.kind = SETS_VALUES;
	across_prepare(test, across);
	if (moves_first)
		reached = across_run(test, across, across_move, across_operate_and_look,
				     after);
	else
		reached = across_run(test, across, across_operate, across_move_and_look,
				     after);
	now = sets_get(map, key);
	/* After the operation, the look saw what it left; during it, either. */
	right = sets_explain(&across->op, &across->look, 1, ACROSS_SET, now);
	if (moves_first)
		right = right && across->look.got == now;
	KUNIT_EXPECT_TRUE_MSG(test, right,
			      "%u steps, kind %u gave %d (%llx), seen %d (%llx), now %llx",
			      after, op->kind, across->op.result, across->op.got,
			      across->look.result, across->look.got, now);
	KUNIT_EXPECT_FALSE(test, across->failed);
	fx_check(test, map);
	chain_drain(test, map);
	KUNIT_EXPECT_EQ(test, sets_get(map, key), now);
	if (pinned) {
		KUNIT_EXPECT_EQ(test, *(const u64 *)across->pin.value, 1);
		flatmap_unpin(&across->pin);
	}
	return reached;
}

static void across_sets(struct kunit *test, bool moves_first, bool pinned)
{
	struct across across = { .map = fx_growing64(test, 0, FLATMAP_MULTIMAP) };
	u32 i, after, hits = 0;

	for (i = 0; i < ARRAY_SIZE(across_ops); i++) {
		for (after = i % ACROSS_STRIDE;
		     across_meet(test, &across, &across_ops[i], moves_first, pinned, after);
		     after += ACROSS_STRIDE)
			hits++;
	}
	kunit_info(test, "%u times between steps", hits);
	KUNIT_EXPECT_GT(test, hits, 200 / ACROSS_STRIDE);
}

static void across_set_moves(struct kunit *test)
{
	across_sets(test, false, false);
}

static void across_pinned_set_moves(struct kunit *test)
{
	across_sets(test, false, true);
}

static void across_set_half_moved(struct kunit *test)
{
	across_sets(test, true, false);
}

static void across_pinned_set_half_moved(struct kunit *test)
{
	across_sets(test, true, true);
}

/* Below what makes the map grow; crowded, so that many lie beyond their home. */
#define ACROSS_ENTRIES	44

static u64 across_entry(u64 n)
{
	return n % 3 << (64 - ACROSS_BITS) | n / 3 << (64 - ACROSS_BITS - 4);
}

static struct flatmap *across_full_map(struct kunit *test, u32 flags)
{
	struct flatmap *map = fx_growing64(test, 0, flags);
	u64 n, key;

	for (n = 0; n < ACROSS_ENTRIES; n++) {
		key = across_entry(n);
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &key, GFP_KERNEL), 0);
	}
	return map;
}

/**
 * struct across_walk - going through a map
 * @across: the map, and what moves there
 * @cursor: where the walk is
 * @last: its last key
 * @count: entries so far
 * @wrong: those out of order, or with another's value
 */
struct across_walk {
	struct across across;
	struct flatmap_cursor cursor;
	u64 last;
	u32 count, wrong;
};

static void across_begin(struct across_walk *walk)
{
	walk->cursor = (struct flatmap_cursor) { .last = &walk->last };
	walk->count = 0;
	walk->wrong = 0;
}

/* One entry on; false at the end. */
static bool across_next(struct across_walk *walk)
{
	u64 key, value, before = walk->last;

	if (flatmap_next(walk->across.map, &walk->cursor, &key, &value))
		return false;
	walk->wrong += value != key || (walk->count && key <= before);
	walk->count++;
	return true;
}

static void across_walk(void *arg)
{
	struct across_walk *walk = arg;

	across_begin(walk);
	while (across_next(walk))
		;
}

/* All homes move at step @after of a walk, or there is a walk at that step of a move. */
static void across_walks(struct kunit *test, bool moves_first)
{
	struct across_walk walk = {
		.across.map = across_full_map(test, moves_first ? FLATMAP_MULTIMAP : 0),
	};
	bool reached = true;
	u32 after;

	for (after = 0; reached; after += ACROSS_STRIDE) {
		across_prepare(test, &walk.across);
		reached = moves_first ?
			  across_run(test, &walk.across, across_move, across_walk, after) :
			  across_run(test, &walk.across, across_walk, across_move, after);
		KUNIT_EXPECT_EQ(test, walk.count, ACROSS_ENTRIES);
		KUNIT_EXPECT_EQ(test, walk.wrong, 0);
		KUNIT_EXPECT_FALSE(test, walk.across.failed);
		chain_drain(test, walk.across.map);
	}
	KUNIT_EXPECT_GT(test, after, 300);
}

static void across_walk_while_moved(struct kunit *test)
{
	across_walks(test, false);
}

static void across_walk_half_moved(struct kunit *test)
{
	across_walks(test, true);
}

/* One cursor, and between any two entries another size of the map. */
static void across_cursor(struct kunit *test)
{
	struct across_walk walk = { .across.map = across_full_map(test, 0) };
	struct flatmap *map = walk.across.map;
	u32 round;

	for (round = 0; round < 3; round++) {
		across_begin(&walk);
		while (across_next(&walk)) {
			chain_extend(test, map, ACROSS_BITS + (walk.count + round) % 4);
			/* Some homes go now, the rest with the next size. */
			if (walk.count % 3)
				chain_drain(test, map);
			else
				chain_move(map->region, walk.last);
		}
		KUNIT_EXPECT_EQ(test, walk.count, ACROSS_ENTRIES);
		KUNIT_EXPECT_EQ(test, walk.wrong, 0);
		chain_drain(test, map);
	}
}

static struct kunit_case across_cases[] = {
	KUNIT_CASE(across_set_moves),
	KUNIT_CASE(across_pinned_set_moves),
	KUNIT_CASE(across_set_half_moved),
	KUNIT_CASE(across_pinned_set_half_moved),
	KUNIT_CASE(across_walk_while_moved),
	KUNIT_CASE(across_walk_half_moved),
	KUNIT_CASE(across_cursor),
	{}
};

static struct kunit_suite across_suite = {
	.name = "across",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.test_cases = across_cases,
};

kunit_test_suite(across_suite);
