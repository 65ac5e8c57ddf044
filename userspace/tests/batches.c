// SPDX-License-Identifier: MIT
/* Calls with many items: how far they get, and what is true of the rest. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <unistd.h>

#include "device.h"

/* More than fit into the kernel's buffer of 64 KiB several times over. */
#define MANY	20000

void batch_stops_at_error(void **state)
{
	const struct fixture *fixture = *state;
	const uint64_t mixed[] = { 1, 2, 99, 3 };
	const uint64_t fresh[] = { 11, 12, 1, 13 };
	const uint64_t filling[] = { 11, 12, 13, 14, 15, 16 };
	uint64_t values[6] = { 100, 200, 300, 400, 500, 600 };
	uint64_t out[4] = { 7, 7, 7, 7 };
	size_t done;

	assert_int_equal(flatmap_lookup_batch(fixture->map, mixed, out, NULL, 4,
					      &done), -ENOENT);
	assert_int_equal(done, 2);
	assert_int_equal(out[0], 10);
	assert_int_equal(out[1], 20);

	assert_int_equal(flatmap_update_batch(fixture->map, mixed, values, 4,
					      &done), -ENOENT);
	assert_int_equal(done, 2);
	assert_int_equal(flatmap_delete_batch(fixture->map, mixed, out, 4,
					      &done), -ENOENT);
	assert_int_equal(done, 2);
	assert_int_equal(out[0], 100);
	assert_int_equal(out[1], 200);

	/* Back to the first state, by an insert that finds 1 there. */
	assert_int_equal(flatmap_insert(fixture->map, &mixed[0],
					&(uint64_t){ 10 }), 0);
	assert_int_equal(flatmap_insert(fixture->map, &mixed[1],
					&(uint64_t){ 20 }), 0);
	assert_int_equal(flatmap_insert_batch(fixture->map, fresh, values, 4,
					      &done), -EEXIST);
	assert_int_equal(done, 2);
	assert_int_equal(flatmap_delete_batch(fixture->map, fresh, NULL, 2,
					      &done), 0);
	unchanged(fixture);

	assert_int_equal(flatmap_upsert_batch(fixture->map, filling, values,
					      NULL, 6, &done), -ENOSPC);
	assert_int_equal(done, FIXTURE_ENTRIES - FIXTURE_USED);
	assert_int_equal(flatmap_delete_batch(fixture->map, filling, NULL, done,
					      &done), 0);
	unchanged(fixture);
}

void batch_found(void **state)
{
	const struct fixture *fixture = *state;
	const uint64_t keys[] = { 1, 21, 21, 2 };
	const uint64_t values[] = { 10, 1, 2, 20 };
	uint64_t found[4], out[4];
	size_t done;

	assert_int_equal(flatmap_upsert_batch(fixture->map, keys, values, found,
					      4, &done), 0);
	assert_int_equal(done, 4);
	assert_memory_equal(found, ((uint64_t[]){ 1, 0, 1, 1 }), sizeof(found));

	assert_int_equal(flatmap_lookup_batch(fixture->map, keys, out, found, 4,
					      &done), 0);
	assert_memory_equal(found, ((uint64_t[]){ 1, 1, 1, 1 }), sizeof(found));
	assert_memory_equal(out, ((uint64_t[]){ 10, 2, 2, 20 }), sizeof(out));

	assert_int_equal(flatmap_delete(fixture->map, &keys[1], NULL), 0);
	unchanged(fixture);
}

static struct flatmap *make_many(uint64_t **keys, uint64_t **values)
{
	size_t i;

	*keys = malloc(MANY * sizeof(**keys));
	*values = malloc(MANY * sizeof(**values));
	for (i = 0; i < MANY; i++) {
		(*keys)[i] = i * 0x9e3779b97f4a7c15;
		(*values)[i] = i;
	}
	return make_map("many");
}

void batch_longer_than_chunk(void **state)
{
	uint64_t *keys, *values, *out = calloc(MANY, sizeof(*out));
	struct flatmap *map = make_many(&keys, &values);
	size_t done, i;

	(void)state;
	assert_int_equal(flatmap_insert_batch(map, keys, values, MANY, &done),
			 0);
	assert_int_equal(done, MANY);
	assert_int_equal(flatmap_lookup_batch(map, keys, out, NULL, MANY,
					      &done), 0);
	assert_int_equal(done, MANY);
	assert_memory_equal(out, values, MANY * sizeof(*out));

	/* The first error is far behind the first chunk. */
	assert_int_equal(flatmap_delete(map, &keys[MANY - 5], NULL), 0);
	memset(out, 0, MANY * sizeof(*out));
	assert_int_equal(flatmap_delete_batch(map, keys, out, MANY, &done),
			 -ENOENT);
	assert_int_equal(done, MANY - 5);
	for (i = 0; i < done; i++)
		assert_int_equal(out[i], i);

	flatmap_close(map);
	free(keys);
	free(values);
	free(out);
}

