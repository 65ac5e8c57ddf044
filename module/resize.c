// SPDX-License-Identifier: GPL-2.0
/*
 * Resizing: each shard has a worker. It adds a region to the end of the chain when one
 * is due, moves everything there, and lets go of the regions before. Operations go on
 * all the while; nobody waits for it but who needs room and may sleep.
 *
 * A larger region is due at 7/8 load less a sixteenth of that: so it is there before the
 * last one is full, and few inserts meet long runs of full groups, which cost most. With
 * %FLATMAP_SHRINK a smaller one is due at an eighth of 7/8 load. It then is at most half
 * full: no size is left by the next operation for the other.
 *
 * A write may find no place although the region is not full: many values of neighbouring
 * keys crowd it, or pins hold what has been replaced. A larger region separates the
 * homes, and one of the same size leaves the pinned values behind. Where neither would
 * help, there is no room for good.
 */
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sizes.h>

#include "limits.h"
#include "mcas.h"
#include "move.h"
#include "region.h"
#include "resize.h"
#include "tally.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

/* Home bits that a map begins with, if nobody says how many entries it will have. */
#define FM_BITS_LEAST	3

/* How many doublings more than the entries need may separate crowded homes. */
#define FM_BITS_APART	4

/* Up to this size a region is followed by one of four times the size, then of twice. */
#define FM_SMALL_REGION	SZ_256K

/* The most regions that pins may hold before their shard is no longer resized. */
#define FM_PINNED_MAX	16

/* How long to wait before what was not to be had is asked for again. */
#define FM_RETRY	(HZ / 10)

static struct workqueue_struct *fm_resizes;

/* A part of what the whole map has, with some room for shards to differ. */
static u64 fm_share(const struct fm_whole *whole, u64 entries)
{
	if (whole->shards == 1)
		return entries;
	return div_u64(entries, whole->shards) + div_u64(entries, whole->shards * 64) + 64;
}

/* Entries from which on the last region should have a larger successor. */
static u64 fm_due(const struct flatmap *map, const struct fm_region *last)
{
	const struct fm_whole *whole = map->whole;

	if (fm_fixed(whole) || last->bits == FM_BITS_MAX ||
	    (whole->limit && fm_share(whole, whole->limit) <= last->capacity))
		return U64_MAX;
	return last->capacity - last->capacity / 16;
}

/* Entries below which it should have a smaller one. */
static u64 fm_sparse(const struct flatmap *map, const struct fm_region *last)
{
	u64 apart = READ_ONCE(map->apart);

	if (!(map->whole->params.flags & FLATMAP_SHRINK) || last->bits <= FM_BITS_LEAST)
		return 0;
	return apart ? min(last->capacity / 8, apart / 2) : last->capacity / 8;
}

/* May an operation wait for memory that is allocated with GFP_KERNEL? */
static bool fm_may_wait(gfp_t gfp)
{
	return (current_gfp_context(gfp) & GFP_KERNEL) == GFP_KERNEL;
}

/* Call the worker; in any context, unless @gfp is that of one that may sleep. */
static void fm_kick(struct flatmap *map, gfp_t gfp)
{
	if (gfpflags_allow_blocking(gfp)) {
		queue_work(fm_resizes, &map->resize);
		return;
	}
	smp_mb(); /* what it is called for before whether it was; pairs with fm_resize() */
	if (!READ_ONCE(map->kicked) && !cmpxchg(&map->kicked, 0, 1))
		irq_work_queue(&map->kick);
}

/* Has it been so long since something failed that it should be tried again? */
static bool fm_may_retry(const struct flatmap *map)
{
	return !time_before(jiffies, READ_ONCE(map->retry));
}

static void fm_kicked(struct irq_work *work)
{
	struct flatmap *map = container_of(work, struct flatmap, kick);

	queue_work(fm_resizes, &map->resize);
}

/**
 * fm_added() - see whether a shard should grow
 * @map: the shard, whose tally has changed
 * @gfp: of the operation
 *
 * Context: Any, inside an RCU read-side section.
 */
void fm_added(struct flatmap *map, gfp_t gfp)
{
	const struct fm_region *last = READ_ONCE(map->last);

	if ((fm_counted(map) >= fm_due(map, last) || READ_ONCE(map->stalled)) &&
	    fm_may_retry(map))
		fm_kick(map, gfp);
}

