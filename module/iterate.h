/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Iterating: all entries in hash order, each exactly once.
 */
#ifndef _FLATMAP_ITERATE_H
#define _FLATMAP_ITERATE_H

#include <linux/types.h>

struct flatmap;

int fm_next(struct flatmap *map, u64 *position, const void *last, void *key,
	    void *value);

#endif /* _FLATMAP_ITERATE_H */
