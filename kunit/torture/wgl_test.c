// SPDX-License-Identifier: GPL-2.0
/*
 * The checker, in userspace: histories of which it is known whether they are
 * linearizable, and random ones, which a search through all orders judges as well.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "model.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* At most so many operations are in a history; the rest of it is zeros. */
#define HISTORY_OPS	16

/* Operations of a random history, each by an actor of its own. */
#define RANDOM_OPS	6
#define RANDOM_HISTORIES	200000

/* From @begin to @end, @kind; it wrote @w and returned @r and the value @g. */
#define OP(begin, end, k, w, r, g) {				\
	.invoked = (begin), .responded = (end), .kind = (k),	\
	.wrote = (w), .result = (r), .got = (g),		\
}

/* The same for one that wanted the old value @o. */
#define OP_IF(begin, end, k, o, w, r) {				\
	.invoked = (begin), .responded = (end), .kind = (k),	\
	.old = (o), .wrote = (w), .result = (r),		\
}

/* What the checker says of @count operations of as many actors, at first absent. */
static enum wgl_verdict verdict(const struct torture_op *ops, unsigned int count,
				wgl_model model)
{
	enum wgl_verdict said = WGL_FINE;
	unsigned int i, time;
	struct wgl wgl;

	assert_int_equal(wgl_init(&wgl, model, TORTURE_ABSENT), 0);
	for (time = 0; time < 100 && said == WGL_FINE; time++) {
		for (i = 0; i < count && said == WGL_FINE; i++) {
			if (!ops[i].responded)
				continue;
			if (ops[i].invoked == time)
				wgl_invoke(&wgl, i, &ops[i]);
			if (ops[i].responded == time)
				said = wgl_respond(&wgl, i);
		}
	}
	wgl_free(&wgl);
	return said;
}

/**
 * struct history - a history that is known
 * @name: what happens in it
 * @model: of what
 * @verdict: is it linearizable?
 * @ops: what was done, each by another actor
 */
struct history {
	const char *name;
	wgl_model model;
	enum wgl_verdict verdict;
	struct torture_op ops[HISTORY_OPS];
};

