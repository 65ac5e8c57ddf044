// SPDX-License-Identifier: GPL-2.0
/*
 * Calling the workers of a shard: from any context, and to where they will run.
 *
 * A task that may sleep queues the worker for whichever CPU the scheduler likes. Others
 * raise an irq_work, which queues it for another CPU than theirs. What a worker has been
 * called for stands in @calls, so that it is called once until it begins.
 */
#include <linux/cpumask.h>
#include <linux/gfp.h>
#include <linux/preempt.h>
#include <linux/sched/isolation.h>
#include <linux/smp.h>
#include <linux/version.h>

#include "calls.h"

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

/**
 * fm_queue_on() - have workers begin on a CPU
 * @map: the shard; nothing happens once it ends
 * @calls: %FM_CALL_RESIZE, %FM_CALL_PREPARE
 * @cpu: the CPU, or %WORK_CPU_UNBOUND for this one
 *
 * Context: Any but NMI.
 */
void fm_queue_on(struct flatmap *map, u32 calls, int cpu)
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
void fm_kicked(struct irq_work *work)
{
	struct flatmap *map = container_of(work, struct flatmap, kick);

	preempt_disable();
	fm_queue_on(map, atomic_read(&map->calls), fm_other_cpu());
	preempt_enable();
}

/**
 * fm_call() - call the workers of a shard
 * @map: the shard
 * @calls: %FM_CALL_RESIZE, and %FM_CALL_PREPARE where @gfp does not allow direct reclaim
 * @gfp: of the operation
 *
 * Context: Any, unless @gfp is that of one that may sleep.
 */
void fm_call(struct flatmap *map, u32 calls, gfp_t gfp)
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
	if (!blocks || READ_ONCE(map->ending))
		return;
	if (atomic_read(&map->calls) & FM_CALL_LATER &&
	    atomic_fetch_andnot(FM_CALL_LATER, &map->calls) & FM_CALL_LATER)
		mod_delayed_work(fm_resizes, &map->resize, 0);
	else
		queue_delayed_work(fm_resizes, &map->resize, 0);
}

/**
 * fm_call_later() - have the worker do what writers have not done in a tick
 * @map: the shard; nothing happens once it ends
 *
 * To wake a worker interrupts another CPU, which costs more than what a small shard gives
 * it to do.
 *
 * Context: May sleep.
 */
void fm_call_later(struct flatmap *map)
{
	atomic_fetch_or(FM_CALL_RESIZE | FM_CALL_LATER, &map->calls);
	if (!READ_ONCE(map->ending))
		queue_delayed_work(fm_resizes, &map->resize, 1);
}

/**
 * fm_called() - a worker begins
 * @map: the shard
 * @call: what the worker does
 *
 * Whoever calls it from now on, for what it does not see, calls again.
 */
void fm_called(struct flatmap *map, u32 call)
{
	/* Fully ordered, so before the tally is read; pairs with fm_call(). */
	atomic_fetch_andnot(call | FM_CALL_KICKED | FM_CALL_LATER, &map->calls);
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
