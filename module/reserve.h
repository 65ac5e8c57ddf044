/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reserving a slot: how an entry arrives at its home without an MCAS.
 */
#ifndef _FLATMAP_RESERVE_H
#define _FLATMAP_RESERVE_H

#include <linux/flatmap/region.h>

#include "mcas.h"

u64 fm_settle_group(struct fm_level *level, const struct fm_region *region, u32 home);
bool fm_reserve(u64 *word, u64 *group, u32 slot, u64 empty, u32 block);
bool fm_reserve_fill(struct fm_level *level, u64 *slot, u64 empty, u64 live);

/*
 * Does @value, of the slot that @group reserves, tell that nobody will fill it on that
 * account? It was filled with an entry of @home, or vacated since, or cancelled. A value
 * that does not tell may be an entry of another home, or a reference.
 */
static __always_inline bool fm_is_settled(const struct fm_region *region, u32 home,
					  u64 group, u64 value)
{
	if (fm_is_empty(value))
		return value == fm_empty_word(group);
	return fm_is_live(value) && fm_home(region, value) == home;
}

/* May the slot that @group reserves still be filled? @word is where @group was read. */
static __always_inline bool fm_is_pending(const struct fm_region *region, u32 home,
					  const u64 *word, u64 group)
{
	u32 reserved = fm_reserved(group);

	return reserved && fm_step(RESERVE) &&
	       !fm_is_settled(region, home, group, READ_ONCE(word[reserved]));
}

#endif /* _FLATMAP_RESERVE_H */
