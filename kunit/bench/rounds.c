// SPDX-License-Identifier: GPL-2.0
/*
 * The race between tables that are full. Its first round builds and fills every lane.
 * A round times each operation on each lane once, the lanes in turns, and checks every
 * result. It tells the times, a line for each:
 *
 *	race entries operation lane operations nanoseconds median
 *
 * The loops are timed in slices. The median is that of the slices, in picoseconds
 * an operation: it leaves out those in which the machine did something else.
 */
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "bench.h"
#include "lane.h"

/* Operations of each kind on each lane in a round, at least half of it. */
#define BENCH_ROUND	65536

/* Changes concern one part in this many of the entries at a time. */
#define BENCH_PARTS	8

/* Operations in a slice: long enough for the clock, short beside a time slice. */
#define BENCH_SLICE	512
#define BENCH_SLICES	(2 * BENCH_ROUND / BENCH_SLICE)

static const struct bench_lane *const bench_lanes[] = {
	&bench_line,
	&bench_flatmap,
	&bench_flatmap_typed,
	&bench_flatmap_siphash,
	&bench_flatmap_batch,
	&bench_flatmap_batch_siphash,
	&bench_rhashtable,
	&bench_hlist,
	&bench_bpf,
};

#define BENCH_LANES	ARRAY_SIZE(bench_lanes)

static const char *const bench_names[] = {
	[BENCH_HIT] = "hit",
	[BENCH_CHAIN] = "dependent-hit",
	[BENCH_MISS] = "miss",
	[BENCH_UPDATE] = "update",
	[BENCH_STORE] = "store",
	[BENCH_DELETE] = "delete",
	[BENCH_INSERT] = "insert",
};

/**
 * struct bench_run - a lane while it runs
 * @lane: the lane
 * @table: its table
 * @ops: how many of each operation there were in this round
 * @ns: what they took
 * @slices: how many slices that were
 * @ps: an operation in each of these, in picoseconds
 */
struct bench_run {
	const struct bench_lane *lane;
	void *table;
	u64 ops[BENCH_OPS];
	u64 ns[BENCH_OPS];
	u32 slices[BENCH_OPS];
	u32 *ps[BENCH_OPS];
};

static struct bench_run bench_runs[BENCH_LANES];
static const struct bench_work *bench_work;
static u32 bench_rounds;

static bool bench_is_table(const struct bench_run *run)
{
	return run->lane->run[BENCH_INSERT];
}

static void bench_settle(const struct bench_run *run)
{
	if (run->lane->settle)
		run->lane->settle();
}

static u64 bench_time(struct bench_run *run, enum bench_op op,
		      const struct bench_batch *batch)
{
	u64 start, ns, result;

	start = ktime_get_ns();
	result = run->lane->run[op](run->table, batch);
	ns = ktime_get_ns() - start;
	run->ns[op] += ns;
	run->ops[op] += batch->count;
	if (run->slices[op] < BENCH_SLICES)
		run->ps[op][run->slices[op]++] = div_u64(ns * 1000, batch->count);
	return result;
}

/* Run one loop, slice by slice. Fails if what comes of it is not @want. */
static int bench_loop(struct bench_run *run, enum bench_op op,
		      const struct bench_batch *all, u64 want)
{
	struct bench_batch slice = *all;
	u64 got = 0, result;
	u32 done;

	for (done = 0; done < all->count; done += slice.count) {
		slice.keys = all->keys + done;
		slice.values = all->values + done;
		slice.count = min(all->count - done, BENCH_SLICE);
		result = bench_time(run, op, &slice);
		slice.start = result;
		got = op == BENCH_CHAIN ? result : got + result;
		cond_resched();
	}
	if (got == want || !bench_is_table(run))
		return 0;
	pr_err("%s: %s gave %llu instead of %llu\n", run->lane->name, bench_names[op],
	       got, want);
	return -EIO;
}

/* Do all keys in @batch have the values there? Out of the clock. */
static int bench_verify(const struct bench_run *run, const struct bench_batch *batch)
{
	u64 want = 0;
	u32 i;

	for (i = 0; i < batch->count; i++)
		want += batch->values[i];
	return run->lane->run[BENCH_HIT](run->table, batch) == want ? 0 : -EIO;
}

static int bench_change(struct bench_run *run, enum bench_op op,
			const struct bench_batch *batch)
{
	int err = bench_loop(run, op, batch, batch->count);

	bench_settle(run);
	return err;
}

/* Give the keys other values, then the ones they had. */
static int bench_update(struct bench_run *run, enum bench_op op,
			const struct bench_batch *batch)
{
	struct bench_batch other = *batch;
	int err;

	other.values = bench_work->others + (batch->keys - bench_work->written);
	err = bench_change(run, op, &other);
	if (!err)
		err = bench_verify(run, &other);
	if (!err)
		err = bench_change(run, op, batch);
	return err ?: bench_verify(run, batch);
}

/* Remove the keys, then add them again. */
static int bench_churn(struct bench_run *run, const struct bench_batch *batch)
{
	int err = bench_change(run, BENCH_DELETE, batch);

	if (!err && run->lane->run[BENCH_MISS](run->table, batch))
		err = -EIO;
	if (!err)
		err = bench_change(run, BENCH_INSERT, batch);
	return err ?: bench_verify(run, batch);
}

