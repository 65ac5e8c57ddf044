/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A model of one key of a map with 8-byte keys and values: what operations on it
 * may return. Two that overlapped are right if one order of them explains both.
 */
#ifndef _FLATMAP_MODEL_H
#define _FLATMAP_MODEL_H

#include <linux/flatmap.h>

/* An exchange modifies the value, and returns what it was. */
enum model_kind {
	MODEL_LOOKUP,
	MODEL_PIN,
	MODEL_INSERT,
	MODEL_UPDATE,
	MODEL_UPSERT,
	MODEL_EXCHANGE,
	MODEL_DELETE,
	MODEL_KINDS,
};

/* The value of a key that is not there. */
#define MODEL_ABSENT	0

/**
 * struct model_op - an operation, done or to be done
 * @map: the map
 * @key: the key
 * @value: the value it writes, if it does; not MODEL_ABSENT
 * @got: the value it returned, if it did
 * @kind: what it does
 * @result: what it returned
 */
struct model_op {
	struct flatmap *map;
	u64 key, value, got;
	enum model_kind kind;
	int result;
};

/* Do it, in any context. */
void model_do(struct model_op *op);

/* Is this what @op does if the key has the value *@now, which it may change? */
bool model_step(const struct model_op *op, u64 *now);

/* Can @first and then @second turn @before into @after, with these results? */
bool model_explains(const struct model_op *first, const struct model_op *second,
		    u64 before, u64 after);

/* The same for two that overlapped. */
bool model_either_order(const struct model_op *one, const struct model_op *other,
			u64 before, u64 after);

/* The value of the key; give it one. */
u64 model_get(struct flatmap *map, u64 key);
int model_set(struct flatmap *map, u64 key, u64 value);

#endif /* _FLATMAP_MODEL_H */
