/* SPDX-License-Identifier: GPL-2.0 */
/*
 * flatmap: a flat, lock-free robin hood hash map.
 *
 * A map lives in one contiguous region of memory. Its keys and values are
 * untyped bytes whose sizes are fixed when it is created.
 *
 * Guarantees
 *
 *  A. Every operation on one key is linearizable. A reader never sees a value
 *     that was not committed, part of a value, or no value for a key that was
 *     there throughout.
 *  B. Of concurrent inserts of one key exactly one succeeds; of concurrent
 *     deletes of one entry exactly one succeeds.
 *  C. No operation takes a lock or waits for another one, whatever that one is
 *     doing and wherever it was stopped. Operations may be called from any
 *     context: task, softirq, hardirq, NMI.
 *  D. A pinned value does not change and its memory is not reused until it is
 *     unpinned, although others update or delete the entry.
 *  E. An operation that fails changes nothing.
 *
 * The suites in kunit/suites check them: A "concurrency", "recycle", "reread" and
 * "between", B "concurrency", "stale" and "full", C "help", "late", "contexts"
 * and "timers", D "pin" and "release", E "full", "displace" and "params".
 *
 * Errors that any writing operation can return besides its own: -EAGAIN when
 * seven operations have already interrupted each other on this CPU.
 */
#ifndef _LINUX_FLATMAP_H
#define _LINUX_FLATMAP_H

#include <linux/types.h>
#include <uapi/linux/flatmap.h>

struct flatmap;

/**
 * struct flatmap_params - what a map is created with
 * @entries: distinct keys that the map must be able to hold,
 *	1 to %FLATMAP_ENTRIES_MAX
 * @key_size: bytes of a key, 1 to %FLATMAP_KEY_MAX
 * @value_size: bytes of a value, 0 to %FLATMAP_VALUE_MAX
 * @hash: &enum flatmap_hash
 * @flags: none defined, 0
 */
struct flatmap_params {
	u64 entries;
	u32 key_size;
	u32 value_size;
	u32 hash;
	u32 flags;
};

/**
 * struct flatmap_result - what a lookup found besides the value
 * @values: how many values the key has; 1 in a map
 */
struct flatmap_result {
	u64 values;
};

/**
 * struct flatmap_pin - a value that stays as it is until it is unpinned
 * @key: the entry's key, @key_size bytes
 * @value: the entry's value, @value_size bytes, aligned to 8
 * @result: as from flatmap_lookup()
 * @map: the map; private
 * @slot: the slot that counts this reader; private
 */
struct flatmap_pin {
	const void *key;
	const void *value;
	struct flatmap_result result;
	/* private: */
	struct flatmap *map;
	u64 *slot;
};

/**
 * struct flatmap_stats - how full a map is
 * @entries: entries in the map
 * @capacity: entries it can hold
 * @bytes: memory of the map, everything included
 * @slots: slots of the table
 * @blocks: blocks for keys and values
 * @blocks_free: those not in use
 */
struct flatmap_stats {
	u64 entries;
	u64 capacity;
	u64 bytes;
	u64 slots;
	u64 blocks;
	u64 blocks_free;
};

struct flatmap *flatmap_create(const struct flatmap_params *params);
void flatmap_destroy(struct flatmap *map);

int flatmap_lookup(struct flatmap *map, const void *key, void *value,
		   struct flatmap_result *result);
int flatmap_pin(struct flatmap *map, const void *key, struct flatmap_pin *pin);
void flatmap_unpin(struct flatmap_pin *pin);

int flatmap_insert(struct flatmap *map, const void *key, const void *value,
		   gfp_t gfp);
int flatmap_update(struct flatmap *map, const void *key, const void *value,
		   gfp_t gfp);
int flatmap_upsert(struct flatmap *map, const void *key, const void *value,
		   gfp_t gfp);
int flatmap_delete(struct flatmap *map, const void *key);
int flatmap_delete_return(struct flatmap *map, const void *key, void *value);

void flatmap_stats(struct flatmap *map, struct flatmap_stats *stats);
int flatmap_check(struct flatmap *map);

#endif /* _LINUX_FLATMAP_H */