/* Part after part of the entries, as many as belong to a round. */
static int bench_writes(struct bench_run *run, enum bench_op op)
{
	u32 count = min(bench_work->entries / BENCH_PARTS, BENCH_ROUND);
	u32 parts = max(1U, BENCH_ROUND / 2 / count);
	u32 part, first;
	int err = 0;

	for (part = 0; part < parts && !err; part++) {
		first = (bench_rounds + part) % BENCH_PARTS * count;
		struct bench_batch batch = {
			.keys = bench_work->written + first,
			.values = bench_work->values + first,
			.count = count,
		};

		err = op == BENCH_DELETE ? bench_churn(run, &batch) :
					   bench_update(run, op, &batch);
	}
	return err;
}

/* Look up part of the keys: another part in each round, if not all. */
static int bench_reads(struct bench_run *run, enum bench_op op)
{
	const struct bench_work *work = bench_work;
	u32 entries = work->entries;
	u32 count = min(entries, BENCH_ROUND);
	u32 first = bench_rounds % (entries / count) * count;
	struct bench_batch batch = {
		.keys = (op == BENCH_MISS ? work->absent : work->read) + first,
		.start = work->cycle[first],
		.count = count,
	};
	u64 want = 0;
	u32 passes, i;
	int err = 0;

	if (op == BENCH_CHAIN)
		want = work->cycle[(first + count) % entries];
	for (i = 0; op == BENCH_HIT && i < count; i++)
		want += work->found[first + i];
	/* A table that is small is one whose users find it in the cache. */
	if (count == entries)
		run->lane->run[op](run->table, &batch);
	for (passes = BENCH_ROUND / count; passes && !err; passes--)
		err = bench_loop(run, op, &batch, want);
	return err;
}

/* Inserts come with the deletes. */
static int bench_op(struct bench_run *run, enum bench_op op)
{
	if (!run->lane->run[op] || op == BENCH_INSERT)
		return 0;
	if (op == BENCH_HIT || op == BENCH_CHAIN || op == BENCH_MISS)
		return bench_reads(run, op);
	return bench_writes(run, op);
}

static int bench_compare(const void *a, const void *b)
{
	return cmp_int(*(const u32 *)a, *(const u32 *)b);
}

static void bench_tell_op(struct bench_run *run, enum bench_op op)
{
	if (!run->slices[op])
		return;
	sort(run->ps[op], run->slices[op], sizeof(u32), bench_compare, NULL);
	bench_tell("race %u %s %s %llu %llu %u\n", bench_work->entries, bench_names[op],
		   run->lane->name, run->ops[op], run->ns[op],
		   run->ps[op][run->slices[op] / 2]);
}

static void bench_begin(struct bench_run *run)
{
	memset(run->ops, 0, sizeof(run->ops));
	memset(run->ns, 0, sizeof(run->ns));
	memset(run->slices, 0, sizeof(run->slices));
}

static int bench_fill(struct bench_run *run, const struct bench_lane *lane)
{
	struct bench_batch all = {
		.keys = bench_work->written,
		.values = bench_work->values,
		.count = bench_work->entries,
	};
	void *table;
	u32 op;

	for (op = 0; op < BENCH_OPS; op++) {
		run->ps[op] = kvcalloc(BENCH_SLICES, sizeof(u32), GFP_KERNEL);
		if (!run->ps[op])
			return -ENOMEM;
	}
	table = lane->create(bench_work->entries);
	if (IS_ERR(table))
		return PTR_ERR(table);
	run->table = table;
	run->lane = lane;
	if (!bench_is_table(run))
		return 0;
	return lane->run[BENCH_INSERT](table, &all) == all.count ?
	       bench_verify(run, &all) : -EIO;
}

static void bench_free_run(struct bench_run *run)
{
	u32 op;

	for (op = 0; op < BENCH_OPS; op++)
		kvfree(run->ps[op]);
	if (!run->table)
		return;
	bench_settle(run);
	run->lane->destroy(run->table);
}

/**
 * race_exit() - give all tables up
 */
void race_exit(void)
{
	u32 i;

	for (i = 0; i < BENCH_LANES; i++)
		bench_free_run(&bench_runs[i]);
}

static int race_init(const struct bench_work *work)
{
	int err = 0;
	u32 i;

	bench_work = work;
	for (i = 0; !err && i < BENCH_LANES; i++)
		err = bench_fill(&bench_runs[i], bench_lanes[i]);
	return err;
}

/**
 * race_round() - time each operation on each lane once
 * @work: the same one in every round
 *
 * The lane that goes first changes, so that none always follows the same other.
 *
 * Return: 0, or a negative errno; then there will be no other round.
 */
int race_round(const struct bench_work *work)
{
	struct bench_run *run;
	int err = 0;
	u32 op, i;

	if (!bench_work)
		err = race_init(work);
	for (i = 0; i < BENCH_LANES; i++)
		bench_begin(&bench_runs[i]);
	for (op = 0; op < BENCH_OPS; op++) {
		for (i = 0; !err && i < BENCH_LANES; i++) {
			run = &bench_runs[(i + bench_rounds) % BENCH_LANES];
			err = bench_op(run, op);
		}
	}
	for (op = 0; op < BENCH_OPS; op++) {
		for (i = 0; !err && i < BENCH_LANES; i++)
			bench_tell_op(&bench_runs[i], op);
	}
	bench_rounds++;
	return err;
}
