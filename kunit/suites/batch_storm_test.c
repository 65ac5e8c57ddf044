// SPDX-License-Identifier: GPL-2.0
/*
 * Lookup batches on one CPU beside batches that update, add, remove and displace, and
 * regions that come and go, on the other: what is there throughout is always found, with
 * a value that was written, and none is older than one seen before.
 */
#include <linux/ktime.h>
#include <linux/prandom.h>
#include <linux/sched.h>

#include "batches.h"
#include "chain.h"
#include "words.h"

#define STORM_MS	500		/* for each instruction set */
#define STORM_KEYS	256
#define STORM_STAY	128		/* the first of them are never removed */
#define STORM_WORDS	8		/* of a value, at most */
#define STORM_ITEMS	200		/* of a batch, at most */

/**
 * struct storm_map - a map, and what it is
 * @map: the map
 * @key: its keys
 * @words: words of a value, all of which are the same
 * @resized: is it resized all the time?
 * @stop: is it over?
 * @begun: versions that have been begun to write, by key
 * @there: is the key there? The writer's
 * @resizes: how often it has been resized
 * @written: batches of the writer
 * @failed: the first thing that went wrong with it, or NULL
 */
struct storm_map {
	struct flatmap *map;
	u64 key[STORM_KEYS];
	u32 words;
	bool resized, stop;
	u32 begun[STORM_KEYS];
	bool there[STORM_KEYS];
	u32 resizes, written;
	const char *failed;
};

/**
 * struct storm_side - a batch in the making
 * @random: what comes next
 * @count: items
 * @which: numbers of the keys
 * @keys: the keys
 * @values: the values
 * @results: the results
 */
struct storm_side {
	struct rnd_state random;
	u32 count;
	u32 which[STORM_ITEMS];
	u64 keys[STORM_ITEMS];
	u64 values[STORM_ITEMS * STORM_WORDS];
	int results[STORM_ITEMS];
};

/**
 * struct storm_reader - a reader
 * @storm: the map
 * @side: its batches
 * @seen: the last version of each key that it has read
 * @before: likewise, before the batch
 * @batches: how many
 * @wrong: the first thing that was wrong, or NULL
 */
struct storm_reader {
	struct storm_map *storm;
	struct storm_side side;
	u32 seen[STORM_KEYS], before[STORM_KEYS];
	u32 batches;
	const char *wrong;
};

static void storm_failed(struct storm_map *storm, bool is, const char *what)
{
	if (is && !storm->failed)
		storm->failed = what;
}

static void storm_add(struct storm_map *storm, struct storm_side *side, u32 i)
{
	side->which[side->count] = i;
	side->keys[side->count++] = storm->key[i];
}

static int storm_do(struct storm_map *storm, struct storm_side *side,
		    enum batches_kind kind)
{
	struct flatmap_batch batch = {
		.keys		= side->keys,
		.values		= side->values,
		.results	= side->results,
		.count		= side->count,
		.gfp		= GFP_KERNEL,
	};
	int err = batches_do(kind, storm->map, &batch);

	return err ?: batch.done - side->count;
}

/* The next version of each key of the batch. */
static void storm_write(struct storm_map *storm, struct storm_side *side)
{
	u32 n, word;

	for (n = 0; n < side->count; n++) {
		u32 i = side->which[n];
		u64 value = (u64)i << 32 | (storm->begun[i] + 1);

		WRITE_ONCE(storm->begun[i], value);
		for (word = 0; word < storm->words; word++)
			side->values[n * storm->words + word] = value;
	}
}

