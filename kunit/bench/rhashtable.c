// SPDX-License-Identifier: GPL-2.0
/*
 * rhashtable, as its users use it: parameters known to the compiler, objects from a
 * cache of their own, freed after a grace period. An update replaces the object.
 */
#include <linux/err.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "lane.h"

struct rh_table {
	struct rhashtable hashed;
	struct kmem_cache *cache;
};

struct rh_entry {
	u64 key;
	u64 value;
	struct rhash_head node;
	struct rcu_head rcu;
};

static const struct rhashtable_params rh_params = {
	.key_len = sizeof(u64),
	.key_offset = offsetof(struct rh_entry, key),
	.head_offset = offsetof(struct rh_entry, node),
};

static void *lane_create(u64 entries)
{
	struct rhashtable_params params = rh_params;
	struct rh_table *table;
	int err = -ENOMEM;

	table = kzalloc(sizeof(*table), GFP_KERNEL);
	if (!table)
		return ERR_PTR(-ENOMEM);
	table->cache = KMEM_CACHE(rh_entry, 0);
	if (!table->cache)
		goto err_free;
	params.nelem_hint = entries;
	err = rhashtable_init(&table->hashed, &params);
	if (err)
		goto err_cache;
	return table;

err_cache:
	kmem_cache_destroy(table->cache);
err_free:
	kfree(table);
	return ERR_PTR(err);
}

static void rh_free(void *entry, void *table)
{
	kmem_cache_free(((struct rh_table *)table)->cache, entry);
}

static void lane_destroy(void *data)
{
	struct rh_table *table = data;

	rhashtable_free_and_destroy(&table->hashed, rh_free, table);
	kmem_cache_destroy(table->cache);
	kfree(table);
}

/* The objects without what the cache adds, and the arrays of buckets. */
static u64 lane_bytes(void *data)
{
	struct rh_table *table = data;
	const struct bucket_table *buckets;
	u64 bytes;

	bytes = (u64)atomic_read(&table->hashed.nelems) * kmem_cache_size(table->cache);
	rcu_read_lock();
	for (buckets = rcu_dereference(table->hashed.tbl); buckets;
	     buckets = rcu_dereference(buckets->future_tbl))
		bytes += struct_size(buckets, buckets, buckets->size);
	rcu_read_unlock();
	return bytes;
}

static __always_inline bool lane_get(void *data, u64 key, u64 *value)
{
	struct rh_table *table = data;
	struct rh_entry *entry;

	rcu_read_lock();
	entry = rhashtable_lookup(&table->hashed, &key, rh_params);
	if (entry)
		*value = READ_ONCE(entry->value);
	rcu_read_unlock();
	return entry;
}

static struct rh_entry *rh_new(struct rh_table *table, u64 key, u64 value)
{
	struct rh_entry *entry = kmem_cache_alloc(table->cache, GFP_KERNEL);

	if (entry) {
		entry->key = key;
		entry->value = value;
	}
	return entry;
}

static __always_inline bool lane_insert(void *data, u64 key, u64 value)
{
	struct rh_table *table = data;
	struct rh_entry *entry = rh_new(table, key, value);

	if (!entry)
		return false;
	if (!rhashtable_lookup_insert_fast(&table->hashed, &entry->node, rh_params))
		return true;
	kmem_cache_free(table->cache, entry);
	return false;
}

static __always_inline bool lane_update(void *data, u64 key, u64 value)
{
	struct rh_table *table = data;
	struct rh_entry *entry = rh_new(table, key, value);
	struct rh_entry *old;
	bool replaced;

	if (!entry)
		return false;
	rcu_read_lock();
	old = rhashtable_lookup(&table->hashed, &key, rh_params);
	replaced = old && !rhashtable_replace_fast(&table->hashed, &old->node,
						   &entry->node, rh_params);
	if (replaced)
		kfree_rcu(old, rcu);
	rcu_read_unlock();
	if (!replaced)
		kmem_cache_free(table->cache, entry);
	return replaced;
}

static __always_inline bool rh_store(void *data, u64 key, u64 value)
{
	struct rh_table *table = data;
	struct rh_entry *entry;

	rcu_read_lock();
	entry = rhashtable_lookup(&table->hashed, &key, rh_params);
	if (entry)
		WRITE_ONCE(entry->value, value);
	rcu_read_unlock();
	return entry;
}

static __always_inline bool lane_delete(void *data, u64 key)
{
	struct rh_table *table = data;
	struct rh_entry *entry;
	bool removed;

	rcu_read_lock();
	entry = rhashtable_lookup(&table->hashed, &key, rh_params);
	removed = entry && !rhashtable_remove_fast(&table->hashed, &entry->node,
						   rh_params);
	if (removed)
		kfree_rcu(entry, rcu);
	rcu_read_unlock();
	return removed;
}

BENCH_LOOP(lane, hit, bench_hit, lane_get)
BENCH_LOOP(lane, chain, bench_chain, lane_get)
BENCH_LOOP(lane, miss, bench_count, lane_get)
BENCH_LOOP(lane, updates, bench_write, lane_update)
BENCH_LOOP(lane, deletes, bench_drop, lane_delete)
BENCH_LOOP(lane, inserts, bench_write, lane_insert)
BENCH_LOOP(lane, stores, bench_write, rh_store)

BENCH_LANE(bench_rhashtable, lane, "rhashtable", lane_create, rcu_barrier, lane_bytes,
	   lane_stores);
