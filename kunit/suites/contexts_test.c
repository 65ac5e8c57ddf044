// SPDX-License-Identifier: GPL-2.0
/*
 * Operations in hardirq, softirq and NMI that interrupt a task in the middle of
 * another operation on the same key, at each moment of it in turn. (At random
 * moments: the suite "timers".)
 */
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "fixture.h"
#include "mcas.h"
#include "model.h"
#include "raise.h"

/* What the key is when two operations meet. */
enum contexts_state {
	CONTEXTS_ABSENT,
	CONTEXTS_PRESENT,
	CONTEXTS_PINNED,
	CONTEXTS_STATES,
};

/**
 * struct contexts - an operation of a task and one that interrupts it
 * @task: the task, while it is to be interrupted
 * @inner: the operation that interrupts
 * @context: where it does
 * @passes: hooks to pass before that
 * @raised: has it been made to happen?
 * @ran: has it happened?
 */
static struct contexts {
	struct task_struct *task;
	struct model_op inner;
	enum raise_context context;
	u32 passes;
	bool raised, ran;
} contexts;

static void contexts_inner(void *arg)
{
	model_do(&contexts.inner);
}

static void contexts_hook(enum fm_hook hook)
{
	if (!in_task() || READ_ONCE(contexts.task) != current || contexts.passes--)
		return;
	WRITE_ONCE(contexts.task, NULL);
	contexts.raised = true;
	preempt_disable(); /* the interrupt must come to this CPU, where the task is */
	contexts.ran = raise_in(contexts.context, contexts_inner, NULL);
	preempt_enable();
}

/*
 * The key is @state; @outer is interrupted after @passes hooks. False if it does
 * not have that many.
 */
static bool contexts_try(struct kunit *test, struct model_op *outer,
			 enum contexts_state state, u32 passes)
{
	u64 before = state == CONTEXTS_ABSENT ? MODEL_ABSENT : 1;
	struct model_op *inner = &contexts.inner;
	struct flatmap *map = outer->map;
	struct flatmap_pin pin;

	KUNIT_ASSERT_EQ(test, model_set(map, outer->key, before), 0);
	if (state == CONTEXTS_PINNED)
		KUNIT_ASSERT_EQ(test, flatmap_pin(map, &outer->key, &pin), 0);
	contexts.passes = passes;
	contexts.raised = false;
	contexts.ran = false;
	WRITE_ONCE(contexts.task, current);
	model_do(outer);
	WRITE_ONCE(contexts.task, NULL);

	if (contexts.raised) {
		KUNIT_EXPECT_TRUE(test, contexts.ran);
		KUNIT_EXPECT_TRUE_MSG(test,
				      model_either_order(outer, inner, before,
							 model_get(map, outer->key)),
				      "kind %d gave %d, at hook %u of it kind %d gave %d; state %d",
				      outer->kind, outer->result, passes, inner->kind,
				      inner->result, state);
	}
	if (state == CONTEXTS_PINNED) {
		KUNIT_EXPECT_EQ(test, *(const u64 *)pin.value, 1);
		flatmap_unpin(&pin);
	}
	return contexts.raised;
}

/* Each operation, interrupted by each, in each state, at each of its hooks. */
static void contexts_everywhere(struct kunit *test, enum raise_context context)
{
	struct model_op outer = { .map = fx_map64(test, 100), .key = 8, .value = 2 };
	enum contexts_state state;
	enum model_kind kind;
	u32 passes, hits = 0;
	u64 n;

	if (!raise_possible(context))
		kunit_skip(test, "no way to raise an NMI here");
	/* The key lies one group after its home. */
	for (n = 0; n < 7; n++)
		KUNIT_ASSERT_EQ(test, model_set(outer.map, n, 9), 0);
	contexts.inner = outer;
	contexts.inner.value = 3;
	contexts.context = context;

	WRITE_ONCE(fm_hook_function, contexts_hook);
	for (state = 0; state < CONTEXTS_STATES; state++) {
		for (outer.kind = 0; outer.kind < MODEL_KINDS; outer.kind++) {
			for (kind = 0; kind < MODEL_KINDS; kind++) {
				contexts.inner.kind = kind;
				for (passes = 0;
				     contexts_try(test, &outer, state, passes); passes++)
					hits++;
			}
		}
	}
	kunit_info(test, "%u interrupts between hooks", hits);
	KUNIT_EXPECT_GT(test, hits, 1000);
}

static void contexts_hardirq(struct kunit *test)
{
	contexts_everywhere(test, RAISE_HARDIRQ);
}

static void contexts_softirq(struct kunit *test)
{
	contexts_everywhere(test, RAISE_SOFTIRQ);
}

static void contexts_nmi(struct kunit *test)
{
	contexts_everywhere(test, RAISE_NMI);
}

static void contexts_unpin(void *pin)
{
	flatmap_unpin(pin);
}

