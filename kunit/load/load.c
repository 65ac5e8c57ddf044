// SPDX-License-Identifier: GPL-2.0
/*
 * A map of very many entries. Loading the module has a thread on each CPU insert its
 * share of them into a map that was told no more than that they may come, then looks
 * samples up, and as many keys that are not there. It succeeds if no insert failed, the
 * map has every entry, and each sample had its value. The kernel log tells the figures.
 */
#define pr_fmt(fmt) "flatmap_load: " fmt

#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/flatmap.h>
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>

static ulong entries = 100000000;
module_param(entries, ulong, 0444);
MODULE_PARM_DESC(entries, "entries to insert");

static uint samples = 1000000;
module_param(samples, uint, 0444);
MODULE_PARM_DESC(samples, "keys to look up, and as many that are not there");

/**
 * struct load_thread - who inserts a share
 * @map: where
 * @first: the number of its first entry
 * @end: and of the one after its last
 * @err: what became of it
 * @done: completed at the end
 */
struct load_thread {
	struct flatmap *map;
	u64 first;
	u64 end;
	int err;
	struct completion done;
};

/* A bijection that looks random (the finalizer of splitmix64): no key repeats. */
static u64 load_key(u64 i)
{
	i = (i ^ (i >> 30)) * 0xbf58476d1ce4e5b9ULL;
	i = (i ^ (i >> 27)) * 0x94d049bb133111ebULL;
	return i ^ (i >> 31);
}

static u64 load_value(u64 i)
{
	return ~i * 0x9e3779b97f4a7c15ULL;
}

static int load_insert(void *arg)
{
	struct load_thread *thread = arg;
	u64 i, key, value;

	for (i = thread->first; i < thread->end && !thread->err; i++) {
		key = load_key(i);
		value = load_value(i);
		thread->err = flatmap_insert(thread->map, &key, &value, GFP_KERNEL);
		if (!(i % 1024))
			cond_resched();
	}
	if (thread->err)
		pr_err("the insert of entry %llu failed: %d\n", i - 1, thread->err);
	complete(&thread->done);
	return 0;
}

/* Insert all entries. */
static int load_all(struct flatmap *map)
{
	u32 cpus = num_online_cpus();
	struct load_thread *threads;
	struct task_struct *task;
	int err = 0;
	u32 i;

	threads = kcalloc(cpus, sizeof(*threads), GFP_KERNEL);
	if (!threads)
		return -ENOMEM;
	for (i = 0; i < cpus; i++) {
		threads[i].map = map;
		threads[i].first = mul_u64_u32_div(entries, i, cpus);
		threads[i].end = mul_u64_u32_div(entries, i + 1, cpus);
		init_completion(&threads[i].done);
		task = kthread_run(load_insert, &threads[i], "flatmap_load/%u", i);
		if (IS_ERR(task)) {
			threads[i].err = PTR_ERR(task);
			complete(&threads[i].done);
		}
	}
	for (i = 0; i < cpus; i++) {
		wait_for_completion(&threads[i].done);
		err = err ?: threads[i].err;
	}
	kfree(threads);
	return err;
}

/* Look up samples, and keys past the last one. Returns how many answers were wrong. */
static u32 load_look_up(struct flatmap *map)
{
	struct rnd_state random;
	u32 wrong = 0;
	u64 i, key, value;
	u32 n;

	prandom_seed_state(&random, get_random_u64());
	for (n = 0; n < samples; n++) {
		i = mul_u64_u32_shr(entries, prandom_u32_state(&random), 32);
		key = load_key(i);
		wrong += flatmap_lookup(map, &key, &value, NULL) ||
			 value != load_value(i);
		key = load_key(entries + n);
		wrong += flatmap_lookup(map, &key, &value, NULL) != -ENOENT;
		if (!(n % 1024))
			cond_resched();
	}
	return wrong;
}

static int load_run(struct flatmap *map)
{
	struct flatmap_stats stats;
	u64 start, ns;
	u32 wrong;
	int err;

	start = ktime_get_ns();
	err = load_all(map);
	if (err)
		return err;
	ns = ktime_get_ns() - start;
	flatmap_stats(map, &stats);
	pr_info("%llu entries in %llu ms, %llu ns each, by %u threads\n", stats.entries,
		div_u64(ns, NSEC_PER_MSEC), div64_ul(ns, entries), num_online_cpus());
	pr_info("%llu bytes, %llu an entry, in %llu shards, %llu regions\n", stats.bytes,
		div64_ul(stats.bytes, entries), stats.shards, stats.regions);
	pr_info("%llu resizes, %llu failed, %llu entries moved, %llu of them by writers\n",
		stats.resizes, stats.resizes_failed, stats.moved, stats.helped);
	pr_info("%llu inserts refused for want of room\n", stats.refused);

	start = ktime_get_ns();
	wrong = load_look_up(map);
	ns = ktime_get_ns() - start;
	pr_info("%u samples and %u keys that are not there, %llu ns each, %u wrong\n",
		samples, samples, div_u64(ns, 2 * samples), wrong);
	return wrong || stats.entries != entries ? -EIO : 0;
}

static int __init load_init(void)
{
	const struct flatmap_params params = {
		.max_entries = entries,
		.key_size = sizeof(u64),
		.value_size = sizeof(u64),
		.hash = FLATMAP_HASH_FAST,
	};
	struct flatmap *map;
	int err;

	if (!entries || !samples)
		return -EINVAL;
	map = flatmap_create(&params);
	if (IS_ERR(map))
		return PTR_ERR(map);
	err = load_run(map);
	flatmap_destroy(map);
	return err;
}

static void __exit load_exit(void)
{
}

module_init(load_init);
module_exit(load_exit);
MODULE_DESCRIPTION("flatmap with very many entries");
MODULE_AUTHOR("The flatmap authors");
MODULE_LICENSE("GPL");
