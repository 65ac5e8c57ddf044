// SPDX-License-Identifier: GPL-2.0
/*
 * The public interface of the readers: copying values out, and pinning them.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "block.h"
#include "map.h"
#include "operate.h"
#include "pin.h"
#include "search.h"
#include "survey.h"

/**
 * flatmap_pin() - find an entry and read it in place
 * @map: the map
 * @key: the key; of several values the one that was added first is pinned
 * @pin: out: the entry
 *
 * Until flatmap_unpin(), which must follow, @pin->key and @pin->value do not
 * change and may be read at leisure, also across sleeping. The entry itself may
 * be updated or deleted by anyone meanwhile.
 *
 * Context: Any; NMI only where this_cpu operations are safe there, as they are
 * on x86, arm64 and s390. The pin may be undone in another context and on another
 * CPU.
 * Return: 0; -ENOENT; -EBUSY if the entry has 255 pins, in which case
 * flatmap_lookup() still works; -EAGAIN (see the top of linux/flatmap.h).
 */
int flatmap_pin(struct flatmap *map, const void *key, struct flatmap_pin *pin)
{
	struct fm_region *region;
	struct fm_survey survey;
	struct flatmap *shard;
	struct fm_level *level;
	struct fm_block *block;
	u64 hash;
	int err;

	level = fm_enter(FM_LEVELS - 1);
	if (!level)
		return -EAGAIN;
	hash = fm_hash(fm_first(map), key);
	shard = fm_shard(map, &hash);
	err = fm_pin(level, fm_first(shard), key, hash, &survey);
	if (!err) {
		/*
		 * The region may have left the chain since, but not been let go of:
		 * that takes a grace period.
		 */
		region = survey.found.region;
		percpu_ref_get(&region->extent->pins);
		block = fm_block(region, fm_index(survey.found.word));
		pin->key = block->data;
		pin->value = block->data + region->shape.value_word;
		pin->result.values = survey.count;
		pin->region = region;
		pin->slot = survey.found.slot;
	}
	fm_exit(level);
	return err;
}
EXPORT_SYMBOL_GPL(flatmap_pin);

/**
 * flatmap_unpin() - end what flatmap_pin() began
 * @pin: the pin
 *
 * Context: As flatmap_pin(). May take the last of a CPU's levels, which only unpins
 * do: it cannot fail unless nine operations interrupt each other, more than a CPU
 * has contexts for.
 */
void flatmap_unpin(struct flatmap_pin *pin)
{
	struct fm_level *level;

	level = fm_enter(FM_LEVELS);
	fm_unpin(level, pin->region, pin->slot);
	fm_exit(level);
	percpu_ref_put(&pin->region->extent->pins);
}
EXPORT_SYMBOL_GPL(flatmap_unpin);

/*
 * As fm_find(), out of a pin: for large values that change all the time. Fails if
 * the entry cannot be pinned.
 */
static int fm_find_pinned(struct flatmap *map, const void *key, void *value)
{
	struct flatmap_pin pin;
	int err;

	err = flatmap_pin(map, key, &pin);
	if (err)
		return err == -ENOENT ? 0 : err;
	if (value)
		memcpy(value, pin.value, pin.region->shape.value_size);
	flatmap_unpin(&pin);
	return 1;
}

/* As fm_find(), and how many values the key has. */
static int fm_find_values(struct fm_region *region, const void *key, u64 hash,
			  void *value)
{
	const struct fm_wish wish = { .value = value };
	struct fm_survey survey;

	fm_survey(region, key, hash, &wish, &survey);
	return survey.count;
}

/**
 * fm_map_lookup() - copy the value of a key
 * @map: the map
 * @key: the key
 * @hash: fm_map_hash() of it
 * @value: where to copy the value, or NULL; of several the one added first
 *
 * Context: Any, inside an RCU read-side section.
 * Return: how many values the key has; if it is 0, @value is undefined.
 */
int fm_map_lookup(struct flatmap *map, const void *key, u64 hash, void *value)
{
	struct fm_region *region = fm_first(fm_shard(map, &hash));
	struct fm_found found;
	int is;

	if (map->multimap)
		return fm_find_values(region, key, hash, value);
	is = fm_find(region, key, hash, value, FM_LOOKUP_TRIES, &found);
	if (unlikely(is < 0))
		is = fm_find_pinned(map, key, value);
	if (unlikely(is < 0))
		is = fm_find(region, key, hash, value, FM_UNLIMITED, &found);
	return is;
}

