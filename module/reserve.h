/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reserving a slot: how an entry arrives at its home without an MCAS.
 */
#ifndef _FLATMAP_RESERVE_H
#define _FLATMAP_RESERVE_H

#include <linux/flatmap/region.h>

#include "mcas.h"

u64 fm_settle_group(struct fm_level *level, u64 *word);
bool fm_reserve(u64 *word, u64 *group, u32 slot, u32 block);
bool fm_reserve_fill(struct fm_level *level, u64 *slot, u64 empty, u64 live);

/* Is the slot that @group reserves still to be filled? @word is where @group was read. */
static inline bool fm_is_pending(const u64 *word, u64 group)
{
	u32 reserved = fm_reserved(group);

	return reserved && fm_step(RESERVE) &&
	       (fm_is_awaited(group, READ_ONCE(word[reserved])) ||
		fm_is_ref(READ_ONCE(word[reserved])));
}

#endif /* _FLATMAP_RESERVE_H */
