// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a region.
 *
 *	unpublished	whoever made it, or the shard that keeps it ready, owns it
 *	in use		it is in the chain of its shard. Once it has a successor, its pins
 *			are counted in one place for all CPUs
 *	retiring	it has left the chain. Those who found it there may still use it, and
 *			pin its values, until a grace period has passed
 *	pinned		pins hold it
 *	released	the last pin is gone. An operation may still help another one whose
 *			reference it met before the region left the chain; another grace
 *			period, and it is freed
 *
 * The second grace period is never skipped. The first one ends when the owner has left
 * its RCU read-side section, and cleaned up; but a helper may have met its reference,
 * in another region, shortly before, and still have addresses in this one.
 *
 * The last unpin may come in an NMI, so it only raises an irq_work; a hard one, which is
 * an interrupt on every kernel. The grace period that this defers to ends after that
 * interrupt does, so the irq_work is not freed under it.
 */
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/flatmap/step.h>
#include <linux/jiffies.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "extent.h"
#include "limits.h"
#include "map.h"
#include "region.h"
#include "trace.h"

static void fm_extent_free(struct fm_extent *extent)
{
	struct fm_whole *whole = extent->map->whole;
	u64 bytes = extent->region->bytes;

	percpu_ref_exit(&extent->pins);
	fm_region_destroy(extent->region);
	fm_uncharge(whole, bytes);
	kfree(extent);
}

/* A grace period after the last pin has gone. */
static void fm_extent_release(struct fm_deferred *deferred)
{
	struct fm_extent *extent = container_of(deferred, struct fm_extent, deferred);
	struct fm_whole *whole = extent->map->whole;
	u64 bytes;

	trace_flatmap_region_free(extent->map, extent->number, extent->region->bytes,
				  extent->was_pinned);
	bytes = extent->region->bytes;
	fm_extent_free(extent);
	fm_departed(whole, bytes);
	fm_whole_put(whole);
}

static void fm_extent_unpinned(struct irq_work *work)
{
	struct fm_extent *extent = container_of(work, struct fm_extent, unpinned);

	if (fm_step(RELEASE))
		fm_defer(&extent->deferred, fm_extent_release);
	else
		fm_extent_release(&extent->deferred);
}

/* The last pin is gone, in any context. */
static void fm_extent_last_unpin(struct percpu_ref *pins)
{
	struct fm_extent *extent = container_of(pins, struct fm_extent, pins);

	if (READ_ONCE(extent->tenure) == FM_PINNED) {
		atomic64_dec(&extent->map->pinned);
		fm_depart(extent->map->whole, extent->region->bytes);
		/* If it was for pins that the shard did not grow, it may now. */
		WRITE_ONCE(extent->map->retry, jiffies);
	}
	WRITE_ONCE(extent->tenure, FM_RELEASED);
	irq_work_queue(&extent->unpinned);
}

/* Have its pins been counted in one place? Then the callback that did it is at its end. */
static bool fm_extent_is_counted(const struct fm_extent *extent)
{
	return !READ_ONCE(extent->pins.data->confirm_switch);
}

/*
 * A grace period after it has left the chain: nobody can pin it any more. But what counts
 * the pins must have ended, and another grace period covers that, for it holds a reference.
 */
static void fm_extent_retired(struct fm_deferred *deferred)
{
	struct fm_extent *extent = container_of(deferred, struct fm_extent, deferred);
	struct flatmap *map = extent->map;

	if (!extent->counted) {
		extent->counted = fm_extent_is_counted(extent);
		fm_defer(&extent->deferred, fm_extent_retired);
		return;
	}
	percpu_ref_get(&extent->pins); /* the extent must not go before the end of this */
	percpu_ref_kill(&extent->pins);
	if (atomic_long_read(&extent->pins.data->count) > 1) {
		extent->was_pinned = true;
		atomic64_inc(&map->pinned);
		WRITE_ONCE(extent->tenure, FM_PINNED);
		fm_departed(map->whole, extent->region->bytes);
	}
	percpu_ref_put(&extent->pins);
}

