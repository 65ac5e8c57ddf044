/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Operations on a map, by a key and its hash.
 */
#ifndef _FLATMAP_OPERATE_H
#define _FLATMAP_OPERATE_H

#include <linux/flatmap/hash.h>

#include "map.h"
#include "table.h"

int fm_map_lookup(struct flatmap *map, const void *key, u64 hash, void *value);
int fm_map_write(struct flatmap *map, const void *key, u64 hash,
		 const struct fm_edit *edit, gfp_t gfp);
int fm_map_remove(struct flatmap *map, const void *key, u64 hash,
		  const struct fm_wish *wish);
int fm_map_delete(struct flatmap *map, const void *key, u64 hash);

/* The hash of a key, before shards; keys of a word are the most frequent ones. */
static __always_inline u64 fm_map_hash(const struct flatmap *map, const void *key)
{
	const struct fm_whole *whole = map->whole;
	u32 size = whole->params.key_size;

	if (likely(size == sizeof(u64)))
		return fm_hash_with(whole->params.hash, whole->seed, key, sizeof(u64));
	return fm_hash_with(whole->params.hash, whole->seed, key, size);
}

#endif /* _FLATMAP_OPERATE_H */
