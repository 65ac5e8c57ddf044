/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Extents: what keeps a region alive.
 */
#ifndef _FLATMAP_EXTENT_H
#define _FLATMAP_EXTENT_H

#include <linux/flatmap/region.h>
#include <linux/irq_work.h>
#include <linux/percpu-refcount.h>

#include "reap.h"

/**
 * enum fm_tenure - where a region is in its life
 * @FM_UNPUBLISHED: it is in no chain yet
 * @FM_IN_USE: it is in the chain of its shard
 * @FM_RETIRING: it has left the chain, and it is not known yet whether pins hold it
 * @FM_PINNED: it has left the chain, and pins hold it
 * @FM_RELEASED: nothing holds it
 */
enum fm_tenure {
	FM_UNPUBLISHED,
	FM_IN_USE,
	FM_RETIRING,
	FM_PINNED,
	FM_RELEASED,
};

/**
 * struct fm_extent - a region and what keeps it alive
 * @region: the region
 * @next: the one that its entries go to, or NULL; set once, by fm_publish()
 * @map: the shard it belongs to
 * @number: of the shard's regions, from 1; of an unpublished one, the one that it is to
 *	have
 * @full: entries of the shard from which on none is added while this is its last
 *	region
 * @calm: entries up to which those who may sleep have nothing to do but add them; half of
 *	that for others
 * @swept: how many of its homes writers have taken upon themselves to move on
 * @tenure: enum fm_tenure
 * @superseded: its pins are counted in one place, or will be
 * @counted: they are, and what has counted them has ended a grace period from now
 * @was_pinned: pins have held it after it had left the chain
 * @pins: counts pins, and the chain
 * @unpinned: takes the end of the last pin out of whatever context it came in
 * @deferred: the grace periods that it must wait for
 */
struct fm_extent {
	struct fm_region *region;
	struct fm_region *next;
	struct flatmap *map;
	u32 number;
	u64 full;
	u64 calm;
	atomic_t swept;
	u32 tenure;
	bool superseded;
	bool counted;
	bool was_pinned;
	struct percpu_ref pins;
	struct irq_work unpinned;
	struct fm_deferred deferred;
};

/*
 * The region that entries of @region go to, or NULL. What it holds is read at addresses
 * that depend on this one: pairs with fm_append().
 */
static inline struct fm_region *fm_successor(const struct fm_region *region)
{
	return READ_ONCE(region->extent->next);
}

struct fm_region *fm_extent_create(struct flatmap *map, u64 entries, gfp_t gfp);
void fm_extent_destroy(struct fm_extent *extent);
void fm_extent_discard(struct fm_extent *extent);
void fm_extent_supersede(struct fm_extent *extent);
void fm_extent_retire(struct fm_extent *extent);

#endif /* _FLATMAP_EXTENT_H */
