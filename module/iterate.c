// SPDX-License-Identifier: GPL-2.0
/*
 * Hash order is the order of tag, then low hash, then key, then ordinal: it does
 * not depend on where entries lie, so a place in it stays valid whatever happens
 * to the table. Homes are in that order too.
 *
 * The next entry is the least one after the position among those of its home.
 * The search looks at every place where they can lie; if the home's version has
 * not changed around it, none has moved, and the least is the least of all that
 * were there throughout. Nothing is returned twice, since places only grow.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/flatmap/find.h>
#include <linux/flatmap/step.h>
#include <linux/rcupdate.h>

#include "block.h"
#include "map.h"

static u64 fm_order(const struct fm_found *found)
{
	return (u64)fm_tag(found->word) << 32 | fm_mark_hash(found->mark);
}

static struct fm_block *fm_block_of(const struct fm_region *region,
				    const struct fm_found *found)
{
	return fm_block(region, fm_index(found->word));
}

/* The ordinal of an entry; in a map, 0. */
static u64 fm_ordinal_of(const struct fm_region *region, const struct fm_found *found)
{
	return region->multimap ?
	       fm_block_ordinal(&region->shape, fm_block_of(region, found)) : 0;
}

/* The position of a cursor is the order of the last entry, shifted, and one. */
static u64 fm_cursor_order(const struct flatmap_cursor *cursor)
{
	return cursor->position >> 1;
}

/* Does the entry come after the cursor? */
static bool fm_is_after(const struct fm_region *region,
			const struct fm_found *found,
			const struct flatmap_cursor *cursor)
{
	u64 order = fm_order(found);
	int key;

	if (!cursor->position || order > fm_cursor_order(cursor))
		return true;
	if (order < fm_cursor_order(cursor))
		return false;
	key = fm_block_compare(&region->shape, fm_block_of(region, found),
			       cursor->last);
	return key > 0 ||
	       (!key && fm_ordinal_of(region, found) > cursor->ordinal);
}

static bool fm_is_before(const struct fm_region *region,
			 const struct fm_found *found,
			 const struct fm_found *other)
{
	if (fm_order(found) != fm_order(other))
		return fm_order(found) < fm_order(other);
	return fm_block_order(region, fm_block_of(region, found),
			      fm_block_of(region, other)) < 0;
}

/*
 * Make @least the entry in @slot if that is of @home and between the two. False
 * if @least, whose key was compared, has been replaced meanwhile.
 */
static bool fm_consider(const struct fm_region *region, u64 *slot, u32 home,
			const struct flatmap_cursor *cursor, struct fm_found *least)
{
	struct fm_found found = { .slot = slot };
	bool better;

	do {
		found.word = fm_read(slot);
		if (!fm_is_live(found.word) || fm_home(region, found.word) != home)
			return true;
		/* Pairs with fm_block_write(). */
		found.mark = smp_load_acquire(&fm_block_of(region, &found)->mark);
		better = fm_is_after(region, &found, cursor) &&
			 (!least->slot || fm_is_before(region, &found, least));
	} while (!fm_verify(region, &found));
	if (least->slot && fm_order(&found) == fm_order(least) &&
	    !fm_verify(region, least))
		return false;
	if (better)
		*least = found;
	return true;
}

/* The place of the entry that was found. */
static struct flatmap_cursor fm_place_of(const struct fm_region *region,
					 const struct fm_found *found)
{
	return (struct flatmap_cursor) {
		.position	= fm_order(found) << 1 | 1,
		.ordinal	= fm_ordinal_of(region, found),
	};
}

/*
 * Copy out the first entry of @home after the cursor, and its place. 1 if there
 * is one, 0 if not, -EAGAIN if others have changed what was seen.
 */
static int fm_next_of_home(const struct fm_region *region, u32 home,
			   const struct flatmap_cursor *cursor, void *key,
			   void *value, struct flatmap_cursor *place)
{
	u64 *group = fm_group(region, home);
	u64 before = fm_read(group);
	struct fm_found least = {};
	struct fm_block *block;
	u32 i;

	for (u64 word = before;; word = fm_read(group)) {
		for (i = 1; i <= FM_GROUP_SLOTS; i++) {
			if (!fm_consider(region, group + i, home, cursor, &least))
				return -EAGAIN;
		}
		if (!fm_overflow(word))
			break;
		group += FM_GROUP_WORDS;
	}
	smp_rmb(); /* all groups before the home; pairs with mcas.c */
	if (!fm_same_version(fm_read(fm_group(region, home)), before))
		return -EAGAIN;
	if (!least.slot)
		return 0;

	block = fm_block_of(region, &least);
	fm_block_read_key(&region->shape, block, key);
	if (value)
		fm_block_read_value(&region->shape, block, value);
	*place = fm_place_of(region, &least);
	return fm_verify(region, &least) ? 1 : -EAGAIN;
}

/**
 * flatmap_next() - the next entry in hash order
 * @map: the map
 * @cursor: in and out: where the last entry was
 * @key: where to copy the key; not @cursor->last
 * @value: where to copy the value, or NULL
 *
 * An entry that is there from the first call to the last is returned exactly
 * once, whatever happens to others. In a multimap each value is an entry, and the
 * values of one key follow each other in the order in which they were added.
 *
 * Context: Any.
 * Return: 0, or -ENOENT after the last entry; @cursor is unchanged then, and what
 * @key and @value hold is undefined.
 */
int flatmap_next(struct flatmap *map, struct flatmap_cursor *cursor, void *key,
		 void *value)
{
	const struct fm_region *region = map->region;
	u32 home = fm_home_of_tag(region, fm_cursor_order(cursor) >> 32);
	struct flatmap_cursor place;
	int is;

	while (home < 1U << region->bits) {
		rcu_read_lock();
		is = fm_next_of_home(region, home, cursor, key, value, &place);
		rcu_read_unlock();
		if (is > 0) {
			cursor->position = place.position;
			cursor->ordinal = place.ordinal;
			memcpy(cursor->last, key, region->shape.key_size);
			return 0;
		}
		home += !is;
	}
	return -ENOENT;
}
EXPORT_SYMBOL_GPL(flatmap_next);
