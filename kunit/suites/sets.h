/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A model of one key of a multimap with 8-byte keys and values from 1 to 15. Its
 * values are written as one number with a hexadecimal digit for each, in the order
 * in which they were added: 0x132 are 1, 3 and 2.
 */
#ifndef _FLATMAP_SETS_H
#define _FLATMAP_SETS_H

#include <linux/flatmap.h>

/* The most values a set can have here. */
#define SETS_MOST	15

enum sets_kind {
	SETS_VALUES,
	SETS_LOOKUP,
	SETS_PIN,
	SETS_ADD,
	SETS_INSERT,
	SETS_REPLACE,
	SETS_DELETE_VALUE,
	SETS_DELETE_RETURN,
};

/**
 * struct sets_op - an operation, done or to be done
 * @map: the map
 * @key: the key
 * @kind: what it does
 * @value: the value it adds, deletes or puts in place of another
 * @old: that other one
 * @got: the set or the value it returned, if it did
 * @count: how many values there are, if it said so
 * @result: what it returned
 */
struct sets_op {
	struct flatmap *map;
	u64 key;
	enum sets_kind kind;
	u64 value, old;
	u64 got, count;
	int result;
};

/* Do it, in any context. */
void sets_do(struct sets_op *op);

/* Is this what @op does if the key has the values *@now, which it may change? */
bool sets_step(const struct sets_op *op, u64 *now);

/*
 * Are the results what they should be if the @count operations @inner happened one
 * after the other, @outer before, after or between them, and made @before @after?
 */
bool sets_explain(const struct sets_op *outer, const struct sets_op *inner, u32 count,
		  u64 before, u64 after);

/* The values of the key; add one; make them be these. */
u64 sets_get(struct flatmap *map, u64 key);
int sets_add(struct flatmap *map, u64 key, u64 value);
int sets_set(struct flatmap *map, u64 key, u64 set);

#endif /* _FLATMAP_SETS_H */
