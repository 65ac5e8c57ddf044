// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a map.
 *
 * A map's memory goes when it has been destroyed, the last pin is gone, and
 * whoever was helping an operation of it is done. The last unpin may come in an
 * NMI, so it only raises an irq_work, that queues the work that frees.
 */
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "map.h"
#include "mcas.h"

#if !defined(CONFIG_64BIT) || \
	!(defined(CONFIG_ARCH_HAVE_NMI_SAFE_CMPXCHG) || defined(CONFIG_UML))
#error flatmap needs a 64-bit machine whose cmpxchg is safe in NMI context
#endif

static struct workqueue_struct *fm_releases;
static atomic_t fm_maps = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(fm_no_maps);

static void fm_release_work(struct work_struct *work)
{
	struct flatmap *map = container_of(work, struct flatmap, release);

	irq_work_sync(&map->unpinned);
	synchronize_rcu();
	percpu_ref_exit(&map->pins);
	fm_region_destroy(map->region);
	kfree(map->fields);
	kfree(map);
	if (atomic_dec_and_test(&fm_maps))
		wake_up(&fm_no_maps);
}

static void fm_unpinned(struct irq_work *work)
{
	struct flatmap *map = container_of(work, struct flatmap, unpinned);

	queue_work(fm_releases, &map->release);
}

static void fm_last_pin_gone(struct percpu_ref *pins)
{
	struct flatmap *map = container_of(pins, struct flatmap, pins);

	irq_work_queue(&map->unpinned);
}

/**
 * fm_core_init() - get ready to make maps
 *
 * Context: May sleep.
 * Return: 0 or -ENOMEM.
 */
int fm_core_init(void)
{
	int err;

	err = fm_mcas_init();
	if (err)
		return err;
	fm_releases = alloc_workqueue("flatmap", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!fm_releases) {
		fm_mcas_exit();
		return -ENOMEM;
	}
	return 0;
}

/**
 * fm_core_exit() - wait until the memory of every map is gone
 *
 * Context: May sleep. All maps have been destroyed; whoever still has pins will
 * undo them.
 */
void fm_core_exit(void)
{
	wait_event(fm_no_maps, !atomic_read(&fm_maps));
	destroy_workqueue(fm_releases);
	fm_mcas_exit();
}

/**
 * flatmap_create() - make an empty map
 * @params: sizes, hash, fields
 *
 * All memory that the map will use is allocated here.
 *
 * Context: May sleep.
 * Return: the map, or ERR_PTR: -EINVAL if a count or size is 0, the hash or a
 * flag is unknown, or a field's name, type or place is bad; -E2BIG if a count or
 * size is past its limit; -ENOMEM.
 */
struct flatmap *flatmap_create(const struct flatmap_params *params)
{
	struct flatmap *map;
	int err;

	map = kzalloc(sizeof(*map), GFP_KERNEL_ACCOUNT);
	if (!map)
		return ERR_PTR(-ENOMEM);
	map->region = fm_region_create(params);
	if (IS_ERR(map->region)) {
		err = PTR_ERR(map->region);
		goto err_free;
	}
	map->fields_count = params->fields_count;
	map->fields = kmemdup(params->fields,
			      params->fields_count * sizeof(*params->fields),
			      GFP_KERNEL_ACCOUNT);
	if (params->fields_count && !map->fields) {
		err = -ENOMEM;
		goto err_region;
	}
	err = percpu_ref_init(&map->pins, fm_last_pin_gone, 0, GFP_KERNEL_ACCOUNT);
	if (err)
		goto err_fields;
	init_irq_work(&map->unpinned, fm_unpinned);
	INIT_WORK(&map->release, fm_release_work);
	atomic_inc(&fm_maps);
	return map;

err_fields:
	kfree(map->fields);
err_region:
	fm_region_destroy(map->region);
err_free:
	kfree(map);
	return ERR_PTR(err);
}
EXPORT_SYMBOL_GPL(flatmap_create);

/**
 * flatmap_destroy() - give a map up
 * @map: a map that no operation is using or will use, flatmap_unpin() excepted
 *
 * Values that are pinned stay; the memory goes with the last pin.
 *
 * Context: Any but NMI and hardirq. Does not wait.
 */
void flatmap_destroy(struct flatmap *map)
{
	percpu_ref_kill(&map->pins);
}
EXPORT_SYMBOL_GPL(flatmap_destroy);

/* Slots that hold an entry, or a pinned value that no longer is one. */
static u64 fm_slots_taken(const struct fm_region *region)
{
	u64 taken = 0;
	u32 group, i;

	for (group = 0; group < region->groups; group++) {
		for (i = 1; i <= FM_GROUP_SLOTS; i++)
			taken += !!fm_read(fm_group(region, group) + i);
	}
	return taken;
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
	const struct fm_region *region = map->region;
	u64 room = 0;
	u32 i;

	rcu_read_lock();
	for (i = 0; i < region->stripes; i++)
		room += fm_count(fm_read(&fm_stripe(region, i)->room));
	stats->blocks_free = region->blocks - fm_slots_taken(region);
	rcu_read_unlock();
	stats->entries = region->capacity - min(room, region->capacity);
	stats->capacity = region->capacity;
	stats->bytes = region->bytes + sizeof(*map);
	stats->slots = (u64)region->groups * FM_GROUP_SLOTS;
	stats->blocks = region->blocks;
}
EXPORT_SYMBOL_GPL(flatmap_stats);
