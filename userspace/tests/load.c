// SPDX-License-Identifier: MIT
/* Loading a map with many entries, reading them, and waiting for a state. */
#include <stdlib.h>
#include <time.h>

#include "load.h"

/* ---- Writing -------------------------------------------------------- */

/* What one call takes. */
#define BATCH	1000

static size_t fill_batch(uint64_t *keys, uint64_t *values, size_t first,
			 size_t count)
{
	size_t i;

	if (count > BATCH)
		count = BATCH;
	for (i = 0; i < count; i++) {
		keys[i] = nth_key(first + i);
		values[i] = first + i;
	}
	return count;
}

int load_some(const struct flatmap *map, size_t first, size_t count, size_t *done)
{
	uint64_t keys[BATCH], values[BATCH];
	size_t batch, inserted;
	int err = 0;

	if (count > MANY - first)
		count = MANY - first;
	for (*done = 0; *done < count && !err; *done += inserted) {
		batch = fill_batch(keys, values, first + *done, count - *done);
		err = flatmap_insert_batch(map, keys, values, batch, &inserted);
	}
	return err;
}

void unload(const struct flatmap *map, size_t first, size_t count)
{
	uint64_t keys[BATCH], values[BATCH];
	size_t batch, done;

	for (; count; count -= batch, first += batch) {
		batch = fill_batch(keys, values, first, count);
		assert_int_equal(flatmap_delete_batch(map, keys, NULL, batch,
						      &done), 0);
	}
}

/* ---- Reading -------------------------------------------------------- */

void is_there(const struct flatmap *map, size_t i)
{
	uint64_t key = nth_key(i), value = MANY;
	int err;

	err = flatmap_lookup(map, &key, &value);
	if (err || value != i)
		fail_msg("entry %zu: error %d, value %llu", i, err,
			 (unsigned long long)value);
}

static void are_there(const struct flatmap *map, size_t count)
{
	uint64_t keys[BATCH], values[BATCH], out[BATCH];
	size_t first, batch, done;

	for (first = 0; first < count; first += batch) {
		batch = fill_batch(keys, values, first, count - first);
		assert_int_equal(flatmap_lookup_batch(map, keys, out, NULL,
						      batch, &done), 0);
		assert_memory_equal(out, values, batch * sizeof(*out));
	}
}

void all_loaded(const struct flatmap *map, size_t count)
{
	struct pass *pass = pass_begin(map);

	are_there(map, count);
	while (pass_page(pass, 4096))
		;
	pass_end(pass, 0, count);
	assert_int_equal(stats_of(map).entries, count);
}

struct pass {
	const struct flatmap *map;
	struct flatmap_cursor cursor;
	unsigned char seen[MANY];
};

struct pass *pass_begin(const struct flatmap *map)
{
	struct pass *pass = calloc(1, sizeof(*pass));

	assert_non_null(pass);
	pass->map = map;
	return pass;
}

bool pass_page(struct pass *pass, size_t count)
{
	uint64_t *values = malloc(count * sizeof(*values));
	uint64_t *keys = malloc(count * sizeof(*keys));
	size_t done, i;

	assert_int_equal(flatmap_page(pass->map, &pass->cursor, keys, values,
				      count, &done), 0);
	for (i = 0; i < done; i++) {
		assert_in_range(values[i], 0, MANY - 1);
		assert_int_equal(keys[i], nth_key(values[i]));
		assert_int_equal(pass->seen[values[i]]++, 0);
	}
	free(values);
	free(keys);
	return done;
}

void pass_end(struct pass *pass, size_t first, size_t end)
{
	size_t i;

	for (i = first; i < end; i++)
		if (!pass->seen[i])
			fail_msg("entry %zu was missed", i);
	free(pass);
}

/* ---- Waiting -------------------------------------------------------- */

/* A slot takes ten bytes or less, and a block of these maps 32 or less. */
bool is_quiet(const struct flatmap_ioc_stats *stats)
{
	return stats->regions == stats->shards && !stats->regions_pinned &&
	       stats->bytes < 10 * stats->slots + 32 * stats->blocks + (1 << 16);
}

void wait_for(const struct flatmap *map, stats_fn condition, int seconds)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	struct flatmap_ioc_stats stats;
	struct timespec now;
	time_t end;

	clock_gettime(CLOCK_MONOTONIC, &now);
	end = now.tv_sec + seconds;
	while (stats = stats_of(map), !condition(&stats)) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec > end)
			fail_msg("after %d s: %llu entries, %llu bytes, %llu regions, %llu pinned",
				 seconds, (unsigned long long)stats.entries,
				 (unsigned long long)stats.bytes,
				 (unsigned long long)stats.regions,
				 (unsigned long long)stats.regions_pinned);
		nanosleep(&pause, NULL);
	}
}
