// SPDX-License-Identifier: GPL-2.0
/*
 * Late helpers. A helper stops in the middle of somebody's operation; the owner
 * finishes it, undoes it, so that every word is what it was before, and uses its
 * descriptor again. Then the helper goes on, and must do no harm.
 *
 * The owner runs on CPU 1. The case is the helper: it lets the owner go on from
 * inside a hook of its own.
 */
#include "words.h"

#define LATE_WORDS	3

/**
 * struct late - an owner and its late helper
 * @words: what the owner's operations change
 * @owner: the owner's thread
 * @last: stops the owner's last operation once its first word is installed
 * @done: the outcomes of its operations
 * @finished: has it reached its end, or @last?
 * @go: may it go on from @last?
 * @met: did the helper see the owner get there?
 * @left: what word 1 held then
 */
struct late {
	struct words *words;
	struct fx_thread owner;
	struct fx_stop last;
	bool done[3];
	bool finished, go, met;
	u64 left;
};

/* There, back again, and once more, if that is wanted. */
static int late_owner(void *arg)
{
	struct late *late = arg;

	late->done[0] = words_swap(late->words, 0, LATE_WORDS, WORDS_A, WORDS_B);
	late->done[1] = words_swap(late->words, 0, LATE_WORDS, WORDS_B, WORDS_A);
	if (late->last.action)
		late->done[2] = words_swap(late->words, 0, LATE_WORDS, WORDS_A,
					   WORDS_B);
	words_set(&late->finished);
	return 0;
}

/* At the owner's last operation. */
static void late_pause(void *arg)
{
	struct late *late = arg;

	words_set(&late->finished);
	words_wait(&late->go);
}

/* At the helper's hook. */
static void late_let_owner_finish(void *arg)
{
	struct late *late = arg;

	fx_release(&late->owner);
	late->met = words_wait(&late->finished);
}

/*
 * The owner is parked at @parked; the helper, which comes by the word @entry,
 * stops at @hook until the owner is done, or, with @last, in its next operation
 * but one. Returns false if the helper does not get to @hook.
 */
static bool late_help(struct kunit *test, struct late *late, enum fm_hook parked,
		      enum fm_hook hook, u32 after, u32 entry, bool last)
{
	struct fx_stop stop = {
		.hook = hook,
		.after = after,
		.action = late_let_owner_finish,
		.arg = late,
	};

	*late = (struct late) { .words = late->words };
	words_reset(late->words, WORDS_A);
	if (last) {
		late->last.hook = FM_HOOK_INSTALLED;
		late->last.after = 1;
		late->last.action = late_pause;
		late->last.arg = late;
	}
	if (fx_park(test, &late->owner, 1, late_owner, late, parked, 0)) {
		if (last) {
			late->last.task = late->owner.task;
			fx_arm(test, &late->last);
		}
		fx_arm(test, &stop);
		words_settle(late->words, entry);
		fx_disarm(&stop);
	}
	return stop.reached;
}

/* Let the owner end. */
static void late_end(struct kunit *test, struct late *late)
{
	KUNIT_EXPECT_TRUE(test, late->met);
	words_set(&late->go);
	fx_join(&late->owner);
	fx_disarm(&late->last);
	KUNIT_EXPECT_TRUE(test, late->done[0]);
	KUNIT_EXPECT_TRUE(test, late->done[1]);
}

/* The owner is done, the words are what they were: they must stay so. */
static void late_nothing_comes_back(struct kunit *test, enum fm_hook parked,
				    enum fm_hook hook)
{
	struct late late = { .words = words_create(test) };
	u32 after, entry;

	for (after = 0;; after++) {
		/*
		 * The helper comes by a word other than the one it acquires: if it
		 * leaves something there, it does not run into that itself.
		 */
		entry = parked == FM_HOOK_INSTALLED ? 0 : after == 1 ? 2 : 1;
		if (!late_help(test, &late, parked, hook, after, entry, false))
			break;
		KUNIT_EXPECT_TRUE_MSG(test, words_are(late.words, 0, LATE_WORDS, WORDS_A),
				      "hook %u, passed %u times", hook, after);
		late_end(test, &late);
	}
	fx_join(&late.owner);
	KUNIT_EXPECT_GT(test, after, 0);
}

/* The owner is in the middle of the same operation once more. */
static void late_next_is_not_touched(struct kunit *test, enum fm_hook parked,
				     enum fm_hook hook)
{
	struct late late = { .words = words_create(test) };
	u32 after, entry;
	bool begun;

