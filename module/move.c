// SPDX-License-Identifier: GPL-2.0
/*
 * Moving: home by home, entry by entry, from a region to one after it. Any number of
 * movers may be at the same home: of the MCASes of one entry one succeeds.
 *
 * Why nothing stays behind. A home is closed first, by a cmpxchg on its group word. An
 * arrival or a displacement expects that word as it was while the home was OPEN, so it has
 * happened before or it fails; and what is reserved then is settled before. From then on a
 * slot that does not hold an entry of this home never will, and one pass over the groups,
 * as far as overflow tells, leaves none.
 *
 * Why nothing is lost or comes back. The entry's new block is a copy of the old one;
 * the move is guarded by the old block's mark, so it is the entry as it is at that
 * moment that goes. Who looks for it looks in the old region first.
 */
#include <linux/errno.h>
#include <linux/flatmap/find.h>
#include <linux/flatmap/step.h>
#include <linux/limits.h>

#include "block.h"
#include "extent.h"
#include "map.h"
#include "move.h"
#include "place.h"
#include "reserve.h"

/* The most entries that are moved on behalf of one that is added. */
#define FM_SWEPT	8

/**
 * fm_close() - let nothing arrive at a home any more
 * @level: what fm_enter() returned
 * @region: a region with a successor
 * @home: the home
 *
 * Context: Any, between fm_enter() and fm_exit().
 * Return: its state, which is not OPEN.
 */
u32 fm_close(struct fm_level *level, struct fm_region *region, u32 home)
{
	u64 *word = fm_group(region, home);
	u64 group = fm_settle_group(level, region, home);

	while (fm_state(group) == FM_HOME_OPEN) {
		if (try_cmpxchg(word, &group, fm_with_state(group, FM_HOME_CLOSED))) {
			fm_hook(FM_HOOK_CLOSED);
			return FM_HOME_CLOSED;
		}
		group = fm_settle_group(level, region, home);
	}
	return fm_state(group);
}

/*
 * The region after @region that entries with this hash go to. A region that has a
 * successor takes none: its home is closed on the way.
 */
static struct fm_region *fm_destination(struct fm_level *level,
					const struct fm_region *region, u64 hash)
{
	struct fm_region *to = fm_successor(region);

	for (; fm_successor(to); to = fm_successor(to))
		fm_close(level, to, fm_home(to, fm_live_word(hash, 0)));
	return to;
}

/* Copy the entry that was found to the block @index of @to. */
static void fm_copy(const struct fm_region *region, const struct fm_found *found,
		    struct fm_region *to, u32 index, u64 hash)
{
	const struct fm_block *from = fm_block(region, fm_index(found->word));
	struct fm_block *block = fm_block_open(to, index);

	fm_block_copy(to, block, from);
	fm_block_close(block, hash);
}

/* Move the entry that was found to the block @index of @to. As fm_place(). */
static int fm_move_to(struct fm_level *level, struct fm_region *region,
		      const struct fm_found *found, struct fm_region *to, u32 index,
		      u64 hash)
{
	u64 word = fm_live_word(hash, index);
	int err;

	fm_hook(FM_HOOK_MOVING);
	fm_mcas_begin(level);
	fm_mcas_guard(level, &fm_block(region, fm_index(found->word))->mark,
		      found->mark);
	WRITE_ONCE(*fm_mcas_change(level, found->slot, found->word),
		   fm_left_word(found->word));
	if (region->multimap && fm_step(SET))
		fm_bump(level, region, fm_home(region, found->word));
	if (!fm_arrive(level, to, fm_home(to, word)))
		return FM_AGAIN;
	err = fm_place(level, to, word);
	if (err)
		return err;
	return fm_mcas_commit(level) ? 0 : FM_AGAIN;
}

/*
 * Move the entry that was found to the last region, if its home there has an empty slot and
 * a free block. The slot is reserved with one cmpxchg (reserve.c), and filled by an MCAS
 * of two words, which vacates the old one. FM_AGAIN if that is not so, or others were at it;
 * nothing is changed then.
 */
