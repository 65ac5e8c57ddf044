// SPDX-License-Identifier: GPL-2.0
/*
 * xarray, for what it is made for: keys that are integers without large gaps, as indices
 * of objects that are freed after a grace period. (Each key of the other lanes would take
 * nodes of its own here, a kilobyte and more.) An update replaces the object. There is no
 * way to tell it how many entries will come.
 */
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "../loops.h"

struct xa_table {
	struct xarray objects;
	struct kmem_cache *cache;
};

struct xa_object {
	struct bench_value value;
	struct rcu_head rcu;
};

static const char *lane_unable(u64 entries)
{
	return BENCH_KEY_WORDS > 1 ? "its keys are integers of one word" : NULL;
}

static void *lane_create(u64 entries, bool hinted)
{
	struct xa_table *table = kzalloc(sizeof(*table), GFP_KERNEL);

	if (!table)
		return ERR_PTR(-ENOMEM);
	xa_init(&table->objects);
	table->cache = KMEM_CACHE(xa_object, SLAB_NO_MERGE);
	if (table->cache)
		return table;
	kfree(table);
	return ERR_PTR(-ENOMEM);
}

static void lane_destroy(void *data)
{
	struct xa_table *table = data;
	struct xa_object *object;
	unsigned long index;

	xa_for_each(&table->objects, index, object)
		kmem_cache_free(table->cache, object);
	xa_destroy(&table->objects);
	kmem_cache_destroy(table->cache);
	kfree(table);
}

static __always_inline bool lane_get(void *data, const struct bench_key *key,
				     struct bench_value *value)
{
	struct xa_table *table = data;
	struct xa_object *object;

	rcu_read_lock();
	object = xa_load(&table->objects, key->word[0]);
	if (object)
		*value = object->value;
	rcu_read_unlock();
	return object;
}

static __always_inline struct xa_object *xa_new(struct xa_table *table,
						const struct bench_value *value)
{
	struct xa_object *object = kmem_cache_alloc(table->cache, GFP_KERNEL);

	if (object)
		object->value = *value;
	return object;
}

static __always_inline bool lane_insert(void *data, const struct bench_key *key,
					const struct bench_value *value)
{
	struct xa_table *table = data;
	struct xa_object *object = xa_new(table, value);

	if (!object)
		return false;
	if (!xa_insert(&table->objects, key->word[0], object, GFP_KERNEL))
		return true;
	kmem_cache_free(table->cache, object);
	return false;
}

static __always_inline bool lane_update(void *data, const struct bench_key *key,
					const struct bench_value *value)
{
	struct xa_table *table = data;
	struct xa_object *object = xa_new(table, value);
	struct xa_object *old;

	if (!object)
		return false;
	old = xa_store(&table->objects, key->word[0], object, GFP_KERNEL);
	if (!old)
		return false;
	kfree_rcu(old, rcu);
	return true;
}

static __always_inline bool lane_store(void *data, const struct bench_key *key,
				       const struct bench_value *value)
{
	struct xa_table *table = data;
	struct xa_object *object;

	rcu_read_lock();
	object = xa_load(&table->objects, key->word[0]);
	if (object)
		WRITE_ONCE(object->value.word[0], value->word[0]);
	rcu_read_unlock();
	return object;
}

static __always_inline bool lane_delete(void *data, const struct bench_key *key)
{
	struct xa_table *table = data;
	struct xa_object *object = xa_erase(&table->objects, key->word[0]);

	if (object)
		kfree_rcu(object, rcu);
	return object;
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
	struct xa_table *table = data;
	struct xa_object *object;
	unsigned long index;
	u64 sum = 0;

	rcu_read_lock();
	xa_for_each(&table->objects, index, object)
		sum += bench_sum(&object->value);
	rcu_read_unlock();
	return sum;
}

const struct bench_lane bench_xarray = {
	.name = "xarray",
	.kind = BENCH_INTEGERS,
	.fills = BENCH_UNHINTED,
	.unable = lane_unable,
	.create = lane_create,
	.destroy = lane_destroy,
	.settle = rcu_barrier,
	.run = {
		BENCH_MAP_RUNS,
		[BENCH_STORE] = BENCH_IN_PLACE(loop_store),
		[BENCH_ITERATE] = loop_iterate,
	},
};
