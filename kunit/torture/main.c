// SPDX-License-Identifier: GPL-2.0
/*
 * flatmap_torture: everything at once, for as long as one likes.
 *
 * Inserting the module does it all. The kernel log has the figures and, last, one line
 * with the verdict. Rounds alternate: in one of them everything is recorded and checked
 * for linearizability, the next one runs at full speed. In three of four the maps are
 * resized meanwhile. The first round that finds something is the last: what happens to a
 * damaged map says nothing more.
 */
#define pr_fmt(fmt) "torture: " fmt

#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/signal.h>

#include <linux/flatmap/step.h>

#include "map.h"
#include "torture.h"

static uint seconds = 10;
module_param(seconds, uint, 0444);
MODULE_PARM_DESC(seconds, "how long");

static uint milliseconds = 1000;
module_param(milliseconds, uint, 0444);
MODULE_PARM_DESC(milliseconds, "of a round that is not recorded");

static unsigned long seed;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "of all choices; 0 for another one each time");

module_param_named(delay, torture_delay, uint, 0444);
MODULE_PARM_DESC(delay, "longest delay between two steps of an operation, in microseconds");

struct torture torture;

static int torture_actor_init(struct torture_actor *actor, u32 number)
{
	actor->number = number;
	actor->log = kvcalloc(TORTURE_LOG, sizeof(*actor->log), GFP_KERNEL);
	return actor->log ? 0 : -ENOMEM;
}

static int torture_init_sides(void)
{
	u32 i, depth;

	torture.side = kvcalloc(TORTURE_SIDES, sizeof(*torture.side), GFP_KERNEL);
	if (!torture.side)
		return -ENOMEM;
	torture.sides = torture_threads_add();
	torture.sides += torture_workers_add();
	torture.sides += torture_timers_add(torture.sides);
	for (i = 0; i < torture.sides; i++) {
		struct torture_side *side = &torture.side[i];

		prandom_seed_state(&side->random, seed + 1 + i);
		side->quick = seed ^ (1 + i) * 0x9e3779b97f4a7c15ULL ?: 1;
		for (depth = 0; depth < TORTURE_DEPTH; depth++) {
			if (torture_actor_init(&side->actor[depth], i * TORTURE_DEPTH + depth))
				return -ENOMEM;
		}
	}
	return torture.threads ? 0 : -EINVAL;
}

static void torture_exit_sides(void)
{
	u32 i;

	for (i = 0; torture.side && i < torture.sides * TORTURE_DEPTH; i++)
		kvfree(torture.side[i / TORTURE_DEPTH].actor[i % TORTURE_DEPTH].log);
	kvfree(torture.side);
}

static int torture_run(void)
{
	ktime_t begin = ktime_get();
	struct rnd_state random;
	u64 took = 0, told = 0;
	int err = 0;

	prandom_seed_state(&random, seed);
	while (took < seconds * (u64)MSEC_PER_SEC && !err && !atomic_read(&torture.violations)) {
		err = torture_round(&random, milliseconds);
		if (signal_pending(current))
			err = -EINTR;
		took = ktime_ms_delta(ktime_get(), begin);
		if (took - told < 10 * MSEC_PER_SEC)
			continue;
		told = took;
		pr_info("%llu of %u s, %u violations\n", took / MSEC_PER_SEC, seconds,
			atomic_read(&torture.violations));
	}
	torture.seconds = took / MSEC_PER_SEC;
	return err;
}

static int __init torture_init(void)
{
	bool sound = false;
	int err;

	if (!seed)
		seed = get_random_u32();
	pr_info("seed %lu\n", seed);
	err = fm_core_init();
	if (err)
		return err;
	err = torture_init_sides();
	if (!err)
		err = torture_run();
	if (!err)
		sound = torture_report();
	if (sound || err) {
		torture_exit_sides();
		fm_core_exit();
	} else {
		/* The memory of a damaged map may never become free. */
		__module_get(THIS_MODULE);
	}
	if (!err)
		pr_info("%llu operations in %u s, %u violations\n",
			torture.figure[TORTURE_OPERATIONS], torture.seconds,
			atomic_read(&torture.violations));
	return err;
}

static void __exit torture_exit(void)
{
}

module_init(torture_init);
module_exit(torture_exit);

MODULE_DESCRIPTION("Torture of flatmap");
MODULE_LICENSE("GPL");
