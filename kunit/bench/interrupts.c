// SPDX-License-Identifier: GPL-2.0
#include <linux/cpumask.h>
#include <linux/hardirq.h>
#include <linux/percpu.h>

#include "interrupts.h"

/**
 * interrupts_count() - how often processors have interrupted each other
 *
 * Return: a number that grows, of all processors since they came up.
 */
u64 interrupts_count(void)
{
	u64 count = 0;
	u32 cpu;

	for_each_online_cpu(cpu) {
		count += per_cpu(irq_stat, cpu).irq_resched_count;
		count += per_cpu(irq_stat, cpu).irq_call_count;
	}
	return count;
}