/**
 * fm_removed() - see whether a shard should shrink
 * @map: the shard, whose tally has changed
 *
 * Context: Any, inside an RCU read-side section.
 */
void fm_removed(struct flatmap *map)
{
	const struct fm_region *last = READ_ONCE(map->last);

	if ((fm_counted(map) < fm_sparse(map, last) || READ_ONCE(map->stalled)) &&
	    fm_may_retry(map))
		fm_kick(map, 0);
}

/**
 * fm_await_room() - have the worker make room
 * @map: a shard whose last region had none
 * @number: the number of that region, from before the operation that found that
 * @rounds: @map->rounds from before it
 * @gfp: may the operation wait?
 *
 * Context: As @gfp says.
 * Return: 0, and it should try again; -EAGAIN if it cannot wait for the answer;
 * -ENOSPC, -ENOMEM if there will be no room unless something else changes.
 */
int fm_await_room(struct flatmap *map, u32 number, u32 rounds, gfp_t gfp)
{
	int outcome = 0;

	if (fm_may_wait(gfp)) {
		WRITE_ONCE(map->crowded, number);
		fm_kick(map, gfp);
		/* Pairs with fm_resize(): the outcome of that round, or of a later one. */
		wait_event(map->decided, smp_load_acquire(&map->rounds) != rounds);
		return READ_ONCE(map->outcome);
	}
	/* Likewise. */
	if (smp_load_acquire(&map->tried) == number)
		outcome = READ_ONCE(map->outcome);
	if (!outcome || fm_may_retry(map)) {
		WRITE_ONCE(map->crowded, number);
		fm_kick(map, gfp);
	}
	return outcome ?: -EAGAIN;
}

/* Do pins hold what was replaced or removed in the region? */
static bool fm_has_leftovers(const struct fm_region *region)
{
	bool found = false;
	u32 group, i;

	for (group = 0; group < region->groups && !found; group++) {
		rcu_read_lock();
		for (i = 1; i <= FM_GROUP_SLOTS; i++)
			found |= fm_kind(fm_read(fm_group(region, group) + i)) ==
				 FM_DELETED;
		rcu_read_unlock();
		cond_resched();
	}
	return found;
}

/* The home bits for a region in which a write found no place, or -ENOSPC. */
static int fm_bits_apart(const struct fm_region *last, u64 entries)
{
	if (last->bits < FM_BITS_MAX &&
	    last->bits < fm_bits_for(entries) + FM_BITS_APART)
		return last->bits + 1;
	return fm_has_leftovers(last) ? last->bits : -ENOSPC;
}

/*
 * The home bits that the next region should have; -ENODATA for none; or -ENOSPC.
 * @crowded: the number of the region that had no place for an entry, or 0
 */
static int fm_next_bits(const struct flatmap *map, u32 crowded)
{
	const struct fm_region *last = map->last;
	bool is_crowded = crowded == last->extent->number;
	u64 entries = fm_tallied(map);
	int apart;
	u32 bits;

	if (entries >= fm_due(map, last)) {
		bits = last->bits + (last->bytes < FM_SMALL_REGION ? 2 : 1);
		bits = max(bits, fm_bits_for(entries));
		return min_t(u32, bits, FM_BITS_MAX);
	}
	if (is_crowded && entries < last->extent->full) {
		apart = fm_bits_apart(last, entries);
		if (apart >= 0)
			return apart;
	}
	if (entries < fm_sparse(map, last)) {
		bits = max_t(u32, fm_bits_for(2 * entries), FM_BITS_LEAST);
		if (bits < last->bits)
			return bits;
	}
	return is_crowded ? -ENOSPC : -ENODATA;
}

static u32 fm_chain_length(const struct flatmap *map)
{
	const struct fm_region *region;
	u32 length = 0;

	for (region = map->region; region; region = fm_successor(region))
		length++;
	return length;
}

/**
 * fm_extend() - add a region to the end of a shard's chain
 * @map: the shard; nobody else extends or drains it
 * @bits: home bits of the new region
 *
 * The region is complete before anyone can find it, and it can be found before any
 * home of the one before it is closed.
 *
 * Context: May sleep.
 * Return: 0; -ENOMEM; -ENOSPC if the chain is too long, or pins hold too many regions.
 */
