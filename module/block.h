/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Blocks: taking, writing and giving back the memory of one entry.
 */
#ifndef _FLATMAP_BLOCK_H
#define _FLATMAP_BLOCK_H

#include <linux/bitops.h>
#include <linux/flatmap/read.h>
#include <linux/flatmap/step.h>
#include <linux/string.h>

#include "mcas.h"

u32 fm_block_take(struct fm_level *level, struct fm_region *region, u64 hash);
void fm_block_give(struct fm_level *level, struct fm_region *region, u32 index);

void fm_block_write_key(const struct fm_region *region, struct fm_block *block,
			const void *key, u64 ordinal);
void fm_block_write_value(const struct fm_region *region, struct fm_block *block,
			  const void *value);
void fm_block_copy_value(const struct fm_region *region, struct fm_block *block,
			 const struct fm_block *from);
void fm_block_copy(const struct fm_region *region, struct fm_block *block,
		   const struct fm_block *from);

int fm_block_order(const struct fm_region *region, const struct fm_block *block,
		   const struct fm_block *other);

/* log2 of the blocks beside a home group. */
static __always_inline u32 fm_beside_shift(const struct fm_shape *shape)
{
	return shape->beside == 8 ? 3 : 2;
}

/* The group that the block @index is beside. */
static __always_inline u32 fm_beside(const struct fm_shape *shape, u32 index)
{
	return index >> fm_beside_shift(shape);
}

/* Which of the blocks beside that group it is. */
static __always_inline u32 fm_block_number(const struct fm_shape *shape, u32 index)
{
	return index & (shape->beside - 1);
}

/*
 * Which of the blocks beside a group to take, of those that are @free: the first that is
 * preferred, or else the next one after that, which begins in the same cache line as likely
 * as not. Without a branch, which could be mispredicted.
 */
static __always_inline u32 fm_choose(const struct fm_shape *shape, u32 free, u32 preferred)
{
	u32 first = __ffs(preferred);
	u32 from_there = (free | free << shape->beside) >> first;

	return (first + __ffs(from_there)) & (shape->beside - 1);
}

/* Which of the blocks beside a home a key prefers: a bit for each. */
static __always_inline u32 fm_preferred_of(const struct fm_region *region,
					   const struct fm_shape *shape, u64 hash)
{
	return (u8)(region->preferred >> (8 * fm_preference(shape, hash)));
}

/* The blocks beside a group that are free in its word: a bit for each. */
static __always_inline u32 fm_free_beside(const struct fm_shape *shape, u64 group)
{
	return ~fm_used(group) & ((1U << shape->beside) - 1);
}

/*
 * Take a block beside the home @home, whose group word was @group. Else as fm_block_take().
 */
static __always_inline u32 fm_block_take_at(struct fm_level *level,
					    struct fm_region *region,
					    const struct fm_shape *shape, u32 home,
					    u64 group, u64 hash)
{
	u32 free = fm_free_beside(shape, group);
	u32 block;

	if (likely(free)) {
		block = fm_choose(shape, free, fm_preferred_of(region, shape, hash));
		if (likely(cmpxchg(fm_group(region, home), group,
				   group | fm_used_bit(block)) == group)) {
			fm_hook(FM_HOOK_TAKEN);
			return (home << fm_beside_shift(shape)) + block;
		}
	}
	return fm_block_take(level, region, hash);
}

/* Give the block @index back, which is likely beside the home @home. */
static __always_inline void fm_block_give_at(struct fm_level *level,
					     struct fm_region *region,
					     const struct fm_shape *shape, u32 home,
					     u32 index)
{
	u64 *word = fm_group(region, home);
	u64 group = READ_ONCE(*word);
	u64 used = fm_used_bit(fm_block_number(shape, index));

	if (unlikely(fm_beside(shape, index) != home || fm_is_ref(group) ||
		     cmpxchg(word, group, group & ~used) != group))
		fm_block_give(level, region, index);
}

/* Write @size bytes to a block's words, padded with zeros. */
static __always_inline void fm_write_words(u64 *to, const void *from, u32 size)
{
	u64 word;

	for (; size >= sizeof(word); size -= sizeof(word), from += sizeof(word)) {
		memcpy(&word, from, sizeof(word));
		WRITE_ONCE(*to++, word);
	}
	if (size) {
		word = 0;
		memcpy(&word, from, size);
		WRITE_ONCE(*to, word);
	}
}

/**
 * fm_block_begin() - begin to write a block that has been taken
 * @block: the block
 *
 * Readers of what the block held before may still be at it. They notice: the
 * mark is odd before the first word changes, and another one after the last.
 *
 * Context: Any.
 */
static __always_inline void fm_block_begin(struct fm_block *block)
{
	u64 mark = (block->mark & FM_MARK_SEQUENCE) + FM_MARK_SEQUENCE_ONE;

	WRITE_ONCE(block->mark, mark);
	/*
	 * The odd mark before the words: pairs with fm_verify_block(). Redundant where the
	 * slot is checked as well: whoever sees the words sees that the block has left its
	 * slot, for it was then given and taken with full barriers. With this one the mark
	 * tells the truth by itself.
	 */
	smp_wmb();
	fm_hook(FM_HOOK_WRITING);
}

/* Likewise, of the block @index. Returns the block. */
static inline struct fm_block *fm_block_open(struct fm_region *region, u32 index)
{
	struct fm_block *block = fm_block(region, index);

	fm_block_begin(block);
	return block;
}

/**
 * fm_block_close() - end what fm_block_begin() began
 * @block: the block
 * @hash: of the key
 */
static __always_inline void fm_block_close(struct fm_block *block, u64 hash)
{
	/* Pairs with fm_look(): the words before the even mark. */
	smp_store_release(&block->mark, (block->mark & FM_MARK_SEQUENCE) +
			  FM_MARK_SEQUENCE_ONE + (hash & FM_MARK_HASH));
}

#endif /* _FLATMAP_BLOCK_H */
