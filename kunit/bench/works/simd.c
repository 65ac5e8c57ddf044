// SPDX-License-Identifier: GPL-2.0
/*
 * Lookups in batches of different sizes, with each set of instructions that flatmap's
 * parameter `simd` offers. All keys are there, in random order; every result is checked. A
 * line of what it tells is
 *
 *	simd entries instructions table batch median
 *
 * where table is `fast` or `siphash`, a map with this hash; or, to compare with,
 * `rhashtable`, or a random line of memory: `line`, one of many that are under way at
 * once, or `waited`, one whose address the one before held; or `pair`, two that are
 * fetched ahead. A batch of 0 are single lookups, of which instructions are `any`. The
 * median is that of slices, in picoseconds a key. `skipped instructions` is told of those
 * that this machine does not have, and what section.c tells follows.
 */
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/flatmap.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "../bench.h"
#include "../keys.h"
#include "../lane.h"

#define SIMD_PARAM	"/sys/module/flatmap/parameters/simd"

/* Keys in a slice, and slices with each set of instructions in a turn. */
#define SIMD_SLICE	BENCH_SLICE_ROOM
#define SIMD_SLICES	64

/* All of them make whole slices. */
static const u32 simd_batches[] = { 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024 };

/**
 * struct simd_table - a table that is full
 * @name: as it is told
 * @lane: how to make it and use it
 * @op: what to do with single keys
 * @batches: does it know batches?
 * @table: the table, or NULL
 */
struct simd_table {
	const char *name;
	const struct bench_lane *lane;
	enum bench_op op;
	bool batches;
	void *table;
};

static struct simd_table simd_tables[] = {
	{ "line", &bench_line, BENCH_HIT, false },
	{ "waited", &bench_line, BENCH_CHAIN, false },
	{ "pair", &bench_line_2_ahead, BENCH_HIT, false },
	{ "rhashtable", &bench_rhashtable, BENCH_HIT, false },
	{ "fast", &bench_flatmap, BENCH_HIT, true },
	{ "siphash", &bench_flatmap_siphash, BENCH_HIT, true },
};

/**
 * struct simd_choice - a set of instructions
 * @name: as it is told
 * @value: of the parameter; NULL to leave that as it is
 * @missing: does this machine not have them?
 * @ps: each slice of a turn, in picoseconds a key
 */
struct simd_choice {
	const char *name;
	const char *value;
	bool missing;
	u32 ps[SIMD_SLICES];
};

static struct simd_choice simd_any[] = { { "any" } };
static struct simd_choice simd_choices[] = {
	{ "scalar", "scalar" },
	{ "avx2", "avx2" },
	{ "avx512", "avx512" },
	{ "auto", "auto" },
};

static const struct bench_keys *simd_keys;
static struct file *simd_param;
static u32 simd_rounds, simd_slices;

/* What is at hand: rounds come one at a time. */
static struct bench_slice *simd_slice;
static struct bench_value simd_values[SIMD_SLICE];

/* ---- A slice -------------------------------------------------------- */

/* Have batches use these instructions. */
static int simd_choose(const struct simd_choice *choice)
{
	loff_t at = 0;
	ssize_t size;

	if (!choice->value)
		return 0;
	size = kernel_write(simd_param, choice->value, strlen(choice->value), &at);
	return size < 0 ? size : 0;
}

static u64 simd_hit(void *table, const struct bench_slice *slice, u32 size)
{
	u64 sum = 0;
	u32 i, j;

	for (i = 0; i < slice->count; i += size) {
		struct flatmap_batch batch = {
			.keys = slice->keys + i,
			.values = simd_values,
			.count = size,
			.gfp = GFP_KERNEL,
		};

		if (flatmap_lookup_batch(table, &batch))
			return 0;
		for (j = 0; j < size; j++)
			sum += bench_sum(&simd_values[j]);
	}
	return sum;
}

/*
 * Look a slice up. Each has other keys than the ones before, if there are enough: none
 * finds what another one has left in the cache.
 */
static int simd_time(const struct simd_table *table, u32 size, u32 *ps)
{
	const struct bench_pick pick = {
		.order = table->op == BENCH_CHAIN ? BENCH_CYCLE : BENCH_READ,
		.first = simd_slices++ % (simd_keys->entries / SIMD_SLICE) * SIMD_SLICE,
		.count = SIMD_SLICE,
	};
	struct bench_slice *slice = simd_slice;
	u64 ns, got;

	keys_pick(simd_keys, &pick, slice);
	ns = ktime_get_ns();
	got = size ? simd_hit(table->table, slice, size) :
		     table->lane->run[table->op](table->table, slice);
	ns = ktime_get_ns() - ns;
	*ps = div_u64(ns * 1000, SIMD_SLICE);
	if (got == slice->sum || table->lane->kind == BENCH_LIMIT)
		return 0;
	pr_err("%s, batches of %u: %llu instead of %llu\n", table->name, size, got,
	       slice->sum);
	return -EIO;
}

