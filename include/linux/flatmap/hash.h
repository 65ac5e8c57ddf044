/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Keyed hashes of whole keys, 64 bits. Its top bits are the home group, the top
 * 29 the tag, the low 32 stand in the block's mark.
 */
#ifndef _LINUX_FLATMAP_HASH_H
#define _LINUX_FLATMAP_HASH_H

#include <linux/flatmap/region.h>
#include <linux/math64.h>
#include <linux/siphash.h>
#include <linux/string.h>

#ifdef FLATMAP_KUNIT
/* The first 8 bytes of the key: tests choose homes and tags with it. */
#define FM_HASH_IDENTITY	1000
#endif

/* The product of two words, its halves folded together. */
static __always_inline u64 fm_fold(u64 a, u64 b)
{
	return (a * b) ^ mul_u64_u64_shr(a, b, 64);
}

/*
 * Multiply and fold, the construction of wyhash (Wang Yi, 2019): every word is
 * mixed with the seed before a 64 x 64 -> 128 bit multiplication, and a last
 * one spreads the result over all bits, since the home group is the top ones.
 */
static __always_inline u64 fm_hash_fast(const u64 seed[2], const void *key, u32 size)
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

/**
 * fm_hash_with() - hash a key
 * @hash: enum flatmap_hash
 * @seed: of the hash
 * @key: the key, of any alignment
 * @size: bytes of the key
 *
 * Context: Any.
 * Return: 64 bits, each as good as the other.
 */
static __always_inline u64 fm_hash_with(u32 hash, const u64 seed[2], const void *key,
					u32 size)
{
	siphash_key_t sip;
	u64 first;

#ifdef FLATMAP_KUNIT
	if (hash == FM_HASH_IDENTITY) {
		memcpy(&first, key, sizeof(first));
		return first;
	}
#endif
	if (hash == FLATMAP_HASH_FAST)
		return fm_hash_fast(seed, key, size);
	sip.key[0] = seed[0];
	sip.key[1] = seed[1];
	if (size != sizeof(first))
		return siphash(key, size, &sip);
	memcpy(&first, key, sizeof(first));
	return siphash_1u64(first, &sip);
}

/* Hash a key of @size bytes as its region does. */
static __always_inline u64 fm_hash_key(const struct fm_region *region,
				       const void *key, u32 size)
{
	return fm_hash_with(region->hash, region->seed, key, size);
}

#endif /* _LINUX_FLATMAP_HASH_H */
