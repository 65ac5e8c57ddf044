// SPDX-License-Identifier: GPL-2.0
/*
 * The direct way to write: to a map that is no multimap, where the key's home has been moved
 * on from all regions but the last, and to add or remove without a limit of entries; where
 * the home has an empty slot and a free block, nobody else is at work there, and no value is
 * pinned. That is how nearly all writes find it. Where anything is otherwise these functions
 * change no entry and say so, and table.c does it in the general way.
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
#include "move.h"
#include "place.h"
#include "reserve.h"
#include "resize.h"
#include "tally.h"

/*
 * The last region, if it alone may have entries with this hash; else NULL. What has been
 * moved on has been so for good.
 */
static __always_inline struct fm_region *fm_only_region(const struct flatmap *map, u64 hash)
{
	u64 like = fm_live_word(hash, 0);
	struct fm_region *region, *next;

	for (region = fm_first(map); unlikely(next = fm_successor(region)); region = next) {
		if (fm_state(fm_read(fm_group(region, fm_home(region, like)))) !=
		    FM_HOME_DONE)
			return NULL;
	}
	return region;
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
	u32 home = fm_home(region, like);
	u64 *word = fm_group(region, home);
	u32 tries = 1;
	u32 any;
	int is;

	prefetchw(word);
	prefetchw(fm_preferred(region, shape, home, fm_preference(shape, hash)));
	/* Pairs with the cmpxchg that put the value there. */
	found->home = smp_load_acquire(word);
	if (unlikely(fm_is_ref(found->home) ||
		     fm_is_pending(region, home, word, found->home)))
		return FM_INDIRECT;
	found->slot = fm_candidate(word, like, &any);
	if (unlikely(fm_is_ref((u64)any << 32)) && fm_step(REFERENCE))
		return FM_INDIRECT;
	if (!found->slot && likely(!fm_overflow(found->home)))
		return 0;
	is = found->slot ?
	     fm_look(region, shape, key, like, NULL, &tries, found) ?: FM_INDIRECT :
	     fm_scan(region, shape, key, hash, 0, NULL, &tries, found);
	return is;
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
static __always_inline int fm_add_directly(struct fm_level *level, struct flatmap *map,
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
	u32 block, index;
	u64 *slot, empty;

	slot = fm_empty_slot(group);
	if (!slot || !free || fm_state(seen) != FM_HOME_OPEN || map->limited)
		return FM_INDIRECT;
	empty = READ_ONCE(*slot);
	block = fm_choose(shape, free, fm_preferred_of(region, shape, hash));
	if (!fm_is_empty(empty) || !fm_reserve(group, &seen, slot - group, empty, block))
		return FM_INDIRECT;
	index = (home << fm_beside_shift(shape)) + block;
	fm_fill_block(fm_shaped_block(region, shape, index), shape, key, value, hash);
	if (!fm_reserve_fill(level, slot, empty, like | index)) {
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

static __always_inline int fm_write_shaped(struct fm_level *level, struct flatmap *map,
					   struct fm_region *region,
					   const struct fm_shape *shape,
					   const void *key, u64 hash, const void *value,
					   u32 may)
{
	struct fm_found found;
	int is = fm_find_directly(region, shape, key, hash, &found);

	fm_hook(FM_HOOK_SEARCHED);
	if (is < 0)
		return is;
	if (is)
		return may & FM_MAY_REPLACE ?
		       fm_replace_directly(level, region, shape, key, hash, value, &found) :
		       -EEXIST;
	return may & FM_MAY_ADD ?
	       fm_add_directly(level, map, region, shape, key, hash, value, &found) :
	       FM_INDIRECT;
}

/**
 * fm_write_directly() - add an entry, or replace the value of one, if that is simple
 * @map: the map
 * @key: the key
 * @hash: the key's hash
 * @value: the value
 * @may: what to do: FM_MAY_...
 * @gfp: as for flatmap_insert()
 *
 * Context: Any; as @gfp says.
 * Return: 0 if it was added, 1 if its value was replaced; -EEXIST; %FM_INDIRECT if
 * fm_map_write() must do it.
 */
int fm_write_directly(struct flatmap *map, const void *key, u64 hash, const void *value,
		      u32 may, gfp_t gfp)
{
	const struct fm_shape words = fm_shape_of(sizeof(u64), sizeof(u64), false);
	struct flatmap *shard = fm_shard(map, &hash);
	struct fm_level *level = fm_enter(FM_LEVELS - 1);
	struct fm_region *region;
	int done = FM_INDIRECT;
	bool calm = true, changed = false;

	if (unlikely(!level))
		return FM_INDIRECT;
	region = fm_only_region(shard, hash);
	if (likely(region && !shard->multimap)) {
		/* Asked before: what is added meanwhile asks in its turn. */
		calm = fm_tally_is_calm(shard, region, gfp);
		if (unlikely(!calm) && may & FM_MAY_ADD && fm_tally_full(shard, region))
			done = FM_INDIRECT;
		else if (likely(shard->words))
			done = fm_write_shaped(level, shard, region, &words, key, hash,
					       value, may);
		else
			done = fm_write_shaped(level, shard, region, &region->shape, key,
					       hash, value, may);
	}
	if (!done)
		fm_sweep(level, shard);
	if (!done && likely(calm))
		fm_tally_add(level, shard, 1);
	else if (!done)
		changed = fm_tally(level, shard, 1);
	fm_exit(level);
	if (unlikely(changed))
		fm_added(shard, gfp);
	return done;
}

/* Count an entry out of the groups that it has passed. */
static __always_inline void fm_unpass(struct fm_level *level, struct fm_region *region,
				      u32 from, u32 to)
{
	for (; from < to && fm_step(OVERFLOW); from++) {
		u64 *word = fm_group(region, from);
		u64 group = fm_settle(level, word);

		while (!try_cmpxchg(word, &group, group - FM_OVERFLOW_ONE)) {
			if (fm_is_ref(group))
				group = fm_settle(level, word);
		}
	}
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
	if (fm_readers(found.word))
		return FM_INDIRECT;
	home = fm_home(region, found.word);
	index = fm_index(found.word);
	fm_note_hole(region);
	if (!fm_mcas_one(level, found.slot, found.word, fm_vacated_word(),
			 &fm_shaped_block(region, shape, index)->mark, found.mark))
		return FM_INDIRECT;
	if (unlikely(fm_group_at(found.slot) != fm_group(region, home)))
		fm_unpass(level, region, home, fm_group_of(region, found.slot));
	fm_block_give_at(level, region, shape, home, index);
	return 0;
}

/**
 * fm_remove_directly() - remove an entry, if that is simple
 * @map: the map
 * @key: the key
 * @hash: the key's hash
 *
 * Context: Any.
 * Return: 0; %FM_INDIRECT if fm_map_remove() must do it.
 */
int fm_remove_directly(struct flatmap *map, const void *key, u64 hash)
{
	const struct fm_shape words = fm_shape_of(sizeof(u64), sizeof(u64), false);
	struct flatmap *shard = fm_shard(map, &hash);
	struct fm_level *level = fm_enter(FM_LEVELS - 1);
	struct fm_region *region;
	int err = FM_INDIRECT;

	if (unlikely(!level))
		return FM_INDIRECT;
	region = fm_only_region(shard, hash);
	if (likely(region && !shard->multimap && !shard->limited)) {
		if (likely(shard->words))
			err = fm_remove_shaped(level, region, &words, key, hash);
		else
			err = fm_remove_shaped(level, region, &region->shape, key, hash);
	}
	if (!err && fm_tally(level, shard, -1))
		fm_removed(shard);
	fm_exit(level);
	return err;
}
