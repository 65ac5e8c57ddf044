/* SPDX-License-Identifier: GPL-2.0 */
/*
 * flatmap: a flat, lock-free robin hood hash map.
 *
 * A map lives in one contiguous region of memory, and moves to a larger or smaller
 * one while everyone keeps working. Its keys and values are bytes whose sizes are
 * fixed when it is created; a value may consist of fields. In a
 * multimap a key may have several values. Where the types are known at compile
 * time, linux/flatmap_typed.h is to be preferred.
 *
 * Guarantees, and what checks them (suites in kunit/suites, models in
 * kunit/models, scenarios of kunit/explore; kunit/torture checks A to G)
 *
 *  A. Every operation on one key is linearizable, also while the map is resized. A
 *     reader never sees a value that was not committed, part of a value, or no value
 *     for a key that was there throughout.
 *	suites concurrency, recycle, reread, between, moment, forward, nmi, lanes,
 *	batch_storm; models mcas, copyout, list, move; all scenarios
 *  B. Of concurrent inserts of one key exactly one succeeds; of concurrent
 *     deletes of one entry exactly one succeeds; no modification is lost.
 *	suites concurrency, stale, full, modify; models insert, modify; scenarios
 *	insert-*, modify-*
 *  C. No operation takes a lock or waits for another one, whatever that one is
 *     doing and wherever it was stopped. Operations may be called from any
 *     context: task, softirq, hardirq, NMI. Only for room in a map that must grow
 *     does one wait, if it says that it may.
 *	suites parked, help, late, contexts, batch_contexts, timers, nmi, forward,
 *	limits; scenarios help-*, interrupt-*, move-*
 *  D. A pinned value does not change and its memory is not reused until it is
 *     unpinned, although others update or delete the entry, or the map has long
 *     been resized or destroyed.
 *	suites pin, release, chain; models pin, move; scenarios pin-*, unpin-*
 *  E. The values of one key of a multimap are returned as a set that existed at
 *     one moment.
 *	suites multimap, moment, heavy, across; models values, spread;
 *	scenarios multimap-*
 *  F. Iteration returns every entry that is there from its beginning to its end
 *     exactly once, whatever happens to others, and however the map is resized.
 *	suites iterate, cursor, resize, shards; scenarios iterate-*,
 *	multimap-iterate
 *  G. An operation that fails changes nothing.
 *	suites full, displace, params, modify, multimap, limits, batch
 *
 * Errors that any writing operation can return besides its own: -EAGAIN when
 * seven operations have already interrupted each other on this CPU.
 *
 * Room. A map that may grow is given another region while it fills up, and nobody waits
 * for entries to move there, nor for the memory of regions that were left before. How an
 * operation gets room that is not there yet, its @gfp says:
 *
 *	GFP_KERNEL: it makes the next region itself, or waits for whoever is making it. A
 *	fatal signal ends that with -EINTR.
 *
 *	GFP_NOFS, GFP_NOIO, and GFP_KERNEL where the task may not wait for as much: it makes
 *	the next region itself. Where that would not do, it does not wait, but returns -EAGAIN.
 *
 *	GFP_ATOMIC, GFP_NOWAIT: it never sleeps. A map that has such callers keeps its next
 *	region ready once it is half full (@reserve_bytes of its statistics), and a worker on
 *	another CPU makes it. Where that worker is late or cannot run, the operation makes a
 *	small region itself, in physically contiguous memory of up to 768 KiB: enough for
 *	13,328 entries of 8 + 8 bytes. Past that it returns -EAGAIN until the worker has run.
 *	In NMI, and in atomic sections of PREEMPT_RT, it makes none.
 *
 *	0: likewise, but it never calls the page allocator. For callers that may be inside it,
 *	as tracing programs are, or that hold locks which it takes.
 *
 * -EAGAIN means that somebody is already at work on it: try again later. The statistics
 * count it (@refused).
 *	suites burst, growth, memory; kunit/burst measures it
 *
 * Errors that are for good, as long as nothing else changes: -ENOSPC at @max_entries, when a
 * region of the largest size is full, or when pins hold what is needed; -ENOMEM at
 * @max_bytes, at the limits of the module (parameters max_bytes and max_map_bytes), or if
 * there is no memory but what others need: an eighth of it, 1 GiB at most, stays available.
 * Memory that is on its way out is waited for before that is said, by those who may wait.
 * What has failed is tried again after a tenth of a second at the earliest.
 */
