/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The threads that work, each on a CPU of its own, and their clocks. While they do,
 * nothing else of the bench runs.
 */
#ifndef FLATMAP_BENCH_TEAM_H
#define FLATMAP_BENCH_TEAM_H

#include <linux/completion.h>
#include <linux/types.h>

#include "keys.h"
#include "lane.h"

/* The most threads. */
#define TEAM_HANDS	2

/*
 * Operations of a slice: long enough for a clock with steps of a quarter of a microsecond,
 * as that of User Mode Linux has, and short beside a time slice.
 */
#define TEAM_SLICE	BENCH_SLICE_ROOM

/* Changes that are few, and are timed in slices of a quarter. */
#define TEAM_FEW	8192

/* The most keys that are looked up before the clock. */
#define TEAM_WARM	65536

/* Lookups of hot keys, a nanosecond or so each, go through a slice that many times. */
#define TEAM_HOT_TURNS	16

struct bench_hand;

/**
 * struct bench_cell - a work on a lane, and what comes of it
 * @work: its name
 * @lane: the lane
 * @table: its table
 * @op: what is done
 * @order: to which keys
 * @threads: how many do it
 * @first: where each begins in the order, a part of the entries apart
 * @count: how many keys each takes
 * @run: what each does, with @op and what else it takes; 0 or a negative errno
 * @ops: out: operations of all threads
 * @ns: out: what the thread took that took longest
 * @ps: out: the median of the slices of all threads, in picoseconds an operation: it
 *	leaves out those in which the machine did something else
 * @ipis: out: how often processors interrupted each other while the threads were timed
 */
struct bench_cell {
	const char *work;
	const struct bench_lane *lane;
	void *table;
	enum bench_op op;
	enum bench_order order;
	u32 threads;
	u32 first;
	u32 count;
	int (*run)(struct bench_hand *hand);
	u64 ops;
	u64 ns;
	u32 ps;
	u64 ipis;
};

/**
 * struct bench_hand - a thread and its part of a cell
 * @cell: the cell
 * @keys: the keys
 * @first: where in the order it begins
 * @slice: what it works on
 * @ops: how many operations were timed
 * @ns: what they took
 * @slices: how many slices that were
 * @ps: an operation in each of them, in picoseconds
 * @ipis: how often processors interrupted each other meanwhile
 * @err: what came of it
 * @done: it has ended
 */
struct bench_hand {
	struct bench_cell *cell;
	const struct bench_keys *keys;
	u32 first;
	struct bench_slice *slice;
	u64 ops;
	u64 ns;
	u32 slices;
	u32 *ps;
	u64 ipis;
	int err;
	struct completion done;
};

int team_init(const struct bench_keys *keys);
void team_exit(void);
int team_run(struct bench_cell *cell);
void team_tell(const struct bench_cell *cell);

/* How a hand goes about a pass: by the clock; with the other values. */
#define HAND_TIMED	1
#define HAND_OTHERS	2

int hand_slice(struct bench_hand *hand, enum bench_op op, u64 want, bool timed);
int hand_pass(struct bench_hand *hand, enum bench_op op, enum bench_order order,
	      u32 first, u32 count, u32 how);
int hand_warm(struct bench_hand *hand);
void hand_note(struct bench_hand *hand, u64 ns, u32 ops);
int hand_wrong(const struct bench_hand *hand, u64 got, u64 want);

#endif /* FLATMAP_BENCH_TEAM_H */
