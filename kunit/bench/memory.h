/* SPDX-License-Identifier: GPL-2.0 */
/* Memory that tables take, and that is there for them. */
#ifndef FLATMAP_BENCH_MEMORY_H
#define FLATMAP_BENCH_MEMORY_H

#include <linux/types.h>

u64 memory_pages(void);
int memory_await(u64 pages);
const char *memory_lacks(u64 entries);

#endif /* FLATMAP_BENCH_MEMORY_H */
