// SPDX-License-Identifier: GPL-2.0
/*
 * Helping: an operation is interrupted at each step, or parked there on another
 * CPU, and others do not wait for it: whoever meets it finishes it first.
 */
#include "words.h"

static const enum fm_hook help_hooks[] = {
	FM_HOOK_INSTALLED, FM_HOOK_PLANTED, FM_HOOK_RESOLVING, FM_HOOK_ACQUIRING,
	FM_HOOK_ACQUIRED, FM_HOOK_GUARDED, FM_HOOK_DECIDED, FM_HOOK_REPLACED,
	FM_HOOK_CLEANED,
};

/**
 * struct help_run - an operation from A to B, and what comes between
 * @words: its words
 * @count: how many of them it changes
 * @between: what comes between
 * @from: the first word that @between changes
 * @to: the one after the last
 * @next: the state it puts them in
 * @owner: has the operation succeeded?
 * @other: has @between?
 */
struct help_run {
	struct words *words;
	u32 count;
	void (*between)(void *arg);
	u32 from, to;
	u64 next;
	bool owner, other;
};

static int help_owner(void *arg)
{
	struct help_run *run = arg;

	run->owner = words_swap(run->words, 0, run->count, WORDS_A, WORDS_B);
	return 0;
}

/*
 * Run the operation up to the hook @hook, there @between, then the rest; in place
 * or, if @parked, on two CPUs. False if the hook is not passed that often.
 */
static bool help_between(struct kunit *test, struct help_run *run, bool parked,
			 enum fm_hook hook, u32 after)
{
	struct fx_stop stop = {
		.hook = hook,
		.after = after,
		.action = run->between,
		.arg = run,
	};
	struct fx_thread thread;
	bool reached;

	words_reset(run->words, WORDS_A);
	if (!parked) {
		fx_arm(test, &stop);
		help_owner(run);
		fx_disarm(&stop);
		return stop.reached;
	}
	reached = fx_park(test, &thread, 1, help_owner, run, hook, after);
	if (reached)
		run->between(run);
	fx_join(&thread);
	return reached;
}

/* help_between() at each hook, and there each time it is passed. */
static void help_everywhere(struct kunit *test, struct help_run *run, bool parked,
			    void (*check)(struct kunit *test, struct help_run *run))
{
	u32 after, i;

	for (i = 0; i < ARRAY_SIZE(help_hooks); i++) {
		for (after = 0; help_between(test, run, parked, help_hooks[i], after);
		     after++)
			check(test, run);
		/* The only word of an operation is not acquired, but installed, and replaced. */
		if (run->count > 1 || help_hooks[i] == FM_HOOK_INSTALLED ||
		    help_hooks[i] == FM_HOOK_GUARDED || help_hooks[i] == FM_HOOK_REPLACED)
			KUNIT_EXPECT_GT_MSG(test, after, 0, "hook %u", help_hooks[i]);
	}
}

/* The first word is the owner's until it is replaced: finish, then go on. */
static void help_finish_first(void *arg)
{
	struct help_run *run = arg;

	words_settle(run->words, 0);
	run->other = words_are(run->words, 0, 1, WORDS_B) &&
		     words_swap(run->words, run->from, run->to, WORDS_B, run->next);
}

static void help_check_both(struct kunit *test, struct help_run *run)
{
	KUNIT_EXPECT_TRUE(test, run->owner);
	KUNIT_EXPECT_TRUE(test, run->other);
	KUNIT_EXPECT_TRUE(test, words_are(run->words, 0, run->from, WORDS_B));
	KUNIT_EXPECT_TRUE(test, words_are(run->words, run->from, run->to, run->next));
	KUNIT_EXPECT_TRUE(test, words_are(run->words, run->to, run->count, WORDS_B));
}

/* Every part of the owner's words goes on to a third state, or back to the first. */
static void help_interrupted_owner(struct kunit *test)
{
	struct help_run run = {
		.words = words_create(test),
		.count = 3,
		.between = help_finish_first,
	};

	for (run.from = 0; run.from < run.count; run.from++) {
		for (run.to = run.from + 1; run.to <= run.count; run.to++) {
			run.next = WORDS_C;
			help_everywhere(test, &run, false, help_check_both);
			run.next = WORDS_A;
			help_everywhere(test, &run, false, help_check_both);
		}
	}
}

static void help_parked_owner(struct kunit *test)
{
	struct help_run run = {
		.words = words_create(test),
		.count = 3,
		.between = help_finish_first,
		.to = 3,
		.next = WORDS_A,
	};

	help_everywhere(test, &run, true, help_check_both);
}

