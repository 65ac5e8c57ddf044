// SPDX-License-Identifier: GPL-2.0
#include <linux/flatmap/hash.h>

#include "search.h"

/* Does a map with the hash @hash know how to hash? */
bool fm_hash_known(u32 hash)
{
#ifdef FLATMAP_KUNIT
	if (hash == FM_HASH_IDENTITY)
		return true;
#endif
	return hash == FLATMAP_HASH_SIPHASH || hash == FLATMAP_HASH_FAST;
}

/* As fm_hash_key(). */
u64 fm_hash(const struct fm_region *region, const void *key)
{
	return fm_hash_key(region, key, region->shape.key_size);
}

/* As fm_search(), which the compiler knows the most frequent sizes of. */
int fm_find(const struct fm_region *region, const void *key, u64 hash,
	    void *value, u32 tries, struct fm_found *found)
{
	const struct fm_shape words = fm_shape_of(sizeof(u64), sizeof(u64), false);

	if (fm_same_shape(&region->shape, &words))
		return fm_search(region, &words, key, hash, value, tries, found);
	return fm_search(region, &region->shape, key, hash, value, tries, found);
}
