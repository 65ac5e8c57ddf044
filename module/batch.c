// SPDX-License-Identifier: GPL-2.0
/*
 * The same operation on each of many keys.
 *
 * Items are carried out chunk by chunk: the keys of a chunk are hashed, several at a
 * time where the machine can (simd.c); then their groups and blocks are fetched, some
 * items ahead of where they are needed, so that cache misses overlap. Each lookup is
 * linearizable for itself; changes are carried out in the order of the items.
 *
 * A lookup begins as fm_search() does: the home's group word is read, then its slots
 * are matched; only that this has been done for a few items at once when the first of
 * them is looked at. What comes after is the same code, so the same arguments hold.
 * An item that is not certain then is looked up again by itself.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/minmax.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "extent.h"
#include "map.h"
#include "operate.h"
#include "search.h"
#include "simd.h"

/* Items in a chunk, which one section with vector registers is at most as long as. */
#define FM_CHUNK	64U

/* How many items ahead groups are fetched: more are under way than a CPU can wait for. */
#define FM_AHEAD	16U

/* How many items are matched at once. */
#define FM_STRIDE	8U

/* Bytes of an entry up to which it is copied inside a section: 64 of them are 4 KiB. */
#define FM_SECTION_ENTRY	64

/* Item @n of an array, or NULL if there is none. */
static __always_inline void *fm_nth(const void *items, u64 n, u32 size)
{
	return items ? (void *)items + n * size : NULL;
}

/* The first region of a key's shard; @hash becomes what its regions call the hash. */
static __always_inline struct fm_region *fm_first_for(struct flatmap *map, u64 *hash)
{
	return fm_first(fm_shard(map, hash));
}

/* Fetch what the items from @from on will need. Inside an RCU read-side section. */
static __always_inline void fm_fetch_stride(struct flatmap *map,
					    const struct fm_shape *shape,
					    const u64 *hashes, u32 from, u32 count)
{
	u32 i;

	for (i = from; i < min(from + FM_STRIDE, count); i++) {
		u64 hash = hashes[i];
		struct fm_region *region = fm_first_for(map, &hash);

		fm_fetch_home(region, shape, hash);
	}
}

/* Take note of what came of the next item. Returns the error that ends the batch, or 0. */
static int fm_batch_note(struct flatmap_batch *batch, int result)
{
	/* A fatal signal has ended the wait for room: nothing has come of it. */
	if (result == -EINTR)
		return result;
	if (batch->results)
		batch->results[batch->done] = result;
	if (result < 0 && (batch->stop || !batch->results))
		return result;
	batch->done++;
	return 0;
}

/* ---- Lookups -------------------------------------------------------- */

/**
 * struct fm_lookups - a chunk of lookups
 * @map: the map, no multimap
 * @keys: the keys
 * @values: where to copy the values, or NULL
 * @count: how many items
 * @found: a bit for each item that was found
 * @again: a bit for each item that is to be looked up by itself
 * @hashes: of the keys
 */
struct fm_lookups {
	struct flatmap *map;
	const void *keys;
	void *values;
	u32 count;
	u64 found;
	u64 again;
	u64 hashes[FM_CHUNK];
};

/* Carry out the items from @from on, of which @probes tell where to look. */
static __always_inline void fm_lookups_finish(struct fm_lookups *chunk,
					      const struct fm_shape *shape, u32 from,
					      const struct fm_probe *probes, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		const struct fm_probe *probe = &probes[i];
		struct fm_found found = { .home = probe->home };
		const void *key = fm_nth(chunk->keys, from + i, shape->key_size);
		void *value = fm_nth(chunk->values, from + i, shape->value_size);
		u32 tries = FM_LOOKUP_TRIES;
		int is;

		is = fm_scan(probe->region, shape, key, probe->hash, probe->slots, value,
			     &tries, &found);
		if (likely(is > 0))
			chunk->found |= BIT_ULL(from + i);
		else if (is || fm_state(found.home) != FM_HOME_OPEN ||
			 !fm_is_unmoved(probe->region, probe->hash, &found))
			chunk->again |= BIT_ULL(from + i);
	}
}

/* Match the items from @from on. */
static __always_inline void fm_lookups_match(const struct fm_lookups *chunk, u32 from,
					     const struct fm_simd *simd,
					     struct fm_probe *probes, u32 count)
{
	struct fm_probe *probe;
	u32 i;

