/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What stands where.
 */
#ifndef _EXPLORE_ADDRESSES_H
#define _EXPLORE_ADDRESSES_H

#include <linux/flatmap/region.h>

#include "mcas.h"
#include "explore.h"

/**
 * struct ex_region - a region, which may have been freed since
 * @at: where it is
 * @bytes: its size
 * @extent: where its extent is
 * @pins: where the counter of its pins is
 * @number: its number
 * @header: a copy of its header
 */
struct ex_region {
	u64 at;
	u64 bytes;
	u64 extent;
	u64 pins;
	u32 number;
	struct fm_region header;
};

void ex_regions_note(void);
const struct fm_level *ex_level(u32 cpu, u32 number);
const struct ex_region *ex_region(u32 n);
const struct ex_region *ex_region_of(u64 address);

#endif /* _EXPLORE_ADDRESSES_H */
