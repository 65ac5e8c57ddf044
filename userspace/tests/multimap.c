// SPDX-License-Identifier: MIT
/* Multimaps: several values of one key. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "device.h"

static struct flatmap *make_multimap(const char *name)
{
	return make_with(name, &(struct flatmap_options){
		.flags = FLATMAP_MULTIMAP,
	});
}

/* The key has these values, in this order. */
static void has_values(const struct flatmap *map, uint64_t key,
		       const uint64_t *values, size_t count)
{
	uint64_t out[FLATMAP_VALUES_MAX], counted = 99;
	size_t got = 99;

	if (!count) {
		assert_int_equal(flatmap_values(map, &key, out,
						FLATMAP_VALUES_MAX, &got),
				 -ENOENT);
		assert_int_equal(flatmap_lookup(map, &key, out), -ENOENT);
		assert_int_equal(flatmap_count(map, &key, &counted), -ENOENT);
		return;
	}
	assert_int_equal(flatmap_values(map, &key, out, FLATMAP_VALUES_MAX,
					&got), 0);
	assert_int_equal(got, count);
	assert_memory_equal(out, values, count * sizeof(*out));
	assert_int_equal(flatmap_count(map, &key, &counted), 0);
	assert_int_equal(counted, count);
	assert_int_equal(flatmap_lookup(map, &key, out), 0);
	assert_int_equal(out[0], values[0]);
}

void multimap_values(void **state)
{
	struct flatmap *map = make_multimap("multi");
	const uint64_t key = 5, other = 6, values[] = { 30, 10, 30, 20 };
	size_t i;

	(void)state;
	has_values(map, key, NULL, 0);
	for (i = 0; i < 4; i++) {
		assert_int_equal(flatmap_add(map, &key, &values[i]), 0);
		has_values(map, key, values, i + 1);
	}
	/* Insert is for keys that are not there. */
	assert_int_equal(flatmap_insert(map, &key, &values[0]), -EEXIST);
	assert_int_equal(flatmap_insert(map, &other, &values[1]), 0);
	has_values(map, other, &values[1], 1);

	/* Of equal values one goes, of a value that is not there none. */
	assert_int_equal(flatmap_delete_value(map, &key, &other), -ENOENT);
	assert_int_equal(flatmap_delete_value(map, &key, &values[1]), 0);
	has_values(map, key, ((uint64_t[]){ 30, 30, 20 }), 3);
	assert_int_equal(flatmap_delete_value(map, &key, &values[0]), 0);
	has_values(map, key, ((uint64_t[]){ 30, 20 }), 2);

	assert_int_equal(flatmap_delete(map, &key, NULL), 0);
	assert_int_equal(flatmap_delete(map, &key, NULL), -ENOENT);
	has_values(map, key, NULL, 0);
	has_values(map, other, &values[1], 1);
	flatmap_close(map);
}

/* In a map, too, a key can be removed with its value only. */
void multimap_not(void **state)
{
	const struct fixture *fixture = *state;
	const uint64_t key = 1, value = 10, wrong = 11;
	size_t count;
	uint64_t out;

	assert_int_equal(flatmap_add(fixture->map, &key, &value), -EOPNOTSUPP);
	assert_int_equal(flatmap_delete_value(fixture->map, &key, &wrong),
			 -ENOENT);
	unchanged(fixture);
	assert_int_equal(flatmap_values(fixture->map, &key, &out, 1, &count),
			 0);
	assert_int_equal(count, 1);
	assert_int_equal(out, 10);
	assert_int_equal(flatmap_delete_value(fixture->map, &key, &value), 0);
	assert_int_equal(flatmap_lookup(fixture->map, &key, &out), -ENOENT);
	assert_int_equal(flatmap_insert(fixture->map, &key, &value), 0);
	unchanged(fixture);
}

/* What would have to choose one of the values is refused. */
void multimap_refused(void **state)
{
	struct flatmap *map = make_multimap("multi");
	const struct flatmap_increment increment = { .by = 1 };
	const uint64_t key = 1, value = 7;
	uint64_t out;

	(void)state;
	assert_int_equal(flatmap_add(map, &key, &value), 0);
	assert_int_equal(flatmap_update(map, &key, &key), -EOPNOTSUPP);
	assert_int_equal(flatmap_upsert(map, &key, &key), -EOPNOTSUPP);
	assert_int_equal(flatmap_delete(map, &key, &out), -EOPNOTSUPP);
	assert_int_equal(flatmap_increment(map, &key, &increment, 1, 0, NULL),
			 -EOPNOTSUPP);
	assert_int_equal(flatmap_increment(map, &key, &increment, 1,
					   FLATMAP_INCREMENT_CREATE, NULL),
			 -EOPNOTSUPP);
	has_values(map, key, &value, 1);
	flatmap_close(map);
}

void multimap_most(void **state)
{
	struct flatmap *map = make_multimap("multi");
	uint64_t values[FLATMAP_VALUES_MAX + 1], keys[FLATMAP_VALUES_MAX + 1];
	struct flatmap_ioc_stats stats;
	size_t done, i;

	(void)state;
	for (i = 0; i <= FLATMAP_VALUES_MAX; i++) {
		keys[i] = 9;
		values[i] = 1000 - i;
	}
	assert_int_equal(flatmap_add_batch(map, keys, values,
					   FLATMAP_VALUES_MAX + 1, &done),
			 -EMLINK);
	assert_int_equal(done, FLATMAP_VALUES_MAX);
	has_values(map, 9, values, FLATMAP_VALUES_MAX);

	/* One leaves, one comes, behind all others. */
	assert_int_equal(flatmap_delete_value(map, keys, values), 0);
	assert_int_equal(flatmap_add(map, keys, &values[FLATMAP_VALUES_MAX]),
			 0);
	has_values(map, 9, values + 1, FLATMAP_VALUES_MAX);
	assert_int_equal(flatmap_add(map, keys, values), -EMLINK);

	assert_int_equal(flatmap_delete_value_batch(map, keys, values + 1,
						    FLATMAP_VALUES_MAX, &done),
			 0);
	assert_int_equal(flatmap_stats(map, &stats, sizeof(stats)), 0);
	assert_int_equal(stats.entries, 0);
	flatmap_close(map);
}

