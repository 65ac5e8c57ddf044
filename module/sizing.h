/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How large a shard's regions are.
 */
#ifndef _FLATMAP_SIZING_H
#define _FLATMAP_SIZING_H

#include "map.h"

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
