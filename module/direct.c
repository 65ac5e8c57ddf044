// SPDX-License-Identifier: GPL-2.0
/*
 * The direct way to write: to a map that is no multimap, not being resized, and to add or
 * remove without a limit of entries; where the key's home has an empty slot and a free
 * block, nobody else is at work there, and no value is pinned. That is how nearly all
 * writes find it. Where anything is otherwise these functions change nothing and say so,
 * and table.c does it in the general way.
 *
 *			words changed			       guarded by
 *	add		group word, then slot (reserve.c)      the home's version
 *	replace		slot				       old block's mark
 *	remove		slot				       block's mark
 *
 * A block is taken and given back by its used bit; to add, with the reservation.
 *
 * The compiler knows the most frequent sizes of entries here.
 */
#include <linux/errno.h>
#include <linux/flatmap/find.h>
#include <linux/flatmap/step.h>
#include <linux/prefetch.h>

#include "block.h"
#include "direct.h"
#include "extent.h"
#include "place.h"
#include "reserve.h"
#include "tally.h"

/* The region to write to in the direct way, or NULL. */
static __always_inline struct fm_region *fm_only_region(const struct flatmap *map)
{
	struct fm_region *region = fm_first(map);

	return likely(region == READ_ONCE(map->last) && !fm_successor(region)) ? region :
										 NULL;
}

/*
 * Search for the key: 1 if it is there; 0 if not, unless another one has reserved a slot
 * of the home since it was read; or FM_INDIRECT.
 */
static __always_inline int fm_find_directly(const struct fm_region *region,
					    const struct fm_shape *shape,
					    const void *key, u64 hash,
					    struct fm_found *found)
{
	u64 like = fm_live_word(hash, 0);
	u64 *word = fm_group(region, fm_home(region, like));
	u32 tries = 1;
	int is = 0;
	u32 any;

	prefetchw(word);
	prefetchw(fm_preferred(region, shape, fm_home(region, like),
			       fm_preference(shape, hash)));
	/* Pairs with the cmpxchg that put the value there. */
	found->home = smp_load_acquire(word);
	if (unlikely(fm_is_ref(found->home) || fm_is_pending(word, found->home)))
		return FM_INDIRECT;
	found->slot = fm_candidate(word, like, &any);
	if (unlikely(fm_is_ref((u64)any << 32)) && fm_step(REFERENCE))
		return FM_INDIRECT;
	if (found->slot)
		return fm_look(region, shape, key, like, NULL, &tries, found) ?:
		       FM_INDIRECT;
	if (unlikely(fm_overflow(found->home)))
		is = fm_scan(region, shape, key, hash, 0, NULL, &tries, found);
	return is;
}

/* The first empty slot of a group, from 1, and the word that it holds; 0 if there is none. */
static __always_inline u32 fm_empty_slot(const u64 *group, u64 *empty)
{
	u32 i;

	for (i = 1; i <= FM_GROUP_SLOTS; i++) {
		*empty = READ_ONCE(group[i]);
		if (fm_is_empty(*empty))
			return i;
	}
	return 0;
}

static __always_inline void fm_fill_block(struct fm_block *block,
					  const struct fm_shape *shape,
					  const void *key, const void *value, u64 hash)
{
	fm_block_begin(block);
	fm_write_words(block->data, key, shape->key_size);
	fm_write_words(block->data + shape->value_word, value, shape->value_size);
	fm_block_close(block, hash);
}

/* Add an entry whose key was not found. */
static __always_inline int fm_add_directly(struct fm_level *level,
					   const struct flatmap *map,
					   struct fm_region *region,
					   const struct fm_shape *shape,
					   const void *key, u64 hash, const void *value,
					   const struct fm_found *found)
{
	u64 like = fm_live_word(hash, 0);
	u32 home = fm_home(region, like);
	u64 *group = fm_group(region, home);
	u32 free = fm_free_beside(shape, found->home);
	u64 seen = found->home;
	u32 slot, block, index;
	u64 empty;

	slot = fm_empty_slot(group, &empty);
	if (!slot || !free || fm_state(seen) != FM_HOME_OPEN || map->limited ||
	    fm_tally_full(map, region))
		return FM_INDIRECT;
	block = fm_choose(free, fm_preferred_of(region, shape, hash));
	if (!fm_reserve(group, &seen, slot, block))
		return FM_INDIRECT;
	index = (home << fm_beside_shift(shape)) + block;
	fm_fill_block(fm_shaped_block(region, shape, index), shape, key, value, hash);
	if (!fm_reserve_fill(level, group + slot, empty, like | index)) {
		fm_block_give(level, region, index);
		return FM_INDIRECT;
	}
	if (unlikely(fm_overflow(seen)))
		fm_note_hole(region);
	return 0;
}