	for (i = 0; i < count; i++) {
		probe = &probes[i];
		probe->hash = chunk->hashes[from + i];
		probe->region = fm_first_for(chunk->map, &probe->hash);
		probe->group = fm_group(probe->region,
					fm_home(probe->region,
						fm_live_word(probe->hash, 0)));
	}
	simd->match(probes, count);
}

static __always_inline void fm_lookups_pass(struct fm_lookups *chunk,
					    const struct fm_shape *shape,
					    const struct fm_simd *simd)
{
	struct fm_probe probes[FM_STRIDE];
	u32 from, count;

	for (from = 0; from < FM_AHEAD; from += FM_STRIDE)
		fm_fetch_stride(chunk->map, shape, chunk->hashes, from, chunk->count);
	for (from = 0; from < chunk->count; from += FM_STRIDE) {
		count = min(chunk->count - from, FM_STRIDE);
		fm_fetch_stride(chunk->map, shape, chunk->hashes, from + FM_AHEAD,
				chunk->count);
		fm_lookups_match(chunk, from, simd, probes, count);
		fm_lookups_finish(chunk, shape, from, probes, count);
	}
}

/* The same, of which the compiler knows the most frequent sizes. */
static noinline_for_stack void fm_lookups_words(struct fm_lookups *chunk,
						const struct fm_simd *simd)
{
	const struct fm_shape words = fm_shape_of(sizeof(u64), sizeof(u64), false);

	fm_lookups_pass(chunk, &words, simd);
}

static noinline_for_stack void fm_lookups_any(struct fm_lookups *chunk,
					      const struct fm_shape *shape,
					      const struct fm_simd *simd)
{
	fm_lookups_pass(chunk, shape, simd);
}

/*
 * Look the keys of a chunk up, but for those that are to be looked up by themselves. @all
 * is how many items the whole batch has.
 */
static void fm_lookups_carry_out(struct fm_lookups *chunk, u64 all)
{
	const struct fm_shape words = fm_shape_of(sizeof(u64), sizeof(u64), false);
	const struct fm_region *region = fm_first(chunk->map);
	const struct fm_simd *simd;

	if (all == 1) {
		/* There is nothing to overlap. */
		chunk->hashes[0] = fm_map_hash(chunk->map, chunk->keys);
		chunk->again = 1;
		return;
	}
	simd = fm_simd_begin(region->hash, all);
	fm_simd_hash(simd, region, chunk->keys, chunk->count, chunk->hashes);
	if (region->shape.key_size + region->shape.value_size > FM_SECTION_ENTRY) {
		/* Nobody else runs on this CPU meanwhile: not for so many bytes. */
		fm_simd_end(simd);
		simd = &fm_simd_scalar;
	}
	if (chunk->map->multimap)
		chunk->again = GENMASK_ULL(chunk->count - 1, 0);
	else if (fm_same_shape(&region->shape, &words))
		fm_lookups_words(chunk, simd);
	else
		fm_lookups_any(chunk, &region->shape, simd);
	fm_simd_end(simd);
}

static int fm_lookup_chunk(struct flatmap *map, struct flatmap_batch *batch, u32 count)
{
	const struct flatmap_params *params = &map->whole->params;
	struct fm_lookups chunk;
	int result, err = 0;
	u32 i;

	/* One by one, for the hashes need no zeros. */
	chunk.map = map;
	chunk.keys = fm_nth(batch->keys, batch->done, params->key_size);
	chunk.values = fm_nth(batch->values, batch->done, params->value_size);
	chunk.count = count;
	chunk.found = 0;
	chunk.again = 0;

	rcu_read_lock();
	fm_lookups_carry_out(&chunk, batch->count);
	for (i = 0; i < count && !err; i++) {
		result = !!(chunk.found & BIT_ULL(i));
		if (chunk.again & BIT_ULL(i))
			result = fm_map_lookup(map,
					       fm_nth(chunk.keys, i, params->key_size),
					       chunk.hashes[i],
					       fm_nth(chunk.values, i,
						      params->value_size));
		err = fm_batch_note(batch, result ?: -ENOENT);
	}
	rcu_read_unlock();
	return err;
}

