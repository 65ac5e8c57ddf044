// SPDX-License-Identifier: GPL-2.0
/*
 * Making and freeing regions: the only place that decides how large the parts
 * of one are.
 */
#include <linux/cpumask.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include "region.h"

/* Writers that can interrupt each other on one CPU, each with a block in hand. */
#define FM_WRITERS_PER_CPU	4

/* The fewest home bits that keep @entries within 7/8 of the home slots. */
u32 fm_bits_for(u64 entries)
{
	return order_base_2(DIV_ROUND_UP_ULL(entries * 8, FM_GROUP_SLOTS * 7));
}

/* How many entries fill 7/8 of the home slots. */
u64 fm_entries_for(u32 bits)
{
	return ((u64)(FM_GROUP_SLOTS * 7) << bits) >> 3;
}

/*
 * Enough spare blocks that every entry, every writer's copy and some pinned old
 * values find one.
 *
 * With 8 blocks beside each group the entries that find none are few: 0.347 a
 * group at 7/8 load, the mean excess of a Poisson variable with mean 6.125 over
 * 8. With 4, for large blocks, memory counts for more and there are as many
 * blocks as entries and an eighth. Both leave a small map enough for the worst
 * case, all entries in one home.
 */
static u32 fm_spare_for(u64 entries, u32 bits, u32 beside)
{
	u64 homes = BIT_ULL(bits);
	u64 spare = (homes * 45) >> 7;
	u64 all = entries + (entries >> 3);

	if (beside * homes < all)
		spare = max(spare, all - beside * homes);
	return spare + min_t(u64, entries, 256) +
	       FM_WRITERS_PER_CPU * num_possible_cpus();
}

/*
 * Which blocks keys with this preference take first: a large one; or those small ones
 * that lie wholly in the line, since what lies in two takes two to read; or what begins
 * in it.
 */
static u64 fm_preferred_blocks(const struct fm_shape *shape, u32 preference)
{
	u32 line = preference * FM_LINE;
	u32 whole = 0, begun = 0;
	u32 at, i;

	if (shape->beside < 8)
		return BIT(preference);
	for (i = 0; i < shape->beside; i++) {
		at = i * shape->block_size;
		if (at < line || at >= line + FM_LINE)
			continue;
		begun |= BIT(i);
		if (at + shape->block_size <= line + FM_LINE)
			whole |= BIT(i);
	}
	return whole ?: begun;
}

/**
 * fm_region_lay_out() - decide where the parts of a region are
 * @region: out: the header, whose memory need not be that of a region
 * @params: of the map, within the limits: the sizes cannot overflow
 * @entries: how many it is to be made for, at most as many as one region holds
 */
void fm_region_lay_out(struct fm_region *region, const struct flatmap_params *params,
		       u64 entries)
{
	u32 extra = min_t(u64, DIV_ROUND_UP_ULL(entries, FM_GROUP_SLOTS),
			  FM_DISTANCE_MAX);
	u32 spare, i;

	region->magic = FM_REGION_MAGIC;
	region->format = FM_REGION_FORMAT;
	region->byte_order = FM_BYTE_ORDER;
	region->multimap = !!(params->flags & FLATMAP_MULTIMAP);
	region->shape = fm_shape_of(params->key_size, params->value_size,
				    region->multimap);
	region->preferred = 0;
	for (i = 0; i < 8; i++)
		region->preferred |= fm_preferred_blocks(&region->shape, i) << (8 * i);
	region->hash = params->hash;
	region->capacity = entries;
	region->bits = fm_bits_for(entries);
	region->groups = (1 << region->bits) + extra;
	spare = fm_spare_for(entries, region->bits, region->shape.beside);
	region->blocks = fm_spare_first(region) + spare;
	region->stripes = min_t(u32, roundup_pow_of_two(num_possible_cpus()),
				FM_STRIPES_MAX);

	region->groups_at = ALIGN(sizeof(*region), 64);
	region->blocks_at = region->groups_at +
			    (u64)region->groups * FM_GROUP_WORDS * sizeof(u64);
	region->next_at = region->blocks_at +
			  (u64)region->blocks * region->shape.block_size;
	region->stripes_at = ALIGN(region->next_at + (u64)spare * sizeof(u32), 64);
	region->bytes = region->stripes_at +
			(u64)region->stripes * sizeof(struct fm_stripe);
}

/* Deal the spare blocks out to the stripes. */
static void fm_region_deal(struct fm_region *region)
{
	u32 index, i;

	for (i = 0; i < region->stripes; i++)
		fm_stripe(region, i)->free = FM_NO_BLOCK;
	for (index = region->blocks; index-- > fm_spare_first(region);) {
		struct fm_stripe *stripe = fm_stripe(region, index);

		*fm_next_of(region, index) = stripe->free;
		stripe->free = index;
	}
}

/**
 * fm_region_create() - allocate an empty table
 * @header: how it is laid out
 *
 * Memory comes from vmalloc, in huge pages where there are any, charged to the
 * caller. A region that cannot be had fails quietly rather than make the kernel
 * kill somebody for it.
 *
 * Context: May sleep.
 * Return: the region, or NULL.
 */
struct fm_region *fm_region_create(const struct fm_region *header)
{
	gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN |
		    __GFP_RETRY_MAYFAIL;
	struct fm_region *region;

	if (PFN_UP(header->bytes) > totalram_pages())
		return NULL;
	region = vmalloc_huge(header->bytes, gfp);
	if (!region)
		return NULL;
	*region = *header;
	fm_region_deal(region);
	return region;
}

/**
 * fm_region_destroy() - free a region
 * @region: one that nobody can reach any more
 *
 * Context: May sleep.
 */
void fm_region_destroy(struct fm_region *region)
{
	vfree(region);
}
