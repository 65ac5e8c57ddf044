// SPDX-License-Identifier: GPL-2.0
/*
 * The writers, in the general way; what is simple goes the direct one (direct.c). Each
 * searches, writes what is new into a block of its own, and tries to change all words
 * at once; if somebody was faster, it starts again. It keeps its block for that: two
 * writers that took and gave back blocks of one group would otherwise spoil each
 * other's attempts for ever.
 *
 *				words changed at once	       guarded by
 *	add			home version, slot, room;
 *				overflow of groups passed;
 *				a displaced entry's
 *	replace			slot; in a multimap the        old block's mark
 *				home version
 *	  while pinned		old slot, home version, slot;  old block's mark
 *				overflow in both places;
 *				a displaced entry's
 *	remove			slot, room;		       block's mark
 *				overflow of groups passed;
 *				in a multimap the home version
 *
 * Room (tally.c) is a word only in maps with a limit.
 *
 * While the map is being resized, an entry is changed in the region where it is found.
 * What needs a place, an added entry or the new value of a pinned one, needs it in a
 * region without a successor, and its home closed in those before: else the writer
 * closes it and searches again. So each operation but the move itself is within one
 * region. A home that has overflowed is moved as a whole first, as is that of a key with
 * several values: what is added could take the last place that an entry left behind
 * needs, and the home would have more entries than fit anywhere.
 *
 * Why no modification is lost. The new value is made of the one that was found,
 * and the guard lets it in only if that is still the value.
 *
 * Why an insert is unique. It expects the home's version from before its search,
 * and changes it. Two inserts of one key have one home; the second to commit
 * finds another version, searches again, and finds the first one's entry.
 */
#include <linux/errno.h>
#include <linux/flatmap/step.h>
#include <linux/kcsan-checks.h>
#include <linux/string.h>

#include "block.h"
#include "move.h"
#include "place.h"
#include "reserve.h"
#include "search.h"
#include "table.h"
#include "tally.h"

/* Put in the MCAS: the entry that was found is no longer in its slot. */
static void fm_leave(struct fm_level *level, struct fm_region *region,
		     const struct fm_found *found)
{
	WRITE_ONCE(*fm_mcas_change(level, found->slot, found->word),
		   fm_left_word(found->word));
	fm_pass(level, region, fm_home(region, found->word),
		fm_group_of(region, found->slot), -1);
}

/* Put in the MCAS: only if the block still holds the entry that was found. */
static void fm_guard(struct fm_level *level, struct fm_region *region,
		     const struct fm_found *found)
{
	fm_mcas_guard(level, &fm_block(region, fm_index(found->word))->mark,
		      found->mark);
}

/* Put in the MCAS: nothing has changed since in the other regions that were searched. */
static bool fm_bump_others(struct fm_level *level, const struct fm_survey *survey)
{
	u32 i;

	for (i = 0; i < survey->regions; i++) {
		struct fm_region *region = survey->seen[i].region;

		if (region != survey->found.region &&
		    !fm_bump_since(level, region, fm_home(region, survey->found.word),
				   survey->seen[i].home))
			return false;
	}
	return true;
}

/*
 * Put in the MCAS of a multimap: the home's next version. False if it is not certain
 * that what was found is the value to change: the one that was added first remains
 * it, but the first of those that equal @equal only if nothing has changed since.
 */
static bool fm_change_set(struct fm_level *level, const void *equal,
			  const struct fm_survey *survey)
{
	struct fm_region *region = survey->found.region;
	u32 home = fm_home(region, survey->found.word);

	if (!region->multimap || !fm_step(SET))
		return true;
	if (equal)
		return fm_bump_since(level, region, home, survey->found.home) &&
		       fm_bump_others(level, survey);
	fm_bump(level, region, home);
	return true;
}

/* The entry's old block is out of the table: free it, or leave it to its pins. */
static void fm_retire(struct fm_level *level, struct fm_region *region,
		      const struct fm_found *found)
{
	if (!fm_readers(found->word) || !fm_step(LAST))
		fm_block_give(level, region, fm_index(found->word));
}

static int fm_add(struct fm_level *level, struct flatmap *map, struct fm_region *region,
		  u64 word, u64 home)
{
	int err;

	fm_mcas_begin(level);
	err = fm_take_room(level, map->whole);
	if (err)
		return err;
	if (!fm_bump_since(level, region, fm_home(region, word), home))
		return FM_AGAIN;
	err = fm_place(level, region, word);
	if (err)
		return err;
	return fm_mcas_commit(level) ? 0 : FM_AGAIN;
}

