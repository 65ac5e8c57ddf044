/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Moving entries to the next region.
 */
#ifndef _FLATMAP_MOVE_H
#define _FLATMAP_MOVE_H

#include "mcas.h"

u32 fm_close(struct fm_level *level, struct fm_region *region, u32 home);
u32 fm_move_some(struct fm_level *level, struct fm_region *region, u32 home, u32 most);
int fm_move_home(struct fm_level *level, struct fm_region *region, u32 home,
		 u32 *moved);

#endif /* _FLATMAP_MOVE_H */
