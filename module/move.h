/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Moving entries to the next region.
 */
#ifndef _FLATMAP_MOVE_H
#define _FLATMAP_MOVE_H

#include "mcas.h"

struct flatmap;

u32 fm_close(struct fm_level *level, struct fm_region *region, u32 home);
int fm_move_home(struct fm_level *level, struct fm_region *region, u32 home,
		 u32 *moved);
void fm_sweep(struct fm_level *level, struct flatmap *map);

#endif /* _FLATMAP_MOVE_H */
