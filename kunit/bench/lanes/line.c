// SPDX-License-Identifier: GPL-2.0
/*
 * The limits: what random cache lines cost, in as many bytes as flatmap takes for the same
 * entries, from the same allocator. No table that touches memory at all is faster than one
 * line for each key; one whose entries lie apart from what leads to them takes two.
 *
 *	line		one
 *	line-2		two, the second one's address is in the first
 *	line-ahead	one, fetched while those of earlier keys are used
 *	line-2-ahead	two, both addresses come from the key, likewise; where the next key
 *			comes from what is read, both of a key are under way at once
 */
#include <linux/err.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/prefetch.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "../loops.h"

/* How many keys ahead lines are fetched. */
#define LINE_AHEAD	16

struct line {
	u64 next;
} __aligned(64);

struct line_table {
	u64 count;
	struct line *lines;
};

/* As many as flatmap's own table takes. */
static int line_count(u64 entries, u64 *count)
{
	void *map = bench_flatmap.create(entries, true);

	if (IS_ERR(map))
		return PTR_ERR(map);
	*count = bench_flatmap.bytes(map) / sizeof(struct line);
	bench_flatmap.destroy(map);
	return 0;
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

static void *lane_create(u64 entries, bool hinted)
{
	struct line_table *table = kzalloc(sizeof(*table), GFP_KERNEL);
	int err = -ENOMEM;

	if (!table)
		return ERR_PTR(-ENOMEM);
	err = line_count(entries, &table->count);
	if (err)
		goto err_free;
	table->lines = vmalloc_huge(table->count * sizeof(struct line), GFP_KERNEL);
	if (!table->lines) {
		err = -ENOMEM;
		goto err_free;
	}
	line_cycle(table);
	return table;

err_free:
	kfree(table);
	return ERR_PTR(err);
}

static void lane_destroy(void *data)
{
	struct line_table *table = data;

	vfree(table->lines);
	kfree(table);
}

/* The line of a key, whose bits are all random. */
static __always_inline struct line *line_of(const struct line_table *table, u64 key)
{
	return &table->lines[mul_u64_u64_shr(key, table->count, 64)];
}

/* Another one, which has nothing to do with it. */
static __always_inline struct line *line_second(const struct line_table *table, u64 key)
{
	return line_of(table, key * BENCH_GOLDEN);
}

static noinline u64 line_hit(void *table, const struct bench_slice *slice)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < slice->count; i++)
		sum += line_of(table, slice->keys[i].word[0])->next;
	return sum;
}

static noinline u64 line_chain(void *data, const struct bench_slice *slice)
{
	struct line_table *table = data;
	u64 at = line_of(table, slice->keys[0].word[0])->next;
	u32 i;

	for (i = 0; i < slice->count; i++)
		at = READ_ONCE(table->lines[at].next);
	return at;
}

static noinline u64 line_2_hit(void *data, const struct bench_slice *slice)
{
	struct line_table *table = data;
	u64 sum = 0;
	u32 i;

	for (i = 0; i < slice->count; i++)
		sum += table->lines[line_of(table, slice->keys[i].word[0])->next].next;
	return sum;
}

static noinline u64 line_2_chain(void *data, const struct bench_slice *slice)
{
	struct line_table *table = data;
	u64 at = line_of(table, slice->keys[0].word[0])->next;
	u32 i;

	for (i = 0; i < slice->count; i++) {
		at = READ_ONCE(table->lines[at].next);
		at = READ_ONCE(table->lines[at].next);
	}
	return at;
}

static __always_inline u64 line_later(const struct bench_slice *slice, u32 i)
{
	return slice->keys[min(i + LINE_AHEAD, slice->count - 1)].word[0];
}

static noinline u64 line_ahead_hit(void *table, const struct bench_slice *slice)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < slice->count; i++) {
		prefetch(line_of(table, line_later(slice, i)));
		sum += line_of(table, slice->keys[i].word[0])->next;
	}
	return sum;
}

static noinline u64 line_2_ahead_hit(void *table, const struct bench_slice *slice)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < slice->count; i++) {
		u64 key = slice->keys[i].word[0], later = line_later(slice, i);

		prefetch(line_of(table, later));
		prefetch(line_second(table, later));
		sum += line_of(table, key)->next + line_second(table, key)->next;
	}
	return sum;
}

/* The count is part of the next key, lest the walk come back to where it was. */
static noinline u64 line_2_ahead_chain(void *table, const struct bench_slice *slice)
{
	u64 key = slice->keys[0].word[0];
	u32 i;

	for (i = 0; i < slice->count; i++) {
		key = (line_of(table, key)->next + line_second(table, key)->next + i) *
		      BENCH_GOLDEN;
	}
	return key;
}

#define LANE_LINE(lane, called, uses, ...)			\
	const struct bench_lane lane = {			\
		.name = called,					\
		.kind = BENCH_LIMIT,				\
		.shares = uses,					\
		.create = lane_create,				\
		.destroy = lane_destroy,			\
		.run = { __VA_ARGS__ },				\
	}

LANE_LINE(bench_line, "line", NULL,
	  [BENCH_HIT] = line_hit, [BENCH_CHAIN] = line_chain);
LANE_LINE(bench_line_2, "line-2", &bench_line,
	  [BENCH_HIT] = line_2_hit, [BENCH_CHAIN] = line_2_chain);
LANE_LINE(bench_line_ahead, "line-ahead", &bench_line, [BENCH_HIT] = line_ahead_hit);
LANE_LINE(bench_line_2_ahead, "line-2-ahead", &bench_line,
	  [BENCH_HIT] = line_2_ahead_hit, [BENCH_CHAIN] = line_2_ahead_chain);
