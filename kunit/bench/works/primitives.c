// SPDX-License-Identifier: GPL-2.0
/*
 * What the lanes are made of: locks, interrupts, allocators, calls to other processors. How
 * long each takes in this kernel decides whether two lanes can be compared here at all. A
 * line of what a round tells is
 *
 *	primitive NAME PICOSECONDS
 *
 * each the median of short slices, of one operation, or of one page of memory. Operations
 * that come in pairs count as one: a lock that is taken and released. The other processor
 * is idle, but for the interrupts that it is sent: there it runs.
 */
#include <linux/atomic.h>
#include <linux/bottom_half.h>
#include <linux/cpumask.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "../bench.h"
#include "../tables.h"

#define PRIMITIVE_SLICES	64
#define PRIMITIVE_OBJECTS	1024

/* Of those that end with a grace period, so many that it is no great part of them. */
#define PRIMITIVE_FREED		262144
#define PRIMITIVE_FEW_SLICES	8

/* Of those that take a nanosecond or so, as many as the clock needs. */
#define PRIMITIVE_MANY		16384

/* Pages of what is allocated in pieces of the size of a small table, and of a large one. */
#define PRIMITIVE_PIECE		(SZ_256K >> PAGE_SHIFT)
#define PRIMITIVE_LARGE		(SZ_8M >> PAGE_SHIFT)

struct primitive_object {
	u64 data[2];
	struct rcu_head rcu;
};

/* What they work on. */
static DEFINE_SPINLOCK(primitive_lock);
static DEFINE_PER_CPU(u64, primitive_count);
static atomic64_t primitive_atomic;
static u64 primitive_word;
static struct irq_work primitive_irq_work;
static struct kmem_cache *primitive_cache;
static struct primitive_object *primitive_objects[PRIMITIVE_FREED];
static struct work_struct primitive_works[PRIMITIVE_OBJECTS];

/* primitive_NAME(times): @does so often. */
#define PRIMITIVE(name, does)				\
	static noinline void primitive_##name(u32 times)	\
	{						\
		unsigned long flags __maybe_unused;	\
		u32 i;					\
							\
		for (i = 0; i < times; i++) {		\
			does;				\
		}					\
	}

PRIMITIVE(local_irq_save, local_irq_save(flags); local_irq_restore(flags))
PRIMITIVE(local_bh_disable, local_bh_disable(); local_bh_enable())
PRIMITIVE(preempt_disable, preempt_disable(); preempt_enable())
PRIMITIVE(rcu_read_lock, rcu_read_lock(); rcu_read_unlock())
PRIMITIVE(spin_lock, spin_lock(&primitive_lock); spin_unlock(&primitive_lock))
PRIMITIVE(spin_lock_bh, spin_lock_bh(&primitive_lock); spin_unlock_bh(&primitive_lock))
PRIMITIVE(spin_lock_irqsave, spin_lock_irqsave(&primitive_lock, flags);
	  spin_unlock_irqrestore(&primitive_lock, flags))
PRIMITIVE(this_cpu_add, this_cpu_add(primitive_count, i))
PRIMITIVE(atomic64_add, atomic64_add(i, &primitive_atomic))
PRIMITIVE(cmpxchg, (void)cmpxchg(&primitive_word, i, i + 1))
PRIMITIVE(irq_work_queue, irq_work_queue(&primitive_irq_work))
PRIMITIVE(queue_work, queue_work_on(raw_smp_processor_id(), system_percpu_wq,
				    &primitive_works[i]))
PRIMITIVE(kmem_cache_alloc,
	  primitive_objects[i] = kmem_cache_alloc(primitive_cache, GFP_KERNEL))
PRIMITIVE(kmem_cache_free, kmem_cache_free(primitive_cache, primitive_objects[i]))

/* It is to find what it expects. */
static void primitive_reset(u32 times)
{
	primitive_word = 0;
}

static void primitive_nothing(void *unused)
{
}

static void primitive_irq_worked(struct irq_work *work)
{
}

static void primitive_worked(struct work_struct *work)
{
}

static void primitive_called(struct rcu_head *rcu)
{
	kmem_cache_free(primitive_cache, container_of(rcu, struct primitive_object, rcu));
}

PRIMITIVE(kfree_rcus, kfree_rcu(primitive_objects[i], rcu))
PRIMITIVE(call_rcus, call_rcu(&primitive_objects[i]->rcu, primitive_called))
PRIMITIVE(ipi, smp_call_function_single(cpumask_last(cpu_online_mask), primitive_nothing,
					NULL, true))

/* Of pages that were allocated in one piece each of so many. */
static void primitive_kmalloc_page(u32 pages)
{
	for (; pages; pages -= PRIMITIVE_PIECE)
		kvfree(kvzalloc(SZ_256K, GFP_KERNEL));
}

static void primitive_vmalloc_small(u32 pages)
{
	for (; pages; pages--)
		vfree(vzalloc(PAGE_SIZE));
}

static void primitive_vmalloc_large(u32 pages)
{
	for (; pages; pages -= PRIMITIVE_LARGE)
		vfree(vmalloc_huge(SZ_8M, GFP_KERNEL | __GFP_ZERO));
}

static void primitive_flush(u32 times)
{
	u32 i;

	for (i = 0; i < times; i++)
		flush_work(&primitive_works[i]);
}

/* With the freeing, which has ended when these return, but for a last few objects. */
static void primitive_kfree_rcu(u32 times)
{
	primitive_kfree_rcus(times);
	rcu_barrier();
}

static void primitive_call_rcu(u32 times)
{
	primitive_call_rcus(times);
	rcu_barrier();
}

