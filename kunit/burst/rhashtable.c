// SPDX-License-Identifier: GPL-2.0
#include <linux/err.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "burst.h"

struct rh_entry {
	u64 key;
	u64 value;
	struct rhash_head node;
};

static const struct rhashtable_params rh_params = {
	.key_len = sizeof(u64),
	.key_offset = offsetof(struct rh_entry, key),
	.head_offset = offsetof(struct rh_entry, node),
	.automatic_shrinking = false,
};

static void *lane_create(u64 entries)
{
	struct rhashtable *table = kzalloc(sizeof(*table), GFP_KERNEL);
	int err;

	if (!table)
		return ERR_PTR(-ENOMEM);
	err = rhashtable_init(table, &rh_params);
	if (err) {
		kfree(table);
		return ERR_PTR(err);
	}
	return table;
}

static void rh_free(void *entry, void *arg)
{
	kfree(entry);
}

static void lane_destroy(void *table)
{
	rhashtable_free_and_destroy(table, rh_free, NULL);
	kfree(table);
}

static int lane_insert(void *table, u64 key, u64 value, gfp_t gfp)
{
	struct rh_entry *entry = kmalloc(sizeof(*entry), gfp | __GFP_NOWARN);
	int err;

	if (!entry)
		return -ENOMEM;
	entry->key = key;
	entry->value = value;
	err = rhashtable_lookup_insert_fast(table, &entry->node, rh_params);
	if (err)
		kfree(entry);
	return err;
}

static bool lane_has(void *table, u64 key, u64 value)
{
	struct rh_entry *entry;
	bool has;

	rcu_read_lock();
	entry = rhashtable_lookup(table, &key, rh_params);
	has = entry && entry->value == value;
	rcu_read_unlock();
	return has;
}

const struct burst_lane burst_rhashtable = {
	.name = "rhashtable",
	.create = lane_create,
	.destroy = lane_destroy,
	.insert = lane_insert,
	.has = lane_has,
};