static const struct history histories[] = {
	{ "one after another", torture_model_map, WGL_FINE, {
		OP(0, 1, TORTURE_LOOKUP, 0, -ENOENT, 0),
		OP(2, 3, TORTURE_INSERT, 7, 0, 0),
		OP(4, 5, TORTURE_INSERT, 8, -EEXIST, 0),
		OP(6, 7, TORTURE_UPSERT, 9, 1, 0),
		OP(8, 9, TORTURE_PIN, 0, 0, 9),
		OP(10, 11, TORTURE_DELETE, 0, 0, 9),
		OP(12, 13, TORTURE_UPDATE, 5, -ENOENT, 0),
		OP(14, 15, TORTURE_UPSERT, 6, 0, 0),
		OP(16, 17, TORTURE_UPDATE, 4, -ENOSPC, 0),
		OP(18, 19, TORTURE_UPSERT, 3, -EAGAIN, 0),
		OP(20, 21, TORTURE_LOOKUP, 0, 0, 6),
	} },
	{ "the later one first", torture_model_map, WGL_FINE, {
		OP(0, 9, TORTURE_INSERT, 7, -EEXIST, 0),
		OP(1, 5, TORTURE_INSERT, 8, 0, 0),
		OP(6, 7, TORTURE_LOOKUP, 0, 0, 8),
	} },
	{ "seen before it responds", torture_model_map, WGL_FINE, {
		OP(0, 9, TORTURE_INSERT, 7, 0, 0),
		OP(1, 2, TORTURE_LOOKUP, 0, 0, 7),
		OP(3, 4, TORTURE_LOOKUP, 0, 0, 7),
	} },
	{ "came and went meanwhile", torture_model_map, WGL_FINE, {
		OP(0, 9, TORTURE_LOOKUP, 0, 0, 7),
		OP(1, 2, TORTURE_INSERT, 7, 0, 0),
		OP(3, 4, TORTURE_DELETE, 0, 0, 7),
	} },
	{ "put off past others", torture_model_map, WGL_FINE, {
		OP(0, 20, TORTURE_UPSERT, 7, 1, 0),
		OP(1, 2, TORTURE_INSERT, 8, 0, 0),
		OP(3, 4, TORTURE_LOOKUP, 0, 0, 8),
		OP(5, 6, TORTURE_LOOKUP, 0, 0, 8),
		OP(7, 8, TORTURE_LOOKUP, 0, 0, 7),
		OP(9, 10, TORTURE_DELETE, 0, 0, 7),
	} },
	{ "inserted twice", torture_model_map, WGL_VIOLATION, {
		OP(0, 3, TORTURE_INSERT, 7, 0, 0),
		OP(1, 2, TORTURE_INSERT, 8, 0, 0),
	} },
	{ "deleted twice", torture_model_map, WGL_VIOLATION, {
		OP(0, 1, TORTURE_INSERT, 7, 0, 0),
		OP(2, 5, TORTURE_DELETE, 0, 0, 7),
		OP(3, 4, TORTURE_DELETE, 0, 0, 7),
	} },
	{ "stale", torture_model_map, WGL_VIOLATION, {
		OP(0, 1, TORTURE_INSERT, 7, 0, 0),
		OP(2, 3, TORTURE_UPDATE, 8, 0, 0),
		OP(4, 5, TORTURE_LOOKUP, 0, 0, 7),
	} },
	{ "back in time", torture_model_map, WGL_VIOLATION, {
		OP(0, 1, TORTURE_INSERT, 7, 0, 0),
		OP(2, 9, TORTURE_UPDATE, 8, 0, 0),
		OP(3, 4, TORTURE_LOOKUP, 0, 0, 8),
		OP(5, 6, TORTURE_LOOKUP, 0, 0, 7),
	} },
	{ "absent though there", torture_model_map, WGL_VIOLATION, {
		OP(0, 1, TORTURE_INSERT, 7, 0, 0),
		OP(2, 7, TORTURE_UPDATE, 8, 0, 0),
		OP(3, 6, TORTURE_LOOKUP, 0, -ENOENT, 0),
	} },
	{ "never committed", torture_model_map, WGL_VIOLATION, {
		OP(0, 1, TORTURE_INSERT, 7, 0, 0),
		OP(2, 9, TORTURE_INSERT, 8, -EEXIST, 0),
		OP(3, 4, TORTURE_LOOKUP, 0, 0, 8),
	} },
	{ "read before it was written", torture_model_map, WGL_VIOLATION, {
		OP(0, 1, TORTURE_LOOKUP, 0, 0, 7),
		OP(2, 3, TORTURE_INSERT, 7, 0, 0),
	} },
	{ "two readers disagree", torture_model_map, WGL_VIOLATION, {
		OP(0, 1, TORTURE_INSERT, 6, 0, 0),
		OP(2, 20, TORTURE_UPDATE, 7, 0, 0),
		OP(3, 21, TORTURE_UPDATE, 8, 0, 0),
		OP(4, 5, TORTURE_LOOKUP, 0, 0, 7),
		OP(6, 7, TORTURE_LOOKUP, 0, 0, 8),
		OP(8, 9, TORTURE_LOOKUP, 0, 0, 7),
	} },
	{ "modified one after the other", torture_model_map, WGL_FINE, {
		OP(0, 1, TORTURE_INSERT, 5, 0, 0),
		OP(2, 8, TORTURE_MODIFY, 6, 0, 7),
		OP(3, 7, TORTURE_MODIFY, 7, 0, 5),
		OP(9, 10, TORTURE_PUT, 8, 1, 6),
		OP_IF(11, 12, TORTURE_REPLACE, 6, 9, -ENOENT),
		OP_IF(13, 14, TORTURE_REPLACE, 8, 9, 0),
		OP_IF(15, 16, TORTURE_DELETE_VALUE, 8, 0, -ENOENT),
		OP_IF(17, 18, TORTURE_DELETE_VALUE, 9, 0, 0),
		OP(19, 20, TORTURE_PUT, 4, 0, 0),
	} },
	{ "a modification lost", torture_model_map, WGL_VIOLATION, {
		OP(0, 1, TORTURE_INSERT, 5, 0, 0),
		OP(2, 8, TORTURE_MODIFY, 6, 0, 5),
		OP(3, 7, TORTURE_MODIFY, 7, 0, 5),
	} },
	{ "many values", torture_model_multimap, WGL_FINE, {
		OP(0, 1, TORTURE_ADD, 1, 0, 0),
		OP(2, 3, TORTURE_ADD, 2, 0, 0),
		OP(4, 5, TORTURE_ADD, 1, 0, 0),
		OP(6, 7, TORTURE_VALUES, 0, 0, 0x121),
		OP(8, 9, TORTURE_LOOKUP, 0, 0, TORTURE_FIRST_OF(3, 1)),
		OP_IF(10, 11, TORTURE_REPLACE, 1, 3, 0),
		OP(12, 13, TORTURE_VALUES, 0, 0, 0x123),
		OP_IF(14, 15, TORTURE_DELETE_VALUE, 2, 0, 0),
		OP(16, 17, TORTURE_VALUES, 0, 0, 0x13),
		OP(18, 19, TORTURE_INSERT, 4, -EEXIST, 0),
		OP(20, 21, TORTURE_DELETE, 0, 0, 3),
		OP(22, 23, TORTURE_HAS, 0, 0, 1),
		OP(24, 25, TORTURE_DELETE, 0, 0, 1),
		OP(26, 27, TORTURE_VALUES, 0, -ENOENT, 0),
	} },
	{ "added meanwhile in either order", torture_model_multimap, WGL_FINE, {
		OP(0, 5, TORTURE_ADD, 1, 0, 0),
		OP(1, 4, TORTURE_ADD, 2, 0, 0),
		OP(6, 7, TORTURE_VALUES, 0, 0, 0x12),
	} },
	{ "a set that never was", torture_model_multimap, WGL_VIOLATION, {
		OP(0, 1, TORTURE_ADD, 1, 0, 0),
		OP(2, 9, TORTURE_VALUES, 0, 0, 0x21),
		OP_IF(3, 4, TORTURE_DELETE_VALUE, 1, 0, 0),
		OP(5, 6, TORTURE_ADD, 2, 0, 0),
	} },
	{ "iterated to what was gone", torture_model_multimap, WGL_VIOLATION, {
		OP(0, 1, TORTURE_ADD, 1, 0, 0),
		OP(2, 3, TORTURE_DELETE, 0, 0, 1),
		OP(4, 5, TORTURE_HAS, 0, 0, 1),
	} },
};

