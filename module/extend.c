// SPDX-License-Identifier: GPL-2.0
/*
 * Regions for the end of a shard's chain: who makes them, and who publishes them.
 *
 * A region is made in private, and published by one cmpxchg of its predecessor's @next,
 * which is the linearization point of growth. Anybody may publish, in any context and at
 * the same time: of several regions made to follow the same one, one is published, and
 * the others are freed, or kept for later. Nobody waits for that.
 *
 *	a task that may sleep	makes one when there is no room, and publishes it
 *	the worker		likewise, before there is no room
 *	the preparing worker	makes one in advance for those who may not sleep: the reserve
 *	any operation		publishes the reserve
 *	one that may allocate	makes a small one in physically contiguous memory
 *
 * The end of the chain is found as in Michael and Scott's queue (PODC 1996): @map->last
 * may lag behind, and whoever sees that moves it on. It never goes back, and never to a
 * region that has been retired: a region is retired only after @map->last has left it,
 * and those who still hold its address are in an RCU read-side section, so that a
 * cmpxchg that expects this address finds no other region there.
 *
 * Regions are numbered, and one is made to follow a certain number. That tells a region
 * that was made for a chain as it is from one that came too late.
 */
#include <linux/err.h>
#include <linux/flatmap/step.h>
#include <linux/gfp.h>
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>

#include "extend.h"
#include "limits.h"
#include "policy.h"
#include "region.h"
#include "sizing.h"
#include "tally.h"

/* The most regions that pins may hold before their shard is no longer resized. */
#define FM_PINNED_MAX	16

/**
 * fm_last() - the last region of a shard's chain
 * @map: the shard
 *
 * Context: Any, inside an RCU read-side section.
 * Return: the region; it may have got a successor meanwhile.
 */
struct fm_region *fm_last(struct flatmap *map)
{
	struct fm_region *last = READ_ONCE(map->last);
	struct fm_region *next;

	while ((next = fm_successor(last))) {
		cmpxchg(&map->last, last, next);
		last = next;
	}
	return last;
}

/* Its number. Context: any. */
u32 fm_last_number(struct flatmap *map)
{
	u32 number;

	rcu_read_lock();
	number = fm_last(map)->extent->number;
	rcu_read_unlock();
	return number;
}

/**
 * fm_is_due() - is a region so full that a larger one should follow?
 * @map: the shard
 * @last: its last region
 *
 * Context: Any, inside an RCU read-side section.
 */
bool fm_is_due(const struct flatmap *map, const struct fm_region *last)
{
	return fm_tallied(map) >= fm_due(map, last);
}

/*
 * A larger region has followed. Remember whether it is larger than the entries need, for
 * they crowded the last one: then it is not to be followed by a smaller one for that alone.
 */
void fm_note_apart(struct flatmap *map, bool due)
{
	WRITE_ONCE(map->apart, due ? 0 : max(fm_tallied(map), 1ULL));
}

/* May the chain get longer? Inside an RCU read-side section. */
bool fm_may_extend(const struct flatmap *map)
{
	const struct fm_region *region;
	u32 length = 0;

	for (region = fm_first(map); region; region = fm_successor(region))
		length++;
	return length < FM_CHAIN_MAX && atomic64_read(&map->pinned) < FM_PINNED_MAX;
}

/* Make @next the successor, if there is none: whoever finds the region finds it complete. */
static bool fm_append(struct fm_extent *extent, struct fm_region *next)
{
	if (fm_step(PUBLISH))
		return !cmpxchg(&extent->next, NULL, next); /* pairs with fm_successor() */
	smp_store_release(&extent->next, next);
	return true;
}

/**
 * fm_publish() - append a region to a shard's chain
 * @map: the shard
 * @next: a region that is complete; its number tells which one it is to follow
 *
 * Context: Any.
 * Return: 0; -ESTALE if another region has followed; -ENOSPC if the chain is too long, or
 * pins hold too many regions.
 */
int fm_publish(struct flatmap *map, struct fm_region *next)
{
	struct fm_region *last;
	int err = -ESTALE;

	rcu_read_lock();
	last = fm_last(map);
	if (last->extent->number + 1 == next->extent->number)
		err = fm_may_extend(map) ? 0 : -ENOSPC;
	if (!err) {
		next->extent->tenure = FM_IN_USE;
		if (!fm_append(last->extent, next)) {
			next->extent->tenure = FM_UNPUBLISHED;
			err = -ESTALE;
		}
	}
	if (!err) {
		fm_last(map);
		atomic64_inc(&map->resizes);
	}
	rcu_read_unlock();
	return err;
}

