// SPDX-License-Identifier: GPL-2.0
#include <linux/sched.h>

#include "simds.h"

/* The keys of a chunk. */
#define SIMDS_CHUNK	64

const struct fm_simd *simds_of(struct kunit *test, u32 number)
{
	static const char *const names[] = {
		[FLATMAP_SIMD_AVX2]	= "avx2",
		[FLATMAP_SIMD_AVX512]	= "avx512",
	};
	const struct fm_simd *simd = fm_simd_of(number);

	if (!simd)
		kunit_skip(test, "this machine has no %s", names[number]);
	KUNIT_ASSERT_EQ(test, fm_simd_choose(names[number]), 0);
	kunit_info(test, "ran with %s\n", names[number]);
	return simd;
}

bool simds_begin(const struct fm_simd *simd)
{
	return simd == &plain_simd || fm_simd_begin(FLATMAP_HASH_FAST, SIMDS_CHUNK) == simd;
}

void simds_end(const struct fm_simd *simd)
{
	if (simd != &plain_simd)
		fm_simd_end(simd);
	cond_resched();
}

u64 simds_random(struct rnd_state *random)
{
	u64 high = prandom_u32_state(random);

	return high << 32 | prandom_u32_state(random);
}

void simds_exit(struct kunit *test)
{
	fm_simd_choose("auto");
}