	for (after = 0;; after++) {
		entry = parked == FM_HOOK_INSTALLED ? 0 : after == 1 ? 2 : 1;
		if (!late_help(test, &late, parked, hook, after, entry, true))
			break;
		/* Finishing it is all right, if all of it is. */
		begun = fm_is_ref(READ_ONCE(late.words->word[0])) &&
			words_are(late.words, 1, LATE_WORDS, WORDS_A);
		KUNIT_EXPECT_TRUE_MSG(test, begun || words_are(late.words, 0, LATE_WORDS,
							       WORDS_B),
				      "hook %u, passed %u times", hook, after);
		/* What does not belong there would keep the owner for ever. */
		if (!begun)
			words_reset(late.words, WORDS_B);
		late_end(test, &late);
		KUNIT_EXPECT_TRUE(test, late.done[2]);
		KUNIT_EXPECT_TRUE(test, words_are(late.words, 0, LATE_WORDS, WORDS_B));
	}
	words_set(&late.go);
	fx_join(&late.owner);
	fx_disarm(&late.last);
	KUNIT_EXPECT_GT(test, after, 0);
}

static void late_at(struct kunit *test, enum fm_hook parked, enum fm_hook hook)
{
	late_nothing_comes_back(test, parked, hook);
	late_next_is_not_touched(test, parked, hook);
}

static void late_before_acquiring(struct kunit *test)
{
	late_at(test, FM_HOOK_ACQUIRED, FM_HOOK_ACQUIRING);
}

static void late_with_planted_reference(struct kunit *test)
{
	late_at(test, FM_HOOK_INSTALLED, FM_HOOK_PLANTED);
}

static void late_having_read_the_status(struct kunit *test)
{
	late_at(test, FM_HOOK_INSTALLED, FM_HOOK_RESOLVING);
}

static void late_having_acquired(struct kunit *test)
{
	late_at(test, FM_HOOK_ACQUIRED, FM_HOOK_ACQUIRED);
}

static void late_having_read_the_guard(struct kunit *test)
{
	late_at(test, FM_HOOK_ACQUIRED, FM_HOOK_GUARDED);
}

static void late_having_decided(struct kunit *test)
{
	late_at(test, FM_HOOK_ACQUIRED, FM_HOOK_DECIDED);
}

static void late_having_replaced(struct kunit *test)
{
	late_at(test, FM_HOOK_ACQUIRED, FM_HOOK_REPLACED);
}

static int late_fail(void *arg)
{
	struct late *late = arg;

	late->done[0] = words_swap(late->words, 0, 3, WORDS_A, WORDS_B);
	late->done[1] = words_swap(late->words, 3, 6, WORDS_A, WORDS_B);
	words_set(&late->finished);
	return 0;
}

static void late_let_it_fail(void *arg)
{
	struct late *late = arg;

	late_let_owner_finish(late);
	late->left = READ_ONCE(late->words->word[1]);
}

/*
 * The owner has found word 1 wrong, but has not said so. Now the word is right,
 * and a helper plants its reference there, for an operation that is still open.
 * It fails; nobody but the owner, before it goes, can know of that reference.
 */
static void late_plant(struct kunit *test, enum fm_hook hook)
{
	struct late late = { .words = words_create(test) };
	struct fx_stop stop = {
		.hook = hook,
		.action = late_let_it_fail,
		.arg = &late,
	};
	bool parked;

	WRITE_ONCE(late.words->word[1], WORDS_C);
	parked = fx_park(test, &late.owner, 1, late_fail, &late, FM_HOOK_ACQUIRED, 0);
	WRITE_ONCE(late.words->word[1], WORDS_A + 1);
	fx_arm(test, &stop);
	words_settle(late.words, 0);
	fx_disarm(&stop);
	fx_join(&late.owner);

	KUNIT_EXPECT_TRUE(test, parked);
	KUNIT_EXPECT_TRUE(test, stop.reached && late.met);
	KUNIT_EXPECT_EQ(test, late.left, WORDS_A + 1);
	KUNIT_EXPECT_FALSE(test, late.done[0]);
	KUNIT_EXPECT_TRUE(test, late.done[1]);
	KUNIT_EXPECT_TRUE(test, words_are(late.words, 0, 3, WORDS_A));
	KUNIT_EXPECT_TRUE(test, words_are(late.words, 3, 6, WORDS_B));
}

static void late_owner_cleans_up(struct kunit *test)
{
	late_plant(test, FM_HOOK_PLANTED);
	late_plant(test, FM_HOOK_RESOLVING);
}

static int late_succeed(void *arg)
{
	struct late *late = arg;

	late->done[0] = words_swap(late->words, 0, 3, WORDS_A, WORDS_B);
	words_set(&late->finished);
	return 0;
}

