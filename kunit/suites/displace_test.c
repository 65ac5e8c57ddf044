// SPDX-License-Identifier: GPL-2.0
/*
 * Robin hood placement: who lies where, who makes way for whom, and where it
 * ends. Keys have the identity hash: fx_key(map, home, n) lies in its home or
 * later.
 */
#include "fixture.h"

static void displace_insert(struct kunit *test, struct flatmap *map, u32 home,
			    u64 first, u32 n)
{
	u64 i, key;

	for (i = first; i < first + n; i++) {
		key = fx_key(map, home, i);
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, &key, &key, GFP_KERNEL), 0);
	}
}

/* How many of the entries with this home lie @distance groups after it. */
static u32 displace_count(struct flatmap *map, u32 home, u32 distance)
{
	u64 *slot = fm_group(map->region, home + distance) + 1;
	u32 i, n = 0;

	for (i = 0; i < FM_GROUP_SLOTS; i++)
		n += fm_is_live(slot[i]) && fm_home(map->region, slot[i]) == home;
	return n;
}

/* Are all entries there, with their values? Callable at hooks. */
static bool displace_all_there(struct flatmap *map, u32 home, u64 n)
{
	u64 i, key, value;

	for (i = 0; i < n; i++) {
		key = fx_key(map, home, i);
		if (flatmap_lookup(map, &key, &value, NULL) || value != key)
			return false;
	}
	return true;
}

static void displace_seven_stay_home(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 1000);

	displace_insert(test, map, 5, 0, 7);
	KUNIT_EXPECT_EQ(test, displace_count(map, 5, 0), 7);
	displace_insert(test, map, 5, 7, 1);
	KUNIT_EXPECT_EQ(test, displace_count(map, 5, 0), 7);
	KUNIT_EXPECT_EQ(test, displace_count(map, 5, 1), 1);
}

/* The poor takes the slot of the rich, who goes one group on. */
static void displace_richer_makes_way(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 1000);

	displace_insert(test, map, 6, 0, 7);
	displace_insert(test, map, 5, 0, 8);
	KUNIT_EXPECT_EQ(test, displace_count(map, 5, 0), 7);
	KUNIT_EXPECT_EQ(test, displace_count(map, 5, 1), 1);
	KUNIT_EXPECT_EQ(test, displace_count(map, 6, 0), 6);
	KUNIT_EXPECT_EQ(test, displace_count(map, 6, 1), 1);
}

static void displace_equal_does_not_make_way(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 1000);

	displace_insert(test, map, 5, 0, 14);
	displace_insert(test, map, 6, 0, 1);
	KUNIT_EXPECT_EQ(test, displace_count(map, 5, 0), 7);
	KUNIT_EXPECT_EQ(test, displace_count(map, 5, 1), 7);
	KUNIT_EXPECT_EQ(test, displace_count(map, 6, 1), 1);
}

/* Of several that are richer, the one nearest to its home goes. */
static void displace_richest_goes(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 1000);

	displace_insert(test, map, 6, 0, 10);
	displace_insert(test, map, 7, 0, 4);
	displace_insert(test, map, 5, 0, 7);
	KUNIT_EXPECT_EQ(test, displace_count(map, 6, 1), 3);
	KUNIT_EXPECT_EQ(test, displace_count(map, 7, 0), 4);
	displace_insert(test, map, 6, 10, 1);
	KUNIT_EXPECT_EQ(test, displace_count(map, 6, 1), 4);
	KUNIT_EXPECT_EQ(test, displace_count(map, 7, 0), 3);
	KUNIT_EXPECT_EQ(test, displace_count(map, 7, 1), 1);
	/* Home 6's own in group 6 are richer than home 5's, and all that are. */
	displace_insert(test, map, 5, 7, 1);
	KUNIT_EXPECT_EQ(test, displace_count(map, 6, 0), 6);
	KUNIT_EXPECT_EQ(test, displace_count(map, 6, 1), 5);
	KUNIT_EXPECT_EQ(test, displace_count(map, 7, 1), 2);
}

/* Fill @run homes from home 5 on: the next hole is far away. */
static struct flatmap *displace_run(struct kunit *test, u32 run)
{
	struct flatmap *map = fx_map64(test, 2000);
	u32 home;

