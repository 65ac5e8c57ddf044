/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory of regions.
 */
#ifndef _FLATMAP_REGION_MEMORY_H
#define _FLATMAP_REGION_MEMORY_H

#include <linux/flatmap/region.h>
#include <linux/sizes.h>

/*
 * The largest region that is made where nobody may sleep: clearing it takes less than 100
 * microseconds.
 */
#define FM_ATOMIC_REGION	(SZ_512K + SZ_256K)

u32 fm_bits_for(u64 entries);
u64 fm_entries_for(u32 bits);

void fm_region_lay_out(struct fm_region *region, const struct flatmap_params *params,
		       u64 entries);
u64 fm_region_bytes(const struct flatmap_params *params, u64 entries);
u64 fm_region_entries(const struct flatmap_params *params, u64 bytes);
struct fm_region *fm_region_create(const struct fm_region *header, gfp_t gfp);
void fm_region_destroy(struct fm_region *region);

#endif /* _FLATMAP_REGION_MEMORY_H */
