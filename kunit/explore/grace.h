/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How things end in the kernel, for kernel.h: linux/rcupdate.h, linux/preempt.h,
 * linux/percpu-refcount.h, linux/irq_work.h, linux/llist.h, and of linux/workqueue.h
 * struct rcu_work.
 */
#ifndef _EXPLORE_GRACE_H
#define _EXPLORE_GRACE_H

/* A read-side section of the running thread, which may be inside another one. */
void ex_section_begin(void);
void ex_section_end(void);

#define rcu_read_lock()			ex_section_begin()
#define rcu_read_unlock()		ex_section_end()
#define preempt_disable()		ex_section_begin()
#define preempt_enable()		ex_section_end()
#define preempt_disable_notrace()	ex_section_begin()
#define preempt_enable_notrace()	ex_section_end()
#define synchronize_rcu_expedited()	barrier()	/* only who waits for memory calls it */

struct work_struct {
	void (*function)(struct work_struct *work);
	u32 pending;
};

struct delayed_work {
	struct work_struct work;
};

struct rcu_work {
	struct work_struct work;
	void (*function)(struct work_struct *work);
};

void ex_queue_rcu_work(struct rcu_work *work);

#define INIT_RCU_WORK(work, what)	((void)((work)->function = (what)))
#define queue_rcu_work(queue, work)	((void)(queue), ex_queue_rcu_work(work))
#define flush_rcu_work(work)		((void)(work))

/* It counts in one place from the beginning, but is @counted only after a grace period. */
struct percpu_ref;
struct percpu_ref_data {
	atomic64_t count;
	void *confirm_switch;
	void (*release)(struct percpu_ref *ref);
	bool counted;
	bool killed;
};

struct percpu_ref { struct percpu_ref_data *data; };

#define percpu_ref_init(ref, release, flags, gfp) \
	((void)(gfp), ex_ref_init(ref, release))
int ex_ref_init(struct percpu_ref *ref, void (*release)(struct percpu_ref *ref));
#define percpu_ref_switch_to_atomic(ref, confirm)	((void)(confirm), ex_ref_switch(ref))
void ex_ref_switch(struct percpu_ref *ref);
void percpu_ref_exit(struct percpu_ref *ref);
void percpu_ref_kill(struct percpu_ref *ref);
void percpu_ref_get(struct percpu_ref *ref);
void percpu_ref_put(struct percpu_ref *ref);

#define atomic_long_read(v)		READ_ONCE((v)->counter)

struct irq_work {
	void (*function)(struct irq_work *work);
	u32 flags;
};

#define IRQ_WORK_INIT_HARD(what)	((struct irq_work){ .function = (what) })
#define irq_work_sync(work)		((void)(work))
void irq_work_queue(struct irq_work *work);

struct llist_node { struct llist_node *next; };
struct llist_head { struct llist_node *first; };

#define LLIST_HEAD(name)		struct llist_head name
#define llist_empty(head)		(!(head)->first)
#define llist_entry(node, type, member)	container_of(node, type, member)
void llist_add(struct llist_node *node, struct llist_head *head);
struct llist_node *llist_del_all(struct llist_head *head);

#endif /* _EXPLORE_GRACE_H */
