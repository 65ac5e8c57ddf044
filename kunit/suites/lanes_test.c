// SPDX-License-Identifier: GPL-2.0
/*
 * Matching groups with vectors against what it stands for, word by word. A case for each
 * instruction set, skipped where the CPU has none of it; and one for the code that AVX-512
 * is compiled from, anywhere.
 */
#include <linux/flatmap/match.h>
#include <linux/slab.h>

#include "chain.h"
#include "simds.h"
#include "words.h"

#define LANES_GROUPS	(SIMDS_SLOW ? 20000 : 1000000)
#define LANES_SHOTS	(SIMDS_SLOW ? 2000 : 1000000)

/* Probes of one match: not all groups are the same. */
#define LANES_PROBES	8

#define LANES_HASH	0xabcdef1200000000ULL

/* The words that a slot is tried with: these, and one for each bit of a word. */
#define LANES_SOME	15
#define LANES_WORDS	(LANES_SOME + 64)

static u64 lanes_word(u32 n)
{
	const u64 live = fm_live_word(LANES_HASH, 0);
	const u64 no_kind = live & ~FM_KIND;
	const u64 words[LANES_SOME] = {
		/* An entry with the tag, whatever its block and readers. */
		live,
		live | FM_INDEX,
		live | FM_READERS,
		/* The same tag, and no entry; other tags. */
		FIELD_PREP(FM_KIND, FM_DELETED) | no_kind | FM_READER,
		no_kind,
		rol64(live, 32) & ~FM_KIND,
		FIELD_PREP(FM_KIND, FM_LIVE),
		FIELD_PREP(FM_KIND, FM_LIVE) | FM_TAG,
		/* References, one of them with the digits of the tag. */
		FIELD_PREP(FM_KIND, FM_MCAS),
		FIELD_PREP(FM_KIND, FM_MCAS) | no_kind,
		FIELD_PREP(FM_KIND, FM_MCAS) | ~FM_KIND,
		FIELD_PREP(FM_KIND, FM_RDCSS) | 1,
		/* Nothing, and nothing but what is not looked at. */
		0,
		FM_INDEX,
		FM_READERS,
	};

	return n < LANES_SOME ? words[n] : live ^ BIT_ULL(n - LANES_SOME);
}

/* What a match has to say of @group, word by word. */
static u32 lanes_expected(const u64 *group, u64 hash)
{
	u64 like = fm_live_word(hash, 0);
	u32 i, slots = 0;

	for (i = 0; i < FM_GROUP_SLOTS; i++) {
		if (fm_is_ref(group[1 + i]))
			return BIT(FM_GROUP_SLOTS) - 1;
		slots |= (u32)(fm_is_live(group[1 + i]) &&
			       fm_tag(group[1 + i]) == fm_tag(like)) << i;
	}
	return slots;
}

/**
 * struct lanes_groups - groups to be matched at once
 * @words: them
 * @probes: one for each
 * @count: how many there are so far
 * @done: how many have been matched
 */
struct lanes_groups {
	u64 words[LANES_PROBES][FM_GROUP_WORDS] __aligned(64);
	struct fm_probe probes[LANES_PROBES];
	u32 count;
	u64 done;
};

static struct lanes_groups *lanes_groups(struct kunit *test)
{
	struct lanes_groups *groups;

	/* No allocator knows of the alignment. */
	groups = kunit_kzalloc(test, sizeof(*groups) + 64, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, groups);
	return PTR_ALIGN(groups, 64);
}

/* Match what there is. */
static void lanes_match_all(struct kunit *test, const struct fm_simd *simd,
			    struct lanes_groups *groups)
{
	u32 i;