static int fm_replace(struct fm_level *level, struct fm_region *region, u64 word,
		      const void *equal, const struct fm_survey *survey)
{
	const struct fm_found *found = &survey->found;
	int err;

	fm_mcas_begin(level);
	fm_guard(level, region, found);
	if (fm_readers(found->word)) {
		/* First, so that the place cannot be a slot left already. */
		fm_leave(level, region, found);
		if (!fm_bump_since(level, region, fm_home(region, word), found->home) ||
		    !fm_bump_others(level, survey))
			return FM_AGAIN;
		err = fm_place(level, region, word);
		if (err)
			return err;
		fm_note_hole(region);
	} else {
		WRITE_ONCE(*fm_mcas_change(level, found->slot, found->word), word);
		if (!fm_change_set(level, equal, survey))
			return FM_AGAIN;
	}
	if (!fm_mcas_commit(level))
		return FM_AGAIN;
	fm_retire(level, region, found);
	return 0;
}

/*
 * As fm_find(), in homes that have been settled: where the key is not found, no insert can
 * add it any more that has reserved a slot before.
 */
static int fm_find_settled(struct fm_level *level, struct fm_region *region,
			   const void *key, u64 hash, void *value, struct fm_found *found)
{
	u64 like = fm_live_word(hash, 0);
	u64 home;
	int is;

	for (;;) {
		home = fm_settle_group(level, region, fm_home(region, like));
		is = fm_find_in(region, key, hash, value, FM_UNLIMITED, found);
		found->region = region;
		if (is)
			return is;
		if (!fm_same_version(found->home, home) && fm_step(RESERVE))
			continue;
		if (fm_state(home) == FM_HOME_OPEN || !fm_step(FORWARD))
			return 0;
		fm_hook(FM_HOOK_FORWARD);
		region = fm_successor(region);
	}
}

/*
 * Search for the entry to change: any of the key's, or as @wish says. In a map,
 * @survey has no more than where the search ended, what was found and whether it was.
 */
static int fm_target(struct fm_level *level, const struct flatmap *map, const void *key,
		     u64 hash, const struct fm_wish *wish, struct fm_survey *survey)
{
	struct fm_region *first = fm_first(map);
	struct fm_found *found = &survey->found;
	const struct fm_block *block;
	bool equal;

	if (map->multimap)
		return fm_survey(first, key, hash, wish, survey);

	for (;;) {
		survey->count = fm_find_settled(level, first, key, hash, wish->value,
						found);
		survey->regions = 1;
		survey->seen[0].region = found->region;
		survey->seen[0].home = found->home;
		if (!survey->count || !wish->equal)
			return survey->count;
		block = fm_block(found->region, fm_index(found->word));
		equal = fm_block_has_value(&found->region->shape, block, wish->equal);
		if (fm_verify_block(block, found))
			return equal;
	}
}

/* What is to be done: 1 to replace what was found, 0 to add, or an error. */
static int fm_decide(const struct fm_edit *edit, int is, const struct fm_survey *survey)
{
	if (edit->may & FM_MAY_APPEND)
		return survey->count < FLATMAP_VALUES_MAX ? 0 : -EMLINK;
	if (is)
		return edit->may & FM_MAY_REPLACE ? 1 : -EEXIST;
	return edit->may & FM_MAY_ADD ? 0 : -ENOENT;
}

/*
 * Put the value to be modified in the open block, and let it be modified there.
 * FM_AGAIN if it is no longer the one that was found.
 *
 * Who still reads what the block held before sees the odd mark: the writes of the
 * callback, which are plain, race with such readers as those of a seqcount do.
 */
static int fm_modify(const struct fm_region *region, struct fm_block *block,
		     const struct fm_edit *edit, const struct fm_found *found)
{
	int err;

	if (found) {
		fm_block_copy_value(region, block,
				    fm_block(region, fm_index(found->word)));
		if (!fm_verify(region, found))
			return FM_AGAIN;
	} else {
		fm_block_write_value(region, block, edit->value);
	}
	kcsan_nestable_atomic_begin();
	err = edit->modify(block->data + region->shape.value_word, edit->arg);
	kcsan_nestable_atomic_end();
	return err > 0 ? -EINVAL : err;
}

