// SPDX-License-Identifier: GPL-2.0
/*
 * A pin counts itself in the slot word. A word with readers stays in its slot:
 * it is not displaced, a delete makes it DELETED, an update puts the new value in
 * another slot. So the pin finds its word again without a search, and whoever
 * counts the last reader out of a DELETED word frees slot and block.
 */
#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/flatmap/step.h>

#include "block.h"
#include "pin.h"
#include "search.h"

/**
 * fm_pin() - find an entry and keep its block
 * @level: what fm_enter() returned
 * @region: the first region
 * @key: the key
 * @hash: the key's hash
 * @survey: out: the entry, of several values the one added first; their number
 *
 * The slot word alone does not tell that the entry is still the one that was
 * found. Once counted, its block cannot change: the mark tells.
 *
 * Context: Any, between fm_enter() and fm_exit().
 * Return: 0; -ENOENT; -EBUSY if the entry has 255 readers.
 */
int fm_pin(struct fm_level *level, struct fm_region *region, const void *key,
	   u64 hash, struct fm_survey *survey)
{
	const struct fm_wish any = {};
	struct fm_found *found = &survey->found;
	const struct fm_block *block;

	for (;;) {
		if (region->multimap)
			fm_survey(region, key, hash, &any, survey);
		else
			survey->count = fm_find(region, key, hash, NULL,
						FM_UNLIMITED, found);
		if (!survey->count)
			return -ENOENT;
		if (fm_readers(found->word) == FM_READERS_MAX)
			return -EBUSY;
		fm_settle(level, found->slot);
		fm_hook(FM_HOOK_PINNING);
		if (cmpxchg(found->slot, found->word,
			    found->word + FM_READER) != found->word)
			continue;
		block = fm_block(found->region, fm_index(found->word));
		if (READ_ONCE(block->mark) == found->mark || !fm_step(MARK))
			return 0;
		fm_unpin(level, found->region, found->slot);
	}
}

/**
 * fm_unpin() - count a reader out
 * @level: what fm_enter() returned
 * @region: the region
 * @slot: the slot that counts the reader
 *
 * Context: Any, between fm_enter() and fm_exit(). Cannot fail.
 */
void fm_unpin(struct fm_level *level, struct fm_region *region, u64 *slot)
{
	u64 word;

	do {
		word = fm_settle(level, slot);
		if (!fm_is_last_reader(word) &&
		    cmpxchg(slot, word, word - FM_READER) == word)
			return;
	} while (!fm_is_last_reader(word) ||
		 !fm_mcas_one(level, slot, word, fm_vacated_word(), NULL, 0));
	fm_hook(FM_HOOK_UNPINNED);
	if (fm_step(LAST))
		fm_block_give(level, region, fm_index(word));
}