	KUNIT_ASSERT_TRUE(test, simds_begin(simd));
	simd->match(groups->probes, groups->count);
	simds_end(simd);
	for (i = 0; i < groups->count; i++) {
		const struct fm_probe *probe = &groups->probes[i];
		u32 slots = lanes_expected(probe->group, probe->hash);

		KUNIT_ASSERT_EQ_MSG(test, probe->slots, slots, "%*ph", 64, probe->group);
		KUNIT_ASSERT_EQ(test, probe->home, *probe->group);
		KUNIT_ASSERT_EQ(test, fm_match(probe->group, fm_live_word(probe->hash, 0)),
				slots);
	}
	groups->done += groups->count;
	groups->count = 0;
}

/* One more group, yet to be filled: its words. */
static u64 *lanes_group(struct kunit *test, const struct fm_simd *simd,
			struct lanes_groups *groups, u64 hash)
{
	u64 *group;

	if (groups->count == LANES_PROBES)
		lanes_match_all(test, simd, groups);
	group = groups->words[groups->count];
	groups->probes[groups->count++] = (struct fm_probe) {
		.group	= group,
		.hash	= hash,
		.slots	= ~0U,
	};
	return group;
}

/* Every word in every slot, alone and beside every other word in every other slot. */
static void lanes_few_slots(struct kunit *test, const struct fm_simd *simd)
{
	struct lanes_groups *groups = lanes_groups(test);
	u32 one, other, i, j;
	u64 *group;

	for (one = 1; one < FM_GROUP_WORDS; one++) {
		for (other = one; other < FM_GROUP_WORDS; other++) {
			for (i = 0; i < LANES_WORDS; i++) {
				for (j = 0; j < (other > one ? LANES_WORDS : 1); j++) {
					group = lanes_group(test, simd, groups, LANES_HASH);
					memset(group, 0, sizeof(*groups->words));
					group[0] = (i ^ j) * FM_VERSION_ONE;
					group[other] = lanes_word(j);
					group[one] = lanes_word(i);
				}
			}
		}
	}
	lanes_match_all(test, simd, groups);
	KUNIT_EXPECT_EQ(test, groups->done,
			7 * LANES_WORDS + 21 * LANES_WORDS * LANES_WORDS);
}

/* Full groups, a reference in one of eight. */
static void lanes_many_slots(struct kunit *test, const struct fm_simd *simd)
{
	struct lanes_groups *groups = lanes_groups(test);
	u32 done, i, matching = 0, references = 0;
	struct rnd_state random;
	u64 *group, hash, word;

	prandom_seed_state(&random, 5);
	for (done = 0; done < LANES_GROUPS; done++) {
		hash = simds_random(&random);
		group = lanes_group(test, simd, groups, hash);
		group[0] = simds_random(&random) & ~FM_KIND;
		for (i = 1; i < FM_GROUP_WORDS; i++) {
			word = simds_random(&random);
			switch (word % 8) {
			case 0 ... 1:
				word = fm_live_word(hash, word >> 40);
				break;
			case 2:
				word = fm_live_word(hash, 0) ^ BIT_ULL(word >> 58);
				break;
			case 3 ... 4:
				word = 0;
				break;
			default:
				break;
			}
			group[i] = word & ~BIT_ULL(63);
		}
		word = simds_random(&random);
		if (word % 8 == 0) {
			group[1 + (word >> 8) % FM_GROUP_SLOTS] |= BIT_ULL(63);
			references++;
		}
		matching += !!lanes_expected(group, hash);
	}
	lanes_match_all(test, simd, groups);
	KUNIT_EXPECT_EQ(test, groups->done, LANES_GROUPS);
	KUNIT_EXPECT_GT(test, references, LANES_GROUPS / 10);
	KUNIT_EXPECT_GT(test, matching, LANES_GROUPS / 2);
	KUNIT_EXPECT_LT(test, matching, LANES_GROUPS);
}

/**
 * struct lanes_race - a group that somebody writes to
 * @group: its words
 * @stop: is that over?
 * @rounds: how often all of them have been written
 */
struct lanes_race {
	u64 *group;
	bool stop;
	u64 rounds;
};

/*
 * Slots 1 and 2 always match, 3 and 4 never, 5 now and then; 6 is a reference now and
 * then, and 7 always, but as such or as a match.
 */