/* ---- Changes -------------------------------------------------------- */

/* Carries out one item: what the operation on a single key returns. */
typedef int (*fm_item_fn)(struct flatmap *map, const void *key, u64 hash, void *value,
			  gfp_t gfp);

static void fm_changes_hash(struct flatmap *map, const void *keys, u32 count, u64 all,
			    u64 *hashes)
{
	const struct fm_region *region = fm_first(map);
	const struct fm_simd *simd = fm_simd_begin(region->hash, all);

	fm_simd_hash(simd, region, keys, count, hashes);
	fm_simd_end(simd);
}

static int fm_changes_chunk(struct flatmap *map, struct flatmap_batch *batch, u32 count,
			    fm_item_fn item)
{
	const struct flatmap_params *params = &map->whole->params;
	const void *keys = fm_nth(batch->keys, batch->done, params->key_size);
	void *values = fm_nth(batch->values, batch->done, params->value_size);
	u64 hashes[FM_CHUNK];
	int result, err = 0;
	u32 i;

	rcu_read_lock();
	fm_changes_hash(map, keys, count, batch->count, hashes);
	for (i = 0; i < FM_AHEAD; i += FM_STRIDE)
		fm_fetch_stride(map, &fm_first(map)->shape, hashes, i, count);
	rcu_read_unlock();
	for (i = 0; i < count && !err; i++) {
		if (i % FM_STRIDE == 0) {
			rcu_read_lock();
			fm_fetch_stride(map, &fm_first(map)->shape, hashes, i + FM_AHEAD,
					count);
			rcu_read_unlock();
		}
		result = item(map, fm_nth(keys, i, params->key_size), hashes[i],
			      fm_nth(values, i, params->value_size), batch->gfp);
		err = fm_batch_note(batch, result);
	}
	return err;
}

/* ---- Batches -------------------------------------------------------- */

/* Carry a batch out: do @item to each; without one, look them up. */
static int fm_batch_run(struct flatmap *map, struct flatmap_batch *batch,
			fm_item_fn item)
{
	u32 count;
	int err;

	for (batch->done = 0; batch->done < batch->count;) {
		if (batch->done && gfpflags_allow_blocking(batch->gfp)) {
			cond_resched();
			if (signal_pending(current))
				return -EINTR;
		}
		count = min_t(u64, batch->count - batch->done, FM_CHUNK);
		err = item ? fm_changes_chunk(map, batch, count, item) :
			     fm_lookup_chunk(map, batch, count);
		if (err)
			return err;
	}
	return 0;
}

/**
 * flatmap_lookup_batch() - copy the values of many keys
 * @map: the map
 * @batch: the keys, and where to copy the values; results are how many values a key
 *	has, or -ENOENT, and then its value is undefined
 *
 * As so many flatmap_lookup(), but faster.
 *
 * Context: Any; as @batch->gfp says.
 * Return: 0; -EINTR; -ENOENT if the batch ends at the first item that fails. Then
 * @batch->done tells how far it came.
 */
int flatmap_lookup_batch(struct flatmap *map, struct flatmap_batch *batch)
{
	return fm_batch_run(map, batch, NULL);
}
EXPORT_SYMBOL_GPL(flatmap_lookup_batch);

static int fm_insert_item(struct flatmap *map, const void *key, u64 hash, void *value,
			  gfp_t gfp)
{
	return fm_map_put(map, key, hash, value, FM_MAY_ADD, gfp);
}

/**
 * flatmap_insert_batch() - add entries whose keys are not there
 * @map: the map
 * @batch: keys and values; results are 0, or errors as of flatmap_insert()
 *
 * Context: Any; as @batch->gfp says.
 * Return: 0; -EINTR; the first error of an item if the batch ends there. Then
 * @batch->done tells how far it came.
 */
int flatmap_insert_batch(struct flatmap *map, struct flatmap_batch *batch)
{
	return fm_batch_run(map, batch, fm_insert_item);
}
EXPORT_SYMBOL_GPL(flatmap_insert_batch);

static int fm_add_item(struct flatmap *map, const void *key, u64 hash, void *value,
		       gfp_t gfp)
{
	const struct fm_edit edit = { .may = FM_MAY_APPEND, .value = value };

	return fm_map_write(map, key, hash, &edit, gfp);
}

