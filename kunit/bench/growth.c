// SPDX-License-Identifier: GPL-2.0
/*
 * Tables that are filled from empty, told how many entries will come or not told. All of
 * a round's tables are checked. A line of what it tells begins with
 *
 *	KIND entries lane hint
 *
 * where hint is `hinted` or `unhinted`, and goes on, in a round of growth, with
 *
 *	fill	nanoseconds for all inserts
 *	memory	bytes of an entry, averaged over the growth from a tenth of the entries on
 *
 * and in a round of latency, which looks at the clock before and after each insert, with
 *
 *	latency	nanoseconds for all inserts; p50, p99, p99.9 and the longest of all; the
 *		same of those that no interrupt came into; how many the others are
 *
 * In User Mode Linux an interrupt is a signal and takes as long as a hundred inserts, so
 * p99.9 of all tells how many ticks there were for each insert. The time of the clock is
 * part of each figure: lane `nothing` tells how much that is.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kernel_stat.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "bench.h"
#include "lane.h"
#include "latency.h"

/* How often the memory of a table is looked at while it grows. */
#define GROWTH_SAMPLES	1000

/* Memory that need not be free again before the next table is made, in pages. */
#define GROWTH_REST	(SZ_16M >> PAGE_SHIFT)

/* How long to wait for the rest. */
#define GROWTH_PATIENCE	(20 * HZ)

static void *nothing_create(u64 entries)
{
	return NULL;
}

static void nothing_destroy(void *table)
{
}

static u64 nothing_insert(void *table, const struct bench_batch *batch)
{
	return batch->count;
}

static u64 nothing_hit(void *table, const struct bench_batch *batch)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < batch->count; i++)
		sum += batch->values[i];
	return sum;
}

static const struct bench_lane growth_nothing = {
	.name = "nothing",
	.create = nothing_create,
	.destroy = nothing_destroy,
	.run = { [BENCH_INSERT] = nothing_insert, [BENCH_HIT] = nothing_hit },
};

/**
 * struct growth - a kind of table
 * @lane: the lane
 * @hint: is it told how many entries will come?
 */
struct growth {
	const struct bench_lane *lane;
	bool hint;
};

static const struct growth growths[] = {
	{ &bench_flatmap, false },
	{ &bench_flatmap, true },
	{ &bench_rhashtable, false },
	{ &bench_rhashtable, true },
};

static const struct growth growth_latencies[] = {
	{ &growth_nothing, false },
	{ &bench_flatmap, false },
	{ &bench_flatmap, true },
};

static const char *growth_hint(const struct growth *growth)
{
	return growth->hint ? "hinted" : "unhinted";
}

static int growth_fill(const struct growth *growth, void *table,
		       const struct bench_batch *all)
{
	u64 start = ktime_get_ns();

	growth->lane->run[BENCH_INSERT](table, all);
	bench_tell("fill %u %s %s %llu\n", all->count, growth->lane->name,
		   growth_hint(growth), ktime_get_ns() - start);
	return 0;
}

/* Interrupts of this CPU; another number, too, if it is another CPU. */
static u64 growth_interrupts(void)
{
	u64 interrupts;
	u32 cpu = get_cpu();

	interrupts = (u64)cpu << 48 | kstat_cpu_irqs_sum(cpu);
	put_cpu();
	return interrupts;
}

static void growth_tell_latency(const struct latency *latency, u64 ns, u64 ticks)
{
	static const u32 beyond[] = { 2, 100, 1000 };
	u64 time;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(beyond); i++) {
		time = latency_but(latency, div_u64(latency->all, beyond[i]));
		bench_tell(" %llu", mul_u64_u64_div_u64(time, ns, ticks));
	}
	bench_tell(" %llu", mul_u64_u64_div_u64(latency->longest, ns, ticks));
}

