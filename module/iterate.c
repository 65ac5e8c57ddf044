// SPDX-License-Identifier: GPL-2.0
/*
 * Hash order is the order of tag, then low hash, then key, then ordinal: it does
 * not depend on where entries lie, so a place in it stays valid whatever happens
 * to the table. Homes are in that order too, and shards: the bits that choose the
 * shard are the lowest ones of what its regions call the hash.
 *
 * The next entry is the least one after the position among those of its home. The
 * search looks at every place where they can lie; if the home's version has not changed
 * around it, none has moved, and the least is the least of all that were there
 * throughout. Nothing is returned twice, since places only grow.
 *
 * While the shard is being resized, a home of the region with the most homes sets the
 * range, and each region is searched for entries within it, in the order in which they
 * go from one to the next. So what is there throughout is seen at least once; where it
 * was seen in a region that it has left meanwhile, the search begins again.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/flatmap/find.h>
#include <linux/flatmap/step.h>
#include <linux/rcupdate.h>

#include "block.h"
#include "map.h"

/**
 * struct fm_range - hashes that have their topmost bits in common
 * @bits: how many
 * @number: those bits
 */
struct fm_range {
	u32 bits;
	u32 number;
};

static u64 fm_order(const struct fm_found *found)
{
	return (u64)fm_tag(found->word) << 32 | fm_mark_hash(found->mark);
}

static struct fm_block *fm_block_of(const struct fm_found *found)
{
	return fm_block(found->region, fm_index(found->word));
}

/* The ordinal of an entry; in a map, 0. */
static u64 fm_ordinal_of(const struct fm_found *found)
{
	const struct fm_region *region = found->region;

	return region->multimap ?
	       fm_block_ordinal(&region->shape, fm_block_of(found)) : 0;
}

/* The position of a cursor is the order of the last entry, shifted, and one. */
static u64 fm_cursor_order(const struct flatmap_cursor *cursor)
{
	return cursor->position >> 1;
}

/* Does the entry come after the cursor? */
static bool fm_is_after(const struct fm_found *found,
			const struct flatmap_cursor *cursor)
{
	u64 order = fm_order(found);
	int key;

	if (!cursor->position || order > fm_cursor_order(cursor))
		return true;
	if (order < fm_cursor_order(cursor))
		return false;
	key = fm_block_compare(&found->region->shape, fm_block_of(found), cursor->last);
	return key > 0 || (!key && fm_ordinal_of(found) > cursor->ordinal);
}

static bool fm_is_before(const struct fm_found *found, const struct fm_found *other)
{
	if (fm_order(found) != fm_order(other))
		return fm_order(found) < fm_order(other);
	return fm_block_order(found->region, fm_block_of(found),
			      fm_block_of(other)) < 0;
}

/* Is the entry in this slot word within the range? */
static bool fm_is_within(u64 word, const struct fm_range *range)
{
	return fm_is_live(word) &&
	       fm_tag(word) >> (FM_TAG_BITS - range->bits) == range->number;
}

/*
 * Make @least the entry in @slot if that is within the range and between the two.
 * False if @least, whose key was compared, has been replaced meanwhile.
 */
static bool fm_consider(struct fm_region *region, u64 *slot,
			const struct fm_range *range,
			const struct flatmap_cursor *cursor, struct fm_found *least)
{
	struct fm_found found = { .region = region, .slot = slot };
	bool better;

	do {
		found.word = fm_read(slot);
		if (!fm_is_within(found.word, range))
			return true;
		/* Pairs with fm_block_close(). */
		found.mark = smp_load_acquire(&fm_block_of(&found)->mark);
		better = fm_is_after(&found, cursor) &&
			 (!least->slot || fm_is_before(&found, least));
	} while (!fm_verify(region, &found));
	if (least->slot && fm_order(&found) == fm_order(least) &&
	    !fm_verify(least->region, least))
		return false;
	if (better)
		*least = found;
	return true;
}

/* The place of the entry that was found. */
static struct flatmap_cursor fm_place_of(const struct fm_found *found)
{
	return (struct flatmap_cursor) {
		.position	= fm_order(found) << 1 | 1,
		.ordinal	= fm_ordinal_of(found),
	};
}

/*
 * Find the first entry of a region's home that is within the range and comes after
 * the cursor, if it comes before @least. Returns the state of the home, or -EAGAIN if
 * others have changed what was seen.
 */
