// SPDX-License-Identifier: GPL-2.0
/*
 * Grace periods, and what they separate: how regions end.
 *
 * A grace period ends when every thread that was in a read-side section as it began has
 * left that section, and not later; so what relies on a longer one is noticed. What is
 * to be done after it is done by the thread that reaps (EX_REAP), in the order in which
 * it was asked for, or by the judge when the threads have ended. Where no thread reaps,
 * nobody can tell how far a grace period is, and it is no part of the state.
 *
 * An irq_work runs at once, on the CPU of whoever raises it, and is a read-side section.
 * Lists are not points at which threads switch.
 */
#include <string.h>

#include "kernel.h"
#include "explore.h"

#define GRACES		16
#define ROUNDS_MAX	100	/* more than anything takes to end */

/**
 * struct ex_grace - a grace period
 * @function: what to do after it
 * @argument: its argument
 * @waits: the threads whose sections it waits for, a bit each
 * @since: hash of what had been deferred when it began
 */
struct ex_grace {
	void (*function)(void *argument);
	void *argument;
	u32 waits;
	u64 since;
};

static struct ex_grace graces[GRACES];	/* the oldest first, which is over first */
static u32 graces_count;
static u32 nesting[EX_THREADS];
static bool holds[EX_THREADS];		/* what it uses, in another way than by sections */
static u64 deferred;			/* hash of what has been put in lists, in order */
static bool reaped;			/* by a thread */

void ex_section_begin(void)
{
	if (ex_running == EX_NONE)
		return;
	if (!nesting[ex_running]++)
		ex_views_section();
}

void ex_section_end(void)
{
	if (ex_running == EX_NONE)
		return;
	if (!nesting[ex_running])
		ex_violate("a read-side section ends that has not begun");
	if (--nesting[ex_running])
		return;
	for (u32 i = 0; i < graces_count; i++)
		graces[i].waits &= ~(1U << ex_running);
}

/* Does the running thread use regions that are there anyway, for a pin keeps them? */
void ex_hold_regions(bool does)
{
	if (ex_running != EX_NONE)
		holds[ex_running] = does;
}

/* May the running thread use regions now? */
bool ex_may_use_regions(void)
{
	return nesting[ex_running] || holds[ex_running];
}

/* The running thread's operation has ended: so must its sections. */
void ex_sections_check(void)
{
	if (nesting[ex_running])
		ex_violate("a read-side section does not end");
}

/* A grace period begins. */
static void ex_grace_begin(void (*function)(void *argument), void *argument)
{
	struct ex_grace *grace = &graces[graces_count];

	if (graces_count++ == GRACES)
		ex_violate("too much is deferred");
	*grace = (struct ex_grace){
		.function = function,
		.argument = argument,
		.since = deferred,
	};
	ex_views_grace_begin();
	for (u32 i = 0; i < EX_THREADS; i++)
		grace->waits |= !!nesting[i] << i;
}

/* Is there nothing to wait for: is one over, or none under way? */
bool ex_grace_is_over(void)
{
	return !graces_count || !graces[0].waits;
}

/* What threads may come to see of all this. */
u64 ex_grace_state(void)
{
	u64 state = deferred;

	if (!reaped)
		return 0;
	for (u32 i = 0; i < graces_count; i++)
		state = ex_mix(state + graces[i].since,
			       (u64)graces[i].argument + graces[i].waits);
	return state;
}

/* Does a thread of @scenario reap? */
bool ex_is_reaped(const struct ex_scenario *scenario)
{
	for (u32 i = 0; i < EX_THREADS; i++) {
		for (u32 j = 0; j < EX_OPERATIONS; j++) {
			if (scenario->threads[i].operations[j].what == EX_REAP)
				return true;
		}
	}
	return false;
}

/* A map for @scenario is going to be made. */
void ex_grace_create(const struct ex_scenario *scenario)
{
	reaped = ex_is_reaped(scenario);
}

/* No thread has begun, and nothing is deferred. */
void ex_grace_restore(void)
{
	memset(nesting, 0, sizeof(nesting));
	memset(holds, 0, sizeof(holds));
	graces_count = 0;
	deferred = 0;
}

/* What the running thread has seen; the judge's business is no part of a state. */
static void ex_see(u64 a, u64 b)
{
	if (ex_running != EX_NONE)
		ex_remember(a, b);
}

