// SPDX-License-Identifier: GPL-2.0
/*
 * Robin hood placement (Celis, "Robin Hood Hashing", Waterloo CS-86-14, 1986),
 * by groups: an arriving entry takes the first empty slot from its home on,
 * unless a group before that holds an entry nearer to its own home ("richer").
 * It then takes the richest one's slot, and that one moves on, in one MCAS.
 *
 * The displaced entry goes to an empty slot in the very next group, so that it
 * passes nobody richer. If there is none, the nearest hole is brought there
 * first, group by group: the richest entry of the group before the hole moves
 * into it. Each such move is an MCAS of its own that leaves a valid table. A
 * hole that somebody else takes meanwhile has served an insert. When the hole has
 * arrived, the insert begins anew: others have been at it as well.
 *
 * Only entries without readers move. An arrival and a move bump the version of
 * the entry's home, which must be OPEN; the overflow of every group passed counts
 * it.
 */
#include <linux/errno.h>
#include <linux/flatmap/step.h>

#include "place.h"
#include "reserve.h"

/*
 * How many groups to search for a hole. Runs of full groups at 7/8 load are
 * longer than n with a probability of about e^(-0.06 n).
 */
#define FM_HOLE_SEARCH	1024

/**
 * fm_bump() - bump the version of a home in an MCAS
 * @level: what fm_enter() returned; an MCAS has begun
 * @region: the region
 * @home: the home
 */
void fm_bump(struct fm_level *level, struct fm_region *region, u32 home)
{
	u64 *word = fm_group(region, home);
	u64 *new;

	if (!fm_step(VERSION))
		return;
	new = fm_mcas_change(level, word, fm_settle_group(level, region, home));
	WRITE_ONCE(*new, fm_next_version(*new));
}

/**
 * fm_bump_since() - bump the version of a home if a search is still true
 * @level: what fm_enter() returned; an MCAS has begun
 * @region: the region
 * @home: the home
 * @before: its group word from before the search, settled then
 *
 * Other bits of that word than version and state may have changed, and may.
 *
 * Return: false if those have changed.
 */
bool fm_bump_since(struct fm_level *level, struct fm_region *region, u32 home,
		   u64 before)
{
	u64 *word = fm_group(region, home);
	u64 now = fm_settle_group(level, region, home);

	if (!fm_step(CLOSED))
		before = fm_with_state(before, fm_state(now));
	if (!fm_same_version(now, before))
		return false;
	fm_mcas_change(level, word, now);
	fm_bump(level, region, home);
	return true;
}

/**
 * fm_arrive() - bump the version of a home that an entry arrives at
 * @level: what fm_enter() returned; an MCAS has begun
 * @region: the region
 * @home: the home
 *
 * Return: false if it is not OPEN.
 */
bool fm_arrive(struct fm_level *level, struct fm_region *region, u32 home)
{
	u64 *word = fm_group(region, home);
	u64 now = fm_settle_group(level, region, home);

	if (fm_step(CLOSED) && fm_state(now) != FM_HOME_OPEN)
		return false;
	fm_mcas_change(level, word, now);
	fm_bump(level, region, home);
	return true;
}

/**
 * fm_pass() - count an entry in or out of the groups it passes
 * @level: what fm_enter() returned; an MCAS has begun
 * @region: the region
 * @from: the first group passed
 * @to: the group after the last
 * @delta: 1 or -1
 */
void fm_pass(struct fm_level *level, struct fm_region *region, u32 from, u32 to,
	     int delta)
{
	if (!fm_step(OVERFLOW))
		return;
	for (; from < to; from++) {
		u64 *word = fm_group(region, from);
		u64 *new = fm_mcas_change(level, word, fm_settle(level, word));

		WRITE_ONCE(*new, *new + delta * (s64)FM_OVERFLOW_ONE);
	}
}

/* Set the slot @slot from @old to @new in the MCAS. */
static void fm_put(struct fm_level *level, u64 *slot, u64 old, u64 new)
{
	WRITE_ONCE(*fm_mcas_change(level, slot, old), new);
}

/* An empty slot in @group, and the word that it holds; or NULL. */
static u64 *fm_hole(struct fm_level *level, struct fm_region *region, u32 group,
		    u64 *empty)
{
	u64 *slot = fm_group(region, group) + 1;
	u64 *end = slot + FM_GROUP_SLOTS;

	for (; slot < end; slot++) {
		*empty = fm_settle(level, slot);
		if (fm_is_empty(*empty))
			return slot;
	}
	return NULL;
}

