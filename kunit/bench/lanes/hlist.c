// SPDX-License-Identifier: GPL-2.0
/*
 * The table that kernel code builds by hand: a fixed power of two of buckets, at most one
 * entry for each on average, jhash with a seed, a lock in each bucket, readers under RCU,
 * objects from a cache of their own. It does not grow, so it is always told how many
 * entries will come.
 */
#include <linux/err.h>
#include <linux/jhash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "../loops.h"

struct hl_bucket {
	struct hlist_head entries;
	spinlock_t lock; /* for those who change @entries */
};

struct hl_table {
	struct kmem_cache *cache;
	struct hl_bucket *buckets;
	u32 mask;
	u32 seed;
};

struct hl_entry {
	struct bench_key key;
	struct bench_value value;
	struct hlist_node node;
	struct rcu_head rcu;
};

static void *lane_create(u64 entries, bool hinted)
{
	struct hl_table *table;
	u32 i;

	table = kzalloc(sizeof(*table), GFP_KERNEL);
	if (!table)
		return ERR_PTR(-ENOMEM);
	table->mask = roundup_pow_of_two(entries) - 1;
	table->seed = get_random_u32();
	table->cache = KMEM_CACHE(hl_entry, SLAB_NO_MERGE);
	if (!table->cache)
		goto err_free;
	table->buckets = kvcalloc(table->mask + 1, sizeof(*table->buckets), GFP_KERNEL);
	if (!table->buckets)
		goto err_cache;
	for (i = 0; i <= table->mask; i++)
		spin_lock_init(&table->buckets[i].lock);
	return table;

err_cache:
	kmem_cache_destroy(table->cache);
err_free:
	kfree(table);
	return ERR_PTR(-ENOMEM);
}

static void lane_destroy(void *data)
{
	struct hl_table *table = data;
	struct hlist_node *next;
	struct hl_entry *entry;
	u32 i;

	for (i = 0; i <= table->mask; i++) {
		hlist_for_each_entry_safe(entry, next, &table->buckets[i].entries, node)
			kmem_cache_free(table->cache, entry);
	}
	kvfree(table->buckets);
	kmem_cache_destroy(table->cache);
	kfree(table);
}

static __always_inline struct hl_bucket *hl_bucket(struct hl_table *table,
						   const struct bench_key *key)
{
	u32 hash = jhash2((const u32 *)key, sizeof(*key) / sizeof(u32), table->seed);

	return table->buckets + (hash & table->mask);
}

/* Under RCU, or the bucket's lock. */
static __always_inline struct hl_entry *hl_find(struct hl_bucket *bucket,
						const struct bench_key *key)
{
	struct hl_entry *entry;

	hlist_for_each_entry_rcu(entry, &bucket->entries, node,
				 lockdep_is_held(&bucket->lock)) {
		if (bench_same_key(&entry->key, key))
			return entry;
	}
	return NULL;
}

static __always_inline bool lane_get(void *table, const struct bench_key *key,
				     struct bench_value *value)
{
	struct hl_entry *entry;

	rcu_read_lock();
	entry = hl_find(hl_bucket(table, key), key);
	if (entry)
		*value = entry->value;
	rcu_read_unlock();
	return entry;
}

static __always_inline struct hl_entry *hl_new(struct hl_table *table,
					       const struct bench_key *key,
					       const struct bench_value *value)
{
	struct hl_entry *entry = kmem_cache_alloc(table->cache, GFP_KERNEL);

	if (entry) {
		entry->key = *key;
		entry->value = *value;
	}
	return entry;
}

static __always_inline bool lane_insert(void *data, const struct bench_key *key,
					const struct bench_value *value)
{
	struct hl_table *table = data;
	struct hl_bucket *bucket = hl_bucket(table, key);
	struct hl_entry *entry = hl_new(table, key, value);
	bool absent;

	if (!entry)
		return false;
	spin_lock(&bucket->lock);
	absent = !hl_find(bucket, key);
	if (absent)
		hlist_add_head_rcu(&entry->node, &bucket->entries);
	spin_unlock(&bucket->lock);
	if (!absent)
		kmem_cache_free(table->cache, entry);
	return absent;
}

static __always_inline bool lane_update(void *data, const struct bench_key *key,
					const struct bench_value *value)
{
	struct hl_table *table = data;
	struct hl_bucket *bucket = hl_bucket(table, key);
	struct hl_entry *entry = hl_new(table, key, value);
	struct hl_entry *old;

	if (!entry)
		return false;
	spin_lock(&bucket->lock);
	old = hl_find(bucket, key);
	if (old)
		hlist_replace_rcu(&old->node, &entry->node);
	spin_unlock(&bucket->lock);
	if (old)
		kfree_rcu(old, rcu);
	else
		kmem_cache_free(table->cache, entry);
	return old;
}

static __always_inline bool lane_store(void *table, const struct bench_key *key,
				       const struct bench_value *value)
{
	struct hl_entry *entry;

	rcu_read_lock();
	entry = hl_find(hl_bucket(table, key), key);
	if (entry)
		WRITE_ONCE(entry->value.word[0], value->word[0]);
	rcu_read_unlock();
	return entry;
}

static __always_inline bool lane_delete(void *table, const struct bench_key *key)
{
	struct hl_bucket *bucket = hl_bucket(table, key);
	struct hl_entry *entry;

	spin_lock(&bucket->lock);
	entry = hl_find(bucket, key);
	if (entry)
		hlist_del_rcu(&entry->node);
	spin_unlock(&bucket->lock);
	if (entry)
		kfree_rcu(entry, rcu);
	return entry;
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
	struct hl_table *table = data;
	struct hl_entry *entry;
	u64 sum = 0;
	u32 i;

	for (i = 0; i <= table->mask; i++) {
		rcu_read_lock();
		hlist_for_each_entry_rcu(entry, &table->buckets[i].entries, node)
			sum += bench_sum(&entry->value);
		rcu_read_unlock();
	}
	return sum;
}

const struct bench_lane bench_hlist = {
	.name = "hlist+rcu",
	.fills = BENCH_HINTED,
	.create = lane_create,
	.destroy = lane_destroy,
	.settle = rcu_barrier,
	.run = {
		BENCH_MAP_RUNS,
		[BENCH_STORE] = BENCH_IN_PLACE(loop_store),
		[BENCH_ITERATE] = loop_iterate,
	},
};
