// SPDX-License-Identifier: GPL-2.0
/*
 * Resizing: when a shard is given another region, and by whom.
 *
 *			   a task that may sleep	one that may not
 *	half full			-		has the reserve prepared
 *	due		calls the worker		publishes the reserve
 *	full		makes a region itself		publishes the reserve; or makes a
 *							small region; or calls the workers
 *							and is refused
 *
 * Each shard has two workers. One extends the chain when that is due, moves everything to
 * its end, and lets go of the regions before; only it decides whether an entry that found
 * no place will never find one. The other prepares the reserve, and nothing else: it does
 * not wait for entries to be moved, nor for whoever keeps the CPUs busy.
 *
 * Operations go on all the while. One that has no room waits only for whoever is making
 * it already, and only if it may wait for memory itself; a fatal signal ends that. One
 * task at a time makes a region for a shard that may take long (@claimed), lest all
 * allocate the same one; only a task that may hold memory up, by its @gfp, does not wait
 * for that.
 *
 * What has failed is not tried again for %FM_RETRY, unless a limit of the module is set, or
 * pins let go of a region of the map.
 */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/isolation.h>
#include <linux/smp.h>
#include <linux/version.h>
#include <linux/wait.h>

#include "drain.h"
#include "extend.h"
#include "limits.h"
#include "region.h"
#include "resize.h"
#include "sizing.h"
#include "tally.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

/* How long to wait before what was not to be had is asked for again. */
#define FM_RETRY	(HZ / 10)

/* What the workers of a shard are called for. */
#define FM_CALL_RESIZE	1
#define FM_CALL_PREPARE	2

/* They have been called from where nobody may sleep: not only where the scheduler likes. */
#define FM_CALL_KICKED	4

/* What queues of workers that stay on a CPU were before they had to say so. */
#if KERNEL_VERSION(6, 18, 0) > LINUX_VERSION_CODE
#define WQ_PERCPU		0
#endif

static struct workqueue_struct *fm_resizes;
static struct workqueue_struct *fm_resizes_elsewhere;
static struct workqueue_struct *fm_prepares;

/* Another CPU than this one, if there is one that works for all; preemption is off. */
static int fm_other_cpu(void)
{
	const struct cpumask *mask = housekeeping_cpumask(HK_TYPE_DOMAIN);
	int cpu = cpumask_next_and(smp_processor_id(), mask, cpu_online_mask);

	if (cpu >= nr_cpu_ids)
		cpu = cpumask_first_and(mask, cpu_online_mask);
	return cpu < nr_cpu_ids ? cpu : smp_processor_id();
}

/* Have a worker begin on this CPU. */
static void fm_queue_on(struct flatmap *map, u32 calls, int cpu)
{
	if (READ_ONCE(map->ending))
		return;
	if (calls & FM_CALL_PREPARE)
		queue_work_on(cpu, fm_prepares, &map->prepare);
	if (calls & FM_CALL_RESIZE)
		queue_work_on(cpu, fm_resizes_elsewhere, &map->resize_elsewhere);
}

/*
 * Not on this CPU: whoever has called may run here for long, without preemption, and the
 * scheduler does not always know better than to make a worker wait for that.
 */
static void fm_kicked(struct irq_work *work)
{
	struct flatmap *map = container_of(work, struct flatmap, kick);

	preempt_disable();
	fm_queue_on(map, atomic_read(&map->calls), fm_other_cpu());
	preempt_enable();
}

/* Call workers; in any context, unless @gfp is that of one that may sleep. */
static void fm_call(struct flatmap *map, u32 calls, gfp_t gfp)
{
	bool blocks = gfpflags_allow_blocking(gfp);
	u32 called = 0;

	if (!blocks)
		calls |= FM_CALL_KICKED;
	smp_mb(); /* what they are called for before whether they were; pairs with fm_called() */
	if (~atomic_read(&map->calls) & calls)
		called = ~atomic_fetch_or(calls, &map->calls) & calls;
	if (!blocks && called)
		irq_work_queue(&map->kick);
	else if (blocks && !READ_ONCE(map->ending))
		queue_work(fm_resizes, &map->resize);
}

/* A worker begins: whoever calls it from now on, for what it does not see, calls again. */
static void fm_called(struct flatmap *map, u32 call)
{
	atomic_fetch_andnot(call | FM_CALL_KICKED, &map->calls);
	smp_mb(); /* before the tally is read; pairs with fm_call() */
}

/* Has it been so long since something failed that it should be tried again? */
static bool fm_may_retry(const struct flatmap *map)
{
	return !time_before(jiffies, READ_ONCE(map->retry));
}

/* Are entries on their way from one region to the next? */
static bool fm_is_draining(const struct flatmap *map)
{
	bool draining;

	rcu_read_lock();
	draining = fm_successor(fm_first(map)) && !READ_ONCE(map->stalled);
	rcu_read_unlock();
	return draining;
}