/* Replace the value of the entry that was found. */
static __always_inline int fm_replace_directly(struct fm_level *level,
					       struct fm_region *region,
					       const struct fm_shape *shape,
					       const void *key, u64 hash,
					       const void *value,
					       const struct fm_found *found)
{
	u32 home = fm_home(region, found->word);
	u32 old = fm_index(found->word);
	u32 index;

	if (fm_readers(found->word))
		return FM_INDIRECT;
	index = fm_block_take_at(level, region, shape, home, found->home, hash);
	if (index == FM_NO_BLOCK)
		return FM_INDIRECT;
	fm_fill_block(fm_shaped_block(region, shape, index), shape, key, value, hash);
	if (!fm_mcas_one(level, found->slot, found->word, fm_live_word(hash, index),
			 &fm_shaped_block(region, shape, old)->mark, found->mark)) {
		fm_block_give(level, region, index);
		return FM_INDIRECT;
	}
	fm_block_give_at(level, region, shape, home, old);
	return 1;
}

static __always_inline int fm_write_shaped(struct fm_level *level,
					   const struct flatmap *map,
					   struct fm_region *region,
					   const struct fm_shape *shape,
					   const void *key, u64 hash,
					   const struct fm_edit *edit)
{
	struct fm_found found;
	int is = fm_find_directly(region, shape, key, hash, &found);

	fm_hook(FM_HOOK_SEARCHED);
	if (is < 0)
		return is;
	if (is)
		return edit->may & FM_MAY_REPLACE ?
		       fm_replace_directly(level, region, shape, key, hash, edit->value,
					   &found) : -EEXIST;
	return edit->may & FM_MAY_ADD ?
	       fm_add_directly(level, map, region, shape, key, hash, edit->value, &found) :
	       FM_INDIRECT;
}

/**
 * fm_write_directly() - add an entry, or replace the value of one, if that is simple
 * @level: what fm_enter() returned
 * @map: the shard
 * @key: the key
 * @hash: the key's hash
 * @edit: what to do
 *
 * Context: Any, between fm_enter() and fm_exit().
 * Return: 0 if it was added, 1 if its value was replaced; -EEXIST; %FM_INDIRECT if
 * fm_write() must do it.
 */
int fm_write_directly(struct fm_level *level, struct flatmap *map, const void *key,
		      u64 hash, const struct fm_edit *edit)
{
	const struct fm_shape words = fm_shape_of(sizeof(u64), sizeof(u64), false);
	struct fm_region *region = fm_only_region(map);

	if (!region || map->multimap || edit->old || edit->modify)
		return FM_INDIRECT;
	if (likely(map->words))
		return fm_write_shaped(level, map, region, &words, key, hash, edit);
	return fm_write_shaped(level, map, region, &region->shape, key, hash, edit);
}

static __always_inline int fm_remove_shaped(struct fm_level *level,
					    struct fm_region *region,
					    const struct fm_shape *shape,
					    const void *key, u64 hash)
{
	struct fm_found found;
	u32 home, index;

	if (fm_find_directly(region, shape, key, hash, &found) != 1)
		return FM_INDIRECT;
	fm_hook(FM_HOOK_SEARCHED);
	home = fm_home(region, found.word);
	if (fm_readers(found.word) || fm_group_at(found.slot) != fm_group(region, home))
		return FM_INDIRECT;
	index = fm_index(found.word);
	fm_note_hole(region);
	if (!fm_mcas_one(level, found.slot, found.word, fm_vacated_word(),
			 &fm_shaped_block(region, shape, index)->mark, found.mark))
		return FM_INDIRECT;
	fm_block_give_at(level, region, shape, home, index);
	return 0;
}

/**
 * fm_remove_directly() - remove an entry, if that is simple
 * @level: what fm_enter() returned
 * @map: the shard
 * @key: the key
 * @hash: the key's hash
 *
 * Context: Any, between fm_enter() and fm_exit().
 * Return: 0; %FM_INDIRECT if fm_remove() must do it.
 */
int fm_remove_directly(struct fm_level *level, struct flatmap *map, const void *key,
		       u64 hash)
{
	const struct fm_shape words = fm_shape_of(sizeof(u64), sizeof(u64), false);
	struct fm_region *region = fm_only_region(map);

	if (!region || map->multimap || map->limited)
		return FM_INDIRECT;
	if (likely(map->words))
		return fm_remove_shaped(level, region, &words, key, hash);
	return fm_remove_shaped(level, region, &region->shape, key, hash);
}
