// SPDX-License-Identifier: GPL-2.0
/*
 * Making maps, giving them up, and telling how they are.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/rcupdate.h>

#include "calls.h"
#include "fields.h"
#include "limits.h"
#include "map.h"
#include "mcas.h"
#include "resize.h"
#include "search.h"
#include "simd.h"
#include "tally.h"

#if !defined(CONFIG_64BIT) || \
	!(defined(CONFIG_ARCH_HAVE_NMI_SAFE_CMPXCHG) || defined(CONFIG_UML))
#error flatmap needs a 64-bit machine whose cmpxchg is safe in NMI context
#endif

/*
 * Ends maps. A queue of its own: workers that wait for the memory of maps that end must
 * not keep these from ending.
 */
static struct workqueue_struct *fm_ends;

/**
 * fm_core_init() - get ready to make maps
 *
 * Context: May sleep.
 * Return: 0 or -ENOMEM.
 */
int fm_core_init(void)
{
	int err;

	fm_simd_init();
	err = fm_mcas_init();
	if (err)
		return err;
	err = fm_reap_init();
	if (err)
		goto err_mcas;
	err = fm_resizes_init();
	if (err)
		goto err_reap;
	fm_ends = alloc_workqueue("flatmap_end", WQ_UNBOUND, 0);
	if (!fm_ends)
		goto err_resizes;
	fm_limits_init();
	return 0;

err_resizes:
	fm_resizes_exit();
	err = -ENOMEM;
err_reap:
	fm_reap_exit();
err_mcas:
	fm_mcas_exit();
	return err;
}

/**
 * fm_core_exit() - wait until the memory of every map is gone
 *
 * Context: May sleep. All maps have been destroyed; whoever still has pins will
 * undo them.
 */
void fm_core_exit(void)
{
	fm_wholes_wait();
	destroy_workqueue(fm_ends);
	fm_resizes_exit();
	fm_reap_exit();
	fm_mcas_exit();
}

static int fm_check_params(const struct flatmap_params *params)
{
	bool fixed = params->flags & FLATMAP_FIXED;

	if (!params->key_size || (params->flags & ~(FLATMAP_FLAGS | FLATMAP_ACCOUNT)) ||
	    !fm_hash_known(params->hash))
		return -EINVAL;
	if (params->entries > FLATMAP_ENTRIES_MAX ||
	    params->max_entries > FLATMAP_ENTRIES_MAX ||
	    params->key_size > FLATMAP_KEY_MAX ||
	    params->value_size > FLATMAP_VALUE_MAX)
		return -E2BIG;
	if (params->max_entries && params->max_entries < params->entries)
		return -EINVAL;
	if (fixed && (!params->entries || (params->flags & FLATMAP_SHRINK) ||
		      (params->max_entries && params->max_entries != params->entries)))
		return -EINVAL;
	return fm_check_fields(params);
}

/* How many shards a map for @entries needs, if they differ by up to a 64th. */
static u32 fm_shards_for(u64 entries)
{
	u64 most = FLATMAP_SHARD_ENTRIES - FLATMAP_SHARD_ENTRIES / 64 - 64;

	if (entries <= FLATMAP_SHARD_ENTRIES)
		return 1;
	return roundup_pow_of_two(div64_u64(entries + most - 1, most));
}

/* Give up all regions that there are; the map goes with the last of them. */
static void fm_map_end(struct fm_whole *whole)
{
	u32 i;

	for (i = 0; i < whole->shards; i++) {
		if (whole->map[i].region)
			fm_shard_end(&whole->map[i]);
	}
	fm_whole_put(whole);
}

static void fm_map_end_work(struct work_struct *work)
{
	struct fm_whole *whole = container_of(work, struct fm_whole, end);

	/* Its regions are on their way out, each for itself, before the map no longer is. */
	atomic_inc(&whole->refs);
	fm_map_end(whole);
	fm_departed(whole, 0);
	fm_whole_put(whole);
}