/* Do what is deferred, and what that defers, each after its grace period. */
void ex_reap(void)
{
	u32 rounds = 0;

	while (graces_count) {
		struct ex_grace grace;

		if (rounds++ == ROUNDS_MAX)
			ex_violate("what is deferred is deferred for ever");
		if (ex_running != EX_NONE)
			ex_sleep();
		ex_views_grace_end();
		grace = graces[0];
		memmove(graces, graces + 1, --graces_count * sizeof(grace));
		ex_see((u64)grace.argument, grace.since);
		grace.function(grace.argument);
	}
}

/* ---- Work after a grace period --------------------------------------- */

static void ex_rcu_work(void *argument)
{
	struct rcu_work *work = argument;

	work->function(&work->work);
}

void ex_queue_rcu_work(struct rcu_work *work)
{
	for (u32 i = 0; i < graces_count; i++) {
		if (graces[i].argument == work)
			return;
	}
	ex_grace_begin(ex_rcu_work, work);
}

/* ---- References ------------------------------------------------------ */

/* The counter of @ref, which is about to change, as is what stands before @ref. */
static struct percpu_ref_data *ex_ref(struct percpu_ref *ref)
{
	ex_touch((u64 *)ref - 1);
	ex_touch(ref);
	ex_touch(ref->data);
	return ref->data;
}

/* Add to a counter of references; what it was. Without a thread that reaps none sees that. */
static s64 ex_count(s64 *counter, s64 n)
{
	s64 was = *counter;
	s64 found = was;

	if (!reaped) {
		*counter += n;
		return was;
	}
	do {
		was = found;
		ex_see((u64)counter, was);
		found = cmpxchg(counter, was, was + n);
	} while (found != was);
	return was;
}

static void ex_ref_add(struct percpu_ref *ref, s64 n)
{
	struct percpu_ref_data *data = ex_ref(ref);
	s64 was = ex_count(&data->count.counter, n);

	if (was <= 0)
		ex_violate("references are counted after the last one has gone");
	if (!(was + n))
		data->release(ref);
}

int ex_ref_init(struct percpu_ref *ref, void (*release)(struct percpu_ref *ref))
{
	ref->data = ex_alloc(sizeof(*ref->data), 64);
	ref->data->count.counter = 1;
	ref->data->release = release;
	return 0;
}

void percpu_ref_exit(struct percpu_ref *ref)
{
	ex_free(ex_ref(ref));
}

static void ex_ref_switched(void *argument)
{
	struct percpu_ref *ref = argument;

	ex_ref(ref)->counted = true;
	WRITE_ONCE(ref->data->confirm_switch, NULL);
	percpu_ref_put(ref);
}

/* What is done after a grace period may be late: after what waits for a later one. */
static void ex_ref_switch_late(void *ref)
{
	ex_grace_begin(ex_ref_switched, ref);
}

/* It holds a reference meanwhile. With nobody to wait for, it is done at once. */
void ex_ref_switch(struct percpu_ref *ref)
{
	percpu_ref_get(ref);
	WRITE_ONCE(ref->data->confirm_switch, ref);
	ex_grace_begin(ex_ref_switch_late, ref);
	if (reaped && graces[graces_count - 1].waits)
		return;
	graces_count--;
	ex_ref_switched(ref);
}

void percpu_ref_kill(struct percpu_ref *ref)
{
	struct percpu_ref_data *data = ex_ref(ref);

	if (data->killed)
		ex_violate("a reference count is killed twice");
	if (!data->counted)
		ex_violate("who kills a reference count waits for a grace period");
	data->killed = true;
	percpu_ref_put(ref);
}

void percpu_ref_get(struct percpu_ref *ref)
{
	ex_ref_add(ref, 1);
}

void percpu_ref_put(struct percpu_ref *ref)
{
	ex_ref_add(ref, -1);
}

/* ---- Interrupts ------------------------------------------------------ */

/* The flags are written after the function. */
void irq_work_queue(struct irq_work *work)
{
	ex_section_begin();
	work->function(work);
	ex_touch(work);
	work->flags = 0;
	ex_section_end();
}

/* ---- Lists ----------------------------------------------------------- */

void llist_add(struct llist_node *node, struct llist_head *head)
{
	ex_touch(node);
	ex_touch(head);
	node->next = head->first;
	head->first = node;
	deferred = ex_mix(deferred, (u64)node);
}

struct llist_node *llist_del_all(struct llist_head *head)
{
	struct llist_node *all = head->first;

	ex_touch(head);
	head->first = NULL;
	deferred = ex_mix(deferred, 0);
	return all;
}
