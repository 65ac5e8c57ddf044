// SPDX-License-Identifier: GPL-2.0
/*
 * Bursts of inserts from contexts that cannot wait, into a map that was told nothing of
 * them. Loading the module sends one burst to one kind of map; the kernel log tells how
 * many inserts were refused. It succeeds if every insert that was not refused is there
 * and no more than @refused_max were refused.
 */
#define pr_fmt(fmt) "flatmap_burst: " fmt

#include <linux/bottom_half.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <linux/bitmap.h>
#include <linux/version.h>

#include "burst.h"

/* The CPU that inserts, and the one that may be kept busy. */
#define BURST_CPU	0
#define BURST_BUSY_CPU	1

/* How many runs of refused inserts are told. */
#define BURST_RUNS	12

static ulong entries = 1000000;
module_param(entries, ulong, 0444);
MODULE_PARM_DESC(entries, "entries to insert");

static char *map = "flatmap";
module_param(map, charp, 0444);
MODULE_PARM_DESC(map, "flatmap, rhashtable or bpf");

static char *context = "softirq";
module_param(context, charp, 0444);
MODULE_PARM_DESC(context, "softirq: a loop with bottom halves off; hardirq: from a timer, each millisecond");

static uint section;
module_param(section, uint, 0444);
MODULE_PARM_DESC(section, "inserts in a section, or in an interrupt; 0: all, or 64");

static uint pause_us;
module_param(pause_us, uint, 0444);
MODULE_PARM_DESC(pause_us, "microseconds to sleep between sections");

static bool allocates = true;
module_param(allocates, bool, 0444);
MODULE_PARM_DESC(allocates, "GFP_ATOMIC, else 0: the caller may be inside an allocator");

static bool busy;
module_param(busy, bool, 0444);
MODULE_PARM_DESC(busy, "keep the other CPU busy");

static ulong refused_max = ULONG_MAX;
module_param(refused_max, ulong, 0444);
MODULE_PARM_DESC(refused_max, "how many refused inserts are still success");

/**
 * struct burst - a burst
 * @lane: the kind of map
 * @map: the map
 * @next: the number of the next entry
 * @refused: how many were refused
 * @wrong: other errors
 * @was_refused: a bit for each entry
 * @timer: of interrupts
 * @done: all have been inserted, or refused
 * @ns: how long that took
 */
struct burst {
	const struct burst_lane *lane;
	void *map;
	u64 next;
	u64 refused;
	u64 wrong;
	unsigned long *was_refused;
	struct hrtimer timer;
	struct completion done;
	u64 ns;
};

static struct burst burst;

/* A bijection that looks random (the finalizer of splitmix64): no key repeats. */
static u64 burst_key(u64 i)
{
	i = (i ^ (i >> 30)) * 0xbf58476d1ce4e5b9ULL;
	i = (i ^ (i >> 27)) * 0x94d049bb133111ebULL;
	return i ^ (i >> 31);
}

static u64 burst_value(u64 i)
{
	return ~i * 0x9e3779b97f4a7c15ULL;
}

static void burst_insert(u32 count)
{
	gfp_t gfp = allocates ? GFP_ATOMIC : 0;
	int err;

	for (; count && burst.next < entries; count--, burst.next++) {
		err = burst.lane->insert(burst.map, burst_key(burst.next),
					 burst_value(burst.next), gfp);
		if (likely(!err))
			continue;
		burst.refused++;
		burst.wrong += err != -EAGAIN && err != -ENOMEM && err != -EBUSY && err != -E2BIG;
		__set_bit(burst.next, burst.was_refused);
	}
}

static enum hrtimer_restart burst_shoot(struct hrtimer *timer)
{
	burst_insert(section ?: 64);
	if (burst.next == entries) {
		complete(&burst.done);
		return HRTIMER_NORESTART;
	}
	hrtimer_forward_now(timer, ns_to_ktime(NSEC_PER_MSEC));
	return HRTIMER_RESTART;
}

static void burst_from_hardirq(void)
{
	enum hrtimer_mode mode = HRTIMER_MODE_REL_PINNED_HARD;

#if KERNEL_VERSION(6, 13, 0) > LINUX_VERSION_CODE
	hrtimer_init(&burst.timer, CLOCK_MONOTONIC, mode);
	burst.timer.function = burst_shoot;
#else
	hrtimer_setup(&burst.timer, burst_shoot, CLOCK_MONOTONIC, mode);
#endif
	hrtimer_start(&burst.timer, ns_to_ktime(NSEC_PER_MSEC), mode);
	wait_for_completion(&burst.done);
	hrtimer_cancel(&burst.timer);
}

