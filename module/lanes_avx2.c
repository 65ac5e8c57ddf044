// SPDX-License-Identifier: GPL-2.0
/* Four keys at once, with AVX2. */
#include <linux/types.h>

#define FM_LANES	4

typedef u64 fm_avx2 __attribute__((vector_size(32)));

static __always_inline fm_avx2 fm_lanes_load(const u64 *words)
{
	fm_avx2 lanes;

	asm volatile("vmovdqa %1, %0" : "=x" (lanes) : "m" (*(const u64 (*)[4])words));
	return lanes;
}

static __always_inline u32 fm_lanes_sign(fm_avx2 lanes)
{
	u32 bits;

	asm("vmovmskpd %1, %0" : "=r" (bits) : "x" (lanes));
	return bits;
}

static __always_inline u32 fm_lanes_zero(fm_avx2 lanes)
{
	return fm_lanes_sign((fm_avx2)(lanes == 0));
}

#include "lanes.h"

const struct fm_simd fm_simd_avx2 = {
	.number = FLATMAP_SIMD_AVX2,
	.hash = {
		[FLATMAP_HASH_SIPHASH]	= fm_lanes_siphash,
		[FLATMAP_HASH_FAST]	= fm_lanes_fast,
	},
	.match = fm_lanes_match,
};
