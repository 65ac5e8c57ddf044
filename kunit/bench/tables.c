// SPDX-License-Identifier: GPL-2.0
#include <linux/bits.h>
#include <linux/cpumask.h>
#include <linux/err.h>

#include "bench.h"
#include "memory.h"
#include "tables.h"

/* A lane whose table another one uses stands before that one. */
const struct bench_lane *const bench_lanes[] = {
	&bench_line,
	&bench_line_2,
	&bench_line_ahead,
	&bench_line_2_ahead,
	&bench_flatmap,
	&bench_flatmap_typed,
	&bench_flatmap_batch,
	&bench_flatmap_siphash,
	&bench_flatmap_typed_siphash,
	&bench_flatmap_batch_siphash,
	&bench_flatmap_multimap,
	&bench_rhashtable,
	&bench_rhltable,
	&bench_hlist,
	&bench_xarray,
	&bench_bpf_hash,
	&bench_bpf_hash_noprealloc,
	&bench_bpf_rhash,
	NULL
};

#define TABLES	(ARRAY_SIZE(bench_lanes) - 1)

/* The table of each lane, and which of them belong to another lane; guarded by main.c. */
static void *tables[TABLES];
static bool tables_shared[TABLES];
static bool tables_are_full;
static u64 tables_pages; /* before they were made */
static u32 tables_rounds;
static u32 tables_order[TABLES];

void lane_settle(const struct bench_lane *lane)
{
	if (lane->settle)
		lane->settle();
}

/* ---- Filling -------------------------------------------------------- */

static int table_fill_all(struct bench_hand *hand)
{
	return hand_pass(hand, BENCH_INSERT, BENCH_INSERTION, 0, hand->keys->entries, 0);
}

static int table_fill(const struct bench_lane *lane, void *table)
{
	struct bench_cell cell = {
		.work = "filling",
		.lane = lane,
		.table = table,
		.threads = 1,
		.run = table_fill_all,
	};

	return lane->run[BENCH_INSERT] ? team_run(&cell) : 0;
}

/* The table of the lane that @lane shares one with, if that one has it. */
static void *table_of_other(const struct bench_lane *lane)
{
	u32 i;

	for (i = 0; i < TABLES; i++) {
		if (bench_lanes[i] == lane->shares)
			return tables[i];
	}
	return NULL;
}

static void table_tell_skip(const struct bench_lane *lane, u32 entries, const char *why)
{
	bench_tell("skip %s %u %s * %s\n", bench_shape, entries, lane->name, why);
}

static int table_init(u32 i, const struct bench_keys *keys)
{
	const struct bench_lane *lane = bench_lanes[i];
	u32 entries = keys->entries;
	const char *why = NULL;
	void *table;

	if (!bench_wants_lane(lane->name))
		return 0;
	tables[i] = table_of_other(lane);
	tables_shared[i] = tables[i];
	if (tables_shared[i])
		return 0;
	if (lane->unable)
		why = lane->unable(entries);
	why = why ?: memory_lacks(entries);
	if (why) {
		table_tell_skip(lane, entries, why);
		return 0;
	}
	table = lane->create(entries, true);
	if (table == ERR_PTR(-EINVAL)) {
		table_tell_skip(lane, entries, "this kernel has no such table");
		return 0;
	}
	if (IS_ERR(table))
		return PTR_ERR(table);
	tables[i] = table;
	return table_fill(lane, table);
}

static int tables_init(const struct bench_keys *keys)
{
	int err = 0;
	u32 i;

	tables_are_full = true;
	tables_pages = memory_pages();
	for (i = 0; i < TABLES && !err; i++)
		err = table_init(i, keys);
	return err;
}

/**
 * tables_exit() - give all tables up
 *
 * Returns when their memory is free, lest what runs next seem to take less.
 */
void tables_exit(void)
{
	u32 i;

	if (!tables_are_full)
		return;
	for (i = 0; i < TABLES; i++) {
		if (!tables[i] || tables_shared[i])
			continue;
		lane_settle(bench_lanes[i]);
		bench_lanes[i]->destroy(tables[i]);
	}
	memory_await(tables_pages);
}

/* ---- Rounds --------------------------------------------------------- */

/* All lanes work on the same keys in a round; on others in the next one, or by more threads. */
static int table_work(u32 i, const struct bench_keys *keys,
		      const struct bench_work *work, u32 threads)
{
	struct bench_cell cell = {
		.lane = bench_lanes[i],
		.table = tables[i],
		.count = keys->entries / work->share,
	};
	int err = 0;

	if (work->limit)
		cell.count = min(cell.count, work->limit);
	cell.first = (u64)(tables_rounds * TEAM_HANDS + threads) * cell.count % keys->entries;
	for (; work && !err; work = work->then) {
		cell.work = work->name;
		cell.op = work->op;
		cell.order = work->order;
		cell.run = work->run;
		cell.threads = work->threads == BIT(1) ? 1 : threads;
		err = team_run(&cell);
		if (!err && cell.ops)
			team_tell(&cell);
	}
	return err;
}

static bool table_can(u32 i, const struct bench_work *work)
{
	const struct bench_lane *lane = bench_lanes[i];

	if (work->order == BENCH_EXTRA && lane->kind != BENCH_MULTIMAP)
		return false;
	return tables[i] && lane->run[work->op];
}

static int tables_work(const struct bench_keys *keys, const struct bench_work *work)
{
	u32 threads, turn, i;
	int err = 0;

	for (turn = 0; turn < TABLES && !err; turn++) {
		i = tables_order[turn];
		if (!table_can(i, work))
			continue;
		for (threads = 1; threads <= TEAM_HANDS && !err; threads++) {
			if (!(work->threads & BIT(threads)))
				continue;
			if (threads > num_online_cpus())
				bench_tell("skip %s %u %s %s no CPU for each thread\n", bench_shape,
					   keys->entries, bench_lanes[i]->name, work->name);
			else
				err = table_work(i, keys, work, threads);
		}
	}
	return err;
}

/**
 * tables_round() - time some works on each lane once
 * @keys: the same ones in every round
 * @works: the works
 * @count: how many these are
 *
 * The lanes take turns in another random order each time, so that none always follows the
 * same other, which may use the same table.
 *
 * Return: 0, or a negative errno; then there will be no other round.
 */
int tables_round(const struct bench_keys *keys, const struct bench_work *works,
		 u32 count)
{
	int err = 0;
	u32 i;

	if (!tables_are_full)
		err = tables_init(keys);
	keys_shuffle(tables_order, TABLES);
	for (i = 0; i < count && !err; i++) {
		if (bench_wants_work(works[i].name))
			err = tables_work(keys, &works[i]);
	}
	keys_turn(++tables_rounds);
	return err;
}
