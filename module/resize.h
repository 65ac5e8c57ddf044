/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Resizing: when, to what size, and by whom.
 */
#ifndef _FLATMAP_RESIZE_H
#define _FLATMAP_RESIZE_H

#include "map.h"

int fm_shard_create(struct flatmap *map);
void fm_shard_end(struct flatmap *map);

void fm_added(struct flatmap *map, gfp_t gfp);
void fm_removed(struct flatmap *map);
bool fm_resize_begin(struct flatmap *map);
void fm_resize_end(struct flatmap *map);
void fm_resize_flush(struct flatmap *map);

#endif /* _FLATMAP_RESIZE_H */
