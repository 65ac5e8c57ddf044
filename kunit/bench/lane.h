/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a lane of the race is: a table of 8-byte keys and 8-byte values, and the
 * loops that are timed. The loops are the same text for every lane, with the
 * lane's own operations inlined, so that no lane pays for a call that its users
 * would not make.
 */
#ifndef FLATMAP_BENCH_LANE_H
#define FLATMAP_BENCH_LANE_H

#include <linux/compiler.h>
#include <linux/types.h>

/**
 * enum bench_op - what is timed
 * @BENCH_HIT: look up keys that are there, each independent of the others
 * @BENCH_CHAIN: look up keys each of which is the value just read
 * @BENCH_MISS: look up keys that are not there
 * @BENCH_UPDATE: replace values, so that a reader sees the old or the new one
 * @BENCH_STORE: write the 8 bytes of a value in place, where a table allows it
 * @BENCH_DELETE: remove keys
 * @BENCH_INSERT: add keys
 * @BENCH_OPS: how many there are
 */
enum bench_op {
	BENCH_HIT,
	BENCH_CHAIN,
	BENCH_MISS,
	BENCH_UPDATE,
	BENCH_STORE,
	BENCH_DELETE,
	BENCH_INSERT,
	BENCH_OPS,
};

/**
 * struct bench_batch - what one timed loop works on
 * @keys: the keys, in the order of use
 * @values: a value for each
 * @start: for %BENCH_CHAIN: the first key
 * @count: how many
 */
struct bench_batch {
	const u64 *keys;
	const u64 *values;
	u64 start;
	u32 count;
};

typedef u64 (*bench_loop_fn)(void *table, const struct bench_batch *batch);

/**
 * struct bench_lane - one contender
 * @name: as in the table
 * @create: makes an empty table for this many entries, or ERR_PTR; where a table can
 *	grow, 0 is for one that is not told
 * @destroy: the opposite
 * @settle: waits until memory that readers may still have seen is free again; NULL
 *	where that is at once
 * @bytes: memory that the table takes; NULL where that is not asked for
 * @run: the loops, each NULL if the lane has no such operation. They return the
 *	sum of the values read, for %BENCH_CHAIN the last one, for all others how
 *	many keys the operation succeeded on
 */
struct bench_lane {
	const char *name;
	void *(*create)(u64 entries);
	void (*destroy)(void *table);
	void (*settle)(void);
	u64 (*bytes)(void *table);
	bench_loop_fn run[BENCH_OPS];
};

extern const struct bench_lane bench_flatmap;
extern const struct bench_lane bench_flatmap_typed;
extern const struct bench_lane bench_flatmap_siphash;
extern const struct bench_lane bench_flatmap_batch;
extern const struct bench_lane bench_flatmap_batch_siphash;
extern const struct bench_lane bench_rhashtable;
extern const struct bench_lane bench_hlist;
extern const struct bench_lane bench_bpf;
extern const struct bench_lane bench_line;
extern const struct bench_lane bench_pair;

/* The file descriptor of the BPF map of the process that loads the module. */
extern int bench_bpf_fd;

static __always_inline u64 bench_hit(void *table, const struct bench_batch *batch,
				     bool (*get)(void *table, u64 key, u64 *value))
{
	u64 value, sum = 0;
	u32 i;

	for (i = 0; i < batch->count; i++) {
		if (get(table, batch->keys[i], &value))
			sum += value;
	}
	return sum;
}

static __always_inline u64 bench_chain(void *table, const struct bench_batch *batch,
				       bool (*get)(void *table, u64 key, u64 *value))
{
	u64 value = batch->start;
	u32 i;

	for (i = 0; i < batch->count; i++) {
		if (!get(table, value, &value))
			return 0;
	}
	return value;
}

static __always_inline u64 bench_count(void *table, const struct bench_batch *batch,
				       bool (*get)(void *table, u64 key, u64 *value))
{
	u64 value, found = 0;
	u32 i;

	for (i = 0; i < batch->count; i++)
		found += get(table, batch->keys[i], &value);
	return found;
}

static __always_inline u64 bench_write(void *table, const struct bench_batch *batch,
				       bool (*set)(void *table, u64 key, u64 value))
{
	u64 done = 0;
	u32 i;

	for (i = 0; i < batch->count; i++)
		done += set(table, batch->keys[i], batch->values[i]);
	return done;
}

static __always_inline u64 bench_drop(void *table, const struct bench_batch *batch,
				      bool (*drop)(void *table, u64 key))
{
	u64 done = 0;
	u32 i;

	for (i = 0; i < batch->count; i++)
		done += drop(table, batch->keys[i]);
	return done;
}

/* The function @prefix_@op: the loop @loop around the operation @with. */
#define BENCH_LOOP(prefix, op, loop, with)					\
	static noinline u64 prefix##_##op(void *table,				\
					  const struct bench_batch *batch)	\
	{									\
		return loop(table, batch, with);				\
	}

/* The lane @lane: these loops, and prefix_destroy(). All that follow @creates may be NULL. */
#define BENCH_LANE(lane, prefix, called, creates, settles, counts, stores)	\
	const struct bench_lane lane = {					\
		.name = called,							\
		.create = creates,						\
		.destroy = prefix##_destroy,					\
		.settle = settles,						\
		.bytes = counts,						\
		.run = {							\
			[BENCH_HIT] = prefix##_hit,				\
			[BENCH_CHAIN] = prefix##_chain,				\
			[BENCH_MISS] = prefix##_miss,				\
			[BENCH_UPDATE] = prefix##_updates,			\
			[BENCH_STORE] = stores,					\
			[BENCH_DELETE] = prefix##_deletes,			\
			[BENCH_INSERT] = prefix##_inserts,			\
		},								\
	}

#endif /* FLATMAP_BENCH_LANE_H */
