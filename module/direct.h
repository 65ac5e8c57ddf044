/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The direct way to write: what nearly always happens.
 */
#ifndef _FLATMAP_DIRECT_H
#define _FLATMAP_DIRECT_H

#include "map.h"
#include "mcas.h"
#include "table.h"

/* Not in the direct way. */
#define FM_INDIRECT	(-EAGAIN)

int fm_write_directly(struct flatmap *map, const void *key, u64 hash, const void *value,
		      u32 may, gfp_t gfp);
int fm_remove_directly(struct flatmap *map, const void *key, u64 hash);

#endif /* _FLATMAP_DIRECT_H */