void batch_empty(void **state)
{
	const struct fixture *fixture = *state;
	static const unsigned long nrs[] = {
		FLATMAP_IOC_LOOKUP, FLATMAP_IOC_INSERT, FLATMAP_IOC_UPDATE,
		FLATMAP_IOC_UPSERT, FLATMAP_IOC_DELETE, FLATMAP_IOC_ADD,
		FLATMAP_IOC_DELETE_VALUE,
	};
	size_t i;

	for (i = 0; i < sizeof(nrs) / sizeof(nrs[0]); i++) {
		struct flatmap_ioc_items items = {
			.size = sizeof(items),
			.keys = NOWHERE,
			.values = NOWHERE,
			.done = 99,
		};

		assert_int_equal(ioctl(fixture->fd, nrs[i], &items), 0);
		assert_int_equal(items.done, 0);
	}
	unchanged(fixture);
}

/* Items whose memory is there are carried out, and counted exactly. */
void batch_fault_midway(void **state)
{
	const size_t there = 5003;
	uint64_t *keys, *values, *half;
	struct flatmap *map = make_many(&keys, &values);
	struct flatmap_ioc_stats stats;
	size_t done;

	(void)state;
	half = (uint64_t *)before_hole(there * sizeof(*half));

	memcpy(half, keys, there * sizeof(*half));
	assert_int_equal(flatmap_insert_batch(map, half, values, MANY, &done),
			 -EFAULT);
	assert_int_equal(done, there);
	assert_int_equal(flatmap_stats(map, &stats, sizeof(stats)), 0);
	assert_int_equal(stats.entries, there);

	/* Values that cannot be read, values and counts that cannot be written. */
	memcpy(half, values, there * sizeof(*half));
	assert_int_equal(flatmap_upsert_batch(map, keys, half, NULL, MANY,
					      &done), -EFAULT);
	assert_int_equal(done, there);
	assert_int_equal(flatmap_upsert_batch(map, keys, values, half, MANY,
					      &done), -EFAULT);
	assert_int_equal(done, there);
	assert_int_equal(flatmap_insert_batch(map, keys + there, values + there,
					      MANY - there, &done), 0);
	assert_int_equal(flatmap_lookup_batch(map, keys, half, NULL, MANY,
					      &done), -EFAULT);
	assert_int_equal(done, there);
	assert_memory_equal(half, values, there * sizeof(*half));
	assert_int_equal(flatmap_delete_batch(map, keys, half, MANY, &done),
			 -EFAULT);
	assert_int_equal(done, there);
	assert_memory_equal(half, values, there * sizeof(*half));

	/* The rest is still there. */
	assert_int_equal(flatmap_stats(map, &stats, sizeof(stats)), 0);
	assert_int_equal(stats.entries, MANY - there);
	flatmap_close(map);
	free(keys);
	free(values);
}

/* A value is not deleted if there is no place to put it. */
void batch_delete_keeps_value(void **state)
{
	const struct fixture *fixture = *state;
	const uint64_t keys[] = { 1, 2, 3 };
	uint64_t *one = (uint64_t *)before_hole(sizeof(*one) + 4);
	size_t done;

	/* Room for one value and half of the next. */
	assert_int_equal(flatmap_delete_batch(fixture->map, keys, one, 3,
					      &done), -EFAULT);
	assert_int_equal(done, 1);
	assert_int_equal(*one, 10);
	assert_int_equal(flatmap_insert(fixture->map, keys, one), 0);
	unchanged(fixture);
}

/* ---- Signals -------------------------------------------------------- */

static void on_signal(int number)
{
	(void)number;
}

/* A signal may end an ioctl early, with something done; the library goes on. */
void batch_signals(void **state)
{
	const struct itimerval often = { { 0, 3000 }, { 0, 3000 } }, never = { 0 };
	struct sigaction action = { .sa_handler = on_signal }, old;
	uint64_t *keys, *values;
	struct flatmap *map = make_many(&keys, &values);
	struct flatmap_ioc_items items = {
		.size = sizeof(items),
		.keys = address(keys),
		.values = address(values),
		.count = MANY,
	};
	int round, early = 0;
	size_t done;

	(void)state;
	assert_int_equal(flatmap_insert_batch(map, keys, values, MANY, NULL),
			 0);
	sigaction(SIGALRM, &action, &old);
	setitimer(ITIMER_REAL, &often, NULL);
	for (round = 0; round < 1000 && !early; round++) {
		assert_int_equal(ioctl(flatmap_fd(map), FLATMAP_IOC_LOOKUP,
				       &items), 0);
		assert_in_range(items.done, 1, MANY);
		early = items.done < MANY;
		assert_int_equal(flatmap_update_batch(map, keys, values, MANY,
						      &done), 0);
		assert_int_equal(done, MANY);
	}
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &old, NULL);
	assert_true(early);

	flatmap_close(map);
	free(keys);
	free(values);
}
