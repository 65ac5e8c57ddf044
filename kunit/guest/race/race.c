// SPDX-License-Identifier: GPL-2.0
/*
 * A module with a data race: two threads on two CPUs count in one plain variable.
 * `make test KERNEL=kcsan` loads it to see that such a thing is reported.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>

#define RACE_CPUS	2
#define RACE_MS		2000

static u64 race_count;

static int race_run(void *unused)
{
	while (!kthread_should_stop()) {
		race_count++;
		cond_resched();
	}
	return 0;
}

static int __init race_init(void)
{
	struct task_struct *thread[RACE_CPUS];
	int err = 0, cpu;

	for (cpu = 0; cpu < RACE_CPUS; cpu++) {
		thread[cpu] = kthread_run_on_cpu(race_run, NULL, cpu, "race/%u");
		if (IS_ERR(thread[cpu])) {
			err = PTR_ERR(thread[cpu]);
			break;
		}
	}
	msleep(RACE_MS);
	while (cpu--)
		kthread_stop(thread[cpu]);
	return err;
}
module_init(race_init);

static void __exit race_exit(void)
{
}
module_exit(race_exit);

MODULE_DESCRIPTION("Has a data race");
MODULE_LICENSE("GPL");
