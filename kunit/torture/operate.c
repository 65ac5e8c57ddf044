// SPDX-License-Identifier: GPL-2.0
/*
 * One operation, in any context: carried out, recorded if that is asked for, and what
 * it returned judged as far as that can be done on the spot.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include <linux/flatmap/step.h>

#include "torture.h"

/* Of operations one in so many is on a counter, and one undoes a pin. */
#define OPERATE_COUNTERS	16
#define OPERATE_UNPIN		16

/* Begin the operation whose kind and key stand in @op. */
void torture_begin(struct torture_actor *actor, struct torture_op *op)
{
	actor->key = op->key;
	actor->attempts = 0;
	actor->displacing = false;
	actor->committing = false;
	WRITE_ONCE(actor->inside, true);
	if (torture.shape.record)
		op->invoked = atomic64_inc_return(&torture.clock);
}

/* It has returned. */
void torture_end(struct torture_actor *actor, struct torture_op *op)
{
	if (torture.shape.record) {
		op->responded = atomic64_inc_return(&torture.clock);
		actor->log[actor->logged++] = *op;
	}
	WRITE_ONCE(actor->inside, false);
	torture_count(actor, TORTURE_OPERATIONS);
	if (actor->attempts > 1)
		actor->figure[TORTURE_RETRIES] += actor->attempts - 1;
	if (actor->displacing && op->result >= 0)
		torture_count(actor, TORTURE_DISPLACED);
}

/* A writer's values of a key are not seen again once a later one has been. */
static void operate_judge_age(struct torture_actor *actor, u32 key, u64 stamp)
{
	u32 writer = torture_stamp_actor(stamp);
	u32 generation = torture_stamp_generation(stamp);
	u32 *seen = &actor->seen[key][writer];

	if (generation < *seen)
		torture_violation("key %u has the value %u of actor %u again, after %u", key,
				  generation, writer, *seen);
	if (generation > READ_ONCE(torture_actor(writer)->written))
		torture_violation("key %u has a value of actor %u from the future", key,
				  writer);
	*seen = max(*seen, generation);
}

/* @value was read from the key number @key: was it ever written to it, and when? */
void torture_read(struct torture_actor *actor, u32 key, const u64 *value)
{
	torture_count(actor, TORTURE_FOUND);
	if (!torture_value_is(value, key)) {
		torture_violation("key %u has the torn or foreign value %llx", key, value[0]);
		return;
	}
	if (!torture.shape.multi)
		operate_judge_age(actor, key, value[0]);
	actor->last = value[0];
}

static bool operate_needs_old(u32 kind)
{
	return kind == TORTURE_REPLACE || kind == TORTURE_DELETE_VALUE;
}

static bool operate_writes(u32 kind)
{
	switch (kind) {
	case TORTURE_INSERT:
	case TORTURE_REPLACE:
	case TORTURE_UPDATE:
	case TORTURE_UPSERT:
	case TORTURE_MODIFY:
	case TORTURE_PUT:
	case TORTURE_ADD:
		return true;
	default:
		return false;
	}
}

/* Entries that are to stay are not deleted, and have as many values throughout. */
static u32 operate_spare_stay(u32 kind)
{
	switch (kind) {
	case TORTURE_DELETE:
	case TORTURE_CLEAR:
	case TORTURE_ADD:
		return TORTURE_LOOKUP;
	case TORTURE_DELETE_VALUE:
		return TORTURE_REPLACE;
	default:
		return kind;
	}
}

/* What does @kind return if the key is there, and if it is not? */
static int operate_result(u32 kind, bool is)
{
	switch (kind) {
	case TORTURE_INSERT:
		return is ? -EEXIST : 0;
	case TORTURE_UPSERT:
	case TORTURE_PUT:
		return is;
	case TORTURE_ADD:
		return 0;
	default:
		return is ? 0 : -ENOENT;
	}
}

/*
 * May it be refused for want of room? Where there can be more, who may wait for it is not
 * told to come again; and if nothing is in the way, nobody is told that there is none.
 */
static bool operate_refused(const struct torture_side *side, const struct torture_op *op)
{
	const struct torture_shape *shape = &torture.shape;

	if (shape->roomy || !operate_writes(op->kind))
		return false;
	switch (op->result) {
	case -ENOSPC:
		return shape->multi || shape->scarce || shape->sizing != TORTURE_NATURAL;
	case -ENOMEM:
		return shape->scarce;
	case -EAGAIN:
		return shape->sizing != TORTURE_FIXED && !torture_may_wait(side);
	case -EMLINK:
		return op->kind == TORTURE_ADD && !shape->limit;
	default:
		return false;
	}
}

static bool operate_possible(const struct torture_side *side, const struct torture_op *op)
{
	bool is = op->result == operate_result(op->kind, true);
	bool is_not = op->result == operate_result(op->kind, false);

	if (operate_refused(side, op))
		return true;
	if (op->key < torture.shape.stay && !operate_needs_old(op->kind))
		return is;
	return is || is_not;
}

