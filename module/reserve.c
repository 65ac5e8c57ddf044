// SPDX-License-Identifier: GPL-2.0
/*
 * An insert whose home group has an empty slot and a free block changes two words, and
 * needs no descriptor for that:
 *
 *	reserve	   group word: version + 1, the slot is reserved, the block taken
 *	fill	   slot: EMPTY -> LIVE, the linearization point
 *
 * Only the one that has reserved a slot fills it. But nobody waits for that: whoever wants
 * to change the version or the state of the group word first settles the reservation. If
 * the slot is still empty, a cmpxchg puts another EMPTY word in it, and the reservation is
 * cancelled: the insert finds that word when it comes to fill the slot, and begins again
 * with an MCAS, which others help. An EMPTY word that was in the slot before it was
 * reserved does not come back (word.h), so no insert fills a slot late.
 *
 * Why an insert is unique. It settles the home before its search and expects the version
 * from before it when it reserves. Two inserts of one key have one home. The second one
 * to reserve finds another version, and settles what the first has reserved before it
 * searches again: it finds the key, or the first insert will not succeed.
 *
 * An entry of another home may come to the slot that is reserved, by an MCAS that knows
 * nothing of that. Then, too, the insert finds another word.
 *
 * Why no reader misses an entry. Between two reads of the same version at most one entry
 * arrives at a home: the one that is reserved in that version. It was absent when the slot
 * was reserved, and no other insert of its key can have succeeded since. So a search that
 * does not see it has read the slot before it was filled, and its key was absent then.
 *
 * Why nothing arrives at a home that is CLOSED. Whoever closes it settles it first.
 *
 * Modelled in kunit/models/reserve.pml.
 */
#include <linux/flatmap/step.h>

#include "reserve.h"

/*
 * See that nobody fills the slot that @group reserves. False if that is no longer the group
 * word, and there may be another reservation.
 */
static bool fm_reserve_settle(struct fm_level *level, const struct fm_region *region,
			      u32 home, u64 group)
{
	u64 *word = fm_group(region, home);
	u64 *slot = word + fm_reserved(group);
	u64 value;

	for (;;) {
		value = fm_settle(level, slot);
		if (fm_is_settled(region, home, group, value))
			return true;
		/*
		 * The group word before the slot: whoever vacates the slot later reads this
		 * version, or a later one. A full barrier, for the two words were changed by
		 * two CPUs, and their order must look the same here and there. Redundant where
		 * all CPUs but the writer's see a write at the same time, as on x86 and arm64.
		 */
		smp_mb();
		value = fm_settle(level, slot);
		if (!fm_is_empty(value) || fm_is_settled(region, home, group, value))
			return true;
		/* The stamp is an old one, if the version is still the same after that. */
		if (!fm_same_version(fm_settle(level, word), group))
			return false;
		fm_hook(FM_HOOK_CANCELLING);
		if (cmpxchg(slot, value, fm_empty_word(group)) == value)
			return true;
	}
}

/**
 * fm_settle_group() - read a group word, and see that no slot is to be filled any more
 * @level: what fm_enter() returned
 * @region: the region
 * @home: the group
 *
 * Context: Any, between fm_enter() and fm_exit(). Acquires.
 * Return: its value; not a reference. While its version and state stay the same, nothing
 * arrives at this home.
 */
u64 fm_settle_group(struct fm_level *level, const struct fm_region *region, u32 home)
{
	u64 group;

	do {
		group = fm_settle(level, fm_group(region, home));
	} while (fm_reserved(group) && fm_step(RESERVE) &&
		 !fm_reserve_settle(level, region, home, group));
	return group;
}

/**
 * fm_reserve() - reserve an empty slot, and take a block
 * @word: the group word of the home
 * @group: in: its value, from before the search, settled; out, if that has changed: what
 *	it is
 * @slot: which slot, from 1
 * @empty: the EMPTY word that it holds. Of one that has not changed while the version went
 *	once around, the stamp would not tell that the slot is reserved.
 * @block: which block beside the group; it is free in @group
 *
 * Context: Any, between fm_enter() and fm_exit().
 * Return: true if it was reserved, which also takes the block.
 */
bool fm_reserve(u64 *word, u64 *group, u32 slot, u64 empty, u32 block)
{
	if (unlikely(empty == fm_empty_word(fm_next_version(*group))) ||
	    !try_cmpxchg(word, group, fm_reserving(*group, slot, block)))
		return false;
	fm_hook(FM_HOOK_RESERVED);
	return true;
}

/**
 * fm_reserve_fill() - fill the slot that was reserved
 * @level: what fm_enter() returned
 * @slot: the slot
 * @empty: what it held when it was reserved
 * @live: what it is to hold
 *
 * Context: Any, between fm_enter() and fm_exit().
 * Return: false if the reservation has been cancelled.
 */
bool fm_reserve_fill(struct fm_level *level, u64 *slot, u64 empty, u64 live)
{
	u64 found;

	fm_hook(FM_HOOK_FILLING);
	while ((found = cmpxchg(slot, empty, live)) != empty) {
		if (!fm_is_ref(found))
			return false;
		/* An operation that has failed, and is not out of the way yet. */
		fm_settle(level, slot);
	}
	return true;
}
