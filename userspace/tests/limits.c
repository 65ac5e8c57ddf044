// SPDX-License-Identifier: MIT
/* Limits: of entries, exact; and of memory, past which the map works as it is. */
#include <pthread.h>

#include "device.h"
#include "load.h"

/* ---- Entries -------------------------------------------------------- */

static void exactly(uint64_t hint, size_t entries)
{
	struct flatmap *map = make_with("limited", &(struct flatmap_options){
		.entries = hint,
		.max_entries = entries,
	});
	uint64_t key, value = 1;
	size_t done, more;

	assert_int_equal(load_some(map, 0, entries + 1, &done), -ENOSPC);
	assert_int_equal(done, entries);
	all_loaded(map, entries);
	for (more = entries; more < entries + 100; more++) {
		key = nth_key(more);
		assert_int_equal(flatmap_insert(map, &key, &value), -ENOSPC);
		assert_int_equal(flatmap_upsert(map, &key, &value), -ENOSPC);
	}

	/* One leaves, so another may come; the full map can be updated. */
	unload(map, entries - 1, 1);
	assert_int_equal(load_some(map, entries - 1, 2, &done), -ENOSPC);
	assert_int_equal(done, 1);
	key = nth_key(0);
	value = 0;
	assert_int_equal(flatmap_update(map, &key, &value), 0);
	all_loaded(map, entries);
	flatmap_close(map);
	assert_int_equal(flatmap_destroy("limited"), 0);
}

void limit_entries(void **state)
{
	(void)state;
	exactly(0, 1);
	exactly(0, 7);
	exactly(7, 8);
	exactly(0, 1000);
	exactly(1000, 1000);
	exactly(100, 100000);
}

#define WRITERS	4
#define CONTESTED	20000

struct writer {
	const struct flatmap *map;
	pthread_t thread;
	size_t first, added;
	int err;
};

static void *load_own(void *data)
{
	struct writer *writer = data;

	writer->err = load_some(writer->map, writer->first, MANY / WRITERS,
				&writer->added);
	return NULL;
}

/* Together they add as many as there may be. */
void limit_entries_contested(void **state)
{
	struct flatmap *map = make_with("limited", &(struct flatmap_options){
		.max_entries = CONTESTED,
	});
	struct writer writers[WRITERS] = { 0 };
	size_t added = 0, i, j;

	(void)state;
	for (i = 0; i < WRITERS; i++) {
		writers[i].map = map;
		writers[i].first = i * (MANY / WRITERS);
		assert_int_equal(pthread_create(&writers[i].thread, NULL,
						load_own, &writers[i]), 0);
	}
	for (i = 0; i < WRITERS; i++) {
		pthread_join(writers[i].thread, NULL);
		assert_int_equal(writers[i].err, -ENOSPC);
		added += writers[i].added;
		for (j = 0; j < writers[i].added; j++)
			is_there(map, writers[i].first + j);
	}
	assert_int_equal(added, CONTESTED);
	assert_int_equal(stats_of(map).entries, CONTESTED);
	flatmap_close(map);
}

/* ---- Memory --------------------------------------------------------- */

void limit_bytes(void **state)
{
	const struct flatmap_increment increment = { .by = 1 };
	const uint64_t max_bytes = 1 << 20;
	struct flatmap *map = make_with("limited", &(struct flatmap_options){
		.max_bytes = max_bytes,
	});
	struct flatmap_ioc_stats stats;
	uint64_t key, value = 0;
	size_t loaded, done;
	int round;

	(void)state;
	assert_int_equal(load_some(map, 0, MANY, &loaded), -ENOMEM);
	assert_in_range(loaded, max_bytes / 256, MANY - 1);
	all_loaded(map, loaded);
	stats = stats_of(map);
	assert_true(stats.bytes <= max_bytes);
	assert_true(stats.resizes_failed > 0);

	/* No more goes in, and all else goes on. */
	for (round = 0; round < 3; round++) {
		key = nth_key(loaded);
		assert_int_equal(flatmap_insert(map, &key, &value), -ENOMEM);
		assert_int_equal(flatmap_upsert(map, &key, &value), -ENOMEM);
		assert_int_equal(flatmap_increment(map, &key, &increment, 1,
						   FLATMAP_INCREMENT_CREATE,
						   NULL), -ENOMEM);
		key = nth_key(round);
		value = round;
		assert_int_equal(flatmap_update(map, &key, &value), 0);
		unload(map, loaded / 2, loaded - loaded / 2);
		all_loaded(map, loaded / 2);
		assert_int_equal(load_some(map, loaded / 2,
					   loaded - loaded / 2, &done), 0);
		all_loaded(map, loaded);
	}
	assert_true(stats_of(map).bytes <= max_bytes);
	flatmap_close(map);
}

/* A hint that the limit does not allow. */
void limit_bytes_hint(void **state)
{
	const struct fixture *fixture = *state;
	const struct flatmap_options options = {
		.entries = MANY,
		.max_bytes = 1 << 20,
		.key_size = sizeof(uint64_t),
		.value_size = sizeof(uint64_t),
	};
	struct flatmap *map;

	assert_int_equal(flatmap_create("limited", &options, &map), -ENOMEM);
	unchanged(fixture);
}
