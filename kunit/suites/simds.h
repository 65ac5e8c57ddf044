/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Instruction sets, one by one: what the suites "lanes" and "hashes" share.
 */
#ifndef _FLATMAP_SIMDS_H
#define _FLATMAP_SIMDS_H

#include <linux/prandom.h>

#include "fixture.h"
#include "simd.h"

/* Debug kernels, emulated, are 100 times slower than a machine. */
#if defined(CONFIG_KASAN) || defined(CONFIG_KCSAN)
#define SIMDS_SLOW	1
#else
#define SIMDS_SLOW	0
#endif

/*
 * The vector code for eight lanes, compiled for no instruction set in particular: what
 * AVX-512 does, checked where the CPU has none.
 */
extern const struct fm_simd plain_simd;

/* The functions of an instruction set. Skips the case if this machine has none. */
const struct fm_simd *simds_of(struct kunit *test, u32 number);

/* A section, in which they may be called: as of a chunk. False if it cannot be had. */
bool simds_begin(const struct fm_simd *simd);
void simds_end(const struct fm_simd *simd);

/* 64 random bits. */
u64 simds_random(struct rnd_state *random);

/* Part of a suite: each case ends with the choice that is made by itself. */
void simds_exit(struct kunit *test);

#endif /* _FLATMAP_SIMDS_H */
