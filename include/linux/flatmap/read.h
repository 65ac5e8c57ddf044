/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading a region: words that may hold a reference, and blocks that may be
 * written meanwhile. Nothing read from a block counts before it is verified
 * (find.h).
 */
#ifndef _LINUX_FLATMAP_READ_H
#define _LINUX_FLATMAP_READ_H

#include <linux/compiler.h>
#include <linux/flatmap/region.h>
#include <linux/flatmap/word.h>
#include <linux/minmax.h>
#include <linux/prefetch.h>
#include <linux/string.h>
#include <asm/barrier.h>

u64 __flatmap_resolve(const u64 *word, u64 value);

/* The logical value of @word, without helping anyone. Acquires. */
static __always_inline u64 fm_read(const u64 *word)
{
	/* Pairs with the cmpxchg that put the value there. */
	u64 value = smp_load_acquire(word);

	return likely(!fm_is_ref(value)) ? value : __flatmap_resolve(word, value);
}

/*
 * How @size bytes of a block, padded with zeros to whole words, compare with
 * @bytes, in an order of its own: 0 if they are equal.
 */
static __always_inline int fm_compare_words(const u64 *words, const void *bytes,
					    u32 size)
{
	u64 mine, other;

	for (; size >= sizeof(other); size -= sizeof(other), bytes += sizeof(other)) {
		memcpy(&other, bytes, sizeof(other));
		mine = READ_ONCE(*words++);
		if (mine != other)
			return mine < other ? -1 : 1;
	}
	if (size) {
		other = 0;
		memcpy(&other, bytes, size);
		mine = READ_ONCE(*words);
		if (mine != other)
			return mine < other ? -1 : 1;
	}
	return 0;
}

/* How the block's key compares with @key. */
static __always_inline int fm_block_compare(const struct fm_shape *shape,
					    const struct fm_block *block,
					    const void *key)
{
	return fm_compare_words(block->data, key, shape->key_size);
}

static __always_inline bool fm_block_has_value(const struct fm_shape *shape,
					       const struct fm_block *block,
					       const void *value)
{
	return !fm_compare_words(block->data + shape->value_word, value,
				 shape->value_size);
}

/* Copy @size bytes out of a block's words. */
static __always_inline void fm_read_words(void *to, const u64 *from, u32 size)
{
	u64 word;

	for (; size >= sizeof(word); size -= sizeof(word), to += sizeof(word)) {
		word = READ_ONCE(*from++);
		memcpy(to, &word, sizeof(word));
	}
	if (size) {
		word = READ_ONCE(*from);
		memcpy(to, &word, size);
	}
}

static __always_inline void fm_block_read_key(const struct fm_shape *shape,
					      const struct fm_block *block,
					      void *key)
{
	fm_read_words(key, block->data, shape->key_size);
}

static __always_inline void fm_block_read_value(const struct fm_shape *shape,
						const struct fm_block *block,
						void *value)
{
	fm_read_words(value, block->data + shape->value_word, shape->value_size);
}

/* Copy @size bytes of the block's value out, from the @offset-th on. */
static inline void fm_block_read_part(const struct fm_shape *shape,
				      const struct fm_block *block, u32 offset,
				      u32 size, void *to)
{
	const u64 *word = block->data + shape->value_word + offset / sizeof(*word);
	u32 skip = offset % sizeof(*word);
	u32 part;
	u64 copy;

	for (; size; size -= part, to += part, skip = 0) {
		copy = READ_ONCE(*word++);
		part = min_t(u32, size, sizeof(copy) - skip);
		memcpy(to, (char *)&copy + skip, part);
	}
}

/* The ordinal that an entry of a multimap has among those of its key. */
static inline u64 fm_block_ordinal(const struct fm_shape *shape,
				   const struct fm_block *block)
{
	return READ_ONCE(block->data[shape->value_word - 1]);
}

/*
 * Fetch the home group of a key, and what is likely its block while that line is still
 * under way: two dependent cache misses become one.
 */
static __always_inline void fm_fetch_home(const struct fm_region *region,
					  const struct fm_shape *shape, u64 hash)
{
	u32 home = fm_home(region, fm_live_word(hash, 0));

	prefetch(fm_group(region, home));
	prefetch(fm_preferred(region, shape, home, fm_preference(shape, hash)));
}

#endif /* _LINUX_FLATMAP_READ_H */