	for (home = 5; home < 5 + run; home++)
		displace_insert(test, map, home, 0, 7);
	return map;
}

/*
 * The hole comes nearer one group at a time: of each group one entry moves to
 * the next, although the hole was farther away than any entry may go.
 */
static void displace_hole_comes_nearer(struct kunit *test)
{
	u32 run = FM_DISTANCE_MAX + 18;
	struct flatmap *map = displace_run(test, run);
	u32 home;

	displace_insert(test, map, 5, 7, 1);
	KUNIT_EXPECT_EQ(test, displace_count(map, 5, 0), 7);
	KUNIT_EXPECT_EQ(test, displace_count(map, 5, 1), 1);
	for (home = 6; home < 5 + run; home++) {
		KUNIT_EXPECT_EQ(test, displace_count(map, home, 0), 6);
		KUNIT_EXPECT_EQ(test, displace_count(map, home, 1), 1);
	}
}

#define DISPLACE_STEPS	50

struct displace_watch {
	struct flatmap *map;
	bool all_there;
};

static void displace_look(void *arg)
{
	struct displace_watch *watch = arg;
	u32 home;

	for (home = 5; home < 5 + DISPLACE_STEPS; home++)
		watch->all_there &= displace_all_there(watch->map, home, 7);
}

/* Each step of the hole leaves a table in which everything is found. */
static void displace_every_step_is_a_table(struct kunit *test)
{
	struct displace_watch watch = { .all_there = true };
	struct fx_stop stop = {
		.action = displace_look,
		.arg = &watch,
		.hook = FM_HOOK_REPLACED,
	};
	u32 n = 0;

	watch.map = displace_run(test, DISPLACE_STEPS);
	do {
		stop.after = 17 * n;
		fx_arm(test, &stop);
		displace_insert(test, watch.map, 5, 7 + n++, 1);
		fx_disarm(&stop);
		KUNIT_ASSERT_TRUE(test, watch.all_there);
	} while (stop.reached);
	KUNIT_EXPECT_GT(test, n, 10);
	KUNIT_EXPECT_TRUE(test, displace_all_there(watch.map, 5, 7 + n));
}

/* One home's entries fill FM_DISTANCE_MAX groups after it, and not one more. */
static void displace_to_the_limit(struct kunit *test)
{
	u32 most = (FM_DISTANCE_MAX + 1) * FM_GROUP_SLOTS;
	struct flatmap *map = fx_map64(test, 1000);
	u32 distance;
	u64 key;

	displace_insert(test, map, 5, 0, most);
	for (distance = 0; distance <= FM_DISTANCE_MAX; distance++)
		KUNIT_EXPECT_EQ(test, displace_count(map, 5, distance), 7);
	for (key = fx_key(map, 5, most); key < fx_key(map, 5, most + 3); key++) {
		KUNIT_EXPECT_EQ(test, flatmap_insert(map, &key, &key, GFP_KERNEL),
				-ENOSPC);
		KUNIT_EXPECT_EQ(test, flatmap_upsert(map, &key, &key, GFP_KERNEL),
				-ENOSPC);
		KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &key, NULL, NULL), -ENOENT);
	}
	KUNIT_EXPECT_TRUE(test, displace_all_there(map, 5, most));
	KUNIT_EXPECT_EQ(test, fx_entries(map), most);

	/* What is there can still be changed, and what goes makes room. */
	key = fx_key(map, 5, most / 2);
	KUNIT_EXPECT_EQ(test, flatmap_update(map, &key, &key, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, flatmap_delete(map, &key), 0);
	displace_insert(test, map, 5, most, 1);
}

/*
 * The longest change there is: an arrival 32 groups away, in the place of an
 * entry that goes to the 33rd.
 */
