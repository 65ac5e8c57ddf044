/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The search that lookups, pins and all writers share. It writes nothing to the
 * map, so any number of CPUs can search the same groups at full speed. It is
 * inline so that callers who know the sizes (flatmap_typed.h) get code for them.
 *
 * Why what is read was once true. An entry's words are read between two reads of
 * the block's mark; after them, the slot word is read again, then the mark. At
 * the moment of that slot read the slot owned the block (its word was the same),
 * and a block that a slot owns is not written; the mark did not change around
 * that moment, so the block held then what was read before. (That of a block that is
 * being written is odd, and another one when a slot owns it.) The lookup takes
 * effect at that slot read. This goes for a key that differs, too: only so is it
 * certain that this slot did not hold the wanted key.
 *
 * Why no entry is missed. An entry that is there throughout lies in one place as
 * long as its home's version does not change, since whatever brings an entry to
 * another place bumps that version before; an update changes the block
 * alone. It counts in the overflow of every group between its home and that
 * place, so the search gets there. If the version did change, the search begins
 * again. A search that finds nothing takes effect at the last read of the home, or, where a
 * slot was reserved, at the read of that slot (module/reserve.c).
 *
 * Why none is missed while the map is resized. What was in a region when its search
 * began at a home that is CLOSED stays where it is or goes forward, to a region that
 * is searched later; nothing comes. So where the search arrives at a home that is
 * OPEN, the key is in none of the regions before, for good, and in none behind, for
 * that home has never been closed.
 *
 * Tested by the suites "recycle", "reread", "concurrency" and "forward", by
 * kunit/models/copyout.pml and move.pml, and by kunit/explore, also in weak memory.
 */
#ifndef _LINUX_FLATMAP_FIND_H
#define _LINUX_FLATMAP_FIND_H

#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/flatmap/match.h>
#include <linux/flatmap/read.h>
#include <linux/flatmap/step.h>
#include <linux/limits.h>

/* A search without a limit. */
#define FM_UNLIMITED	UINT_MAX

/* How often a lookup looks again at what others keep changing, then it pins. */
#define FM_LOOKUP_TRIES	8

/**
 * struct fm_found - where a search ended
 * @home: the home's group word from before the search
 * @region: the region that it is in; only from fm_find() and fm_survey()
 * @slot: the entry's slot; this and what follows only if it was found
 * @word: the slot's value
 * @mark: the mark of the entry's block
 */
struct fm_found {
	u64 home;
	struct fm_region *region;
	u64 *slot;
	u64 word;
	u64 mark;
};

/**
 * fm_verify_block() - was what has been read of an entry ever published?
 * @block: its block
 * @found: @slot, and the @word and @mark that were read from it before
 *
 * Context: Any, inside an RCU read-side section.
 * Return: true if all that was read of the block since @mark was true at one
 * moment; false if it must be read again, from the slot on.
 */
static __always_inline bool fm_verify_block(const struct fm_block *block,
					    const struct fm_found *found)
{
	/*
	 * The block's words before the slot and the mark; pairs with the cmpxchg that
	 * changed the slot, and with fm_block_open(). fm_read() acquires, so the slot is
	 * read before the mark.
	 */
	smp_rmb();
	if (fm_step(SLOT) && !fm_same_entry(fm_read(found->slot), found->word))
		return false;
	fm_hook(FM_HOOK_VERIFIED);
	return !fm_step(MARK) || READ_ONCE(block->mark) == found->mark;
}

static inline bool fm_verify(const struct fm_region *region,
			     const struct fm_found *found)
{
	return fm_verify_block(fm_block(region, fm_index(found->word)), found);
}

/*
 * Is the wanted entry in @found->slot? Tries again while others change the slot
 * or its block, at most *@tries times.
 */
static __always_inline int fm_look(const struct fm_region *region,
				   const struct fm_shape *shape, const void *key,
				   u64 like, void *value, u32 *tries,
				   struct fm_found *found)
{
	const struct fm_block *block;
	bool same;

	for (;; --*tries) {
		if (!*tries)
			return -EAGAIN;
		found->word = fm_read(found->slot);
		if (!fm_same_tag(found->word, like))
			return 0;

		fm_hook(FM_HOOK_SEEN);
		block = fm_shaped_block(region, shape, fm_index(found->word));
		/* Pairs with fm_block_close(). */
		found->mark = smp_load_acquire(&block->mark);
		fm_hook(FM_HOOK_MARKED);
		same = !fm_block_compare(shape, block, key);
		if (same && value)
			fm_block_read_value(shape, block, value);
		fm_hook(FM_HOOK_COPIED);

		if ((!same && !fm_step(MISMATCH)) || fm_verify_block(block, found))
			return same;
	}
}

