// SPDX-License-Identifier: GPL-2.0
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/nodemask.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/vmstat.h>

#include "memory.h"
#include "shape.h"

/* What a table may take for each entry besides keys and values, at most. */
#define MEMORY_OVERHEAD	128

/* Memory that is nobody's table. */
#define MEMORY_RESERVE	SZ_256M

/*
 * Memory that may be left of a table, in pages, and how long to wait for it: the last of
 * what kmalloc() gave away in small pieces takes its time.
 */
#define MEMORY_REST	256
#define MEMORY_WAIT	HZ

/* Memory that may stay away for now, in pages, and how long to wait for the rest. */
#define MEMORY_MOST	(SZ_16M >> PAGE_SHIFT)
#define MEMORY_PATIENCE	(20 * HZ)

/* With what the CPUs have not added yet. The kernel in question has one node. */
static u64 memory_count(enum node_stat_item item)
{
	const struct pglist_data *node = NODE_DATA(first_online_node);
	s64 pages = global_node_page_state_pages(item);
	u32 cpu;

	for_each_online_cpu(cpu)
		pages += per_cpu_ptr(node->per_cpu_nodestats, cpu)->vm_node_stat_diff[item];
	return pages;
}

/**
 * memory_pages() - the memory of objects and arrays, whoever has them
 *
 * (The number of free pages says less: CPUs keep some for later.)
 *
 * Return: pages.
 */
u64 memory_pages(void)
{
	return memory_count(NR_SLAB_RECLAIMABLE_B) + memory_count(NR_SLAB_UNRECLAIMABLE_B) +
	       memory_count(NR_VMALLOC);
}

/**
 * memory_await() - wait until the memory of a table is free again
 * @pages: what memory_pages() said before it was made
 *
 * Tables may be freed when destroying them has returned, and that takes time, too.
 *
 * Return: 0 or -ETIMEDOUT.
 */
int memory_await(u64 pages)
{
	unsigned long began = jiffies;
	u64 now;

	do {
		rcu_barrier();
		msleep(20);
		now = memory_pages();
		if (now <= pages + MEMORY_REST)
			return 0;
		if (now <= pages + MEMORY_MOST && time_after(jiffies, began + MEMORY_WAIT))
			return 0;
	} while (time_before(jiffies, began + MEMORY_PATIENCE));
	pr_err("%lld pages of a table are not free again\n", now - pages);
	return -ETIMEDOUT;
}

/**
 * memory_lacks() - is there memory for one more table?
 * @entries: how many entries it is to have
 *
 * Return: NULL if so, else that there is not.
 */
const char *memory_lacks(u64 entries)
{
	u64 bytes = entries * (BENCH_KEY_SIZE + BENCH_VALUE_SIZE + MEMORY_OVERHEAD);

	/* Half as much waits for grace periods while entries come and go. */
	bytes += bytes / 2 + MEMORY_RESERVE;
	if (si_mem_available() > bytes >> PAGE_SHIFT)
		return NULL;
	return "there is not enough memory";
}