static void displace_longest_change(struct kunit *test)
{
	u32 least = FM_DISTANCE_MAX * FM_GROUP_SLOTS;
	struct flatmap *map = fx_map64(test, 1000);
	struct flatmap_pin pin;
	u64 key, other = 7;

	displace_insert(test, map, 5, 0, least);
	displace_insert(test, map, 5 + FM_DISTANCE_MAX, 0, 7);
	displace_insert(test, map, 5, least, 1);
	KUNIT_EXPECT_EQ(test, displace_count(map, 5, FM_DISTANCE_MAX), 1);
	KUNIT_EXPECT_EQ(test, displace_count(map, 5 + FM_DISTANCE_MAX, 1), 1);

	/* The same with a pinned value to be left behind. */
	key = fx_key(map, 5, 0);
	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pin), 0);
	KUNIT_EXPECT_EQ(test, flatmap_update(map, &key, &other, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, *(u64 *)pin.value, key);
	fx_check(test, map);
	flatmap_unpin(&pin);
	KUNIT_EXPECT_EQ(test, displace_count(map, 5, FM_DISTANCE_MAX), 2);
	KUNIT_EXPECT_EQ(test, displace_count(map, 5 + FM_DISTANCE_MAX, 1), 2);
	KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &key, &key, NULL), 0);
	KUNIT_EXPECT_EQ(test, key, other);
}

/*
 * Home 11 fills all its groups, so nothing of it can make way for home 10, whose
 * own group is full. The hole after its last group comes nearer in vain: what fails has
 * changed nothing but where entries lie, and what comes later fits in.
 */
static void displace_hole_comes_in_vain(struct kunit *test)
{
	u32 most = (FM_DISTANCE_MAX + 1) * FM_GROUP_SLOTS;
	struct flatmap *map = fx_map64(test, 1000);
	u32 last = 11 + FM_DISTANCE_MAX;
	u64 key;

	displace_insert(test, map, 11, 0, most);
	displace_insert(test, map, 10, 0, 7);
	displace_insert(test, map, last, 0, 7);
	KUNIT_ASSERT_EQ(test, displace_count(map, last, 1), 7);

	key = fx_key(map, 10, 7);
	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &key, &key, GFP_KERNEL), -ENOSPC);
	KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &key, NULL, NULL), -ENOENT);
	KUNIT_EXPECT_EQ(test, displace_count(map, last, 1), 6);
	KUNIT_EXPECT_EQ(test, displace_count(map, last, 2), 1);
	KUNIT_EXPECT_EQ(test, fx_entries(map), most + 14);
	fx_check(test, map);

	displace_insert(test, map, last + 1, 0, 7);
	KUNIT_EXPECT_TRUE(test, displace_all_there(map, 10, 7));
	KUNIT_EXPECT_TRUE(test, displace_all_there(map, 11, most));
	KUNIT_EXPECT_TRUE(test, displace_all_there(map, last, 7));
	KUNIT_EXPECT_TRUE(test, displace_all_there(map, last + 1, 7));
}

/* A group between that is all pinned neither takes part nor is in the way. */
static void displace_past_the_pinned(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 1000);
	struct flatmap_pin pins[7];
	u64 key;
	u32 i;

	for (i = 0; i < 4; i++)
		displace_insert(test, map, 5 + i, 0, 7);
	for (i = 0; i < 7; i++) {
		key = fx_key(map, 7, i);
		KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pins[i]), 0);
	}
	displace_insert(test, map, 5, 7, 1);
	KUNIT_EXPECT_EQ(test, displace_count(map, 5, 1), 1);
	KUNIT_EXPECT_EQ(test, displace_count(map, 6, 0), 6);
	KUNIT_EXPECT_EQ(test, displace_count(map, 6, 2), 1);
	KUNIT_EXPECT_EQ(test, displace_count(map, 7, 0), 7);
	KUNIT_EXPECT_EQ(test, displace_count(map, 8, 1), 1);
	for (i = 0; i < 7; i++)
		flatmap_unpin(&pins[i]);
}

/* Insert in home 5 where home 6 must make way, and @groups after that are pinned. */
static int displace_past(struct kunit *test, struct flatmap *map, u32 groups)
{
	u32 count = groups * FM_GROUP_SLOTS;
	struct flatmap_pin *pins;
	u64 key;
	u32 i;
	int err;

	pins = kunit_kmalloc_array(test, count, sizeof(*pins), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pins);
	displace_insert(test, map, 5, 0, 7);
	displace_insert(test, map, 6, 0, 7);
	for (i = 0; i < count; i++) {
		displace_insert(test, map, 7 + i / 7, i % 7, 1);
		key = fx_key(map, 7 + i / 7, i % 7);
		KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pins[i]), 0);
	}
	key = fx_key(map, 5, 7);
	err = flatmap_insert(map, &key, &key, GFP_KERNEL);
	for (i = 0; i < count; i++)
		flatmap_unpin(&pins[i]);
	return err;
}

