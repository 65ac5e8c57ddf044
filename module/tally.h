/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counting entries.
 */
#ifndef _FLATMAP_TALLY_H
#define _FLATMAP_TALLY_H

#include "map.h"
#include "mcas.h"

int fm_take_room(struct fm_level *level, struct fm_whole *whole);
void fm_give_room(struct fm_level *level, struct fm_whole *whole);

bool fm_tally_is_calm(const struct flatmap *map, const struct fm_region *region, gfp_t gfp);
bool fm_tally_add(struct fm_level *level, struct flatmap *map, int delta);
bool fm_tally(struct fm_level *level, struct flatmap *map, int delta);
u64 fm_counted(const struct flatmap *map);
u64 fm_tallied(const struct flatmap *map);
bool fm_tally_full(const struct flatmap *map, const struct fm_region *region);
u64 fm_entries_of(const struct fm_whole *whole);

#endif /* _FLATMAP_TALLY_H */
