// SPDX-License-Identifier: GPL-2.0
/*
 * What stands where: regions, descriptors, and what a word tells the address of.
 */
#include "kernel.h"
#include "map.h"
#include "addresses.h"

static const struct flatmap *map;
static struct ex_region regions[8];	/* those that were ever seen in the chain */
static u32 regions_count, regions_kept;
static const struct fm_level *levels;	/* of the first CPU */

/* Take note of regions that have come into the chain. */
void ex_regions_note(void)
{
	const struct fm_region *region;
	struct ex_region *noted;

	for (region = map->region; region; region = region->extent->next) {
		for (noted = regions; noted < regions + regions_count; noted++) {
			if (noted->at == (u64)region)
				break;
		}
		if (noted < regions + regions_count || regions_count == ARRAY_SIZE(regions))
			continue;
		*noted = (struct ex_region){
			.at = (u64)region,
			.bytes = region->bytes,
			.extent = (u64)region->extent,
			.pins = (u64)region->extent->pins.data,
			.number = region->extent->number,
			.header = *region,
		};
		regions_count++;
	}
}

/* The map has been made. */
void ex_addresses_begin(const struct flatmap *of)
{
	struct fm_level *level = fm_enter(FM_LEVELS);

	levels = level;
	fm_exit(level);
	map = of;
}

/* The regions that there are now are those that every schedule begins with. */
void ex_addresses_keep(void)
{
	ex_regions_note();
	regions_kept = regions_count;
}

void ex_addresses_restore(void)
{
	regions_count = regions_kept;
}

/* An operation's descriptors: struct fm_cpu is the depth on a line, then the levels. */
const struct fm_level *ex_level(u32 cpu, u32 number)
{
	size_t stride = 64 + FM_LEVELS * sizeof(struct fm_level);

	return (const void *)((const char *)levels + cpu * stride +
			      number * sizeof(struct fm_level));
}

/* The @n-th of the regions that were ever seen; NULL if there are fewer. */
const struct ex_region *ex_region(u32 n)
{
	return n < regions_count ? &regions[n] : NULL;
}

/* The region that has @address, or NULL. */
const struct ex_region *ex_region_of(u64 address)
{
	for (u32 i = 0; i < regions_count; i++) {
		if (address - regions[i].at < regions[i].bytes)
			return &regions[i];
	}
	return NULL;
}

/* What a word of a region tells the address of. */
static bool ex_meant_in(const struct ex_region *in, u64 at, u64 word,
			struct ex_range *range)
{
	const struct fm_region *region = &in->header;
	u64 offset = at - in->at;
	u64 block = fm_index(word);

	if (offset >= region->stripes_at && block < region->blocks)
		*range = (struct ex_range){
			in->at + region->next_at +
				(block - fm_spare_first(region)) * sizeof(u32),
			sizeof(u32),
		};
	else if (offset >= region->groups_at && offset < region->blocks_at &&
		 fm_kind(word) && !fm_is_ref(word))
		*range = (struct ex_range){
			in->at + region->blocks_at + block * region->shape.block_size,
			region->shape.block_size,
		};
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
	const struct ex_region *region;

	ex_regions_note();
	region = ex_region_of(is_pointer ? word : (u64)at);
	if (is_pointer && region && region->at == word) {
		ranges[0] = (struct ex_range){ region->at, region->bytes };
		ranges[1] = (struct ex_range){ region->extent, sizeof(struct fm_extent) };
		return 2;
	}
	if (is_pointer)
		ranges[0] = (struct ex_range){ word, sizeof(u64) };
	else if (fm_is_ref(word))
		ranges[0] = (struct ex_range){
			(u64)ex_level(fm_ref_cpu(word), fm_ref_level(word)),
			sizeof(struct fm_level),
		};
	else if (!region || !ex_meant_in(region, (u64)at, word, &ranges[0]))
		return 0;
	return 1;
}