static void help_owner_of_one_word(struct kunit *test)
{
	struct help_run run = {
		.words = words_create(test),
		.count = 1,
		.between = help_finish_first,
		.to = 1,
		.next = WORDS_A,
	};

	help_everywhere(test, &run, false, help_check_both);
	help_everywhere(test, &run, true, help_check_both);
}

/* The last word may be had before the owner has it. */
static void help_take_last(void *arg)
{
	struct help_run *run = arg;

	run->other = words_swap(run->words, run->count - 1, run->count, WORDS_A,
				WORDS_C);
}

static void help_check_one(struct kunit *test, struct help_run *run)
{
	u32 last = run->count - 1;

	KUNIT_EXPECT_NE(test, run->owner, run->other);
	KUNIT_EXPECT_TRUE(test, words_are(run->words, 0, last,
					  run->owner ? WORDS_B : WORDS_A));
	KUNIT_EXPECT_TRUE(test, words_are(run->words, last, run->count,
					  run->owner ? WORDS_B : WORDS_C));
}

static void help_one_of_two_succeeds(struct kunit *test)
{
	struct help_run run = {
		.words = words_create(test),
		.count = 3,
		.between = help_take_last,
	};

	help_everywhere(test, &run, false, help_check_one);
	help_everywhere(test, &run, true, help_check_one);
}

/* An operation whose guard fails is finished by others just the same. */
static void help_find_failed(void *arg)
{
	struct help_run *run = arg;

	words_settle(run->words, 0);
	run->other = words_are(run->words, 0, 1, WORDS_A) &&
		     words_read(run->words, 1, run->count, WORDS_A);
}

static void help_check_failed(struct kunit *test, struct help_run *run)
{
	KUNIT_EXPECT_FALSE(test, run->owner);
	KUNIT_EXPECT_TRUE(test, run->other);
	KUNIT_EXPECT_TRUE(test, words_are(run->words, 0, run->count, WORDS_A));
}

static void help_failed_owner(struct kunit *test)
{
	struct help_run run = {
		.words = words_create(test),
		.count = 3,
		.between = help_find_failed,
	};

	run.words->guard = WORDS_GUARD + 1;
	help_everywhere(test, &run, false, help_check_failed);
	help_everywhere(test, &run, true, help_check_failed);
}

/* At every hook the words are all in one state: before, or after. */
static void help_read_all(void *arg)
{
	struct help_run *run = arg;

	run->other = words_read(run->words, 0, run->count, WORDS_A) ||
		     words_read(run->words, 0, run->count, WORDS_B);
}

static void help_check_read(struct kunit *test, struct help_run *run)
{
	KUNIT_EXPECT_TRUE(test, run->owner);
	KUNIT_EXPECT_TRUE(test, run->other);
	KUNIT_EXPECT_TRUE(test, words_are(run->words, 0, run->count, WORDS_B));
}

static void help_readers_see_one_moment(struct kunit *test)
{
	struct help_run run = {
		.words = words_create(test),
		.count = 3,
		.between = help_read_all,
	};

	help_everywhere(test, &run, false, help_check_read);
	help_everywhere(test, &run, true, help_check_read);
}

/* Operations that interrupt each other: number i changes the words i and i + 1. */
#define HELP_CHAIN	(FM_LEVELS - 2)

struct help_chain {
	struct kunit *test;
	struct words *words;
	struct fx_stop stop[HELP_CHAIN];
	bool done[HELP_CHAIN];
	u32 begun;
	bool settled;
};

static void help_chain(void *arg)
{
	struct help_chain *chain = arg;
	u32 i = chain->begun++;

	if (i == HELP_CHAIN) {
		words_settle(chain->words, 0);
		chain->settled = !fm_is_ref(READ_ONCE(chain->words->word[0]));
		return;
	}
	chain->stop[i] = (struct fx_stop) {
		.hook = FM_HOOK_INSTALLED,
		.action = help_chain,
		.arg = chain,
	};
	fx_arm(chain->test, &chain->stop[i]);
	chain->done[i] = words_swap(chain->words, i, i + 2, WORDS_A, WORDS_B);
	fx_disarm(&chain->stop[i]);
}

/*
 * Each has its first word, and the one after it has its second. Who wants the
 * first word has to finish all, from the last one back: that one succeeds, so the
 * one before it fails, so the one before that succeeds.
 */