/* Fill the block @index for the entry that replaces @found, or is new. */
static int fm_fill(struct fm_region *region, u32 index, const void *key, u64 hash,
		   u64 ordinal, const struct fm_edit *edit,
		   const struct fm_found *found)
{
	struct fm_block *block = fm_block_open(region, index);
	int err = 0;

	fm_block_write_key(region, block, key, ordinal);
	if (edit->modify)
		err = fm_modify(region, block, edit, found);
	else
		fm_block_write_value(region, block, edit->value);
	fm_block_close(block, hash);
	return err;
}

/*
 * Is what the search found still so? Asked where there was no space: if another
 * writer has filled the map with the very key meanwhile, the answer is not that.
 */
static bool fm_still(struct fm_region *region, u64 hash, int replaces,
		     const struct fm_survey *survey)
{
	u32 home = fm_home(region, fm_live_word(hash, 0));

	return replaces ? fm_verify(region, &survey->found) :
		fm_same_version(fm_read(fm_group(region, home)),
				survey->seen[survey->regions - 1].home);
}

/**
 * struct fm_hand - the block that a writer has in hand
 * @region: where it is
 * @index: the block, or FM_NO_BLOCK
 * @ordinal: the one that it has been filled with, or 0
 */
struct fm_hand {
	struct fm_region *region;
	u32 index;
	u64 ordinal;
};

/* Let go of the block in hand. */
static void fm_hand_empty(struct fm_level *level, struct fm_hand *hand)
{
	if (hand->index != FM_NO_BLOCK)
		fm_block_give(level, hand->region, hand->index);
	hand->index = FM_NO_BLOCK;
	hand->ordinal = 0;
}

/* Have a block of @region in hand. -ENOSPC if there is none. */
static int fm_hand_take(struct fm_level *level, struct fm_region *region, u64 hash,
			struct fm_hand *hand)
{
	if (hand->region != region)
		fm_hand_empty(level, hand);
	hand->region = region;
	if (hand->index == FM_NO_BLOCK)
		hand->index = fm_block_take(level, region, hash);
	return hand->index == FM_NO_BLOCK ? -ENOSPC : 0;
}

/* Move all of the home on, which needs a place in a region that has a successor. */
static int fm_go_ahead(struct fm_level *level, struct flatmap *map,
		       struct fm_region *region, u64 hash)
{
	u32 home = fm_home(region, fm_live_word(hash, 0));
	u32 moved = 0;
	int err;

	err = fm_move_home(level, region, home, &moved);
	if (moved) {
		atomic64_add(moved, &map->moved);
		atomic64_add(moved, &map->helped);
	}
	return err;
}

/* Move all of the home to the last region. FM_AGAIN unless it was there already. */
static int fm_catch_up(struct fm_level *level, struct flatmap *map, u64 hash)
{
	struct fm_region *region;
	int err = 0;

	for (region = fm_first(map); fm_successor(region) && err >= 0;
	     region = fm_successor(region)) {
		u32 home = fm_home(region, fm_live_word(hash, 0));

		if (fm_state(fm_read(fm_group(region, home))) != FM_HOME_DONE)
			err = fm_go_ahead(level, map, region, hash) ?: FM_AGAIN;
	}
	return err;
}

/*
 * See that a new entry can be added to the last region: the home must be closed in all
 * before, before the search began. One that has overflowed is moved, lest what it leaves
 * behind find no place any more. FM_AGAIN unless it was so already.
 */
static int fm_clear_way(struct fm_level *level, struct flatmap *map, u64 hash)
{
	u64 like = fm_live_word(hash, 0);
	struct fm_region *region;
	int err = 0;

	for (region = fm_first(map); fm_successor(region) && err >= 0;
	     region = fm_successor(region)) {
		u32 home = fm_home(region, like);
		u64 word = fm_read(fm_group(region, home));

		if (fm_state(word) == FM_HOME_DONE)
			continue;
		if (fm_overflow(word)) {
			err = fm_go_ahead(level, map, region, hash) ?: FM_AGAIN;
		} else if (fm_state(word) == FM_HOME_OPEN) {
			fm_close(level, region, home);
			err = FM_AGAIN;
		}
	}
	return err;
}

