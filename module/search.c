// SPDX-License-Identifier: GPL-2.0
#include <linux/flatmap/hash.h>

#include "extent.h"
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
static __always_inline int fm_find_here(const struct fm_region *region, const void *key,
					u64 hash, void *value, u32 tries,
					struct fm_found *found)
{
	const struct fm_shape words = fm_shape_of(sizeof(u64), sizeof(u64), false);

	if (fm_same_shape(&region->shape, &words))
		return fm_search(region, &words, key, hash, value, tries, found);
	return fm_search(region, &region->shape, key, hash, value, tries, found);
}

/* As fm_find(), in one region only. */
int fm_find_in(const struct fm_region *region, const void *key, u64 hash, void *value,
	       u32 tries, struct fm_found *found)
{
	return fm_find_here(region, key, hash, value, tries, found);
}

/**
 * fm_find() - search a region, and those that its entries go to, for a key
 * @region: the first region
 * @key: the key
 * @hash: its hash
 * @value: where to copy the value, or NULL
 * @tries: as for fm_search(), in each region
 * @found: where the search ended; if the key is absent, @found->home is OPEN
 *
 * Context: Any, inside an RCU read-side section.
 * Return: 1 if the key is there; 0 if not; -EAGAIN if @tries are used up.
 */
int fm_find(struct fm_region *region, const void *key, u64 hash, void *value,
	    u32 tries, struct fm_found *found)
{
	int is;

	for (;; region = fm_successor(region)) {
		is = fm_find_here(region, key, hash, value, tries, found);
		found->region = region;
		if (is || fm_state(found->home) == FM_HOME_OPEN || !fm_step(FORWARD))
			return is;
		fm_hook(FM_HOOK_FORWARD);
	}
}