/*
 * The slot in @group of the entry nearest to its home, if that home is @least or
 * later; or NULL. One that has readers stays where it is.
 */
static u64 *fm_richest(struct fm_level *level, struct fm_region *region, u32 group,
		       u32 least, u64 *word)
{
	u64 *slot = fm_group(region, group) + 1;
	u64 *end = slot + FM_GROUP_SLOTS;
	u64 *richest = NULL;

	for (; slot < end; slot++) {
		u64 entry = fm_settle(level, slot);

		if (!fm_is_live(entry) || fm_home(region, entry) < least)
			continue;
		if (fm_readers(entry) && fm_step(STILL)) {
			fm_note_hole(region);
			continue;
		}
		richest = slot;
		*word = entry;
		least = fm_home(region, entry) + 1;
	}
	return richest;
}

/*
 * Put in the MCAS: the entry @word goes on from group @from to @slot in @to. False if
 * it may not, for its home is not OPEN.
 */
static bool fm_go_on(struct fm_level *level, struct fm_region *region, u64 word,
		     u32 from, u64 *slot, u64 empty, u32 to)
{
	if (!fm_arrive(level, region, fm_home(region, word)))
		return false;
	fm_put(level, slot, empty, word);
	fm_pass(level, region, from, to, 1);
	return true;
}

/*
 * Make the entry @victim in @slot of @group go on, and put @word in its place.
 * Returns as fm_place(); FM_AGAIN, too, when a hole has come nearer. One that may not
 * go on is in a region with a successor, which the caller will go to next time.
 */
static int fm_displace(struct fm_level *level, struct fm_region *region, u64 word,
		       u32 group, u64 *slot, u64 victim)
{
	u32 end = min(region->groups, group + FM_HOLE_SEARCH);
	u32 home = fm_home(region, word);
	u64 *hole = NULL, *moved;
	bool nearer = false;
	u32 to, from;
	u64 entry, empty;

	for (to = group + 1; to < end; to++) {
		hole = fm_hole(level, region, to, &empty);
		if (hole)
			break;
	}
	if (!hole)
		return -ENOSPC;

	for (from = to - 1; from > group; from--) {
		moved = fm_richest(level, region, from,
				   to > FM_DISTANCE_MAX ? to - FM_DISTANCE_MAX : 0,
				   &entry);
		if (!moved)
			continue;
		fm_mcas_begin(level);
		fm_put(level, moved, entry, fm_vacated_word());
		if (!fm_go_on(level, region, entry, from, hole, empty, to) ||
		    !fm_mcas_commit(level))
			return FM_AGAIN;
		hole = moved;
		empty = fm_settle(level, hole);
		if (!fm_is_empty(empty))
			return FM_AGAIN;
		to = from;
		nearer = true;
	}
	if (nearer)
		return FM_AGAIN;

	if (to - fm_home(region, victim) > FM_DISTANCE_MAX ||
	    to - home > FM_DISTANCE_MAX + 1)
		return -ENOSPC;
	fm_hook(FM_HOOK_DISPLACING);
	fm_put(level, slot, victim, word);
	if (!fm_go_on(level, region, victim, group, hole, empty, to))
		return FM_AGAIN;
	fm_pass(level, region, home, group, 1);
	return 0;
}

/**
 * fm_place() - add the arrival of an entry to an MCAS
 * @level: what fm_enter() returned; an MCAS has begun, with the home's next version
 * @region: the region
 * @word: the live slot word of the entry
 *
 * Return: 0; FM_AGAIN if the search must be repeated, and the MCAS begun anew;
 * -ENOSPC if no slot up to FM_DISTANCE_MAX groups away can be had.
 */
int fm_place(struct fm_level *level, struct fm_region *region, u64 word)
{
	u32 home = fm_home(region, word);
	u64 *slot, victim, empty;
	u32 group;

	for (group = home; group <= fm_farthest(region, home); group++) {
		slot = fm_hole(level, region, group, &empty);
		if (slot) {
			/* It came here for another, and some have passed it. */
			if (fm_overflow(fm_settle(level, fm_group(region, group))))
				fm_note_hole(region);
			fm_put(level, slot, empty, word);
			fm_pass(level, region, home, group, 1);
			return 0;
		}
		slot = fm_richest(level, region, group, home + 1, &victim);
		if (slot)
			return fm_displace(level, region, word, group, slot, victim);
	}
	return -ENOSPC;
}
