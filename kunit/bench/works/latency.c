// SPDX-License-Identifier: GPL-2.0
/*
 * How long each insert takes, into tables that are filled from empty: the clock is looked
 * at before and after it. A line of what a round tells is
 *
 *	latency SHAPE ENTRIES LANE HINT NANOSECONDS ALL UNINTERRUPTED DISTURBED
 *
 * where ALL are the time that half of the inserts took at most, 99 of 100 and 999 of 1000,
 * and the longest; UNINTERRUPTED, the same of those that no interrupt came into; and
 * DISTURBED, how many the others are.
 *
 * In User Mode Linux an interrupt is a signal and takes as long as a hundred inserts, so
 * the third figure of ALL tells how many ticks there were for each insert. The time of the
 * clock is part of each figure: lane `nothing` tells how much that is.
 */
#include <linux/kernel_stat.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/sched.h>

#include "../bench.h"
#include "../tables.h"
#include "empty.h"
#include "latency.h"

/* No table at all. */
static void *nothing_create(u64 entries, bool hinted)
{
	return NULL;
}

static void nothing_destroy(void *table)
{
}

static u64 nothing_insert(void *table, const struct bench_slice *slice)
{
	return slice->count;
}

static u64 nothing_hit(void *table, const struct bench_slice *slice)
{
	return slice->sum;
}

static const struct bench_lane latency_nothing = {
	.name = "nothing",
	.fills = BENCH_UNHINTED,
	.create = nothing_create,
	.destroy = nothing_destroy,
	.run = { [BENCH_INSERT] = nothing_insert, [BENCH_HIT] = nothing_hit },
};

static const struct bench_lane *const latency_lanes[] = {
	&latency_nothing,
	&bench_flatmap,
	&bench_rhashtable,
};

/**
 * struct latencies - a table that is filled
 * @cell: what does that
 * @ns: what it took
 * @ticks: what it took by the clock of the processor
 * @one: room for one insert
 * @times: of all inserts; of those that no interrupt came into
 */
struct latencies {
	struct bench_cell cell;
	u64 ns;
	u64 ticks;
	struct bench_slice *one;
	struct latency times[2];
};

/* Interrupts of this CPU, which the thread stays on. */
static u64 latency_interrupts(void)
{
	return kstat_cpu_irqs_sum(raw_smp_processor_id());
}

static int latency_insert(struct latencies *all)
{
	u64 interrupts, began, took, done;

	interrupts = latency_interrupts();
	began = latency_clock();
	done = all->cell.lane->run[BENCH_INSERT](all->cell.table, all->one);
	took = latency_clock() - began;
	latency_add(&all->times[0], took);
	if (interrupts == latency_interrupts())
		latency_add(&all->times[1], took);
	return done ? 0 : -EIO;
}

static int latency_run(struct bench_hand *hand)
{
	struct latencies *all = container_of(hand->cell, struct latencies, cell);
	struct bench_pick pick = { .order = BENCH_INSERTION, .values = true };
	u32 entries = hand->keys->entries;
	int err = 0;
	u32 i;

	all->one->count = 1;
	all->ns = ktime_get_ns();
	all->ticks = latency_clock();
	for (; pick.first < entries && !err; pick.first += pick.count) {
		pick.count = min(entries - pick.first, TEAM_SLICE);
		keys_pick(hand->keys, &pick, hand->slice);
		for (i = 0; i < pick.count && !err; i++) {
			all->one->keys[0] = hand->slice->keys[i];
			all->one->values[0] = hand->slice->values[i];
			err = latency_insert(all);
		}
		cond_resched();
	}
	all->ticks = latency_clock() - all->ticks;
	all->ns = ktime_get_ns() - all->ns;
	return err;
}

static void latency_tell_times(const struct latencies *all, const struct latency *times)
{
	static const u32 beyond[] = { 2, 100, 1000 };
	u64 ticks;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(beyond); i++) {
		ticks = latency_but(times, div_u64(times->all, beyond[i]));
		bench_tell(" %llu", mul_u64_u64_div_u64(ticks, all->ns, all->ticks));
	}
	bench_tell(" %llu", mul_u64_u64_div_u64(times->longest, all->ns, all->ticks));
}

static void latency_tell(const struct bench_cell *cell, const char *hint)
{
	const struct latencies *all = container_of(cell, struct latencies, cell);

	bench_tell("latency %s %u %s %s %llu", bench_shape, cell->count, cell->lane->name,
		   hint, all->ns);
	latency_tell_times(all, &all->times[0]);
	latency_tell_times(all, &all->times[1]);
	bench_tell(" %llu\n", all->times[0].all - all->times[1].all);
}

static int latency_lane(const struct bench_lane *lane, const struct bench_keys *keys,
			struct latencies *all, bool hinted)
{
	if (!(lane->fills & (hinted ? BENCH_HINTED : BENCH_UNHINTED)))
		return 0;
	memset(all->times, 0, sizeof(all->times));
	all->cell = (struct bench_cell) {
		.work = "latency",
		.lane = lane,
		.threads = 1,
		.count = keys->entries,
		.run = latency_run,
	};
	return empty_run(&all->cell, hinted, latency_tell);
}

static int latency_each(const struct bench_keys *keys, struct latencies *all)
{
	int err = 0;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(latency_lanes) && !err; i++) {
		err = latency_lane(latency_lanes[i], keys, all, false);
		err = err ?: latency_lane(latency_lanes[i], keys, all, true);
	}
	return err;
}

/**
 * latency_round() - see how long each insert takes
 * @keys: what to insert
 *
 * Return: 0, or a negative errno.
 */
int latency_round(const struct bench_keys *keys)
{
	struct latencies *all = kvzalloc(sizeof(*all), GFP_KERNEL);
	int err = -ENOMEM;

	if (!all)
		return -ENOMEM;
	all->one = kvzalloc(sizeof(*all->one), GFP_KERNEL);
	if (all->one)
		err = latency_each(keys, all);
	kvfree(all->one);
	kvfree(all);
	return err;
}
