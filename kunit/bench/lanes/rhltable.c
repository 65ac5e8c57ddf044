// SPDX-License-Identifier: GPL-2.0
/*
 * rhltable, which has a list of objects for each key, beside flatmap as a multimap: all
 * values of a key are read under RCU, which is not one moment, and one of them is removed
 * by what it is. What it can be told of the entries to come ends at 65,535.
 */
#include <linux/err.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "../loops.h"

struct rhl_table {
	struct rhltable hashed;
	struct kmem_cache *cache;
};

struct rhl_entry {
	struct bench_key key;
	struct bench_value value;
	struct rhlist_head node;
	struct rcu_head rcu;
};

static const struct rhashtable_params rhl_params = {
	.key_len = sizeof(struct bench_key),
	.key_offset = offsetof(struct rhl_entry, key),
	.head_offset = offsetof(struct rhl_entry, node),
};

static void *lane_create(u64 entries, bool hinted)
{
	struct rhashtable_params params = rhl_params;
	struct rhl_table *table;
	int err = -ENOMEM;

	table = kzalloc(sizeof(*table), GFP_KERNEL);
	if (!table)
		return ERR_PTR(-ENOMEM);
	table->cache = KMEM_CACHE(rhl_entry, SLAB_NO_MERGE);
	if (!table->cache)
		goto err_free;
	params.nelem_hint = hinted ? min(entries, U16_MAX) : 0;
	err = rhltable_init(&table->hashed, &params);
	if (err)
		goto err_cache;
	return table;

err_cache:
	kmem_cache_destroy(table->cache);
err_free:
	kfree(table);
	return ERR_PTR(err);
}

static void rhl_free(void *entry, void *table)
{
	kmem_cache_free(((struct rhl_table *)table)->cache, entry);
}

static void lane_destroy(void *data)
{
	struct rhl_table *table = data;

	rhltable_free_and_destroy(&table->hashed, rhl_free, table);
	kmem_cache_destroy(table->cache);
	kfree(table);
}

static __always_inline u64 lane_values(void *data, const struct bench_key *key)
{
	struct rhl_table *table = data;
	struct rhlist_head *list, *at;
	struct rhl_entry *entry;
	u64 sum = 0;

	rcu_read_lock();
	list = rhltable_lookup(&table->hashed, key, rhl_params);
	rhl_for_each_entry_rcu(entry, at, list, node)
		sum += bench_sum(&entry->value);
	rcu_read_unlock();
	return sum;
}

static __always_inline bool lane_add(void *data, const struct bench_key *key,
				     const struct bench_value *value)
{
	struct rhl_table *table = data;
	struct rhl_entry *entry = kmem_cache_alloc(table->cache, GFP_KERNEL);

	if (!entry)
		return false;
	entry->key = *key;
	entry->value = *value;
	if (!rhltable_insert(&table->hashed, &entry->node, rhl_params))
		return true;
	kmem_cache_free(table->cache, entry);
	return false;
}

static __always_inline bool lane_delete(void *data, const struct bench_key *key,
					const struct bench_value *value)
{
	struct rhl_table *table = data;
	struct rhlist_head *list, *at;
	struct rhl_entry *entry;
	bool removed = false;

	rcu_read_lock();
	list = rhltable_lookup(&table->hashed, key, rhl_params);
	rhl_for_each_entry_rcu(entry, at, list, node) {
		if (entry->value.word[0] != value->word[0])
			continue;
		removed = !rhltable_remove(&table->hashed, &entry->node, rhl_params);
		if (removed)
			kfree_rcu(entry, rcu);
		break;
	}
	rcu_read_unlock();
	return removed;
}

BENCH_LOOP(values, bench_values, lane_values)
BENCH_LOOP(insert, bench_write, lane_add)
BENCH_LOOP(delete, bench_write, lane_delete)

static u64 loop_iterate(void *data, const struct bench_slice *slice)
{
	struct rhl_table *table = data;
	struct rhashtable_iter walk;
	struct rhl_entry *entry;
	u64 sum = 0;

	rhltable_walk_enter(&table->hashed, &walk);
	rhashtable_walk_start(&walk);
	while ((entry = rhashtable_walk_next(&walk))) {
		if (!IS_ERR(entry))
			sum += bench_sum(&entry->value);
	}
	rhashtable_walk_stop(&walk);
	rhashtable_walk_exit(&walk);
	return sum;
}

const struct bench_lane bench_rhltable = {
	.name = "rhltable",
	.kind = BENCH_MULTIMAP,
	.fills = BENCH_HINTED | BENCH_UNHINTED,
	.create = lane_create,
	.destroy = lane_destroy,
	.settle = rcu_barrier,
	.run = {
		[BENCH_VALUES] = loop_values,
		[BENCH_INSERT] = loop_insert,
		[BENCH_DELETE] = loop_delete,
		[BENCH_ITERATE] = loop_iterate,
	},
};
