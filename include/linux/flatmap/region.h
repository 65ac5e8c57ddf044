/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A region: one piece of memory that holds a table with everything in it.
 *
 *	header    this structure
 *	groups    64 bytes each: the group word and 7 slot words. 2^bits homes,
 *	          then a few more for what the last homes overflow, so that
 *	          probing never wraps
 *	blocks    a mark, the key, in a multimap the ordinal, the value, each
 *	          padded to 8 bytes. The first
 *	          @beside << @bits lie beside home groups: block beside * g + j
 *	          belongs to group g. The rest is spare
 *	next      u32 for each spare block: the one below it in its list
 *	stripes   64 bytes each: a list of free spare blocks
 *
 * There is no pointer in the table: a copy of a quiet region anywhere else is the
 * same table. home(hash) is the top bits of the hash, so the region is in hash order
 * group by group.
 *
 * In a map of several shards the topmost bits of a key's hash choose the shard, and
 * what its regions call the hash is turned left by so many bits.
 */
#ifndef _LINUX_FLATMAP_REGION_H
#define _LINUX_FLATMAP_REGION_H

#include <linux/compiler.h>
#include <linux/flatmap.h>
#include <linux/flatmap/word.h>
#include <linux/minmax.h>

#define FM_REGION_MAGIC		0x0070616d74616c66ULL	/* "flatmap" */
#define FM_REGION_FORMAT	1
#define FM_BYTE_ORDER		0x01020304

/*
 * The farthest an entry may lie from its home, in groups. Distinct keys never
 * get there: at 7/8 load the entries that overflow a group are about
 * geometrically distributed with e^-0.256 (Poisson arrivals of 6.125 served 7
 * at a time), so 32 groups away lie fewer than one in 10^24. The rest is for
 * multimaps: the values of one key all have one home, and FLATMAP_VALUES_MAX of
 * them fill 19 groups before the next such key can begin.
 */
#define FM_DISTANCE_MAX		127

/* The home bits that 24 bits of block index leave, with 8 blocks a group. */
#define FM_BITS_MAX		20

#define FM_STRIPES_MAX		16

/* The most regions a shard may have at once: two, unless entries find no place. */
#define FM_CHAIN_MAX		8

#define FM_NO_BLOCK		((u32)FM_INDEX)

/**
 * struct fm_stripe - what writers on one CPU draw from first
 * @free: counted word: the first block of a list of free spare ones
 */
struct fm_stripe {
	u64 free;
} __aligned(64);

/**
 * struct fm_block - what belongs to one entry
 * @mark: sequence and the low half of the hash
 * @data: the key; in a multimap the ordinal; at @value_word the value
 */
struct fm_block {
	u64 mark;
	u64 data[];
};

/**
 * struct fm_shape - the sizes of what belongs to an entry
 * @key_size: bytes of a key
 * @value_size: bytes of a value
 * @value_word: which of a block's data words the value starts at
 * @block_size: bytes of a block
 * @beside: blocks beside each home group, at most 8
 *
 * Known to the compiler where the types of key and value are.
 */
struct fm_shape {
	u32 key_size;
	u32 value_size;
	u32 value_word;
	u32 block_size;
	u32 beside;
};

/* Bytes of a cache line, as the layout sees it. */
#define FM_LINE			64

/* Blocks up to this many bytes stand 8 to a group: a cache line or less. */
#define FM_SMALL_BLOCK		FM_LINE

/* The words that @size bytes take. */
#define FM_WORDS(size)		(((size) + sizeof(u64) - 1) / sizeof(u64))

/* The shape of entries with these sizes. */
static __always_inline struct fm_shape fm_shape_of(u32 key_size, u32 value_size,
						   bool multimap)
{
	u32 value_word = FM_WORDS(key_size) + multimap;
	u32 block_size = (1 + value_word + FM_WORDS(value_size)) * sizeof(u64);

	return (struct fm_shape) {
		.key_size	= key_size,
		.value_size	= value_size,
		.value_word	= value_word,
		.block_size	= block_size,
		.beside		= block_size <= FM_SMALL_BLOCK ? 8 : 4,
	};
}

/* The sizes of key and value, and where the value is, tell all the rest. */
static __always_inline bool fm_same_shape(const struct fm_shape *shape,
					  const struct fm_shape *other)
{
	return shape->key_size == other->key_size &&
	       shape->value_size == other->value_size &&
	       shape->value_word == other->value_word;
}

/**
 * struct fm_region - the header of a region
 * @magic: FM_REGION_MAGIC
 * @format: FM_REGION_FORMAT
 * @byte_order: FM_BYTE_ORDER, in the byte order of all words
 * @bits: log2 of the number of home groups
 * @groups: groups in all
 * @blocks: blocks in all
 * @stripes: a power of two
 * @groups_at: offset of the first group
 * @blocks_at: offset of the first block
 * @next_at: offset of the first link
 * @stripes_at: offset of the first stripe
 * @bytes: size of the region
 * @capacity: entries it is made for
 * @seed: of the hash
 * @shape: sizes of what belongs to an entry
 * @preferred: byte p: which of the blocks beside a home keys with preference p take
 *	first, a bit for each
 * @multimap: nonzero if a key may have several values
 * @hash: enum flatmap_hash
 * @holes: nonzero once an entry has been removed, or was in the way and pinned,
 *	or a hole that came nearer for one was filled by another. That may be an
 *	entry that is nearer to its home than one that passed the hole before, so
 *	strict robin hood order is audited only until then.
 * @extent: what keeps it alive, and the next region; of no meaning in a copy
 */