/* The memory of a destroyed map goes, although nothing can be freed in an NMI. */
static void contexts_nmi_ends_the_last_pin(struct kunit *test)
{
	struct flatmap_params params = {
		.entries = 10,
		.key_size = 8,
		.value_size = 8,
	};
	struct flatmap_pin pin;
	struct flatmap *map;
	u64 key = 1;
	bool ran;

	if (!raise_possible(RAISE_NMI))
		kunit_skip(test, "no way to raise an NMI here");
	map = flatmap_create(&params);
	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	KUNIT_ASSERT_EQ(test, model_set(map, key, 1), 0);
	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pin), 0);
	flatmap_destroy(map);
	synchronize_rcu(); /* the map's own hold is gone, the pin is the last */

	preempt_disable();
	ran = raise_in(RAISE_NMI, contexts_unpin, &pin);
	preempt_enable();
	KUNIT_EXPECT_TRUE(test, ran);
	fm_core_exit(); /* returns when the memory is gone */
	KUNIT_EXPECT_EQ(test, fm_core_init(), 0);
}

/**
 * struct contexts_dive - operations that interrupt each other, as deep as it goes
 * @map: the map
 * @task: who dives
 * @pin: taken before
 * @depth: how deep, so far
 * @inserted: what the insert at each depth returned
 * @others: at the bottom: pin, update, delete, lookup
 */
static struct contexts_dive {
	struct flatmap *map;
	struct task_struct *task;
	struct flatmap_pin pin;
	u64 depth;
	int inserted[FM_LEVELS];
	int others[4];
} contexts_dive;

static void contexts_deeper(enum fm_hook hook)
{
	struct contexts_dive *dive = &contexts_dive;
	u64 depth = dive->depth + 1, zero = 0, value;
	struct flatmap_pin pin;

	if (hook != FM_HOOK_SEARCHED || !in_task() || dive->task != current ||
	    depth == FM_LEVELS)
		return;
	dive->depth = depth;
	dive->inserted[depth] = flatmap_insert(dive->map, &depth, &depth, GFP_ATOMIC);
	if (depth < FM_LEVELS - 1)
		return;
	dive->others[0] = flatmap_pin(dive->map, &zero, &pin);
	dive->others[1] = flatmap_update(dive->map, &zero, &depth, GFP_ATOMIC);
	dive->others[2] = flatmap_delete(dive->map, &zero);
	dive->others[3] = flatmap_lookup(dive->map, &zero, &value, NULL);
	flatmap_unpin(&dive->pin);
}

/* The eighth operation is refused, unless it is a lookup, or an unpin. */
static void contexts_levels(struct kunit *test)
{
	struct contexts_dive *dive = &contexts_dive;
	u64 key = 0, depth, value = 77;

	*dive = (struct contexts_dive) { .map = fx_map64(test, 20) };
	KUNIT_ASSERT_EQ(test, flatmap_insert(dive->map, &key, &value, GFP_KERNEL), 0);
	KUNIT_ASSERT_EQ(test, flatmap_pin(dive->map, &key, &dive->pin), 0);
	key = 100;
	WRITE_ONCE(fm_hook_function, contexts_deeper);
	dive->task = current;
	dive->inserted[0] = flatmap_insert(dive->map, &key, &key, GFP_KERNEL);
	dive->task = NULL;

	KUNIT_EXPECT_EQ(test, dive->depth, FM_LEVELS - 1);
	for (depth = 0; depth < FM_LEVELS - 1; depth++) {
		key = depth ?: 100;
		KUNIT_EXPECT_EQ(test, dive->inserted[depth], 0);
		KUNIT_EXPECT_EQ(test, model_get(dive->map, key), key);
	}
	KUNIT_EXPECT_EQ(test, dive->inserted[depth], -EAGAIN);
	KUNIT_EXPECT_EQ(test, model_get(dive->map, depth), MODEL_ABSENT);
	for (depth = 0; depth < 3; depth++)
		KUNIT_EXPECT_EQ(test, dive->others[depth], -EAGAIN);
	KUNIT_EXPECT_EQ(test, dive->others[3], 0);
	KUNIT_EXPECT_EQ(test, model_get(dive->map, 0), 77);
	KUNIT_EXPECT_EQ(test, fm_readers(fx_slot_word(dive->map, 0, NULL)), 0);
}

static int contexts_init(struct kunit *test)
{
	return raise_init();
}

static void contexts_exit(struct kunit *test)
{
	WRITE_ONCE(fm_hook_function, NULL);
	raise_exit();
}

static struct kunit_case contexts_cases[] = {
	KUNIT_CASE(contexts_hardirq),
	KUNIT_CASE(contexts_softirq),
	KUNIT_CASE(contexts_nmi),
	KUNIT_CASE(contexts_nmi_ends_the_last_pin),
	KUNIT_CASE(contexts_levels),
	{}
};

static struct kunit_suite contexts_suite = {
	.name = "contexts",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = contexts_init,
	.exit = contexts_exit,
	.test_cases = contexts_cases,
};

kunit_test_suite(contexts_suite);
