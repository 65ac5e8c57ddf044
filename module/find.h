/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finding: the search that lookups, pins and all writers share.
 */
#ifndef _FLATMAP_FIND_H
#define _FLATMAP_FIND_H

#include "block.h"

/* fm_find() without a limit. */
#define FM_UNLIMITED	UINT_MAX

/**
 * struct fm_found - where a search ended
 * @home: the home's group word from before the search
 * @slot: the entry's slot; this and what follows only if it was found
 * @word: the slot's value
 * @mark: the mark of the entry's block
 */
struct fm_found {
	u64 home;
	u64 *slot;
	u64 word;
	u64 mark;
};

bool fm_verify(const struct fm_region *region, const struct fm_found *found);
int fm_find(const struct fm_region *region, const void *key, u64 hash,
	    void *value, u32 tries, struct fm_found *found);

#endif /* _FLATMAP_FIND_H */
