/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Searching the regions of a shard, whose sizes are only known at run time.
 */
#ifndef _FLATMAP_SEARCH_H
#define _FLATMAP_SEARCH_H

#include <linux/flatmap/find.h>

bool fm_hash_known(u32 hash);
u64 fm_hash(const struct fm_region *region, const void *key);
int fm_find_in(const struct fm_region *region, const void *key, u64 hash, void *value,
	       u32 tries, struct fm_found *found);
int fm_find(struct fm_region *region, const void *key, u64 hash, void *value,
	    u32 tries, struct fm_found *found);

#endif /* _FLATMAP_SEARCH_H */
