// SPDX-License-Identifier: GPL-2.0
/*
 * The hash maps of BPF, called through their operations, which is what a program whose
 * calls the JIT does not inline comes to. A map is made for a number of entries and never
 * takes more.
 *
 * An update of BPF_MAP_TYPE_HASH puts a new element in the place of the old one. That of
 * BPF_MAP_TYPE_RHASH writes the value in place, where readers can see part of it, so it
 * has no copy-on-write update here, but is told how many entries will come or not.
 *
 * Maps that allocate elements one by one get them from a store that an irq_work fills up
 * again: an insert that finds the store empty would fail, and fail the race.
 */
#include <linux/bpf.h>
#include <linux/err.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/rcupdate.h>

#include "../loops.h"
#include "bpf.h"

/*
 * BPF_MAP_TYPE_RHASH hashes keys of eight bytes by folding their halves into one
 * (rhtab_hashfn_long() in kernel/bpf/hashtab.c). Where that comes to few values, chains
 * get long, and from sixteen entries on inserts are refused with -EBUSY.
 */
static const char *lane_unable_rhash(u64 entries)
{
	if (BENCH_KEY_SIZE != sizeof(long) || !bench_key_folds)
		return NULL;
	return "its hash has such keys in few buckets, and it refuses them with -EBUSY";
}

static void *bpf_create(u32 type, u64 entries, u32 flags, u64 hint)
{
	union bpf_attr attr = {
		.map_type = type,
		.key_size = sizeof(struct bench_key),
		.value_size = sizeof(struct bench_value),
		.max_entries = entries,
		.map_flags = flags,
		.map_extra = hint,
	};
	struct bpf_map *map;
	int fd;

	fd = kern_sys_bpf(BPF_MAP_CREATE, &attr, sizeof(attr));
	if (fd < 0)
		return ERR_PTR(fd);
	map = bpf_map_get(fd);
	/* Now and not when the task returns: the file holds the map, too. */
	__fput_sync(file_close_fd(fd));
	return map;
}

static void *lane_create_hash(u64 entries, bool hinted)
{
	return bpf_create(BPF_MAP_TYPE_HASH, entries, 0, 0);
}

static void *lane_create_noprealloc(u64 entries, bool hinted)
{
	return bpf_create(BPF_MAP_TYPE_HASH, entries, BPF_F_NO_PREALLOC, 0);
}

/* The hint that it takes ends there. */
static void *lane_create_rhash(u64 entries, bool hinted)
{
	return bpf_create(BPF_MAP_TYPE_RHASH, entries, BPF_F_NO_PREALLOC,
			  hinted ? min(entries, U16_MAX) : 0);
}

static void lane_destroy(void *map)
{
	bpf_map_put(map);
}

static __always_inline bool lane_get(void *table, const struct bench_key *key,
				     struct bench_value *value)
{
	struct bpf_map *map = table;
	struct bench_value *found;

	rcu_read_lock();
	found = map->ops->map_lookup_elem(map, (void *)key);
	if (found)
		*value = *found;
	rcu_read_unlock();
	return found;
}

static __always_inline bool bpf_set(struct bpf_map *map, const struct bench_key *key,
				    const struct bench_value *value, u64 flags)
{
	bool done;

	rcu_read_lock();
	done = !map->ops->map_update_elem(map, (void *)key, (void *)value, flags);
	rcu_read_unlock();
	return done;
}

static __always_inline bool lane_insert(void *map, const struct bench_key *key,
					const struct bench_value *value)
{
	return bpf_set(map, key, value, BPF_NOEXIST);
}

static __always_inline bool lane_update(void *map, const struct bench_key *key,
					const struct bench_value *value)
{
	return bpf_set(map, key, value, BPF_EXIST);
}

static __always_inline bool lane_store(void *table, const struct bench_key *key,
				       const struct bench_value *value)
{
	struct bench_value *found;
	struct bpf_map *map = table;

	rcu_read_lock();
	found = map->ops->map_lookup_elem(map, (void *)key);
	if (found)
		WRITE_ONCE(found->word[0], value->word[0]);
	rcu_read_unlock();
	return found;
}

static __always_inline bool lane_delete(void *table, const struct bench_key *key)
{
	struct bpf_map *map = table;
	bool deleted;

	rcu_read_lock();
	deleted = !map->ops->map_delete_elem(map, (void *)key);
	rcu_read_unlock();
	return deleted;
}

BENCH_LOOP(hit, bench_hit, lane_get)
BENCH_LOOP(chain, bench_chain, lane_get)
BENCH_LOOP(miss, bench_count, lane_get)
BENCH_LOOP(insert, bench_write, lane_insert)
BENCH_LOOP(update, bench_write, lane_update)
BENCH_LOOP(delete, bench_drop, lane_delete)
BENCH_LOOP(churn, bench_churn, lane_delete, lane_insert)
BENCH_LOOP(mix_10, bench_mix, 10, lane_get, lane_update)
BENCH_LOOP(mix_50, bench_mix, 2, lane_get, lane_update)
BENCH_LOOP(store, bench_write, lane_store)

static u64 bpf_add_value(u64 map, u64 key, u64 value, u64 sum, u64 unused)
{
	*(u64 *)sum += bench_sum((const struct bench_value *)value);
	return 0;
}

static u64 loop_iterate(void *table, const struct bench_slice *slice)
{
	struct bpf_map *map = table;
	u64 sum = 0;

	migrate_disable();
	map->ops->map_for_each_callback(map, bpf_add_value, &sum, 0);
	migrate_enable();
	return sum;
}

const struct bench_lane bench_bpf_hash = {
	.name = "bpf-hash",
	.fills = BENCH_HINTED,
	.create = lane_create_hash,
	.destroy = lane_destroy,
	.run = {
		BENCH_MAP_RUNS,
		[BENCH_STORE] = BENCH_IN_PLACE(loop_store),
		[BENCH_ITERATE] = loop_iterate,
	},
};

const struct bench_lane bench_bpf_hash_noprealloc = {
	.name = "bpf-hash-noprealloc",
	.fills = BENCH_HINTED,
	.create = lane_create_noprealloc,
	.destroy = lane_destroy,
	.run = {
		BENCH_MAP_RUNS,
		[BENCH_STORE] = BENCH_IN_PLACE(loop_store),
		[BENCH_ITERATE] = loop_iterate,
	},
};

const struct bench_lane bench_bpf_rhash = {
	.name = "bpf-rhash",
	.fills = BENCH_HINTED | BENCH_UNHINTED,
	.unable = lane_unable_rhash,
	.create = lane_create_rhash,
	.destroy = lane_destroy,
	.run = {
		[BENCH_HIT] = loop_hit,
		[BENCH_CHAIN] = loop_chain,
		[BENCH_MISS] = loop_miss,
		[BENCH_INSERT] = loop_insert,
		[BENCH_STORE] = BENCH_IN_PLACE(loop_store),
		[BENCH_DELETE] = loop_delete,
		[BENCH_ITERATE] = loop_iterate,
	},
};

MODULE_IMPORT_NS("BPF_INTERNAL");
