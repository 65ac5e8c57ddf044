// SPDX-License-Identifier: GPL-2.0
/*
 * Grace periods that nobody waits for, unless somebody needs the memory.
 *
 * Regions and maps leave in steps, and grace periods separate the steps. The next step is
 * deferred: it stands in one list, and one work item for all maps carries it out after an
 * ordinary grace period. So however many maps are destroyed at once, one worker frees
 * them, and it never waits for RCU.
 *
 * A task that is short of memory does not have to wait that long. It expedites a grace
 * period and carries out itself what that has completed, until something has been freed
 * or nothing is on its way out any more. Pinned memory is not on its way out.
 */
#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "reap.h"
#include "whole.h"

/* How long to wait for others before a grace period is expedited once more. */
#define FM_REAP_PATIENCE	(HZ / 100 ?: 1)

static LLIST_HEAD(fm_deferred);
static struct workqueue_struct *fm_reaper_queue;
static struct rcu_work fm_reaper;

/*
 * What is deferred has a number, in the order in which that happened. A grace period
 * covers the numbers given before it began; @fm_covered is the highest one that a grace
 * period which has ended covers. @fm_covers is what the one of @fm_reaper will, while
 * @fm_reaper_waits for that.
 */
static atomic64_t fm_numbers = ATOMIC64_INIT(0);
static atomic64_t fm_covered = ATOMIC64_INIT(0);
static s64 fm_covers;
static u32 fm_reaper_waits;

/* Of all maps: what is on its way out, and how often some of it has gone. */
static atomic_t fm_leaving = ATOMIC_INIT(0);
static atomic_t fm_departures = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(fm_reap_wait);

/* A grace period that covers these numbers has ended. */
static void fm_cover(s64 covers)
{
	s64 covered = atomic64_read(&fm_covered);

	do {
		if (covered >= covers)
			return;
	} while (!atomic64_try_cmpxchg(&fm_covered, &covered, covers));
}

/* Carry out what grace periods have covered. Returns true if something is left. */
static bool fm_reap(void)
{
	struct llist_node *all = llist_del_all(&fm_deferred);
	s64 covered = atomic64_read(&fm_covered);
	struct fm_deferred *deferred;
	bool left = false;

	while (all) {
		deferred = llist_entry(all, struct fm_deferred, node);
		all = all->next;
		if (deferred->number <= covered) {
			deferred->action(deferred);
			cond_resched();
		} else {
			llist_add(&deferred->node, &fm_deferred);
			left = true;
		}
	}
	return left || !llist_empty(&fm_deferred);
}

/* Have the reaper work after a grace period that begins now, unless it waits already. */
static void fm_reap_later(void)
{
	if (cmpxchg(&fm_reaper_waits, 0, 1))
		return;
	fm_covers = atomic64_read(&fm_numbers);
	queue_rcu_work(fm_reaper_queue, &fm_reaper);
}

static void fm_reaper_work(struct work_struct *work)
{
	s64 covers = fm_covers;

	xchg(&fm_reaper_waits, 0); /* before the list is read; pairs with fm_defer() */
	fm_cover(covers);
	if (fm_reap())
		fm_reap_later();
}

/**
 * fm_defer() - have something done after a grace period
 * @deferred: belongs to the list until @action is called
 * @action: called in task context; may free @deferred
 *
 * Context: Any but NMI.
 */
void fm_defer(struct fm_deferred *deferred, void (*action)(struct fm_deferred *))
{
	deferred->action = action;
	deferred->number = atomic64_inc_return(&fm_numbers);
	/* A reaper that waits finds it: it is there before that is asked. */
	llist_add(&deferred->node, &fm_deferred);
	fm_reap_later();
}

/**
 * fm_depart() - count memory of a map that will be freed without anyone's doing
 * @whole: the map
 * @bytes: how much; 0 for what will be counted when it is known
 *
 * Context: Any.
 */
void fm_depart(struct fm_whole *whole, u64 bytes)
{
	atomic64_add(bytes, &whole->leaving_bytes);
	atomic_inc(&whole->leaving);
	atomic_inc(&fm_leaving);
}

/**
 * fm_departed() - undo fm_depart(): the memory has been freed, or a pin holds it
 * @whole: the map; still there
 * @bytes: as for fm_depart()
 *
 * Context: Any but NMI.
 */
void fm_departed(struct fm_whole *whole, u64 bytes)
{
	atomic64_sub(bytes, &whole->leaving_bytes);
	fm_freed();
	/* After that: who sees that nothing is leaving sees that something has left. */
	(void)atomic_dec_return_release(&whole->leaving);
	(void)atomic_dec_return_release(&fm_leaving);
	wake_up_all(&fm_reap_wait);
}

/* Memory has been uncharged: who waits for some should try again. Context: any but NMI. */
void fm_freed(void)
{
	(void)atomic_fetch_inc_release(&fm_departures);
	wake_up_all(&fm_reap_wait);
}

/* How many regions and maps are on their way out. */
u32 fm_departing(void)
{
	return atomic_read(&fm_leaving);
}

/* How often memory has gone, to be read before an allocation; for fm_await_reaped(). */
u32 fm_reaped(void)
{
	return atomic_read_acquire(&fm_departures);
}

/**
 * fm_reap_hurry() - do now what needs a grace period
 *
 * Context: May sleep, for as long as an expedited grace period takes.
 */
void fm_reap_hurry(void)
{
	s64 covers = atomic64_read(&fm_numbers);

	synchronize_rcu_expedited();
	fm_cover(covers);
	/* The reaper may have found the list empty meanwhile. */
	if (fm_reap())
		fm_reap_later();
}

/**
 * fm_await_reaped() - wait until memory that is on its way out has gone
 * @whole: only that of this map; or NULL for that of any
 * @reaped: fm_reaped() from before the allocation that failed
 * @ending: no longer than this is false; or NULL
 *
 * Context: May sleep.
 * Return: 0 if memory has gone since, so that it is worth trying again; -ENOMEM if none is
 * on its way; -EINTR after a fatal signal.
 */
int fm_await_reaped(const struct fm_whole *whole, u32 reaped, const bool *ending)
{
	const atomic_t *leaving = whole ? &whole->leaving : &fm_leaving;

	for (;;) {
		if (fatal_signal_pending(current))
			return -EINTR;
		if (ending && READ_ONCE(*ending))
			return -ENOMEM;
		/* In this order; pairs with fm_departed(). */
		if (!atomic_read_acquire(leaving))
			return fm_reaped() == reaped ? -ENOMEM : 0;
		if (fm_reaped() != reaped)
			return 0;
		fm_reap_hurry();
		wait_event_killable_timeout(fm_reap_wait, fm_reaped() != reaped,
					    FM_REAP_PATIENCE);
	}
}

/**
 * fm_reap_init() - get ready to defer things
 *
 * Context: May sleep.
 * Return: 0 or -ENOMEM.
 */
int fm_reap_init(void)
{
	fm_reaper_queue = alloc_workqueue("flatmap_reap", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!fm_reaper_queue)
		return -ENOMEM;
	INIT_RCU_WORK(&fm_reaper, fm_reaper_work);
	return 0;
}

/**
 * fm_reap_exit() - undo fm_reap_init(); nothing is deferred any more
 *
 * Context: May sleep.
 */
void fm_reap_exit(void)
{
	flush_rcu_work(&fm_reaper);
	destroy_workqueue(fm_reaper_queue);
}
