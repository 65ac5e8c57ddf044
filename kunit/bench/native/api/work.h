/* SPDX-License-Identifier: GPL-2.0 */
/*
 * linux/workqueue.h, linux/irq_work.h. A queue has one worker, a thread, whichever processor
 * it is asked to run on. An irq_work runs at once, where the kernel sends its own processor
 * an interrupt.
 */
#ifndef BENCH_NATIVE_WORK_H
#define BENCH_NATIVE_WORK_H

struct workqueue_struct;

struct work_struct {
	void (*func)(struct work_struct *work);
	struct work_struct *next;
	struct workqueue_struct *queue; /* the last one that it was in */
	u32 pending;
};

struct delayed_work {
	struct work_struct work;
	struct workqueue_struct *queue;
	struct delayed_work *next;
	unsigned long when;
};

struct rcu_work {
	struct work_struct work;
	struct rcu_head rcu;
	struct workqueue_struct *queue;
};

#define WORK_CPU_UNBOUND	NATIVE_THREADS
#define WQ_UNBOUND		0
#define WQ_PERCPU		0
#define WQ_CPU_INTENSIVE	0
#define WQ_HIGHPRI		0
#define WQ_MEM_RECLAIM		0

struct workqueue_struct *native_queue(void);
bool queue_work(struct workqueue_struct *queue, struct work_struct *work);
bool queue_delayed_work(struct workqueue_struct *queue, struct delayed_work *later,
			unsigned long ticks);
bool mod_delayed_work(struct workqueue_struct *queue, struct delayed_work *later,
		      unsigned long ticks);
bool flush_delayed_work(struct delayed_work *later);
bool cancel_delayed_work_sync(struct delayed_work *later);
bool flush_work(struct work_struct *work);
bool cancel_work_sync(struct work_struct *work);
bool queue_rcu_work(struct workqueue_struct *queue, struct rcu_work *work);
bool flush_rcu_work(struct rcu_work *work);
bool schedule_work(struct work_struct *work);

#define alloc_workqueue(name, flags, most)	native_queue()
#define destroy_workqueue(queue)		((void)(queue))
#define queue_work_on(cpu, queue, work)		((void)(cpu), queue_work(queue, work))
#define INIT_WORK(work, does) \
	((void)(*(work) = (struct work_struct){ .func = (does) }))
#define INIT_DELAYED_WORK(later, does) \
	((void)(*(later) = (struct delayed_work){ .work.func = (does) }))
#define to_delayed_work(of)		container_of(of, struct delayed_work, work)
#define INIT_RCU_WORK(later, does)		INIT_WORK(&(later)->work, does)

struct irq_work { void (*func)(struct irq_work *work); };

#define IRQ_WORK_INIT_HARD(does)	((struct irq_work){ .func = (does) })
#define init_irq_work(work, does)	((void)((work)->func = (does)))
#define irq_work_sync(work)		((void)(work))

static inline bool irq_work_queue(struct irq_work *work)
{
	preempt_disable();
	work->func(work);
	preempt_enable();
	return true;
}

#endif /* BENCH_NATIVE_WORK_H */
