// SPDX-License-Identifier: GPL-2.0
/*
 * One home after the other goes on to the next region: what each step leaves behind,
 * and what operations do that find a home half way.
 */
#include "chain.h"
#include "model.h"
#include "words.h"

/* Keys of one home, of which the last ones lie a group farther on. */
#define FORWARD_KEYS	10

#define FORWARD_OTHERS	3

/* The home bits that a map begins with. */
#define FORWARD_BITS	3

static u64 forward_key(u64 home, u64 n)
{
	return home << (64 - FORWARD_BITS) | n;
}

static u64 forward_value(u64 key)
{
	return key + 1;
}

/* The entry number @n. */
static u64 forward_entry(u64 n)
{
	return n < FORWARD_KEYS ? forward_key(0, n) : forward_key(1, n - FORWARD_KEYS);
}

/* Homes 0 and 1 have entries; those of home 0 that find no slot lie beyond home 1's. */
static struct flatmap *forward_map(struct kunit *test)
{
	struct flatmap *map = fx_growing64(test, 0, 0);
	u64 n;

	KUNIT_ASSERT_EQ(test, map->region->bits, FORWARD_BITS);
	for (n = 0; n < FORWARD_KEYS + FORWARD_OTHERS; n++)
		KUNIT_ASSERT_EQ(test, model_set(map, forward_entry(n),
						forward_value(forward_entry(n))), 0);
	return map;
}

/* All entries of forward_map() are there, and no others. */
static void forward_all_there(struct kunit *test, struct flatmap *map)
{
	u64 n;

	for (n = 0; n < FORWARD_KEYS + FORWARD_OTHERS; n++)
		KUNIT_EXPECT_EQ(test, model_get(map, forward_entry(n)),
				forward_value(forward_entry(n)));
	KUNIT_EXPECT_EQ(test, fx_entries(map), FORWARD_KEYS + FORWARD_OTHERS);
}

static void forward_home_by_home(struct kunit *test)
{
	struct flatmap *map = forward_map(test);
	struct fm_region *first = map->region;
	u64 other = forward_key(1, 0), none = forward_key(2, 0);
	struct flatmap_stats stats;

	KUNIT_EXPECT_PTR_EQ(test, fm_successor(first), NULL);
	chain_extend(test, map, FORWARD_BITS + 1);
	KUNIT_EXPECT_PTR_EQ(test, map->region, first);
	KUNIT_EXPECT_PTR_EQ(test, fm_successor(first), map->last);
	KUNIT_EXPECT_EQ(test, chain_state(first, 0), FM_HOME_OPEN);
	stats = chain_stats(map);
	KUNIT_EXPECT_EQ(test, stats.regions, 2);
	KUNIT_EXPECT_EQ(test, stats.resizes, 1);
	KUNIT_EXPECT_EQ(test, stats.capacity, fm_entries_for(FORWARD_BITS + 1));

	KUNIT_EXPECT_EQ(test, chain_move(first, 0), FORWARD_KEYS);
	KUNIT_EXPECT_EQ(test, chain_state(first, 0), FM_HOME_DONE);
	KUNIT_EXPECT_EQ(test, chain_state(first, other), FM_HOME_OPEN);
	KUNIT_EXPECT_EQ(test, chain_count(first, 0), 0);
	KUNIT_EXPECT_EQ(test, chain_count(first, other), FORWARD_OTHERS);
	KUNIT_EXPECT_EQ(test, chain_count(map->last, 0), FORWARD_KEYS);
	forward_all_there(test, map);
	fx_check(test, map);

	KUNIT_EXPECT_EQ(test, chain_move(first, 0), 0);
	KUNIT_EXPECT_EQ(test, chain_move(first, none), 0);
	KUNIT_EXPECT_EQ(test, chain_state(first, none), FM_HOME_DONE);
	KUNIT_EXPECT_EQ(test, chain_move(first, other), FORWARD_OTHERS);
	forward_all_there(test, map);
	fx_check(test, map);

	chain_drain(test, map);
	forward_all_there(test, map);
	KUNIT_EXPECT_PTR_EQ(test, map->region, map->last);
	KUNIT_EXPECT_EQ(test, chain_stats(map).regions, 1);
}

