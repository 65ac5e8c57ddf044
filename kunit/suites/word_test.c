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
	KUNIT_EXPECT_EQ(test, fm_left_word(word), fm_vacated_word());
	KUNIT_EXPECT_EQ(test, fm_kind(left), FM_DELETED);
	KUNIT_EXPECT_EQ(test, fm_readers(left), FM_READERS_MAX);
	KUNIT_EXPECT_EQ(test, fm_index(left), fm_index(word));
	KUNIT_EXPECT_FALSE(test, fm_is_last_reader(word + FM_READER));
	KUNIT_EXPECT_FALSE(test, fm_is_last_reader(left));
	KUNIT_EXPECT_TRUE(test, fm_is_last_reader(fm_left_word(word + FM_READER)));
}

static void word_group(struct kunit *test)
{
	u64 most = FM_VERSION | FM_OVERFLOW | FM_USED;

	KUNIT_EXPECT_EQ(test, most | FM_RESERVED | FM_STATE | FM_KIND, ~0ULL);
	KUNIT_EXPECT_EQ(test, fm_next_version(most | FM_RESERVED), FM_OVERFLOW | FM_USED);
	KUNIT_EXPECT_EQ(test, fm_next_version(0), FM_VERSION_ONE);
	KUNIT_EXPECT_EQ(test, fm_next_version(most), FM_OVERFLOW | FM_USED);
	KUNIT_EXPECT_FALSE(test, fm_same_version(fm_next_version(most), most));
	KUNIT_EXPECT_TRUE(test, fm_same_version(FM_USED | FM_OVERFLOW, 0));
	KUNIT_EXPECT_EQ(test, fm_overflow(5 * FM_OVERFLOW_ONE), 5);
	KUNIT_EXPECT_EQ(test, fm_used(fm_used_bit(0) | fm_used_bit(7)), 0x81);
	KUNIT_EXPECT_EQ(test, fm_used_bit(7) & ~FM_USED, 0);
}

static void word_reserved(struct kunit *test)
{
	u64 group = fm_reserving(FM_OVERFLOW, FM_GROUP_SLOTS, 7);

	KUNIT_EXPECT_EQ(test, group, fm_next_version(FM_OVERFLOW) | FM_RESERVED |
				     fm_used_bit(7));
	KUNIT_EXPECT_EQ(test, fm_reserved(group), FM_GROUP_SLOTS);
	KUNIT_EXPECT_EQ(test, fm_reserved(fm_next_version(group)), 0);
	KUNIT_EXPECT_EQ(test, fm_empty_word(group), group & FM_VERSION);
	KUNIT_EXPECT_TRUE(test, fm_is_empty(fm_empty_word(group)));
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
	u64 head = fm_next_head(FM_INDEX, 3);
	u64 room = fm_next_room(FM_ROOM, 3);

	KUNIT_EXPECT_EQ(test, fm_index(head), 3);
	KUNIT_EXPECT_EQ(test, head, FM_HEAD_VERSION_ONE | 3);
	KUNIT_EXPECT_NE(test, fm_next_head(head, 3), head);
	KUNIT_EXPECT_EQ(test, fm_left(room), 3);
	KUNIT_EXPECT_EQ(test, room, FM_ROOM_VERSION_ONE | 3);
	KUNIT_EXPECT_NE(test, fm_next_room(room, 3), room);
}

static void word_state(struct kunit *test)
{
	u64 group = fm_next_version(FM_USED | FM_OVERFLOW);
	u64 done = fm_with_state(fm_with_state(group, FM_HOME_CLOSED), FM_HOME_DONE);

	KUNIT_EXPECT_EQ(test, fm_state(group), FM_HOME_OPEN);
	KUNIT_EXPECT_EQ(test, fm_state(done), FM_HOME_DONE);
	KUNIT_EXPECT_EQ(test, fm_with_state(done, FM_HOME_OPEN), group);
	KUNIT_EXPECT_FALSE(test, fm_same_version(group, done));
	KUNIT_EXPECT_EQ(test, fm_hash_of(fm_live_word(0xfedcba9876543210, 7), 0x76543210),
			0xfedcba9876543210 & ~GENMASK_ULL(34, 32));
}

static struct kunit_case word_cases[] = {
	KUNIT_CASE(word_empty_is_zero),
	KUNIT_CASE(word_live),
	KUNIT_CASE(word_readers),
	KUNIT_CASE(word_group),
	KUNIT_CASE(word_reserved),
	KUNIT_CASE(word_reference),
	KUNIT_CASE(word_counted),
	KUNIT_CASE(word_state),
	{}
};

static struct kunit_suite word_suite = {
	.name = "word",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.test_cases = word_cases,
};

kunit_test_suite(word_suite);
