// SPDX-License-Identifier: MIT
/* Maps that nobody gave a size grow under those who use them. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "load.h"

/* ---- Read while it grows -------------------------------------------- */

struct loader {
	struct flatmap *map;
	pthread_t thread;
	size_t loaded;		/* entries that are there, and stay */
	int err;
};

static void *load_all(void *data)
{
	struct loader *loader = data;
	size_t next, done;

	for (next = 0; next < MANY && !loader->err; next += done) {
		loader->err = load_some(loader->map, next, 500, &done);
		__atomic_store_n(&loader->loaded, next + done, __ATOMIC_RELEASE);
	}
	return NULL;
}

/* What the loader has said to be there is found, through another descriptor. */
void growth_while_read(void **state)
{
	struct loader loader = { .map = make_map("growing") };
	unsigned int seed = 1;
	struct flatmap *map;
	size_t loaded, i;

	(void)state;
	assert_int_equal(flatmap_open("growing", &map), 0);
	assert_int_equal(pthread_create(&loader.thread, NULL, load_all, &loader),
			 0);
	do {
		loaded = __atomic_load_n(&loader.loaded, __ATOMIC_ACQUIRE);
		for (i = 0; loaded && i < 100; i++)
			is_there(map, rand_r(&seed) % loaded);
	} while (loaded < MANY && !loader.err);
	pthread_join(loader.thread, NULL);

	assert_int_equal(loader.err, 0);
	all_loaded(map, MANY);
	assert_true(stats_of(map).resizes >= 5);
	assert_true(stats_of(map).moved > 0);
	assert_int_equal(stats_of(map).resizes_failed, 0);
	wait_for(map, is_quiet, 10);
	assert_true(stats_of(map).capacity >= MANY);
	flatmap_close(map);
	flatmap_close(loader.map);
}

/* Each pass sees what was there when it began, once; and nothing twice. */
void growth_while_paged(void **state)
{
	struct loader loader = { .map = make_map("growing") };
	size_t before;

	(void)state;
	assert_int_equal(pthread_create(&loader.thread, NULL, load_all, &loader),
			 0);
	do {
		struct pass *pass = pass_begin(loader.map);

		before = __atomic_load_n(&loader.loaded, __ATOMIC_ACQUIRE);
		while (pass_page(pass, 1000))
			;
		pass_end(pass, 0, before);
	} while (before < MANY && !loader.err);
	pthread_join(loader.thread, NULL);
	assert_int_equal(loader.err, 0);
	flatmap_close(loader.map);
}

/* ---- One pass of pages across many sizes ---------------------------- */

void growth_cursor(void **state)
{
	const size_t first = 2000;
	struct flatmap *map = make_map("growing");
	size_t loaded = first, done;
	struct pass *pass;
	uint64_t resizes;

	(void)state;
	assert_int_equal(load_some(map, 0, first, &done), 0);
	wait_for(map, is_quiet, 10);
	resizes = stats_of(map).resizes;

	pass = pass_begin(map);
	while (pass_page(pass, 100)) {
		assert_int_equal(load_some(map, loaded, loaded / 4, &done), 0);
		loaded += done;
	}
	pass_end(pass, 0, first);
	assert_int_equal(loaded, MANY);
	assert_true(stats_of(map).resizes >= resizes + 2);
	flatmap_close(map);
}

/* ---- Parts that grow each by itself --------------------------------- */