static void forward_keeps_values(struct kunit *test)
{
	const struct flatmap_params params = {
		.key_size	= 13,
		.value_size	= 300,
		.hash		= FLATMAP_HASH_FAST,
	};
	struct flatmap *map = fx_map_with(test, &params);
	u8 key[13] = {}, value[300], got[300];
	u32 n;

	for (n = 0; n < 30; n++) {
		key[n % 13] = n + 1;
		memset(value, n, sizeof(value));
		KUNIT_ASSERT_EQ(test, flatmap_insert(map, key, value, GFP_KERNEL), 0);
	}
	chain_extend(test, map, 4);
	chain_drain(test, map);
	memset(key, 0, sizeof(key));
	for (n = 0; n < 30; n++) {
		key[n % 13] = n + 1;
		memset(value, n, sizeof(value));
		KUNIT_ASSERT_EQ(test, flatmap_lookup(map, key, got, NULL), 0);
		KUNIT_EXPECT_EQ(test, memcmp(value, got, sizeof(got)), 0);
	}
}

/* Who adds an entry moves a home on, one after the other, whichever it is. */
static void forward_insert_sweeps(struct kunit *test)
{
	struct flatmap *map = fx_growing64(test, 0, 0);
	struct fm_region *first = map->region;
	u64 home = forward_key(3, 0), n;

	for (n = 0; n < 5; n++)
		KUNIT_ASSERT_EQ(test, model_set(map, home + n, forward_value(n)), 0);
	chain_extend(test, map, FORWARD_BITS + 1);

	for (; n < 8; n++) {
		KUNIT_EXPECT_EQ(test, model_set(map, home + n, forward_value(n)), 0);
		KUNIT_EXPECT_EQ(test, chain_state(first, forward_key(n - 5, 0)),
				FM_HOME_DONE);
		KUNIT_EXPECT_EQ(test, chain_state(first, home), FM_HOME_CLOSED);
		KUNIT_EXPECT_EQ(test, chain_count(first, home), 5);
		KUNIT_EXPECT_EQ(test, chain_stats(map).helped, 0);
	}
	KUNIT_EXPECT_EQ(test, model_set(map, home + n, forward_value(n)), 0);
	KUNIT_EXPECT_EQ(test, chain_state(first, home), FM_HOME_DONE);
	KUNIT_EXPECT_EQ(test, chain_count(first, home), 0);
	KUNIT_EXPECT_EQ(test, chain_stats(map).helped, 5);

	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &home, &n, GFP_ATOMIC), -EEXIST);
	KUNIT_EXPECT_EQ(test, chain_state(first, forward_key(4, 0)), FM_HOME_OPEN);
	chain_drain(test, map);
	for (n = 0; n < 9; n++)
		KUNIT_EXPECT_EQ(test, model_get(map, home + n), forward_value(n));
	KUNIT_EXPECT_EQ(test, fx_entries(map), 9);
}

