// SPDX-License-Identifier: GPL-2.0
/*
 * Blocks come from beside the entry's home group, by a used bit in the group
 * word; else from the lists of free spare blocks, this CPU's stripe first; else
 * from beside any other group. So their addresses are mostly known from the
 * hash, and none is out of reach.
 *
 * The lists are Treiber stacks (IBM RJ 5118, 1986) of indices. The version in
 * the head is what makes a pop safe: pop, pop, push brings an index back on top,
 * with another block below it.
 */
#include <linux/bitops.h>
#include <linux/flatmap/step.h>
#include <linux/string.h>

#include "block.h"

/*
 * How many groups to look at when neither the home nor a list has a block. At
 * least a ninth of all blocks are free of entries, so if none is found here,
 * pins hold them.
 */
#define FM_BLOCK_SEARCH		1024U

static struct fm_stripe *fm_this_stripe(struct fm_level *level,
					struct fm_region *region)
{
	return fm_stripe(region, level->cpu);
}

/* Take a block beside the group @home, best one of @preferred. */
static u32 fm_take_beside(struct fm_level *level, struct fm_region *region,
			  u32 home, u32 preferred)
{
	u64 *word = fm_group(region, home);
	u64 group = fm_settle(level, word);
	u32 free, block;

	while ((free = fm_free_beside(&region->shape, group))) {
		block = fm_choose(&region->shape, free, preferred);
		if (try_cmpxchg(word, &group, group | fm_used_bit(block)))
			return (home << fm_beside_shift(&region->shape)) + block;
		if (fm_is_ref(group))
			group = fm_settle(level, word);
	}
	return FM_NO_BLOCK;
}

/* Take the first block of a stripe's list. */
static u32 fm_pop(struct fm_region *region, struct fm_stripe *stripe)
{
	u64 head = READ_ONCE(stripe->free);

	while (fm_index(head) != FM_NO_BLOCK) {
		/* The address depends on the head: pairs with fm_push(). */
		u32 next = READ_ONCE(*fm_next_of(region, fm_index(head)));
		u64 popped = fm_next_head(head, next);

		fm_hook(FM_HOOK_POPPING);
		if (!fm_step(POP))
			popped = next;
		if (try_cmpxchg(&stripe->free, &head, popped))
			return fm_index(head);
	}
	return FM_NO_BLOCK;
}

/* Put a spare block on a stripe's list. */
static void fm_push(struct fm_region *region, struct fm_stripe *stripe, u32 index)
{
	u64 head = READ_ONCE(stripe->free);
	u64 pushed;

	do {
		WRITE_ONCE(*fm_next_of(region, index), fm_index(head));
		pushed = fm_step(POP) ? fm_next_head(head, index) : index;
	} while (!try_cmpxchg(&stripe->free, &head, pushed));
}

static u32 fm_take_spare(struct fm_level *level, struct fm_region *region)
{
	u32 index = FM_NO_BLOCK;
	u32 i;

	for (i = 0; i < region->stripes && index == FM_NO_BLOCK; i++)
		index = fm_pop(region, fm_stripe(region, level->cpu + i));
	return index;
}

static u32 fm_take_elsewhere(struct fm_level *level, struct fm_region *region,
			     u32 home)
{
	u32 homes = 1U << region->bits;
	u32 index = FM_NO_BLOCK;
	u32 i;

	for (i = 1; i < min(homes, FM_BLOCK_SEARCH) && index == FM_NO_BLOCK; i++)
		index = fm_take_beside(level, region, (home + i) & (homes - 1), 1);
	return index;
}

/**
 * fm_block_take() - take a free block for an entry
 * @level: what fm_enter() returned
 * @region: the region
 * @hash: of the entry's key
 *
 * Context: Any, between fm_enter() and fm_exit().
 * Return: its index, or FM_NO_BLOCK. The caller alone may write it.
 */
u32 fm_block_take(struct fm_level *level, struct fm_region *region, u64 hash)
{
	u32 home = fm_home_of_tag(region, hash >> (64 - FM_TAG_BITS));
	u32 index;

	index = fm_take_beside(level, region, home,
			       fm_preferred_of(region, &region->shape, hash));
	if (index == FM_NO_BLOCK)
		index = fm_take_spare(level, region);
	if (index == FM_NO_BLOCK)
		index = fm_take_elsewhere(level, region, home);
	if (index != FM_NO_BLOCK)
		fm_hook(FM_HOOK_TAKEN);
	return index;
}

/**
 * fm_block_give() - give a block back
 * @level: what fm_enter() returned
 * @region: the region
 * @index: a block that no slot holds; readers may still be looking at it
 *
 * Context: Any, between fm_enter() and fm_exit().
 */
void fm_block_give(struct fm_level *level, struct fm_region *region, u32 index)
{
	u64 *word, group;

	if (index >= fm_spare_first(region)) {
		fm_push(region, fm_this_stripe(level, region), index);
		return;
	}
	word = fm_group(region, fm_beside(&region->shape, index));
	group = fm_settle(level, word);
	while (!try_cmpxchg(word, &group,
			    group & ~fm_used_bit(fm_block_number(&region->shape, index)))) {
		if (fm_is_ref(group))
			group = fm_settle(level, word);
	}
}

/* Write the key, and in a multimap the ordinal, of an open block. */
void fm_block_write_key(const struct fm_region *region, struct fm_block *block,
			const void *key, u64 ordinal)
{
	fm_write_words(block->data, key, region->shape.key_size);
	if (region->multimap)
		WRITE_ONCE(block->data[region->shape.value_word - 1], ordinal);
}

/* Write the value of an open block. */
void fm_block_write_value(const struct fm_region *region, struct fm_block *block,
			  const void *value)
{
	fm_write_words(block->data + region->shape.value_word, value,
		       region->shape.value_size);
}

/* Copy the value of the block @from to an open block. */
void fm_block_copy_value(const struct fm_region *region, struct fm_block *block,
			 const struct fm_block *from)
{
	u32 end = region->shape.block_size / sizeof(u64) - 1;
	u32 i;

	for (i = region->shape.value_word; i < end; i++)
		WRITE_ONCE(block->data[i], READ_ONCE(from->data[i]));
}

/* Copy all that the block @from of a region with the same shape holds to an open one. */
void fm_block_copy(const struct fm_region *region, struct fm_block *block,
		   const struct fm_block *from)
{
	u32 end = region->shape.block_size / sizeof(u64) - 1;
	u32 i;

	for (i = 0; i < end; i++)
		WRITE_ONCE(block->data[i], READ_ONCE(from->data[i]));
}

/* How the keys of two blocks compare; of a multimap, the ordinals, too. */
int fm_block_order(const struct fm_region *region, const struct fm_block *block,
		   const struct fm_block *other)
{
	u32 i;

	for (i = 0; i < region->shape.value_word; i++) {
		u64 a = READ_ONCE(block->data[i]);
		u64 b = READ_ONCE(other->data[i]);

		if (a != b)
			return a < b ? -1 : 1;
	}
	return 0;
}
