// SPDX-License-Identifier: GPL-2.0
/*
 * Tables that are filled from empty, told how many entries will come or not, as far as they
 * can be told; and the memory that they take on the way. Lines of what a round tells are
 *
 *	fill SHAPE ENTRIES LANE HINT NANOSECONDS
 *	ipis SHAPE ENTRIES LANE HINT COUNT
 *	memory SHAPE ENTRIES LANE HINT AVERAGE FULL
 *
 * The second tells how often processors interrupted each other meanwhile, which is dear
 * where they are virtual. The third is in bytes of an entry, averaged over the growth from
 * a tenth of the entries on, and in the end. They are flatmap's own account of its memory,
 * and of other tables the kernel's: the pages of objects and of arrays. What others take
 * meanwhile is part of that, so tables of a few pages are left out. To look at the memory
 * takes time, and cache; so that is done once, of a table that nobody times.
 */
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/mm.h>

#include "../bench.h"
#include "../memory.h"
#include "../tables.h"
#include "empty.h"

/* How often the memory of a table is looked at while it is filled. */
#define FILL_SAMPLES	200

/* The fewest entries whose memory is told, of tables that have no account of it. */
#define FILL_SEEN	50000

/**
 * struct fill - a table that is filled
 * @cell: what does that
 * @weighed: is it filled for its memory, or for the time?
 * @pages: that the kernel counted before
 * @sum: of the bytes of an entry, a hundred times, each time they were looked at
 * @samples: how often that was
 */
struct fill {
	struct bench_cell cell;
	bool weighed;
	u64 pages;
	u64 sum;
	u32 samples;
};

static u32 fill_rounds;

static bool fill_sees(const struct fill *fill, u32 entries)
{
	return fill->cell.lane->bytes || entries >= FILL_SEEN;
}

/* Bytes of an entry, a hundred times. */
static u64 fill_memory(const struct fill *fill, u32 entries)
{
	const struct bench_lane *lane = fill->cell.lane;
	u64 pages = memory_pages();
	u64 bytes;

	if (lane->bytes)
		bytes = lane->bytes(fill->cell.table);
	else
		bytes = pages > fill->pages ? (pages - fill->pages) << PAGE_SHIFT : 0;
	return div_u64(bytes * 100, entries);
}

static int fill_weigh(struct bench_hand *hand, struct fill *fill)
{
	u32 entries = hand->keys->entries;
	u32 part = max(entries / FILL_SAMPLES, TEAM_SLICE);
	u32 done, count;
	int err = 0;

	for (done = 0; done < entries && !err; done += count) {
		count = min(entries - done, part);
		err = hand_pass(hand, BENCH_INSERT, BENCH_INSERTION, done, count, 0);
		if (done + count < entries / 10)
			continue;
		fill->sum += fill_memory(fill, done + count);
		fill->samples++;
	}
	return err;
}

static int fill_run(struct bench_hand *hand)
{
	struct fill *fill = container_of(hand->cell, struct fill, cell);
	u32 entries = hand->keys->entries;

	if (!fill->weighed)
		return hand_pass(hand, BENCH_INSERT, BENCH_INSERTION, 0, entries, HAND_TIMED);
	return fill_weigh(hand, fill);
}

static void fill_tell(const struct bench_cell *cell, const char *hint)
{
	const struct fill *fill = container_of(cell, struct fill, cell);
	u32 entries = cell->count;
	u64 average, full;

	if (fill->weighed) {
		average = div_u64(fill->sum, fill->samples);
		full = fill_memory(fill, entries);
		bench_tell("memory %s %u %s %s %llu.%02llu %llu.%02llu\n", bench_shape,
			   entries, cell->lane->name, hint, average / 100, average % 100,
			   full / 100, full % 100);
		return;
	}
	bench_tell("ipis %s %u %s %s %llu\n", bench_shape, entries, cell->lane->name, hint,
		   cell->ipis);
	bench_tell("fill %s %u %s %s %llu\n", bench_shape, entries, cell->lane->name, hint,
		   cell->ns);
}

static int fill_lane(const struct bench_lane *lane, const struct bench_keys *keys,
		     bool hinted, bool weighed)
{
	struct fill fill = {
		.cell = {
			.work = "fill",
			.lane = lane,
			.threads = 1,
			.count = keys->entries,
			.run = fill_run,
		},
		.weighed = weighed,
		.pages = memory_pages(),
	};

	if (!(lane->fills & (hinted ? BENCH_HINTED : BENCH_UNHINTED)))
		return 0;
	if (weighed && !fill_sees(&fill, keys->entries))
		return 0;
	return empty_run(&fill.cell, hinted, fill_tell);
}

/**
 * fill_round() - fill each kind of table, and see its memory
 * @keys: what with
 *
 * The one that is filled first changes. The first round is told the memory as well.
 *
 * Return: 0, or a negative errno.
 */
int fill_round(const struct bench_keys *keys)
{
	const struct bench_lane *lane;
	u32 count = 0, i;
	int err = 0;

	while (bench_lanes[count])
		count++;
	for (i = 0; i < count && !err; i++) {
		lane = bench_lanes[(i + fill_rounds) % count];
		if (!bench_wants_lane(lane->name))
			continue;
		err = fill_lane(lane, keys, false, false);
		err = err ?: fill_lane(lane, keys, true, false);
		if (fill_rounds)
			continue;
		err = err ?: fill_lane(lane, keys, false, true);
		err = err ?: fill_lane(lane, keys, true, true);
	}
	fill_rounds++;
	return err;
}
