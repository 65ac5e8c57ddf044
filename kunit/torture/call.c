// SPDX-License-Identifier: GPL-2.0
/*
 * The calls: each kind of operation as a call of the map, and back from values to
 * the stamps and letters that the models know.
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include <linux/flatmap/step.h>

#include "torture.h"

static gfp_t call_gfp(const struct torture_side *side)
{
	return torture_may_wait(side) ? GFP_KERNEL : GFP_ATOMIC;
}

static size_t call_size(void)
{
	return torture.shape.words * sizeof(u64);
}

/* What a lookup of @count values, of which @value is the first, got. */
static u64 call_first(const u64 *value, u64 count)
{
	if (!torture.shape.multi)
		return value[0];
	return TORTURE_FIRST_OF(count, torture_stamp_generation(value[0]));
}

static void call_judge_count(const struct torture_op *op, int err, u64 count)
{
	if (torture.shape.multi ? !count != !!err : count != !err)
		torture_violation("key %u: %d, but %llu values", op->key, err, count);
}

/* Keys of a batch of lookups, at most. */
#define CALL_BATCH	4

/* The same in a batch with the next keys, of which what is found must be right, too. */
static int call_lookup_batch(struct torture_actor *actor, struct torture_op *op)
{
	u64 values[CALL_BATCH * TORTURE_WORDS];
	int results[CALL_BATCH];
	struct flatmap_batch batch = {
		.keys		= &torture.key[op->key],
		.values		= values,
		.results	= results,
		.count		= min_t(u32, torture.shape.keys - op->key, CALL_BATCH),
		.gfp		= GFP_ATOMIC,
	};
	int err = flatmap_lookup_batch(torture.map, &batch);
	u64 i;

	if (err || batch.done != batch.count)
		torture_violation("key %u: %d, %llu of %llu", op->key, err, batch.done,
				  batch.count);
	for (i = batch.count; i--;) {
		if (results[i] > 0)
			torture_read(actor, op->key + i, values + i * torture.shape.words);
	}
	if (results[0] < 0)
		return results[0];
	call_judge_count(op, 0, results[0]);
	op->got = call_first(values, results[0]);
	return 0;
}

static int call_lookup(struct torture_actor *actor, struct torture_op *op)
{
	struct flatmap_result result;
	u64 value[TORTURE_WORDS];
	int err;

	err = flatmap_lookup(torture.map, &torture.key[op->key], value, &result);
	call_judge_count(op, err, result.values);
	if (err)
		return err;
	torture_read(actor, op->key, value);
	op->got = call_first(value, result.values);
	return 0;
}

/* The stamp alone is a field of its own. */
static int call_lookup_field(struct torture_op *op)
{
	return flatmap_lookup_field(torture.map, &torture.key[op->key], 0, &op->got);
}

static int call_pin(struct torture_actor *actor, struct torture_op *op)
{
	struct flatmap_pin pin;
	int err;

	err = flatmap_pin(torture.map, &torture.key[op->key], &pin);
	if (err)
		return err;
	call_judge_count(op, err, pin.result.values);
	torture_read(actor, op->key, pin.value);
	op->got = call_first(pin.value, pin.result.values);
	torture_count(actor, TORTURE_PINNED);
	torture_pins_keep(actor, &pin, op->key);
	return 0;
}

static int call_delete(struct torture_actor *actor, struct torture_op *op)
{
	u64 value[TORTURE_WORDS];
	int err;

	err = flatmap_delete_return(torture.map, &torture.key[op->key], value);
	if (err)
		return err;
	torture_read(actor, op->key, value);
	op->got = torture.shape.multi ? torture_stamp_generation(value[0]) : value[0];
	return 0;
}

/* All values of a key, which are at most TORTURE_VALUES_MAX in a recorded round. */
static int call_values(struct torture_actor *actor, struct torture_op *op)
{
	struct flatmap_result result;
	int err;
	u32 i;

	err = flatmap_values(torture.map, &torture.key[op->key], actor->values,
			     TORTURE_VALUES_MAX, &result);
	if (err == -ENOSPC && result.values > TORTURE_VALUES_MAX)
		return 0;
	call_judge_count(op, err, result.values);
	if (err)
		return err;
	if (op->key < torture.shape.stay && result.values != TORTURE_STAY_VALUES)
		torture_violation("key %u has %llu values", op->key, result.values);
	torture_count(actor, TORTURE_SETS);
	for (i = 0; i < result.values; i++) {
		const u64 *value = actor->values + i * torture.shape.words;

		torture_read(actor, op->key, value);
		op->got |= (u64)torture_stamp_generation(value[0]) <<
			   (i * TORTURE_LETTER_BITS);
	}
	return 0;
}