static void known(void **state)
{
	const struct history *history = *state;

	assert_int_equal(verdict(history->ops, HISTORY_OPS, history->model),
			 history->verdict);
}

/* Is there an order of those whose bits are in @left? All orders are tried. */
static bool explained(const struct torture_op *ops, unsigned int left, __u64 state)
{
	unsigned int i, j;

	if (!left)
		return true;
	for (i = 0; i < RANDOM_OPS; i++) {
		bool first = left & 1U << i;
		__u64 after = state;

		for (j = 0; j < RANDOM_OPS && first; j++)
			first = !(left & 1U << j && ops[j].responded < ops[i].invoked);
		if (first && torture_model_map(&ops[i], &after) &&
		    explained(ops, left & ~(1U << i), after))
			return true;
	}
	return false;
}

static const int results[TORTURE_ADD][3] = {
	[TORTURE_LOOKUP] = { 0, -ENOENT, 0 },
	[TORTURE_PIN] = { 0, -ENOENT, 0 },
	[TORTURE_REPLACE] = { 0, -ENOENT, -ENOSPC },
	[TORTURE_DELETE_VALUE] = { 0, -ENOENT, 0 },
	[TORTURE_MODIFY] = { 0, -ENOENT, 0 },
	[TORTURE_PUT] = { 0, 1, 1 },
	[TORTURE_INSERT] = { 0, -EEXIST, -ENOSPC },
	[TORTURE_UPDATE] = { 0, -ENOENT, 0 },
	[TORTURE_UPSERT] = { 0, 1, 1 },
	[TORTURE_DELETE] = { 0, -ENOENT, 0 },
};

static void random_op(struct torture_op *op, unsigned int i, unsigned char *times)
{
	unsigned int kind = rand() % TORTURE_ADD;
	unsigned char a = times[2 * i], b = times[2 * i + 1];

	*op = (struct torture_op)OP(a < b ? a : b, a < b ? b : a, kind, i + 1,
				    results[kind][rand() % 3], 1 + rand() % RANDOM_OPS);
	op->old = 1 + rand() % RANDOM_OPS;
	if (kind == TORTURE_PUT && !op->result)
		op->got = TORTURE_ABSENT;
}

static void random_history(struct torture_op *ops)
{
	unsigned char times[2 * RANDOM_OPS];
	unsigned int i;

	for (i = 0; i < 2 * RANDOM_OPS; i++) {
		unsigned int other = rand() % (i + 1);

		times[i] = times[other];
		times[other] = i;
	}
	for (i = 0; i < RANDOM_OPS; i++)
		random_op(&ops[i], i, times);
}

static void as_a_search_through_all_orders(void **state)
{
	unsigned int i, fine = 0;

	(void)state;
	srand(1);
	for (i = 0; i < RANDOM_HISTORIES; i++) {
		struct torture_op ops[RANDOM_OPS];
		bool is;

		random_history(ops);
		is = explained(ops, (1U << RANDOM_OPS) - 1, TORTURE_ABSENT);
		fine += is;
		assert_int_equal(verdict(ops, RANDOM_OPS, torture_model_map),
				 is ? WGL_FINE : WGL_VIOLATION);
	}
	/* Neither verdict is rare. */
	assert_in_range(fine, RANDOM_HISTORIES / 100, RANDOM_HISTORIES / 2);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(histories) + 1] = {
		cmocka_unit_test(as_a_search_through_all_orders),
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(histories); i++) {
		tests[i + 1].name = histories[i].name;
		tests[i + 1].test_func = known;
		tests[i + 1].initial_state = (void *)&histories[i];
	}
	return cmocka_run_group_tests_name("wgl", tests, NULL, NULL);
}