#ifndef _LINUX_FLATMAP_H
#define _LINUX_FLATMAP_H

#include <linux/types.h>
#include <uapi/linux/flatmap.h>

struct flatmap;
struct fm_region;

/*
 * A flag of in-kernel maps: charge the memory to the control group of the task that
 * creates the map. Maps made through /dev/flatmap always have it.
 */
#define FLATMAP_ACCOUNT		0x80000000U

/**
 * struct flatmap_params - what a map is created with
 * @entries: how many entries to begin with room for, 0 to %FLATMAP_ENTRIES_MAX; in
 *	a multimap each value is an entry. Of a map with %FLATMAP_FIXED, what it
 *	must be able to hold, at least 1
 * @max_entries: the most entries it may have, up to %FLATMAP_ENTRIES_MAX and not
 *	less than @entries; 0 for no limit but that of memory and of
 *	%FLATMAP_SHARD_ENTRIES for each shard
 * @max_bytes: the most memory it may take; 0 for no limit but the module's
 * @key_size: bytes of a key, 1 to %FLATMAP_KEY_MAX
 * @value_size: bytes of a value, 0 to %FLATMAP_VALUE_MAX
 * @hash: &enum flatmap_hash
 * @flags: %FLATMAP_MULTIMAP, %FLATMAP_FIXED, %FLATMAP_SHRINK, %FLATMAP_ACCOUNT
 * @fields_count: fields of a value, 0 to %FLATMAP_FIELDS_MAX
 * @fields: the fields, by ascending offset and without overlap, each name once;
 *	copied
 *
 * A map that is to hold more than %FLATMAP_SHARD_ENTRIES, by the greater of @entries
 * and @max_entries, consists of shards, each with regions of its own: up to
 * %FLATMAP_SHARDS_MAX, by powers of two. How many is fixed when it is created.
 */
