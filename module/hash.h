/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Keyed hashes of whole keys, 64 bits. Its top bits are the home group, the top
 * 29 the tag, the low 32 stand in the block's mark.
 */
#ifndef _FLATMAP_HASH_H
#define _FLATMAP_HASH_H

#include "region.h"

#ifdef FLATMAP_KUNIT
/* The first 8 bytes of the key: tests choose homes and tags with it. */
#define FM_HASH_IDENTITY	1000
#endif

bool fm_hash_known(u32 hash);
u64 fm_hash(const struct fm_region *region, const void *key);

#endif /* _FLATMAP_HASH_H */
