// SPDX-License-Identifier: GPL-2.0
/*
 * Resizing: when a shard is given another region, and by whom.
 *
 *			   a task that may sleep	one that may not
 *	half full			-		has the reserve prepared
 *	due		makes a region if small,	publishes the reserve
 *			else calls the worker
 *	full		makes a region itself		publishes the reserve; or makes a
 *							small region; or calls the workers
 *							and is refused
 *
 * Each shard has two workers. One extends the chain when that is due, moves everything to
 * its end, and lets go of the regions before; only it decides whether an entry that found
 * no place will never find one. The other prepares the reserve, and nothing else: it does
 * not wait for entries to be moved, nor for whoever keeps the CPUs busy.
 */
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/ktime.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/wait.h>

#include "calls.h"
#include "drain.h"
#include "extend.h"
#include "limits.h"
#include "resize.h"
#include "room.h"
#include "sizing.h"
#include "tally.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

/* Should those who may not sleep find a region ready, at @tallied entries? */
static bool fm_wants_reserve(const struct flatmap *map, const struct fm_region *last,
			     u64 tallied)
{
	return READ_ONCE(map->impatient) && !READ_ONCE(map->reserve) &&
	       tallied >= fm_due(map, last) / 2;
}

/* Have the region @number followed by a larger one. False if the worker must do it. */
static bool fm_follow_at_once(struct flatmap *map, u32 number, gfp_t gfp)
{
	int err;

	/* If it has been tried in vain the worker has been called. */
	if (!fm_may_retry(map) || READ_ONCE(map->reserve) ||
	    (atomic_read(&map->calls) & (FM_CALL_RESIZE | FM_CALL_LATER)) == FM_CALL_RESIZE ||
	    !fm_claim(map))
		return false;
	err = fm_grow(map, number, false, (gfp & GFP_KERNEL) | __GFP_NORETRY);
	fm_unclaim(map);
	if (err)
		return false;
	fm_call_later(map);
	return true;
}

/**
 * fm_added() - see whether a shard should grow
 * @map: the shard, whose tally has changed
 * @gfp: of the operation
 *
 * Context: Any; as @gfp says.
 */
void fm_added(struct flatmap *map, gfp_t gfp)
{
	bool blocks = gfpflags_allow_blocking(gfp);
	u64 tallied = fm_counted(map);
	const struct fm_region *last;
	u32 number, calls = 0;
	bool due, small;

	if (!blocks && !READ_ONCE(map->impatient))
		WRITE_ONCE(map->impatient, true);
	rcu_read_lock();
	last = fm_last(map);
	number = last->extent->number;
	due = tallied >= fm_due(map, last);
	small = fm_is_small(last);
	if (!blocks && fm_wants_reserve(map, last, tallied))
		calls |= FM_CALL_PREPARE;
	rcu_read_unlock();

	if (due && small && fm_may_wait(gfp) && fm_follow_at_once(map, number, gfp))
		return;
	if (due && READ_ONCE(map->reserve) && !fm_extend_reserve(map, number))
		calls |= FM_CALL_RESIZE;
	else if (!fm_may_retry(map))
		return;
	else if (READ_ONCE(map->stalled) || (due && blocks))
		calls |= FM_CALL_RESIZE;
	if (calls)
		fm_call(map, calls, gfp);
}

/**
 * fm_removed() - see whether a shard should shrink
 * @map: the shard, whose tally has changed
 *
 * Context: Any.
 */
void fm_removed(struct flatmap *map)
{
	u64 sparse;

	rcu_read_lock();
	sparse = fm_sparse(map, fm_last(map));
	rcu_read_unlock();
	if ((fm_counted(map) < sparse || READ_ONCE(map->stalled)) && fm_may_retry(map))
		fm_call(map, FM_CALL_RESIZE, 0);
}

/* Wait until nobody else makes a region for this shard. */
static void fm_claim_worker(struct flatmap *map)
{
	wait_event(map->decided, fm_claim(map));
}

/*
 * Add a larger region if one should follow. Returns 0 if so, or if none should; else as
 * fm_grow(), and the error is what is known of the last region if it is @final. What has
 * failed lately is tried again only if regions have been @drained since.
 */
