/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The loops that are timed. They are the same text for every lane, with the lane's own
 * operations inlined, so that no lane pays for a call that its users would not make.
 */
#ifndef FLATMAP_BENCH_LOOPS_H
#define FLATMAP_BENCH_LOOPS_H

#include <linux/compiler.h>
#include <linux/types.h>

#include "lane.h"

typedef bool (*bench_get_fn)(void *table, const struct bench_key *key,
			     struct bench_value *value);
typedef bool (*bench_set_fn)(void *table, const struct bench_key *key,
			     const struct bench_value *value);
typedef bool (*bench_drop_fn)(void *table, const struct bench_key *key);
typedef u64 (*bench_values_fn)(void *table, const struct bench_key *key);

static __always_inline u64 bench_hit(void *table, const struct bench_slice *slice,
				     bench_get_fn get)
{
	struct bench_value value;
	u64 sum = 0;
	u32 i;

	for (i = 0; i < slice->count; i++) {
		if (get(table, &slice->keys[i], &value))
			sum += bench_sum(&value);
	}
	return sum;
}

/* What is returned for a key that is missing is no seed that a chain ends with. */
static __always_inline u64 bench_chain(void *table, const struct bench_slice *slice,
				       bench_get_fn get)
{
	struct bench_key key = slice->keys[0];
	struct bench_value value;
	u32 i;

	for (i = 0; i < slice->count; i++) {
		if (!get(table, &key, &value))
			return ~slice->end;
		key = bench_key(value.word[0]);
	}
	return key.word[0];
}

static __always_inline u64 bench_count(void *table, const struct bench_slice *slice,
				       bench_get_fn get)
{
	struct bench_value value;
	u64 found = 0;
	u32 i;

	for (i = 0; i < slice->count; i++)
		found += get(table, &slice->keys[i], &value);
	return found;
}

static __always_inline u64 bench_values(void *table, const struct bench_slice *slice,
					bench_values_fn values)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < slice->count; i++)
		sum += values(table, &slice->keys[i]);
	return sum;
}

static __always_inline u64 bench_write(void *table, const struct bench_slice *slice,
				       bench_set_fn set)
{
	u64 done = 0;
	u32 i;

	for (i = 0; i < slice->count; i++)
		done += set(table, &slice->keys[i], &slice->values[i]);
	return done;
}

static __always_inline u64 bench_drop(void *table, const struct bench_slice *slice,
				      bench_drop_fn drop)
{
	u64 done = 0;
	u32 i;

	for (i = 0; i < slice->count; i++)
		done += drop(table, &slice->keys[i]);
	return done;
}

/* A key that is removed does not come back; @slice->values are of those added. */
static __always_inline u64 bench_churn(void *table, const struct bench_slice *slice,
				       bench_drop_fn drop, bench_set_fn insert)
{
	u64 done = 0;
	u32 i;

	for (i = 0; i < slice->count; i++) {
		done += drop(table, &slice->keys[i]) &&
			insert(table, &slice->added[i], &slice->values[i]);
	}
	return done;
}

/* Others update the same keys: each has one value or the other. */
static __always_inline u64 bench_mix(void *table, const struct bench_slice *slice,
				     u32 turns, bench_get_fn get, bench_set_fn update)
{
	const struct bench_value *values = slice->values;
	struct bench_value value;
	u64 right = 0;
	u32 i;

	for (i = 0; i < slice->count; i++) {
		if (i % turns == turns - 1)
			right += update(table, &slice->keys[i], &values[i]);
		else
			right += get(table, &slice->keys[i], &value) &&
				 bench_either(&value, values[i].word[0]);
	}
	return right;
}

/* The function loop_@name: the loop @loop around the operations that follow. */
#define BENCH_LOOP(name, loop, ...)						\
	static noinline u64 loop_##name(void *table,				\
					const struct bench_slice *slice)	\
	{									\
		return loop(table, slice, __VA_ARGS__);				\
	}

/* The loops that every map has, for struct bench_lane. */
#define BENCH_MAP_RUNS								\
	[BENCH_HIT] = loop_hit,							\
	[BENCH_CHAIN] = loop_chain,						\
	[BENCH_MISS] = loop_miss,						\
	[BENCH_INSERT] = loop_insert,						\
	[BENCH_UPDATE] = loop_update,						\
	[BENCH_DELETE] = loop_delete,						\
	[BENCH_CHURN] = loop_churn,						\
	[BENCH_MIX_10] = loop_mix_10,						\
	[BENCH_MIX_50] = loop_mix_50

/* A value that can be written at once is stored in place; a longer one would tear. */
#define BENCH_IN_PLACE(loop)	(BENCH_VALUE_WORDS == 1 ? (loop) : NULL)

#endif /* FLATMAP_BENCH_LOOPS_H */
