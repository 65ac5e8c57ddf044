/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Room for entries, where there is none.
 */
#ifndef _FLATMAP_ROOM_H
#define _FLATMAP_ROOM_H

#include "map.h"

/* How long to wait before what was not to be had is asked for again. */
#define FM_RETRY	(HZ / 10)

bool fm_may_retry(const struct flatmap *map);
void fm_failed(struct flatmap *map, int err);
int fm_known(const struct flatmap *map, u32 number);
void fm_decide(struct flatmap *map, u32 number, u32 limits, int err);

bool fm_claim(struct flatmap *map);
void fm_unclaim(struct flatmap *map);
int fm_grow(struct flatmap *map, u32 number, bool crowded, gfp_t gfp);
int fm_make_room(struct flatmap *map, u32 number, u32 rounds, gfp_t gfp);

#endif /* _FLATMAP_ROOM_H */
