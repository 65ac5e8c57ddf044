/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Changing a table: add, replace, remove.
 */
#ifndef _FLATMAP_TABLE_H
#define _FLATMAP_TABLE_H

#include "find.h"

/* What fm_write() may do. */
#define FM_MAY_ADD	1
#define FM_MAY_REPLACE	2

int fm_write(struct fm_level *level, struct fm_region *region, const void *key,
	     const void *value, u64 hash, u32 may);
int fm_remove(struct fm_level *level, struct fm_region *region, const void *key,
	      u64 hash, void *value);

#endif /* _FLATMAP_TABLE_H */