void growth_shards(void **state)
{
	struct flatmap *map = make_with("growing", &(struct flatmap_options){
		.max_entries = 8ULL * FLATMAP_SHARD_ENTRIES,
	});
	struct flatmap_ioc_stats stats = stats_of(map);
	size_t loaded = MANY / 2, done;
	struct pass *pass;

	(void)state;
	assert_in_range(stats.shards, 8, FLATMAP_SHARDS_MAX);
	assert_int_equal(stats.shards & (stats.shards - 1), 0);
	assert_int_equal(stats.regions, stats.shards);

	assert_int_equal(load_some(map, 0, loaded, &done), 0);
	pass = pass_begin(map);
	while (pass_page(pass, 5000)) {
		assert_int_equal(load_some(map, loaded, 10000, &done), 0);
		loaded += done;
	}
	pass_end(pass, 0, MANY / 2);
	all_loaded(map, MANY);
	assert_true(stats_of(map).resizes >= 2 * stats.shards);
	wait_for(map, is_quiet, 10);
	flatmap_close(map);
}

/* ---- Several who write ---------------------------------------------- */

#define WRITERS	4
#define CONTESTED	10000

struct writer {
	struct flatmap *map;
	pthread_t thread;
	size_t added;
	int err;
};

/* All insert the same keys; so each is added by one of them. */
static void *insert_all(void *data)
{
	struct writer *writer = data;
	uint64_t i, key;
	int err = 0;

	for (i = 0; i < CONTESTED && (!err || err == -EEXIST); i++) {
		key = nth_key(i);
		err = flatmap_insert(writer->map, &key, &i);
		writer->added += !err;
	}
	writer->err = err == -EEXIST ? 0 : err;
	return NULL;
}

void growth_contested(void **state)
{
	struct flatmap *map = make_map("growing");
	struct writer writers[WRITERS] = { 0 };
	size_t added = 0, i;

	(void)state;
	for (i = 0; i < WRITERS; i++) {
		writers[i].map = map;
		assert_int_equal(pthread_create(&writers[i].thread, NULL,
						insert_all, &writers[i]), 0);
	}
	for (i = 0; i < WRITERS; i++) {
		pthread_join(writers[i].thread, NULL);
		assert_int_equal(writers[i].err, 0);
		added += writers[i].added;
	}
	assert_int_equal(added, CONTESTED);
	all_loaded(map, CONTESTED);
	flatmap_close(map);
}

/* ---- Several values of a key ---------------------------------------- */

#define KEYS	1000
#define VALUES	10

static void *add_values(void *data)
{
	struct writer *writer = data;
	uint64_t key, value;

	for (value = 0; value < VALUES; value++)
		for (key = 0; key < KEYS && !writer->err; key++)
			writer->err = flatmap_add(writer->map, &key, &value);
	__atomic_store_n(&writer->added, KEYS * VALUES, __ATOMIC_RELEASE);
	return NULL;
}

/* The values of a key are those that were added, in that order, at any moment. */
static size_t count_values(const struct flatmap *map, uint64_t key)
{
	uint64_t values[FLATMAP_VALUES_MAX];
	size_t count = 0, i;
	int err;

	err = flatmap_values(map, &key, values, FLATMAP_VALUES_MAX, &count);
	assert_true(!err || err == -ENOENT);
	for (i = 0; i < count; i++)
		assert_int_equal(values[i], i);
	return count;
}

void growth_multimap(void **state)
{
	struct writer writer = {
		.map = make_with("growing", &(struct flatmap_options){
			.flags = FLATMAP_MULTIMAP,
		}),
	};
	size_t counts[KEYS] = { 0 }, count;
	uint64_t key;

	(void)state;
	assert_int_equal(pthread_create(&writer.thread, NULL, add_values,
					&writer), 0);
	while (!__atomic_load_n(&writer.added, __ATOMIC_ACQUIRE))
		for (key = 0; key < KEYS; key++) {
			count = count_values(writer.map, key);
			assert_in_range(count, counts[key], VALUES);
			counts[key] = count;
		}
	pthread_join(writer.thread, NULL);
	assert_int_equal(writer.err, 0);
	for (key = 0; key < KEYS; key++)
		assert_int_equal(count_values(writer.map, key), VALUES);
	assert_int_equal(stats_of(writer.map).entries, KEYS * VALUES);
	assert_true(stats_of(writer.map).resizes > 0);
	flatmap_close(writer.map);
}
