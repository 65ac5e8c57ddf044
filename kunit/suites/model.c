// SPDX-License-Identifier: GPL-2.0
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/minmax.h>

#include "model.h"

static int model_pin(struct model_op *op)
{
	struct flatmap_pin pin;
	int err;

	err = flatmap_pin(op->map, &op->key, &pin);
	if (err)
		return err;
	op->got = *(const u64 *)pin.value;
	flatmap_unpin(&pin);
	return 0;
}

static int model_exchange(void *value, void *arg)
{
	struct model_op *op = arg;
	u64 *now = value;

	op->got = *now;
	*now = op->value;
	return 0;
}

void model_do(struct model_op *op)
{
	switch (op->kind) {
	case MODEL_LOOKUP:
		op->result = flatmap_lookup(op->map, &op->key, &op->got, NULL);
		break;
	case MODEL_PIN:
		op->result = model_pin(op);
		break;
	case MODEL_INSERT:
		op->result = flatmap_insert(op->map, &op->key, &op->value, GFP_ATOMIC);
		break;
	case MODEL_UPDATE:
		op->result = flatmap_update(op->map, &op->key, &op->value, GFP_ATOMIC);
		break;
	case MODEL_UPSERT:
		op->result = flatmap_upsert(op->map, &op->key, &op->value, GFP_ATOMIC);
		break;
	case MODEL_EXCHANGE:
		op->result = flatmap_modify(op->map, &op->key, model_exchange, op,
					    GFP_ATOMIC);
		break;
	default:
		op->result = flatmap_delete_return(op->map, &op->key, &op->got);
		break;
	}
}

bool model_step(const struct model_op *op, u64 *now)
{
	u64 had = *now;

	switch (op->kind) {
	case MODEL_LOOKUP:
	case MODEL_PIN:
		break;
	case MODEL_INSERT:
		if (had)
			return op->result == -EEXIST;
		*now = op->value;
		return !op->result;
	case MODEL_UPDATE:
		if (!had)
			break;
		*now = op->value;
		return !op->result;
	case MODEL_UPSERT:
		*now = op->value;
		return op->result == !!had;
	case MODEL_EXCHANGE:
		if (had)
			*now = op->value;
		break;
	default:
		*now = MODEL_ABSENT;
		break;
	}
	return had ? !op->result && op->got == had : op->result == -ENOENT;
}

bool model_explains(const struct model_op *first, const struct model_op *second,
		    u64 before, u64 after)
{
	u64 now = before;

	return model_step(first, &now) && model_step(second, &now) && now == after;
}

bool model_either_order(const struct model_op *one, const struct model_op *other,
			u64 before, u64 after)
{
	return model_explains(one, other, before, after) ||
	       model_explains(other, one, before, after);
}

u64 model_get(struct flatmap *map, u64 key)
{
	u64 value;

	return flatmap_lookup(map, &key, &value, NULL) ? MODEL_ABSENT : value;
}

int model_set(struct flatmap *map, u64 key, u64 value)
{
	int err;

	if (value != MODEL_ABSENT)
		return min(flatmap_upsert(map, &key, &value, GFP_ATOMIC), 0);
	err = flatmap_delete(map, &key);
	return err == -ENOENT ? 0 : err;
}