static int fm_next_of_home(struct fm_region *region, u32 home,
			   const struct fm_range *range,
			   const struct flatmap_cursor *cursor, struct fm_found *least)
{
	u64 *group = fm_group(region, home);
	u64 before = fm_read(group);
	u32 i;

	for (u64 word = before;; word = fm_read(group)) {
		for (i = 1; i <= FM_GROUP_SLOTS; i++) {
			if (!fm_consider(region, group + i, range, cursor, least))
				return -EAGAIN;
		}
		if (!fm_overflow(word))
			break;
		group += FM_GROUP_WORDS;
	}
	/* All slots are read before the home: fm_read() acquires. Pairs with mcas.c. */
	if (!fm_same_version(fm_read(fm_group(region, home)), before))
		return -EAGAIN;
	return fm_state(before);
}

/* The range of hashes with this tag that each region has within one home. */
static struct fm_range fm_range_of(const struct fm_region *region, u32 tag)
{
	struct fm_range range = {};

	for (; region; region = fm_successor(region))
		range.bits = max(range.bits, region->bits);
	range.number = tag >> (FM_TAG_BITS - range.bits);
	return range;
}

/*
 * Copy out the first entry after the cursor of those in one range with @tag, and its
 * place. 1 if there is one; 0 if not; -EAGAIN if others have changed what was seen.
 */
static int fm_next_in(struct fm_region *region, const struct fm_range *range,
		      const struct flatmap_cursor *cursor, void *key, void *value,
		      struct flatmap_cursor *place)
{
	struct fm_found least = {};
	struct fm_block *block;
	int state;

	for (;; region = fm_successor(region)) {
		if (region->bits > range->bits)
			return -EAGAIN;
		state = fm_next_of_home(region,
					range->number >> (range->bits - region->bits),
					range, cursor, &least);
		if (state < 0)
			return state;
		if (state == FM_HOME_OPEN || !fm_step(FORWARD))
			break;
		fm_hook(FM_HOOK_FORWARD);
	}
	if (!least.slot)
		return 0;

	block = fm_block_of(&least);
	fm_block_read_key(&region->shape, block, key);
	if (value)
		fm_block_read_value(&region->shape, block, value);
	*place = fm_place_of(&least);
	return fm_verify(least.region, &least) ? 1 : -EAGAIN;
}

/* The next entry of a shard, as flatmap_next(). */
static int fm_next_of_shard(struct flatmap *shard, const struct flatmap_cursor *cursor,
			    void *key, void *value, struct flatmap_cursor *place)
{
	u64 tag = fm_cursor_order(cursor) >> 32;
	struct fm_region *first;
	struct fm_range range;
	int is;

	while (tag < BIT_ULL(FM_TAG_BITS)) {
		rcu_read_lock();
		first = fm_first(shard);
		range = fm_range_of(first, tag);
		is = fm_next_in(first, &range, cursor, key, value, place);
		rcu_read_unlock();
		if (is > 0)
			return 0;
		if (!is)
			tag = (u64)(range.number + 1) << (FM_TAG_BITS - range.bits);
	}
	return -ENOENT;
}

/**
 * flatmap_next() - the next entry in hash order
 * @map: the map
 * @cursor: in and out: where the last entry was
 * @key: where to copy the key; not @cursor->last
 * @value: where to copy the value, or NULL
 *
 * An entry that is there from the first call to the last is returned exactly
 * once, whatever happens to others, and however the map is resized. In a multimap each
 * value is an entry, and the values of one key follow each other in the order in which
 * they were added.
 *
 * Context: Any.
 * Return: 0, or -ENOENT after the last entry; @cursor is unchanged then, and what
 * @key and @value hold is undefined.
 */
int flatmap_next(struct flatmap *map, struct flatmap_cursor *cursor, void *key,
		 void *value)
{
	u32 shards = map->whole->shards;
	u32 shard = fm_cursor_order(cursor) & (shards - 1);
	const struct flatmap_cursor beginning = {};
	const struct flatmap_cursor *from = cursor;
	struct flatmap_cursor place;

	for (; shard < shards; shard++, from = &beginning) {
		if (fm_next_of_shard(map + shard, from, key, value, &place))
			continue;
		cursor->position = place.position;
		cursor->ordinal = place.ordinal;
		memcpy(cursor->last, key, map->whole->params.key_size);
		return 0;
	}
	return -ENOENT;
}
EXPORT_SYMBOL_GPL(flatmap_next);