/**
 * flatmap_create() - make an empty map
 * @params: sizes, limits, hash, fields
 *
 * Context: May sleep.
 * Return: the map, or ERR_PTR: -EINVAL if a size is 0, sizes or flags do not go
 * together, the hash or a flag is unknown, or a field's name, type or place is bad;
 * -E2BIG if a count or size is past its limit; -ENOMEM, also at @params->max_bytes or
 * the module's limits; -EINTR if a fatal signal ended the wait for memory of maps that
 * have been destroyed.
 */
struct flatmap *flatmap_create(const struct flatmap_params *params)
{
	struct fm_whole *whole;
	u32 shards, i;
	int err;

	err = fm_check_params(params);
	if (err)
		return ERR_PTR(err);
	shards = fm_shards_for(max(params->entries, params->max_entries));
	whole = fm_whole_create(params, shards);
	if (IS_ERR(whole))
		return ERR_CAST(whole);
	INIT_WORK(&whole->end, fm_map_end_work);
	for (i = 0; i < shards; i++) {
		whole->map[i].whole = whole;
		whole->map[i].shard_bits = ilog2(shards);
		err = fm_shard_create(&whole->map[i]);
		if (err) {
			fm_map_end(whole);
			return ERR_PTR(err);
		}
	}
	return whole->map;
}
EXPORT_SYMBOL_GPL(flatmap_create);

/**
 * flatmap_destroy() - give a map up
 * @map: a map that no operation is using or will use, flatmap_unpin() excepted
 *
 * Values that are pinned stay; the memory goes with the last pin.
 *
 * Context: Any but NMI. Does not wait.
 */
void flatmap_destroy(struct flatmap *map)
{
	fm_depart(map->whole, 0);
	queue_work(fm_ends, &map->whole->end);
}
EXPORT_SYMBOL_GPL(flatmap_destroy);

/* Slots that hold an entry, or a pinned value that no longer is one. */
static u64 fm_slots_taken(const struct fm_region *region)
{
	u64 taken = 0;
	u32 group, i;

	for (group = 0; group < region->groups; group++) {
		for (i = 1; i <= FM_GROUP_SLOTS; i++)
			taken += !fm_is_empty(fm_read(fm_group(region, group) + i));
	}
	return taken;
}

static void fm_stats_shard(const struct flatmap *shard, struct flatmap_stats *stats)
{
	const struct fm_region *region;

	stats->regions_pinned += atomic64_read(&shard->pinned);
	stats->resizes += atomic64_read(&shard->resizes);
	stats->resizes_failed += atomic64_read(&shard->resizes_failed);
	stats->refused += atomic64_read(&shard->refused);
	stats->reserve_bytes += atomic64_read(&shard->reserve_bytes);
	stats->moved += atomic64_read(&shard->moved);
	stats->helped += atomic64_read(&shard->helped);

	rcu_read_lock();
	for (region = fm_first(shard); region; region = fm_successor(region)) {
		stats->regions++;
		stats->slots += (u64)region->groups * FM_GROUP_SLOTS;
		stats->blocks += region->blocks;
		stats->blocks_free += region->blocks - fm_slots_taken(region);
		if (!fm_successor(region))
			stats->capacity += region->capacity;
	}
	rcu_read_unlock();
}

/**
 * flatmap_stats() - how full is the map?
 * @map: the map
 * @stats: out: the figures
 *
 * What others change meanwhile may or may not be counted.
 *
 * Context: Any; looks at every group, so best where there is time.
 */
void flatmap_stats(struct flatmap *map, struct flatmap_stats *stats)
{
	const struct fm_whole *whole = map->whole;
	u32 i;

	*stats = (struct flatmap_stats) {
		.entries	= fm_entries_of(whole),
		.bytes		= fm_map_bytes(map),
		.max_entries	= whole->limit,
		.max_bytes	= whole->params.max_bytes,
		.shards		= whole->shards,
		.simd		= fm_simd_number(),
	};
	for (i = 0; i < whole->shards; i++)
		fm_stats_shard(map + i, stats);
	if (fm_fixed(whole))
		stats->capacity = whole->limit;
}
EXPORT_SYMBOL_GPL(flatmap_stats);