/**
 * flatmap_lookup() - copy the value of a key
 * @map: the map
 * @key: the key
 * @value: where to copy the value, or NULL; of several the one added first
 * @result: out: what else was found, or NULL
 *
 * Writes nothing to the map, so readers do not slow each other down.
 *
 * Context: Any.
 * Return: 0, or -ENOENT; @value is undefined then.
 */
int flatmap_lookup(struct flatmap *map, const void *key, void *value,
		   struct flatmap_result *result)
{
	int is;

	rcu_read_lock();
	is = fm_map_lookup(map, key, fm_hash(fm_first(map), key), value);
	rcu_read_unlock();
	if (result)
		result->values = is;
	return is ? 0 : -ENOENT;
}
EXPORT_SYMBOL_GPL(flatmap_lookup);

/**
 * flatmap_lookup_field() - copy one field of the value of a key
 * @map: the map; no multimap
 * @key: the key
 * @field: number of the field, from 0
 * @value: where to copy the field, or NULL
 *
 * Context: Any.
 * Return: 0; -ENOENT, and @value is undefined then; -EINVAL if there is no such
 * field; -EOPNOTSUPP if the map is a multimap.
 */
int flatmap_lookup_field(struct flatmap *map, const void *key, u32 field,
			 void *value)
{
	const struct flatmap_field *at = fm_field(map, field);
	const struct fm_block *block;
	struct fm_region *region;
	struct fm_found found;
	u64 hash;
	int is;

	if (map->multimap)
		return -EOPNOTSUPP;
	if (!at)
		return -EINVAL;
	rcu_read_lock();
	hash = fm_hash(fm_first(map), key);
	region = fm_first(fm_shard(map, &hash));
	do {
		is = fm_find(region, key, hash, NULL, FM_UNLIMITED, &found);
		if (!is)
			break;
		block = fm_block(found.region, fm_index(found.word));
		if (value)
			fm_block_read_part(&region->shape, block, at->offset,
					   at->size, value);
	} while (!fm_verify_block(block, &found));
	rcu_read_unlock();
	return is ? 0 : -ENOENT;
}
EXPORT_SYMBOL_GPL(flatmap_lookup_field);

/**
 * fm_try_values() - copy all values of a key, if nobody interferes
 * @map: the map
 * @key: the key
 * @values: where to copy them
 * @room: how many there is room for
 *
 * Context: Any.
 * Return: how many the key has, and if more than @room, none is copied; -EAGAIN if
 * others have changed what was being copied.
 */
int fm_try_values(struct flatmap *map, const void *key, void *values, u32 room)
{
	struct fm_region *region;
	int count;
	u64 hash;

	if (!map->multimap)
		return !flatmap_lookup(map, key, room ? values : NULL, NULL);
	rcu_read_lock();
	hash = fm_hash(fm_first(map), key);
	region = fm_first(fm_shard(map, &hash));
	count = fm_survey_set(region, key, hash, values, room);
	rcu_read_unlock();
	return count;
}

/**
 * flatmap_values() - copy all values of a key
 * @map: the map
 * @key: the key
 * @values: where to copy them, one after the other without padding, in the order
 *	in which they were added
 * @room: how many there is room for; %FLATMAP_VALUES_MAX always suffice
 * @result: out: how many the key has, or NULL
 *
 * The values are those that the key had at one moment. Begins again while others
 * change values of the key, or of keys beside it in hash order, faster than it can
 * copy all.
 *
 * Context: Any.
 * Return: 0; -ENOENT; -ENOSPC if there are more than @room. Unless it is 0, what
 * @values holds is undefined.
 */
int flatmap_values(struct flatmap *map, const void *key, void *values, u32 room,
		   struct flatmap_result *result)
{
	int count;

	do {
		count = fm_try_values(map, key, values, room);
	} while (count == -EAGAIN);
	if (result)
		result->values = count;
	return !count ? -ENOENT : count > room ? -ENOSPC : 0;
}
EXPORT_SYMBOL_GPL(flatmap_values);
