/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Extents: what keeps a region alive.
 */
#ifndef _FLATMAP_EXTENT_H
#define _FLATMAP_EXTENT_H

#include <linux/completion.h>
#include <linux/flatmap/region.h>
#include <linux/irq_work.h>
#include <linux/percpu-refcount.h>
#include <linux/sizes.h>
#include <linux/workqueue.h>

/*
 * From this size on a region is not followed by another one before those that have left
 * the chain are gone, but for what pins hold: so there are never more than the last two.
 */
#define FM_LARGE_REGION	SZ_1M

/**
 * enum fm_tenure - where a region is in its life
 * @FM_IN_USE: it is in the chain of its shard
 * @FM_RETIRING: it has left the chain, and it is not known yet whether pins hold it
 * @FM_PINNED: it has left the chain, and pins hold it
 */
enum fm_tenure {
	FM_IN_USE,
	FM_RETIRING,
	FM_PINNED,
};

/**
 * struct fm_extent - a region and what keeps it alive
 * @region: the region
 * @next: the one that its entries go to, or NULL; set once
 * @map: the shard it belongs to
 * @number: of the shard's regions, from 1
 * @full: entries of the shard from which on none is added while this is its last
 *	region
 * @tenure: enum fm_tenure
 * @pins: counts pins, and the chain
 * @retired: sees, a grace period after it has left the chain, whether pins hold it
 * @unpinned: takes the end of the last pin out of whatever context it came in
 * @release: frees the region
 */
struct fm_extent {
	struct fm_region *region;
	struct fm_region *next;
	struct flatmap *map;
	u32 number;
	u64 full;
	u32 tenure;
	struct percpu_ref pins;
	struct work_struct retired;
	struct irq_work unpinned;
	struct work_struct release;
};

/* The region that entries of @region go to, or NULL. */
static inline struct fm_region *fm_successor(const struct fm_region *region)
{
	return smp_load_acquire(&region->extent->next); /* pairs with fm_extent_set_next() */
}

struct fm_region *fm_extent_create(struct flatmap *map, u64 entries, u32 number);
void fm_extent_set_next(struct fm_extent *extent, struct fm_region *next);
void fm_extent_retire(struct fm_extent *extent);

int fm_extents_init(void);
void fm_extents_exit(void);

#endif /* _FLATMAP_EXTENT_H */
