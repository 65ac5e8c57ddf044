/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Blocks: taking, writing and giving back the memory of one entry.
 */
#ifndef _FLATMAP_BLOCK_H
#define _FLATMAP_BLOCK_H

#include <linux/flatmap/read.h>

#include "mcas.h"

u32 fm_block_take(struct fm_level *level, struct fm_region *region, u64 hash);
void fm_block_give(struct fm_level *level, struct fm_region *region, u32 index);

struct fm_block *fm_block_open(struct fm_region *region, u32 index);
void fm_block_write_key(const struct fm_region *region, struct fm_block *block,
			const void *key, u64 ordinal);
void fm_block_write_value(const struct fm_region *region, struct fm_block *block,
			  const void *value);
void fm_block_copy_value(const struct fm_region *region, struct fm_block *block,
			 const struct fm_block *from);
void fm_block_copy(const struct fm_region *region, struct fm_block *block,
		   const struct fm_block *from);
void fm_block_close(struct fm_block *block, u64 hash);

int fm_block_order(const struct fm_region *region, const struct fm_block *block,
		   const struct fm_block *other);

#endif /* _FLATMAP_BLOCK_H */
