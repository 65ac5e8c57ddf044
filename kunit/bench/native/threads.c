// SPDX-License-Identifier: GPL-2.0
/*
 * Threads as processors, their data, and the tasks that those that are timed run. These are
 * made once and stay on their processor, so that no cell pays for a new thread's first
 * touch of its stack.
 */
#include "host.h"

/**
 * struct task_struct - what a timed thread is to run
 * @run: the function, which returns
 * @data: its argument
 * @state: TASK_...
 * @changed: to wait for another state
 * @exists: its thread does
 */
struct task_struct {
	int (*run)(void *data);
	void *data;
	u32 state;
	wait_queue_head_t changed;
	bool exists;
};

enum { TASK_NONE, TASK_MADE, TASK_RUNS, TASK_ENDED };

__thread struct native_thread native_self __attribute__((tls_model("local-exec")));
struct native_thread *native_threads[NATIVE_THREADS];

static struct task_struct tasks[NATIVE_TIMED];
static u32 helpers = NATIVE_TIMED;

static char percpu[NATIVE_THREADS][NATIVE_PERCPU_ROOM] __aligned(4096);
static size_t percpu_used;

void *native_percpu_alloc(size_t size)
{
	void *at = percpu[0] + percpu_used;

	percpu_used += ALIGN(size, 64UL);
	if (percpu_used > NATIVE_PERCPU_ROOM)
		host_die("the data of processors is too large");
	return at;
}

void native_be(u32 number)
{
	native_self.number = number;
	native_self.offset = (size_t)number * NATIVE_PERCPU_ROOM;
	smp_store_release(&native_threads[number], &native_self); /* synchronize_rcu() */
}

void native_be_helper(void)
{
	u32 number = __atomic_fetch_add(&helpers, 1, __ATOMIC_SEQ_CST);

	if (number >= NATIVE_THREADS)
		host_die("there are too many threads");
	native_be(number);
	host_stand_back();
}

unsigned int num_online_cpus(void)
{
	return host_cpus();
}

void schedule_timeout_idle(long ticks)
{
	host_sleep(ticks * (1000000 / HZ));
}

/* What was done before is seen by whoever sees the state. */
static void task_change(struct task_struct *task, u32 state)
{
	smp_store_release(&task->state, state); /* task_state() */
	wake_up_all(&task->changed);
}

static u32 task_state(const struct task_struct *task)
{
	return smp_load_acquire(&task->state); /* task_change() */
}

static void task_thread(void *data)
{
	struct task_struct *task = data;
	u32 number = task - tasks;

	host_pin(number);
	native_be(number);
	for (;;) {
		wait_event(task->changed, task_state(task) == TASK_RUNS);
		task->run(task->data);
		task_change(task, TASK_ENDED);
	}
}

/* One at a time for each processor. */
struct task_struct *kthread_create_on_cpu(int (*run)(void *data), void *data, u32 cpu,
					  const char *name)
{
	struct task_struct *task = &tasks[cpu];

	(void)name;
	task->run = run;
	task->data = data;
	task->state = TASK_MADE;
	if (!task->exists)
		host_thread(task_thread, task);
	task->exists = true;
	return task;
}

int wake_up_process(struct task_struct *task)
{
	task_change(task, TASK_RUNS);
	return 1;
}

int kthread_stop_put(struct task_struct *task)
{
	wait_event(task->changed, task_state(task) != TASK_RUNS);
	task->state = TASK_NONE;
	return 0;
}
