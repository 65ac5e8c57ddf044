// SPDX-License-Identifier: GPL-2.0
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/random.h>

#include "work.h"

/* A bijection that looks random (the finalizer of splitmix64): no key repeats. */
static u64 work_key(u64 i)
{
	i = (i ^ (i >> 30)) * 0xbf58476d1ce4e5b9ULL;
	i = (i ^ (i >> 27)) * 0x94d049bb133111ebULL;
	return i ^ (i >> 31);
}

static void work_shuffle(u64 *items, u32 count)
{
	struct rnd_state random;
	u32 i, other;

	prandom_seed_state(&random, get_random_u64());
	for (i = count - 1; i; i--) {
		other = mul_u32_u32(prandom_u32_state(&random), i + 1) >> 32;
		swap(items[i], items[other]);
	}
}

/* Fill in values and cycle, the latter holding indices of @written at first. */
static void work_cycle(struct bench_work *work)
{
	u64 *cycle = work->cycle;
	u32 i;

	for (i = 0; i < work->entries; i++)
		cycle[i] = i;
	work_shuffle(cycle, work->entries);
	for (i = 0; i < work->entries; i++) {
		u64 next = work->written[cycle[(i + 1) % work->entries]];

		work->values[cycle[i]] = next;
		work->others[cycle[i]] = ~next;
	}
	for (i = 0; i < work->entries; i++)
		cycle[i] = work->written[cycle[i]];
}

/**
 * work_init() - make up keys and values
 * @work: zeroed; what to fill in
 * @entries: how many
 *
 * Return: 0 or -ENOMEM; work_exit() is due in both cases.
 */
int work_init(struct bench_work *work, u32 entries)
{
	u64 **const arrays[] = {
		&work->read, &work->found, &work->absent, &work->written,
		&work->values, &work->others, &work->cycle,
	};
	u32 i;

	work->entries = entries;
	for (i = 0; i < ARRAY_SIZE(arrays); i++) {
		*arrays[i] = kvcalloc(entries, sizeof(u64), GFP_KERNEL);
		if (!*arrays[i])
			return -ENOMEM;
	}
	for (i = 0; i < entries; i++) {
		work->written[i] = work_key(1 + i);
		work->absent[i] = work_key(1 + (u64)entries + i);
		work->read[i] = i;
	}
	work_cycle(work);
	work_shuffle(work->read, entries);
	for (i = 0; i < entries; i++) {
		work->found[i] = work->values[work->read[i]];
		work->read[i] = work->written[work->read[i]];
	}
	return 0;
}

void work_exit(struct bench_work *work)
{
	kvfree(work->cycle);
	kvfree(work->others);
	kvfree(work->values);
	kvfree(work->written);
	kvfree(work->absent);
	kvfree(work->found);
	kvfree(work->read);
}
