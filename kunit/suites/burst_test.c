// SPDX-License-Identifier: GPL-2.0
/*
 * Inserts from contexts that cannot wait, into maps that were told nothing of them. How
 * many a map takes in which context is what kunit/burst measures; here is what that rests
 * on: the region that is kept ready, and the small ones that need no worker.
 */
#include <linux/irqflags.h>

#include "chain.h"

/* More than any map here takes without a worker. */
#define BURST_MOST	100000

static struct flatmap *burst_map(struct kunit *test, u32 flags)
{
	const struct flatmap_params params = {
		.key_size	= sizeof(u64),
		.value_size	= sizeof(u64),
		.hash		= FLATMAP_HASH_FAST,
		.flags		= flags,
	};

	return fx_map_with(test, &params);
}

/* Insert keys from @from on, up to @to, in one section, until one is refused. */
static u64 burst_insert(struct flatmap *map, u64 from, u64 to, gfp_t gfp, int *err)
{
	unsigned long flags;

	local_irq_save(flags);
	for (*err = 0; from < to; from++) {
		*err = flatmap_insert(map, &from, &from, gfp);
		if (*err)
			break;
	}
	local_irq_restore(flags);
	return from;
}

static void burst_is(struct kunit *test, struct flatmap *map, u64 entries)
{
	u64 key, value;

	fm_resize_flush(map);
	for (key = 0; key < entries; key++) {
		KUNIT_ASSERT_EQ(test, flatmap_lookup(map, &key, &value, NULL), 0);
		KUNIT_ASSERT_EQ(test, value, key);
	}
	KUNIT_EXPECT_EQ(test, fx_entries(map), entries);
	fx_check(test, map);
}

/*
 * With interrupts off no worker is even called. Who says that it may allocate makes its
 * own regions, as far as these are small.
 */
static void burst_without_worker(struct kunit *test)
{
	struct flatmap *map = burst_map(test, 0);
	u64 entries, more;
	int err;

	entries = burst_insert(map, 0, BURST_MOST, GFP_ATOMIC, &err);
	KUNIT_EXPECT_EQ(test, err, -EAGAIN);
	kunit_info(test, "%llu entries of 8 + 8 bytes without a worker, %llu regions", entries,
		   chain_stats(map).resizes);
	/* The largest power of two homes that fits, at 7/8 load and a sixteenth more. */
	KUNIT_EXPECT_GE(test, entries, 12544);
	KUNIT_EXPECT_EQ(test, chain_stats(map).refused, 1);
	KUNIT_EXPECT_EQ(test, chain_stats(map).resizes_failed, 0);
	burst_is(test, map, entries);

	/* The workers have been called: there is room now, or soon. */
	KUNIT_EXPECT_TRUE(test, chain_wait(!flatmap_insert(map, &entries, &entries,
							   GFP_ATOMIC)));
	more = burst_insert(map, entries + 1, 2 * entries, GFP_ATOMIC, &err);
	KUNIT_EXPECT_GT(test, more, entries + 1);
	burst_is(test, map, more);
}

static void burst_nowait(struct kunit *test)
{
	struct flatmap *map = burst_map(test, 0);
	u64 entries;
	int err;

	entries = burst_insert(map, 0, BURST_MOST, GFP_NOWAIT, &err);
	KUNIT_EXPECT_EQ(test, err, -EAGAIN);
	KUNIT_EXPECT_GE(test, entries, 12544);
	burst_is(test, map, entries);
}

/* Who may be inside an allocator says 0, and nothing is allocated. */
static void burst_without_allocating(struct kunit *test)
{
	struct flatmap *map = burst_map(test, 0);
	u64 entries, capacity = chain_stats(map).capacity;
	int err;

	entries = burst_insert(map, 0, BURST_MOST, 0, &err);
	KUNIT_EXPECT_EQ(test, err, -EAGAIN);
	KUNIT_EXPECT_GE(test, entries, capacity);
	KUNIT_EXPECT_LE(test, entries, capacity + capacity / 16);
	KUNIT_EXPECT_EQ(test, chain_stats(map).refused, 1);
	burst_is(test, map, entries);
	KUNIT_EXPECT_TRUE(test, chain_wait(!flatmap_insert(map, &entries, &entries, 0)));
}

/* But a region that is kept ready is there for all. */
static void burst_with_reserve(struct kunit *test)
{
	struct flatmap *map = burst_map(test, 0);
	u64 entries, bytes, capacity;
	u32 round;
	int err;

	for (entries = 0, round = 0; round < 4; round++) {
		capacity = chain_stats(map).capacity;
		entries = burst_insert(map, entries, capacity * 3 / 4, 0, &err);
		KUNIT_ASSERT_EQ(test, err, 0);
		KUNIT_ASSERT_TRUE(test, chain_wait(chain_stats(map).reserve_bytes));
		bytes = chain_stats(map).reserve_bytes;
		KUNIT_EXPECT_LE(test, bytes, chain_stats(map).bytes);
		entries = burst_insert(map, entries, capacity * 5 / 4, 0, &err);
		KUNIT_ASSERT_EQ(test, err, 0);
		fm_resize_flush(map);
		KUNIT_EXPECT_GT(test, chain_stats(map).capacity, capacity);
	}
	KUNIT_EXPECT_EQ(test, chain_stats(map).refused, 0);
	burst_is(test, map, entries);
}

/* Maps whose callers can wait have none; one that shrinks gives it back. */
static void burst_reserve_is_for_some(struct kunit *test)
{
	struct flatmap *patient = burst_map(test, 0);
	struct flatmap *map = burst_map(test, FLATMAP_SHRINK);
	u64 key, entries, most;
	int err;

	for (key = 0; key < 1000; key++) {
		KUNIT_ASSERT_EQ(test, flatmap_insert(patient, &key, &key, GFP_KERNEL), 0);
		chain_breathe();
	}
	fm_resize_flush(patient);
	KUNIT_EXPECT_EQ(test, chain_stats(patient).reserve_bytes, 0);

	entries = burst_insert(map, 0, 2000, GFP_ATOMIC, &err);
	KUNIT_ASSERT_EQ(test, err, 0);
	fm_resize_flush(map);
	most = chain_stats(map).capacity;
	entries = burst_insert(map, entries, most * 3 / 4, GFP_ATOMIC, &err);
	KUNIT_ASSERT_EQ(test, err, 0);
	KUNIT_EXPECT_TRUE(test, chain_wait(chain_stats(map).reserve_bytes));
	while (entries > 10) {
		key = --entries;
		KUNIT_ASSERT_EQ(test, flatmap_delete(map, &key), 0);
		chain_breathe();
	}
	KUNIT_EXPECT_TRUE(test, chain_wait(!chain_stats(map).reserve_bytes));
	KUNIT_EXPECT_TRUE(test, chain_wait(chain_stats(map).bytes < SZ_64K));
	burst_is(test, map, entries);
}

static struct kunit_case burst_cases[] = {
	KUNIT_CASE(burst_without_worker),
	KUNIT_CASE(burst_nowait),
	KUNIT_CASE(burst_without_allocating),
	KUNIT_CASE(burst_with_reserve),
	KUNIT_CASE(burst_reserve_is_for_some),
	{}
};

static struct kunit_suite burst_suite = {
	.name = "burst",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.test_cases = burst_cases,
};

kunit_test_suite(burst_suite);
