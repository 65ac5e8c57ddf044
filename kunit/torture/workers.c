// SPDX-License-Identifier: GPL-2.0
/*
 * The workers that resize the maps. Each does what is due, and in a round where maps
 * are resized all the time more than that: regions of any size follow each other, are
 * moved in part or as a whole, and left like that for a while.
 *
 * All of it happens in the worker's own work, so that nothing else resizes its shard
 * meanwhile. A worker is a side like others: between its steps, too, everything happens.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/wait.h>

#include <linux/flatmap/step.h>

#include "calls.h"
#include "drain.h"
#include "extend.h"
#include "extent.h"
#include "map.h"
#include "mcas.h"
#include "move.h"
#include "region.h"
#include "resize.h"
#include "room.h"
#include "torture.h"

/* Forced regions have at least as many home bits as needed, and up to so many more. */
#define WORKERS_BITS		3

/* One worker gets as much done as several threads. */
#define WORKERS_NICE		(-5)

/* How long to have claimed a shard, unless somebody waits on the shard before that. */
#define WORKERS_CLAIM		(HZ / 5)

/* How long regions that nothing holds may take to go. */
#define WORKERS_PATIENCE	(20 * HZ)

/**
 * struct torture_worker - the worker of a shard
 * @side: its side
 * @map: the shard, or NULL
 * @bits: home bits of the smallest region to force on it
 * @due: what the map itself would have it do
 */
static struct torture_worker {
	struct torture_side *side;
	struct flatmap *map;
	u32 bits;
	work_func_t due;
} torture_worker[TORTURE_WORKERS];

/* Are more entries deleted than added? Turns when a map has grown, or is small again. */
static bool workers_ebb;

bool torture_workers_ebb(void)
{
	return READ_ONCE(workers_ebb);
}

/* The side of the worker that is running here. */
struct torture_side *torture_worker_side(void)
{
	u32 i;

	for (i = 0; i < TORTURE_WORKERS - 1; i++) {
		if (READ_ONCE(torture_worker[i].side->task) == current)
			break;
	}
	return torture_worker[i].side;
}

/* Move some homes of some region that has a successor. */
static void worker_move_some(struct torture_side *side, struct flatmap *map)
{
	u32 regions = fm_last(map)->extent->number - map->region->extent->number;
	struct fm_region *region = map->region;
	u32 home, left, i, moved = 0;
	struct fm_level *level;

	if (!regions)
		return;
	for (i = torture_random(side, regions); i; i--)
		region = fm_successor(region);
	home = torture_random(side, 1U << region->bits);
	for (left = 1 + torture_random(side, 1U << region->bits); left; left--) {
		level = fm_enter(FM_LEVELS - 1);
		if (!level)
			return;
		fm_move_home(level, region, home, &moved);
		fm_exit(level);
		home = (home + 1) & ((1U << region->bits) - 1);
	}
	atomic64_add(moved, &map->moved);
}

/* What comes of it, for want of room or because of pins, does not matter. */
static void worker_force(struct torture_worker *worker)
{
	struct torture_side *side = worker->side;
	u32 left = 1 + torture_random(side, TORTURE_STEPS_MAX);

	if (!fm_resize_begin(worker->map))
		return;
	for (; left && !READ_ONCE(torture.stop); left--) {
		switch (torture_random(side, 4)) {
		case 0:
			fm_extend(worker->map,
				  worker->bits + torture_random(side, WORKERS_BITS));
			break;
		case 1:
			fm_drain(worker->map);
			break;
		case 2:
			worker_move_some(side, worker->map);
			break;
		default:
			torture_wait_for_others(side);
			break;
		}
		torture_count(&side->actor[0], TORTURE_STEPS);
	}
	fm_resize_end(worker->map);
}

/* Home bits of the last region. */
static u32 worker_bits(const struct torture_worker *worker)
{
	u32 bits;

	rcu_read_lock();
	bits = fm_last(worker->map)->bits;
	rcu_read_unlock();
	return bits;
}

/* A writer that needs room meanwhile waits, if it may. */
static void worker_claim(struct flatmap *map)
{
	unsigned long end = jiffies + WORKERS_CLAIM;

	if (!fm_claim(map))
		return;
	while (!READ_ONCE(torture.stop) && !wq_has_sleeper(&map->decided) &&
	       !time_after(jiffies, end))
		usleep_range(20, 100);
	fm_unclaim(map);
}

/* What is due, and what it did to the last region. */
static void worker_do_due(struct torture_worker *worker)
{
	struct torture_actor *actor = &worker->side->actor[0];
	u32 bits = worker_bits(worker);

	if (torture.shape.sizing == TORTURE_NATURAL && !torture_workers_ebb() &&
	    torture_random(worker->side, 4))
		worker_claim(worker->map);
	worker->due(&worker->map->resize.work);
	if (worker_bits(worker) > bits)
		torture_count(actor, TORTURE_GROWN);
	else if (worker_bits(worker) < bits)
		torture_count(actor, TORTURE_SHRUNK);
	if (torture.shape.sizing == TORTURE_NATURAL)
		WRITE_ONCE(workers_ebb, worker_bits(worker) > worker->bits);
}

