// SPDX-License-Identifier: GPL-2.0
/*
 * Readers that have to look again: because the entry has gone to a place they have
 * seen, because the block holds what nobody has published, because somebody keeps
 * changing the entry.
 */
#include "words.h"

/**
 * struct reread - a lookup
 * @map: the map
 * @key: the wanted key
 * @value: what the lookup returned; 0 if the key was not there
 * @reader: the thread that looks up, if that is another one
 * @finished: is the lookup over?
 * @failed: did something that comes between not work?
 */
struct reread {
	struct flatmap *map;
	u64 key, value;
	struct fx_thread reader;
	bool finished, failed;
};

static void reread_insert(struct reread *reread, u64 key, u64 value)
{
	reread->failed |= flatmap_insert(reread->map, &key, &value, GFP_ATOMIC) != 0;
}

static void reread_update(struct reread *reread, u64 value)
{
	reread->failed |= flatmap_update(reread->map, &reread->key, &value,
					 GFP_ATOMIC) != 0;
}

static int reread_lookup(void *arg)
{
	struct reread *reread = arg;
	u64 value;

	if (flatmap_lookup(reread->map, &reread->key, &value, NULL))
		value = 0;
	reread->value = value;
	words_set(&reread->finished);
	return 0;
}

static void reread_poorer_arrives(void *arg)
{
	struct reread *reread = arg;

	reread_insert(reread, fx_key(reread->map, 0, 7), 9);
}

/*
 * A full group, and in front of it another one. The reader has seen that nobody
 * passed its home, and looks at the first slot. Then somebody poorer arrives, and
 * the wanted key has to go on, to a group that the reader does not expect to be
 * worth a look.
 */
static void reread_displaced_entry(struct kunit *test)
{
	struct reread reread = { .map = fx_map64(test, 100) };
	u64 neighbour = fx_key(reread.map, 1, 0);
	struct fx_stop stop = {
		.hook = FM_HOOK_SEEN,
		.action = reread_poorer_arrives,
		.arg = &reread,
	};
	struct flatmap_pin pin;
	u32 group;
	u64 i;

	reread.key = fx_key(reread.map, 1, 1);
	for (i = 0; i < 7; i++)
		reread_insert(&reread, fx_key(reread.map, 0, i), 9);
	/* It has a reader and stays, so the wanted key is the first that can go. */
	reread_insert(&reread, neighbour, 9);
	KUNIT_EXPECT_EQ(test, flatmap_pin(reread.map, &neighbour, &pin), 0);
	reread_insert(&reread, reread.key, 1);
	for (i = 2; i < 7; i++)
		reread_insert(&reread, fx_key(reread.map, 1, i | BIT_ULL(40)), 9);

	fx_arm(test, &stop);
	reread_lookup(&reread);
	fx_disarm(&stop);
	flatmap_unpin(&pin);
	KUNIT_EXPECT_TRUE(test, stop.reached);
	KUNIT_EXPECT_FALSE(test, reread.failed);
	KUNIT_EXPECT_NE(test, fx_slot_word(reread.map, reread.key, &group), 0);
	KUNIT_EXPECT_EQ(test, group, 2);
	KUNIT_EXPECT_EQ(test, reread.value, 1);
}

static void reread_let_reader_finish(void *arg)
{
	struct reread *reread = arg;

	fx_release(&reread->reader);
	reread->failed |= !words_wait(&reread->finished);
}

/*
 * A reader parked at @hook has met block 0 in the slot. The entry gets another
 * block. The next update takes block 0; when that is at @writer, the reader goes
 * on, and must not return the value 3.
 */
static void reread_during(struct kunit *test, struct reread *reread,
			  enum fm_hook hook, enum fm_hook writer)
{
	struct fx_stop stop = {
		.hook = writer,
		.action = reread_let_reader_finish,
		.arg = reread,
	};

	flatmap_delete(reread->map, &reread->key);
	reread_insert(reread, reread->key, 1);
	KUNIT_EXPECT_EQ(test, fm_index(fx_slot_word(reread->map, reread->key, NULL)), 0);

	reread->finished = false;
	KUNIT_EXPECT_TRUE(test, fx_park(test, &reread->reader, 1, reread_lookup, reread,
					hook, 0));
	reread_update(reread, 2);
	fx_arm(test, &stop);
	reread_update(reread, 3);
	fx_disarm(&stop);
	fx_join(&reread->reader);
	KUNIT_EXPECT_EQ(test, fm_index(fx_slot_word(reread->map, reread->key, NULL)), 0);
	KUNIT_EXPECT_TRUE(test, stop.reached);
	KUNIT_EXPECT_TRUE_MSG(test, reread->value == 1 || reread->value == 2,
			      "value %llu at hooks %u, %u", reread->value, hook, writer);
}

static void reread_unpublished_block(struct kunit *test)
{
	static const enum fm_hook readers[] = {
		FM_HOOK_SEEN, FM_HOOK_MARKED, FM_HOOK_COPIED, FM_HOOK_VERIFIED,
	};
	static const enum fm_hook writers[] = {
		FM_HOOK_TAKEN, FM_HOOK_WRITING, FM_HOOK_INSTALLED, FM_HOOK_GUARDED,
	};
	struct reread reread = { .map = fx_map64(test, 100) };
	u32 i, j;

	for (i = 0; i < ARRAY_SIZE(readers); i++) {
		for (j = 0; j < ARRAY_SIZE(writers); j++)
			reread_during(test, &reread, readers[i], writers[j]);
	}
	KUNIT_EXPECT_FALSE(test, reread.failed);
}

/**
 * struct reread_storm - updates under a reader's nose
 * @test: the case
 * @reread: the lookup
 * @stop: happens again and again
 * @left: how often
 */
struct reread_storm {
	struct kunit *test;
	struct reread reread;
	struct fx_stop stop;
	u32 left;
};

static void reread_storm(void *arg)
{
	struct reread_storm *storm = arg;

	reread_update(&storm->reread, 100 + --storm->left);
	if (storm->left) {
		storm->stop.after = 0;
		fx_arm(storm->test, &storm->stop);
	}
}

/* Whoever is disturbed time and again pins the entry in the end. */
static void reread_disturbed_again_and_again(struct kunit *test)
{
	struct reread_storm storm = {
		.test = test,
		.reread.map = fx_map64(test, 100),
		.stop.hook = FM_HOOK_COPIED,
		.stop.action = reread_storm,
		.stop.arg = &storm,
	};
	u32 times;

	reread_insert(&storm.reread, storm.reread.key, 1);
	for (times = 1; times < 20; times++) {
		storm.left = times;
		storm.stop.after = 0;
		fx_arm(test, &storm.stop);
		reread_lookup(&storm.reread);
		fx_disarm(&storm.stop);
		/* The look that counted came after the last update. */
		KUNIT_EXPECT_EQ(test, storm.left, 0);
		KUNIT_EXPECT_EQ(test, storm.reread.value, 100);
		KUNIT_EXPECT_EQ(test, fm_readers(fx_slot_word(storm.reread.map,
							      storm.reread.key,
							      NULL)), 0);
	}
	KUNIT_EXPECT_FALSE(test, storm.reread.failed);
}

static struct kunit_case reread_cases[] = {
	KUNIT_CASE(reread_displaced_entry),
	KUNIT_CASE(reread_unpublished_block),
	KUNIT_CASE(reread_disturbed_again_and_again),
	{}
};

static struct kunit_suite reread_suite = {
	.name = "reread",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.test_cases = reread_cases,
};

kunit_test_suite(reread_suite);
