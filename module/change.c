// SPDX-License-Identifier: GPL-2.0
/* The public interface of the writers. */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "map.h"
#include "operate.h"

/* As fm_map_write(). */
static int fm_change(struct flatmap *map, const void *key, const struct fm_edit *edit,
		     gfp_t gfp)
{
	return fm_map_write(map, key, fm_map_hash(map, key), edit, gfp);
}

/**
 * flatmap_insert() - add an entry if its key is not there
 * @map: the map
 * @key: the key
 * @value: the value
 * @gfp: what the call may do for room where the map must grow: GFP_KERNEL, GFP_ATOMIC,
 *	GFP_NOWAIT or 0, see Room at the top of linux/flatmap.h
 *
 * Context: Any; as @gfp says.
 * Return: 0; -EEXIST; -ENOSPC if the map is full, -ENOMEM if there is no memory for it
 * to grow; -EAGAIN if it has not grown yet; -EINTR after a fatal signal.
 */
int flatmap_insert(struct flatmap *map, const void *key, const void *value,
		   gfp_t gfp)
{
	return fm_map_put(map, key, fm_map_hash(map, key), value, FM_MAY_ADD, gfp);
}
EXPORT_SYMBOL_GPL(flatmap_insert);

/**
 * flatmap_add() - add one more value to a key
 * @map: a multimap
 * @key: the key
 * @value: the value; the key may have an equal one already
 * @gfp: as for flatmap_insert()
 *
 * Context: Any.
 * Return: 0; -EMLINK if the key has %FLATMAP_VALUES_MAX values; -ENOSPC if the
 * map is full, or the part of it where the key belongs: keys with many values
 * crowd their neighbours in hash order; -EAGAIN; -EOPNOTSUPP if the map is no
 * multimap.
 */
int flatmap_add(struct flatmap *map, const void *key, const void *value, gfp_t gfp)
{
	const struct fm_edit edit = { .may = FM_MAY_APPEND, .value = value };

	if (!map->multimap)
		return -EOPNOTSUPP;
	return fm_change(map, key, &edit, gfp);
}
EXPORT_SYMBOL_GPL(flatmap_add);

/**
 * flatmap_update() - replace the value of a key that is there
 * @map: the map; no multimap
 * @key: the key
 * @value: the new value
 * @gfp: as for flatmap_insert()
 *
 * Context: Any.
 * Return: 0; -ENOENT; -ENOSPC if pins hold all free blocks, or the slots that
 * the new value could go to; -EAGAIN; -EOPNOTSUPP if the map is a multimap, for
 * which there is flatmap_replace().
 */
int flatmap_update(struct flatmap *map, const void *key, const void *value,
		   gfp_t gfp)
{
	if (map->multimap)
		return -EOPNOTSUPP;
	return min(fm_map_put(map, key, fm_map_hash(map, key), value, FM_MAY_REPLACE, gfp),
		   0);
}
EXPORT_SYMBOL_GPL(flatmap_update);

/**
 * flatmap_upsert() - replace the value of a key, or add it
 * @map: the map; no multimap
 * @key: the key
 * @value: the value
 * @gfp: as for flatmap_insert()
 *
 * Context: Any.
 * Return: 0 if it was added, 1 if a value was replaced; -ENOSPC as for
 * flatmap_insert() and flatmap_update(); -EAGAIN; -EOPNOTSUPP.
 */
int flatmap_upsert(struct flatmap *map, const void *key, const void *value,
		   gfp_t gfp)
{
	if (map->multimap)
		return -EOPNOTSUPP;
	return fm_map_put(map, key, fm_map_hash(map, key), value,
			  FM_MAY_ADD | FM_MAY_REPLACE, gfp);
}
EXPORT_SYMBOL_GPL(flatmap_upsert);

/**
 * flatmap_replace() - replace a value if it is what the caller thinks
 * @map: the map
 * @key: the key
 * @old: the value it must have; in a multimap, one of its values
 * @value: the new value
 * @gfp: as for flatmap_insert()
 *
 * In a multimap the new value takes the old one's place in the order of values.
 *
 * Context: Any.
 * Return: 0; -ENOENT if the key does not have that value; -ENOSPC as for
 * flatmap_update(); -EAGAIN.
 */
int flatmap_replace(struct flatmap *map, const void *key, const void *old,
		    const void *value, gfp_t gfp)
{
	const struct fm_edit edit = {
		.may	= FM_MAY_REPLACE,
		.value	= value,
		.old	= old,
	};

	return min(fm_change(map, key, &edit, gfp), 0);
}
EXPORT_SYMBOL_GPL(flatmap_replace);

