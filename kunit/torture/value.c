// SPDX-License-Identifier: GPL-2.0
/*
 * A value is a stamp, words made from it, and a checksum over them. The stamp, which
 * no other value of the run has, tells the key, who wrote it and the how manyth of
 * his it is: so torn and foreign values are noticed, and stale ones.
 */
#include <linux/bitfield.h>
#include <linux/bits.h>

#include <linux/flatmap/step.h>

#include "torture.h"

#define STAMP_GENERATION	GENMASK_ULL(63, 32)
#define STAMP_ACTOR		GENMASK_ULL(31, 16)
#define STAMP_KEY		GENMASK_ULL(15, 0)

/* A stamp is not 0: @generation is not. */
u64 torture_stamp(u32 actor, u32 generation, u32 key)
{
	return FIELD_PREP(STAMP_GENERATION, generation) |
	       FIELD_PREP(STAMP_ACTOR, actor) | FIELD_PREP(STAMP_KEY, key);
}

u32 torture_stamp_actor(u64 stamp)
{
	return FIELD_GET(STAMP_ACTOR, stamp);
}

u32 torture_stamp_generation(u64 stamp)
{
	return FIELD_GET(STAMP_GENERATION, stamp);
}

static u64 torture_mix(u64 word)
{
	word *= 0x9e3779b97f4a7c15ULL;
	return word ^ word >> 29;
}

void torture_value_write(u64 *value, u64 stamp)
{
	u64 sum = 0, word = stamp;
	u32 i;

	for (i = 0; i < torture.shape.words - 1; i++) {
		value[i] = word;
		sum = torture_mix(sum ^ word);
		word = torture_mix(word);
	}
	value[i] = sum;
}

/* Is this a whole value, and one that was written to @key? */
bool torture_value_is(const u64 *value, u32 key)
{
	u64 stamp = value[0];
	u64 whole[TORTURE_WORDS];

	torture_value_write(whole, stamp);
	return !memcmp(whole, value, torture.shape.words * sizeof(u64)) &&
	       FIELD_GET(STAMP_KEY, stamp) == key &&
	       torture_stamp_actor(stamp) < WGL_ACTORS;
}
