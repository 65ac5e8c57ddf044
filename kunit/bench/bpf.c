// SPDX-License-Identifier: GPL-2.0
/*
 * The preallocated BPF hash, called as a BPF program calls it. The map is made by
 * the process that loads the module, as there is no other way to make one.
 */
#include <linux/bpf.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/rcupdate.h>

#include "lane.h"

static void *lane_create(u64 entries)
{
	struct bpf_map *map = bpf_map_get(bench_bpf_fd);

	if (IS_ERR(map))
		return map;
	if (map->map_type == BPF_MAP_TYPE_HASH && map->max_entries == entries &&
	    map->key_size == sizeof(u64) && map->value_size == sizeof(u64) &&
	    !(map->map_flags & BPF_F_NO_PREALLOC))
		return map;
	bpf_map_put(map);
	return ERR_PTR(-EINVAL);
}

static void lane_destroy(void *map)
{
	bpf_map_put(map);
}

static __always_inline bool lane_get(void *table, u64 key, u64 *value)
{
	struct bpf_map *map = table;
	u64 *found;

	rcu_read_lock();
	found = map->ops->map_lookup_elem(map, &key);
	if (found)
		*value = READ_ONCE(*found);
	rcu_read_unlock();
	return found;
}

static __always_inline bool bpf_set(struct bpf_map *map, u64 key, u64 value, u64 flags)
{
	bool set;

	rcu_read_lock();
	set = !map->ops->map_update_elem(map, &key, &value, flags);
	rcu_read_unlock();
	return set;
}

static __always_inline bool lane_insert(void *map, u64 key, u64 value)
{
	return bpf_set(map, key, value, BPF_NOEXIST);
}

static __always_inline bool lane_update(void *map, u64 key, u64 value)
{
	return bpf_set(map, key, value, BPF_EXIST);
}

static __always_inline bool bpf_store(void *table, u64 key, u64 value)
{
	struct bpf_map *map = table;
	u64 *found;

	rcu_read_lock();
	found = map->ops->map_lookup_elem(map, &key);
	if (found)
		WRITE_ONCE(*found, value);
	rcu_read_unlock();
	return found;
}

static __always_inline bool lane_delete(void *table, u64 key)
{
	struct bpf_map *map = table;
	bool deleted;

	rcu_read_lock();
	deleted = !map->ops->map_delete_elem(map, &key);
	rcu_read_unlock();
	return deleted;
}

BENCH_LOOP(lane, hit, bench_hit, lane_get)
BENCH_LOOP(lane, chain, bench_chain, lane_get)
BENCH_LOOP(lane, miss, bench_count, lane_get)
BENCH_LOOP(lane, updates, bench_write, lane_update)
BENCH_LOOP(lane, deletes, bench_drop, lane_delete)
BENCH_LOOP(lane, inserts, bench_write, lane_insert)
BENCH_LOOP(lane, stores, bench_write, bpf_store)

BENCH_LANE(bench_bpf, lane, "bpf-hash", lane_create, NULL, NULL, lane_stores);

MODULE_IMPORT_NS("BPF_INTERNAL");
