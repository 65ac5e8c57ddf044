/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Regions for the end of a shard's chain.
 */
#ifndef _FLATMAP_EXTEND_H
#define _FLATMAP_EXTEND_H

#include "map.h"

struct fm_region *fm_last(struct flatmap *map);
u32 fm_last_number(struct flatmap *map);
bool fm_may_wait(gfp_t gfp);
bool fm_may_extend(const struct flatmap *map);
bool fm_is_due(const struct flatmap *map, const struct fm_region *last);
void fm_note_apart(struct flatmap *map, bool due);

int fm_publish(struct flatmap *map, struct fm_region *next);
struct fm_region *fm_make(struct flatmap *map, u64 entries, u64 least, u32 number, gfp_t gfp);
int fm_extend(struct flatmap *map, u32 bits);
int fm_extend_with(struct flatmap *map, struct fm_region *next);

int fm_extend_reserve(struct flatmap *map, u32 number);
int fm_extend_atomic(struct flatmap *map, u32 number, gfp_t gfp);
int fm_reserve_make(struct flatmap *map, u32 number, u64 entries);
void fm_reserve_drop(struct flatmap *map);

#endif /* _FLATMAP_EXTEND_H */