/**
 * flatmap_add_batch() - add one more value to each of many keys
 * @map: a multimap
 * @batch: keys and values; results are 0, or errors as of flatmap_add()
 *
 * Context: Any; as @batch->gfp says.
 * Return: as flatmap_insert_batch(); -EOPNOTSUPP if the map is no multimap.
 */
int flatmap_add_batch(struct flatmap *map, struct flatmap_batch *batch)
{
	batch->done = 0;
	if (!map->multimap)
		return -EOPNOTSUPP;
	return fm_batch_run(map, batch, fm_add_item);
}
EXPORT_SYMBOL_GPL(flatmap_add_batch);

static int fm_update_item(struct flatmap *map, const void *key, u64 hash, void *value,
			  gfp_t gfp)
{
	return min(fm_map_put(map, key, hash, value, FM_MAY_REPLACE, gfp), 0);
}

/**
 * flatmap_update_batch() - replace the values of keys that are there
 * @map: the map; no multimap
 * @batch: keys and values; results are 0, or errors as of flatmap_update()
 *
 * Context: Any; as @batch->gfp says.
 * Return: as flatmap_insert_batch(); -EOPNOTSUPP if the map is a multimap.
 */
int flatmap_update_batch(struct flatmap *map, struct flatmap_batch *batch)
{
	batch->done = 0;
	if (map->multimap)
		return -EOPNOTSUPP;
	return fm_batch_run(map, batch, fm_update_item);
}
EXPORT_SYMBOL_GPL(flatmap_update_batch);

static int fm_upsert_item(struct flatmap *map, const void *key, u64 hash, void *value,
			  gfp_t gfp)
{
	return fm_map_put(map, key, hash, value, FM_MAY_ADD | FM_MAY_REPLACE, gfp);
}

/**
 * flatmap_upsert_batch() - replace the values of keys, or add them
 * @map: the map; no multimap
 * @batch: keys and values; results are 0 if it was added, 1 if a value was replaced, or
 *	errors as of flatmap_upsert()
 *
 * Context: Any; as @batch->gfp says.
 * Return: as flatmap_insert_batch(); -EOPNOTSUPP if the map is a multimap.
 */
int flatmap_upsert_batch(struct flatmap *map, struct flatmap_batch *batch)
{
	batch->done = 0;
	if (map->multimap)
		return -EOPNOTSUPP;
	return fm_batch_run(map, batch, fm_upsert_item);
}
EXPORT_SYMBOL_GPL(flatmap_upsert_batch);

static int fm_delete_item(struct flatmap *map, const void *key, u64 hash, void *value,
			  gfp_t gfp)
{
	const struct fm_wish wish = { .value = value };

	return value ? fm_map_remove(map, key, hash, &wish) :
		       fm_map_delete(map, key, hash);
}

/**
 * flatmap_delete_batch() - remove keys
 * @map: the map
 * @batch: the keys, and where to copy the values that were removed, or NULL: so in a
 *	multimap; results are 0, or errors as of flatmap_delete()
 *
 * Context: Any; as @batch->gfp says.
 * Return: as flatmap_insert_batch(); -EOPNOTSUPP if values of a multimap are wanted.
 */
int flatmap_delete_batch(struct flatmap *map, struct flatmap_batch *batch)
{
	batch->done = 0;
	if (map->multimap && batch->values)
		return -EOPNOTSUPP;
	return fm_batch_run(map, batch, fm_delete_item);
}
EXPORT_SYMBOL_GPL(flatmap_delete_batch);

static int fm_delete_value_item(struct flatmap *map, const void *key, u64 hash,
				void *value, gfp_t gfp)
{
	const struct fm_wish wish = { .equal = value };

	return fm_map_remove(map, key, hash, &wish);
}

/**
 * flatmap_delete_value_batch() - remove values of keys
 * @map: the map
 * @batch: keys and values; results are 0, or errors as of flatmap_delete_value()
 *
 * Context: Any; as @batch->gfp says.
 * Return: as flatmap_insert_batch().
 */
int flatmap_delete_value_batch(struct flatmap *map, struct flatmap_batch *batch)
{
	return fm_batch_run(map, batch, fm_delete_value_item);
}
EXPORT_SYMBOL_GPL(flatmap_delete_value_batch);