struct fm_region {
	u64 magic;
	u32 format;
	u32 byte_order;
	u32 bits;
	u32 groups;
	u32 blocks;
	u32 stripes;
	u32 hash;
	u64 groups_at;
	u64 blocks_at;
	u64 next_at;
	u64 stripes_at;
	u64 bytes;
	u64 capacity;
	u64 seed[2];
	struct fm_shape shape;
	u64 preferred;
	u32 multimap;
	u32 holes;
	struct fm_extent *extent;
} __aligned(64);

/**
 * struct fm_front - what a map begins with, for lookups inlined into callers
 * @region: the first region of its first shard
 * @shard_bits: log2 of the number of shards
 */
struct fm_front {
	struct fm_region *region;
	u32 shard_bits;
};

/*
 * The first region of a map, or of its first shard. A region is followed by the next
 * one before anyone finds that here, so an address dependency orders the accesses.
 * Inside an RCU read-side section.
 */
static inline const struct fm_region *fm_region_of(const struct flatmap *map)
{
	return READ_ONCE(((const struct fm_front *)map)->region);
}

/* The group @group: its group word, followed by its slots. */
static inline u64 *fm_group(const struct fm_region *region, u32 group)
{
	return (u64 *)((char *)region + region->groups_at) +
	       (size_t)group * FM_GROUP_WORDS;
}

static inline u32 fm_group_of(const struct fm_region *region, const u64 *word)
{
	return (word - fm_group(region, 0)) / FM_GROUP_WORDS;
}

/* The group word of the group that the slot @slot is in. */
static inline u64 *fm_group_at(const u64 *slot)
{
	return (u64 *)((unsigned long)slot & -(FM_GROUP_WORDS * sizeof(u64)));
}

static __always_inline struct fm_block *
fm_shaped_block(const struct fm_region *region, const struct fm_shape *shape, u32 index)
{
	return (void *)((char *)region + region->blocks_at +
			(size_t)index * shape->block_size);
}

static inline struct fm_block *fm_block(const struct fm_region *region, u32 index)
{
	return fm_shaped_block(region, &region->shape, index);
}

/* What keys prefer one of: the cache lines of the small blocks beside a home, or a block. */
static __always_inline u32 fm_preferences(const struct fm_shape *shape)
{
	return shape->beside < 8 ? shape->beside : 8 * shape->block_size / FM_LINE;
}

/*
 * Which of them a key with this hash prefers. The top of its lower half says it: the
 * topmost bits all keys of a home have in common, the lowest ones all keys of a shard.
 */
static __always_inline u32 fm_preference(const struct fm_shape *shape, u64 hash)
{
	return ((hash & FM_MARK_HASH) * fm_preferences(shape)) >> 32;
}

/* Where the blocks begin that are preferred in this way. */
static __always_inline void *fm_preferred(const struct fm_region *region,
					  const struct fm_shape *shape, u32 home,
					  u32 preference)
{
	return (char *)fm_shaped_block(region, shape, shape->beside * home) +
	       preference * (shape->beside < 8 ? shape->block_size : FM_LINE);
}

static inline bool fm_mark_is_odd(u64 mark)
{
	return mark & FM_MARK_SEQUENCE_ONE;
}

static inline u32 fm_mark_hash(u64 mark)
{
	return FIELD_GET(FM_MARK_HASH, mark);
}

static inline u32 fm_spare_first(const struct fm_region *region)
{
	return region->shape.beside << region->bits;
}

/* The link of the spare block @index. */
static inline u32 *fm_next_of(const struct fm_region *region, u32 index)
{
	return (u32 *)((char *)region + region->next_at) +
	       (index - fm_spare_first(region));
}

static inline struct fm_stripe *fm_stripe(const struct fm_region *region, u32 stripe)
{
	return (struct fm_stripe *)((char *)region + region->stripes_at) +
	       (stripe & (region->stripes - 1));
}

static inline u32 fm_home_of_tag(const struct fm_region *region, u32 tag)
{
	return tag >> (FM_TAG_BITS - region->bits);
}

/* The home group of the entry in the slot word @slot. */
static inline u32 fm_home(const struct fm_region *region, u64 slot)
{
	return fm_home_of_tag(region, fm_tag(slot));
}

/* The last group that an entry with this home may lie in. */
static inline u32 fm_farthest(const struct fm_region *region, u32 home)
{
	return min(home + FM_DISTANCE_MAX, region->groups - 1);
}

#endif /* _LINUX_FLATMAP_REGION_H */
