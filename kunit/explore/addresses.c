// SPDX-License-Identifier: GPL-2.0
/*
 * What stands where: regions, descriptors, and what a word tells the address of.
 */
#include "kernel.h"
#include "map.h"
#include "mcas.h"
#include "explore.h"

static const struct fm_region *oldest;	/* of the regions, also those out of use */
static const struct fm_level *levels;	/* of the first CPU */

/* The map has been made, and has one region. */
void ex_addresses_begin(const struct flatmap *map)
{
	struct fm_level *level = fm_enter(FM_LEVELS);

	levels = level;
	fm_exit(level);
	oldest = map->region;
}

/* The first region that there was, whether or not it is in use. */
const struct fm_region *ex_oldest_region(void)
{
	return oldest;
}

/* An operation's descriptors: struct fm_cpu is the depth on a line, then the levels. */
const struct fm_level *ex_level(u32 cpu, u32 number)
{
	size_t stride = 64 + FM_LEVELS * sizeof(struct fm_level);

	return (const void *)((const char *)levels + cpu * stride +
			      number * sizeof(struct fm_level));
}

/* The region that has @address, of all there have been; or NULL. */
const struct fm_region *ex_region_of(const void *address)
{
	const struct fm_region *region = oldest;

	while (region && (u64)address - (u64)region >= region->bytes)
		region = region->extent->next;
	return region;
}

/* What a word of a region tells the address of. */
static bool ex_meant_in(const struct fm_region *region, const void *at, u64 word,
			struct ex_range *range)
{
	u64 offset = (u64)at - (u64)region;

	if (offset >= region->stripes_at && fm_index(word) < region->blocks)
		*range = (struct ex_range){ fm_next_of(region, fm_index(word)), sizeof(u32) };
	else if (offset >= region->groups_at && offset < region->blocks_at &&
		 fm_kind(word) && !fm_is_ref(word))
		*range = (struct ex_range){ fm_block(region, fm_index(word)),
					    region->shape.block_size };
	else
		return false;
	return true;
}

/**
 * ex_meant() - what does a word tell the address of?
 * @at: where it stands
 * @word: what was read there
 * @is_pointer: is it a pointer?
 * @ranges: out: at most %EX_MEANT pieces of memory
 *
 * A region and its extent; what another pointer points to; the descriptors that a
 * reference means; a block, by an index.
 *
 * Return: how many.
 */
u32 ex_meant(const void *at, u64 word, bool is_pointer, struct ex_range *ranges)
{
	const struct fm_region *region = ex_region_of(is_pointer ? (const void *)word : at);

	if (is_pointer && region && (u64)region == word) {
		ranges[0] = (struct ex_range){ region, region->bytes };
		ranges[1] = (struct ex_range){ region->extent, sizeof(*region->extent) };
		return 2;
	}
	if (is_pointer)
		ranges[0] = (struct ex_range){ (const void *)word, sizeof(u64) };
	else if (fm_is_ref(word))
		ranges[0] = (struct ex_range){
			ex_level(fm_ref_cpu(word), fm_ref_level(word)),
			sizeof(struct fm_level),
		};
	else if (!region || !ex_meant_in(region, at, word, &ranges[0]))
		return 0;
	return 1;
}