/**
 * flatmap_modify() - make a new value out of the present one
 * @map: the map; no multimap
 * @key: the key
 * @fn: makes the new value, see &flatmap_modify_fn
 * @arg: its argument
 * @gfp: as for flatmap_insert()
 *
 * Nothing is lost that others do to the value at the same time: if it changes
 * before the new one is in place, @fn runs again on what it is then. Who reads it
 * sees the value before or the value after.
 *
 * Context: Any.
 * Return: 0; -ENOENT; what @fn returned if not 0, and nothing is changed; -ENOSPC
 * as for flatmap_update(); -EAGAIN; -EOPNOTSUPP if the map is a multimap.
 */
int flatmap_modify(struct flatmap *map, const void *key, flatmap_modify_fn fn,
		   void *arg, gfp_t gfp)
{
	const struct fm_edit edit = {
		.may	= FM_MAY_REPLACE,
		.modify	= fn,
		.arg	= arg,
	};

	if (map->multimap)
		return -EOPNOTSUPP;
	return min(fm_change(map, key, &edit, gfp), 0);
}
EXPORT_SYMBOL_GPL(flatmap_modify);

/**
 * flatmap_modify_or_insert() - modify a value, beginning with one if there is none
 * @map: the map; no multimap
 * @key: the key
 * @initial: what @fn is given if the key is absent
 * @fn: makes the new value, see &flatmap_modify_fn
 * @arg: its argument
 * @gfp: as for flatmap_insert()
 *
 * Context: Any.
 * Return: 0 if the key was added, 1 if its value was modified; errors as
 * flatmap_modify(), without -ENOENT, and -ENOSPC if the map is full.
 */
int flatmap_modify_or_insert(struct flatmap *map, const void *key,
			     const void *initial, flatmap_modify_fn fn, void *arg,
			     gfp_t gfp)
{
	const struct fm_edit edit = {
		.may	= FM_MAY_ADD | FM_MAY_REPLACE,
		.value	= initial,
		.modify	= fn,
		.arg	= arg,
	};

	if (map->multimap)
		return -EOPNOTSUPP;
	return fm_change(map, key, &edit, gfp);
}
EXPORT_SYMBOL_GPL(flatmap_modify_or_insert);

/* What flatmap_update_field() puts where. */
struct fm_part {
	const struct flatmap_field *field;
	const void *value;
};

static int fm_put_part(void *value, void *arg)
{
	const struct fm_part *part = arg;

	memcpy(value + part->field->offset, part->value, part->field->size);
	return 0;
}

/**
 * flatmap_update_field() - replace one field of the value of a key
 * @map: the map; no multimap
 * @key: the key
 * @field: number of the field, from 0
 * @value: the field's new bytes
 * @gfp: as for flatmap_insert()
 *
 * What others do to other fields at the same time is not lost.
 *
 * Context: Any.
 * Return: 0; -ENOENT; -EINVAL if there is no such field; -ENOSPC as for
 * flatmap_update(); -EAGAIN; -EOPNOTSUPP if the map is a multimap.
 */
int flatmap_update_field(struct flatmap *map, const void *key, u32 field,
			 const void *value, gfp_t gfp)
{
	struct fm_part part = { .field = fm_field(map, field), .value = value };

	if (map->multimap)
		return -EOPNOTSUPP;
	if (!part.field)
		return -EINVAL;
	return flatmap_modify(map, key, fm_put_part, &part, gfp);
}
EXPORT_SYMBOL_GPL(flatmap_update_field);

/**
 * flatmap_delete() - remove a key
 * @map: the map
 * @key: the key
 *
 * The values of a multimap's key go one by one: others may see some of them gone
 * and some still there. Of those that others add meanwhile some may go, too.
 *
 * Context: Any.
 * Return: 0; -ENOENT; -EAGAIN.
 */
int flatmap_delete(struct flatmap *map, const void *key)
{
	return fm_map_delete(map, key, fm_map_hash(map, key));
}
EXPORT_SYMBOL_GPL(flatmap_delete);

/**
 * flatmap_delete_return() - remove a key, and copy the value it had
 * @map: the map
 * @key: the key; of several values, the one that was added first is removed
 * @value: where to copy the value that was removed
 *
 * Context: Any.
 * Return: 0; -ENOENT, and @value is undefined then; -EAGAIN.
 */
int flatmap_delete_return(struct flatmap *map, const void *key, void *value)
{
	const struct fm_wish first = { .value = value };

	return fm_map_remove(map, key, fm_map_hash(map, key), &first);
}
EXPORT_SYMBOL_GPL(flatmap_delete_return);

/**
 * flatmap_delete_value() - remove a key's value if it is what the caller thinks
 * @map: the map
 * @key: the key
 * @value: the value it must have; in a multimap, one of its values, of equal ones
 *	the one that was added first
 *
 * Context: Any.
 * Return: 0; -ENOENT if the key does not have that value; -EAGAIN.
 */
int flatmap_delete_value(struct flatmap *map, const void *key, const void *value)
{
	const struct fm_wish wish = { .equal = value };

	return fm_map_remove(map, key, fm_map_hash(map, key), &wish);
}
EXPORT_SYMBOL_GPL(flatmap_delete_value);
