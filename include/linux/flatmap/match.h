/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Matching: which slots of a group are worth a look. A filter, nothing more: each
 * candidate is read again by whoever looks at it.
 */
#ifndef _LINUX_FLATMAP_MATCH_H
#define _LINUX_FLATMAP_MATCH_H

#include <linux/compiler.h>

#include <linux/flatmap/word.h>

/**
 * fm_match() - the slots that may hold an entry with a given tag
 * @group: a group
 * @like: a live slot word with that tag
 *
 * No branch depends on what the slots hold, so the CPU can run ahead of a cache
 * miss. A slot with a reference may hold anything and always matches.
 *
 * Return: a bit for each slot.
 */
static inline u32 fm_match(const u64 *group, u64 like)
{
	u32 want = like >> 32;
	u32 slots = 0;
	u32 i;

	for (i = 0; i < FM_GROUP_SLOTS; i++) {
		u64 word = READ_ONCE(group[1 + i]);

		slots |= (u32)(((u32)(word >> 32) == want) | (word >> 63)) << i;
	}
	return slots;
}

#endif /* _LINUX_FLATMAP_MATCH_H */