/**
 * struct primitive - one that is timed
 * @name: as it is told
 * @times: how many in a slice
 * @slices: how many of these
 * @threads: 2 if another one is to run meanwhile
 * @before: what a slice takes before the clock, or NULL
 * @run: does it so often, by the clock
 * @after: what a slice takes after the clock, or NULL
 */
struct primitive {
	const char *name;
	u32 times;
	u32 slices;
	u32 threads;
	void (*before)(u32 times);
	void (*run)(u32 times);
	void (*after)(u32 times);
};

#define PRIMITIVE_OF(called, count, ...) \
	{							\
		.name = #called,				\
		.times = count,					\
		.slices = PRIMITIVE_SLICES,			\
		.threads = 1,					\
		.run = primitive_##called,			\
		__VA_ARGS__					\
	}

/* Of objects that are freed after a grace period. */
#define PRIMITIVE_RCU(called)					\
	{							\
		.name = #called,				\
		.times = PRIMITIVE_FREED,			\
		.slices = PRIMITIVE_FEW_SLICES,			\
		.threads = 1,					\
		.before = primitive_kmem_cache_alloc,		\
		.run = primitive_##called,			\
	}

static const struct primitive primitives[] = {
	PRIMITIVE_OF(local_irq_save, PRIMITIVE_MANY),
	PRIMITIVE_OF(local_bh_disable, PRIMITIVE_MANY),
	PRIMITIVE_OF(preempt_disable, PRIMITIVE_MANY),
	PRIMITIVE_OF(rcu_read_lock, PRIMITIVE_MANY),
	PRIMITIVE_OF(spin_lock, PRIMITIVE_MANY),
	PRIMITIVE_OF(spin_lock_bh, PRIMITIVE_MANY),
	PRIMITIVE_OF(spin_lock_irqsave, PRIMITIVE_MANY),
	PRIMITIVE_OF(this_cpu_add, PRIMITIVE_MANY),
	PRIMITIVE_OF(atomic64_add, PRIMITIVE_MANY),
	PRIMITIVE_OF(cmpxchg, PRIMITIVE_MANY, .before = primitive_reset),
	PRIMITIVE_OF(kmem_cache_alloc, PRIMITIVE_OBJECTS, .after = primitive_kmem_cache_free),
	PRIMITIVE_OF(kmem_cache_free, PRIMITIVE_OBJECTS, .before = primitive_kmem_cache_alloc),
	PRIMITIVE_RCU(kfree_rcu),
	PRIMITIVE_RCU(call_rcu),
	PRIMITIVE_OF(queue_work, PRIMITIVE_OBJECTS, .after = primitive_flush),
	PRIMITIVE_OF(irq_work_queue, PRIMITIVE_OBJECTS),
	{
		.name = "ipi",
		.times = 64,
		.slices = PRIMITIVE_SLICES,
		.threads = 2,
		.run = primitive_ipi,
	},
	PRIMITIVE_OF(kmalloc_page, 4 * PRIMITIVE_PIECE),
	PRIMITIVE_OF(vmalloc_small, 16),
	PRIMITIVE_OF(vmalloc_large, PRIMITIVE_LARGE),
};

/**
 * struct primitive_cell - a primitive as work for a thread
 * @cell: the cell
 * @primitive: the primitive
 * @done: it has been timed
 */
struct primitive_cell {
	struct bench_cell cell;
	const struct primitive *primitive;
	bool done;
};

static void primitive_time(const struct primitive *primitive, struct bench_hand *hand)
{
	u32 times = primitive->times;
	u32 slice;
	u64 ns;

	for (slice = 0; slice < primitive->slices; slice++) {
		if (primitive->before)
			primitive->before(times);
		ns = ktime_get_ns();
		primitive->run(times);
		ns = ktime_get_ns() - ns;
		if (primitive->after)
			primitive->after(times);
		if (slice) /* the first one finds the caches empty */
			hand_note(hand, ns, times);
		cond_resched();
	}
}

/* The thread on the first CPU does it, another one gives its CPU something to do. */
static int primitive_run(struct bench_hand *hand)
{
	struct primitive_cell *work = container_of(hand->cell, struct primitive_cell, cell);

	if (raw_smp_processor_id() == cpumask_first(cpu_online_mask)) {
		primitive_time(work->primitive, hand);
		WRITE_ONCE(work->done, true);
		return 0;
	}
	while (!READ_ONCE(work->done))
		cpu_relax();
	return 0;
}

static int primitives_init(void)
{
	u32 i;

	primitive_irq_work = IRQ_WORK_INIT_HARD(primitive_irq_worked);
	for (i = 0; i < PRIMITIVE_OBJECTS; i++)
		INIT_WORK(&primitive_works[i], primitive_worked);
	primitive_cache = KMEM_CACHE(primitive_object, SLAB_NO_MERGE);
	return primitive_cache ? 0 : -ENOMEM;
}

/**
 * primitives_round() - time each primitive
 * @keys: none of them is needed
 *
 * Return: 0, or a negative errno.
 */
int primitives_round(const struct bench_keys *keys)
{
	struct primitive_cell work = { .cell = { .run = primitive_run } };
	int err;
	u32 i;

	err = primitives_init();
	for (i = 0; i < ARRAY_SIZE(primitives) && !err; i++) {
		if (primitives[i].threads > num_online_cpus())
			continue;
		work.primitive = &primitives[i];
		work.cell.threads = primitives[i].threads;
		work.done = false;
		err = team_run(&work.cell);
		if (!err)
			bench_tell("primitive %s %u\n", primitives[i].name, work.cell.ps);
	}
	kmem_cache_destroy(primitive_cache);
	return err;
}