static int fm_move_directly(struct fm_level *level, struct fm_region *region,
			    const struct fm_found *found, u64 hash)
{
	struct fm_region *to = fm_destination(level, region, hash);
	const struct fm_shape *shape = &to->shape;
	u64 like = fm_live_word(hash, 0);
	u32 home = fm_home(to, like);
	u64 *word = fm_group(to, home);
	u64 group = fm_settle_group(level, to, home);
	u64 *slot = fm_empty_slot(word);
	u32 free = fm_free_beside(shape, group);
	u32 block, index;
	u64 empty;

	if (!slot || !free || fm_state(group) != FM_HOME_OPEN)
		return FM_AGAIN;
	empty = READ_ONCE(*slot);
	block = fm_choose(shape, free, fm_preferred_of(to, shape, hash));
	if (!fm_is_empty(empty) || !fm_reserve(word, &group, slot - word, empty, block))
		return FM_AGAIN;
	index = (home << fm_beside_shift(shape)) + block;
	fm_copy(region, found, to, index, hash);
	fm_hook(FM_HOOK_MOVING);
	fm_mcas_begin(level);
	fm_mcas_guard(level, &fm_block(region, fm_index(found->word))->mark, found->mark);
	WRITE_ONCE(*fm_mcas_change(level, found->slot, found->word),
		   fm_left_word(found->word));
	WRITE_ONCE(*fm_mcas_change(level, slot, empty), like | index);
	if (fm_mcas_commit(level)) {
		if (unlikely(fm_overflow(group)))
			fm_note_hole(to);
		return 0;
	}
	fm_settle_group(level, to, home);
	fm_block_give(level, to, index);
	return FM_AGAIN;
}

/* Let go of the block @index of @to, if it is one. */
static void fm_let_go(struct fm_level *level, struct fm_region *to, u32 *index)
{
	if (*index != FM_NO_BLOCK)
		fm_block_give(level, to, *index);
	*index = FM_NO_BLOCK;
}

/*
 * Move the entry that was found to the last region, wherever it finds a place there. The
 * block *@index of *@to is kept for another try. As fm_place().
 */
static int fm_move_anywhere(struct fm_level *level, struct fm_region *region,
			    const struct fm_found *found, u64 hash,
			    struct fm_region **to, u32 *index)
{
	struct fm_region *last = fm_destination(level, region, hash);

	if (*to != last)
		fm_let_go(level, *to, index);
	*to = last;
	if (*index == FM_NO_BLOCK)
		*index = fm_block_take(level, last, hash);
	if (*index == FM_NO_BLOCK)
		return -ENOSPC;
	fm_copy(region, found, last, *index, hash);
	return fm_move_to(level, region, found, last, *index, hash);
}

/*
 * Move the entry in @slot, if it is of @home. Returns 1 if it was moved, 0 if there is
 * none, or -ENOSPC.
 */
static int fm_move_entry(struct fm_level *level, struct fm_region *region, u32 home,
			 u64 *slot)
{
	struct fm_found found = { .slot = slot };
	bool directly = !region->multimap;
	struct fm_region *to = NULL;
	u32 index = FM_NO_BLOCK;
	int err = FM_AGAIN;
	u64 hash;

	while (err == FM_AGAIN) {
		found.word = fm_settle(level, slot);
		if (!fm_is_live(found.word) || fm_home(region, found.word) != home) {
			fm_let_go(level, to, &index);
			return 0;
		}
		/* Pairs with fm_block_close(). */
		found.mark = smp_load_acquire(&fm_block(region,
							fm_index(found.word))->mark);
		if (fm_mark_is_odd(found.mark))
			continue; /* it is being used again: the slot has changed */
		hash = fm_hash_of(found.word, found.mark);
		if (directly)
			err = fm_move_directly(level, region, &found, hash);
		if (err == FM_AGAIN)
			err = fm_move_anywhere(level, region, &found, hash, &to, &index);
		directly = false;
	}
	if (err) {
		fm_let_go(level, to, &index);
		return err;
	}
	if (!fm_readers(found.word) || !fm_step(LAST))
		fm_block_give(level, region, fm_index(found.word));
	return 1;
}

