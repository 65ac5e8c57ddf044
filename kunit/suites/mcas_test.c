// SPDX-License-Identifier: GPL-2.0
/*
 * MCAS undisturbed: every outcome, what an operation looks like while it is
 * under way, and what it leaves behind.
 */
#include "words.h"

static const u32 mcas_counts[] = { 1, 2, 3, FM_MCAS_WORDS };

static void mcas_changes_all_words(struct kunit *test)
{
	struct words *words = words_create(test);
	u32 count, i;

	for (i = 0; i < ARRAY_SIZE(mcas_counts); i++) {
		count = mcas_counts[i];
		words_reset(words, WORDS_A);
		KUNIT_EXPECT_TRUE(test, words_swap(words, 0, count, WORDS_A, WORDS_B));
		KUNIT_EXPECT_TRUE(test, words_are(words, 0, count, WORDS_B));
		KUNIT_EXPECT_TRUE(test, words_are(words, count, FM_MCAS_WORDS, WORDS_A));
	}
}

static void mcas_any_word_fails_it(struct kunit *test)
{
	struct words *words = words_create(test);
	u32 count, bad, i;

	for (i = 0; i < ARRAY_SIZE(mcas_counts); i++) {
		count = mcas_counts[i];
		for (bad = 0; bad < count; bad++) {
			words_reset(words, WORDS_A);
			words->word[bad] = WORDS_C + bad;
			KUNIT_EXPECT_FALSE(test, words_swap(words, 0, count, WORDS_A,
							    WORDS_B));
			KUNIT_EXPECT_EQ(test, words->word[bad], WORDS_C + bad);
			words->word[bad] = WORDS_A + bad;
			KUNIT_EXPECT_TRUE(test, words_are(words, 0, FM_MCAS_WORDS,
							  WORDS_A));
		}
	}
}

static void mcas_guard_fails_it(struct kunit *test)
{
	struct words *words = words_create(test);
	u32 count, i;

	for (i = 0; i < ARRAY_SIZE(mcas_counts); i++) {
		count = mcas_counts[i];
		words_reset(words, WORDS_A);
		words->guard = WORDS_GUARD + 1;
		KUNIT_EXPECT_FALSE(test, words_swap(words, 0, count, WORDS_A, WORDS_B));
		KUNIT_EXPECT_TRUE(test, words_are(words, 0, FM_MCAS_WORDS, WORDS_A));
		KUNIT_EXPECT_EQ(test, words->guard, WORDS_GUARD + 1);
		words->guard = WORDS_GUARD;
		KUNIT_EXPECT_TRUE(test, words_swap(words, 0, count, WORDS_A, WORDS_B));
		KUNIT_EXPECT_EQ(test, words->guard, WORDS_GUARD);
	}
}

static void mcas_sorts_by_address(struct kunit *test)
{
	static const u32 order[] = { 3, 0, 4, 2, 1 };
	struct fm_change change[ARRAY_SIZE(order)];
	struct words *words = words_create(test);
	const struct fm_mcas *mcas;
	struct fm_level *level;
	bool sorted = true;
	u32 number, i;

	for (i = 0; i < ARRAY_SIZE(order); i++) {
		number = order[i];
		change[i] = (struct fm_change) {
			.word = &words->word[number],
			.old = WORDS_A + number,
			.new = WORDS_B + number,
		};
	}
	KUNIT_EXPECT_TRUE(test, words_commit(words, change, ARRAY_SIZE(order),
					     WORDS_GUARD));
	KUNIT_EXPECT_TRUE(test, words_are(words, 0, ARRAY_SIZE(order), WORDS_B));

	level = fm_enter(FM_LEVELS - 1);
	mcas = &level->mcas;
	for (i = 0; i < ARRAY_SIZE(order); i++)
		sorted &= mcas->change[i].word == &words->word[i] &&
			  mcas->change[i].old == WORDS_A + i &&
			  mcas->change[i].new == WORDS_B + i;
	sorted &= mcas->words == ARRAY_SIZE(order);
	fm_exit(level);
	KUNIT_EXPECT_TRUE(test, sorted);
}

/* Each change of a word goes on from the one before. */
static void mcas_merges_changes_of_a_word(struct kunit *test)
{
	struct words *words = words_create(test);
	struct fm_level *level;
	u64 first, second;
	u32 count;
	bool done;

	level = fm_enter(FM_LEVELS - 1);
	fm_mcas_begin(level);
	first = *fm_mcas_change(level, &words->word[1], WORDS_A + 1);
	*fm_mcas_change(level, &words->word[1], WORDS_A + 1) += 0x10;
	*fm_mcas_change(level, &words->word[0], WORDS_A) = WORDS_B;
	second = *fm_mcas_change(level, &words->word[1], WORDS_A + 1);
	*fm_mcas_change(level, &words->word[1], WORDS_A + 1) += 0x20;
	count = level->mcas.words;
	done = fm_mcas_commit(level);
	fm_exit(level);

	KUNIT_EXPECT_TRUE(test, done);
	KUNIT_EXPECT_EQ(test, count, 2);
	KUNIT_EXPECT_EQ(test, first, WORDS_A + 1);
	KUNIT_EXPECT_EQ(test, second, WORDS_A + 0x11);
	KUNIT_EXPECT_EQ(test, words->word[0], WORDS_B);
	KUNIT_EXPECT_EQ(test, words->word[1], WORDS_A + 0x31);
}

