// SPDX-License-Identifier: GPL-2.0
/*
 * Work queues: a thread for each, which does what is in it one after the other. That of the
 * system is the processor's own in the kernel: what is scheduled there runs on the processor
 * that did so, and takes its time from whoever runs there. It belongs to the first timed
 * thread here. All others are unbound.
 */
#include "host.h"
#include "native.h"

/**
 * struct workqueue_struct - a queue and its worker
 * @lock: guards the list, which works are chained in
 * @first: the work that comes next
 * @last: where the next one goes
 * @running: what the worker does
 * @wake: there is work
 * @rest: a work has ended
 */
struct workqueue_struct {
	spinlock_t lock; /* of @first and @last */
	struct work_struct *first;
	struct work_struct **last;
	struct work_struct *running;
	wait_queue_head_t wake;
	wait_queue_head_t rest;
};

static struct workqueue_struct *system_queue;

bool queue_work(struct workqueue_struct *queue, struct work_struct *work)
{
	if (xchg(&work->pending, 1))
		return false;
	spin_lock(&queue->lock);
	WRITE_ONCE(work->queue, queue);
	work->next = NULL;
	*queue->last = work;
	queue->last = &work->next;
	spin_unlock(&queue->lock);
	wake_up(&queue->wake);
	return true;
}

bool schedule_work(struct work_struct *work)
{
	return queue_work(system_queue, work);
}

/* Works that are to be queued later. */
static struct delayed_work *laters;
static spinlock_t laters_lock;

/* Take the first work that is due out, or @this one. */
static struct delayed_work *later_take(struct delayed_work *this)
{
	struct delayed_work **at = &laters, *later;

	spin_lock(&laters_lock);
	while ((later = *at) && (this ? later != this : time_before(jiffies, later->when)))
		at = &later->next;
	if (later)
		*at = later->next;
	spin_unlock(&laters_lock);
	return later;
}

static bool later_queue(struct delayed_work *later)
{
	WRITE_ONCE(later->work.pending, 0);
	return queue_work(later->queue, &later->work);
}

static void later_ticker(void *unused)
{
	struct delayed_work *later;

	native_be_helper();
	for (;;) {
		schedule_timeout_idle(1);
		while ((later = later_take(NULL)))
			later_queue(later);
	}
}

bool queue_delayed_work(struct workqueue_struct *queue, struct delayed_work *later,
			unsigned long ticks)
{
	if (xchg(&later->work.pending, 1))
		return false;
	later->queue = queue;
	later->when = jiffies + ticks;
	spin_lock(&laters_lock);
	later->next = laters;
	laters = later;
	spin_unlock(&laters_lock);
	return true;
}

/* Only to have it done at once. */
bool mod_delayed_work(struct workqueue_struct *queue, struct delayed_work *later,
		      unsigned long ticks)
{
	if (ticks)
		return queue_delayed_work(queue, later, ticks);
	if (!later_take(later))
		return queue_work(queue, &later->work);
	return later_queue(later);
}

bool flush_delayed_work(struct delayed_work *later)
{
	if (later_take(later))
		later_queue(later);
	return flush_work(&later->work);
}

bool cancel_delayed_work_sync(struct delayed_work *later)
{
	if (later_take(later))
		WRITE_ONCE(later->work.pending, 0);
	return cancel_work_sync(&later->work);
}

/* Under the lock. */
static void queue_remove(struct workqueue_struct *queue, struct work_struct *work)
{
	struct work_struct **at = &queue->first;

	while (*at && *at != work)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = work->next;
	if (queue->last == &work->next)
		queue->last = at;
	WRITE_ONCE(work->pending, 0);
}

static void queue_run(struct workqueue_struct *queue)
{
	struct work_struct *work;

	for (;;) {
		wait_event(queue->wake, READ_ONCE(queue->first));
		spin_lock(&queue->lock);
		work = queue->first;
		/* In this order, lest it seem to be neither. */
		if (work) {
			WRITE_ONCE(queue->running, work);
			queue_remove(queue, work);
		}
		spin_unlock(&queue->lock);
		if (!work)
			continue;
		smp_mb(); /* who sees it pending queues nothing: see what that one did */
		work->func(work);
		smp_store_release(&queue->running, NULL); /* work_is_busy() */
		wake_up_all(&queue->rest);
	}
}

static void queue_worker(void *data)
{
	native_be_helper();
	queue_run(data);
}

static void queue_bound_worker(void *data)
{
	native_be_helper();
	host_pin(0);
	queue_run(data);
}

static struct workqueue_struct *queue_new(void (*worker)(void *data))
{
	struct workqueue_struct *queue = kzalloc(sizeof(*queue), GFP_KERNEL);

	if (!queue)
		return NULL;
	queue->last = &queue->first;
	host_thread(worker, queue);
	return queue;
}

struct workqueue_struct *native_queue(void)
{
	return queue_new(queue_worker);
}

static bool work_is_busy(const struct workqueue_struct *queue, const struct work_struct *work)
{
	if (READ_ONCE(work->pending))
		return true;
	return smp_load_acquire(&queue->running) == work; /* queue_worker() */
}

bool flush_work(struct work_struct *work)
{
	struct workqueue_struct *queue = READ_ONCE(work->queue);

	if (!queue || !work_is_busy(queue, work))
		return false;
	wait_event(queue->rest, !work_is_busy(queue, work));
	return true;
}

/* It may queue itself again while it is waited for. */
bool cancel_work_sync(struct work_struct *work)
{
	struct workqueue_struct *queue = READ_ONCE(work->queue);
	bool was = false;

	while (queue && work_is_busy(queue, work)) {
		spin_lock(&queue->lock);
		queue_remove(queue, work);
		spin_unlock(&queue->lock);
		wait_event(queue->rest, READ_ONCE(queue->running) != work);
		was = true;
	}
	return was;
}

static void rcu_work_ready(struct rcu_head *head)
{
	struct rcu_work *work = container_of(head, struct rcu_work, rcu);

	WRITE_ONCE(work->work.pending, 0);
	queue_work(work->queue, &work->work);
}

bool queue_rcu_work(struct workqueue_struct *queue, struct rcu_work *work)
{
	if (xchg(&work->work.pending, 1))
		return false;
	work->queue = queue;
	call_rcu(&work->rcu, rcu_work_ready);
	return true;
}

bool flush_rcu_work(struct rcu_work *work)
{
	rcu_barrier();
	return flush_work(&work->work);
}

void native_workqueue_init(void)
{
	system_queue = queue_new(queue_bound_worker);
	host_thread(later_ticker, NULL);
}