/* Should those who may not sleep find a region ready, at @tallied entries? */
static bool fm_wants_reserve(const struct flatmap *map, const struct fm_region *last,
			     u64 tallied)
{
	return READ_ONCE(map->impatient) && !READ_ONCE(map->reserve) &&
	       tallied >= fm_due(map, last) / 2;
}

/**
 * fm_added() - see whether a shard should grow
 * @map: the shard, whose tally has changed
 * @gfp: of the operation
 *
 * Context: Any; as @gfp says, but never sleeps.
 */
void fm_added(struct flatmap *map, gfp_t gfp)
{
	bool blocks = gfpflags_allow_blocking(gfp);
	u64 tallied = fm_counted(map);
	const struct fm_region *last;
	u32 number, calls = 0;
	bool due;

	if (!blocks && !READ_ONCE(map->impatient))
		WRITE_ONCE(map->impatient, true);
	rcu_read_lock();
	last = fm_last(map);
	number = last->extent->number;
	due = tallied >= fm_due(map, last);
	if (!blocks && fm_wants_reserve(map, last, tallied))
		calls |= FM_CALL_PREPARE;
	rcu_read_unlock();

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

/* ---- Making a region -------------------------------------------------- */

/* May this task make a region? Others find that it does. */
static bool fm_claim(struct flatmap *map)
{
	return !READ_ONCE(map->claimed) && !cmpxchg(&map->claimed, 0, 1);
}

static void fm_unclaim(struct flatmap *map)
{
	smp_store_release(&map->claimed, 0); /* pairs with fm_claim() */
	wake_up_all(&map->decided);
}

/* Growth has failed: give everybody a rest. */
static void fm_failed(struct flatmap *map, int err)
{
	WRITE_ONCE(map->retry, jiffies + FM_RETRY);
	atomic64_inc(&map->resizes_failed);
	trace_flatmap_resize_abort(map, fm_tallied(map), err);
}

/*
 * Why the region @number has no successor, or 0. By the one who has claimed. @limits is
 * fm_limits_seen() from before the attempt.
 */
static void fm_decide(struct flatmap *map, u32 number, u32 limits, int err)
{
	if (err)
		fm_failed(map, err);
	WRITE_ONCE(map->outcome, err);
	WRITE_ONCE(map->limits, limits);
	smp_store_release(&map->tried, number); /* pairs with fm_known() */
}

/* Why the region @number has no successor, as far as that is known; else 0. */
static int fm_known(const struct flatmap *map, u32 number)
{
	if (smp_load_acquire(&map->tried) != number || /* pairs with fm_decide() */
	    READ_ONCE(map->limits) != fm_limits_seen())
		return 0;
	return READ_ONCE(map->outcome);
}

/*
 * Make the region that should follow the one with this number, and publish it.
 * @crowded: that has no place for an entry
 *
 * Returns 0, also if it has a successor by now, or needs none; -EAGAIN if there will be
 * memory when those before have been drained; -ENOSPC, -ENOMEM, -EINTR.
 */
static int fm_grow(struct flatmap *map, u32 number, bool crowded, gfp_t gfp)
{
	const struct fm_region *last;
	u64 entries, capacity;
	int err = -ENODATA;
	bool due;

	rcu_read_lock();
	last = fm_last(map);
	if (last->extent->number == number)
		err = fm_next_entries(map, last, crowded, &entries);
	if (!err && !fm_may_extend(map))
		err = -ENOSPC;
	capacity = last->capacity;
	due = fm_is_due(map, last);
	rcu_read_unlock();
	if (err)
		return err == -ENODATA ? 0 : err;
	if (READ_ONCE(map->reserve) && !fm_extend_reserve(map, number))
		return 0;
	if (fm_is_draining(map) &&
	    fm_region_bytes(&map->whole->params, entries) > fm_chargeable(map->whole))
		return -EAGAIN;

	trace_flatmap_resize_begin(map, fm_tallied(map), capacity, entries);
	err = fm_extend_with(map, fm_make(map, entries, capacity, number, gfp));
	if (!err)
		fm_note_apart(map, due);
	return err;
}

/* Have the worker say whether there will be room. @rounds: from before the operation. */
static int fm_ask(struct flatmap *map, u32 number, u32 rounds, gfp_t gfp)
{
	WRITE_ONCE(map->crowded, number);
	fm_call(map, FM_CALL_RESIZE, gfp);
	/* Pairs with fm_resize_once(): the outcome of that round, or of a later one. */
	if (wait_event_killable(map->decided, smp_load_acquire(&map->rounds) != rounds))
		return -EINTR;
	return fm_known(map, number);
}

/* Make room where that may sleep. As fm_make_room(). */
static int fm_make_room_asleep(struct flatmap *map, u32 number, u32 rounds, gfp_t gfp)
{
	bool claimed = fm_claim(map);
	u32 limits = fm_limits_seen();
	int err;

	if (!claimed && fm_may_wait(gfp))
		return wait_event_killable(map->decided, !READ_ONCE(map->claimed) ||
					   fm_last_number(map) != number) ? -EINTR : 0;
	err = fm_grow(map, number, true, gfp & GFP_KERNEL);
	if (claimed) {
		if (err == -ENOMEM)
			fm_decide(map, number, limits, err);
		fm_unclaim(map);
	}
	if (err == -ENOMEM || err == -EINTR)
		return err;
	fm_call(map, FM_CALL_RESIZE, gfp);
	if (!err)
		return 0;
	if (!fm_may_wait(gfp))
		return -EAGAIN;
	if (err == -EAGAIN)
		return wait_event_killable(map->decided, !fm_is_draining(map)) ? -EINTR : 0;
	return fm_ask(map, number, rounds, gfp);
}

/**
 * fm_make_room() - make room for an operation that found none
 * @map: the shard
 * @number: the number of its last region, from before the operation
 * @rounds: @map->rounds from before it
 * @gfp: what the operation may do for it
 *
 * Context: As @gfp says.
 * Return: 0, and it should try again; -EAGAIN if there is none yet, but somebody is at
 * work on it; -ENOSPC, -ENOMEM if there will be no room unless something else changes;
 * -EINTR after a fatal signal.
 */
int fm_make_room(struct flatmap *map, u32 number, u32 rounds, gfp_t gfp)
{
	bool blocks = gfpflags_allow_blocking(gfp);
	int known = fm_known(map, number);
	int err;

	if (known && !fm_may_retry(map))
		return known;
	err = fm_extend_reserve(map, number);
	if (err && blocks) {
		err = fm_make_room_asleep(map, number, rounds, gfp);
	} else if (err) {
		WRITE_ONCE(map->impatient, true);
		err = fm_extend_atomic(map, number, gfp);
		if (err)
			WRITE_ONCE(map->crowded, number);
		fm_call(map, FM_CALL_RESIZE | FM_CALL_PREPARE, gfp);
		if (err)
			err = known ?: -EAGAIN;
	} else {
		fm_call(map, FM_CALL_RESIZE, gfp);
	}
	if (err == -EAGAIN)
		atomic64_inc(&map->refused);
	return err;
}

/* ---- The workers ------------------------------------------------------ */

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
	smp_store_release(&map->rounds, map->rounds + 1); /* pairs with fm_ask() */
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
		smp_mb(); /* the call before whether somebody resizes; pairs with fm_resize_end() */
		if (!fm_resize_begin(map))
			return;
		fm_resize_once(map);
		fm_resize_end(map);
		cond_resched();
	}
}