static void help_chain_of_operations(struct kunit *test)
{
	struct help_chain chain = { .test = test, .words = words_create(test) };
	u32 i;

	help_chain(&chain);
	KUNIT_EXPECT_EQ(test, chain.begun, HELP_CHAIN + 1);
	KUNIT_EXPECT_TRUE(test, chain.settled);
	for (i = 0; i < HELP_CHAIN; i++) {
		bool succeeds = (HELP_CHAIN - 1 - i) % 2 == 0;

		KUNIT_EXPECT_EQ(test, chain.done[i], succeeds);
		if (succeeds)
			KUNIT_EXPECT_TRUE(test, words_are(chain.words, i, i + 2,
							  WORDS_B));
	}
	KUNIT_EXPECT_TRUE(test, words_are(chain.words, HELP_CHAIN + 1, FM_MCAS_WORDS,
					  WORDS_A));
}

/**
 * struct help_nest - updates of one key that interrupt each other
 * @test: the case
 * @map: the map
 * @pin: of another key, undone by the last level
 * @stop: where each level is interrupted
 * @result: of each level's update
 * @begun: how many there are
 * @looked_up: the result of a lookup on the last level
 * @key: the key
 * @seen: the value that the lookup found
 */
struct help_nest {
	struct kunit *test;
	struct flatmap *map;
	struct flatmap_pin pin;
	struct fx_stop stop[FM_LEVELS];
	int result[FM_LEVELS];
	u32 begun;
	int looked_up;
	u64 key, seen;
};

static void help_nest(void *arg)
{
	struct help_nest *nest = arg;
	u32 i = nest->begun++;
	u64 value = 100 + i;

	if (i < FM_LEVELS - 1) {
		nest->stop[i] = (struct fx_stop) {
			.hook = FM_HOOK_INSTALLED,
			.action = help_nest,
			.arg = nest,
		};
		fx_arm(nest->test, &nest->stop[i]);
	}
	nest->result[i] = flatmap_update(nest->map, &nest->key, &value, GFP_ATOMIC);
	if (i < FM_LEVELS - 1) {
		fx_disarm(&nest->stop[i]);
		return;
	}
	nest->looked_up = flatmap_lookup(nest->map, &nest->key, &nest->seen, NULL);
	flatmap_unpin(&nest->pin);
}

/*
 * Seven levels of interruption, each in the middle of an update. An eighth writer
 * gets -EAGAIN; readers and unpin do not care.
 */
static void help_seven_levels_then_again(struct kunit *test)
{
	struct help_nest nest = { .test = test, .map = fx_map64(test, 100) };
	u64 pinned = fx_key(nest.map, 1, 1);
	u64 value = 7;
	u32 i;

	nest.key = fx_key(nest.map, 2, 2);
	KUNIT_ASSERT_EQ(test, flatmap_insert(nest.map, &nest.key, &value, GFP_KERNEL), 0);
	KUNIT_ASSERT_EQ(test, flatmap_insert(nest.map, &pinned, &value, GFP_KERNEL), 0);
	KUNIT_ASSERT_EQ(test, flatmap_pin(nest.map, &pinned, &nest.pin), 0);

	help_nest(&nest);
	KUNIT_EXPECT_EQ(test, nest.begun, FM_LEVELS);
	for (i = 0; i < FM_LEVELS - 1; i++)
		KUNIT_EXPECT_EQ(test, nest.result[i], 0);
	KUNIT_EXPECT_EQ(test, nest.result[i], -EAGAIN);
	/* Each update helped the one it interrupted; the last one is undecided. */
	KUNIT_EXPECT_EQ(test, nest.looked_up, 0);
	KUNIT_EXPECT_EQ(test, nest.seen, 100 + FM_LEVELS - 3);
	KUNIT_EXPECT_EQ(test, flatmap_lookup(nest.map, &nest.key, &value, NULL), 0);
	KUNIT_EXPECT_EQ(test, value, 100 + FM_LEVELS - 2);
	KUNIT_EXPECT_EQ(test, fm_readers(fx_slot_word(nest.map, pinned, NULL)), 0);
}

static struct kunit_case help_cases[] = {
	KUNIT_CASE(help_interrupted_owner),
	KUNIT_CASE(help_parked_owner),
	KUNIT_CASE(help_owner_of_one_word),
	KUNIT_CASE(help_one_of_two_succeeds),
	KUNIT_CASE(help_failed_owner),
	KUNIT_CASE(help_readers_see_one_moment),
	KUNIT_CASE(help_chain_of_operations),
	KUNIT_CASE(help_seven_levels_then_again),
	{}
};

static struct kunit_suite help_suite = {
	.name = "help",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.test_cases = help_cases,
};

kunit_test_suite(help_suite);
