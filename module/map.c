// SPDX-License-Identifier: GPL-2.0
/*
 * The public interface: each operation enters, does its work in the region, and
 * exits; and the life of a map.
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

#include "hash.h"
#include "map.h"
#include "pin.h"
#include "table.h"

#if !defined(CONFIG_64BIT) || \
	!(defined(CONFIG_ARCH_HAVE_NMI_SAFE_CMPXCHG) || defined(CONFIG_UML))
#error flatmap needs a 64-bit machine whose cmpxchg is safe in NMI context
#endif

/* How often a lookup looks again at what others keep changing, then it pins. */
#define FM_LOOKUP_TRIES	8

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
 * @params: sizes and hash
 *
 * All memory that the map will use is allocated here.
 *
 * Context: May sleep.
 * Return: the map, or ERR_PTR: -EINVAL if a count or size is 0 or the hash or a
 * flag is unknown; -E2BIG if a count or size is past its limit; -ENOMEM.
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
	err = percpu_ref_init(&map->pins, fm_last_pin_gone, 0, GFP_KERNEL_ACCOUNT);
	if (err)
		goto err_region;
	init_irq_work(&map->unpinned, fm_unpinned);
	INIT_WORK(&map->release, fm_release_work);
	atomic_inc(&fm_maps);
	return map;

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

/**
 * flatmap_pin() - find an entry and read it in place
 * @map: the map
 * @key: the key
 * @pin: out: the entry
 *
 * Until flatmap_unpin(), which must follow, @pin->key and @pin->value do not
 * change and may be read at leisure, also across sleeping. The entry itself may
 * be updated or deleted by anyone meanwhile.
 *
 * Context: Any; NMI only where this_cpu operations are safe there, as they are
 * on x86, arm64 and s390. The pin may be undone in another context and on another
 * CPU.
 * Return: 0; -ENOENT; -EBUSY if the entry has 255 pins, in which case
 * flatmap_lookup() still works; -EAGAIN (see the top of linux/flatmap.h).
 */
int flatmap_pin(struct flatmap *map, const void *key, struct flatmap_pin *pin)
{
	struct fm_region *region = map->region;
	u64 hash = fm_hash(region, key);
	struct fm_level *level;
	struct fm_found found;
	int err;

	level = fm_enter(FM_LEVELS - 1);
	if (!level)
		return -EAGAIN;
	err = fm_pin(level, region, key, hash, &found);
	if (!err) {
		struct fm_block *block = fm_block(region, fm_index(found.word));

		percpu_ref_get(&map->pins);
		pin->key = block->data;
		pin->value = block->data + region->value_word;
		pin->result.values = 1;
		pin->map = map;
		pin->slot = found.slot;
	}
	fm_exit(level);
	return err;
}
EXPORT_SYMBOL_GPL(flatmap_pin);

/**
 * flatmap_unpin() - end what flatmap_pin() began
 * @pin: the pin
 *
 * Context: As flatmap_pin(). May take the last of a CPU's levels, which only unpins
 * do: it cannot fail unless nine operations interrupt each other, more than a CPU
 * has contexts for.
 */
void flatmap_unpin(struct flatmap_pin *pin)
{
	struct flatmap *map = pin->map;
	struct fm_level *level;

	level = fm_enter(FM_LEVELS);
	fm_unpin(level, map->region, pin->slot);
	fm_exit(level);
	percpu_ref_put(&map->pins);
}
EXPORT_SYMBOL_GPL(flatmap_unpin);

/*
 * As fm_find(), out of a pin: for large values that change all the time. Fails if
 * the entry cannot be pinned.
 */
static int fm_find_pinned(struct flatmap *map, const void *key, void *value)
{
	struct flatmap_pin pin;
	int err;

	err = flatmap_pin(map, key, &pin);
	if (err)
		return err == -ENOENT ? 0 : err;
	if (value)
		memcpy(value, pin.value, map->region->value_size);
	flatmap_unpin(&pin);
	return 1;
}

/**
 * flatmap_lookup() - copy the value of a key
 * @map: the map
 * @key: the key
 * @value: where to copy the value, or NULL
 * @result: out: what else was found, or NULL
 *
 * Writes nothing to the map, so readers do not slow each other down.
 *
 * Context: Any.
 * Return: 0, or -ENOENT; @value is undefined then.
 */
