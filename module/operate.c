// SPDX-License-Identifier: GPL-2.0
/*
 * An operation on a map from end to end: the shard that its key belongs to, the work in
 * its regions, the tally, and room where there is none.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/rcupdate.h>

#include "extend.h"
#include "operate.h"
#include "resize.h"
#include "room.h"
#include "search.h"
#include "survey.h"
#include "tally.h"

/**
 * fm_map_write() - add an entry, or change one
 * @map: the map
 * @key: the key
 * @hash: fm_map_hash() of it
 * @edit: what to do
 * @gfp: as for flatmap_insert()
 *
 * Where there is no room, has it made and tries again.
 *
 * Context: Any; as @gfp says.
 * Return: as fm_write(), but -ENOSPC for -EDQUOT; and as fm_make_room(); -EAGAIN.
 */
int fm_map_write(struct flatmap *map, const void *key, u64 hash,
		 const struct fm_edit *edit, gfp_t gfp)
{
	struct flatmap *shard = fm_shard(map, &hash);
	struct fm_level *level;
	u32 rounds, number;
	bool tallied;
	int done, err;

	do {
		level = fm_enter(FM_LEVELS - 1);
		if (!level)
			return -EAGAIN;
		/*
		 * Pairs with fm_resize_once(): what follows sees what that round did.
		 * Redundant: if it did not, one more round would be asked for.
		 */
		rounds = smp_load_acquire(&shard->rounds);
		/* The search has an smp_rmb(): it finds no room in this region, or a later one. */
		number = fm_last(shard)->extent->number;
		done = fm_write(level, shard, key, hash, edit);
		tallied = !done && fm_tally(level, shard, 1);
		fm_exit(level);
		if (tallied)
			fm_added(shard, gfp);
		if (done == -EDQUOT)
			return -ENOSPC;
		if (done != -ENOSPC || fm_fixed(map->whole))
			return done;
		err = fm_make_room(shard, number, rounds, gfp);
	} while (!err);
	return err;
}

/**
 * fm_map_remove() - remove an entry
 * @map: the map
 * @key: the key
 * @hash: fm_map_hash() of it
 * @wish: which of the key's, and where to copy its value
 *
 * Context: Any.
 * Return: 0; -ENOENT; -EAGAIN.
 */
int fm_map_remove(struct flatmap *map, const void *key, u64 hash,
		  const struct fm_wish *wish)
{
	struct flatmap *shard = fm_shard(map, &hash);
	struct fm_level *level;
	int err;

	level = fm_enter(FM_LEVELS - 1);
	if (!level)
		return -EAGAIN;
	err = fm_remove(level, shard, key, hash, wish);
	if (!err && fm_tally(level, shard, -1))
		fm_removed(shard);
	fm_exit(level);
	return err;
}

/*
 * Remove the values of a key one by one, as many as it has and none with a greater
 * ordinal; one that others add in the place of the newest may have its ordinal. If
 * others were faster with each of these, the key may have new ones: it is absent
 * only if it had none at one moment.
 */
int fm_map_delete_values(struct flatmap *map, const void *key, u64 hash)
{
	u64 within = hash;
	struct flatmap *shard = fm_shard(map, &within);
	struct fm_survey survey;
	int removed = 0;
	int err = 0;

	while (!removed && (!err || err == -ENOENT)) {
		struct fm_wish wish = {};

		rcu_read_lock();
		fm_survey(fm_first(shard), key, within, &wish, &survey);
		rcu_read_unlock();
		if (!survey.count)
			return -ENOENT;
		wish.until = survey.last;
		for (; survey.count; survey.count--, removed++) {
			err = fm_map_remove(map, key, hash, &wish);
			if (err)
				break;
		}
	}
	return removed ? 0 : err;
}
