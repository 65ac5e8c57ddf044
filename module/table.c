// SPDX-License-Identifier: GPL-2.0
/*
 * The writers. Each searches, writes what is new into a block of its own, and
 * tries to change all words at once; if somebody was faster, it starts again. It
 * keeps its block for that: two writers that took and gave back blocks of one
 * group would otherwise spoil each other's attempts for ever.
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
 * Room is what is left of the map's capacity, dealt out to the stripes. Since it
 * changes together with the slot, a map for N entries takes any N keys, and at
 * no moment N + 1, however many write at once.
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
#include "place.h"
#include "search.h"
#include "table.h"

/* Put in the MCAS: one entry more. -ENOSPC if the map is full. */
static int fm_take_room(struct fm_level *level, struct fm_region *region)
{
	u64 seen[FM_STRIPES_MAX];
	bool changed;
	u32 i;

	memset(seen, 0xff, sizeof(seen));
	do {
		changed = false;
		for (i = 0; i < region->stripes; i++) {
			u64 *room = &fm_stripe(region, level->cpu + i)->room;
			u64 word = fm_settle(level, room);
			u32 count = fm_count(word);

			if (count) {
				WRITE_ONCE(*fm_mcas_change(level, room, word),
					   fm_counted_word(word, count - 1));
				return 0;
			}
			changed |= word != seen[i];
			seen[i] = word;
		}
		/* Room may have moved from an unseen stripe to a seen one. */
	} while (changed);
	return -ENOSPC;
}

/* Put in the MCAS: one entry less. */
static void fm_give_room(struct fm_level *level, struct fm_region *region)
{
	u64 *room = &fm_stripe(region, level->cpu)->room;
	u64 word = fm_settle(level, room);

	WRITE_ONCE(*fm_mcas_change(level, room, word),
		   fm_counted_word(word, fm_count(word) + 1));
}

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

/*
 * Put in the MCAS of a multimap: the home's next version. False if it is not certain
 * that what was found is the value to change: the one that was added first remains
 * it, but the first of those that equal @equal only if nothing has changed since.
 */