/* One that makes way goes FM_DISTANCE_MAX groups from its home, and not one more. */
static void displace_as_far_as_may_be(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 2000);

	KUNIT_EXPECT_EQ(test, displace_past(test, map, FM_DISTANCE_MAX - 1), 0);
	KUNIT_EXPECT_EQ(test, displace_count(map, 5, 1), 1);
	KUNIT_EXPECT_EQ(test, displace_count(map, 6, FM_DISTANCE_MAX), 1);
	KUNIT_EXPECT_TRUE(test, displace_all_there(map, 5, 8));
	KUNIT_EXPECT_TRUE(test, displace_all_there(map, 6, 7));

	map = fx_map64(test, 2000);
	KUNIT_EXPECT_EQ(test, displace_past(test, map, FM_DISTANCE_MAX), -ENOSPC);
	KUNIT_EXPECT_EQ(test, displace_count(map, 6, 0), 7);
}

/* The last home has as much space after it as any, then the region ends. */
static void displace_end_of_region(struct kunit *test)
{
	u32 most = (FM_DISTANCE_MAX + 1) * FM_GROUP_SLOTS;
	struct flatmap *map = fx_map64(test, 1000);
	u32 last = (1 << map->region->bits) - 1;
	u64 key;

	KUNIT_EXPECT_EQ(test, map->region->groups, last + 1 + FM_DISTANCE_MAX);
	displace_insert(test, map, last, 0, most - 1);
	displace_insert(test, map, last - 1, 0, 7);
	/* The one hole left is in the last group, and serves the home before. */
	displace_insert(test, map, last - 1, 7, 1);
	KUNIT_EXPECT_EQ(test, displace_count(map, last, FM_DISTANCE_MAX), 7);

	key = fx_key(map, last - 1, 8);
	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &key, &key, GFP_KERNEL), -ENOSPC);
	key = fx_key(map, last, most);
	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &key, &key, GFP_KERNEL), -ENOSPC);
	KUNIT_EXPECT_TRUE(test, displace_all_there(map, last, most - 1));
	KUNIT_EXPECT_TRUE(test, displace_all_there(map, last - 1, 8));
	displace_insert(test, map, last - 2, 0, 7);
}

/* Maps of one to sixteen entries, which are spread over their homes in any way. */
static void displace_tiny_maps(struct kunit *test)
{
	struct flatmap *map;
	u64 entries, i, key;
	u32 homes, seed;

	for (entries = 1; entries <= 16; entries++) {
		for (seed = 1; seed < 4; seed++) {
			map = fx_map64(test, entries);
			homes = 1 << map->region->bits;
			for (i = 0; i < entries; i++)
				displace_insert(test, map, (i * seed / 2) % homes, i, 1);
			for (i = 0; i < entries; i++) {
				key = fx_key(map, (i * seed / 2) % homes, i);
				KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &key, NULL, NULL),
						0);
			}
		}
	}
}

static struct kunit_case displace_cases[] = {
	KUNIT_CASE(displace_seven_stay_home),
	KUNIT_CASE(displace_richer_makes_way),
	KUNIT_CASE(displace_equal_does_not_make_way),
	KUNIT_CASE(displace_richest_goes),
	KUNIT_CASE(displace_hole_comes_nearer),
	KUNIT_CASE(displace_every_step_is_a_table),
	KUNIT_CASE(displace_to_the_limit),
	KUNIT_CASE(displace_longest_change),
	KUNIT_CASE(displace_hole_comes_in_vain),
	KUNIT_CASE(displace_past_the_pinned),
	KUNIT_CASE(displace_as_far_as_may_be),
	KUNIT_CASE(displace_end_of_region),
	KUNIT_CASE(displace_tiny_maps),
	{}
};

static struct kunit_suite displace_suite = {
	.name = "displace",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.test_cases = displace_cases,
};

kunit_test_suite(displace_suite);