static int fm_follow(struct flatmap *map, u32 crowded, bool final, bool drained)
{
	u32 limits = fm_limits_seen();
	const struct fm_region *last;
	bool is_crowded;
	u32 number;
	int err;

	fm_claim_worker(map);
	last = fm_last(map); /* nobody else retires regions now */
	number = last->extent->number;
	is_crowded = crowded == number;
	err = fm_known(map, number);
	if (!err || drained || fm_may_retry(map)) {
		err = fm_grow(map, number, is_crowded, GFP_KERNEL);
		if (err == -ENOSPC && is_crowded && fm_tallied(map) < last->extent->full &&
		    fm_has_leftovers(last))
			err = fm_extend_with(map, fm_make(map, last->capacity, last->capacity,
							  number, GFP_KERNEL));
		if (!err || (final && err != -EAGAIN))
			fm_decide(map, number, limits, err);
	}
	fm_unclaim(map);
	return err;
}

static int fm_drain_and_tell(struct flatmap *map)
{
	u64 moved = atomic64_read(&map->moved);
	u64 helped = atomic64_read(&map->helped);
	ktime_t began = ktime_get();
	int err;

	if (!fm_successor(map->region))
		return 0;
	WRITE_ONCE(map->stalled, false);
	err = fm_drain(map);
	WRITE_ONCE(map->stalled, err);
	wake_up_all(&map->decided);
	if (err)
		fm_failed(map, err);
	else
		trace_flatmap_resize_end(map, atomic64_read(&map->moved) - moved,
					 atomic64_read(&map->helped) - helped,
					 ktime_to_ns(ktime_sub(ktime_get(), began)));
	return err;
}

/* Does what is on its way out take more memory than the rest of the map? */
static bool fm_retired_much(const struct flatmap *map)
{
	const struct fm_whole *whole = map->whole;

	return 2 * atomic64_read(&whole->leaving_bytes) > atomic64_read(&whole->bytes);
}

/*
 * Add a smaller region if one should follow. A map that grows and shrinks by turns could
 * leave any number of regions behind before a grace period ends: then it waits, for
 * nobody waits for a smaller region. True if it should be tried again.
 */
static bool fm_shrink(struct flatmap *map)
{
	const struct fm_region *last = fm_last(map);
	u64 entries = fm_shrunk_entries(map, last);
	int err;

	if (!entries || !fm_may_retry(map) || !fm_may_extend(map))
		return false;
	if (fm_retired_much(map)) {
		schedule_timeout_idle(FM_RETRY / 10 ?: 1);
		return true;
	}
	fm_reserve_drop(map);
	WRITE_ONCE(map->impatient, false);
	WRITE_ONCE(map->apart, 0);
	trace_flatmap_resize_begin(map, fm_tallied(map), last->capacity, entries);
	err = fm_extend_with(map, fm_make(map, entries, entries, last->extent->number,
					  GFP_KERNEL));
	if (err)
		fm_failed(map, err);
	return !err;
}

/* While entries were moved, nobody may have seen what is due. */
static void fm_look_again(struct flatmap *map)
{
	const struct fm_region *last = fm_last(map);
	bool crowded = READ_ONCE(map->crowded) == last->extent->number;
	u64 entries;

	if (!fm_may_retry(map))
		return;
	if (fm_next_entries(map, last, crowded, &entries) != -ENODATA || fm_shrink(map))
		atomic_fetch_or(FM_CALL_RESIZE, &map->calls);
	if (fm_wants_reserve(map, last, fm_counted(map)))
		fm_queue_on(map, FM_CALL_PREPARE, WORK_CPU_UNBOUND);
}

static void fm_resize_once(struct flatmap *map)
{
	u32 crowded;
	int err;

	fm_called(map, FM_CALL_RESIZE);
	crowded = xchg(&map->crowded, 0);
	err = fm_follow(map, crowded, !fm_successor(map->region), false);
	/* There may be room, or memory, when those before the last one have gone. */
	if (err && fm_successor(map->region))
		err = fm_follow(map, crowded, true, !fm_drain_and_tell(map));
	/* What has been decided before the round ends; pairs with fm_ask(). */
	smp_store_release(&map->rounds, map->rounds + 1);
	wake_up_all(&map->decided);

	if (!fm_drain_and_tell(map) && !READ_ONCE(map->ending))
		fm_look_again(map);
}

/**
 * fm_resize_begin() - be the only one that drains a shard, or says that it has no room
 * @map: the shard
 *
 * Context: May sleep; the caller does not wait for anyone else until fm_resize_end().
 * Return: true, or false if somebody else is. A worker that is refused leaves it to that
 * one to look at @map->calls again.
 */
bool fm_resize_begin(struct flatmap *map)
{
	return !cmpxchg(&map->resizing, 0, 1);
}

/* Undo fm_resize_begin(). */
void fm_resize_end(struct flatmap *map)
{
	xchg(&map->resizing, 0); /* before @map->calls is read: pairs with fm_resize_all() */
}

