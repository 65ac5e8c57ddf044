// SPDX-License-Identifier: GPL-2.0
/*
 * How large a shard's regions are.
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
 *
 * A limit of memory holds for a region together with the one before it. So the last step
 * that fits decides how much of the limit a map can use: a map that doubled up to it
 * could end below half. A step is as usual only if another one fits after it. Else it is
 * the last one, and as large as the limit allows beside the present region. Where a
 * limit turns out to be nearer than that, for others take their share of it, the step is
 * made smaller.
 */
#include <linux/errno.h>
#include <linux/flatmap/read.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sizes.h>

#include "limits.h"
#include "region.h"
#include "sizing.h"
#include "tally.h"

/* Home bits that a map begins with, if nobody says how many entries it will have. */
#define FM_BITS_LEAST	3

/* How many doublings more than the entries need may separate crowded homes. */
#define FM_BITS_APART	4

/*
 * How much larger the next region is: four times up to this size, eight times if it is small,
 * else twice. What is small grows in long steps, for each step moves all entries; what is
 * large in short ones, for its memory. One that may shrink must not be sparse at once.
 */
#define FM_TINY_REGION		SZ_8K

/* A part of what the whole map has, with some room for shards to differ. */
static u64 fm_share(const struct fm_whole *whole, u64 entries)
{
	if (whole->shards == 1)
		return entries;
	return div_u64(entries, whole->shards) + div_u64(entries, whole->shards * 64) + 64;
}

/* The entries that a shard will never have more of. */
static u64 fm_most(const struct fm_whole *whole)
{
	u64 most = fm_entries_for(FM_BITS_MAX);

	return whole->limit ? min(most, fm_share(whole, whole->limit)) : most;
}

/* Entries from which on the last region should have a larger successor. */
u64 fm_due(const struct flatmap *map, const struct fm_region *last)
{
	if (fm_fixed(map->whole) || last->capacity >= fm_most(map->whole))
		return U64_MAX;
	return last->capacity - last->capacity / 16;
}

/* Entries below which it should have a smaller one. */
u64 fm_sparse(const struct flatmap *map, const struct fm_region *last)
{
	u64 apart = READ_ONCE(map->apart);

	if (!(map->whole->params.flags & FLATMAP_SHRINK) || last->bits <= FM_BITS_LEAST)
		return 0;
	return apart ? min(last->capacity / 8, apart / 2) : last->capacity / 8;
}

/*
 * How many entries a region should be made for, if @entries are usual, beside one of
 * @bytes bytes. 0 if it can be no larger than @capacity.
 */
static u64 fm_within_limit(const struct fm_whole *whole, u64 entries, u64 bytes,
			   u64 capacity)
{
	const struct flatmap_params *params = &whole->params;
	u64 limit = fm_limit(whole);
	u64 share, usual;

	if (!limit)
		return entries;
	share = div_u64(limit - min(limit, fm_whole_bytes(whole)), whole->shards);
	usual = fm_region_bytes(params, entries);
	if (usual + max(bytes, fm_region_bytes(params, 2 * entries)) <= share)
		return entries;
	entries = min(fm_region_entries(params, share - min(share, bytes)), fm_most(whole));
	/* Not so large that it would be sparse at once. */
	if (capacity && params->flags & FLATMAP_SHRINK)
		entries = min(entries, 6 * capacity);
	return entries > capacity ? entries : 0;
}

/* The entries that the first region of a shard is made for. */
u64 fm_first_entries(const struct flatmap *map)
{
	const struct fm_whole *whole = map->whole;
	u64 entries = fm_share(whole, whole->params.entries);
	u32 bits;

	if (fm_fixed(whole))
		return entries;
	if (!entries) {
		entries = fm_entries_for(FM_BITS_LEAST);
		return fm_within_limit(whole, entries, 0, 0) ?: entries;
	}
	/* So many that none is due before they are there. */
	entries += entries / 15;
	bits = min_t(u32, fm_bits_for(entries), FM_BITS_MAX);
	if (fm_limit(whole) && fm_region_bytes(&whole->params, fm_entries_for(bits)) >
			       div_u64(fm_limit(whole), whole->shards))
		return min(entries, fm_entries_for(FM_BITS_MAX));
	return fm_entries_for(bits);
}

/* The entries that the next region is made for when @last fills up. */
u64 fm_grown_entries(const struct flatmap *map, const struct fm_region *last)
{
	bool shrinks = map->whole->params.flags & FLATMAP_SHRINK;
	u32 bits = last->bits + (!fm_is_small(last) ? 1 :
				 shrinks || last->bytes < FM_TINY_REGION ? 2 : 3);
	u64 entries;

	bits = max(bits, fm_bits_for(fm_tallied(map)));
	entries = fm_entries_for(min_t(u32, bits, FM_BITS_MAX));
	return fm_within_limit(map->whole, entries, last->bytes, last->capacity) ?: entries;
}

/*
 * The entries of a region that may be had where one for @entries was not; 0 if it would
 * not be larger than one for @least by an eighth.
 */
u64 fm_fewer_entries(const struct flatmap *map, u64 entries, u64 least)
{
	u64 fit = fm_region_entries(&map->whole->params, fm_chargeable(map->whole));

	/* If the limits would allow it, it is the memory that was not there. */
	entries = min(fit, entries - DIV_ROUND_UP_ULL(entries, 4));
	return entries >= least + least / 8 && entries > least ? entries : 0;
}

/* The entries of a region that separates crowded homes of @last; 0 if none would. */
u64 fm_apart_entries(const struct fm_region *last, u64 tallied)
{
	if (last->bits < FM_BITS_MAX && last->bits < fm_bits_for(tallied) + FM_BITS_APART)
		return fm_entries_for(last->bits + 1);
	return 0;
}

/* Do pins hold what was replaced or removed in the region? May sleep. */
bool fm_has_leftovers(const struct fm_region *region)
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

/**
 * fm_next_entries() - what larger region should follow
 * @map: the shard
 * @last: its last region
 * @crowded: has that had no place for an entry?
 * @entries: out: how many the next region should be made for
 *
 * Context: Any.
 * Return: 0; -ENODATA if none should follow; -ENOSPC if none would help.
 */
int fm_next_entries(const struct flatmap *map, const struct fm_region *last, bool crowded,
		    u64 *entries)
{
	u64 tallied = fm_tallied(map);

	if (tallied >= fm_due(map, last)) {
		*entries = fm_grown_entries(map, last);
		return 0;
	}
	if (!crowded)
		return -ENODATA;
	*entries = tallied < last->extent->full ? fm_apart_entries(last, tallied) : 0;
	return *entries ? 0 : -ENOSPC;
}

/* The entries of a smaller region that should follow; 0 if none should. */
u64 fm_shrunk_entries(const struct flatmap *map, const struct fm_region *last)
{
	u64 tallied = fm_tallied(map);
	u32 bits;

	if (tallied >= fm_sparse(map, last))
		return 0;
	bits = max_t(u32, fm_bits_for(2 * tallied), FM_BITS_LEAST);
	return bits < last->bits ? fm_entries_for(bits) : 0;
}