static bool fm_change_set(struct fm_level *level, struct fm_region *region,
			  const void *equal, const struct fm_found *found)
{
	u32 home = fm_home(region, found->word);

	if (!region->multimap || !fm_step(SET))
		return true;
	if (equal)
		return fm_bump_found(level, region, home, found);
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

static int fm_add(struct fm_level *level, struct fm_region *region, u64 word,
		  const struct fm_found *found)
{
	int err;

	fm_mcas_begin(level);
	err = fm_take_room(level, region);
	if (!err)
		err = fm_place(level, region, word, found);
	if (err)
		return err;
	return fm_mcas_commit(level) ? 0 : FM_AGAIN;
}

static int fm_replace(struct fm_level *level, struct fm_region *region, u64 word,
		      const void *equal, const struct fm_found *found)
{
	int err;

	fm_mcas_begin(level);
	fm_guard(level, region, found);
	if (fm_readers(found->word)) {
		/* First, so that the place cannot be a slot left already. */
		fm_leave(level, region, found);
		err = fm_place(level, region, word, found);
		if (err)
			return err;
		fm_note_hole(region);
	} else {
		WRITE_ONCE(*fm_mcas_change(level, found->slot, found->word), word);
		if (!fm_change_set(level, region, equal, found))
			return FM_AGAIN;
	}
	if (!fm_mcas_commit(level))
		return FM_AGAIN;
	fm_retire(level, region, found);
	return 0;
}

/*
 * Search for the entry to change: any of the key's, or as @wish says. In a map,
 * @survey has no more than what was found and whether it was.
 */
static int fm_target(const struct fm_region *region, const void *key, u64 hash,
		     const struct fm_wish *wish, struct fm_survey *survey)
{
	const struct fm_block *block;
	bool equal;

	if (region->multimap)
		return fm_survey(region, key, hash, wish, survey);

	for (;;) {
		survey->count = fm_find(region, key, hash, wish->value,
					FM_UNLIMITED, &survey->found);
		if (!survey->count || !wish->equal)
			return survey->count;
		block = fm_block(region, fm_index(survey->found.word));
		equal = fm_block_has_value(&region->shape, block, wish->equal);
		if (fm_verify_block(block, &survey->found))
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
static bool fm_still(const struct fm_region *region, u64 hash, int replaces,
		     const struct fm_found *found)
{
	u32 home = fm_home(region, fm_live_word(hash, 0));

	return replaces ? fm_verify(region, found) :
		fm_same_version(fm_read(fm_group(region, home)), found->home);
}

/**
 * fm_write() - add an entry, or replace the value of one
 * @level: what fm_enter() returned
 * @region: the region
 * @key: the key
 * @hash: the key's hash
 * @edit: what to do
 *
 * Context: Any, between fm_enter() and fm_exit().
 * Return: 0 if it was added, 1 if its value was replaced; -EEXIST, -ENOENT if
 * that was not allowed; -EMLINK if the key has FLATMAP_VALUES_MAX values; -ENOSPC
 * if the map is full, or all free blocks are taken by pins; what @edit->modify
 * returned, if not 0.
 */
int fm_write(struct fm_level *level, struct fm_region *region, const void *key,
	     u64 hash, const struct fm_edit *edit)
{
	const struct fm_wish wish = { .equal = edit->old };
	u32 block = FM_NO_BLOCK;
	struct fm_survey survey;
	u64 ordinal, filled = 0;
	int replaces, err;

	do {
		replaces = fm_target(region, key, hash, &wish, &survey);
		fm_hook(FM_HOOK_SEARCHED);
		replaces = fm_decide(edit, replaces, &survey);
		err = min(replaces, 0);
		if (err)
			break;

		if (block == FM_NO_BLOCK)
			block = fm_block_take(level, region, hash);
		if (block == FM_NO_BLOCK) {
			err = -ENOSPC;
			continue;
		}
		ordinal = !region->multimap ? 1 :
			  replaces ? survey.ordinal : survey.last + 1;
		if (filled != ordinal || edit->modify)
			err = fm_fill(region, block, key, hash, ordinal, edit,
				      replaces ? &survey.found : NULL);
		filled = ordinal;
		if (err)
			continue;
		if (replaces)
			err = fm_replace(level, region, fm_live_word(hash, block),
					 edit->old, &survey.found);
		else
			err = fm_add(level, region, fm_live_word(hash, block),
				     &survey.found);
	} while (err == FM_AGAIN ||
		 (err == -ENOSPC &&
		  !fm_still(region, hash, replaces, &survey.found)));

	if (err && block != FM_NO_BLOCK)
		fm_block_give(level, region, block);
	return err ?: replaces;
}

/**
 * fm_remove() - remove an entry
 * @level: what fm_enter() returned
 * @region: the region
 * @key: the key
 * @hash: the key's hash
 * @wish: which of the key's, and where to copy the removed value
 *
 * Context: Any, between fm_enter() and fm_exit().
 * Return: 0, or -ENOENT.
 */
int fm_remove(struct fm_level *level, struct fm_region *region, const void *key,
	      u64 hash, const struct fm_wish *wish)
{
	struct fm_survey survey;
	int is;

	for (;;) {
		is = fm_target(region, key, hash, wish, &survey);
		fm_hook(FM_HOOK_SEARCHED);
		if (!is)
			return -ENOENT;

		fm_mcas_begin(level);
		fm_guard(level, region, &survey.found);
		fm_leave(level, region, &survey.found);
		fm_give_room(level, region);
		fm_note_hole(region);
		if (fm_change_set(level, region, wish->equal, &survey.found) &&
		    fm_mcas_commit(level)) {
			fm_retire(level, region, &survey.found);
			return 0;
		}
	}
}
