// SPDX-License-Identifier: GPL-2.0
#include <linux/errno.h>
#include <linux/gfp.h>

#include "sets.h"

/* Bits of a digit. */
#define SETS_DIGIT	4

static u32 sets_count(u64 set)
{
	u32 count = 0;

	for (; set; set >>= SETS_DIGIT)
		count++;
	return count;
}

/* The value in front, which was added first. */
static u64 sets_first(u64 set)
{
	return set >> (SETS_DIGIT * (sets_count(set) - 1));
}

/* Where @value is, of several the one in front; or -1. */
static int sets_find(u64 set, u64 value)
{
	int at;

	for (at = SETS_DIGIT * (sets_count(set) - 1); at >= 0; at -= SETS_DIGIT) {
		if (((set >> at) & 0xf) == value)
			break;
	}
	return at;
}

static bool sets_drop(u64 *set, u64 value)
{
	int at = sets_find(*set, value);

	if (at < 0)
		return false;
	*set = *set >> at >> SETS_DIGIT << at | (*set & (BIT_ULL(at) - 1));
	return true;
}

static bool sets_replace(u64 *set, u64 old, u64 value)
{
	int at = sets_find(*set, old);

	if (at < 0)
		return false;
	*set ^= (old ^ value) << at;
	return true;
}

static int sets_values(struct sets_op *op)
{
	struct flatmap_result result;
	u64 values[SETS_MOST];
	int err;
	u32 i;

	op->got = 0;
	err = flatmap_values(op->map, &op->key, values, SETS_MOST, &result);
	op->count = result.values;
	for (i = 0; !err && i < result.values; i++)
		op->got = op->got << SETS_DIGIT |
			  (values[i] <= SETS_MOST ? values[i] : 0);
	return err;
}

static int sets_lookup(struct sets_op *op)
{
	struct flatmap_result result;
	int err;

	err = flatmap_lookup(op->map, &op->key, &op->got, &result);
	op->count = result.values;
	return err;
}

static int sets_pin(struct sets_op *op)
{
	struct flatmap_pin pin;
	int err;

	err = flatmap_pin(op->map, &op->key, &pin);
	if (err)
		return err;
	op->got = *(const u64 *)pin.value;
	op->count = pin.result.values;
	flatmap_unpin(&pin);
	return 0;
}

void sets_do(struct sets_op *op)
{
	switch (op->kind) {
	case SETS_VALUES:
		op->result = sets_values(op);
		break;
	case SETS_LOOKUP:
		op->result = sets_lookup(op);
		break;
	case SETS_PIN:
		op->result = sets_pin(op);
		break;
	case SETS_ADD:
		op->result = flatmap_add(op->map, &op->key, &op->value, GFP_ATOMIC);
		break;
	case SETS_INSERT:
		op->result = flatmap_insert(op->map, &op->key, &op->value, GFP_ATOMIC);
		break;
	case SETS_REPLACE:
		op->result = flatmap_replace(op->map, &op->key, &op->old, &op->value,
					     GFP_ATOMIC);
		break;
	case SETS_DELETE_VALUE:
		op->result = flatmap_delete_value(op->map, &op->key, &op->value);
		break;
	default:
		op->result = flatmap_delete_return(op->map, &op->key, &op->got);
		break;
	}
}

bool sets_step(const struct sets_op *op, u64 *now)
{
	u64 had = *now;
	bool there;

	switch (op->kind) {
	case SETS_VALUES:
		return op->count == sets_count(had) && op->got == had &&
		       op->result == (had ? 0 : -ENOENT);
	case SETS_LOOKUP:
	case SETS_PIN:
		return had ? !op->result && op->got == sets_first(had) &&
			     op->count == sets_count(had) :
			     op->result == -ENOENT;
	case SETS_INSERT:
		if (had)
			return op->result == -EEXIST;
		fallthrough;
	case SETS_ADD:
		*now = had << SETS_DIGIT | op->value;
		return !op->result;
	case SETS_REPLACE:
		there = sets_replace(now, op->old, op->value);
		break;
	case SETS_DELETE_VALUE:
		there = sets_drop(now, op->value);
		break;
	default:
		if (!had)
			return op->result == -ENOENT;
		sets_drop(now, sets_first(had));
		return !op->result && op->got == sets_first(had);
	}
	return op->result == (there ? 0 : -ENOENT);
}

bool sets_explain(const struct sets_op *outer, const struct sets_op *inner, u32 count,
		  u64 before, u64 after)
{
	u32 place, i;

	for (place = 0; place <= count; place++) {
		u64 now = before;
		bool right = true;

		for (i = 0; i <= count; i++) {
			if (i == place)
				right = right && sets_step(outer, &now);
			if (i < count)
				right = right && sets_step(&inner[i], &now);
		}
		if (right && now == after)
			return true;
	}
	return false;
}

u64 sets_get(struct flatmap *map, u64 key)
{
	struct sets_op op = { .map = map, .key = key, .kind = SETS_VALUES };

	sets_do(&op);
	return op.got;
}

int sets_add(struct flatmap *map, u64 key, u64 value)
{
	return flatmap_add(map, &key, &value, GFP_ATOMIC);
}

int sets_set(struct flatmap *map, u64 key, u64 set)
{
	int at, err;

	err = flatmap_delete(map, &key);
	if (err && err != -ENOENT)
		return err;
	for (at = SETS_DIGIT * (sets_count(set) - 1); at >= 0; at -= SETS_DIGIT) {
		err = sets_add(map, key, (set >> at) & 0xf);
		if (err)
			return err;
	}
	return 0;
}