/* Who adds one to a home that has moves all entries of it on first, and only those. */
static void forward_insert_helps(struct kunit *test)
{
	struct flatmap *map = forward_map(test);
	struct fm_region *first = map->region;
	u64 key = forward_key(0, FORWARD_KEYS), other = forward_key(1, 0);
	struct flatmap_stats stats;

	chain_extend(test, map, FORWARD_BITS + 1);
	KUNIT_EXPECT_EQ(test, model_set(map, key, forward_value(key)), 0);
	KUNIT_EXPECT_EQ(test, chain_state(first, 0), FM_HOME_DONE);
	KUNIT_EXPECT_EQ(test, chain_count(first, 0), 0);
	KUNIT_EXPECT_EQ(test, chain_count(map->last, 0), FORWARD_KEYS + 1);
	KUNIT_EXPECT_EQ(test, chain_state(first, other), FM_HOME_OPEN);
	KUNIT_EXPECT_EQ(test, chain_count(first, other), FORWARD_OTHERS);
	stats = chain_stats(map);
	KUNIT_EXPECT_EQ(test, stats.moved, FORWARD_KEYS);
	KUNIT_EXPECT_EQ(test, stats.helped, FORWARD_KEYS);

	/* Refused, and nothing is moved for that. */
	KUNIT_EXPECT_EQ(test, flatmap_insert(map, &other, &key, GFP_ATOMIC), -EEXIST);
	KUNIT_EXPECT_EQ(test, chain_state(first, other), FM_HOME_OPEN);
	KUNIT_EXPECT_EQ(test, model_set(map, key, MODEL_ABSENT), 0);
	forward_all_there(test, map);
	chain_drain(test, map);
	forward_all_there(test, map);
	KUNIT_EXPECT_EQ(test, chain_stats(map).moved, FORWARD_KEYS + FORWARD_OTHERS);
	KUNIT_EXPECT_EQ(test, chain_stats(map).helped, FORWARD_KEYS);
}

/* Who changes or removes an entry does it where the entry is. */
static void forward_changes_in_place(struct kunit *test)
{
	struct flatmap *map = forward_map(test);
	struct fm_region *first = map->region;
	u64 key = forward_key(0, FORWARD_KEYS - 1), other = forward_key(1, 0);

	chain_extend(test, map, FORWARD_BITS + 1);
	KUNIT_EXPECT_EQ(test, model_set(map, other, 77), 0);
	KUNIT_EXPECT_PTR_EQ(test, chain_find(map, other, NULL), first);
	KUNIT_EXPECT_EQ(test, model_get(map, other), 77);
	KUNIT_EXPECT_EQ(test, flatmap_delete(map, &other), 0);
	KUNIT_EXPECT_EQ(test, chain_state(first, other), FM_HOME_OPEN);
	KUNIT_EXPECT_EQ(test, chain_count(first, other), FORWARD_OTHERS - 1);

	KUNIT_EXPECT_EQ(test, chain_move(first, 0), FORWARD_KEYS);
	KUNIT_EXPECT_EQ(test, model_set(map, key, 77), 0);
	KUNIT_EXPECT_PTR_EQ(test, chain_find(map, key, NULL), map->last);
	KUNIT_EXPECT_EQ(test, model_get(map, key), 77);
	KUNIT_EXPECT_EQ(test, flatmap_delete(map, &key), 0);
	KUNIT_EXPECT_EQ(test, model_get(map, key), MODEL_ABSENT);
	KUNIT_EXPECT_EQ(test, fx_entries(map), FORWARD_KEYS + FORWARD_OTHERS - 2);
	fx_check(test, map);
	chain_drain(test, map);
	KUNIT_EXPECT_EQ(test, model_get(map, key), MODEL_ABSENT);
	KUNIT_EXPECT_EQ(test, model_get(map, other), MODEL_ABSENT);
}