/* Two parts of an operation that saw a word differently make it fail. */
static void mcas_torn_view_fails_it(struct kunit *test)
{
	struct words *words = words_create(test);
	struct fm_level *level;
	bool torn, again;

	level = fm_enter(FM_LEVELS - 1);
	fm_mcas_begin(level);
	*fm_mcas_change(level, &words->word[0], WORDS_A) = WORDS_B;
	*fm_mcas_change(level, &words->word[0], WORDS_C) = WORDS_B;
	torn = fm_mcas_commit(level);
	fm_mcas_begin(level);
	*fm_mcas_change(level, &words->word[1], WORDS_A + 1) = WORDS_B + 1;
	again = fm_mcas_commit(level);
	fm_exit(level);

	KUNIT_EXPECT_FALSE(test, torn);
	KUNIT_EXPECT_TRUE(test, again);
	KUNIT_EXPECT_EQ(test, words->word[0], WORDS_A);
	KUNIT_EXPECT_EQ(test, words->word[1], WORDS_B + 1);
}

/* A word that stays as it is belongs to the operation all the same. */
static void mcas_unchanged_words_count(struct kunit *test)
{
	struct words *words = words_create(test);
	struct fm_change change[] = {
		{ &words->word[0], WORDS_A, WORDS_B },
		{ &words->word[1], WORDS_A + 1, WORDS_A + 1 },
	};

	KUNIT_EXPECT_TRUE(test, words_commit(words, change, 2, WORDS_GUARD));
	KUNIT_EXPECT_EQ(test, words->word[0], WORDS_B);
	KUNIT_EXPECT_EQ(test, words->word[1], WORDS_A + 1);

	words_reset(words, WORDS_A);
	words->word[1] = WORDS_C;
	KUNIT_EXPECT_FALSE(test, words_commit(words, change, 2, WORDS_GUARD));
	KUNIT_EXPECT_EQ(test, words->word[0], WORDS_A);
}

/* What was described and not committed leaves no trace in the next operation. */
static void mcas_begin_forgets(struct kunit *test)
{
	struct words *words = words_create(test);
	struct fm_level *level;
	bool done;

	level = fm_enter(FM_LEVELS - 1);
	fm_mcas_begin(level);
	fm_mcas_guard(level, &words->guard, WORDS_GUARD + 1);
	*fm_mcas_change(level, &words->word[0], WORDS_A) = WORDS_C;
	*fm_mcas_change(level, &words->word[2], WORDS_C) = WORDS_C;
	fm_mcas_begin(level);
	*fm_mcas_change(level, &words->word[1], WORDS_A + 1) = WORDS_B + 1;
	done = fm_mcas_commit(level);
	fm_exit(level);

	KUNIT_EXPECT_TRUE(test, done);
	KUNIT_EXPECT_TRUE(test, words_are(words, 0, 1, WORDS_A));
	KUNIT_EXPECT_TRUE(test, words_are(words, 1, 2, WORDS_B));
	KUNIT_EXPECT_TRUE(test, words_are(words, 2, FM_MCAS_WORDS, WORDS_A));
}

/**
 * struct mcas_glance - the words at some hook of an operation on the first three
 * @words: the words
 * @raw: what they hold
 * @value: what readers make of it
 */
struct mcas_glance {
	struct words *words;
	u64 raw[3];
	u64 value[3];
};

static void mcas_glance(void *arg)
{
	struct mcas_glance *glance = arg;
	u32 i;

	for (i = 0; i < 3; i++) {
		glance->raw[i] = READ_ONCE(glance->words->word[i]);
		glance->value[i] = fm_read(&glance->words->word[i]);
	}
}

/* Look at the words during an operation, at the hook @hook. */
static void mcas_glance_at(struct kunit *test, enum fm_hook hook, u32 after,
			   struct mcas_glance *glance)
{
	struct fx_stop stop = {
		.hook = hook,
		.after = after,
		.action = mcas_glance,
		.arg = glance,
	};

	fx_arm(test, &stop);
	words_swap(glance->words, 0, 3, WORDS_A, WORDS_B);
	fx_disarm(&stop);
	KUNIT_EXPECT_TRUE(test, stop.reached);
}

/* All three words, as readers see them, are in the state @state. */
static void mcas_expect_glance(struct kunit *test, const struct mcas_glance *glance,
			       u64 state)
{
	u32 i;

	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, glance->value[i], state + i);
}