/* Some of the keys that stay are updated, or as many come and go as there are. */
static void storm_change(struct storm_map *storm, struct storm_side *side)
{
	u32 random = prandom_u32_state(&side->random);
	enum batches_kind kind;
	u32 i, n, wrong = 0;
	int wanted = 0;

	side->count = 0;
	if (random % 2) {
		kind = random & 2 ? BATCHES_UPDATE : BATCHES_UPSERT;
		wanted = kind == BATCHES_UPSERT;
		for (n = random >> 8 & 63; n; n--)
			storm_add(storm, side, prandom_u32_state(&side->random) % STORM_STAY);
	} else {
		bool there = random & 2;

		kind = there ? BATCHES_DELETE : BATCHES_INSERT;
		for (i = STORM_STAY; i < STORM_KEYS; i++) {
			if (storm->there[i] != there ||
			    prandom_u32_state(&side->random) % 3)
				continue;
			storm_add(storm, side, i);
			storm->there[i] = !there;
		}
	}
	if (kind != BATCHES_DELETE)
		storm_write(storm, side);
	storm_failed(storm, storm_do(storm, side, kind), "a batch fails");
	for (n = 0; n < side->count; n++)
		wrong += side->results[n] != wanted;
	storm_failed(storm, wrong, "an item fails");
}

/* Move half of the homes on here, and the rest with the region. */
static void storm_resize(struct storm_map *storm)
{
	struct flatmap *map = storm->map;
	u32 home, bits;

	fm_resize_flush(map);
	bits = map->last->bits;
	storm_failed(storm, fm_extend(map, bits > 7 ? bits - 1 : bits + 1), "no region");
	for (home = 0; home < BIT(map->region->bits); home += 2)
		storm_failed(storm, chain_move(map->region, fx_key(map, home, 0)) < 0,
			     "a home does not move");
	storm->resizes++;
}

static int storm_writer(void *arg)
{
	struct storm_map *storm = arg;
	struct storm_side *side = kzalloc(sizeof(*side), GFP_KERNEL);

	if (!side)
		return -ENOMEM;
	prandom_seed_state(&side->random, 11);
	while (!smp_load_acquire(&storm->stop)) { /* pairs with storm_run() */
		storm_change(storm, side);
		if (storm->resized && storm->written % 8 == 0)
			storm_resize(storm);
		if (storm->resized && storm->written % 8 == 4)
			storm_failed(storm, fm_drain(storm->map), "a region stays");
		WRITE_ONCE(storm->written, storm->written + 1);
		chain_breathe();
	}
	kfree(side);
	return fm_drain(storm->map);
}

static void storm_wrong(struct storm_reader *reader, bool is, const char *what)
{
	if (is && !reader->wrong)
		reader->wrong = what;
}

static void storm_check(struct storm_reader *reader, u32 n)
{
	const struct storm_map *storm = reader->storm;
	const u64 *value = reader->side.values + n * storm->words;
	u32 word, i = reader->side.which[n];

	if (reader->side.results[n] != 1) {
		storm_wrong(reader, i < STORM_STAY, "a key that stays is not found");
		storm_wrong(reader, reader->side.results[n] != -ENOENT, "another error");
		return;
	}
	for (word = 1; word < storm->words; word++)
		storm_wrong(reader, value[word] != value[0], "a torn value");
	storm_wrong(reader, value[0] >> 32 != i, "another key's value");
	storm_wrong(reader, (u32)value[0] > READ_ONCE(storm->begun[i]),
		    "a value from the future");
	storm_wrong(reader, (u32)value[0] < reader->before[i], "a value from the past");
	reader->seen[i] = max_t(u32, reader->seen[i], value[0]);
}

static void storm_lookup(struct storm_reader *reader)
{
	struct storm_side *side = &reader->side;
	u32 n;

	/* Of one batch, each lookup counts for itself. */
	memcpy(reader->before, reader->seen, sizeof(reader->before));
	side->count = 0;
	for (n = 1 + prandom_u32_state(&side->random) % STORM_ITEMS; n; n--)
		storm_add(reader->storm, side,
			  prandom_u32_state(&side->random) % STORM_KEYS);
	storm_wrong(reader, storm_do(reader->storm, side, BATCHES_LOOKUP), "a batch fails");
	for (n = 0; n < side->count; n++)
		storm_check(reader, n);
	reader->batches++;
}

