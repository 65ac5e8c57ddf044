/* SPDX-License-Identifier: GPL-2.0 */
/* What all lanes are given to do: the same keys in the same order. */
#ifndef FLATMAP_BENCH_WORK_H
#define FLATMAP_BENCH_WORK_H

#include <linux/types.h>

/**
 * struct bench_work - keys and values
 * @entries: how many
 * @read: the keys in the order of lookups
 * @found: their values
 * @absent: as many keys that are never there
 * @written: the keys in the order of changes: another one, lest the memory of
 *	new objects be in the order of lookups
 * @values: the value of each key in @written: the next key of a cycle through all
 * @others: for each key in @written, the value it has between two updates
 * @cycle: the keys in the order of that cycle: where it leads if every value on
 *	the way is right
 */
struct bench_work {
	u32 entries;
	u64 *read;
	u64 *found;
	u64 *absent;
	u64 *written;
	u64 *values;
	u64 *others;
	u64 *cycle;
};

int work_init(struct bench_work *work, u32 entries);
void work_exit(struct bench_work *work);

#endif /* FLATMAP_BENCH_WORK_H */
