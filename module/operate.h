/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Operations on a map, by a key and its hash.
 */
#ifndef _FLATMAP_OPERATE_H
#define _FLATMAP_OPERATE_H

#include <linux/types.h>

#include "map.h"
#include "table.h"

u64 fm_map_hash(const struct flatmap *map, const void *key);
int fm_map_lookup(struct flatmap *map, const void *key, u64 hash, void *value);
int fm_map_write(struct flatmap *map, const void *key, u64 hash,
		 const struct fm_edit *edit, gfp_t gfp);
int fm_map_remove(struct flatmap *map, const void *key, u64 hash,
		  const struct fm_wish *wish);
int fm_map_delete(struct flatmap *map, const void *key, u64 hash);

#endif /* _FLATMAP_OPERATE_H */
