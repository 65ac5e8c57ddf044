// SPDX-License-Identifier: GPL-2.0
/* Memory that tables take: the account that this harness keeps of it. */
#include "../memory.h"
#include "../shape.h"

/* What a table may take for each entry besides keys and values, at most. */
#define MEMORY_OVERHEAD	128

/* Memory that may be left of a table, in pages, and how long to wait for it, in ticks. */
#define MEMORY_REST	256
#define MEMORY_PATIENCE	(20 * HZ)

u64 memory_pages(void)
{
	return atomic64_read(&native_pages_used);
}

/* What is freed by a worker is not free when destroying a table has returned. */
int memory_await(u64 pages)
{
	unsigned long began = jiffies;

	do {
		rcu_barrier();
		if (memory_pages() <= pages + MEMORY_REST)
			return 0;
		msleep(20);
	} while (jiffies - began < MEMORY_PATIENCE);
	pr_err("%lld pages of a table are not free again\n", memory_pages() - pages);
	return -ETIMEDOUT;
}

const char *memory_lacks(u64 entries)
{
	u64 bytes = entries * (BENCH_KEY_SIZE + BENCH_VALUE_SIZE + MEMORY_OVERHEAD);

	return (u64)si_mem_available() > bytes >> PAGE_SHIFT ? NULL :
							       "there is not enough memory";
}
