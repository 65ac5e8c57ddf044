/* SPDX-License-Identifier: GPL-2.0 */
/*
 * linux/rcupdate.h, linux/percpu-refcount.h; what is freed after a grace period is in
 * alloc.h.
 */
#ifndef BENCH_NATIVE_GRACE_H
#define BENCH_NATIVE_GRACE_H

struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};

void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head));
void synchronize_rcu(void);
void rcu_barrier(void);

/* Called, not inlined, as they are where RCU is preemptible. */
void rcu_read_lock(void);
void rcu_read_unlock(void);

#define synchronize_rcu_expedited()	synchronize_rcu()

#define rcu_read_lock_any_held()	1
#define RCU_LOCKDEP_WARN(condition, text)	((void)0)

#define RCU_INIT_POINTER(p, pointer)	WRITE_ONCE(p, pointer)
#define rcu_assign_pointer(p, pointer)	smp_store_release(&(p), pointer)
#define rcu_access_pointer(p)		READ_ONCE(p)
#define rcu_dereference(p)		READ_ONCE(p)
#define rcu_dereference_raw(p)		READ_ONCE(p)
#define rcu_dereference_raw_check(p)	READ_ONCE(p)
#define rcu_dereference_bh(p)		READ_ONCE(p)
#define rcu_dereference_all(p)		READ_ONCE(p)
#define rcu_dereference_all_check(p, held)	READ_ONCE(p)
#define rcu_dereference_protected(p, held)	(p)

static inline void rcu_head_init(struct rcu_head *head)
{
	head->func = NULL;
}

static inline bool rcu_head_after_call_rcu(struct rcu_head *head,
					   void (*func)(struct rcu_head *head))
{
	return READ_ONCE(head->func) == func;
}

/* It counts in one place from the beginning: only pins count here, and none is timed. */
struct percpu_ref;

struct percpu_ref_data {
	atomic_long_t count;
	void *confirm_switch;
	void (*release)(struct percpu_ref *ref);
};

struct percpu_ref { struct percpu_ref_data *data; };

#define PERCPU_REF_ALLOW_REINIT		1

int percpu_ref_init(struct percpu_ref *ref, void (*release)(struct percpu_ref *ref),
		    u32 flags, u32 gfp);
void percpu_ref_exit(struct percpu_ref *ref);
void percpu_ref_get(struct percpu_ref *ref);
void percpu_ref_put(struct percpu_ref *ref);

#define percpu_ref_kill(ref)		percpu_ref_put(ref)
#define percpu_ref_switch_to_atomic(ref, confirm)	((void)(ref), (void)(confirm))

#endif /* BENCH_NATIVE_GRACE_H */
