// SPDX-License-Identifier: GPL-2.0
#include "chain.h"
#include "parked.h"

static void parked_set(struct parked *parked, u32 home, u64 n, u64 value)
{
	u64 key = fx_key(parked->map, home, n);

	parked->failed |= model_set(parked->map, key, value) != 0;
}

static void parked_present(struct parked *parked)
{
	parked_set(parked, 0, PARKED_KEY, PARKED_BEFORE);
}

static void parked_pin(struct parked *parked)
{
	parked->pinned = !flatmap_pin(parked->map, &parked->op.key, &parked->pin);
	parked->failed |= !parked->pinned;
}

static void parked_present_and_pinned(struct parked *parked)
{
	parked_present(parked);
	parked_pin(parked);
}

/* In a multimap: two values, all that others find there besides their own. */
static void parked_values_present(struct parked *parked)
{
	u64 key = parked->op.key, value;

	for (value = PARKED_BEFORE; value <= PARKED_BEFORE + 1; value++)
		parked->failed |= flatmap_add(parked->map, &key, &value, GFP_KERNEL);
}

static void parked_values_pinned(struct parked *parked)
{
	parked_values_present(parked);
	parked_pin(parked);
}

/* The pin is all that keeps the block. */
static void parked_deleted_and_pinned(struct parked *parked)
{
	parked_present_and_pinned(parked);
	parked_set(parked, 0, PARKED_KEY, MODEL_ABSENT);
}

/* Home 0 has no slot, nor a block beside it; the next group is full of richer. */
static void parked_crowd(struct parked *parked)
{
	u64 n;

	for (n = 1; n <= 8; n++)
		parked_set(parked, 0, n, PARKED_BEFORE);
	for (n = 1; n <= 6; n++)
		parked_set(parked, 1, n, PARKED_BEFORE);
}

static void parked_crowd_and_key(struct parked *parked)
{
	parked_crowd(parked);
	parked_present(parked);
}

/* Nor has the group after that, so a hole must be brought nearer. */
static void parked_large_crowd(struct parked *parked)
{
	u64 n;

	parked_crowd(parked);
	for (n = 1; n <= 7; n++)
		parked_set(parked, 2, n, PARKED_BEFORE);
}

/* A slot of the home is reserved, and it has not been filled. */
static void parked_reserved(struct parked *parked)
{
	u64 *group = fm_group(parked->map->region, 0);

	WRITE_ONCE(*group, fm_next_version(*group) | FIELD_PREP(FM_RESERVED, 2));
}

static int parked_operate(void *arg)
{
	struct parked *parked = arg;

	model_do(&parked->op);
	return 0;
}

static int parked_change(void *value, void *arg)
{
	*(u64 *)value = PARKED_VALUE;
	return 0;
}

static int parked_modify(void *arg)
{
	struct model_op *op = &((struct parked *)arg)->op;

	op->result = flatmap_modify(op->map, &op->key, parked_change, NULL, GFP_ATOMIC);
	return 0;
}

static int parked_add(void *arg)
{
	struct model_op *op = &((struct parked *)arg)->op;

	op->result = flatmap_add(op->map, &op->key, &op->value, GFP_ATOMIC);
	return 0;
}

static int parked_replace(void *arg)
{
	struct model_op *op = &((struct parked *)arg)->op;
	u64 old = PARKED_BEFORE;

	op->result = flatmap_replace(op->map, &op->key, &old, &op->value, GFP_ATOMIC);
	return 0;
}

static int parked_delete_value(void *arg)
{
	struct model_op *op = &((struct parked *)arg)->op;
	u64 old = PARKED_BEFORE;

	op->result = flatmap_delete_value(op->map, &op->key, &old);
	return 0;
}

static int parked_delete_all(void *arg)
{
	struct model_op *op = &((struct parked *)arg)->op;

	op->result = flatmap_delete(op->map, &op->key);
	return 0;
}

static int parked_values(void *arg)
{
	struct model_op *op = &((struct parked *)arg)->op;
	u64 values[PARKED_ROOM];

	op->result = flatmap_values(op->map, &op->key, values, PARKED_ROOM, NULL);
	return 0;
}

/* What the worker does with each home. */
static int parked_move(void *arg)
{
	struct parked *parked = arg;

	parked->failed |= chain_move(parked->map->region, parked->op.key) < 0;
	return 0;
}

int parked_unpin(void *arg)
{
	struct parked *parked = arg;

	flatmap_unpin(&parked->pin);
	return 0;
}

const struct parked_scenario parked_scenarios[] = {
	{ "lookup", parked_present, parked_operate, MODEL_LOOKUP },
	{ "lookup in vain", parked_crowd, parked_operate, MODEL_LOOKUP },
	{ "pin", parked_present, parked_operate, MODEL_PIN },
	{ "last unpin", parked_deleted_and_pinned, parked_unpin },
	{ "insert", NULL, parked_operate, MODEL_INSERT },
	{ "insert that displaces", parked_crowd, parked_operate, MODEL_INSERT },
	{ "insert that wants a hole", parked_large_crowd, parked_operate, MODEL_INSERT },
	{ "insert that reserves a slot", NULL, parked_operate, MODEL_INSERT,
	  .growing = true },
	{ "insert where a slot is reserved", parked_reserved, parked_operate, MODEL_INSERT,
	  .growing = true },
	{ "update", parked_present, parked_operate, MODEL_UPDATE },
	{ "update of a pinned entry", parked_present_and_pinned, parked_operate,
	  MODEL_UPDATE },
	{ "delete", parked_present, parked_operate, MODEL_DELETE },
	{ "delete of a displaced entry", parked_crowd_and_key, parked_operate,
	  MODEL_DELETE },
	{ "delete of a pinned entry", parked_present_and_pinned, parked_operate,
	  MODEL_DELETE },
	{ "modification", parked_present, parked_modify },
	{ "look at all values", parked_values_present, parked_values, .multimap = true },
	{ "another value", parked_values_present, parked_add, .multimap = true },
	{ "replacement of a value", parked_values_present, parked_replace,
	  .multimap = true },
	{ "replacement of a pinned value", parked_values_pinned, parked_replace,
	  .multimap = true },
	{ "delete of a value", parked_values_present, parked_delete_value,
	  .multimap = true },
	{ "delete of all values", parked_values_present, parked_delete_all,
	  .multimap = true },
	{ "lookup in two regions", parked_present, parked_operate, MODEL_LOOKUP,
	  .resized = true, .moved = true },
	{ "insert that moves its home first", parked_crowd, parked_operate, MODEL_INSERT,
	  .resized = true },
	{ "update that moves its home first", parked_present_and_pinned, parked_operate,
	  MODEL_UPDATE, .resized = true },
	{ "move of a home", parked_crowd_and_key, parked_move, .resized = true },
	{ "move of a pinned entry", parked_present_and_pinned, parked_move,
	  .resized = true },
	{ "look at all values in two regions", parked_values_present, parked_values,
	  .multimap = true, .resized = true, .moved = true },
	{ "another value that moves its home first", parked_values_pinned, parked_add,
	  .multimap = true, .resized = true },
};

const u32 parked_scenario_count = ARRAY_SIZE(parked_scenarios);
