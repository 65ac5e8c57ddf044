/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A map: its shards, each a chain of regions.
 */
#ifndef _FLATMAP_MAP_H
#define _FLATMAP_MAP_H

#include <asm/local64.h>
#include <linux/bitops.h>
#include <linux/irq_work.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "extent.h"
#include "whole.h"

/**
 * struct fm_tally - entries that operations on some CPUs have added, less the removed
 * @entries: may be negative
 * @own: the same, where no two CPUs have one tally
 */
struct fm_tally {
	union {
		atomic64_t entries;
		local64_t own;
	};
} __aligned(64);

/**
 * struct flatmap - a shard of a map; the first one stands for the map
 * @region: its first region; this and what follows as in &struct fm_front
 * @shard_bits: log2 of the number of shards
 * @multimap: may a key have several values?
 * @limited: is there a limit of its entries?
 * @words: of key and value each is a word
 * @whole: what all shards share
 * @last: its last region, or one before that, see fm_last()
 * @reserve: a region that is ready to follow, or NULL
 * @claimed: a task makes a region
 * @resizing: a task drains the shard, or decides that it has no room
 * @impatient: operations that cannot wait for room have added entries
 * @ending: the map has been destroyed
 * @crowded: number of the region that had no place for an entry, until the worker
 *	sees it; or 0
 * @apart: if the last region is larger than the entries need, for they crowded, how
 *	many they were; else 0
 * @stalled: entries have found no place in the last region, and wait in others
 * @known: why a region has no successor, see fm_known()
 * @rounds: how often the worker has decided that
 * @retry: when to ask again for memory that was not there, in jiffies
 * @decided: who waits for @claimed, @rounds, or the chain to become shorter
 * @calls: what the workers have been called for, and have not begun yet
 * @kick: calls the workers from any context
 * @resize: the worker, where the scheduler likes it, at once or a little later
 * @resize_elsewhere: the worker, on another CPU than whoever has called it
 * @prepare: the worker that makes the reserve
 * @resizes: how often the shard was given another region
 * @resizes_failed: how often it was to, and was not
 * @refused: operations that were told to try again, for want of room
 * @reserve_bytes: of @reserve
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
	bool limited;
	bool words;
	struct fm_whole *whole;
	struct fm_region *last;
	struct fm_region *reserve;
	u32 claimed;
	u32 resizing;
	bool impatient;
	bool ending;
	u32 crowded;
	u64 apart;
	bool stalled;
	u64 known;
	u32 rounds;
	unsigned long retry;
	wait_queue_head_t decided;
	atomic_t calls;
	struct irq_work kick;
	struct delayed_work resize;
	struct work_struct resize_elsewhere;
	struct work_struct prepare;
	atomic64_t resizes;
	atomic64_t resizes_failed;
	atomic64_t refused;
	atomic64_t reserve_bytes;
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

/* The memory of a map, everything included. */
static inline u64 fm_map_bytes(const struct flatmap *map)
{
	return atomic64_read(&map->whole->bytes);
}

int fm_try_values(struct flatmap *map, const void *key, void *values, u32 room);

int fm_core_init(void);
void fm_core_exit(void);

#endif /* _FLATMAP_MAP_H */
