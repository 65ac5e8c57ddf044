// SPDX-License-Identifier: GPL-2.0
/*
 * Threads: more of them than processors, so that they are preempted.
 */
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/panic.h>
#include <linux/moduleparam.h>
#include <linux/sched/task.h>

#include <linux/flatmap/step.h>

#include "torture.h"

/* How long it may take a thread to end its turn, if all others want the CPU, too. */
#define THREADS_PATIENCE	(30 * HZ)

static uint record = TORTURE_RECORD;
module_param(record, uint, 0444);
MODULE_PARM_DESC(record, "operations of a thread in a recorded round, at most 1000");

static uint writers = 4;
module_param(writers, uint, 0444);
MODULE_PARM_DESC(writers, "threads that do anything");

static uint readers = 2;
module_param(readers, uint, 0444);
MODULE_PARM_DESC(readers, "threads that look up");

static uint pinners = 2;
module_param(pinners, uint, 0444);
MODULE_PARM_DESC(pinners, "threads that pin values and keep them for a while");

static uint iterators = 1;
module_param(iterators, uint, 0444);
MODULE_PARM_DESC(iterators, "threads that iterate");

static void torture_write_turn(struct torture_side *side)
{
	torture_anything(side);
}

static void torture_read_turn(struct torture_side *side)
{
	u32 kind = torture.shape.multi && torture_random(side, 2) ? TORTURE_VALUES :
								     TORTURE_LOOKUP;

	torture_operate(side, kind, torture_random(side, torture.shape.keys));
}

static void torture_pin_turn(struct torture_side *side)
{
	if (torture_random(side, 2))
		torture_operate(side, TORTURE_PIN, torture_random(side, torture.shape.keys));
	else
		torture_pins_undo(side);
}

static void torture_add(u32 count, void (*turn)(struct torture_side *side))
{
	for (; count && torture.threads < TORTURE_SIDES - TORTURE_WORKERS; count--) {
		struct torture_side *side = &torture.side[torture.threads++];

		side->turn = turn;
		side->waits = torture.threads % 2;
		side->deepest = TORTURE_DEPTH - 1;
	}
}

/* Say who there is. Returns how many sides are taken then. */
u32 torture_threads_add(void)
{
	torture_add(writers, torture_write_turn);
	torture_add(readers, torture_read_turn);
	torture_add(pinners, torture_pin_turn);
	torture_add(iterators, torture_pass);
	return torture.threads;
}

static int torture_thread(void *data)
{
	struct torture_side *side = data;

	while (!READ_ONCE(torture.stop)) {
		if (torture.shape.record && side->actor[0].logged >= min(record, TORTURE_RECORD)) {
			WRITE_ONCE(side->full, true);
			schedule_timeout_interruptible(1);
			continue;
		}
		side->turn(side);
		cond_resched();
	}
	complete(&side->done);
	return 0;
}

static int threads_create(struct torture_side *side, u32 number)
{
	struct task_struct *task = kthread_create(torture_thread, side, "torture/%u", number);

	if (IS_ERR(task))
		return PTR_ERR(task);
	get_task_struct(task);
	side->task = task;
	side->full = false;
	init_completion(&side->done);
	return 0;
}

/* Start them all, or none. */
int torture_threads_start(void)
{
	u32 created, i;
	int err = 0;

	WRITE_ONCE(torture.stop, false);
	for (created = 0; created < torture.threads && !err; created += !err)
		err = threads_create(&torture.side[created], created);
	for (i = 0; i < created; i++)
		wake_up_process(torture.side[i].task);
	if (err)
		torture_threads_stop();
	return err;
}

/*
 * Stop those that there are, and wait until they have. Nothing may keep one from
 * coming out of its operation; one that does not cannot be got rid of.
 */
void torture_threads_stop(void)
{
	u32 i;

	WRITE_ONCE(torture.stop, true);
	for (i = 0; i < torture.threads; i++) {
		struct torture_side *side = &torture.side[i];
		struct task_struct *task = side->task;

		if (!task)
			continue;
		if (!wait_for_completion_timeout(&side->done, THREADS_PATIENCE))
			panic("torture: VIOLATION: a thread does not come out of an operation\n");
		kthread_stop(task);
		WRITE_ONCE(side->task, NULL);
		put_task_struct(task);
	}
}

/* Has each recorded as much as it shall? */
bool torture_threads_full(void)
{
	u32 i;

	for (i = 0; i < torture.threads; i++) {
		if (!READ_ONCE(torture.side[i].full))
			return false;
	}
	return true;
}
