/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Placing: where an arriving entry goes, and who makes way for it.
 */
#ifndef _FLATMAP_PLACE_H
#define _FLATMAP_PLACE_H

#include <linux/flatmap/find.h>

#include "mcas.h"

/* Others were at it, or something had to be moved first: search again. */
#define FM_AGAIN	1

int fm_place(struct fm_level *level, struct fm_region *region, u64 word);
void fm_bump(struct fm_level *level, struct fm_region *region, u32 home);
bool fm_bump_since(struct fm_level *level, struct fm_region *region, u32 home,
		   u64 before);
bool fm_arrive(struct fm_level *level, struct fm_region *region, u32 home);
void fm_pass(struct fm_level *level, struct fm_region *region, u32 from, u32 to,
	     int delta);

/* From now on the audit cannot expect strict robin hood order. */
static inline void fm_note_hole(struct fm_region *region)
{
	if (!READ_ONCE(region->holes))
		WRITE_ONCE(region->holes, 1);
}

#endif /* _FLATMAP_PLACE_H */
