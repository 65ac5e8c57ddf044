/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Models for wgl.c: what operations on one key of a map or multimap may return.
 */
#ifndef _TORTURE_MODEL_H
#define _TORTURE_MODEL_H

#include "wgl.h"

enum torture_kind {
	TORTURE_LOOKUP,
	TORTURE_PIN,
	TORTURE_INSERT,
	TORTURE_DELETE,
	TORTURE_REPLACE,
	TORTURE_DELETE_VALUE,
	/* in a map only */
	TORTURE_UPDATE,
	TORTURE_UPSERT,
	TORTURE_MODIFY,
	TORTURE_PUT,		/* modify or insert */
	/* in a multimap only */
	TORTURE_ADD,
	TORTURE_VALUES,
	TORTURE_HAS,		/* iteration has come to this value */
	TORTURE_CLEAR,		/* one by one, so there is no model of it */
	TORTURE_KINDS,
};

/* The state of a key that is not there; no value has this stamp. */
#define TORTURE_ABSENT	0

/*
 * In a multimap, a value is a letter, 1 to 15, and the state of a key its values in
 * the order in which they were added, 4 bits each, from the lowest ones on.
 */
#define TORTURE_LETTER_BITS	4
#define TORTURE_LETTERS		15
#define TORTURE_VALUES_MAX	16

/* What a lookup in a multimap got: how many values, and the first of them. */
#define TORTURE_FIRST_OF(count, letter)	((__u64)(count) << TORTURE_LETTER_BITS | (letter))

/**
 * struct torture_op - an operation, done
 * @invoked: when it began: a clock that no two events share
 * @responded: when it had ended
 * @old: the stamp that the value must have, in the caller's opinion
 * @wrote: the stamp of the value it writes, if it does
 * @got: the stamp of the value that it returned, if it did; in a multimap, of a
 *	lookup TORTURE_FIRST_OF(), and of TORTURE_VALUES the whole state
 * @result: what it returned
 * @key: the number of the key
 * @kind: &enum torture_kind
 */
struct torture_op {
	__u64 invoked, responded;
	__u64 old, wrote, got;
	int result;
	unsigned short key, kind;
};

bool torture_model_map(const void *op, __u64 *state);
bool torture_model_multimap(const void *op, __u64 *state);

#endif /* _TORTURE_MODEL_H */