static void fm_resize(struct work_struct *work)
{
	fm_resize_all(container_of(work, struct flatmap, resize));
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
		busy |= flush_work(&map->resize);
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
	map->retry = jiffies;
	init_waitqueue_head(&map->decided);
	map->kick = IRQ_WORK_INIT_HARD(fm_kicked);
	INIT_WORK(&map->resize, fm_resize);
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
	cancel_work_sync(&map->resize);
	cancel_work_sync(&map->resize_elsewhere);
	cancel_work_sync(&map->prepare);
	cancel_work_sync(&map->resize_elsewhere);
	fm_reserve_drop(map);
	for (region = map->region; region; region = next) {
		next = fm_successor(region);
		fm_extent_retire(region->extent);
	}
}

/**
 * fm_resizes_queue() - have work done where resizing is
 * @work: what
 *
 * Context: Any but NMI.
 */
void fm_resizes_queue(struct work_struct *work)
{
	queue_work(fm_resizes, work);
}

/**
 * fm_resizes_init() - get ready to resize maps
 *
 * Context: May sleep.
 * Return: 0 or -ENOMEM.
 */
int fm_resizes_init(void)
{
	fm_resizes = alloc_workqueue("flatmap_resize", WQ_UNBOUND, 0);
	if (!fm_resizes)
		return -ENOMEM;
	fm_resizes_elsewhere = alloc_workqueue("flatmap_resize_cpu",
					       WQ_PERCPU | WQ_CPU_INTENSIVE, 0);
	if (!fm_resizes_elsewhere)
		goto err_resizes;
	/* Those for whom it prepares a region are refused if it is late. */
	fm_prepares = alloc_workqueue("flatmap_prepare",
				      WQ_PERCPU | WQ_CPU_INTENSIVE | WQ_HIGHPRI, 0);
	if (!fm_prepares)
		goto err_elsewhere;
	return 0;

err_elsewhere:
	destroy_workqueue(fm_resizes_elsewhere);
err_resizes:
	destroy_workqueue(fm_resizes);
	return -ENOMEM;
}

/**
 * fm_resizes_exit() - undo fm_resizes_init(); all maps are gone
 */
void fm_resizes_exit(void)
{
	destroy_workqueue(fm_prepares);
	destroy_workqueue(fm_resizes_elsewhere);
	destroy_workqueue(fm_resizes);
}