/**
 * struct call_modify - what a modification is about
 * @actor: whose it is
 * @op: the operation
 * @value: the new value
 */
struct call_modify {
	struct torture_actor *actor;
	struct torture_op *op;
	const u64 *value;
};

/* A value of zeros is what TORTURE_PUT begins with. */
static int call_modified(void *value, void *arg)
{
	struct call_modify *modify = arg;
	u64 stamp = *(u64 *)value;

	if (stamp)
		torture_read(modify->actor, modify->op->key, value);
	modify->op->got = stamp;
	memcpy(value, modify->value, call_size());
	return 0;
}

static int call_modify(struct torture_side *side, struct torture_op *op,
		       const u64 *value)
{
	struct torture_actor *actor = &side->actor[side->depth];
	struct call_modify modify = { .actor = actor, .op = op, .value = value };
	static const u64 zeros[TORTURE_WORDS];
	int done;

	if (op->kind == TORTURE_MODIFY)
		done = flatmap_modify(torture.map, &torture.key[op->key], call_modified,
				      &modify, call_gfp(side));
	else
		done = flatmap_modify_or_insert(torture.map, &torture.key[op->key], zeros,
						call_modified, &modify, call_gfp(side));
	if (done >= 0)
		torture_count(actor, TORTURE_MODIFIED);
	return done;
}

/* Replace or delete a value if it is the one that @op calls the old one. */
static int call_if_old(const struct torture_side *side, struct torture_op *op,
		       const u64 *value)
{
	const struct torture_key *key = &torture.key[op->key];
	u64 old[TORTURE_WORDS];

	torture_value_write(old, torture.shape.multi ?
				 torture_stamp(0, op->old, op->key) : op->old);
	if (op->kind == TORTURE_DELETE_VALUE)
		return flatmap_delete_value(torture.map, key, old);
	return flatmap_replace(torture.map, key, old, value, call_gfp(side));
}

/* A batch of one. */
static int call_upsert_batch(const struct torture_key *key, const u64 *value, gfp_t gfp)
{
	int result;
	struct flatmap_batch batch = {
		.keys		= key,
		.values		= (void *)value,
		.results	= &result,
		.count		= 1,
		.gfp		= gfp,
	};

	return flatmap_upsert_batch(torture.map, &batch) ?: result;
}

/* Carry @op out; @value is what it writes, if it does. */
int torture_call(struct torture_side *side, struct torture_op *op, const u64 *value)
{
	struct torture_actor *actor = &side->actor[side->depth];
	const struct torture_key *key = &torture.key[op->key];
	struct flatmap *map = torture.map;
	gfp_t gfp = call_gfp(side);

	switch (op->kind) {
	case TORTURE_PIN:
		return call_pin(actor, op);
	case TORTURE_INSERT:
		return flatmap_insert(map, key, value, gfp);
	case TORTURE_DELETE:
		return call_delete(actor, op);
	case TORTURE_REPLACE:
	case TORTURE_DELETE_VALUE:
		return call_if_old(side, op, value);
	case TORTURE_UPDATE:
		return flatmap_update(map, key, value, gfp);
	case TORTURE_UPSERT:
		if (!torture_random(side, 4))
			return call_upsert_batch(key, value, gfp);
		return flatmap_upsert(map, key, value, gfp);
	case TORTURE_MODIFY:
	case TORTURE_PUT:
		return call_modify(side, op, value);
	case TORTURE_ADD:
		return flatmap_add(map, key, value, gfp);
	case TORTURE_VALUES:
		return call_values(actor, op);
	case TORTURE_CLEAR:
		return flatmap_delete(map, key);
	default:
		if (!torture.shape.multi && !torture_random(side, 4))
			return call_lookup_field(op);
		if (!torture_random(side, 3))
			return call_lookup_batch(actor, op);
		return call_lookup(actor, op);
	}
}