/* Count what came of it. */
static void operate_tell(struct torture_actor *actor, const struct torture_op *op)
{
	bool added = !op->result && (op->kind == TORTURE_INSERT ||
				     op->kind == TORTURE_UPSERT ||
				     op->kind == TORTURE_PUT || op->kind == TORTURE_ADD);
	bool deleted = !op->result && (op->kind == TORTURE_DELETE ||
				       op->kind == TORTURE_DELETE_VALUE);

	actor->balance[op->key] += added - deleted;
	if (op->result == -ENOSPC || op->result == -ENOMEM || op->result == -EMLINK)
		torture_count(actor, TORTURE_FULL);
	else if (op->result == -EAGAIN)
		torture_count(actor, TORTURE_LATER);
	else if (op->result == -EEXIST)
		torture_count(actor, TORTURE_REFUSED);
	else if (op->result == -ENOENT)
		torture_count(actor, TORTURE_ABSENCES);
	else if (added)
		torture_count(actor, TORTURE_INSERTED);
	else if (deleted)
		torture_count(actor, TORTURE_DELETED);
	else if (op->kind == TORTURE_CLEAR)
		torture_count(actor, TORTURE_CLEARED);
	else if (operate_writes(op->kind))
		torture_count(actor, TORTURE_REPLACED);
}

/* A new value: in a map one that there never was, in a multimap one of a few. */
static void operate_make(struct torture_side *side, struct torture_op *op, u64 *value)
{
	struct torture_actor *actor = &side->actor[side->depth];
	u64 stamp;

	if (torture.shape.multi) {
		op->wrote = 1 + torture_random(side, TORTURE_LETTERS);
		stamp = torture_stamp(0, op->wrote, op->key);
	} else {
		WRITE_ONCE(actor->written, actor->written + 1);
		stamp = torture_stamp(actor->number, actor->written, op->key);
		op->wrote = stamp;
	}
	torture_value_write(value, stamp);
}

/* Do an operation of @kind on the key number @key. */
void torture_operate(struct torture_side *side, u32 kind, u32 key)
{
	struct torture_actor *actor = &side->actor[side->depth];
	struct torture_op op = { .kind = kind, .key = key };
	u64 value[TORTURE_WORDS];
	unsigned long switches;

	if (key < torture.shape.stay)
		op.kind = operate_spare_stay(kind);
	if (operate_needs_old(op.kind)) {
		/* The caller's opinion is what it has just seen. */
		actor->last = 0;
		torture_operate(side, TORTURE_PIN, key);
		if (!actor->last)
			return;
		op.old = torture.shape.multi ? torture_stamp_generation(actor->last) :
					       actor->last;
	}
	if (operate_writes(op.kind))
		operate_make(side, &op, value);
	switches = current->nvcsw;
	torture_begin(actor, &op);
	op.result = torture_call(side, &op, value);
	if (torture_may_wait(side) && current->nvcsw != switches)
		torture_count(actor, TORTURE_WAITED);
	if (!operate_possible(side, &op))
		torture_violation("%s of key %u gave %d", torture_kind_name(op.kind),
				  op.key, op.result);
	operate_tell(actor, &op);
	torture_end(actor, &op);
}

/* What adds entries does not while more are to be deleted, and the other way round. */
static u32 operate_with_tide(u32 kind)
{
	bool ebb = torture_workers_ebb();

	switch (kind) {
	case TORTURE_INSERT:
	case TORTURE_UPSERT:
	case TORTURE_PUT:
	case TORTURE_ADD:
		return ebb ? TORTURE_DELETE : kind;
	case TORTURE_DELETE:
	case TORTURE_CLEAR:
		return ebb ? kind : torture.shape.multi ? TORTURE_ADD : TORTURE_INSERT;
	default:
		return kind;
	}
}

/* Any operation on the map, as far as maps of its kind have it. */
void torture_operate_any(struct torture_side *side, u32 key)
{
	static const u8 map[] = {
		TORTURE_LOOKUP, TORTURE_PIN, TORTURE_INSERT, TORTURE_DELETE,
		TORTURE_REPLACE, TORTURE_DELETE_VALUE, TORTURE_UPDATE, TORTURE_UPSERT,
		TORTURE_MODIFY, TORTURE_PUT,
	};
	static const u8 multimap[] = {
		TORTURE_LOOKUP, TORTURE_PIN, TORTURE_INSERT, TORTURE_DELETE,
		TORTURE_REPLACE, TORTURE_DELETE_VALUE, TORTURE_ADD, TORTURE_VALUES,
		TORTURE_ADD, TORTURE_CLEAR,
	};
	u32 multimap_kinds = ARRAY_SIZE(multimap) - !torture.shape.clear;
	u32 kind;

	if (torture.shape.multi)
		kind = multimap[torture_random(side, multimap_kinds)];
	else
		kind = map[torture_random(side, ARRAY_SIZE(map))];
	if (torture.shape.sizing == TORTURE_NATURAL)
		kind = operate_with_tide(kind);
	torture_operate(side, kind, key);
}

/* Has the actor room in its log for one operation, and the lookup before it? */
static bool operate_has_room(const struct torture_actor *actor)
{
	return !torture.shape.record || actor->logged + 2 <= TORTURE_LOG;
}

/* Anything, on the key of the operation around it, or another. */
void torture_anything(struct torture_side *side)
{
	struct torture_actor *actor = &side->actor[side->depth];
	u32 key = torture_random(side, torture.shape.keys);

	if (!operate_has_room(actor))
		return;
	if (side->depth && torture_random(side, 2))
		key = side->actor[side->depth - 1].key;
	if (!torture_random(side, OPERATE_COUNTERS))
		torture_counters_operate(side);
	else if (!torture_random(side, OPERATE_UNPIN))
		torture_pins_undo(side);
	else
		torture_operate_any(side, key);
}
