/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A map: its shards, each a chain of regions.
 */
#ifndef _FLATMAP_MAP_H
#define _FLATMAP_MAP_H

#include <linux/bitops.h>
#include <linux/irq_work.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "extent.h"
#include "whole.h"

/**
 * struct fm_tally - entries that operations on one CPU have added, less the removed
 * @entries: may be negative
 */
struct fm_tally {
	atomic64_t entries;
} __aligned(64);

/**
 * struct flatmap - a shard of a map; the first one stands for the map
 * @region: its first region; this and what follows as in &struct fm_front
 * @shard_bits: log2 of the number of shards
 * @multimap: may a key have several values?
 * @whole: what all shards share
 * @last: the last region of the chain; the worker's
 * @kicked: the worker has been called and has not begun yet
 * @ending: the map has been destroyed
 * @crowded: number of the region that had no place for an entry, until the worker
 *	sees it; or 0
 * @apart: if the last region is larger than the entries need, for they crowded, how
 *	many they were; else 0
 * @stalled: entries have found no place in the last region, and wait in others
 * @tried: number of the region that was the last one when @outcome became known
 * @outcome: why it has no successor; 0 if it has one, or needs none
 * @rounds: how often the worker has decided that
 * @retry: when to ask again for memory that was not there, in jiffies
 * @retiring: regions that have left the chain, and may go without any pin's end
 * @decided: who waits for @rounds, or for @retiring to become 0
 * @kick: calls the worker from any context
 * @resize: the worker
 * @resizes: how often the shard was given another region
 * @resizes_failed: how often it was to, and was not
 * @moved: entries that went from one region to the next
 * @helped: those of them that writers moved
 * @pinned: regions that are out of use, but for pins
 * @counted: the sum of @tally, roughly
 * @tally: entries, by CPU; not in maps with %FLATMAP_FIXED, whose room tells
 */
struct flatmap {
	struct fm_region *region;
	u32 shard_bits;
	bool multimap;
	struct fm_whole *whole;
	struct fm_region *last;
	u32 kicked;
	bool ending;
	u32 crowded;
	u64 apart;
	bool stalled;
	u32 tried;
	int outcome;
	u32 rounds;
	unsigned long retry;
	atomic_t retiring;
	wait_queue_head_t decided;
	struct irq_work kick;
	struct work_struct resize;
	atomic64_t resizes;
	atomic64_t resizes_failed;
	atomic64_t moved;
	atomic64_t helped;
	atomic64_t pinned;
	atomic64_t counted;
	struct fm_tally tally[FM_STRIPES_MAX];
};

static_assert(offsetof(struct flatmap, region) == offsetof(struct fm_front, region));
static_assert(offsetof(struct flatmap, shard_bits) ==
	      offsetof(struct fm_front, shard_bits));

/*
 * The shard that keys with this hash belong to, and what its regions call the hash:
 * the topmost bits, which all its keys have in common, go to the bottom.
 */
static inline struct flatmap *fm_shard(struct flatmap *map, u64 *hash)
{
	u32 bits = map->shard_bits;

	if (likely(!bits))
		return map;
	map += *hash >> (64 - bits);
	*hash = rol64(*hash, bits);
	return map;
}

/* The first region of a shard. Inside an RCU read-side section. */
static inline struct fm_region *fm_first(const struct flatmap *map)
{
	return READ_ONCE(map->region);
}

/* The field number @field of the map's values, or NULL. */
static inline const struct flatmap_field *fm_field(const struct flatmap *map, u32 field)
{
	const struct flatmap_params *params = &map->whole->params;

	return field < params->fields_count ? &params->fields[field] : NULL;
}

int fm_try_values(struct flatmap *map, const void *key, void *values, u32 room);

int fm_core_init(void);
void fm_core_exit(void);

#endif /* _FLATMAP_MAP_H */