static void mcas_read_undecided(struct kunit *test)
{
	struct mcas_glance glance = { .words = words_create(test) };

	mcas_glance_at(test, FM_HOOK_INSTALLED, 0, &glance);
	KUNIT_EXPECT_EQ(test, fm_kind(glance.raw[0]), FM_MCAS);
	KUNIT_EXPECT_EQ(test, glance.raw[1], WORDS_A + 1);
	mcas_expect_glance(test, &glance, WORDS_A);

	words_reset(glance.words, WORDS_A);
	mcas_glance_at(test, FM_HOOK_ACQUIRED, 0, &glance);
	KUNIT_EXPECT_EQ(test, glance.raw[0], glance.raw[1]);
	KUNIT_EXPECT_EQ(test, glance.raw[0], glance.raw[2]);
	mcas_expect_glance(test, &glance, WORDS_A);
}

static void mcas_read_planted(struct kunit *test)
{
	struct mcas_glance glance = { .words = words_create(test) };

	mcas_glance_at(test, FM_HOOK_PLANTED, 0, &glance);
	KUNIT_EXPECT_EQ(test, fm_kind(glance.raw[0]), FM_MCAS);
	KUNIT_EXPECT_EQ(test, fm_kind(glance.raw[1]), FM_RDCSS);
	KUNIT_EXPECT_EQ(test, glance.raw[2], WORDS_A + 2);
	mcas_expect_glance(test, &glance, WORDS_A);
}

static void mcas_read_succeeded(struct kunit *test)
{
	struct mcas_glance glance = { .words = words_create(test) };
	u32 i;

	mcas_glance_at(test, FM_HOOK_DECIDED, 0, &glance);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, fm_kind(glance.raw[i]), FM_MCAS);
	mcas_expect_glance(test, &glance, WORDS_B);

	words_reset(glance.words, WORDS_A);
	mcas_glance_at(test, FM_HOOK_REPLACED, 0, &glance);
	KUNIT_EXPECT_EQ(test, glance.raw[0], WORDS_B);
	KUNIT_EXPECT_EQ(test, fm_kind(glance.raw[1]), FM_MCAS);
	mcas_expect_glance(test, &glance, WORDS_B);
}

static void mcas_read_failed(struct kunit *test)
{
	struct mcas_glance glance = { .words = words_create(test) };
	u32 i;

	glance.words->guard = WORDS_GUARD + 1;
	mcas_glance_at(test, FM_HOOK_DECIDED, 0, &glance);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, fm_kind(glance.raw[i]), FM_MCAS);
	mcas_expect_glance(test, &glance, WORDS_A);
	KUNIT_EXPECT_TRUE(test, words_are(glance.words, 0, 3, WORDS_A));
}

/* Each operation has a number of its own, or references could be mistaken. */
static void mcas_numbers_differ(struct kunit *test)
{
	struct mcas_glance glance = { .words = words_create(test) };
	u64 first;

	mcas_glance_at(test, FM_HOOK_INSTALLED, 0, &glance);
	first = glance.raw[0];
	words_reset(glance.words, WORDS_A);
	mcas_glance_at(test, FM_HOOK_INSTALLED, 0, &glance);
	KUNIT_EXPECT_NE(test, glance.raw[0], first);
	KUNIT_EXPECT_EQ(test, fm_ref_level(glance.raw[0]), fm_ref_level(first));
}

static void mcas_levels_end(struct kunit *test)
{
	struct fm_level *level[FM_LEVELS + 1];
	bool distinct = true;
	u32 i;

	for (i = 0; i < FM_LEVELS - 1; i++) {
		level[i] = fm_enter(FM_LEVELS - 1);
		distinct &= level[i] && (!i || level[i] == level[i - 1] + 1);
	}
	level[FM_LEVELS - 1] = fm_enter(FM_LEVELS - 1);
	level[FM_LEVELS] = fm_enter(FM_LEVELS);
	if (level[FM_LEVELS])
		fm_exit(level[FM_LEVELS]);
	while (i--)
		fm_exit(level[i]);

	KUNIT_EXPECT_TRUE(test, distinct);
	KUNIT_EXPECT_NULL(test, level[FM_LEVELS - 1]);
	KUNIT_EXPECT_NOT_NULL(test, level[FM_LEVELS]);
	KUNIT_EXPECT_TRUE(test, preemptible());
}

static struct kunit_case mcas_cases[] = {
	KUNIT_CASE(mcas_changes_all_words),
	KUNIT_CASE(mcas_any_word_fails_it),
	KUNIT_CASE(mcas_guard_fails_it),
	KUNIT_CASE(mcas_sorts_by_address),
	KUNIT_CASE(mcas_merges_changes_of_a_word),
	KUNIT_CASE(mcas_torn_view_fails_it),
	KUNIT_CASE(mcas_unchanged_words_count),
	KUNIT_CASE(mcas_begin_forgets),
	KUNIT_CASE(mcas_read_undecided),
	KUNIT_CASE(mcas_read_planted),
	KUNIT_CASE(mcas_read_succeeded),
	KUNIT_CASE(mcas_read_failed),
	KUNIT_CASE(mcas_numbers_differ),
	KUNIT_CASE(mcas_levels_end),
	{}
};

static struct kunit_suite mcas_suite = {
	.name = "mcas",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.test_cases = mcas_cases,
};

kunit_test_suite(mcas_suite);