/* What is pinned moves, and the pin keeps what it has seen, in the region it is in. */
static void forward_pinned_moves(struct kunit *test)
{
	struct flatmap *map = forward_map(test);
	struct fm_region *first = map->region;
	struct flatmap_pin old, new;
	u64 key = 5, word = 0, bytes;

	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &old), 0);
	chain_extend(test, map, FORWARD_BITS + 1);
	KUNIT_EXPECT_EQ(test, chain_move(first, key), FORWARD_KEYS);
	KUNIT_EXPECT_EQ(test, fm_kind(*old.slot), FM_DELETED);
	KUNIT_EXPECT_EQ(test, fm_readers(*old.slot), 1);
	KUNIT_EXPECT_PTR_EQ(test, chain_find(map, key, &word), map->last);
	KUNIT_EXPECT_EQ(test, fm_readers(word), 0);
	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &new), 0);
	KUNIT_EXPECT_PTR_EQ(test, new.region, map->last);
	KUNIT_EXPECT_EQ(test, model_set(map, key, 77), 0);
	KUNIT_EXPECT_EQ(test, *(const u64 *)old.value, forward_value(key));
	KUNIT_EXPECT_EQ(test, *(const u64 *)new.value, forward_value(key));
	fx_check(test, map);

	chain_drain(test, map);
	KUNIT_EXPECT_TRUE(test, chain_wait(chain_stats(map).regions_pinned == 1));
	bytes = chain_stats(map).bytes;
	KUNIT_EXPECT_EQ(test, chain_stats(map).regions, 1);
	KUNIT_EXPECT_EQ(test, *(const u64 *)old.key, key);
	KUNIT_EXPECT_EQ(test, *(const u64 *)old.value, forward_value(key));
	KUNIT_EXPECT_EQ(test, model_get(map, key), 77);

	/* The last pin of the region is the last use of it. */
	flatmap_unpin(&old);
	KUNIT_EXPECT_TRUE(test, chain_wait(chain_stats(map).regions_pinned == 0));
	KUNIT_EXPECT_TRUE(test, chain_wait(chain_stats(map).bytes < bytes));
	KUNIT_EXPECT_EQ(test, *(const u64 *)new.value, forward_value(key));
	flatmap_unpin(&new);
	KUNIT_EXPECT_EQ(test, model_get(map, key), 77);
}

/* An update of what is pinned needs a place, and gets it in the next region. */
static void forward_update_of_the_pinned(struct kunit *test)
{
	struct flatmap *map = forward_map(test);
	struct fm_region *first = map->region;
	struct flatmap_pin pin;
	u64 key = 5;

	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pin), 0);
	chain_extend(test, map, FORWARD_BITS + 1);
	KUNIT_EXPECT_EQ(test, model_set(map, key, 77), 0);
	KUNIT_EXPECT_PTR_EQ(test, chain_find(map, key, NULL), map->last);
	KUNIT_EXPECT_EQ(test, chain_state(first, key), FM_HOME_DONE);
	KUNIT_EXPECT_EQ(test, chain_stats(map).helped, FORWARD_KEYS);
	KUNIT_EXPECT_EQ(test, *(const u64 *)pin.value, forward_value(key));
	KUNIT_EXPECT_EQ(test, model_get(map, key), 77);
	fx_check(test, map);

	/* It goes back and the block with it: the region is still in the chain. */
	flatmap_unpin(&pin);
	KUNIT_EXPECT_TRUE(test, fm_is_empty(*pin.slot));
	fx_check(test, map);
	chain_drain(test, map);
	KUNIT_EXPECT_EQ(test, model_get(map, key), 77);
}

/* A delete of what is pinned, before and after its home has moved. */
static void forward_delete_of_the_pinned(struct kunit *test)
{
	struct flatmap *map = forward_map(test);
	struct fm_region *first = map->region;
	struct flatmap_pin before, after;
	u64 key = 5, other = 6;

	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &before), 0);
	chain_extend(test, map, FORWARD_BITS + 1);
	KUNIT_EXPECT_EQ(test, flatmap_delete(map, &key), 0);
	KUNIT_EXPECT_EQ(test, chain_state(first, key), FM_HOME_OPEN);
	KUNIT_EXPECT_EQ(test, chain_move(first, key), FORWARD_KEYS - 1);
	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &other, &after), 0);
	KUNIT_EXPECT_EQ(test, flatmap_delete(map, &other), 0);
	KUNIT_EXPECT_EQ(test, *(const u64 *)before.value, forward_value(key));
	KUNIT_EXPECT_EQ(test, *(const u64 *)after.value, forward_value(other));
	KUNIT_EXPECT_EQ(test, model_get(map, key), MODEL_ABSENT);
	KUNIT_EXPECT_EQ(test, model_get(map, other), MODEL_ABSENT);
	fx_check(test, map);
	chain_drain(test, map);
	flatmap_unpin(&before);
	flatmap_unpin(&after);
}

