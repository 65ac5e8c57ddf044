// SPDX-License-Identifier: GPL-2.0
/*
 * The limits: what one random cache line costs, in as many bytes as flatmap takes for
 * the same entries, from the same allocator: no table that touches memory at all can be
 * faster. And two of them, fetched ahead: a group and a block.
 */
#include <linux/err.h>
#include <linux/flatmap.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/prefetch.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "lane.h"

struct line {
	u64 next;
} __aligned(64);

struct line_table {
	u64 count;
	struct line *lines;
};

static u64 line_count(u64 entries)
{
	struct flatmap_params params = {
		.entries = entries,
		.key_size = sizeof(u64),
		.value_size = sizeof(u64),
		.flags = FLATMAP_FIXED,
	};
	struct flatmap_stats stats;
	struct flatmap *map;

	map = flatmap_create(&params);
	if (IS_ERR(map))
		return 0;
	flatmap_stats(map, &stats);
	flatmap_destroy(map);
	return stats.bytes / sizeof(struct line);
}

/* One cycle through all lines, in random order (Sattolo's algorithm). */
static void line_cycle(struct line_table *table)
{
	struct line *lines = table->lines;
	u64 i, other;

	for (i = 0; i < table->count; i++)
		lines[i].next = i;
	for (i = table->count - 1; i; i--) {
		other = get_random_u32_below(i);
		swap(lines[i].next, lines[other].next);
	}
}

static void *lane_create(u64 entries)
{
	struct line_table *table = kzalloc(sizeof(*table), GFP_KERNEL);

	if (!table)
		return ERR_PTR(-ENOMEM);
	table->count = line_count(entries);
	table->lines = vmalloc_huge(table->count * sizeof(struct line), GFP_KERNEL);
	if (!table->lines) {
		kfree(table);
		return ERR_PTR(-ENOMEM);
	}
	line_cycle(table);
	return table;
}

static void lane_destroy(void *data)
{
	struct line_table *table = data;

	vfree(table->lines);
	kfree(table);
}

static noinline u64 lane_hit(void *data, const struct bench_batch *batch)
{
	struct line_table *table = data;
	u64 sum = 0;
	u32 i;

	/* The keys are random, so their top bits choose a line. */
	for (i = 0; i < batch->count; i++)
		sum += table->lines[mul_u64_u64_shr(batch->keys[i], table->count, 64)].next;
	return sum;
}

/* How many keys ahead a pair of lines is fetched. */
#define PAIR_AHEAD	16

/* Of a key, two random lines that have nothing to do with each other. */
static __always_inline struct line *pair_of(const struct line_table *table, u64 key,
					    u32 which)
{
	u64 random = which ? key * 0x9e3779b97f4a7c15ULL : key;

	return &table->lines[mul_u64_u64_shr(random, table->count, 64)];
}

static noinline u64 pair_hit(void *data, const struct bench_batch *batch)
{
	struct line_table *table = data;
	u64 sum = 0;
	u32 i;

	for (i = 0; i < batch->count; i++) {
		u64 ahead = batch->keys[min(i + PAIR_AHEAD, batch->count - 1)];

		prefetch(pair_of(table, ahead, 0));
		prefetch(pair_of(table, ahead, 1));
		sum += pair_of(table, batch->keys[i], 0)->next +
		       pair_of(table, batch->keys[i], 1)->next;
	}
	return sum;
}

static noinline u64 lane_chain(void *data, const struct bench_batch *batch)
{
	struct line_table *table = data;
	u64 at = batch->start % table->count;
	u32 i;

	for (i = 0; i < batch->count; i++)
		at = READ_ONCE(table->lines[at].next);
	return at;
}

const struct bench_lane bench_line = {
	.name = "line",
	.create = lane_create,
	.destroy = lane_destroy,
	.run = { [BENCH_HIT] = lane_hit, [BENCH_CHAIN] = lane_chain },
};

const struct bench_lane bench_pair = {
	.name = "pair",
	.create = lane_create,
	.destroy = lane_destroy,
	.run = { [BENCH_HIT] = pair_hit },
};
