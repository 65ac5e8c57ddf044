// SPDX-License-Identifier: GPL-2.0
/*
 * Hash order is the order of tag, then low hash, then key: it does not depend on
 * where entries lie, so a position in it stays valid whatever happens to the
 * table. Homes are in that order too.
 *
 * The next entry is the least one after the position among those of its home.
 * The search looks at every place where they can lie; if the home's version has
 * not changed around it, none has moved, and the least is the least of all that
 * were there throughout. Nothing is returned twice, since positions only grow.
 */
#include <linux/errno.h>
#include <linux/rcupdate.h>

#include "find.h"
#include "iterate.h"
#include "map.h"
#include "step.h"

/**
 * struct fm_cursor - a position in hash order
 * @started: is there one?
 * @order: tag and low hash of the last entry
 * @key: its key
 */
struct fm_cursor {
	bool started;
	u64 order;
	const void *key;
};

static u64 fm_order(const struct fm_found *found)
{
	return (u64)fm_tag(found->word) << 32 | fm_mark_hash(found->mark);
}

static struct fm_block *fm_block_of(const struct fm_region *region,
				    const struct fm_found *found)
{
	return fm_block(region, fm_index(found->word));
}

/* Does the entry come after the cursor? */
static bool fm_is_after(const struct fm_region *region,
			const struct fm_found *found,
			const struct fm_cursor *cursor)
{
	u64 order = fm_order(found);

	if (!cursor->started || order > cursor->order)
		return true;
	return order == cursor->order &&
	       fm_block_compare(region, fm_block_of(region, found), cursor->key) > 0;
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
			const struct fm_cursor *cursor, struct fm_found *least)
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

/*
 * Copy out the first entry of @home after the cursor. 1 if there is one, 0 if
 * not, -EAGAIN if others have changed what was seen.
 */
static int fm_next_of_home(const struct fm_region *region, u32 home,
			   const struct fm_cursor *cursor, void *key, void *value,
			   u64 *order)
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
	fm_block_read_key(region, block, key);
	if (value)
		fm_block_read_value(region, block, value);
	if (!fm_verify(region, &least))
		return -EAGAIN;
	*order = fm_order(&least);
	return 1;
}

/**
 * fm_next() - the next entry in hash order
 * @map: the map
 * @position: in and out: where the last entry was; 0 to begin
 * @last: the last entry's key; not read if *@position is 0
 * @key: where to copy the key; not @last
 * @value: where to copy the value, or NULL
 *
 * An entry that is there from the first call to the last is returned exactly
 * once, whatever happens to others.
 *
 * Context: Any.
 * Return: 0, or -ENOENT after the last entry; *@position is unchanged then.
 */
int fm_next(struct flatmap *map, u64 *position, const void *last, void *key,
	    void *value)
{
	struct fm_cursor cursor = {
		.started = *position,
		.order = *position >> 1,
		.key = last,
	};
	const struct fm_region *region = map->region;
	u32 home = fm_home_of_tag(region, cursor.order >> 32);
	u64 order;
	int is;

	while (home < 1U << region->bits) {
		rcu_read_lock();
		is = fm_next_of_home(region, home, &cursor, key, value, &order);
		rcu_read_unlock();
		if (is > 0) {
			*position = order << 1 | 1;
			return 0;
		}
		home += !is;
	}
	return -ENOENT;
}