/**
 * fm_extent_create() - make a region for a shard
 * @map: the shard
 * @entries: how many it is to be made for
 * @gfp: how its memory is allocated; without direct reclaim it is physically contiguous
 *
 * Context: Any but NMI; as @gfp says.
 * Return: the region, in no chain yet; or ERR_PTR: -EDQUOT if the map may not have so
 * much memory, -ENOMEM if all maps may not, or if there is none.
 */
struct fm_region *fm_extent_create(struct flatmap *map, u64 entries, gfp_t gfp)
{
	struct fm_whole *whole = map->whole;
	struct fm_region header = {};
	struct fm_extent *extent;
	gfp_t small;
	int err;

	if (fm_accounted(whole))
		gfp |= __GFP_ACCOUNT;
	fm_region_lay_out(&header, &whole->params, entries);
	memcpy(header.seed, whole->seed, sizeof(header.seed));
	err = fm_charge(whole, header.bytes);
	if (err)
		return ERR_PTR(err);
	/* Where the region fits so does this, or else nobody is to be killed for it either. */
	small = gfp | __GFP_NOWARN | __GFP_NORETRY;
	extent = kzalloc(sizeof(*extent), small);
	if (!extent)
		goto err_charge;
	header.extent = extent;
	extent->region = fm_region_create(&header, gfp);
	if (!extent->region)
		goto err_extent;
	/* Not that it is ever reinitialized, but else to count in one place is to kill it. */
	if (percpu_ref_init(&extent->pins, fm_extent_last_unpin, PERCPU_REF_ALLOW_REINIT, small))
		goto err_region;
	fm_charge_end(header.bytes);
	extent->map = map;
	/* Past 7/8, where a successor is due, there is room for a sixteenth while it comes. */
	extent->full = header.capacity + header.capacity / 16;
	extent->calm = header.capacity - header.capacity / 16;
	extent->unpinned = IRQ_WORK_INIT_HARD(fm_extent_unpinned);
	atomic_inc(&whole->refs);
	return extent->region;

err_region:
	fm_region_destroy(extent->region);
err_extent:
	kfree(extent);
err_charge:
	fm_charge_end(header.bytes);
	fm_uncharge(whole, header.bytes);
	return ERR_PTR(-ENOMEM);
}

/**
 * fm_extent_destroy() - free a region that has never been published
 * @extent: its extent
 *
 * Context: May sleep.
 */
void fm_extent_destroy(struct fm_extent *extent)
{
	struct fm_whole *whole = extent->map->whole;

	fm_extent_free(extent);
	fm_freed();
	fm_whole_put(whole);
}

/**
 * fm_extent_discard() - have a region freed that has never been published
 * @extent: its extent
 *
 * Context: Any.
 */
void fm_extent_discard(struct fm_extent *extent)
{
	fm_depart(extent->map->whole, extent->region->bytes);
	irq_work_queue(&extent->unpinned);
}

/**
 * fm_extent_supersede() - a region has a successor: count its pins in one place
 * @extent: its extent
 *
 * That takes a grace period. It begins now, so that retiring the region need not wait for
 * it.
 *
 * Context: May sleep. One task at a time for each shard: its worker, or whoever ends it.
 */
void fm_extent_supersede(struct fm_extent *extent)
{
	if (extent->superseded)
		return;
	extent->superseded = true;
	percpu_ref_switch_to_atomic(&extent->pins, NULL);
}

/**
 * fm_extent_retire() - let go of a region that has left the chain
 * @extent: its extent
 *
 * Context: May sleep.
 */
void fm_extent_retire(struct fm_extent *extent)
{
	fm_extent_supersede(extent);
	extent->counted = fm_extent_is_counted(extent);
	WRITE_ONCE(extent->tenure, FM_RETIRING);
	fm_depart(extent->map->whole, extent->region->bytes);
	if (fm_step(RETIRE))
		fm_defer(&extent->deferred, fm_extent_retired);
	else
		fm_extent_retired(&extent->deferred);
}
