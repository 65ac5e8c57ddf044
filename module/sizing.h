/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How large a shard's regions are.
 */
#ifndef _FLATMAP_SIZING_H
#define _FLATMAP_SIZING_H

#include <linux/sizes.h>

#include "map.h"

/*
 * Is the region one that writers mostly care for themselves? Up to this size its successor is
 * made by whoever adds the entry that makes it due, if that may sleep: it clears the memory
 * in the cache where it will be used.
 */
static inline bool fm_is_small(const struct fm_region *region)
{
	return region->bytes < SZ_1M;
}

u64 fm_due(const struct flatmap *map, const struct fm_region *last);
u64 fm_sparse(const struct flatmap *map, const struct fm_region *last);
u64 fm_first_entries(const struct flatmap *map);
u64 fm_grown_entries(const struct flatmap *map, const struct fm_region *last);
u64 fm_fewer_entries(const struct flatmap *map, u64 entries, u64 least);
u64 fm_apart_entries(const struct fm_region *last, u64 tallied);
bool fm_has_leftovers(const struct fm_region *region);
int fm_next_entries(const struct flatmap *map, const struct fm_region *last, bool crowded,
		    u64 *entries);
u64 fm_shrunk_entries(const struct flatmap *map, const struct fm_region *last);

#endif /* _FLATMAP_SIZING_H */
