/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A region: one piece of memory that holds a table with everything in it.
 *
 *	header    this structure
 *	groups    64 bytes each: the group word and 7 slot words. 2^bits homes,
 *	          then a few more for what the last homes overflow, so that
 *	          probing never wraps
 *	blocks    a mark, the key, the value, each padded to 8 bytes. The first
 *	          @beside << @bits lie beside home groups: block beside * g + j
 *	          belongs to group g. The rest is spare
 *	next      u32 for each spare block: the one below it in its list
 *	stripes   64 bytes each: a list of free spare blocks, and room: how many
 *	          entries may still come
 *
 * There is no pointer in it: a copy of a quiet region anywhere else is the same
 * table. home(hash) is the top bits of the hash, so the region is in hash order
 * group by group.
 */
#ifndef _FLATMAP_REGION_H
#define _FLATMAP_REGION_H

#include <linux/minmax.h>
#include <linux/flatmap.h>

#include "word.h"

#define FM_REGION_MAGIC		0x0070616d74616c66ULL	/* "flatmap" */
#define FM_REGION_FORMAT	1
#define FM_BYTE_ORDER		0x01020304

/*
 * The farthest an entry may lie from its home, in groups. At 7/8 load the
 * entries that overflow a group are about geometrically distributed with
 * e^-0.256 (Poisson arrivals of 6.125 served 7 at a time), so 32 groups away
 * lie fewer than one in 10^24.
 */
#define FM_DISTANCE_MAX		32

/* The home bits that 24 bits of block index leave, with 8 blocks a group. */
#define FM_BITS_MAX		20

#define FM_STRIPES_MAX		16

#define FM_NO_BLOCK		((u32)FM_INDEX)

/**
 * struct fm_stripe - what writers on one CPU draw from first
 * @free: counted word: the first block of a list of free spare ones
 * @room: counted word: entries that may still be added
 */
struct fm_stripe {
	u64 free;
	u64 room;
} __aligned(64);

/**
 * struct fm_block - what belongs to one entry
 * @mark: sequence and the low half of the hash
 * @data: the key, then at @value_word the value
 */
struct fm_block {
	u64 mark;
	u64 data[];
};

/**
 * struct fm_region - the header of a region
 * @magic: FM_REGION_MAGIC
 * @format: FM_REGION_FORMAT
 * @byte_order: FM_BYTE_ORDER, in the byte order of all words
 * @bits: log2 of the number of home groups
 * @groups: groups in all
 * @beside: blocks beside each home group, at most 8
 * @blocks: blocks in all
 * @stripes: a power of two
 * @block_size: bytes of a block
 * @value_word: which of a block's data words the value starts at
 * @groups_at: offset of the first group
 * @blocks_at: offset of the first block
 * @next_at: offset of the first link
 * @stripes_at: offset of the first stripe
 * @bytes: size of the region
 * @capacity: entries it is for
 * @seed: of the hash
 * @key_size: bytes of a key
 * @value_size: bytes of a value
 * @hash: enum flatmap_hash
 * @holes: nonzero once an entry has been removed, or was in the way and pinned,
 *	or a hole that came nearer for one was filled by another. That may be an
 *	entry that is nearer to its home than one that passed the hole before, so
 *	strict robin hood order is audited only until then.
 */
struct fm_region {
	u64 magic;
	u32 format;
	u32 byte_order;
	u32 bits;
	u32 groups;
	u32 beside;
	u32 blocks;
	u32 stripes;
	u32 block_size;
	u32 value_word;
	u32 hash;
	u64 groups_at;
	u64 blocks_at;
	u64 next_at;
	u64 stripes_at;
	u64 bytes;
	u64 capacity;
	u64 seed[2];
	u32 key_size;
	u32 value_size;
	u32 holes;
} __aligned(64);

struct fm_region *fm_region_create(const struct flatmap_params *params);
void fm_region_destroy(struct fm_region *region);

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

static inline struct fm_block *fm_block(const struct fm_region *region, u32 index)
{
	return (void *)((char *)region + region->blocks_at +
			(size_t)index * region->block_size);
}

static inline u32 fm_spare_first(const struct fm_region *region)
{
	return region->beside << region->bits;
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

#endif /* _FLATMAP_REGION_H */
