// SPDX-License-Identifier: GPL-2.0
/*
 * Lock-freedom: whoever stops, others go on. For each hook, a thread stops there
 * in the middle of an operation, for good as far as the others can tell; they
 * complete a great many operations on the same key and its group, none of which is
 * refused. Then it goes on, ends as it may, and leaves a sound map.
 *
 * Each hook is tried with each operation that gets there. One that none gets to
 * fails its case, and so does one without a name below.
 */
#include "chain.h"
#include "parked.h"
#include "words.h"

/*
 * How many others do beside the first operation that gets to a hook; beside each
 * further one it is a tenth. Debug kernels, emulated, are 100 times slower than a
 * machine.
 */
#if defined(CONFIG_KASAN) || defined(CONFIG_KCSAN)
#define PARKED_OPERATIONS	1000
#else
#define PARKED_OPERATIONS	100000
#endif

static const char *const parked_hooks[FM_HOOKS] = {
	[FM_HOOK_SEARCHED] = "searched",
	[FM_HOOK_INSTALLED] = "installed",
	[FM_HOOK_PLANTED] = "planted",
	[FM_HOOK_RESOLVING] = "resolving",
	[FM_HOOK_ACQUIRING] = "acquiring",
	[FM_HOOK_ACQUIRED] = "acquired",
	[FM_HOOK_GUARDED] = "guarded",
	[FM_HOOK_DECIDED] = "decided",
	[FM_HOOK_REPLACED] = "replaced",
	[FM_HOOK_CLEANED] = "cleaned",
	[FM_HOOK_SEEN] = "seen",
	[FM_HOOK_MARKED] = "marked",
	[FM_HOOK_COPIED] = "copied",
	[FM_HOOK_VERIFIED] = "verified",
	[FM_HOOK_MISSED] = "missed",
	[FM_HOOK_TAKEN] = "taken",
	[FM_HOOK_WRITING] = "writing",
	[FM_HOOK_POPPING] = "popping",
	[FM_HOOK_DISPLACING] = "displacing",
	[FM_HOOK_PINNING] = "pinning",
	[FM_HOOK_UNPINNED] = "unpinned",
	[FM_HOOK_FORWARD] = "forward",
	[FM_HOOK_CLOSED] = "closed",
	[FM_HOOK_MOVING] = "moving",
	[FM_HOOK_DRAINED] = "drained",
	[FM_HOOK_RESERVED] = "reserved",
	[FM_HOOK_FILLING] = "filling",
	[FM_HOOK_CANCELLING] = "cancelling",
};

/**
 * struct parked_others - those who go on
 * @op: their operation on the key
 * @now: the key's value, by the model
 * @values: in a multimap, how many it should have
 * @done: operations so far
 * @refused: how many were refused
 * @surprises: results that the model does not explain
 */
struct parked_others {
	struct model_op op;
	u64 now;
	u32 values, done, refused, surprises;
};

static bool parked_refused(int result)
{
	return result < 0 && result != -EEXIST && result != -ENOENT;
}

/*
 * Operate on the key. Nobody else does but the parked thread, whose operation may
 * take effect, once, when somebody helps it.
 */
static void parked_operate_on_key(struct parked_others *others)
{
	struct model_op *op = &others->op;

	op->kind = others->done % MODEL_KINDS;
	op->value = PARKED_OTHERS + others->done;
	model_do(op);
	others->refused += parked_refused(op->result);
	if (!model_step(op, &others->now)) {
		others->surprises++;
		others->now = model_get(op->map, op->key);
	}
	others->done++;
}

/* The key of a multimap has as many values as expected. */
static void parked_expect_values(struct parked_others *others, u32 values)
{
	others->surprises += values != others->values;
	others->values = values;
}

/* The same in a multimap: a value comes, is replaced and goes. */
static void parked_operate_on_values(struct parked_others *others)
{
	struct model_op *op = &others->op;
	u64 first = PARKED_OTHERS + others->done, second = first + 1;
	u64 values[PARKED_ROOM];
	struct flatmap_result result;
	int err;

	err = flatmap_add(op->map, &op->key, &first, GFP_ATOMIC);
	others->refused += err != 0;
	others->values++;
	err = flatmap_values(op->map, &op->key, values, PARKED_ROOM, &result);
	others->refused += err != 0;
	parked_expect_values(others, result.values);
	err = flatmap_replace(op->map, &op->key, &first, &second, GFP_ATOMIC);
	others->refused += err != 0;
	err = flatmap_lookup(op->map, &op->key, values, &result);
	others->refused += err != 0;
	parked_expect_values(others, result.values);
	err = flatmap_delete_value(op->map, &op->key, &second);
	others->refused += err != 0;
	others->values--;
	others->done += 5;
}

