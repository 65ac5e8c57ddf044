/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Matching: which slots of a group are worth a look. A filter, nothing more: each
 * candidate is read again by whoever looks at it.
 */
#ifndef _LINUX_FLATMAP_MATCH_H
#define _LINUX_FLATMAP_MATCH_H

#include <linux/compiler.h>

#include <linux/flatmap/step.h>
#include <linux/flatmap/word.h>

/**
 * fm_match() - the slots that may hold an entry with a given tag
 * @group: a group
 * @like: a live slot word with that tag
 *
 * Kind and tag are the high half of a word, and that is all that is looked at. No
 * branch depends on what the slots hold, references apart, so the CPU can run
 * ahead of a cache miss. A slot with a reference may hold anything: then all slots
 * match, for which of them it was cannot be asked again later.
 *
 * Return: a bit for each slot.
 */
static __always_inline u32 fm_match(const u64 *group, u64 like)
{
	const u32 *high = (const u32 *)(group + 1) + FM_HIGH_HALF;
	u32 want = like >> 32;
	u32 slots = 0;
	u32 any = 0;
	u32 i;

#pragma GCC unroll 7
	for (i = 0; i < FM_GROUP_SLOTS; i++) {
		u32 half = READ_ONCE(high[2 * i]);

		any |= half;
		slots |= (u32)(half == want) << i;
	}
	if (unlikely(fm_is_ref((u64)any << 32)) && fm_step(REFERENCE))
		return BIT(FM_GROUP_SLOTS) - 1;
	return slots;
}

#endif /* _LINUX_FLATMAP_MATCH_H */
