/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Blocks: taking, writing, reading and giving back the memory of one entry.
 */
#ifndef _FLATMAP_BLOCK_H
#define _FLATMAP_BLOCK_H

#include <linux/prefetch.h>

#include "mcas.h"
#include "region.h"

u32 fm_block_take(struct fm_level *level, struct fm_region *region, u64 hash);
void fm_block_give(struct fm_level *level, struct fm_region *region, u32 index);
void fm_block_write(struct fm_region *region, u32 index, u64 hash,
		    const void *key, const void *value);
int fm_block_compare(const struct fm_region *region,
		     const struct fm_block *block, const void *key);
int fm_block_order(const struct fm_region *region, const struct fm_block *block,
		   const struct fm_block *other);
void fm_block_read_key(const struct fm_region *region,
		       const struct fm_block *block, void *key);
void fm_block_read_value(const struct fm_region *region,
			 const struct fm_block *block, void *value);

static inline bool fm_mark_is_odd(u64 mark)
{
	return mark & FM_MARK_SEQUENCE_ONE;
}

static inline u32 fm_mark_hash(u64 mark)
{
	return FIELD_GET(FM_MARK_HASH, mark);
}

/* Which of the blocks beside its home a key takes if it is free. */
static inline u32 fm_block_preferred(const struct fm_region *region, u64 hash)
{
	return hash & (region->beside - 1);
}

/*
 * Fetch what is likely the block of a key while its group line is still under
 * way: two dependent cache misses become one.
 */
static inline void fm_block_prefetch(const struct fm_region *region, u32 home,
				     u64 hash)
{
	prefetch(fm_block(region, region->beside * home +
			  fm_block_preferred(region, hash)));
}

#endif /* _FLATMAP_BLOCK_H */