/* Add or remove a neighbour: entries of its home, and of the next, come and go. */
static void parked_operate_on_neighbour(struct parked_others *others)
{
	struct flatmap *map = others->op.map;
	u64 key = fx_key(map, others->done & 1, 1 + others->done / 2 % 9);
	int result = flatmap_insert(map, &key, &key, GFP_ATOMIC);

	others->refused += parked_refused(result);
	if (result == -EEXIST) {
		others->refused += flatmap_delete(map, &key) != 0;
		others->done++;
	}
	others->done++;
}

/* Everyone else, while a thread is parked: so many operations. */
static void parked_go_on(struct kunit *test, struct parked *parked,
			 const struct parked_scenario *scenario, u32 operations)
{
	struct parked_others others = {
		.op.map = parked->map,
		.op.key = parked->op.key,
	};
	struct flatmap_result result;

	if (flatmap_lookup(parked->map, &parked->op.key, &others.now, &result))
		others.now = MODEL_ABSENT;
	others.values = result.values;
	while (others.done < operations) {
		if (scenario->multimap)
			parked_operate_on_values(&others);
		else
			parked_operate_on_key(&others);
		parked_operate_on_neighbour(&others);
	}
	KUNIT_EXPECT_EQ_MSG(test, others.refused, 0, "beside: %s", scenario->name);
	KUNIT_EXPECT_LE_MSG(test, others.surprises, 1, "beside: %s", scenario->name);
}

static struct flatmap *parked_map(struct kunit *test,
				  const struct parked_scenario *scenario)
{
	if (scenario->growing || scenario->resized)
		return fx_growing64(test, 100, scenario->multimap ? FLATMAP_MULTIMAP : 0);
	return scenario->multimap ? fx_multimap64(test, 100) : fx_map64(test, 100);
}

/* Make the map what it is before the operation. */
static void parked_prepare(struct kunit *test, struct parked *parked,
			   const struct parked_scenario *scenario)
{
	struct flatmap *map = parked->map;

	if (scenario->prepare)
		scenario->prepare(parked);
	if (scenario->resized)
		chain_extend(test, map, map->region->bits + 1);
	if (scenario->moved)
		parked->failed |= chain_move(map->region, parked->op.key) < 0;
	KUNIT_EXPECT_FALSE(test, parked->failed);
}

/* One scenario; false if it does not get to @hook. */
static bool parked_try(struct kunit *test, enum fm_hook hook,
		       const struct parked_scenario *scenario, u32 operations)
{
	struct parked parked = {
		.map = parked_map(test, scenario),
		.op.kind = scenario->kind,
		.op.value = PARKED_VALUE,
	};
	struct fx_thread thread;
	bool reached;

	parked.op.map = parked.map;
	parked.op.key = fx_key(parked.map, 0, PARKED_KEY);
	parked_prepare(test, &parked, scenario);
	reached = fx_park(test, &thread, 1, scenario->action, &parked, hook, 0);
	if (reached)
		parked_go_on(test, &parked, scenario, operations);
	fx_join(&thread);
	KUNIT_EXPECT_FALSE_MSG(test, parked_refused(parked.op.result),
			       "%s gave %d", scenario->name, parked.op.result);
	KUNIT_EXPECT_FALSE(test, parked.failed);
	if (parked.pinned && scenario->action != parked_unpin) {
		KUNIT_EXPECT_EQ(test, *(const u64 *)parked.pin.value, PARKED_BEFORE);
		flatmap_unpin(&parked.pin);
	}
	fx_check(test, parked.map);
	return reached;
}

static void parked_at(struct kunit *test)
{
	const char *const *name = test->param_value;
	enum fm_hook hook = name - parked_hooks;
	u32 operations = PARKED_OPERATIONS;
	u32 i, reached = 0;

	KUNIT_ASSERT_NOT_NULL_MSG(test, *name, "hook %u has no name here", hook);
	for (i = 0; i < parked_scenario_count; i++) {
		if (!parked_try(test, hook, &parked_scenarios[i], operations))
			continue;
		reached++;
		operations = PARKED_OPERATIONS / 10;
	}
	KUNIT_EXPECT_GT_MSG(test, reached, 0, "no scenario reaches %s", *name);
	kunit_info(test, "%s: beside %u operations that stop there, %u others and more",
		   *name, reached, PARKED_OPERATIONS);
}

static void parked_describe(const char *const *name, char *description)
{
	strscpy(description, *name ?: "nameless", KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(parked, parked_hooks, parked_describe);

static struct kunit_case parked_cases[] = {
	KUNIT_CASE_PARAM(parked_at, parked_gen_params),
	{}
};

static struct kunit_suite parked_suite = {
	.name = "parked",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.test_cases = parked_cases,
};

kunit_test_suite(parked_suite);