static int growth_latency(const struct growth *growth, void *table,
			  const struct bench_batch *all)
{
	struct latency *latency = kvcalloc(2, sizeof(*latency), GFP_KERNEL);
	u64 ns, ticks, began, took, interrupts;
	struct bench_batch one = { .count = 1 };
	u32 i;

	if (!latency)
		return -ENOMEM;
	ns = ktime_get_ns();
	ticks = latency_clock();
	for (i = 0; i < all->count; i++) {
		one.keys = all->keys + i;
		one.values = all->values + i;
		interrupts = growth_interrupts();
		began = latency_clock();
		growth->lane->run[BENCH_INSERT](table, &one);
		took = latency_clock() - began;
		latency_add(&latency[0], took);
		if (interrupts == growth_interrupts())
			latency_add(&latency[1], took);
	}
	ticks = latency_clock() - ticks;
	ns = ktime_get_ns() - ns;
	bench_tell("latency %u %s %s %llu", all->count, growth->lane->name,
		   growth_hint(growth), ns);
	growth_tell_latency(&latency[0], ns, ticks);
	growth_tell_latency(&latency[1], ns, ticks);
	bench_tell(" %llu\n", latency[0].all - latency[1].all);
	kvfree(latency);
	return 0;
}

static int growth_memory(const struct growth *growth, void *table,
			 const struct bench_batch *all)
{
	struct bench_batch part = *all;
	u64 sum = 0;
	u32 from, i;

	part.count = all->count / 10;
	growth->lane->run[BENCH_INSERT](table, &part);
	for (i = 0; i < GROWTH_SAMPLES; i++) {
		from = part.keys + part.count - all->keys;
		part.keys = all->keys + from;
		part.values = all->values + from;
		part.count = (all->count - from) / (GROWTH_SAMPLES - i);
		growth->lane->run[BENCH_INSERT](table, &part);
		sum += div_u64(growth->lane->bytes(table) * 100, from + part.count);
	}
	sum = div_u64(sum, GROWTH_SAMPLES);
	bench_tell("memory %u %s %s %llu.%02llu\n", all->count, growth->lane->name,
		   growth_hint(growth), sum / 100, sum % 100);
	return 0;
}

static u64 growth_free_pages(void)
{
	struct sysinfo info;

	si_meminfo(&info);
	return info.freeram;
}

/* Tables may be freed when destroying them has returned, and that takes time, too. */
static int growth_await_free(u64 pages)
{
	unsigned long until = jiffies + GROWTH_PATIENCE;

	while (growth_free_pages() + GROWTH_REST < pages) {
		if (time_after(jiffies, until))
			return -ETIMEDOUT;
		msleep(20);
	}
	return 0;
}

typedef int (*growth_fn)(const struct growth *growth, void *table,
			 const struct bench_batch *all);

static int growth_run(const struct growth *growth, growth_fn insert,
		      const struct bench_work *work)
{
	const struct bench_batch all = {
		.keys = work->written,
		.values = work->values,
		.count = work->entries,
	};
	const struct bench_lane *lane = growth->lane;
	u64 pages = growth_free_pages();
	u64 want = 0;
	void *table;
	int err;
	u32 i;

	table = lane->create(growth->hint ? work->entries : 0);
	if (IS_ERR(table))
		return PTR_ERR(table);
	err = insert(growth, table, &all);
	for (i = 0; i < all.count; i++)
		want += all.values[i];
	if (!err && lane->run[BENCH_HIT](table, &all) != want) {
		pr_err("%s, %s: not all entries are there\n", lane->name,
		       growth_hint(growth));
		err = -EIO;
	}
	if (lane->settle)
		lane->settle();
	lane->destroy(table);
	return err ?: growth_await_free(pages);
}

/* Fill tables of several kinds in one way. */
static int growth_each(const struct growth *kinds, u32 count, growth_fn insert,
		       const struct bench_work *work)
{
	int err = 0;
	u32 i;

	for (i = 0; !err && i < count; i++)
		err = growth_run(&kinds[i], insert, work);
	return err;
}

/**
 * growth_round() - fill each kind of table, and see its memory
 * @work: what with
 *
 * Return: 0, or a negative errno.
 */
int growth_round(const struct bench_work *work)
{
	int err;

	err = growth_each(growths, ARRAY_SIZE(growths), growth_fill, work);
	return err ?: growth_each(growths, ARRAY_SIZE(growths), growth_memory, work);
}

/**
 * latency_round() - see how long each insert takes
 * @work: what to insert
 *
 * Return: 0, or a negative errno.
 */
int latency_round(const struct bench_work *work)
{
	return growth_each(growth_latencies, ARRAY_SIZE(growth_latencies), growth_latency,
			   work);
}