static void storm_run(struct kunit *test, void *arg)
{
	struct storm_map *storm = arg;
	struct storm_reader *reader = kunit_kzalloc(test, sizeof(*reader), GFP_KERNEL);
	u32 written = storm->written, resizes = storm->resizes;
	struct fx_thread thread;
	ktime_t end;

	KUNIT_ASSERT_NOT_NULL(test, reader);
	reader->storm = storm;
	prandom_seed_state(&reader->side.random, 12);
	storm->stop = false;
	fx_start(test, &thread, 1, storm_writer, storm);
	end = ktime_add_ms(ktime_get(), STORM_MS);
	while (ktime_before(ktime_get(), end) ||
	       (READ_ONCE(storm->written) < written + 20 && !completion_done(&thread.done))) {
		storm_lookup(reader);
		chain_breathe();
	}
	smp_store_release(&storm->stop, true); /* pairs with storm_writer() */
	KUNIT_EXPECT_EQ(test, fx_join(&thread), 0);
	KUNIT_EXPECT_STREQ(test, reader->wrong ?: "", "");
	KUNIT_EXPECT_STREQ(test, storm->failed ?: "", "");
	KUNIT_EXPECT_GT(test, reader->batches, 20);
	kunit_info(test, "%u batches of lookups, %u of changes, %u regions\n",
		   reader->batches, storm->written - written, storm->resizes - resizes);
	fx_check(test, storm->map);
}

/* Keys of @homes homes, or spread by the hash; values of @words words. */
static void storm_on_map(struct kunit *test, u32 hash, u32 homes, u32 words, bool resized)
{
	struct storm_map *storm = kunit_kzalloc(test, sizeof(*storm), GFP_KERNEL);
	struct storm_side *side = kunit_kzalloc(test, sizeof(*side), GFP_KERNEL);
	struct flatmap_params params = {
		.entries	= STORM_KEYS,
		.key_size	= sizeof(u64),
		.value_size	= words * sizeof(u64),
		.hash		= hash,
		.flags		= resized ? 0 : FLATMAP_FIXED,
	};
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, storm);
	KUNIT_ASSERT_NOT_NULL(test, side);
	storm->words = words;
	storm->resized = resized;
	storm->map = fx_map_with(test, &params);
	for (i = 0; i < STORM_KEYS; i++)
		storm->key[i] = fx_key(storm->map, homes ? i % homes : 0, i);
	for (i = 0; i < STORM_STAY; i++)
		storm_add(storm, side, i);
	storm_write(storm, side);
	KUNIT_ASSERT_EQ(test, storm_do(storm, side, BATCHES_INSERT), 0);
	batches_each(test, storm_run, storm);
}

static void batch_storm_spread(struct kunit *test)
{
	storm_on_map(test, FLATMAP_HASH_FAST, 0, 1, false);
}

/* Most entries are far from home, and are displaced by those that are farther. */
static void batch_storm_crowded(struct kunit *test)
{
	storm_on_map(test, FM_HASH_IDENTITY, 9, 1, false);
}

static void batch_storm_large_values(struct kunit *test)
{
	storm_on_map(test, FLATMAP_HASH_SIPHASH, 0, STORM_WORDS, false);
}

static void batch_storm_resized(struct kunit *test)
{
	storm_on_map(test, FLATMAP_HASH_SIPHASH, 0, 1, true);
}

static void batch_storm_resized_crowded(struct kunit *test)
{
	storm_on_map(test, FM_HASH_IDENTITY, 30, 2, true);
}

static struct kunit_case batch_storm_cases[] = {
	KUNIT_CASE(batch_storm_spread),
	KUNIT_CASE(batch_storm_crowded),
	KUNIT_CASE(batch_storm_large_values),
	KUNIT_CASE(batch_storm_resized),
	KUNIT_CASE(batch_storm_resized_crowded),
	{}
};

static struct kunit_suite batch_storm_suite = {
	.name = "batch_storm",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.exit = batches_exit,
	.test_cases = batch_storm_cases,
};

kunit_test_suite(batch_storm_suite);