struct flatmap_params {
	u64 entries;
	u64 max_entries;
	u64 max_bytes;
	u32 key_size;
	u32 value_size;
	u32 hash;
	u32 flags;
	u32 fields_count;
	const struct flatmap_field *fields;
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
 * @region: the region it lies in; private
 * @slot: the slot that counts this reader; private
 */
struct flatmap_pin {
	const void *key;
	const void *value;
	struct flatmap_result result;
	/* private: */
	struct fm_region *region;
	u64 *slot;
};

/**
 * struct flatmap_stats - how full a map is
 * @entries: entries in the map
 * @capacity: entries it is made for as it is now
 * @bytes: memory of the map, everything included
 * @slots: slots of the table
 * @blocks: blocks for keys and values
 * @blocks_free: those not in use
 * @max_entries: the most entries it may have; 0 for no limit
 * @max_bytes: the most memory it may take; 0 for no limit
 * @shards: parts that are resized each by itself
 * @regions: regions in use; one for each shard that is not being resized
 * @regions_pinned: regions that are out of use, but for pins
 * @resizes: how often a shard was given another region
 * @resizes_failed: how often it was to, and was not, for want of memory or for pins
 * @refused: how many operations returned -EAGAIN since there was no room for an entry yet
 * @reserve_bytes: the part of @bytes that is kept ready for operations that cannot wait
 * @moved: entries that went from one region to the next
 * @helped: those of them that writers moved on their way
 * @simd: &enum flatmap_simd: the instructions that batches use where they pay
 */
struct flatmap_stats {
	u64 entries;
	u64 capacity;
	u64 bytes;
	u64 slots;
	u64 blocks;
	u64 blocks_free;
	u64 max_entries;
	u64 max_bytes;
	u64 shards;
	u64 regions;
	u64 regions_pinned;
	u64 resizes;
	u64 resizes_failed;
	u64 refused;
	u64 reserve_bytes;
	u64 moved;
	u64 helped;
	u32 simd;
};

/**
 * struct flatmap_batch - many keys, to do the same with each
 * @keys: @count keys, one after the other without padding
 * @values: as many values, likewise: read by what adds, replaces or compares; written
 *	by flatmap_lookup_batch() and flatmap_delete_batch() unless it is NULL
 * @results: out: what came of each item, as the functions say; or NULL: then a batch
 *	ends at the first item that fails
 * @count: how many items
 * @done: out: how many items have been carried out: the first ones. An item that failed
 *	counts, too, unless the batch ends there
 * @gfp: as for flatmap_insert(), and for lookups as well: with direct reclaim
 *	(GFP_KERNEL) other tasks may run between chunks, and a signal ends the batch
 *	with -EINTR, but not before it has done something
 * @stop: end at the first item that fails, also with @results
 *
 * One key may occur more than once. Values and results must not overlap anything else;
 * what they hold past @done is undefined.
 */
struct flatmap_batch {
	const void *keys;
	void *values;
	int *results;
	u64 count;
	u64 done;
	gfp_t gfp;
	bool stop;
};

/**
 * struct flatmap_cursor - a place in a map's hash order
 * @position: 0 at the beginning; private
 * @ordinal: among the values of one key; private
 * @last: room for one key, which the cursor keeps the last one in
 *
 * It stays valid for as long as the map does, whatever happens to the map.
 */
struct flatmap_cursor {
	u64 position;
	u64 ordinal;
	void *last;
};

/**
 * typedef flatmap_modify_fn - make a new value out of the present one
 * @value: in: the value as it is; out: as it shall be; aligned to 8
 * @arg: as given to flatmap_modify()
 *
 * Runs with preemption off, may run several times for one modification, each
 * time on the value that is there then, and must not sleep.
 *
 * Return: 0, or a negative errno to give up and change nothing. (A positive number
 * is none, and becomes -EINVAL.)
 */
typedef int (*flatmap_modify_fn)(void *value, void *arg);

struct flatmap *flatmap_create(const struct flatmap_params *params);
void flatmap_destroy(struct flatmap *map);

int flatmap_lookup(struct flatmap *map, const void *key, void *value,
		   struct flatmap_result *result);
int flatmap_lookup_field(struct flatmap *map, const void *key, u32 field,
			 void *value);
int flatmap_pin(struct flatmap *map, const void *key, struct flatmap_pin *pin);
void flatmap_unpin(struct flatmap_pin *pin);

int flatmap_insert(struct flatmap *map, const void *key, const void *value,
		   gfp_t gfp);
int flatmap_update(struct flatmap *map, const void *key, const void *value,
		   gfp_t gfp);
int flatmap_update_field(struct flatmap *map, const void *key, u32 field,
			 const void *value, gfp_t gfp);
int flatmap_upsert(struct flatmap *map, const void *key, const void *value,
		   gfp_t gfp);
int flatmap_replace(struct flatmap *map, const void *key, const void *old,
		    const void *value, gfp_t gfp);
int flatmap_modify(struct flatmap *map, const void *key, flatmap_modify_fn fn,
		   void *arg, gfp_t gfp);
int flatmap_modify_or_insert(struct flatmap *map, const void *key,
			     const void *initial, flatmap_modify_fn fn, void *arg,
			     gfp_t gfp);
int flatmap_delete(struct flatmap *map, const void *key);
int flatmap_delete_return(struct flatmap *map, const void *key, void *value);
int flatmap_delete_value(struct flatmap *map, const void *key, const void *value);

int flatmap_add(struct flatmap *map, const void *key, const void *value, gfp_t gfp);
int flatmap_values(struct flatmap *map, const void *key, void *values, u32 room,
		   struct flatmap_result *result);

int flatmap_lookup_batch(struct flatmap *map, struct flatmap_batch *batch);
int flatmap_insert_batch(struct flatmap *map, struct flatmap_batch *batch);
int flatmap_update_batch(struct flatmap *map, struct flatmap_batch *batch);
int flatmap_upsert_batch(struct flatmap *map, struct flatmap_batch *batch);
int flatmap_delete_batch(struct flatmap *map, struct flatmap_batch *batch);
int flatmap_add_batch(struct flatmap *map, struct flatmap_batch *batch);
int flatmap_delete_value_batch(struct flatmap *map, struct flatmap_batch *batch);

int flatmap_next(struct flatmap *map, struct flatmap_cursor *cursor, void *key,
		 void *value);

/**
 * flatmap_for_each() - go through the entries of a map in hash order
 * @map: the map
 * @cursor: a &struct flatmap_cursor, zeroed but for its @last to begin, or where
 *	to go on
 * @key: where to copy each key
 * @value: where to copy each value, or NULL
 *
 * As flatmap_next(). The body may sleep, and change the map as it likes.
 */
#define flatmap_for_each(map, cursor, key, value) \
	for (; !flatmap_next(map, cursor, key, value);)

void flatmap_stats(struct flatmap *map, struct flatmap_stats *stats);
int flatmap_check(struct flatmap *map);

#endif /* _LINUX_FLATMAP_H */
