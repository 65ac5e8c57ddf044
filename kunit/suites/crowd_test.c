// SPDX-License-Identifier: GPL-2.0
/*
 * Entries that crowd: more of one hash than any region takes, at once from several
 * sides. That ends in an error and not in ever larger regions, and it leaves no trace
 * once they are gone.
 */
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/sizes.h>

#include "fixture.h"

/* The most entries of one home: seven in each group up to the farthest. */
#define CROWD_MOST	((FM_DISTANCE_MAX + 1) * FM_GROUP_SLOTS)

#define CROWD_BYTES	SZ_4M

static struct flatmap_stats crowd_stats(struct flatmap *map)
{
	struct flatmap_stats stats;

	flatmap_stats(map, &stats);
	return stats;
}

/* The first error of inserting keys of one home, every other one from @arg on. */
struct crowd_writer {
	struct flatmap *map;
	u64 from;
	u32 step;
	u32 inserted;
};

static int crowd_insert(void *arg)
{
	struct crowd_writer *writer = arg;
	u64 key, value = 7;
	int err;

	for (key = writer->from;; key += writer->step) {
		err = flatmap_insert(writer->map, &key, &value, GFP_KERNEL);
		if (err)
			return err;
		writer->inserted++;
	}
}

/* Two fill one home at once: as many as fit come in, and neither waits for ever. */
static void crowd_from_two_sides(struct kunit *test)
{
	struct crowd_writer here = { .from = BIT_ULL(63), .step = 2 };
	struct crowd_writer there = { .from = BIT_ULL(63) + 1, .step = 2 };
	struct fx_thread thread;

	here.map = fx_growing64(test, 0, 0);
	there.map = here.map;
	fx_start(test, &thread, 1, crowd_insert, &there);
	KUNIT_EXPECT_EQ(test, crowd_insert(&here), -ENOSPC);
	KUNIT_EXPECT_EQ(test, fx_join(&thread), -ENOSPC);
	KUNIT_EXPECT_EQ(test, here.inserted + there.inserted, CROWD_MOST);
	KUNIT_EXPECT_EQ(test, fx_entries(here.map), CROWD_MOST);
	fx_check(test, here.map);
	KUNIT_EXPECT_LT(test, crowd_stats(here.map).bytes, CROWD_BYTES);
}

/*
 * Two crowds that only a larger region keeps apart: it is not made smaller again, and
 * so larger, and smaller, while nothing happens.
 */
static void crowd_comes_to_rest(struct kunit *test)
{
	struct flatmap *map = fx_growing64(test, 0, FLATMAP_SHRINK);
	u64 n, key, value = 7, resizes;

	for (n = 0; n < 1000; n++) {
		key = (n & 1) << 57 | n >> 1;
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL), 0);
	}
	fx_check(test, map);
	resizes = crowd_stats(map).resizes;
	/* Whoever would go on resizing had queued that before the check returned. */
	fx_check(test, map);
	KUNIT_EXPECT_EQ(test, crowd_stats(map).resizes, resizes);
	KUNIT_EXPECT_EQ(test, crowd_stats(map).regions, 1);
}

/* After a crowd that found no room, the map shrinks as if that had never been. */
static void crowd_leaves_no_trace(struct kunit *test)
{
	struct flatmap *map = fx_growing64(test, 0, FLATMAP_SHRINK);
	struct crowd_writer writer = { .map = map, .from = BIT_ULL(63), .step = 1 };
	unsigned long end;
	u64 n, key, value = 7;

	for (n = 1; n < 5000; n++) {
		key = n * 0x9e3779b97f4a7c15ULL;
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL), 0);
	}
	KUNIT_EXPECT_EQ(test, crowd_insert(&writer), -ENOSPC);
	for (n = 1; n < 5000; n++) {
		key = n * 0x9e3779b97f4a7c15ULL;
		KUNIT_ASSERT_EQ(test, flatmap_delete(map, &key), 0);
	}
	for (n = 0; n < writer.inserted; n++) {
		key = BIT_ULL(63) + n;
		KUNIT_ASSERT_EQ(test, flatmap_delete(map, &key), 0);
	}
	/* What failed is tried again after a while, when something changes. */
	end = jiffies + 5 * HZ;
	while (crowd_stats(map).capacity > 49 && time_before(jiffies, end)) {
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &value, GFP_KERNEL), 0);
		KUNIT_ASSERT_EQ(test, flatmap_delete(map, &key), 0);
		cond_resched();
	}
	KUNIT_EXPECT_EQ(test, crowd_stats(map).capacity, 49);
}

static struct kunit_case crowd_cases[] = {
	KUNIT_CASE(crowd_from_two_sides),
	KUNIT_CASE(crowd_comes_to_rest),
	KUNIT_CASE(crowd_leaves_no_trace),
	{}
};

static struct kunit_suite crowd_suite = {
	.name = "crowd",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.test_cases = crowd_cases,
};

kunit_test_suite(crowd_suite);
