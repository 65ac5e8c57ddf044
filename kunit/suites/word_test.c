// SPDX-License-Identifier: GPL-2.0
/* Words: what is encoded comes out again, and no field touches another. */
#include "fixture.h"

static void word_empty_is_zero(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, fm_kind(0), FM_EMPTY);
	KUNIT_EXPECT_FALSE(test, fm_is_live(0));
	KUNIT_EXPECT_FALSE(test, fm_is_ref(0));
	KUNIT_EXPECT_EQ(test, fm_overflow(0), 0);
	KUNIT_EXPECT_EQ(test, fm_used(0), 0);
}

static void word_live(struct kunit *test)
{
	u64 hash = 0xfedcba9876543210ULL;
	u64 word = fm_live_word(hash, 0xabcdef);

	KUNIT_EXPECT_TRUE(test, fm_is_live(word));
	KUNIT_EXPECT_FALSE(test, fm_is_ref(word));
	KUNIT_EXPECT_EQ(test, fm_tag(word), (u32)(hash >> 35));
	KUNIT_EXPECT_EQ(test, fm_index(word), 0xabcdef);
	KUNIT_EXPECT_EQ(test, fm_readers(word), 0);
	KUNIT_EXPECT_EQ(test, (u32)(word & U32_MAX), 0xabcdef);
}

static void word_readers(struct kunit *test)
{
	u64 word = fm_live_word(~0ULL, FM_INDEX);
	u64 full = word + FM_READERS_MAX * FM_READER;
	u64 left = fm_left_word(full);

	KUNIT_EXPECT_EQ(test, fm_readers(full), FM_READERS_MAX);
	KUNIT_EXPECT_TRUE(test, fm_same_entry(word, full));
	KUNIT_EXPECT_TRUE(test, fm_same_tag(word, full));
	KUNIT_EXPECT_EQ(test, fm_left_word(word), 0);
	KUNIT_EXPECT_EQ(test, fm_kind(left), FM_DELETED);
	KUNIT_EXPECT_EQ(test, fm_readers(left), FM_READERS_MAX);
	KUNIT_EXPECT_EQ(test, fm_index(left), fm_index(word));
	KUNIT_EXPECT_EQ(test, fm_unpinned_word(word + FM_READER), word);
	KUNIT_EXPECT_EQ(test, fm_unpinned_word(left), left - FM_READER);
	KUNIT_EXPECT_EQ(test, fm_unpinned_word(fm_left_word(word + FM_READER)), 0);
}

static void word_group(struct kunit *test)
{
	u64 most = FM_VERSION | FM_OVERFLOW | FM_USED;

	KUNIT_EXPECT_EQ(test, most | FM_STATE | FM_KIND, ~0ULL);
	KUNIT_EXPECT_EQ(test, fm_next_version(0), FM_VERSION_ONE);
	KUNIT_EXPECT_EQ(test, fm_next_version(most), FM_OVERFLOW | FM_USED);
	KUNIT_EXPECT_FALSE(test, fm_same_version(fm_next_version(most), most));
	KUNIT_EXPECT_TRUE(test, fm_same_version(FM_USED | FM_OVERFLOW, 0));
	KUNIT_EXPECT_EQ(test, fm_overflow(5 * FM_OVERFLOW_ONE), 5);
	KUNIT_EXPECT_EQ(test, fm_used(fm_used_bit(0) | fm_used_bit(7)), 0x81);
	KUNIT_EXPECT_EQ(test, fm_used_bit(7) & ~FM_USED, 0);
}

static void word_reference(struct kunit *test)
{
	u64 ref = fm_reference(FM_MCAS, BIT_ULL(45) + 77, 8191, 7);

	KUNIT_EXPECT_TRUE(test, fm_is_ref(ref));
	KUNIT_EXPECT_TRUE(test, fm_is_ref(fm_reference(FM_RDCSS, 0, 0, 0)));
	KUNIT_EXPECT_EQ(test, fm_kind(ref), FM_MCAS);
	KUNIT_EXPECT_EQ(test, fm_ref_cpu(ref), 8191);
	KUNIT_EXPECT_EQ(test, fm_ref_level(ref), 7);
	KUNIT_EXPECT_TRUE(test, fm_ref_is(ref, 77));
	KUNIT_EXPECT_FALSE(test, fm_ref_is(ref, 78));
}

static void word_counted(struct kunit *test)
{
	u64 word = fm_counted_word(FM_COUNT, 3);

	KUNIT_EXPECT_EQ(test, fm_count(word), 3);
	KUNIT_EXPECT_EQ(test, word, FM_COUNT_VERSION_ONE | 3);
	KUNIT_EXPECT_NE(test, fm_counted_word(word, 3), word);
}

static struct kunit_case word_cases[] = {
	KUNIT_CASE(word_empty_is_zero),
	KUNIT_CASE(word_live),
	KUNIT_CASE(word_readers),
	KUNIT_CASE(word_group),
	KUNIT_CASE(word_reference),
	KUNIT_CASE(word_counted),
	{}
};

static struct kunit_suite word_suite = {
	.name = "word",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.test_cases = word_cases,
};

kunit_test_suite(word_suite);
