// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a region.
 *
 *	in use		it is in the chain of its shard
 *	retiring	it has left the chain. What found it there may still be at it,
 *			until a grace period has passed (percpu_ref_kill() waits for one)
 *	pinned		pins hold it
 *	released	the last pin is gone. Who found a reference of an operation whose
 *			owner was there when it left the chain may be helping; another
 *			grace period, and it is freed
 *
 * The second grace period is never skipped. The first one ends when the owner has left
 * its RCU read-side section, and cleaned up; but a helper may have met its reference,
 * in another region, shortly before, and still have addresses in this one.
 *
 * The last unpin may come in an NMI, so it only raises an irq_work, that queues the
 * work that frees.
 */
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "extent.h"
#include "limits.h"
#include "map.h"
#include "region.h"
#include "trace.h"

static struct workqueue_struct *fm_releases;

/* The region is no longer one of those that a grace period alone will free. */
static void fm_extent_settled(struct fm_extent *extent)
{
	struct flatmap *map = extent->map;

	if (atomic_dec_and_test(&map->retiring))
		wake_up_all(&map->decided);
}

static void fm_extent_release(struct work_struct *work)
{
	struct fm_extent *extent = container_of(work, struct fm_extent, release);
	struct fm_whole *whole = extent->map->whole;
	u64 bytes = extent->region->bytes;

	irq_work_sync(&extent->unpinned);
	cancel_work_sync(&extent->confirmed);
	synchronize_rcu();
	percpu_ref_exit(&extent->pins);
	fm_region_destroy(extent->region);
	fm_uncharge(whole, bytes);
	trace_flatmap_region_free(extent->map, extent->number, bytes,
				  extent->tenure == FM_PINNED);
	if (extent->tenure == FM_PINNED)
		atomic64_dec(&extent->map->pinned);
	else if (extent->tenure == FM_RETIRING)
		fm_extent_settled(extent);
	kfree(extent);
	fm_whole_put(whole);
}

static void fm_extent_unpinned(struct irq_work *work)
{
	struct fm_extent *extent = container_of(work, struct fm_extent, unpinned);

	queue_work(fm_releases, &extent->release);
}

/* The last pin is gone, in any context. */
static void fm_extent_last_unpin(struct percpu_ref *pins)
{
	struct fm_extent *extent = container_of(pins, struct fm_extent, pins);

	irq_work_queue(&extent->unpinned);
}

static void fm_extent_confirm(struct percpu_ref *pins)
{
	struct fm_extent *extent = container_of(pins, struct fm_extent, pins);

	queue_work(fm_releases, &extent->confirmed);
}

/* A grace period after the region has left the chain: do pins hold it? */
static void fm_extent_confirmed(struct work_struct *work)
{
	struct fm_extent *extent = container_of(work, struct fm_extent, confirmed);

	if (percpu_ref_is_zero(&extent->pins))
		return;
	/* The callback that told of the grace period drops a reference at its end. */
	rcu_barrier();
	if (percpu_ref_is_zero(&extent->pins))
		return;
	extent->tenure = FM_PINNED;
	atomic64_inc(&extent->map->pinned);
	fm_extent_settled(extent);
}

/**
 * fm_extent_create() - make a region for a shard
 * @map: the shard
 * @entries: how many it is to be made for
 * @number: its number
 *
 * Context: May sleep.
 * Return: the region, in no chain yet; or ERR_PTR(-ENOMEM).
 */
struct fm_region *fm_extent_create(struct flatmap *map, u64 entries, u32 number)
{
	struct fm_whole *whole = map->whole;
	struct fm_region header = {};
	struct fm_extent *extent;

	fm_region_lay_out(&header, &whole->params, entries);
	memcpy(header.seed, whole->seed, sizeof(header.seed));
	if (fm_charge(whole, header.bytes))
		return ERR_PTR(-ENOMEM);
	extent = kzalloc(sizeof(*extent), GFP_KERNEL_ACCOUNT);
	if (!extent)
		goto err_charge;
	header.extent = extent;
	extent->region = fm_region_create(&header);
	if (!extent->region)
		goto err_extent;
	if (percpu_ref_init(&extent->pins, fm_extent_last_unpin, 0, GFP_KERNEL_ACCOUNT))
		goto err_region;
	extent->map = map;
	extent->number = number;
	/* Past 7/8, where a successor is due, there is room for a sixteenth while it comes. */
	extent->full = header.capacity + header.capacity / 16;
	INIT_WORK(&extent->confirmed, fm_extent_confirmed);
	init_irq_work(&extent->unpinned, fm_extent_unpinned);
	INIT_WORK(&extent->release, fm_extent_release);
	atomic_inc(&whole->refs);
	return extent->region;

err_region:
	fm_region_destroy(extent->region);
err_extent:
	kfree(extent);
err_charge:
	fm_uncharge(whole, header.bytes);
	return ERR_PTR(-ENOMEM);
}

/**
 * fm_extent_retire() - let go of a region that has left the chain
 * @extent: its extent
 *
 * Context: Any that may wait for a spinlock.
 */
void fm_extent_retire(struct fm_extent *extent)
{
	extent->tenure = FM_RETIRING;
	atomic_inc(&extent->map->retiring);
	percpu_ref_kill_and_confirm(&extent->pins, fm_extent_confirm);
}

/**
 * fm_extents_init() - get ready to make regions
 *
 * Context: May sleep.
 * Return: 0 or -ENOMEM.
 */
int fm_extents_init(void)
{
	fm_releases = alloc_workqueue("flatmap", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	return fm_releases ? 0 : -ENOMEM;
}

/**
 * fm_extents_exit() - undo fm_extents_init(); all regions are gone
 */
void fm_extents_exit(void)
{
	destroy_workqueue(fm_releases);
}