/* From a region to the last one at once: the home in between only closes. */
static void forward_past_a_region(struct kunit *test)
{
	struct flatmap *map = forward_map(test);
	struct fm_region *first = map->region, *second;

	chain_extend(test, map, FORWARD_BITS + 1);
	second = map->last;
	chain_extend(test, map, FORWARD_BITS);
	KUNIT_EXPECT_EQ(test, chain_move(first, 0), FORWARD_KEYS);
	KUNIT_EXPECT_EQ(test, chain_state(first, 0), FM_HOME_DONE);
	KUNIT_EXPECT_EQ(test, chain_state(second, 0), FM_HOME_CLOSED);
	KUNIT_EXPECT_EQ(test, chain_count(second, 0), 0);
	KUNIT_EXPECT_EQ(test, chain_count(map->last, 0), FORWARD_KEYS);
	forward_all_there(test, map);
	fx_check(test, map);
	chain_drain(test, map);
	forward_all_there(test, map);
	KUNIT_EXPECT_EQ(test, chain_stats(map).moved, FORWARD_OTHERS);
}

struct forward_mover {
	struct fm_region *region;
	int moved;
};

static int forward_move(void *arg)
{
	struct forward_mover *mover = arg;

	mover->moved = chain_move(mover->region, 0);
	return 0;
}

/* Two at the same home: each entry is moved by one of them. */
static void forward_two_movers(struct kunit *test)
{
	static const enum fm_hook hooks[] = {
		FM_HOOK_CLOSED, FM_HOOK_TAKEN, FM_HOOK_MOVING, FM_HOOK_INSTALLED,
		FM_HOOK_DECIDED, FM_HOOK_REPLACED, FM_HOOK_DRAINED,
	};
	struct forward_mover mover;
	struct fx_thread thread;
	struct flatmap *map;
	u32 i, after;
	int moved;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		for (after = 0; after < 8; after += 3) {
			map = forward_map(test);
			mover.region = map->region;
			chain_extend(test, map, FORWARD_BITS + 1);
			if (!fx_park(test, &thread, 1, forward_move, &mover, hooks[i],
				     after)) {
				fx_join(&thread);
				KUNIT_EXPECT_GT(test, after, 0);
				break;
			}
			moved = chain_move(map->region, 0);
			KUNIT_EXPECT_EQ(test, chain_state(map->region, 0), FM_HOME_DONE);
			KUNIT_EXPECT_EQ(test, chain_count(map->region, 0), 0);
			fx_join(&thread);
			KUNIT_EXPECT_EQ(test, moved + mover.moved, FORWARD_KEYS);
			KUNIT_EXPECT_EQ(test, chain_state(map->region, 0), FM_HOME_DONE);
			forward_all_there(test, map);
			fx_check(test, map);
		}
	}
}

static struct kunit_case forward_cases[] = {
	KUNIT_CASE(forward_home_by_home),
	KUNIT_CASE(forward_keeps_values),
	KUNIT_CASE(forward_insert_sweeps),
	KUNIT_CASE(forward_insert_helps),
	KUNIT_CASE(forward_changes_in_place),
	KUNIT_CASE(forward_pinned_moves),
	KUNIT_CASE(forward_update_of_the_pinned),
	KUNIT_CASE(forward_delete_of_the_pinned),
	KUNIT_CASE(forward_past_a_region),
	KUNIT_CASE(forward_two_movers),
	{}
};

static struct kunit_suite forward_suite = {
	.name = "forward",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.test_cases = forward_cases,
};

kunit_test_suite(forward_suite);