int flatmap_lookup(struct flatmap *map, const void *key, void *value,
		   struct flatmap_result *result)
{
	const struct fm_region *region = map->region;
	u64 hash = fm_hash(region, key);
	struct fm_found found;
	int is;

	rcu_read_lock();
	is = fm_find(region, key, hash, value, FM_LOOKUP_TRIES, &found);
	if (unlikely(is < 0))
		is = fm_find_pinned(map, key, value);
	if (unlikely(is < 0))
		is = fm_find(region, key, hash, value, FM_UNLIMITED, &found);
	rcu_read_unlock();
	if (result)
		result->values = is > 0;
	return is > 0 ? 0 : is ?: -ENOENT;
}
EXPORT_SYMBOL_GPL(flatmap_lookup);

static int fm_map_write(struct flatmap *map, const void *key, const void *value,
			u32 may)
{
	u64 hash = fm_hash(map->region, key);
	struct fm_level *level;
	int done;

	level = fm_enter(FM_LEVELS - 1);
	if (!level)
		return -EAGAIN;
	done = fm_write(level, map->region, key, value, hash, may);
	fm_exit(level);
	return done;
}

/**
 * flatmap_insert() - add an entry if its key is not there
 * @map: the map
 * @key: the key
 * @value: the value
 * @gfp: what memory the map may get for it; maps of fixed capacity need none
 *
 * Context: Any.
 * Return: 0; -EEXIST; -ENOSPC if the map is full; -EAGAIN.
 */
int flatmap_insert(struct flatmap *map, const void *key, const void *value,
		   gfp_t gfp)
{
	return fm_map_write(map, key, value, FM_MAY_ADD);
}
EXPORT_SYMBOL_GPL(flatmap_insert);

/**
 * flatmap_update() - replace the value of a key that is there
 * @map: the map
 * @key: the key
 * @value: the new value
 * @gfp: as for flatmap_insert()
 *
 * Context: Any.
 * Return: 0; -ENOENT; -ENOSPC if pins hold all free blocks, or the slots that
 * the new value could go to; -EAGAIN.
 */
int flatmap_update(struct flatmap *map, const void *key, const void *value,
		   gfp_t gfp)
{
	int done = fm_map_write(map, key, value, FM_MAY_REPLACE);

	return min(done, 0);
}
EXPORT_SYMBOL_GPL(flatmap_update);

/**
 * flatmap_upsert() - replace the value of a key, or add it
 * @map: the map
 * @key: the key
 * @value: the value
 * @gfp: as for flatmap_insert()
 *
 * Context: Any.
 * Return: 0 if it was added, 1 if a value was replaced; -ENOSPC as for
 * flatmap_insert() and flatmap_update(); -EAGAIN.
 */
int flatmap_upsert(struct flatmap *map, const void *key, const void *value,
		   gfp_t gfp)
{
	return fm_map_write(map, key, value, FM_MAY_ADD | FM_MAY_REPLACE);
}
EXPORT_SYMBOL_GPL(flatmap_upsert);

/**
 * flatmap_delete_return() - remove a key, and copy the value it had
 * @map: the map
 * @key: the key
 * @value: where to copy the value that was removed, or NULL
 *
 * Context: Any.
 * Return: 0; -ENOENT, and @value is undefined then; -EAGAIN.
 */
int flatmap_delete_return(struct flatmap *map, const void *key, void *value)
{
	u64 hash = fm_hash(map->region, key);
	struct fm_level *level;
	int err;

	level = fm_enter(FM_LEVELS - 1);
	if (!level)
		return -EAGAIN;
	err = fm_remove(level, map->region, key, hash, value);
	fm_exit(level);
	return err;
}
EXPORT_SYMBOL_GPL(flatmap_delete_return);

/**
 * flatmap_delete() - remove a key
 * @map: the map
 * @key: the key
 *
 * Context: Any.
 * Return: 0; -ENOENT; -EAGAIN.
 */
int flatmap_delete(struct flatmap *map, const void *key)
{
	return flatmap_delete_return(map, key, NULL);
}
EXPORT_SYMBOL_GPL(flatmap_delete);

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
