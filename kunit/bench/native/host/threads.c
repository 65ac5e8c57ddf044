// SPDX-License-Identifier: GPL-2.0
/* Threads of the machine, and how they wait. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../host.h"

static cpu_set_t allowed;

static void threads_init(void)
{
	if (CPU_COUNT(&allowed))
		return;
	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		host_die("the CPUs of this process are unknown");
}

unsigned int host_cpus(void)
{
	threads_init();
	return CPU_COUNT(&allowed);
}

/* The one of the machine that is number @cpu of those allowed. */
static int threads_cpu(unsigned int cpu)
{
	int i = 0;

	threads_init();
	cpu %= CPU_COUNT(&allowed);
	while (!CPU_ISSET(i, &allowed) || cpu--)
		i++;
	return i;
}

void host_pin(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(threads_cpu(cpu), &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		host_die("a thread cannot be bound to its CPU");
}

void host_stand_back(void)
{
	cpu_set_t set;

	if (host_cpus() == 1)
		return;
	set = allowed;
	CPU_CLR(threads_cpu(0), &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		host_die("a thread cannot be kept from a CPU");
	prctl(PR_SET_TIMERSLACK, 1000);
}

struct start {
	void (*run)(void *data);
	void *data;
};

static void *threads_run(void *data)
{
	struct start start = *(struct start *)data;

	/* It is on the stack of whoever waits for this. */
	__atomic_store_n(&((struct start *)data)->run, NULL, __ATOMIC_RELEASE);
	start.run(start.data);
	return NULL;
}

void host_thread(void (*run)(void *data), void *data)
{
	struct start start = { .run = run, .data = data };
	pthread_t thread;

	if (pthread_create(&thread, NULL, threads_run, &start))
		host_die("a thread cannot be started");
	pthread_detach(thread);
	while (__atomic_load_n(&start.run, __ATOMIC_ACQUIRE))
		sched_yield();
}

static struct timespec threads_time(unsigned long us)
{
	return (struct timespec){ .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000 };
}

void host_wait(unsigned int *word, unsigned int value, unsigned long us)
{
	struct timespec time = threads_time(us);

	syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, us ? &time : NULL);
}

void host_wake(unsigned int *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX);
}

void host_sleep(unsigned long us)
{
	struct timespec time = threads_time(us);

	nanosleep(&time, NULL);
}

void host_barrier(void)
{
	static bool registered;

	if (!registered &&
	    syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0))
		host_die("this machine has no membarrier()");
	registered = true;
	syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
}
