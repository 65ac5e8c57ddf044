/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a lane of the race is: a table, and what can be timed on it. How the loops that are
 * timed look is in loops.h.
 */
#ifndef FLATMAP_BENCH_LANE_H
#define FLATMAP_BENCH_LANE_H

#include <linux/types.h>

#include "shape.h"

/* The most keys of one timed loop. */
#define BENCH_SLICE_ROOM	1024

/**
 * struct bench_slice - what one timed loop works on
 * @count: how many keys
 * @sum: of the values that they have
 * @end: the seed of the last one's value
 * @keys: the keys, in the order of use
 * @values: a value for each
 * @added: for %BENCH_CHURN: the keys that are added, each when one of @keys is removed
 */
struct bench_slice {
	u32 count;
	u64 sum;
	u64 end;
	struct bench_key keys[BENCH_SLICE_ROOM];
	struct bench_value values[BENCH_SLICE_ROOM];
	struct bench_key added[BENCH_SLICE_ROOM];
};

/**
 * enum bench_op - what is timed
 * @BENCH_HIT: look up keys that are there, each independent of the others
 * @BENCH_CHAIN: look up keys each of which comes from the value just read, from the first
 *	one of the slice on
 * @BENCH_MISS: look up keys that are not there
 * @BENCH_VALUES: look up all values of keys of a multimap
 * @BENCH_INSERT: add keys; to a multimap, values
 * @BENCH_UPDATE: replace values, so that a reader sees the old or the new one
 * @BENCH_STORE: write a value in place, where a table allows it
 * @BENCH_DELETE: remove keys; from a multimap, values
 * @BENCH_CHURN: remove a key and add another one, by turns
 * @BENCH_MIX_10: look up, but every tenth is an update
 * @BENCH_MIX_50: look up and update by turns
 * @BENCH_ITERATE: go through all entries
 * @BENCH_OPS: how many there are
 */
enum bench_op {
	BENCH_HIT,
	BENCH_CHAIN,
	BENCH_MISS,
	BENCH_VALUES,
	BENCH_INSERT,
	BENCH_UPDATE,
	BENCH_STORE,
	BENCH_DELETE,
	BENCH_CHURN,
	BENCH_MIX_10,
	BENCH_MIX_50,
	BENCH_ITERATE,
	BENCH_OPS,
};

/**
 * enum bench_kind - what a table holds
 * @BENCH_MAP: a value for each key
 * @BENCH_INTEGERS: likewise, of keys that are integers without large gaps
 * @BENCH_MULTIMAP: several for each key
 * @BENCH_LIMIT: nothing: lines of memory
 */
enum bench_kind {
	BENCH_MAP,
	BENCH_INTEGERS,
	BENCH_MULTIMAP,
	BENCH_LIMIT,
};

typedef u64 (*bench_loop_fn)(void *table, const struct bench_slice *slice);

/* How a table may be made: told how many entries will come, or to grow as they do. */
#define BENCH_HINTED	1
#define BENCH_UNHINTED	2

/**
 * struct bench_lane - one contender
 * @name: as it is told
 * @kind: of table
 * @fills: how it may be made, BENCH_HINTED, BENCH_UNHINTED or both
 * @shares: the lane whose table it can use, or NULL; the keys are the same
 * @unable: why it cannot run with so many entries, or NULL; may be NULL
 * @create: makes an empty table for this many entries, or ERR_PTR; by the task that
 *	runs the round
 * @destroy: the opposite
 * @settle: waits until memory that readers may still have seen is free again; NULL
 *	where that is at once
 * @bytes: the memory that the table takes; NULL to have the kernel's count
 * @run: the loops, each NULL if the lane has no such operation. They return the sum of
 *	the values read; for %BENCH_CHAIN, the seed of the last one; for changes and
 *	%BENCH_MISS on how many keys the operation succeeded; for mixes and
 *	%BENCH_CHURN, how many did what they had to
 */
struct bench_lane {
	const char *name;
	enum bench_kind kind;
	u32 fills;
	const struct bench_lane *shares;
	const char *(*unable)(u64 entries);
	void *(*create)(u64 entries, bool hinted);
	void (*destroy)(void *table);
	void (*settle)(void);
	u64 (*bytes)(void *table);
	bench_loop_fn run[BENCH_OPS];
};

extern const struct bench_lane bench_line;
extern const struct bench_lane bench_line_2;
extern const struct bench_lane bench_line_ahead;
extern const struct bench_lane bench_line_2_ahead;
extern const struct bench_lane bench_flatmap;
extern const struct bench_lane bench_flatmap_siphash;
extern const struct bench_lane bench_flatmap_typed;
extern const struct bench_lane bench_flatmap_typed_siphash;
extern const struct bench_lane bench_flatmap_batch;
extern const struct bench_lane bench_flatmap_batch_siphash;
extern const struct bench_lane bench_flatmap_multimap;
extern const struct bench_lane bench_rhashtable;
extern const struct bench_lane bench_rhltable;
extern const struct bench_lane bench_hlist;
extern const struct bench_lane bench_xarray;
extern const struct bench_lane bench_bpf_hash;
extern const struct bench_lane bench_bpf_hash_noprealloc;
extern const struct bench_lane bench_bpf_rhash;

#endif /* FLATMAP_BENCH_LANE_H */
