/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What can be done for several keys at once: hashing them, and matching the groups
 * that they belong to. One set of functions for each instruction set.
 */
#ifndef _FLATMAP_SIMD_H
#define _FLATMAP_SIMD_H

#include <linux/flatmap.h>
#include <linux/flatmap/region.h>

/**
 * struct fm_probe - a search, as far as the slots of its home that are worth a look
 * @region: the region
 * @group: the home group
 * @hash: what the region calls the key's hash
 * @home: out: the group word from before the match
 * @slots: out: as from fm_match()
 */
struct fm_probe {
	const struct fm_region *region;
	u64 *group;
	u64 hash;
	u64 home;
	u32 slots;
};

/**
 * typedef fm_hash_fn - hash keys
 * @seed: of the hash
 * @keys: the keys, one after the other
 * @size: bytes of a key
 * @count: how many keys
 * @hashes: out: a hash for each
 *
 * Return: how many it has hashed, the first ones: all that fill vectors.
 */
typedef u32 (*fm_hash_fn)(const u64 seed[2], const void *keys, u32 size, u32 count,
			  u64 *hashes);

/**
 * struct fm_simd - what an instruction set offers
 * @number: enum flatmap_simd
 * @hash: by enum flatmap_hash; NULL for what it does not do
 * @least: likewise, the smallest batch for which it pays to save the registers
 * @match: find out @home and @slots of so many probes
 */
struct fm_simd {
	u32 number;
	fm_hash_fn hash[FLATMAP_HASH_FAST + 1];
	u64 least[FLATMAP_HASH_FAST + 1];
	void (*match)(struct fm_probe *probes, u32 count);
};

extern const struct fm_simd fm_simd_scalar;
extern const struct fm_simd fm_simd_avx2;
extern const struct fm_simd fm_simd_avx512;

const struct fm_simd *fm_simd_of(u32 number);
u32 fm_simd_number(void);
int fm_simd_choose(const char *name);
void fm_simd_init(void);

const struct fm_simd *fm_simd_begin(u32 hash, u64 count);
void fm_simd_end(const struct fm_simd *simd);

void fm_simd_hash(const struct fm_simd *simd, const struct fm_region *region,
		  const void *keys, u32 count, u64 *hashes);

#endif /* _FLATMAP_SIMD_H */
