// SPDX-License-Identifier: GPL-2.0
/*
 * Lookups in tables that are full, by one thread and by two: of keys that do not depend on
 * each other, as fast as the CPU can have them under way; of keys each of which comes from
 * the value just read; of a few hot ones, which two threads share; of keys that are absent;
 * and of all values of a key. A line of what a round tells is
 *
 *	time SHAPE ENTRIES WORK LANE THREADS OPERATIONS NANOSECONDS MEDIAN
 */
#include <linux/bits.h>
#include <linux/kernel.h>

#include "../bench.h"
#include "../tables.h"

/* Lookups of a thread in a round. */
#define READS	65536

static int reads_run(struct bench_hand *hand)
{
	const struct bench_cell *cell = hand->cell;
	u32 passes;
	int err = 0;

	if (cell->lane->run[BENCH_HIT])
		err = hand_warm(hand);
	else
		err = hand_pass(hand, cell->op, cell->order, hand->first, cell->count, 0);
	for (passes = READS / cell->count; passes && !err; passes--)
		err = hand_pass(hand, cell->op, cell->order, hand->first, cell->count,
				HAND_TIMED);
	return err;
}

#define READ_WORK(called, does, to, by)			\
	{						\
		.name = called,				\
		.op = does,				\
		.order = to,				\
		.threads = by,				\
		.share = 1,				\
		.limit = READS,				\
		.run = reads_run,			\
	}

static const struct bench_work reads[] = {
	READ_WORK("hit", BENCH_HIT, BENCH_READ, BIT(1) | BIT(2)),
	READ_WORK("dependent-hit", BENCH_CHAIN, BENCH_CYCLE, BIT(1) | BIT(2)),
	READ_WORK("hot-hit", BENCH_HIT, BENCH_HOT, BIT(1) | BIT(2)),
	READ_WORK("miss", BENCH_MISS, BENCH_ABSENT, BIT(1)),
	READ_WORK("find-values", BENCH_VALUES, BENCH_READ, BIT(1)),
};

/**
 * reads_round() - time each kind of lookup on each lane
 * @keys: the same ones in every round
 *
 * Return: 0, or a negative errno; then there will be no other round.
 */
int reads_round(const struct bench_keys *keys)
{
	return tables_round(keys, reads, ARRAY_SIZE(reads));
}
