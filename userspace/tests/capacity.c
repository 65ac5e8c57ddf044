// SPDX-License-Identifier: MIT
/* A fixed map for N entries takes any N distinct keys, and not one more. */
#include <stdlib.h>

#include "device.h"

#define MILLION	1000000

static uint64_t *make_keys(size_t count, uint64_t step)
{
	uint64_t *keys = malloc(count * sizeof(*keys));
	size_t i;

	assert_non_null(keys);
	for (i = 0; i < count; i++)
		keys[i] = i * step;
	return keys;
}

static struct flatmap *fill(size_t entries, uint64_t step, uint64_t **keys)
{
	struct flatmap *map = make_fixed("filled", entries);
	size_t done;

	*keys = make_keys(entries, step);
	assert_int_equal(flatmap_insert_batch(map, *keys, *keys, entries,
					      &done), 0);
	assert_int_equal(done, entries);
	return map;
}

/* All that was put in is found, and the map says how many they are. */
static void all_there(const struct flatmap *map, const uint64_t *keys,
		      size_t entries)
{
	uint64_t *values = calloc(entries, sizeof(*values));
	struct flatmap_ioc_stats stats;
	size_t done;

	assert_int_equal(flatmap_lookup_batch(map, keys, values, NULL, entries,
					      &done), 0);
	assert_int_equal(done, entries);
	assert_memory_equal(values, keys, entries * sizeof(*values));
	assert_int_equal(flatmap_stats(map, &stats, sizeof(stats)), 0);
	assert_int_equal(stats.entries, entries);
	free(values);
}

static void exactly(size_t entries)
{
	uint64_t *keys, key, value = 1;
	struct flatmap_ioc_stats stats;
	struct flatmap *map;
	size_t more;

	map = fill(entries, 0x9e3779b97f4a7c15, &keys);
	assert_int_equal(flatmap_stats(map, &stats, sizeof(stats)), 0);
	assert_int_equal(stats.capacity, entries);
	for (more = entries; more < entries + 100; more++) {
		key = more * 0x9e3779b97f4a7c15;
		assert_int_equal(flatmap_insert(map, &key, &value), -ENOSPC);
		assert_int_equal(flatmap_upsert(map, &key, &value), -ENOSPC);
	}
	all_there(map, keys, entries);

	/* One leaves, so another may come; the full map can be updated. */
	assert_int_equal(flatmap_delete(map, &keys[entries / 2], NULL), 0);
	assert_int_equal(flatmap_insert(map, &key, &value), 0);
	assert_int_equal(flatmap_update(map, &key, &key), 0);
	assert_int_equal(flatmap_lookup(map, &key, &value), 0);
	assert_int_equal(value, key);
	flatmap_close(map);
	free(keys);
}

void capacity_7(void **state)
{
	(void)state;
	exactly(7);
}

void capacity_8(void **state)
{
	(void)state;
	exactly(8);
}

void capacity_1000(void **state)
{
	(void)state;
	exactly(1000);
}

void capacity_917504(void **state)
{
	(void)state;
	exactly(917504);
}

/* Consecutive keys this time, as applications have them. */
void capacity_million(void **state)
{
	struct flatmap_ioc_stats stats;
	struct flatmap *map;
	uint64_t *keys;

	(void)state;
	map = fill(MILLION, 1, &keys);
	all_there(map, keys, MILLION);
	assert_int_equal(flatmap_stats(map, &stats, sizeof(stats)), 0);
	assert_true(stats.bytes < 72ULL * MILLION);
	flatmap_close(map);
	free(keys);
}