static void torture_resize(struct work_struct *work)
{
	struct torture_worker *worker = torture_worker;

	while (&worker->map->resize.work != work)
		worker++;
	worker->side->actor[0].key = torture_random(worker->side, torture.shape.keys);
	WRITE_ONCE(worker->side->task, current);
	set_user_nice(current, WORKERS_NICE);
	worker_do_due(worker);
	if (torture.shape.sizing == TORTURE_FORCED && !READ_ONCE(torture.stop)) {
		worker_force(worker);
		fm_resizes_queue(work);
	}
	set_user_nice(current, 0);
	WRITE_ONCE(worker->side->task, NULL);
}

/* What is called for elsewhere is done here, too: a worker is one side. */
static void torture_resize_elsewhere(struct work_struct *work)
{
	struct flatmap *map = container_of(work, struct flatmap, resize_elsewhere);

	fm_resizes_queue(&map->resize.work);
}

/* Say who there is. Returns how many sides are taken. */
u32 torture_workers_add(void)
{
	u32 i;

	for (i = 0; i < TORTURE_WORKERS; i++) {
		torture_worker[i].side = &torture.side[torture.threads + i];
		torture_worker[i].side->deepest = TORTURE_DEPTH - 1;
	}
	return TORTURE_WORKERS;
}

/*
 * The workers of a map that nobody uses yet become ours. What is forced on it has
 * @bits home bits at least.
 */
void torture_workers_take(struct flatmap *map, u32 bits)
{
	struct torture_worker *worker = torture_worker;
	u32 i;

	for (i = 0; i < map->whole->shards; i++) {
		while (worker->map)
			worker++;
		worker->map = map + i;
		worker->bits = bits;
		worker->due = map[i].resize.work.func;
		map[i].resize.work.func = torture_resize;
		map[i].resize_elsewhere.func = torture_resize_elsewhere;
	}
}

/* Threads and interrupts may begin. */
void torture_workers_start(void)
{
	u32 i;

	WRITE_ONCE(workers_ebb, false);
	for (i = 0; i < TORTURE_WORKERS; i++) {
		if (torture_worker[i].map && torture.shape.sizing == TORTURE_FORCED)
			fm_resizes_queue(&torture_worker[i].map->resize.work);
	}
}

/* Threads have stopped: wait until the workers have, who may call themselves again. */
void torture_workers_stop(void)
{
	u32 i;

	for (i = 0; i < TORTURE_WORKERS; i++) {
		if (torture_worker[i].map)
			fm_resize_flush(torture_worker[i].map);
	}
}

/*
 * Regions come and go: what the map says of that, as soon as it is known of all that have
 * gone whether pins hold them.
 */
void torture_workers_tally(struct flatmap *map)
{
	struct flatmap_stats stats;
	u32 i;

	while (atomic_read(&map->whole->leaving))
		fm_reap_hurry();
	flatmap_stats(map, &stats);
	torture.figure[TORTURE_RESIZES] += stats.resizes;
	torture.figure[TORTURE_MOVED] += stats.moved;
	torture.figure[TORTURE_HELPED] += stats.helped;
	torture.figure[TORTURE_HELD] += stats.regions_pinned;
	torture.figure[TORTURE_FAILED] += stats.resizes_failed;
	for (i = 0; i < map->whole->shards; i++)
		torture.figure[TORTURE_RETIRED] += map[i].region->extent->number - 1;
}

/*
 * The round is over, the map empty and without pins: it can be moved to its last
 * regions, and nothing keeps the others.
 */
void torture_workers_check(struct flatmap *map)
{
	struct flatmap_stats stats;
	unsigned long end;
	bool clean;
	u64 bytes;
	u32 i;

	torture_workers_stop();
	for (i = 0; i < map->whole->shards; i++) {
		if (fm_drain(map + i))
			torture_violation("an empty map cannot be drained");
	}
	bytes = sizeof(*map->whole) + map->whole->shards * sizeof(*map);
	for (i = 0; i < map->whole->shards; i++)
		bytes += map[i].region->bytes;
	end = jiffies + WORKERS_PATIENCE;
	do {
		msleep(20);
		flatmap_stats(map, &stats);
		clean = stats.regions == stats.shards && !stats.regions_pinned &&
			stats.bytes - stats.reserve_bytes == bytes;
	} while (!clean && !time_after(jiffies, end));
	if (!clean)
		torture_violation("%llu regions, %llu shards, %llu pinned, %llu+%llu bytes of %llu",
				  stats.regions, stats.shards, stats.regions_pinned,
				  stats.bytes - stats.reserve_bytes, stats.reserve_bytes,
				  bytes);
}

/* A map that nobody uses any more is about to go: its workers are no longer ours. */
void torture_workers_leave(struct flatmap *map)
{
	u32 i;

	torture_workers_stop();
	for (i = 0; i < TORTURE_WORKERS; i++) {
		if (torture_worker[i].map && torture_worker[i].map->whole == map->whole)
			torture_worker[i].map = NULL;
	}
}
