// SPDX-License-Identifier: GPL-2.0
/*
 * rhashtable, as its users use it: parameters known to the compiler, its default hash
 * (jhash with a seed), objects from a cache of their own, freed after a grace period. A
 * lookup copies the value under RCU, an update replaces the object. What it can be told of
 * the entries to come ends at 65,535, so with more it grows in any case.
 */
#include <linux/err.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "../loops.h"

struct rh_table {
	struct rhashtable hashed;
	struct kmem_cache *cache;
};

struct rh_entry {
	struct bench_key key;
	struct bench_value value;
	struct rhash_head node;
	struct rcu_head rcu;
};

static const struct rhashtable_params rh_params = {
	.key_len = sizeof(struct bench_key),
	.key_offset = offsetof(struct rh_entry, key),
	.head_offset = offsetof(struct rh_entry, node),
};

static void *lane_create(u64 entries, bool hinted)
{
	struct rhashtable_params params = rh_params;
	struct rh_table *table;
	int err = -ENOMEM;

	table = kzalloc(sizeof(*table), GFP_KERNEL);
	if (!table)
		return ERR_PTR(-ENOMEM);
	table->cache = KMEM_CACHE(rh_entry, SLAB_NO_MERGE);
	if (!table->cache)
		goto err_free;
	params.nelem_hint = hinted ? min(entries, U16_MAX) : 0;
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

static __always_inline bool lane_get(void *data, const struct bench_key *key,
				     struct bench_value *value)
{
	struct rh_table *table = data;
	struct rh_entry *entry;

	rcu_read_lock();
	entry = rhashtable_lookup(&table->hashed, key, rh_params);
	if (entry)
		*value = entry->value;
	rcu_read_unlock();
	return entry;
}

static __always_inline struct rh_entry *rh_new(struct rh_table *table,
					       const struct bench_key *key,
					       const struct bench_value *value)
{
	struct rh_entry *entry = kmem_cache_alloc(table->cache, GFP_KERNEL);

	if (entry) {
		entry->key = *key;
		entry->value = *value;
	}
	return entry;
}

static __always_inline bool lane_insert(void *data, const struct bench_key *key,
					const struct bench_value *value)
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

/* Another one may have replaced the object since it was found: again, then. */
static __always_inline bool lane_update(void *data, const struct bench_key *key,
					const struct bench_value *value)
{
	struct rh_table *table = data;
	struct rh_entry *entry = rh_new(table, key, value);
	struct rh_entry *old;
	int err = -ENOENT;

	if (!entry)
		return false;
	rcu_read_lock();
	do {
		old = rhashtable_lookup(&table->hashed, key, rh_params);
		if (old)
			err = rhashtable_replace_fast(&table->hashed, &old->node,
						      &entry->node, rh_params);
	} while (old && err == -ENOENT);
	if (!err)
		kfree_rcu(old, rcu);
	rcu_read_unlock();
	if (err)
		kmem_cache_free(table->cache, entry);
	return !err;
}

static __always_inline bool lane_store(void *data, const struct bench_key *key,
				       const struct bench_value *value)
{
	struct rh_table *table = data;
	struct rh_entry *entry;

	rcu_read_lock();
	entry = rhashtable_lookup(&table->hashed, key, rh_params);
	if (entry)
		WRITE_ONCE(entry->value.word[0], value->word[0]);
	rcu_read_unlock();
	return entry;
}

static __always_inline bool lane_delete(void *data, const struct bench_key *key)
{
	struct rh_table *table = data;
	struct rh_entry *entry;
	bool removed;

	rcu_read_lock();
	entry = rhashtable_lookup(&table->hashed, key, rh_params);
	removed = entry && !rhashtable_remove_fast(&table->hashed, &entry->node,
						   rh_params);
	if (removed)
		kfree_rcu(entry, rcu);
	rcu_read_unlock();
	return removed;
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

static u64 loop_iterate(void *data, const struct bench_slice *slice)
{
	struct rh_table *table = data;
	struct rhashtable_iter walk;
	struct rh_entry *entry;
	u64 sum = 0;

	rhashtable_walk_enter(&table->hashed, &walk);
	rhashtable_walk_start(&walk);
	while ((entry = rhashtable_walk_next(&walk))) {
		if (!IS_ERR(entry))
			sum += bench_sum(&entry->value);
	}
	rhashtable_walk_stop(&walk);
	rhashtable_walk_exit(&walk);
	return sum;
}

const struct bench_lane bench_rhashtable = {
	.name = "rhashtable",
	.fills = BENCH_HINTED | BENCH_UNHINTED,
	.create = lane_create,
	.destroy = lane_destroy,
	.settle = rcu_barrier,
	.run = {
		BENCH_MAP_RUNS,
		[BENCH_STORE] = BENCH_IN_PLACE(loop_store),
		[BENCH_ITERATE] = loop_iterate,
	},
};
