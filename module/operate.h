/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Operations on a map, by a key and its hash.
 */
#ifndef _FLATMAP_OPERATE_H
#define _FLATMAP_OPERATE_H

#include <linux/flatmap/hash.h>

#include "direct.h"
#include "map.h"
#include "table.h"

int fm_map_lookup(struct flatmap *map, const void *key, u64 hash, void *value);
int fm_map_write(struct flatmap *map, const void *key, u64 hash,
		 const struct fm_edit *edit, gfp_t gfp);
int fm_map_remove(struct flatmap *map, const void *key, u64 hash,
		  const struct fm_wish *wish);
int fm_map_delete_values(struct flatmap *map, const void *key, u64 hash);

/* The hash of a key, before shards; keys of a word are the most frequent ones. */
static __always_inline u64 fm_map_hash(const struct flatmap *map, const void *key)
{
	const struct fm_whole *whole = map->whole;
	u32 size = whole->params.key_size;

	if (likely(size == sizeof(u64)))
		return fm_hash_with(whole->params.hash, whole->seed, key, sizeof(u64));
	return fm_hash_with(whole->params.hash, whole->seed, key, size);
}

/* As fm_map_write(), to add an entry or replace a value as @may says. */
static __always_inline int fm_map_put(struct flatmap *map, const void *key, u64 hash,
				      const void *value, u32 may, gfp_t gfp)
{
	int done = fm_write_directly(map, key, hash, value, may, gfp);

	if (unlikely(done == FM_INDIRECT)) {
		const struct fm_edit edit = { .may = may, .value = value };

		done = fm_map_write(map, key, hash, &edit, gfp);
	}
	return done;
}

/**
 * fm_map_delete() - remove a key
 * @map: the map
 * @key: the key
 * @hash: fm_map_hash() of it
 *
 * Context: Any.
 * Return: 0; -ENOENT; -EAGAIN.
 */
static __always_inline int fm_map_delete(struct flatmap *map, const void *key, u64 hash)
{
	const struct fm_wish any = {};
	int err;

	if (map->multimap)
		return fm_map_delete_values(map, key, hash);
	err = fm_remove_directly(map, key, hash);
	return likely(err != FM_INDIRECT) ? err : fm_map_remove(map, key, hash, &any);
}

#endif /* _FLATMAP_OPERATE_H */
