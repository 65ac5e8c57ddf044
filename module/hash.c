// SPDX-License-Identifier: GPL-2.0
#include <linux/math64.h>
#include <linux/siphash.h>
#include <linux/string.h>

#include "hash.h"

/* The product of two words, its halves folded together. */
static inline u64 fm_fold(u64 a, u64 b)
{
	return (a * b) ^ mul_u64_u64_shr(a, b, 64);
}

/*
 * Multiply and fold, the construction of wyhash (Wang Yi, 2019): every word is
 * mixed with the seed before a 64 x 64 -> 128 bit multiplication, and a last
 * one spreads the result over all bits, since the home group is the top ones.
 */
static u64 fm_hash_fast(const u64 seed[2], const void *key, u32 size)
{
	u64 hash = seed[0] ^ size;
	u64 word;

	for (; size >= sizeof(word); size -= sizeof(word), key += sizeof(word)) {
		memcpy(&word, key, sizeof(word));
		hash = fm_fold(hash ^ word, seed[1]);
	}
	if (size) {
		word = 0;
		memcpy(&word, key, size);
		hash = fm_fold(hash ^ word, seed[1]);
	}
	return fm_fold(hash ^ 0x9e3779b97f4a7c15ULL, seed[1]);
}

/* Does a map with the hash @hash know how to hash? */
bool fm_hash_known(u32 hash)
{
#ifdef FLATMAP_KUNIT
	if (hash == FM_HASH_IDENTITY)
		return true;
#endif
	return hash == FLATMAP_HASH_SIPHASH || hash == FLATMAP_HASH_FAST;
}

/**
 * fm_hash() - hash a key as its region does
 * @region: the region
 * @key: the key, of the region's key size and any alignment
 *
 * Context: Any.
 * Return: 64 bits, each as good as the other.
 */
u64 fm_hash(const struct fm_region *region, const void *key)
{
	siphash_key_t seed = { { region->seed[0], region->seed[1] } };

#ifdef FLATMAP_KUNIT
	if (region->hash == FM_HASH_IDENTITY) {
		u64 first;

		memcpy(&first, key, sizeof(first));
		return first;
	}
#endif
	if (region->hash == FLATMAP_HASH_FAST)
		return fm_hash_fast(region->seed, key, region->key_size);
	return siphash(key, region->key_size, &seed);
}
