/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Taking and giving back single blocks: what the suites "block" and "list" share.
 */
#ifndef _FLATMAP_BLOCKS_H
#define _FLATMAP_BLOCKS_H

#include "block.h"
#include "words.h"

static inline u32 block_take(struct flatmap *map, u64 hash)
{
	struct fm_level *level = fm_enter(FM_LEVELS - 1);
	u32 index = fm_block_take(level, map->region, hash);

	fm_exit(level);
	return index;
}

/* Write a block as an entry's. */
static inline void block_write(struct flatmap *map, u32 index, u64 hash,
			       const void *key, const void *value)
{
	struct fm_block *block = fm_block_open(map->region, index);

	fm_block_write_key(map->region, block, key, 1);
	fm_block_write_value(map->region, block, value);
	fm_block_close(block, hash);
}

static inline void block_give(struct flatmap *map, u32 index)
{
	struct fm_level *level = fm_enter(FM_LEVELS - 1);

	fm_block_give(level, map->region, index);
	fm_exit(level);
}

/* Take the blocks beside home 0, so that spare ones come next. */
static inline void block_take_beside(struct kunit *test, struct flatmap *map)
{
	u32 i;

	for (i = 0; i < map->region->shape.beside; i++)
		KUNIT_EXPECT_EQ(test, block_take(map, 0), i);
}

static inline void block_give_beside(struct flatmap *map)
{
	u32 i;

	for (i = 0; i < map->region->shape.beside; i++)
		block_give(map, i);
}

/**
 * struct block_pair - two blocks that are taken at a hook
 * @map: the map
 * @first: the one that is given back
 * @second: the one that is kept
 */
struct block_pair {
	struct flatmap *map;
	u32 first, second;
};

/* Take two blocks with the hash @hash, and give the first one back. */
static inline void block_take_two(struct block_pair *pair, u64 hash)
{
	pair->first = block_take(pair->map, hash);
	pair->second = block_take(pair->map, hash);
	block_give(pair->map, pair->first);
}

#endif /* _FLATMAP_BLOCKS_H */
