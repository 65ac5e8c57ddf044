// SPDX-License-Identifier: GPL-2.0
/*
 * Changes of tables that are full, which leave them as they were; lookups and updates by
 * two threads on the same keys; and going through all entries. The lines of what a round
 * tells are those of lookups.
 *
 * Objects that are replaced or removed are freed after a grace period. That is waited for
 * out of the clock, but where it comes earlier it is part of the time.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/ktime.h>

#include "../bench.h"
#include "../tables.h"

/* Keys that a thread updates in a round, twice each. */
#define UPDATES		32768

/* Values added to a multimap in a round. */
#define ADDS		65536

/* Do the keys of the cell have the values that they should have? Out of the clock. */
static int writes_verify(struct bench_hand *hand, u32 how)
{
	const struct bench_cell *cell = hand->cell;

	if (cell->lane->kind == BENCH_MULTIMAP)
		return hand_pass(hand, BENCH_VALUES, BENCH_READ, hand->first, cell->count, 0);
	return hand_pass(hand, BENCH_HIT, cell->order, hand->first, cell->count, how);
}

static int writes_pass(struct bench_hand *hand, enum bench_op op, u32 how)
{
	const struct bench_cell *cell = hand->cell;
	int err;

	err = hand_pass(hand, op, cell->order, hand->first, cell->count, how);
	lane_settle(cell->lane);
	return err;
}

/* Give the keys other values, by the clock, then the ones they had. */
static int update_run(struct bench_hand *hand)
{
	enum bench_op op = hand->cell->op;
	int err;

	err = hand_warm(hand);
	err = err ?: writes_pass(hand, op, HAND_TIMED | HAND_OTHERS);
	err = err ?: writes_verify(hand, HAND_OTHERS);
	err = err ?: writes_pass(hand, op, 0);
	return err ?: writes_verify(hand, 0);
}

static int delete_run(struct bench_hand *hand)
{
	const struct bench_cell *cell = hand->cell;
	int err;

	err = hand_warm(hand);
	err = err ?: writes_pass(hand, BENCH_DELETE, HAND_TIMED);
	if (err || !cell->lane->run[BENCH_MISS])
		return err;
	return hand_pass(hand, BENCH_MISS, cell->order, hand->first, cell->count, 0);
}

static int reinsert_run(struct bench_hand *hand)
{
	return writes_pass(hand, BENCH_INSERT, HAND_TIMED) ?: writes_verify(hand, 0);
}

/*
 * Values go back and forth, so that lookups of either thread meet both. Other keys are
 * given the values that they have first, out of the clock: what hand_warm() is for, but it
 * would find the other thread's values wrong.
 */
static int mix_run(struct bench_hand *hand)
{
	enum bench_op op = hand->cell->op;
	u32 before = hand->first + hand->keys->entries - hand->cell->count;

	return hand_pass(hand, op, BENCH_READ, before, hand->cell->count, 0) ?:
	       writes_pass(hand, op, HAND_TIMED | HAND_OTHERS) ?:
	       writes_pass(hand, op, HAND_TIMED);
}

/* What threads have left behind depends on who came last: one puts it right for all. */
static int restore_run(struct bench_hand *hand)
{
	int err = 0;
	u32 i;

	for (i = 0; i < TEAM_HANDS && !err; i++) {
		err = writes_pass(hand, BENCH_UPDATE, 0);
		err = err ?: writes_verify(hand, 0);
		hand->first += hand->keys->entries / TEAM_HANDS;
	}
	return err;
}

static int iterate_run(struct bench_hand *hand)
{
	const struct bench_cell *cell = hand->cell;
	u64 want = keys_sum(hand->keys, cell->lane->kind);
	u64 ns, got;

	/* What is small is found in the cache, whatever ran before. */
	cell->lane->run[BENCH_ITERATE](cell->table, hand->slice);
	ns = ktime_get_ns();
	got = cell->lane->run[BENCH_ITERATE](cell->table, hand->slice);
	ns = ktime_get_ns() - ns;
	hand_note(hand, ns, hand->keys->entries);
	return got == want ? 0 : hand_wrong(hand, got, want);
}

static int add_run(struct bench_hand *hand)
{
	return writes_pass(hand, BENCH_INSERT, HAND_TIMED) ?:
	       writes_pass(hand, BENCH_DELETE, 0);
}

static const struct bench_work reinsert = {
	.name = "reinsert",
	.op = BENCH_INSERT,
	.order = BENCH_CHANGE,
	.threads = BIT(1),
	.run = reinsert_run,
};

static const struct bench_work restore = {
	.name = "update after a mix",
	.op = BENCH_UPDATE,
	.order = BENCH_READ,
	.threads = BIT(1),
	.run = restore_run,
};

static const struct bench_work writes[] = {
	{
		.name = "update",
		.op = BENCH_UPDATE,
		.order = BENCH_CHANGE,
		.threads = BIT(1),
		.share = 1,
		.limit = UPDATES,
		.run = update_run,
	}, {
		.name = "store",
		.op = BENCH_STORE,
		.order = BENCH_CHANGE,
		.threads = BIT(1),
		.share = 1,
		.limit = UPDATES,
		.run = update_run,
	}, {
		.name = "delete",
		.op = BENCH_DELETE,
		.order = BENCH_CHANGE,
		.threads = BIT(1),
		.share = 2,
		.run = delete_run,
		.then = &reinsert,
	}, {
		.name = "mix-90-10",
		.op = BENCH_MIX_10,
		.order = BENCH_READ,
		.threads = BIT(2),
		.share = 1,
		.limit = UPDATES,
		.run = mix_run,
		.then = &restore,
	}, {
		.name = "mix-50-50",
		.op = BENCH_MIX_50,
		.order = BENCH_READ,
		.threads = BIT(2),
		.share = 1,
		.limit = UPDATES,
		.run = mix_run,
		.then = &restore,
	}, {
		.name = "iterate",
		.op = BENCH_ITERATE,
		.threads = BIT(1),
		.share = 1,
		.run = iterate_run,
	}, {
		.name = "add-value",
		.op = BENCH_INSERT,
		.order = BENCH_EXTRA,
		.threads = BIT(1),
		.share = BENCH_KEY_VALUES,
		.limit = ADDS,
		.run = add_run,
	},
};

/**
 * writes_round() - time each kind of change on each lane
 * @keys: the same ones in every round
 *
 * Return: 0, or a negative errno; then there will be no other round.
 */
int writes_round(const struct bench_keys *keys)
{
	return tables_round(keys, writes, ARRAY_SIZE(writes));
}
