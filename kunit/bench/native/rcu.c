// SPDX-License-Identifier: GPL-2.0
/*
 * Grace periods. Read-side sections count in a word of the thread, up and down, which is
 * what they cost in a preemptible kernel, but for the look at rcu_read_unlock_special on
 * the way out. A grace period has every thread execute a barrier, as an interrupt of each
 * processor does, and then waits until each has been seen outside of sections: by itself,
 * where the bench asks whether to reschedule, or by the count.
 *
 * A thread starts one a tick, if there is something to wait for. So it takes a millisecond
 * or two, where the kernel's takes several: what is freed comes back somewhat sooner, and
 * more of it from the cache. The thread runs on the processor of the first timed one, as
 * callbacks in the kernel run where they were queued: an object that another processor has
 * freed is dear to whoever takes it next.
 */
#include "host.h"
#include "native.h"

static struct rcu_head *rcu_waiting; /* those that wait for the next one, newest first */
static wait_queue_head_t rcu_wake;
static u32 rcu_wanted; /* somebody waits: do not wait for a tick */

void rcu_read_lock(void)
{
	native_enter();
}

void rcu_read_unlock(void)
{
	native_leave();
}

/* ---- Grace periods -------------------------------------------------- */

static void rcu_await(const struct native_thread *thread, u32 passes)
{
	u32 turns = 0;

	while (READ_ONCE(thread->nesting) && READ_ONCE(thread->passes) == passes) {
		cpu_relax();
		if (++turns > 100)
			host_sleep(20);
	}
	barrier();
}

void synchronize_rcu(void)
{
	u32 passes[NATIVE_THREADS];
	struct native_thread *thread;
	u32 i;

	host_barrier();
	/* A thread that begins from here on sees what was done before. */
	for (i = 0; i < NATIVE_THREADS; i++) {
		thread = smp_load_acquire(&native_threads[i]); /* native_be() */
		passes[i] = thread ? READ_ONCE(thread->passes) : 0;
	}
	for (i = 0; i < NATIVE_THREADS; i++) {
		thread = smp_load_acquire(&native_threads[i]); /* native_be() */
		if (thread && thread != &native_self)
			rcu_await(thread, passes[i]);
	}
}

/* ---- What is done after them ---------------------------------------- */

/* Whoever asks pays for no wakeup. */
void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	struct rcu_head *first = READ_ONCE(rcu_waiting);

	WRITE_ONCE(head->func, func);
	do {
		head->next = first;
	} while (!try_cmpxchg(&rcu_waiting, &first, head));
}

/* In the order in which it was asked for. */
static struct rcu_head *rcu_in_order(struct rcu_head *head)
{
	struct rcu_head *before = NULL, *next;

	for (; head; head = next) {
		next = head->next;
		head->next = before;
		before = head;
	}
	return before;
}

static void rcu_thread(void *data)
{
	struct rcu_head *head, *next;

	(void)data;
	native_be_helper();
	host_pin(0);
	for (;;) {
		wait_event_timeout(rcu_wake, READ_ONCE(rcu_wanted), 1);
		WRITE_ONCE(rcu_wanted, 0);
		head = rcu_in_order(xchg(&rcu_waiting, NULL));
		if (head)
			synchronize_rcu();
		for (; head; head = next) {
			next = head->next;
			head->func(head);
		}
	}
}

struct rcu_awaited {
	struct rcu_head head;
	struct completion done;
};

static void rcu_awaited(struct rcu_head *head)
{
	complete(&container_of(head, struct rcu_awaited, head)->done);
}

void rcu_barrier(void)
{
	static struct rcu_awaited awaited[NATIVE_THREADS];
	struct rcu_awaited *mine = &awaited[native_self.number];

	reinit_completion(&mine->done);
	call_rcu(&mine->head, rcu_awaited);
	WRITE_ONCE(rcu_wanted, 1);
	wake_up(&rcu_wake);
	wait_for_completion(&mine->done);
}

void native_rcu_init(void)
{
	host_thread(rcu_thread, NULL);
}

/* ---- References ----------------------------------------------------- */

int percpu_ref_init(struct percpu_ref *ref, void (*release)(struct percpu_ref *ref),
		    u32 flags, u32 gfp)
{
	(void)flags;
	ref->data = kzalloc(sizeof(*ref->data), gfp);
	if (!ref->data)
		return -ENOMEM;
	ref->data->count.counter = 1;
	ref->data->release = release;
	return 0;
}

void percpu_ref_exit(struct percpu_ref *ref)
{
	kfree(ref->data);
	ref->data = NULL;
}

void percpu_ref_get(struct percpu_ref *ref)
{
	native_add(1, &ref->data->count);
}

void percpu_ref_put(struct percpu_ref *ref)
{
	if (!native_add(-1, &ref->data->count))
		ref->data->release(ref);
}