static int lanes_write(void *arg)
{
	const u64 reference = FIELD_PREP(FM_KIND, FM_RDCSS);
	const u64 live = fm_live_word(LANES_HASH, 0);
	struct lanes_race *race = arg;

	/* Pairs with lanes_race(). */
	for (; !smp_load_acquire(&race->stop); race->rounds++) {
		bool odd = race->rounds & 1, refers = race->rounds & 2;

		WRITE_ONCE(race->group[0], race->rounds * FM_VERSION_ONE & FM_VERSION);
		WRITE_ONCE(race->group[1], live | (odd ? FM_INDEX : 1));
		WRITE_ONCE(race->group[2], live | (odd ? FM_READERS : 0));
		WRITE_ONCE(race->group[3], odd ? rol64(live, 32) & ~FM_KIND : 0);
		WRITE_ONCE(race->group[4], live ^ BIT_ULL(odd ? 32 : 61));
		WRITE_ONCE(race->group[5], odd ? live : 0);
		WRITE_ONCE(race->group[6], refers ? reference : 0);
		WRITE_ONCE(race->group[7], refers ? reference : live);
		chain_breathe();
	}
	return 0;
}

static void lanes_race(struct kunit *test, const struct fm_simd *simd)
{
	struct lanes_groups *groups = lanes_groups(test);
	struct lanes_race race = { .group = groups->words[0] };
	struct fm_probe *probe = &groups->probes[0];
	u32 with[2] = {}, all = 0, wrong = 0;
	unsigned long end = jiffies + msecs_to_jiffies(CHAIN_WAIT_MS);
	struct fx_thread thread;
	u64 shots, home = 0;

	race.group[1] = fm_live_word(LANES_HASH, 0);
	race.group[2] = race.group[1];
	race.group[7] = race.group[1];
	*probe = (struct fm_probe){ .group = race.group, .hash = LANES_HASH };
	fx_start(test, &thread, 1, lanes_write, &race);
	for (shots = 0; shots < LANES_SHOTS || !with[0] || !with[1] || !all; shots++) {
		if (time_after(jiffies, end) || !simds_begin(simd))
			break;
		simd->match(probe, 1);
		simds_end(simd);
		chain_breathe();
		wrong += probe->home < home;
		home = probe->home;
		if (probe->slots == BIT(FM_GROUP_SLOTS) - 1) {
			all++;
			continue;
		}
		/* Slot 7 was no reference then, so it matched. */
		wrong += (probe->slots & ~BIT(4)) != (BIT(0) | BIT(1) | BIT(6));
		with[!!(probe->slots & BIT(4))]++;
	}
	smp_store_release(&race.stop, true); /* pairs with lanes_write() */
	fx_join(&thread);
	kunit_info(test, "%llu groups beside %llu rounds of writes: %u matched all\n", shots,
		   race.rounds, all);
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_GT(test, with[0], 0);
	KUNIT_EXPECT_GT(test, with[1], 0);
	KUNIT_EXPECT_GT(test, all, 0);
}

static void lanes_match(struct kunit *test, const struct fm_simd *simd)
{
	lanes_few_slots(test, simd);
	lanes_many_slots(test, simd);
	lanes_race(test, simd);
}

static void lanes_match_avx2(struct kunit *test)
{
	lanes_match(test, simds_of(test, FLATMAP_SIMD_AVX2));
}

static void lanes_match_avx512(struct kunit *test)
{
	lanes_match(test, simds_of(test, FLATMAP_SIMD_AVX512));
}

static void lanes_match_plain(struct kunit *test)
{
	lanes_match(test, &plain_simd);
}

static struct kunit_case lanes_cases[] = {
	KUNIT_CASE(lanes_match_avx2),
	KUNIT_CASE(lanes_match_avx512),
	KUNIT_CASE(lanes_match_plain),
	{}
};

static struct kunit_suite lanes_suite = {
	.name = "lanes",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.exit = simds_exit,
	.test_cases = lanes_cases,
};

kunit_test_suite(lanes_suite);
