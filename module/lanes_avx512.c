// SPDX-License-Identifier: GPL-2.0
/* Eight keys at once, with AVX-512F. */
#include <linux/types.h>

#define FM_LANES	8

typedef u64 fm_avx512 __attribute__((vector_size(64)));

static __always_inline fm_avx512 fm_lanes_load(const u64 *words)
{
	fm_avx512 lanes;

	asm volatile("vmovdqa64 %1, %0" : "=v" (lanes) : "m" (*(const u64 (*)[8])words));
	return lanes;
}

static __always_inline u32 fm_lanes_zero(fm_avx512 lanes)
{
	u32 bits;

	asm("vptestnmq %1, %1, %%k1; kmovw %%k1, %0" : "=r" (bits) : "v" (lanes) : "k1");
	return bits;
}

static __always_inline u32 fm_lanes_sign(fm_avx512 lanes)
{
	u32 bits;

	asm("vpcmpq $1, %2, %1, %%k1; kmovw %%k1, %0" /* less than 0 */
	    : "=r" (bits) : "v" (lanes), "v" ((fm_avx512){ 0 }) : "k1");
	return bits;
}

#include "lanes.h"

/*
 * As for AVX2, which has been measured: twice as many keys at once save more, but there
 * are four times as many bytes of registers to save and restore.
 */
const struct fm_simd fm_simd_avx512 = {
	.number = FLATMAP_SIMD_AVX512,
	.hash = {
		[FLATMAP_HASH_SIPHASH]	= fm_lanes_siphash,
		[FLATMAP_HASH_FAST]	= fm_lanes_fast,
	},
	.least = {
		[FLATMAP_HASH_SIPHASH]	= 32,
		[FLATMAP_HASH_FAST]	= 128,
	},
	.match = fm_lanes_match,
};