/*
 * Look for a key from its home on. @slots are those of the home that are worth a look,
 * found out after @found->home was read. Returns as fm_look(); 0 counts only if
 * fm_is_unmoved() then.
 */
static __always_inline int fm_scan(const struct fm_region *region,
				   const struct fm_shape *shape, const void *key,
				   u64 hash, u32 slots, void *value, u32 *tries,
				   struct fm_found *found)
{
	u64 like = fm_live_word(hash, 0);
	u64 *group = fm_group(region, fm_home(region, like));
	u64 word = found->home;
	int is;

	for (;;) {
		for (; slots; slots &= slots - 1) {
			found->slot = group + 1 + __ffs(slots);
			is = fm_look(region, shape, key, like, value, tries, found);
			if (is)
				return is;
		}
		if (!fm_overflow(word))
			return 0;
		group += FM_GROUP_WORDS;
		word = fm_read(group);
		slots = fm_match(group, like);
	}
}

/* Has no entry of the home come to another place since @found->home was read? */
static __always_inline bool fm_is_unmoved(const struct fm_region *region, u64 hash,
					  const struct fm_found *found)
{
	u32 home = fm_home(region, fm_live_word(hash, 0));

	fm_hook(FM_HOOK_MISSED);
	smp_rmb(); /* all groups before the home; pairs with mcas.c */
	return !fm_step(RECHECK) ||
	       fm_same_version(fm_read(fm_group(region, home)), found->home);
}

/**
 * fm_glance() - look for a key where it is if nothing unusual is going on
 * @region: the region
 * @shape: the sizes of its entries
 * @key: the key
 * @hash: its hash
 * @value: where to copy the value, or NULL
 * @found: where the search ended
 *
 * Context: Any, inside an RCU read-side section.
 * Return: as fm_search(); -EAGAIN if that is to look: an operation is going on, or two
 * keys have the same tag, or some entry of the home is in another group.
 */
static __always_inline int fm_glance(const struct fm_region *region,
				     const struct fm_shape *shape,
				     const void *key, u64 hash, void *value,
				     struct fm_found *found)
{
	u64 like = fm_live_word(hash, 0);
	u64 *group = fm_group(region, fm_home(region, like));
	u32 tries = 1;
	u32 any;

	fm_fetch_home(region, shape, hash);
	found->home = fm_read(group);
	found->slot = fm_candidate(group, like, &any);
	if (found->slot)
		return fm_look(region, shape, key, like, value, &tries, found) ?:
		       -EAGAIN;
	if (fm_overflow(found->home) ||
	    (fm_is_ref((u64)any << 32) && fm_step(REFERENCE)))
		return -EAGAIN;
	return fm_is_unmoved(region, hash, found) ? 0 : -EAGAIN;
}

/**
 * fm_search() - search a region for a key
 * @region: the region
 * @shape: the sizes of its entries
 * @key: the key
 * @hash: its hash
 * @value: where to copy the value, or NULL
 * @tries: how often to look again at what others keep changing, or
 *	FM_UNLIMITED
 * @found: where the search ended
 *
 * Lock-free: it looks again only because some operation has succeeded.
 *
 * Context: Any, inside an RCU read-side section.
 * Return: 1 if the key is there; 0 if not, but if @found->home is not OPEN it may be
 * in a later region; -EAGAIN if @tries are used up.
 */
static __always_inline int fm_search(const struct fm_region *region,
				     const struct fm_shape *shape,
				     const void *key, u64 hash, void *value,
				     u32 tries, struct fm_found *found)
{
	u64 like = fm_live_word(hash, 0);
	u64 *group = fm_group(region, fm_home(region, like));
	int is;

	is = fm_glance(region, shape, key, hash, value, found);
	if (likely(is >= 0))
		return is;
	for (; tries; tries--) {
		found->home = fm_read(group);
		is = fm_scan(region, shape, key, hash, fm_match(group, like), value,
			     &tries, found);
		if (is)
			return is;
		if (fm_is_unmoved(region, hash, found))
			return 0;
	}
	return -EAGAIN;
}

#endif /* _LINUX_FLATMAP_FIND_H */
