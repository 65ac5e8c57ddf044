// SPDX-License-Identifier: GPL-2.0
/*
 * Tables that are filled to three quarters of what they are made for, and stay that full
 * while entries come and go: does what was there leave something behind that makes a table
 * slower? An operation removes a key, any of those that are there, and adds one that never
 * was. Ten of them for each entry are timed, in as many parts; at the end all keys must be
 * there. flatmap may not be given another region meanwhile. A line of what a round tells is
 *
 *	churn SHAPE ENTRIES LANE PART PARTS OPERATIONS NANOSECONDS MEDIAN
 */
#include <linux/err.h>
#include <linux/flatmap.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/random.h>

#include "../bench.h"
#include "../memory.h"
#include "../tables.h"

#define CHURN_PARTS	10

/**
 * struct churn - a table that entries come to and go from
 * @cell: what does that
 * @random: chooses those that go
 * @present: the keys that are there, as indices of no order of struct bench_keys
 * @count: how many
 * @last: the index of the one that came last
 */
struct churn {
	struct bench_cell cell;
	struct rnd_state random;
	u32 *present;
	u32 count;
	u32 last;
};

/* What is in a slice of keys of these indices, from @from on. */
static void churn_pick(struct bench_slice *slice, const u32 *indices, u32 count)
{
	u64 seed;
	u32 i;

	slice->count = count;
	slice->sum = 0;
	for (i = 0; i < count; i++) {
		seed = keys_scramble(indices[i]);
		slice->keys[i] = bench_key(seed);
		slice->values[i] = bench_value(~seed);
		slice->sum += bench_sum(&slice->values[i]);
	}
}

/* All that are there, which @op is done to. */
static int churn_pass(struct bench_hand *hand, enum bench_op op)
{
	struct churn *churn = container_of(hand->cell, struct churn, cell);
	struct bench_slice *slice = hand->slice;
	u32 done;
	int err = 0;

	for (done = 0; done < churn->count && !err; done += slice->count) {
		churn_pick(slice, churn->present + done,
			   min(churn->count - done, TEAM_SLICE));
		err = hand_slice(hand, op, op == BENCH_HIT ? slice->sum : slice->count,
				 false);
	}
	return err;
}

static int churn_fill(struct bench_hand *hand)
{
	return churn_pass(hand, BENCH_INSERT);
}

static int churn_verify(struct bench_hand *hand)
{
	return churn_pass(hand, BENCH_HIT);
}

/* For each of @count keys, one that goes and one that comes. */
static void churn_choose(struct churn *churn, struct bench_slice *slice, u32 count)
{
	u32 *goes;
	u64 seed;
	u32 i;

	slice->count = count;
	for (i = 0; i < count; i++) {
		goes = &churn->present[mul_u32_u32(prandom_u32_state(&churn->random),
						   churn->count) >> 32];
		slice->keys[i] = bench_key(keys_scramble(*goes));
		*goes = ++churn->last;
		seed = keys_scramble(*goes);
		slice->added[i] = bench_key(seed);
		slice->values[i] = bench_value(~seed);
	}
}

static int churn_run(struct bench_hand *hand)
{
	struct churn *churn = container_of(hand->cell, struct churn, cell);
	u32 entries = hand->keys->entries;
	u32 done, count;
	int err = 0;

	for (done = 0; done < entries && !err; done += count) {
		count = min(entries - done, TEAM_SLICE);
		churn_choose(churn, hand->slice, count);
		err = hand_slice(hand, BENCH_CHURN, count, true);
	}
	return err;
}

static int churn_parts(struct churn *churn, u32 entries)
{
	struct bench_cell *cell = &churn->cell;
	u32 part;
	int err;

	cell->run = churn_fill;
	err = team_run(cell);
	cell->run = churn_run;
	for (part = 1; part <= CHURN_PARTS && !err; part++) {
		err = team_run(cell);
		bench_tell("churn %s %u %s %u %u %llu %llu %u\n", bench_shape, entries,
			   cell->lane->name, part, CHURN_PARTS, cell->ops, cell->ns,
			   cell->ps);
	}
	cell->run = churn_verify;
	return err ?: team_run(cell);
}

/* A map of flatmap's that keeps its size, for this lane; or as the lane makes its tables. */
static void *churn_create(const struct bench_lane *lane, u64 entries)
{
	struct flatmap_params params = {
		.entries = entries,
		.key_size = sizeof(struct bench_key),
		.value_size = sizeof(struct bench_value),
		.hash = lane == &bench_flatmap ? FLATMAP_HASH_FAST : FLATMAP_HASH_SIPHASH,
		.flags = FLATMAP_FIXED,
	};

	if (lane == &bench_flatmap || lane == &bench_flatmap_siphash)
		return flatmap_create(&params);
	return lane->create(entries, true);
}

static int churn_lane(struct churn *churn, const struct bench_lane *lane, u32 entries)
{
	const char *why = lane->unable ? lane->unable(entries) : NULL;
	u64 pages = memory_pages();
	int err;
	u32 i;

	why = why ?: memory_lacks(entries);
	if (why) {
		bench_tell("skip %s %u %s churn %s\n", bench_shape, entries, lane->name, why);
		return 0;
	}
	prandom_seed_state(&churn->random, get_random_u64());
	for (i = 0; i < churn->count; i++)
		churn->present[i] = ++churn->last;
	churn->cell = (struct bench_cell) {
		.work = "churn",
		.lane = lane,
		.table = churn_create(lane, entries),
		.threads = 1,
	};
	if (IS_ERR(churn->cell.table))
		return PTR_ERR(churn->cell.table);
	err = churn_parts(churn, entries);
	lane_settle(lane);
	lane->destroy(churn->cell.table);
	return err ?: memory_await(pages);
}

/* Three quarters of what a map of flatmap's is made for; all lanes get as many. */
static int churn_count(u32 entries, u32 *count)
{
	void *map = churn_create(&bench_flatmap, entries);
	struct flatmap_stats stats;

	if (IS_ERR(map))
		return PTR_ERR(map);
	flatmap_stats(map, &stats);
	flatmap_destroy(map);
	*count = stats.capacity / 4 * 3;
	return 0;
}

static const struct bench_lane *const churn_lanes[] = {
	&bench_flatmap,
	&bench_flatmap_siphash,
	&bench_rhashtable,
	&bench_hlist,
	&bench_bpf_hash,
};

/**
 * churn_round() - see each of these tables through its entries' coming and going
 * @keys: how many entries a table is made for
 *
 * Return: 0, or a negative errno.
 */
int churn_round(const struct bench_keys *keys)
{
	struct churn churn = {};
	int err;
	u32 i;

	err = churn_count(keys->entries, &churn.count);
	if (err)
		return err;
	churn.present = kvmalloc_array(churn.count, sizeof(u32), GFP_KERNEL);
	if (!churn.present)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(churn_lanes) && !err; i++) {
		if (bench_wants_lane(churn_lanes[i]->name))
			err = churn_lane(&churn, churn_lanes[i], keys->entries);
	}
	kvfree(churn.present);
	return err;
}
