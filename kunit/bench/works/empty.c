// SPDX-License-Identifier: GPL-2.0
#include <linux/err.h>

#include "../bench.h"
#include "../memory.h"
#include "../tables.h"
#include "empty.h"

/**
 * struct empty - a table that is made
 * @cell: what makes it
 * @of: what it is made for
 * @hinted: is it told how many entries will come?
 */
struct empty {
	struct bench_cell cell;
	struct bench_cell *of;
	bool hinted;
};

static int empty_verify(struct bench_hand *hand)
{
	const struct bench_lane *lane = hand->cell->lane;
	enum bench_op op = lane->kind == BENCH_MULTIMAP ? BENCH_VALUES : BENCH_HIT;

	return hand_pass(hand, op, BENCH_READ, 0, hand->keys->entries, 0);
}

/*
 * The table is made by who fills it: its memory is cleared in the cache where it is used,
 * as that of most tables is.
 */
static int empty_make(struct bench_hand *hand)
{
	const struct empty *empty = container_of(hand->cell, struct empty, cell);
	struct bench_cell *cell = empty->of;

	cell->table = cell->lane->create(cell->count, empty->hinted);
	return IS_ERR(cell->table) ? PTR_ERR(cell->table) : 0;
}

static void empty_skip(const struct bench_cell *cell, const char *work, const char *how,
		       const char *why)
{
	bench_tell("skip %s %u %s %s%s %s\n", bench_shape, cell->count, cell->lane->name,
		   work, how, why);
}

static int empty_use(struct bench_cell *cell,
		     void (*tell)(const struct bench_cell *cell, const char *hint),
		     const char *hint)
{
	int err;

	err = team_run(cell);
	lane_settle(cell->lane);
	if (err)
		return err;
	tell(cell, hint);
	cell->run = empty_verify;
	return team_run(cell);
}

/**
 * empty_run() - make a table, have it filled, check it, and give it up
 * @cell: what fills it with how many entries, but for its table
 * @hinted: is the table told how many entries will come?
 * @tell: told of the full table
 *
 * Return: 0, or a negative errno.
 */
int empty_run(struct bench_cell *cell, bool hinted,
	      void (*tell)(const struct bench_cell *cell, const char *hint))
{
	const struct bench_lane *lane = cell->lane;
	const char *hint = hinted ? "hinted" : "unhinted";
	struct empty empty = {
		.cell = {
			.work = cell->work,
			.lane = lane,
			.threads = 1,
			.count = cell->count,
			.run = empty_make,
		},
		.of = cell,
		.hinted = hinted,
	};
	u64 pages = memory_pages();
	const char *why;
	int err;

	why = lane->unable ? lane->unable(cell->count) : NULL;
	if (why) {
		empty_skip(cell, "*", "", why);
		return 0;
	}
	/* While a table grows, there are two. */
	why = memory_lacks(hinted ? cell->count : 2ULL * cell->count);
	if (why) {
		empty_skip(cell, cell->work, hinted ? "-hinted" : "-unhinted", why);
		return 0;
	}
	err = team_run(&empty.cell);
	if (err == -EINVAL) {
		empty_skip(cell, "*", "", "this kernel has no such table");
		return 0;
	}
	if (err)
		return err;
	err = empty_use(cell, tell, hint);
	lane->destroy(cell->table);
	return err ?: memory_await(pages);
}