/* Do what has been called for, unless another worker is at it: that one will. */
static void fm_resize_all(struct flatmap *map)
{
	while (atomic_read(&map->calls) & FM_CALL_RESIZE && !READ_ONCE(map->ending)) {
		/*
		 * The call before whether somebody resizes; pairs with fm_resize_end().
		 * Redundant as workqueues are made: whoever has set a call queues a worker,
		 * or is one, and before a worker begins there is a full barrier. But their
		 * interface does not promise that.
		 */
		smp_mb();
		if (!fm_resize_begin(map))
			return;
		fm_resize_once(map);
		fm_resize_end(map);
		cond_resched();
	}
}

static void fm_resize(struct work_struct *work)
{
	fm_resize_all(container_of(to_delayed_work(work), struct flatmap, resize));
}

static void fm_resize_elsewhere(struct work_struct *work)
{
	fm_resize_all(container_of(work, struct flatmap, resize_elsewhere));
}

/* Make the reserve, and publish it if it comes late. */
static void fm_prepare(struct work_struct *work)
{
	struct flatmap *map = container_of(work, struct flatmap, prepare);
	const struct fm_region *last;
	u64 entries = 0;
	bool due = false;
	u32 number;

	fm_called(map, FM_CALL_PREPARE);
	fm_claim_worker(map);
	rcu_read_lock();
	last = fm_last(map);
	number = last->extent->number;
	if (fm_wants_reserve(map, last, fm_counted(map)))
		entries = fm_grown_entries(map, last);
	rcu_read_unlock();
	if (entries && fm_reserve_make(map, number, entries))
		WRITE_ONCE(map->retry, jiffies + FM_RETRY);
	fm_unclaim(map);

	rcu_read_lock();
	last = fm_last(map);
	due = last->extent->number == number && fm_counted(map) >= fm_due(map, last);
	rcu_read_unlock();
	if (due && !fm_extend_reserve(map, number)) {
		atomic_fetch_or(FM_CALL_RESIZE, &map->calls);
		fm_queue_on(map, FM_CALL_RESIZE, WORK_CPU_UNBOUND);
	}
}

/**
 * fm_resize_flush() - wait until a shard is not being resized
 * @map: the shard; if nobody changes it meanwhile, it has one region then, unless there
 *	was no memory
 *
 * Context: May sleep.
 */
void fm_resize_flush(struct flatmap *map)
{
	bool busy;

	if (fm_fixed(map->whole))
		return;
	do {
		irq_work_sync(&map->kick);
		busy = flush_work(&map->prepare);
		busy |= flush_work(&map->resize_elsewhere);
		busy |= flush_delayed_work(&map->resize);
	} while (busy);
}

/**
 * fm_shard_create() - give a shard its first region
 * @map: a shard of zeros, but for @map->whole
 *
 * Context: May sleep.
 * Return: 0; -ENOMEM; -EINTR after a fatal signal.
 */
int fm_shard_create(struct flatmap *map)
{
	u64 entries = fm_first_entries(map);
	struct fm_region *region;

	map->multimap = map->whole->params.flags & FLATMAP_MULTIMAP;
	map->limited = map->whole->limit;
	map->words = !map->multimap && map->whole->params.key_size == sizeof(u64) &&
		     map->whole->params.value_size == sizeof(u64);
	map->retry = jiffies;
	init_waitqueue_head(&map->decided);
	map->kick = IRQ_WORK_INIT_HARD(fm_kicked);
	INIT_DELAYED_WORK(&map->resize, fm_resize);
	INIT_WORK(&map->resize_elsewhere, fm_resize_elsewhere);
	INIT_WORK(&map->prepare, fm_prepare);
	region = fm_make(map, entries, entries, 0, GFP_KERNEL);
	if (IS_ERR(region))
		return PTR_ERR(region);
	region->extent->tenure = FM_IN_USE;
	map->region = region;
	map->last = region;
	return 0;
}

/**
 * fm_shard_end() - give up all regions of a shard
 * @map: a shard that no operation is using or will use, unpins excepted
 *
 * Context: May sleep.
 */
void fm_shard_end(struct flatmap *map)
{
	struct fm_region *region, *next;

	WRITE_ONCE(map->ending, true);
	wake_up_all(&map->decided);
	irq_work_sync(&map->kick);
	/* Each of the last two may have called the other before it saw that the map ends. */
	cancel_delayed_work_sync(&map->resize);
	cancel_work_sync(&map->resize_elsewhere);
	cancel_work_sync(&map->prepare);
	cancel_work_sync(&map->resize_elsewhere);
	fm_reserve_drop(map);
	for (region = map->region; region; region = next) {
		next = fm_successor(region);
		fm_extent_retire(region->extent);
	}
}
