/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Matching: which slots of a group are worth a look. A filter, nothing more: each
 * candidate is read again by whoever looks at it.
 */
#ifndef _LINUX_FLATMAP_MATCH_H
#define _LINUX_FLATMAP_MATCH_H

#include <linux/build_bug.h>
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

/* @this if @half is @want, else @that; never by a branch, which could be mispredicted. */
static __always_inline u64 *fm_select(u32 half, u32 want, u64 *this, u64 *that)
{
#ifdef CONFIG_X86_64
	asm("cmpl %1, %2\n\t"
	    "cmoveq %3, %0" : "+r" (that) : "r" (half), "r" (want), "r" (this) : "cc");
	return that;
#else
	return half == want ? this : that;
#endif
}

/* @this if @half is that of an EMPTY slot, else @that; likewise. */
static __always_inline u64 *fm_select_empty(u32 half, u64 *this, u64 *that)
{
#ifdef CONFIG_X86_64
	asm("cmpl %1, %2\n\t"
	    "cmovaq %3, %0" : "+r" (that) : "r" (half), "r" (1U << 29), "r" (this) : "cc");
	return that;
#else
	return half < 1U << 29 ? this : that;
#endif
}

/* The first slot of a group that is EMPTY, or NULL. */
static __always_inline u64 *fm_empty_slot(u64 *group)
{
	const u32 *high = (const u32 *)(group + 1) + FM_HIGH_HALF;
	u64 *slot = NULL;
	u32 i;

	BUILD_BUG_ON(FM_KIND >> 32 != GENMASK_ULL(31, 29));
#pragma GCC unroll 7
	for (i = FM_GROUP_SLOTS; i > 0; i--)
		slot = fm_select_empty(READ_ONCE(high[2 * i - 2]), group + i, slot);
	return slot;
}

/**
 * fm_candidate() - one of the slots that fm_match() tells, where there is no reference
 * @group: the group
 * @like: a live word with the wanted tag
 * @any: out: the high halves of all slots, in one; of the same reads, for a reference
 *	that has gone may have been what hid the entry
 *
 * Nearly always there is one at most. To find that takes half the instructions: lookups
 * that do not depend on each other are as many at a time as the processor's window of
 * instructions holds.
 *
 * Return: the last such slot, or NULL.
 */
static __always_inline u64 *fm_candidate(u64 *group, u64 like, u32 *any)
{
	const u32 *high = (const u32 *)(group + 1) + FM_HIGH_HALF;
	u64 *slot = NULL;
	u32 i;

	*any = 0;
#pragma GCC unroll 7
	for (i = 0; i < FM_GROUP_SLOTS; i++) {
		u32 half = READ_ONCE(high[2 * i]);

		*any |= half;
		slot = fm_select(half, like >> 32, group + 1 + i, slot);
	}
	return slot;
}

#endif /* _LINUX_FLATMAP_MATCH_H */
