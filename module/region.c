// SPDX-License-Identifier: GPL-2.0
/*
 * Making and freeing regions: the only place that decides how large the parts
 * of one are.
 */
#include <linux/cpumask.h>
#include <linux/flatmap/step.h>
#include <linux/gfp.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "policy.h"
#include "region.h"

#ifdef FLATMAP_KUNIT
bool (*fm_failure_function)(void);
#endif

/* Writers that can interrupt each other on one CPU, each with a block in hand. */
#define FM_WRITERS_PER_CPU	4

/* The largest order that the page allocator has pages of, by its name since 6.8 and before. */
#ifdef MAX_PAGE_ORDER
#define FM_ORDER_MAX	MAX_PAGE_ORDER
#else
#define FM_ORDER_MAX	(MAX_ORDER - 1)
#endif

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
 * fm_region_entries() - the most entries that a region of limited size can be made for
 * @params: of the map
 * @bytes: the most bytes it may have
 *
 * Return: the entries, at most as many as one region holds; 0 if there is no such region.
 */
u64 fm_region_entries(const struct flatmap_params *params, u64 bytes)
{
	u64 fit = 0, beyond = fm_entries_for(FM_BITS_MAX) + 1;

	/* More entries never take less memory. */
	while (beyond - fit > 1) {
		u64 middle = fit + (beyond - fit) / 2;

		if (fm_region_bytes(params, middle) <= bytes)
			fit = middle;
		else
			beyond = middle;
	}
	return fit;
}

/* The bytes of a region that is made for so many entries. */
u64 fm_region_bytes(const struct flatmap_params *params, u64 entries)
{
	struct fm_region header;

	fm_region_lay_out(&header, params, entries);
	return header.bytes;
}

/*
 * Physically contiguous memory, or NULL: from what is free at once, without reclaim and
 * compaction, and without reserves, which are for those who ask for less.
 */
static void *fm_alloc_contiguous(u64 bytes, gfp_t gfp)
{
	if (get_order(bytes) > FM_ORDER_MAX)
		return NULL;
	/* What is to be spread over nodes is not in one piece. */
	if (bytes > PAGE_SIZE && gfpflags_allow_blocking(gfp) && fm_policy_interleaves())
		return NULL;
	gfp &= __GFP_ACCOUNT;
	return alloc_pages_exact(bytes, gfp | __GFP_NOWARN | __GFP_NOMEMALLOC);
}

/*
 * Memory for a region, zeroed: in one piece if there is one, for huge pages map that, as
 * they do all memory of the kernel. Huge pages for a larger region are taken if they can
 * be had cheaply, else it comes page by page.
 */
static void *fm_alloc_region(u64 bytes, gfp_t gfp)
{
	void *memory;

	if (fm_failure())
		return NULL;
	memory = fm_alloc_contiguous(bytes, gfp);
	if (memory)
		return memset(memory, 0, bytes);
	if (!gfpflags_allow_blocking(gfp))
		return NULL;
	gfp |= __GFP_ZERO | __GFP_NOWARN;
	if (bytes >= PMD_SIZE)
		memory = vmalloc_huge(bytes, gfp | __GFP_NORETRY);
	return memory ?: __vmalloc(bytes, gfp | __GFP_RETRY_MAYFAIL);
}

/**
 * fm_region_create() - allocate an empty table
 * @header: how it is laid out
 * @gfp: how memory is allocated; without direct reclaim it is physically contiguous
 *
 * A region that cannot be had fails quietly rather than make the kernel kill somebody
 * for it.
 *
 * Context: Any but NMI; as @gfp says.
 * Return: the region, or NULL.
 */
struct fm_region *fm_region_create(const struct fm_region *header, gfp_t gfp)
{
	struct fm_region *region = fm_alloc_region(header->bytes, gfp);

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
 * Context: May sleep, unless the region was made where that was not allowed.
 */
void fm_region_destroy(struct fm_region *region)
{
	if (is_vmalloc_addr(region))
		vfree(region);
	else
		free_pages_exact(region, region->bytes);
}
