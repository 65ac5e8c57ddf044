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
 *	replace			slot			       old block's mark
 *	  while pinned		old slot, home version, slot;  old block's mark
 *				overflow in both places
 *	remove			slot, room;		       block's mark
 *				overflow of groups passed
 *
 * Room is what is left of the map's capacity, dealt out to the stripes. Since it
 * changes together with the slot, a map for N entries takes any N keys, and at
 * no moment N + 1, however many write at once.
 *
 * Why an insert is unique. It expects the home's version from before its search,
 * and changes it. Two inserts of one key have one home; the second to commit
 * finds another version, searches again, and finds the first one's entry.
 */
#include <linux/errno.h>
#include <linux/string.h>

#include "place.h"
#include "step.h"
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
		      const struct fm_found *found)
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
	}
	if (!fm_mcas_commit(level))
		return FM_AGAIN;
	fm_retire(level, region, found);
	return 0;
}

/* Take a block for the entry and write it, or FM_NO_BLOCK. */
static u32 fm_fill(struct fm_level *level, struct fm_region *region, u64 hash,
		   const void *key, const void *value)
{
	u32 block = fm_block_take(level, region, hash);

	if (block != FM_NO_BLOCK)
		fm_block_write(region, block, hash, key, value);
	return block;
}

/*
 * Is what the search found still so? Asked where there was no space: if another
 * writer has filled the map with the very key meanwhile, the answer is not that.
 */
static bool fm_still(const struct fm_region *region, u64 hash, int is,
		     const struct fm_found *found)
{
	u32 home = fm_home(region, fm_live_word(hash, 0));

	return is ? fm_verify(region, found) :
		    fm_same_version(fm_read(fm_group(region, home)), found->home);
}

/**
 * fm_write() - add an entry, or replace its value
 * @level: what fm_enter() returned
 * @region: the region
 * @key: the key
 * @value: the value
 * @hash: the key's hash
 * @may: FM_MAY_ADD, FM_MAY_REPLACE or both
 *
 * Context: Any, between fm_enter() and fm_exit().
 * Return: 0 if it was added, 1 if its value was replaced; -EEXIST, -ENOENT if
 * that was not allowed; -ENOSPC if the map is full, or all free blocks are taken
 * by pins.
 */
int fm_write(struct fm_level *level, struct fm_region *region, const void *key,
	     const void *value, u64 hash, u32 may)
{
	u32 block = FM_NO_BLOCK;
	struct fm_found found;
	int is, err;

	do {
		is = fm_find(region, key, hash, NULL, FM_UNLIMITED, &found);
		fm_hook(FM_HOOK_SEARCHED);
		err = is < 0 ? is :
		      is && !(may & FM_MAY_REPLACE) ? -EEXIST :
		      !is && !(may & FM_MAY_ADD) ? -ENOENT : 0;
		if (err)
			break;
		if (block == FM_NO_BLOCK)
			block = fm_fill(level, region, hash, key, value);
		if (block == FM_NO_BLOCK)
			err = -ENOSPC;
		else if (is)
			err = fm_replace(level, region,
					 fm_live_word(hash, block), &found);
		else
			err = fm_add(level, region,
				     fm_live_word(hash, block), &found);
	} while (err == FM_AGAIN ||
		 (err == -ENOSPC && !fm_still(region, hash, is, &found)));

	if (err && block != FM_NO_BLOCK)
		fm_block_give(level, region, block);
	return err ?: is;
}

/**
 * fm_remove() - remove an entry
 * @level: what fm_enter() returned
 * @region: the region
 * @key: the key
 * @hash: the key's hash
 * @value: where to copy the removed value, or NULL
 *
 * Context: Any, between fm_enter() and fm_exit().
 * Return: 0, or -ENOENT.
 */
int fm_remove(struct fm_level *level, struct fm_region *region, const void *key,
	      u64 hash, void *value)
{
	struct fm_found found;
	int is;

	for (;;) {
		is = fm_find(region, key, hash, value, FM_UNLIMITED, &found);
		fm_hook(FM_HOOK_SEARCHED);
		if (is <= 0)
			return is ?: -ENOENT;

		fm_mcas_begin(level);
		fm_guard(level, region, &found);
		fm_leave(level, region, &found);
		fm_give_room(level, region);
		fm_note_hole(region);
		if (fm_mcas_commit(level)) {
			fm_retire(level, region, &found);
			return 0;
		}
	}
}