int fm_extend(struct flatmap *map, u32 bits)
{
	struct fm_whole *whole = map->whole;
	struct fm_extent *extent = map->last->extent;
	struct mem_cgroup *payer;
	struct fm_region *next;

	if (fm_chain_length(map) == FM_CHAIN_MAX ||
	    atomic64_read(&map->pinned) >= FM_PINNED_MAX)
		return -ENOSPC;
	payer = fm_memcg_use(whole->memcg);
	next = fm_extent_create(map, fm_entries_for(bits), extent->number + 1);
	fm_memcg_use(payer);
	if (IS_ERR(next))
		return PTR_ERR(next);
	fm_extent_set_next(extent, next);
	smp_store_release(&map->last, next); /* pairs with fm_added() */
	atomic64_inc(&map->resizes);
	return 0;
}

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
	const struct fm_region *last = map->last;
	u64 entries = fm_tallied(map);
	int bits;

	bits = last->bits < map->region->bits ? last->bits + 1 :
						fm_bits_apart(last, entries);
	if (bits < 0)
		return bits;
	WRITE_ONCE(map->apart, max(entries, 1ULL));
	return fm_extend(map, bits);
}

/* Move all of the first region on. If the last one has no place, add one. */
static int fm_drain_first(struct flatmap *map)
{
	u32 homes = 1U << map->region->bits;
	u32 home = 0;
	int err;

	while (home < homes && !READ_ONCE(map->ending)) {
		err = fm_drain_home(map, home);
		/* A shrinking that others have overtaken. */
		if (!err && map->last->bits < map->region->bits &&
		    fm_counted(map) >= fm_due(map, map->last))
			err = -ENOSPC;
		if (err == -ENOSPC)
			err = fm_extend_apart(map);
		else
			home += !err;
		if (err && err != -EAGAIN)
			return err;
		cond_resched();
	}
	return 0;
}

/**
 * fm_drain() - move all entries of a shard to its last region
 * @map: the shard; nobody else extends or drains it
 *
 * Context: May sleep.
 * Return: 0; -ENOSPC, -ENOMEM as fm_extend(): what has not been moved stays where it
 * is, and the chain as long as that takes.
 */
int fm_drain(struct flatmap *map)
{
	struct fm_region *first, *next;
	int err;

	while ((next = fm_successor(map->region))) {
		err = fm_drain_first(map);
		if (err || READ_ONCE(map->ending))
			return err;
		first = map->region;
		smp_store_release(&map->region, next); /* pairs with fm_first() */
		fm_extent_retire(first->extent);
	}
	return 0;
}

/* Add a region if one is due. 0 if so, or if none is; else why there is none. */
static int fm_follow(struct flatmap *map)
{
	u32 crowded = xchg(&map->crowded, 0);
	const struct fm_region *last = map->last;
	int bits, err, retiring;

	bits = fm_next_bits(map, crowded);
	if (bits == -ENODATA)
		return 0;
	if (bits < 0) {
		WRITE_ONCE(map->retry, jiffies + FM_RETRY);
		return bits;
	}
	retiring = atomic_read(&map->retiring);
	if (last->bytes >= FM_LARGE_REGION)
		wait_event(map->decided, !atomic_read(&map->retiring));
	trace_flatmap_resize_begin(map, fm_tallied(map), last->capacity,
				   fm_entries_for(bits));
	WRITE_ONCE(map->apart, crowded == last->extent->number ? fm_tallied(map) : 0);
	err = fm_extend(map, bits);
	/* What a region that is on its way out still takes is no reason to refuse. */
	if (err == -ENOMEM && retiring) {
		wait_event(map->decided, !atomic_read(&map->retiring));
		err = fm_extend(map, bits);
	}
	if (err) {
		atomic64_inc(&map->resizes_failed);
		WRITE_ONCE(map->retry, jiffies + FM_RETRY);
		trace_flatmap_resize_abort(map, fm_tallied(map), err);
	}
	/* Nobody waits for a smaller one. */
	return bits < last->bits ? 0 : err;
}