/* Change what was found, or add an entry where the search ended. As fm_write(). */
static int fm_try_write(struct fm_level *level, struct flatmap *map, const void *key,
			u64 hash, const struct fm_edit *edit, int replaces,
			const struct fm_survey *survey, struct fm_hand *hand)
{
	u32 end = survey->regions - 1;
	struct fm_region *region = replaces ? survey->found.region :
					      survey->seen[end].region;
	bool needs_place = !replaces || fm_readers(survey->found.word);
	u64 ordinal, word;
	int err = 0;

	if (!replaces && !map->multimap)
		err = fm_clear_way(level, map, hash);
	else if (needs_place)
		err = fm_catch_up(level, map, hash);
	if (!err && !replaces && fm_tally_full(map, region))
		err = -ENOSPC;
	if (!err)
		err = fm_hand_take(level, region, hash, hand);
	if (err == -ENOSPC && replaces)
		err = fm_catch_up(level, map, hash) ?: -ENOSPC;
	if (err)
		return err;

	ordinal = !map->multimap ? 1 :
		  replaces ? survey->ordinal : survey->last + 1;
	if (hand->ordinal != ordinal || edit->modify)
		err = fm_fill(region, hand->index, key, hash, ordinal, edit,
			      replaces ? &survey->found : NULL);
	hand->ordinal = ordinal;
	if (err)
		return err;
	word = fm_live_word(hash, hand->index);
	return replaces ? fm_replace(level, region, word, edit->old, survey) :
			  fm_add(level, map, region, word, survey->seen[end].home);
}

/**
 * fm_write() - add an entry, or replace the value of one
 * @level: what fm_enter() returned
 * @map: the shard
 * @key: the key
 * @hash: the key's hash
 * @edit: what to do
 *
 * Context: Any, between fm_enter() and fm_exit().
 * Return: 0 if it was added, 1 if its value was replaced; -EEXIST, -ENOENT if
 * that was not allowed; -EMLINK if the key has FLATMAP_VALUES_MAX values; -EDQUOT if
 * the map has as many entries as it may; -ENOSPC if the last region is full, or all
 * its free blocks are taken by pins; what @edit->modify returned, if not 0.
 */
int fm_write(struct fm_level *level, struct flatmap *map, const void *key, u64 hash,
	     const struct fm_edit *edit)
{
	const struct fm_wish wish = { .equal = edit->old };
	struct fm_hand hand = { .index = FM_NO_BLOCK };
	struct fm_survey survey;
	int replaces, err;

	do {
		replaces = fm_target(level, map, key, hash, &wish, &survey);
		fm_hook(FM_HOOK_SEARCHED);
		replaces = fm_decide(edit, replaces, &survey);
		err = min(replaces, 0);
		if (err)
			break;
		err = fm_try_write(level, map, key, hash, edit, replaces, &survey,
				   &hand);
	} while (err == FM_AGAIN ||
		 ((err == -ENOSPC || err == -EDQUOT) &&
		  !fm_still(replaces ? survey.found.region :
			    survey.seen[survey.regions - 1].region,
			    hash, replaces, &survey)));

	if (err)
		fm_hand_empty(level, &hand);
	else if (!replaces && !map->multimap)
		fm_sweep(level, map);
	return err ?: replaces;
}

/**
 * fm_remove() - remove an entry
 * @level: what fm_enter() returned
 * @map: the shard
 * @key: the key
 * @hash: the key's hash
 * @wish: which of the key's, and where to copy the removed value
 *
 * Context: Any, between fm_enter() and fm_exit().
 * Return: 0, or -ENOENT.
 */
int fm_remove(struct fm_level *level, struct flatmap *map, const void *key, u64 hash,
	      const struct fm_wish *wish)
{
	struct fm_survey survey;
	struct fm_region *region;

	while (fm_target(level, map, key, hash, wish, &survey)) {
		fm_hook(FM_HOOK_SEARCHED);
		region = survey.found.region;
		fm_mcas_begin(level);
		fm_guard(level, region, &survey.found);
		fm_leave(level, region, &survey.found);
		fm_give_room(level, map->whole);
		fm_note_hole(region);
		if (fm_change_set(level, wish->equal, &survey) &&
		    fm_mcas_commit(level)) {
			fm_retire(level, region, &survey.found);
			return 0;
		}
	}
	fm_hook(FM_HOOK_SEARCHED);
	return -ENOENT;
}
