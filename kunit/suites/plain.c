// SPDX-License-Identifier: GPL-2.0
/* Eight keys at once, with whatever the compiler makes of vectors here. */
#include <linux/compiler.h>
#include <linux/string.h>
#include <linux/types.h>

#include "simds.h"

#define FM_LANES	8

typedef u64 plain_lanes __attribute__((vector_size(8 * FM_LANES)));

static __always_inline plain_lanes fm_lanes_load(const u64 *words)
{
	u64 copy[FM_LANES];
	plain_lanes lanes;
	u32 i;

	for (i = 0; i < FM_LANES; i++)
		copy[i] = READ_ONCE(words[i]);
	memcpy(&lanes, copy, sizeof(copy));
	return lanes;
}

static __always_inline u32 fm_lanes_sign(plain_lanes lanes)
{
	u64 words[FM_LANES];
	u32 i, bits = 0;

	memcpy(words, &lanes, sizeof(words));
	for (i = 0; i < FM_LANES; i++)
		bits |= (u32)(words[i] >> 63) << i;
	return bits;
}

static __always_inline u32 fm_lanes_zero(plain_lanes lanes)
{
	u64 words[FM_LANES];
	u32 i, bits = 0;

	memcpy(words, &lanes, sizeof(words));
	for (i = 0; i < FM_LANES; i++)
		bits |= (u32)!words[i] << i;
	return bits;
}

#include "lanes.h"

const struct fm_simd plain_simd = {
	.number = FLATMAP_SIMD_SCALAR,
	.hash = {
		[FLATMAP_HASH_SIPHASH]	= fm_lanes_siphash,
		[FLATMAP_HASH_FAST]	= fm_lanes_fast,
	},
	.match = fm_lanes_match,
};