static void late_make_it_right(void *arg)
{
	struct late *late = arg;

	WRITE_ONCE(late->words->word[1], WORDS_A + 1);
	late_let_owner_finish(late);
}

/* It is the helper who has found word 1 wrong. Its verdict comes too late. */
static void late_verdict(struct kunit *test)
{
	struct late late = { .words = words_create(test) };
	struct fx_stop stop = {
		.hook = FM_HOOK_ACQUIRED,
		.action = late_make_it_right,
		.arg = &late,
	};
	bool parked;

	WRITE_ONCE(late.words->word[1], WORDS_C);
	parked = fx_park(test, &late.owner, 1, late_succeed, &late, FM_HOOK_INSTALLED, 0);
	fx_arm(test, &stop);
	words_settle(late.words, 0);
	fx_disarm(&stop);
	fx_join(&late.owner);

	KUNIT_EXPECT_TRUE(test, parked);
	KUNIT_EXPECT_TRUE(test, stop.reached && late.met);
	KUNIT_EXPECT_TRUE(test, late.done[0]);
	KUNIT_EXPECT_TRUE(test, words_are(late.words, 0, 3, WORDS_B));
}

/**
 * struct late_insert - an insert, and what makes its slot empty again
 * @map: the map
 * @owner: the owner's thread
 * @result: what its operations returned
 * @finished: has it ended?
 * @met: did the helper see that?
 */
struct late_insert {
	struct flatmap *map;
	struct fx_thread owner;
	int result[4];
	bool finished, met;
};

static int late_come_and_go(void *arg)
{
	struct late_insert *late = arg;
	u64 key = fx_key(late->map, 0, 1);
	u64 other = fx_key(late->map, 0, 2);
	u64 value = 1;

	late->result[0] = flatmap_insert(late->map, &key, &value, GFP_KERNEL);
	late->result[1] = flatmap_delete(late->map, &key);
	late->result[2] = flatmap_insert(late->map, &other, &value, GFP_KERNEL);
	late->result[3] = flatmap_delete(late->map, &other);
	words_set(&late->finished);
	return 0;
}

static void late_let_it_go(void *arg)
{
	struct late_insert *late = arg;

	fx_release(&late->owner);
	late->met = words_wait(&late->finished);
}

/* A slot that is EMPTY again looks as it did to a helper of the insert. */
static void late_deleted_key_stays_away(struct kunit *test)
{
	struct late_insert late = { .map = fx_map64(test, 100) };
	u64 *group = fm_group(late.map->region, 0);
	struct fx_stop stop = {
		.hook = FM_HOOK_ACQUIRING,
		.after = 1,
		.action = late_let_it_go,
		.arg = &late,
	};
	struct fm_level *level;
	bool parked;
	u32 i;

	parked = fx_park(test, &late.owner, 1, late_come_and_go, &late,
			 FM_HOOK_ACQUIRED, 0);
	fx_arm(test, &stop);
	level = fm_enter(FM_LEVELS - 1);
	fm_settle(level, group);
	fm_exit(level);
	fx_disarm(&stop);
	fx_join(&late.owner);

	KUNIT_EXPECT_TRUE(test, parked);
	KUNIT_EXPECT_TRUE(test, stop.reached && late.met);
	for (i = 0; i < ARRAY_SIZE(late.result); i++)
		KUNIT_EXPECT_EQ(test, late.result[i], 0);
	for (i = 0; i < FM_GROUP_WORDS; i++)
		KUNIT_EXPECT_FALSE(test, fm_is_ref(READ_ONCE(group[i])));
	KUNIT_EXPECT_TRUE(test, fm_is_empty(READ_ONCE(group[1])));
	WRITE_ONCE(group[1], 0); /* a reference to nothing would hang the audit */
	KUNIT_EXPECT_EQ(test, fx_entries(late.map), 0);
}

static struct kunit_case late_cases[] = {
	KUNIT_CASE(late_before_acquiring),
	KUNIT_CASE(late_with_planted_reference),
	KUNIT_CASE(late_having_read_the_status),
	KUNIT_CASE(late_having_acquired),
	KUNIT_CASE(late_having_read_the_guard),
	KUNIT_CASE(late_having_decided),
	KUNIT_CASE(late_having_replaced),
	KUNIT_CASE(late_owner_cleans_up),
	KUNIT_CASE(late_verdict),
	KUNIT_CASE(late_deleted_key_stays_away),
	{}
};

static struct kunit_suite late_suite = {
	.name = "late",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.test_cases = late_cases,
};

kunit_test_suite(late_suite);