static void fm_resize(struct work_struct *work)
{
	struct flatmap *map = container_of(work, struct flatmap, resize);
	u64 moved = atomic64_read(&map->moved);
	u64 helped = atomic64_read(&map->helped);
	u32 number = map->last->extent->number;
	ktime_t began = ktime_get();
	int err;

	/* Who calls from now on, for what is not seen below, calls again. */
	WRITE_ONCE(map->kicked, 0);
	smp_mb(); /* before the tally is read; pairs with fm_kick() */
	err = fm_follow(map);
	WRITE_ONCE(map->outcome, err);
	smp_store_release(&map->tried, number); /* pairs with fm_await_room() */
	smp_store_release(&map->rounds, map->rounds + 1); /* likewise */
	wake_up_all(&map->decided);

	if (!fm_successor(map->region))
		return;
	err = fm_drain(map);
	WRITE_ONCE(map->stalled, err);
	if (err) {
		atomic64_inc(&map->resizes_failed);
		WRITE_ONCE(map->retry, jiffies + FM_RETRY);
		trace_flatmap_resize_abort(map, fm_tallied(map), err);
	} else {
		trace_flatmap_resize_end(map, atomic64_read(&map->moved) - moved,
					 atomic64_read(&map->helped) - helped,
					 ktime_to_ns(ktime_sub(ktime_get(), began)));
	}
	/* While it moved, nobody may have seen that another one is due. */
	if (!err && fm_next_bits(map, READ_ONCE(map->crowded)) >= 0)
		queue_work(fm_resizes, &map->resize);
}

/**
 * fm_resize_flush() - wait until a shard is not being resized
 * @map: the shard; if nobody changes it meanwhile, it has one region then, unless there
 *	was no memory
 *
 * Context: May sleep.
 */
void fm_resize_flush(struct flatmap *map)
{
	if (fm_fixed(map->whole))
		return;
	do {
		irq_work_sync(&map->kick);
	} while (flush_work(&map->resize));
}

/**
 * fm_shard_create() - give a shard its first region
 * @map: a shard of zeros, but for @map->whole
 *
 * Context: May sleep.
 * Return: 0 or -ENOMEM.
 */
int fm_shard_create(struct flatmap *map)
{
	struct fm_whole *whole = map->whole;
	u64 entries = fm_share(whole, whole->params.entries);
	struct fm_region *region;

	if (!fm_fixed(whole)) {
		/* So many that none is due before they are there. */
		u32 bits = fm_bits_for(entries + entries / 15);

		bits = entries ? min_t(u32, bits, FM_BITS_MAX) : FM_BITS_LEAST;
		entries = fm_entries_for(bits);
	}
	map->multimap = whole->params.flags & FLATMAP_MULTIMAP;
	map->retry = jiffies;
	init_waitqueue_head(&map->decided);
	init_irq_work(&map->kick, fm_kicked);
	INIT_WORK(&map->resize, fm_resize);
	region = fm_extent_create(map, entries, 1);
	if (IS_ERR(region))
		return PTR_ERR(region);
	map->region = region;
	map->last = region;
	return 0;
}

/**
 * fm_shard_end() - give up all regions of a shard
 * @map: a shard that no operation is using or will use, unpins excepted
 *
 * Context: May sleep.
 */
void fm_shard_end(struct flatmap *map)
{
	struct fm_region *region, *next;

	WRITE_ONCE(map->ending, true);
	irq_work_sync(&map->kick);
	cancel_work_sync(&map->resize);
	for (region = map->region; region; region = next) {
		next = fm_successor(region);
		fm_extent_retire(region->extent);
	}
}

/**
 * fm_resizes_queue() - have work done where resizing is
 * @work: what
 *
 * Context: Any but NMI.
 */
void fm_resizes_queue(struct work_struct *work)
{
	queue_work(fm_resizes, work);
}

/**
 * fm_resizes_init() - get ready to resize maps
 *
 * Context: May sleep.
 * Return: 0 or -ENOMEM.
 */
int fm_resizes_init(void)
{
	fm_resizes = alloc_workqueue("flatmap_resize", WQ_UNBOUND, 0);
	return fm_resizes ? 0 : -ENOMEM;
}

/**
 * fm_resizes_exit() - undo fm_resizes_init(); all maps are gone
 */
void fm_resizes_exit(void)
{
	destroy_workqueue(fm_resizes);
}
