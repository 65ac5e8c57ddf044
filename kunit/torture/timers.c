// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts: on each CPU a timer in hardirq and one in softirq, at moments that have
 * nothing to do with what they interrupt, and an irq_work that disturb.c raises in
 * the middle of an operation.
 */
#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/ktime.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/version.h>

#include <linux/flatmap/step.h>

#include "torture.h"

static bool timers = true;
module_param(timers, bool, 0444);
MODULE_PARM_DESC(timers, "operate in hardirq and softirq as well");

static uint period = 200;
module_param(period, uint, 0444);
MODULE_PARM_DESC(period, "mean microseconds between two shots of a timer");

/**
 * struct torture_cpu - the interrupts of a CPU
 * @hard: side of the timer in hardirq and the irq_work, or NULL
 * @soft: side of the timer in softirq
 * @hard_timer: the one
 * @soft_timer: the other
 * @work: the irq_work
 */
struct torture_cpu {
	struct torture_side *hard, *soft;
	struct hrtimer hard_timer, soft_timer;
	struct irq_work work;
};

static DEFINE_PER_CPU(struct torture_cpu, torture_cpu);

/* The side of the interrupt that is being served here. */
struct torture_side *torture_interrupt_side(void)
{
	struct torture_cpu *cpu = this_cpu_ptr(&torture_cpu);

	return in_hardirq() ? cpu->hard : cpu->soft;
}

/* Is what was interrupted a thread in the middle of an operation? */
static bool torture_hits(void)
{
	u32 i;

	for (i = 0; i < torture.threads; i++) {
		if (READ_ONCE(torture.side[i].task) == current)
			return READ_ONCE(torture.side[i].actor[0].inside);
	}
	return false;
}

static void torture_interrupted(void)
{
	struct torture_side *side = torture_interrupt_side();

	torture_count(&side->actor[0], in_hardirq() ? TORTURE_HARDIRQ : TORTURE_SOFTIRQ);
	if (torture_hits())
		torture_count(&side->actor[0], TORTURE_HIT);
	torture_anything(side);
}

static enum hrtimer_restart torture_shoot(struct hrtimer *timer)
{
	torture_interrupted();
	hrtimer_set_expires(timer, ktime_add_us(ktime_get(), 1 +
			    torture_random(torture_interrupt_side(), 2 * period)));
	return HRTIMER_RESTART;
}

static void torture_worked(struct irq_work *work)
{
	torture_interrupted();
}

static void torture_timer_start(struct hrtimer *timer, enum hrtimer_mode mode)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
	hrtimer_init(timer, CLOCK_MONOTONIC, mode);
	timer->function = torture_shoot;
#else
	hrtimer_setup(timer, torture_shoot, CLOCK_MONOTONIC, mode);
#endif
	hrtimer_start(timer, ns_to_ktime(period * NSEC_PER_USEC), mode);
}

/* Runs on the CPU whose timers they are. */
static void torture_cpu_start(void *unused)
{
	struct torture_cpu *cpu = this_cpu_ptr(&torture_cpu);

	torture_timer_start(&cpu->hard_timer, HRTIMER_MODE_REL_PINNED_HARD);
	torture_timer_start(&cpu->soft_timer, HRTIMER_MODE_REL_PINNED_SOFT);
}

/* Say which interrupts there are: as many as sides are left for after @taken. Returns how many. */
u32 torture_timers_add(u32 taken)
{
	struct torture_side *side = &torture.side[taken];
	struct torture_side *end = &torture.side[TORTURE_SIDES];
	int cpu;

	for_each_online_cpu(cpu) {
		struct torture_cpu *interrupts = &per_cpu(torture_cpu, cpu);

		if (!timers || end - side < 2)
			break;
		interrupts->work = IRQ_WORK_INIT_HARD(torture_worked);
		interrupts->hard = side++;
		interrupts->soft = side++;
		interrupts->hard->deepest = TORTURE_DEPTH - 2;
		interrupts->soft->deepest = TORTURE_DEPTH - 2;
	}
	return side - &torture.side[taken];
}

/* Start the timers. */
void torture_timers_start(void)
{
	int cpu;

	for_each_online_cpu(cpu) {
		if (per_cpu(torture_cpu, cpu).hard)
			smp_call_function_single(cpu, torture_cpu_start, NULL, 1);
	}
}

/* Stop them, and wait until none is being served. */
void torture_timers_stop(void)
{
	int cpu;

	for_each_online_cpu(cpu) {
		struct torture_cpu *interrupts = &per_cpu(torture_cpu, cpu);

		if (!interrupts->hard)
			continue;
		hrtimer_cancel(&interrupts->hard_timer);
		hrtimer_cancel(&interrupts->soft_timer);
		irq_work_sync(&interrupts->work);
	}
}

/* Be interrupted, if this CPU has interrupts. */
void torture_interrupt(void)
{
	struct torture_cpu *cpu;

	preempt_disable();
	cpu = this_cpu_ptr(&torture_cpu);
	if (cpu->hard)
		irq_work_queue(&cpu->work);
	preempt_enable();
}