/* Room for values, of all keys together. */
void multimap_full(void **state)
{
	struct flatmap *map = make_with("multi", &(struct flatmap_options){
		.entries = 10,
		.flags = FLATMAP_MULTIMAP | FLATMAP_FIXED,
	});
	uint64_t key, value = 1;

	(void)state;
	for (key = 0; key < 10; key++)
		assert_int_equal(flatmap_add(map, &(uint64_t){ key / 4 },
					     &value), 0);
	for (key = 0; key < 5; key++)
		assert_int_equal(flatmap_add(map, &key, &value), -ENOSPC);
	assert_int_equal(flatmap_delete(map, &(uint64_t){ 1 }, NULL), 0);
	for (key = 20; key < 24; key++)
		assert_int_equal(flatmap_insert(map, &key, &value), 0);
	assert_int_equal(flatmap_insert(map, &key, &value), -ENOSPC);
	flatmap_close(map);
}

/* Too little room says how much it takes; a fault changes nothing. */
void multimap_room(void **state)
{
	struct flatmap *map = make_multimap("multi");
	uint64_t key = 1, value, out[3] = { 7, 7, 7 };
	size_t count = 0;

	(void)state;
	for (value = 0; value < 3; value++)
		assert_int_equal(flatmap_add(map, &key, &value), 0);
	assert_int_equal(flatmap_values(map, &key, out, 2, &count), -ENOSPC);
	assert_int_equal(count, 3);
	assert_int_equal(out[0], 7);
	count = 0;
	assert_int_equal(flatmap_values(map, &key, NULL, 0, &count), -ENOSPC);
	assert_int_equal(count, 3);
	assert_int_equal(flatmap_values(map, &key, before_hole(2 * 8), 3,
					&count), -EFAULT);
	assert_int_equal(flatmap_values(map, &key, out, 3, &count), 0);
	assert_int_equal(flatmap_values(map, &key, out, SIZE_MAX, &count), 0);
	assert_memory_equal(out, ((uint64_t[]){ 0, 1, 2 }), sizeof(out));
	flatmap_close(map);
}

/* ---- Reading all ---------------------------------------------------- */

#define KEYS	40

/* Every value is an entry, those of a key next to each other and in order. */
void multimap_pages(void **state)
{
	struct flatmap *map = make_multimap("multi");
	uint64_t keys[77], values[77], counts[KEYS] = { 0 }, last = KEYS, key;
	size_t page, done, i, total = 0, expected = 0;

	(void)state;
	for (key = 0; key < KEYS; key++)
		for (i = 0; i <= key; i++, expected++)
			assert_int_equal(flatmap_add(map, &key,
						     &(uint64_t){ i }), 0);

	for (page = 1; page <= 77; page += 38) {
		struct flatmap_cursor cursor = { 0 };

		memset(counts, 0, sizeof(counts));
		total = 0;
		last = KEYS;
		do {
			assert_int_equal(flatmap_page(map, &cursor, keys,
						      values, page, &done), 0);
			for (i = 0; i < done; i++, total++) {
				assert_in_range(keys[i], 0, KEYS - 1);
				if (keys[i] != last)
					assert_int_equal(counts[keys[i]], 0);
				last = keys[i];
				assert_int_equal(values[i], counts[last]++);
			}
		} while (done);
		assert_int_equal(total, expected);
	}
	flatmap_close(map);
}

/* ---- While others write --------------------------------------------- */

struct turner {
	struct flatmap *map;
	bool stop;
	int err;
};

/* Takes the oldest value away after adding the next: there are three or four. */
static void *turn(void *data)
{
	struct turner *turner = data;
	uint64_t key = 1, value = 3, old;

	while (!__atomic_load_n(&turner->stop, __ATOMIC_RELAXED) &&
	       !turner->err) {
		old = value - 3;
		turner->err = flatmap_add(turner->map, &key, &value);
		if (!turner->err)
			turner->err = flatmap_delete_value(turner->map, &key,
							   &old);
		value++;
	}
	return NULL;
}

/* The values of a key are a set that existed at one moment. */
void multimap_moment(void **state)
{
	struct turner turner = { .map = make_multimap("multi") };
	uint64_t key = 1, out[FLATMAP_VALUES_MAX];
	pthread_t thread;
	size_t count, i;
	int round;

	(void)state;
	for (i = 0; i < 3; i++)
		assert_int_equal(flatmap_add(turner.map, &key,
					     &(uint64_t){ i }), 0);
	assert_int_equal(pthread_create(&thread, NULL, turn, &turner), 0);
	for (round = 0; round < 20000; round++) {
		assert_int_equal(flatmap_values(turner.map, &key, out,
						FLATMAP_VALUES_MAX, &count),
				 0);
		assert_in_range(count, 3, 4);
		for (i = 1; i < count; i++)
			assert_int_equal(out[i], out[0] + i);
	}
	__atomic_store_n(&turner.stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	assert_int_equal(turner.err, 0);
	flatmap_close(turner.map);
}