/* fm_extent_create() on behalf of the map's creator: who pays for it, and where it lies. */
static struct fm_region *fm_create_for(struct flatmap *map, u64 entries, gfp_t gfp)
{
	struct fm_whole *whole = map->whole;
	bool spread = fm_policy_begin(whole->policy);
	struct mem_cgroup *payer = NULL;
	struct fm_region *region;

	if (fm_accounted(whole))
		payer = fm_memcg_use(whole->memcg);
	region = fm_extent_create(map, entries, gfp);
	if (fm_accounted(whole))
		fm_memcg_use(payer);
	if (spread)
		fm_policy_end();
	return region;
}

/*
 * Likewise, but wait for memory that is on its way out, if @gfp allows it: not with
 * %__GFP_NORETRY, from those who can do without.
 */
static struct fm_region *fm_create_patiently(struct flatmap *map, u64 entries, gfp_t gfp)
{
	struct fm_whole *whole = map->whole;
	struct fm_region *region;
	u32 reaped;
	int err;

	do {
		reaped = fm_reaped();
		region = fm_create_for(map, entries, gfp);
		if (!IS_ERR(region) || !fm_may_wait(gfp) || gfp & __GFP_NORETRY)
			return region;
		err = fm_await_reaped(PTR_ERR(region) == -EDQUOT ? whole : NULL, reaped,
				      &map->ending);
	} while (!err);
	return ERR_PTR(err);
}

/**
 * fm_make() - make a region that nobody can find yet
 * @map: the shard
 * @entries: how many it is to be made for
 * @least: or, where memory or limits do not allow that, for fewer, but more than this
 * @number: of the region that it is to follow
 * @gfp: how its memory is allocated
 *
 * Context: Any but NMI; as @gfp says.
 * Return: the region; or ERR_PTR: -ENOMEM, -EINTR after a fatal signal.
 */
struct fm_region *fm_make(struct flatmap *map, u64 entries, u64 least, u32 number, gfp_t gfp)
{
	struct fm_region *region;
	int err;

	do {
		region = fm_create_patiently(map, entries, gfp);
		if (!IS_ERR(region)) {
			region->extent->number = number + 1;
			return region;
		}
		err = PTR_ERR(region);
		entries = fm_fewer_entries(map, entries, least);
	} while (err != -EINTR && entries);
	return ERR_PTR(err == -EINTR ? err : -ENOMEM);
}

/**
 * fm_extend_with() - publish a region, or free it
 * @map: the shard
 * @next: from fm_make(), or an error, which is returned
 *
 * Context: May sleep.
 * Return: 0, also if another region has followed instead; -ENOSPC as fm_publish().
 */
int fm_extend_with(struct flatmap *map, struct fm_region *next)
{
	int err;

	if (IS_ERR(next))
		return PTR_ERR(next);
	err = fm_publish(map, next);
	if (err)
		fm_extent_destroy(next->extent);
	return err == -ESTALE ? 0 : err;
}

/**
 * fm_extend() - add a region to the end of a shard's chain
 * @map: the shard
 * @bits: home bits of the new region
 *
 * Context: May sleep.
 * Return: 0, also if another region has been added instead; -ENOMEM; -ENOSPC as
 * fm_publish().
 */
int fm_extend(struct flatmap *map, u32 bits)
{
	u64 entries = fm_entries_for(bits);

	return fm_extend_with(map, fm_make(map, entries, entries, fm_last_number(map),
					   GFP_KERNEL));
}

/* Keep a region ready, if there is no reserve yet. Context: any. */
static void fm_reserve_put(struct flatmap *map, struct fm_region *region)
{
	u64 bytes = region->bytes;

	/* Pairs with fm_extend_reserve(). */
	if (cmpxchg(&map->reserve, NULL, region))
		fm_extent_discard(region->extent);
	else
		atomic64_add(bytes, &map->reserve_bytes);
}

/**
 * fm_reserve_make() - keep a region ready, for those who may not make one
 * @map: the shard
 * @number: of the region that it will follow
 * @entries: how many it is to be made for
 *
 * Context: May sleep.
 * Return: 0; -ENOMEM.
 */