/* ---- A turn: batches of one size in one table ----------------------- */

static int simd_compare(const void *a, const void *b)
{
	return cmp_int(*(const u32 *)a, *(const u32 *)b);
}

static void simd_tell(const struct simd_table *table, u32 size,
		      struct simd_choice *choice)
{
	sort(choice->ps, SIMD_SLICES, sizeof(u32), simd_compare, NULL);
	bench_tell("simd %u %s %s %u %u\n", simd_keys->entries, choice->name, table->name,
		   size, choice->ps[SIMD_SLICES / 2]);
}

/* Slices take turns between the choices, so that noise that lasts hits all of them. */
static int simd_turn(const struct simd_table *table, u32 size)
{
	struct simd_choice *choices = size ? simd_choices : simd_any;
	u32 count = size ? ARRAY_SIZE(simd_choices) : ARRAY_SIZE(simd_any);
	int err = 0;
	u32 i;

	for (i = 0; i < SIMD_SLICES * count && !err; i++) {
		struct simd_choice *choice = &choices[i % count];

		if (choice->missing)
			continue;
		err = simd_choose(choice);
		if (!err)
			err = simd_time(table, size, &choice->ps[i / count]);
		cond_resched();
	}
	for (i = 0; i < count && !err; i++) {
		if (!choices[i].missing)
			simd_tell(table, size, &choices[i]);
	}
	return err;
}

static int simd_turns(u32 size)
{
	int err = 0;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(simd_tables) && !err; i++) {
		if (!size || simd_tables[i].batches)
			err = simd_turn(&simd_tables[i], size);
	}
	return err;
}

/* ---- All of it ------------------------------------------------------ */

static int simd_fill(struct simd_table *table)
{
	struct bench_pick pick = { .order = BENCH_INSERTION, .values = true };
	const struct bench_lane *lane = table->lane;
	u32 entries = simd_keys->entries;

	table->table = lane->create(entries, true);
	if (IS_ERR(table->table))
		return PTR_ERR(table->table);
	if (lane->kind == BENCH_LIMIT)
		return 0;
	for (; pick.first < entries; pick.first += pick.count) {
		pick.count = min(entries - pick.first, SIMD_SLICE);
		keys_pick(simd_keys, &pick, simd_slice);
		if (lane->run[BENCH_INSERT](table->table, simd_slice) != pick.count)
			return -EIO;
		cond_resched();
	}
	return 0;
}

static int simd_init(const struct bench_keys *keys)
{
	int err = 0;
	u32 i;

	simd_keys = keys;
	simd_slice = kvmalloc(sizeof(*simd_slice), GFP_KERNEL);
	if (!simd_slice)
		return -ENOMEM;
	simd_param = filp_open(SIMD_PARAM, O_WRONLY, 0);
	if (IS_ERR(simd_param))
		return PTR_ERR(simd_param);
	for (i = 0; i < ARRAY_SIZE(simd_choices) && !err; i++) {
		err = simd_choose(&simd_choices[i]);
		simd_choices[i].missing = err == -ENODEV;
		if (simd_choices[i].missing)
			err = 0;
	}
	for (i = 0; i < ARRAY_SIZE(simd_tables) && !err; i++)
		err = simd_fill(&simd_tables[i]);
	return err;
}

/**
 * simd_exit() - give all tables up, and leave the choice to flatmap
 */
void simd_exit(void)
{
	const struct simd_table *table;

	kvfree(simd_slice);
	for (table = simd_tables; table < simd_tables + ARRAY_SIZE(simd_tables); table++) {
		if (IS_ERR_OR_NULL(table->table))
			continue;
		if (table->lane->settle)
			table->lane->settle();
		table->lane->destroy(table->table);
	}
	if (IS_ERR_OR_NULL(simd_param))
		return;
	simd_choose(&simd_choices[ARRAY_SIZE(simd_choices) - 1]);
	filp_close(simd_param, NULL);
}

/**
 * simd_round() - time lookups in batches of each size, in each table
 * @keys: the same ones in every round
 *
 * Return: 0, or a negative errno; then there will be no other round.
 */
int simd_round(const struct bench_keys *keys)
{
	u32 count = ARRAY_SIZE(simd_batches);
	int err = 0;
	u32 i;

	if (!simd_keys)
		err = simd_init(keys);
	/* A round begins with another size than the one before. */
	for (i = 0; i < count && !err; i++)
		err = simd_turns(simd_batches[(simd_rounds + i) % count]);
	for (i = 0; i < ARRAY_SIZE(simd_choices); i++) {
		if (simd_choices[i].missing)
			bench_tell("skipped %s\n", simd_choices[i].name);
	}
	simd_rounds++;
	return err ?: section_round();
}
