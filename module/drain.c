// SPDX-License-Identifier: GPL-2.0
/*
 * Moving all entries to the last region of a chain, home by home, and letting go of the
 * regions before it. One task at a time does that for each shard: its worker. Writers
 * move what they need themselves, and anybody may extend the chain meanwhile.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/wait.h>

#include "drain.h"
#include "extend.h"
#include "mcas.h"
#include "move.h"
#include "region.h"
#include "sizing.h"
#include "tally.h"

/* Move a home of the first region on. */
static int fm_drain_home(struct flatmap *map, u32 home)
{
	struct fm_level *level;
	u32 moved = 0;
	int err;

	level = fm_enter(FM_LEVELS - 1);
	if (!level)
		return -EAGAIN;
	err = fm_move_home(level, map->region, home, &moved);
	fm_exit(level);
	if (moved)
		atomic64_add(moved, &map->moved);
	return err;
}

/*
 * Add a region where entries of the first one had no place in the last one: up to the
 * size that they come from, and beyond it as for a write that found no place. Else they
 * stay where they are, and the chain as it is.
 */
static int fm_extend_apart(struct flatmap *map)
{
	const struct fm_region *last = fm_last(map);
	u64 tallied = fm_tallied(map);
	u64 entries;

	entries = last->bits < map->region->bits ? fm_entries_for(last->bits + 1) :
						   fm_apart_entries(last, tallied);
	if (!entries && fm_has_leftovers(last))
		entries = last->capacity;
	if (!entries)
		return -ENOSPC;
	WRITE_ONCE(map->apart, max(tallied, 1ULL));
	return fm_extend_with(map, fm_make(map, entries, entries, last->extent->number,
					   GFP_KERNEL));
}

/* How many ticks the worker leaves a small region to writers, for others may wait for it. */
#define FM_PATIENCE	2

/*
 * Have writers moved homes of a small region on since @seen, or is it too early to say? As
 * long as they do, the worker leaves it to them: two CPUs that work on few lines take them
 * from each other.
 */
static bool fm_is_being_swept(const struct flatmap *map, u32 *seen)
{
	u32 swept = atomic_read(&map->region->extent->swept);

	if (!fm_is_small(map->region) || swept == *seen || swept >= 1U << map->region->bits)
		return false;
	*seen = swept;
	return true;
}

/*
 * Move all of the first region on, from the last home, for writers begin with the first one.
 * If the last region has no place, add one.
 */
static int fm_drain_first(struct flatmap *map)
{
	u32 left = 1U << map->region->bits;
	u32 swept = UINT_MAX;
	u32 ticks;
	int err;

	for (ticks = 0; ticks < FM_PATIENCE && fm_is_being_swept(map, &swept); ticks++)
		schedule_timeout_idle(1);
	while (left && !READ_ONCE(map->ending)) {
		const struct fm_region *last = fm_last(map);

		err = fm_drain_home(map, left - 1);
		/* A shrinking that others have overtaken. */
		if (!err && last->bits < map->region->bits &&
		    fm_counted(map) >= fm_due(map, last))
			err = -ENOSPC;
		if (err == -ENOSPC)
			err = fm_extend_apart(map);
		else
			left -= !err;
		if (err && err != -EAGAIN)
			return err;
		cond_resched();
	}
	return 0;
}

/* The first region has been drained: the next one takes its place. */
static void fm_drained(struct flatmap *map)
{
	struct fm_region *first = map->region;

	/* @map->last leaves the region before it is retired, and does not come back. */
	fm_last(map);
	smp_store_release(&map->region, fm_successor(first)); /* pairs with fm_first() */
	fm_extent_retire(first->extent);
	wake_up_all(&map->decided);
}

/**
 * fm_drain() - move all entries of a shard to its last region
 * @map: the shard; nobody else drains it
 *
 * Context: May sleep.
 * Return: 0; -ENOSPC, -ENOMEM as fm_extend(): what has not been moved stays where it
 * is, and the chain as long as that takes.
 */
int fm_drain(struct flatmap *map)
{
	struct fm_region *region;
	int err;

	while (fm_successor(map->region)) {
		for (region = map->region; fm_successor(region);
		     region = fm_successor(region))
			fm_extent_supersede(region->extent);
		err = fm_drain_first(map);
		if (err || READ_ONCE(map->ending))
			return err;
		fm_drained(map);
	}
	return 0;
}