int fm_reserve_make(struct flatmap *map, u32 number, u64 entries)
{
	struct fm_region *region = fm_make(map, entries, entries, number, GFP_KERNEL);

	if (IS_ERR(region))
		return PTR_ERR(region);
	fm_reserve_put(map, region);
	return 0;
}

/* Free the reserve. Context: may sleep. */
void fm_reserve_drop(struct flatmap *map)
{
	struct fm_region *reserve = xchg(&map->reserve, NULL);

	if (!reserve)
		return;
	atomic64_sub(reserve->bytes, &map->reserve_bytes);
	fm_extent_destroy(reserve->extent);
}

/* Take the reserve, to follow @last; NULL if there is none that is larger. */
static struct fm_region *fm_reserve_take(struct flatmap *map, const struct fm_region *last)
{
	struct fm_region *reserve = xchg(&map->reserve, NULL); /* pairs with fm_reserve_put() */

	if (!reserve)
		return NULL;
	atomic64_sub(reserve->bytes, &map->reserve_bytes);
	if (reserve->capacity <= last->capacity) {
		fm_extent_discard(reserve->extent);
		return NULL;
	}
	reserve->extent->number = last->extent->number + 1;
	return reserve;
}

/**
 * fm_extend_reserve() - publish the region that is kept ready
 * @map: the shard
 * @number: of the region that has no room
 *
 * Context: Any.
 * Return: 0, also if that region has a successor by now; -ENODATA if none is ready;
 * -ENOSPC as fm_publish().
 */
int fm_extend_reserve(struct flatmap *map, u32 number)
{
	struct fm_region *last, *reserve;
	int err = 0;
	bool due;

	rcu_read_lock();
	last = fm_last(map);
	if (last->extent->number == number) {
		due = fm_is_due(map, last);
		reserve = fm_reserve_take(map, last);
		err = reserve ? fm_publish(map, reserve) : -ENODATA;
		if (!err)
			fm_note_apart(map, due);
		else if (reserve)
			fm_reserve_put(map, reserve);
	}
	rcu_read_unlock();
	return err == -ESTALE ? 0 : err;
}

/* May an operation wait for memory that is allocated with GFP_KERNEL? */
bool fm_may_wait(gfp_t gfp)
{
	return (current_gfp_context(gfp) & GFP_KERNEL) == GFP_KERNEL;
}

/* May memory be allocated where nobody may sleep, if the caller says so by @gfp? */
static bool fm_may_allocate(gfp_t gfp)
{
	if (!(gfp & __GFP_KSWAPD_RECLAIM) || in_nmi())
		return false;
	/* The allocator's locks sleep there. */
	return !IS_ENABLED(CONFIG_PREEMPT_RT) || preemptible();
}

/**
 * fm_extend_atomic() - make a small region where nobody may sleep, and publish it
 * @map: the shard
 * @number: of the region that has no room
 * @gfp: of the operation
 *
 * Context: Any.
 * Return: 0, also if that region has a successor by now; -EAGAIN if memory may not be
 * allocated here, there is no contiguous memory, or a region so small would not help;
 * -ENOSPC as fm_publish().
 */
int fm_extend_atomic(struct flatmap *map, u32 number, gfp_t gfp)
{
	struct fm_region *last, *next;
	u64 entries, least;
	int err = -ESTALE;
	bool due;

	if (!fm_may_allocate(gfp))
		return -EAGAIN;
	rcu_read_lock();
	last = fm_last(map);
	if (last->extent->number == number)
		err = fm_may_extend(map) ? fm_next_entries(map, last, true, &entries) : -ENOSPC;
	least = last->capacity;
	due = fm_is_due(map, last);
	rcu_read_unlock();
	if (err)
		return err == -ESTALE ? 0 : -EAGAIN;

	entries = min(entries, map->whole->atomic_entries);
	if (entries < least + least / 8)
		return -EAGAIN;
	next = fm_make(map, entries, least, number, GFP_NOWAIT);
	if (IS_ERR(next))
		return -EAGAIN;
	err = fm_publish(map, next);
	if (err)
		fm_extent_discard(next->extent);
	else
		fm_note_apart(map, due);
	return err == -ESTALE ? 0 : err;
}
