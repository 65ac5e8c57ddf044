// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a region.
 *
 *	in use		it is in the chain of its shard. Once it has a successor, its pins
 *			are counted in one place for all CPUs
 *	retiring	it has left the chain. What found it there may still be at it, and
 *			pin what it has, until a grace period has passed
 *	pinned		pins hold it
 *	released	the last pin is gone. Who found a reference of an operation whose
 *			owner was there when it left the chain may be helping; another
 *			grace period, and it is freed
 *
 * The second grace period is never skipped. The first one ends when the owner has left
 * its RCU read-side section, and cleaned up; but a helper may have met its reference,
 * in another region, shortly before, and still have addresses in this one.
 *
 * The grace periods of a large region are expedited: meanwhile a shard that grows has
 * half as much memory again as it needs, and may not grow further.
 *
 * The last unpin may come in an NMI, so it only raises an irq_work, that queues the
 * work that frees; a hard one, which is an interrupt on every kernel.
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

static void fm_extent_wait(const struct fm_extent *extent)
{
	if (extent->region->bytes >= FM_LARGE_REGION)
		synchronize_rcu_expedited();
	else
		synchronize_rcu();
}

static void fm_extent_release(struct work_struct *work)
{
	struct fm_extent *extent = container_of(work, struct fm_extent, release);
	struct fm_whole *whole = extent->map->whole;
	u64 bytes = extent->region->bytes;

	cancel_work_sync(&extent->retired);
	/* This sees the end of the interrupt that queued the work, too. */
	fm_extent_wait(extent);
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

static void fm_extent_retired(struct work_struct *work)
{
	struct fm_extent *extent = container_of(work, struct fm_extent, retired);

	if (extent->next)
		fm_extent_wait(extent);
	/* Without a successor this begins now, and takes a grace period itself. */
	percpu_ref_switch_to_atomic_sync(&extent->pins);
	percpu_ref_kill(&extent->pins);
	if (percpu_ref_is_zero(&extent->pins))
		return;
	/* What counts in one place held a reference, which its callback drops at its end. */
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
	/* Not that it is ever reinitialized, but else to count in one place is to kill it. */
	if (percpu_ref_init(&extent->pins, fm_extent_last_unpin, PERCPU_REF_ALLOW_REINIT,
			    GFP_KERNEL_ACCOUNT))
		goto err_region;
	extent->map = map;
	extent->number = number;
	/* Past 7/8, where a successor is due, there is room for a sixteenth while it comes. */
	extent->full = header.capacity + header.capacity / 16;
	INIT_WORK(&extent->retired, fm_extent_retired);
	extent->unpinned = IRQ_WORK_INIT_HARD(fm_extent_unpinned);
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
 * fm_extent_set_next() - give a region a successor
 * @extent: the extent of a region that has none
 * @next: the region that its entries will go to
 *
 * Context: May sleep.
 */
void fm_extent_set_next(struct fm_extent *extent, struct fm_region *next)
{
	smp_store_release(&extent->next, next); /* pairs with fm_successor() */
	/* That takes a grace period, which nobody waits for if it begins now. */
	percpu_ref_switch_to_atomic(&extent->pins, NULL);
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
	queue_work(fm_releases, &extent->retired);
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