static void burst_with_bh_off(void)
{
	while (burst.next < entries) {
		local_bh_disable();
		burst_insert(section ?: entries);
		local_bh_enable();
		cond_resched();
		if (pause_us)
			usleep_range(pause_us, pause_us + pause_us / 8);
	}
}

static int burst_thread(void *arg)
{
	u64 start = ktime_get_ns();

	if (!strcmp(context, "hardirq"))
		burst_from_hardirq();
	else
		burst_with_bh_off();
	burst.ns = ktime_get_ns() - start;
	complete(arg);
	return 0;
}

/*
 * As a program that computes: it never sleeps, and can be preempted. User Mode Linux
 * preempts nobody at the end of an interrupt, but where preemption is turned on again.
 */
static int burst_busy(void *arg)
{
	while (!kthread_should_stop()) {
		preempt_disable();
		udelay(1);
		preempt_enable();
		cond_resched();
	}
	return 0;
}

static struct task_struct *burst_start(int (*thread)(void *arg), void *arg, u32 cpu)
{
	struct task_struct *task;

	task = kthread_create(thread, arg, "flatmap_burst/%u", cpu);
	if (!IS_ERR(task)) {
		kthread_bind(task, cpu);
		wake_up_process(task);
	}
	return task;
}

static int burst_run(void)
{
	DECLARE_COMPLETION_ONSTACK(over);
	struct task_struct *busy_task = NULL, *task;

	if (busy && cpu_online(BURST_BUSY_CPU)) {
		busy_task = burst_start(burst_busy, NULL, BURST_BUSY_CPU);
		if (IS_ERR(busy_task))
			return PTR_ERR(busy_task);
	}
	task = burst_start(burst_thread, &over, BURST_CPU);
	if (!IS_ERR(task))
		wait_for_completion(&over);
	if (busy_task)
		kthread_stop(busy_task);
	return PTR_ERR_OR_ZERO(task);
}

/* How many entries are not as they should be. */
static u64 burst_check(void)
{
	u64 wrong = 0, i;

	for (i = 0; i < entries; i++) {
		wrong += burst.lane->has(burst.map, burst_key(i), burst_value(i)) ==
			 test_bit(i, burst.was_refused);
		if (!(i % 1024))
			cond_resched();
	}
	return wrong;
}

/* The first runs of entries that were refused one after the other. */
static void burst_tell_refused(void)
{
	u64 from, to = 0;
	u32 runs;

	for (runs = 0; runs < BURST_RUNS; runs++) {
		from = find_next_bit(burst.was_refused, entries, to);
		if (from == entries)
			return;
		to = find_next_zero_bit(burst.was_refused, entries, from);
		pr_info("%s: %llu refused from number %llu on\n", burst.lane->name, to - from,
			from);
	}
}

static int burst_carry_out(void)
{
	u64 lost;
	int err;

	init_completion(&burst.done);
	err = burst_run();
	if (err)
		return err;
	lost = burst_check();
	pr_info("%s, %s%s%s: %llu of %lu refused, %llu wrong, %llu ns each\n", burst.lane->name,
		context, allocates ? "" : ", gfp 0",
		busy ? ", the other CPU busy" : "", burst.refused, entries,
		burst.wrong + lost, div64_ul(burst.ns, entries));
	burst_tell_refused();
	if (burst.lane->report)
		burst.lane->report(burst.map);
	return burst.wrong || lost || burst.refused > refused_max ? -EIO : 0;
}

static int __init burst_init(void)
{
	static const struct burst_lane *const lanes[] = {
		&burst_flatmap, &burst_rhashtable, &burst_bpf,
	};
	int err;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(lanes); i++) {
		if (!strcmp(lanes[i]->name, map))
			burst.lane = lanes[i];
	}
	if (!burst.lane || !entries)
		return -EINVAL;
	burst.was_refused = vzalloc(BITS_TO_LONGS(entries) * sizeof(long));
	if (!burst.was_refused)
		return -ENOMEM;
	burst.map = burst.lane->create(entries);
	err = PTR_ERR_OR_ZERO(burst.map);
	if (!err) {
		err = burst_carry_out();
		burst.lane->destroy(burst.map);
	}
	vfree(burst.was_refused);
	return err;
}

static void __exit burst_exit(void)
{
}

module_init(burst_init);
module_exit(burst_exit);
MODULE_DESCRIPTION("Bursts of inserts from contexts that cannot wait");
MODULE_AUTHOR("The flatmap authors");
MODULE_LICENSE("GPL");