/*
 * Fetch the blocks of a group's entries, and the groups that they go to: so many cache
 * misses at once, that each entry would wait for in its turn.
 */
static void fm_fetch(const struct fm_region *region, const u64 *group)
{
	const struct fm_region *to = fm_successor(region);
	u32 i;

	for (i = 1; i <= FM_GROUP_SLOTS; i++) {
		u64 word = READ_ONCE(group[i]);

		if (!fm_is_live(word))
			continue;
		prefetch(fm_block(region, fm_index(word)));
		prefetch(fm_group(to, fm_home(to, word)));
	}
}

/* Move all entries of a CLOSED home, or stop with -EBUSY after @most. */
static int fm_move_entries(struct fm_level *level, struct fm_region *region, u32 home,
			   u32 most, u32 *moved)
{
	u64 *group = fm_group(region, home);
	u64 word;
	int is;
	u32 i;

	do {
		fm_fetch(region, group);
		for (i = 1; i <= FM_GROUP_SLOTS; i++) {
			if (*moved == most)
				return -EBUSY;
			is = fm_move_entry(level, region, home, group + i);
			if (is < 0)
				return is;
			*moved += is;
		}
		word = fm_settle(level, group);
		group += FM_GROUP_WORDS;
	} while (fm_overflow(word));
	return 0;
}

/* As fm_move_home(), or stop with -EBUSY after @most. */
static int fm_move_up_to(struct fm_level *level, struct fm_region *region, u32 home,
			 u32 most, u32 *moved)
{
	u64 *word = fm_group(region, home);
	u64 group;
	int err;

	if (fm_close(level, region, home) == FM_HOME_DONE)
		return 0;
	if (fm_step(DRAIN)) {
		err = fm_move_entries(level, region, home, most, moved);
		if (err)
			return err;
	}
	fm_hook(FM_HOOK_DRAINED);
	group = fm_settle(level, word);
	while (!try_cmpxchg(word, &group, fm_with_state(group, FM_HOME_DONE))) {
		if (fm_is_ref(group))
			group = fm_settle(level, word);
	}
	return 0;
}

/**
 * fm_move_home() - move all entries of a home on
 * @level: what fm_enter() returned
 * @region: a region with a successor
 * @home: the home
 * @moved: in and out: entries that were moved by this call
 *
 * Lock-free: it tries again only because some operation has succeeded.
 *
 * Context: Any, between fm_enter() and fm_exit().
 * Return: 0, and the home is DONE; -ENOSPC if there is no room in the last region.
 */
int fm_move_home(struct fm_level *level, struct fm_region *region, u32 home,
		 u32 *moved)
{
	return fm_move_up_to(level, region, home, UINT_MAX, moved);
}

/**
 * fm_sweep() - move a home on, on behalf of an entry that is added
 * @level: what fm_enter() returned
 * @map: the shard
 *
 * Homes go in their order, so that what is fetched for one is there for the next, in both
 * regions. As there are fewer homes than entries may still be added, nearly all have been
 * moved before the last region is full, however fast it fills, and however slow the
 * worker is. What is left over is the worker's, and so are regions that have been swept.
 *
 * Context: Any, between fm_enter() and fm_exit().
 */
void fm_sweep(struct fm_level *level, struct flatmap *map)
{
	struct fm_region *region = fm_first(map);
	struct fm_region *next;
	u32 moved = 0;
	u32 home;

	for (; unlikely(next = fm_successor(region)); region = next) {
		atomic_t *swept = &region->extent->swept;
		u32 homes = 1U << region->bits;

		if (atomic_read(swept) >= homes)
			continue;
		home = atomic_inc_return(swept) - 1;
		if (home < homes)
			fm_move_up_to(level, region, home, FM_SWEPT, &moved);
		break;
	}
	if (unlikely(moved)) {
		atomic64_add(moved, &map->moved);
		atomic64_add(moved, &map->helped);
	}
}
