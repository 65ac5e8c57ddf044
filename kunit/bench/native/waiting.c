// SPDX-License-Identifier: GPL-2.0
/* How threads wait for each other: queues, mutexes, locks that another one has. */
#include "host.h"

/* Taken before the condition is looked at, lest what makes it true come between. */
u32 native_wait_begin(wait_queue_head_t *queue)
{
	__atomic_add_fetch(&queue->waiters, 1, __ATOMIC_SEQ_CST);
	return READ_ONCE(queue->events);
}

void native_wait_sleep(wait_queue_head_t *queue, u32 events, unsigned long ticks)
{
	native_pass();
	host_wait(&queue->events, events, ticks * (1000000 / HZ));
	native_pass();
}

void native_wait_end(wait_queue_head_t *queue)
{
	__atomic_sub_fetch(&queue->waiters, 1, __ATOMIC_SEQ_CST);
}

/* Whoever waits sees that its condition holds, or this sees that it waits. */
void wake_up_all(wait_queue_head_t *queue)
{
	smp_mb(); /* native_wait_begin() */
	if (!READ_ONCE(queue->waiters))
		return;
	__atomic_add_fetch(&queue->events, 1, __ATOMIC_SEQ_CST);
	host_wake(&queue->events);
}

void mutex_lock(struct mutex *mutex)
{
	u32 free = 0;

	if (try_cmpxchg(&mutex->word, &free, 1))
		return;
	while (xchg(&mutex->word, 2))
		host_wait(&mutex->word, 2, 0);
}

void mutex_unlock(struct mutex *mutex)
{
	if (xchg(&mutex->word, 0) == 2)
		host_wake(&mutex->word);
}

/* Whoever has it may have been preempted, so this does not spin for long. */
void native_spin(spinlock_t *lock)
{
	u32 turns = 0, free;

	do {
		while (READ_ONCE(lock->word)) {
			cpu_relax();
			if (!(++turns % 4096))
				host_sleep(1);
		}
		free = 0;
	} while (!try_cmpxchg(&lock->word, &free, 1));
}
