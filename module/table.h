/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Changing a table: add, replace, modify, remove.
 */
#ifndef _FLATMAP_TABLE_H
#define _FLATMAP_TABLE_H

#include <linux/flatmap.h>

#include "map.h"
#include "mcas.h"
#include "survey.h"

/* What fm_write() may do: add an absent key, replace a value, add one more. */
#define FM_MAY_ADD	1
#define FM_MAY_REPLACE	2
#define FM_MAY_APPEND	4

/**
 * struct fm_edit - what fm_write() is to do
 * @may: FM_MAY_...
 * @value: the value; for @modify of an absent key, what to begin with
 * @old: replace only a value that equals this, or NULL
 * @modify: makes the new value, or NULL
 * @arg: its argument
 */
struct fm_edit {
	u32 may;
	const void *value;
	const void *old;
	flatmap_modify_fn modify;
	void *arg;
};

int fm_write(struct fm_level *level, struct flatmap *map, const void *key, u64 hash,
	     const struct fm_edit *edit);
int fm_remove(struct fm_level *level, struct flatmap *map, const void *key, u64 hash,
	      const struct fm_wish *wish);

#endif /* _FLATMAP_TABLE_H */
