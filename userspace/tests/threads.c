// SPDX-License-Identifier: MIT
/* Threads on two CPUs that share a few keys. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "device.h"

#define THREADS	4
#define KEYS	64
#define ROUNDS	40000

/* A value says who wrote it and that it is whole. */
struct value {
	uint64_t key;
	uint64_t writer;
	uint64_t counter;
	uint64_t sum;
};

struct worker {
	const struct flatmap *map;
	pthread_t thread;
	uint64_t id;
	int64_t inserted;	/* minus deleted */
	const char *wrong;
};

static struct value make_value(uint64_t key, uint64_t writer, uint64_t counter)
{
	return (struct value){ key, writer, counter, key + writer + counter };
}

static bool whole(const struct value *value, uint64_t key)
{
	return value->key == key && value->writer < THREADS &&
	       value->counter < ROUNDS &&
	       value->sum == key + value->writer + value->counter;
}

static const char *one_round(struct worker *worker, uint64_t key,
			     uint64_t counter, unsigned int what)
{
	struct value value = make_value(key, worker->id, counter);
	int err;

	switch (what) {
	case 0:
		err = flatmap_insert(worker->map, &key, &value);
		worker->inserted += !err;
		return err && err != -EEXIST ? "insert" : NULL;
	case 1:
		err = flatmap_update(worker->map, &key, &value);
		return err && err != -ENOENT ? "update" : NULL;
	case 2:
		err = flatmap_upsert(worker->map, &key, &value);
		worker->inserted += !err;
		return err < 0 ? "upsert" : NULL;
	case 3:
		err = flatmap_delete(worker->map, &key, &value);
		worker->inserted -= !err;
		if (!err && !whole(&value, key))
			return "a deleted value is not whole";
		return err && err != -ENOENT ? "delete" : NULL;
	default:
		err = flatmap_lookup(worker->map, &key, &value);
		if (!err && !whole(&value, key))
			return "a value is not whole";
		return err && err != -ENOENT ? "lookup" : NULL;
	}
}

static void *work(void *data)
{
	struct worker *worker = data;
	unsigned int seed = worker->id + 1;
	uint64_t counter;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(worker->id % 2, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);

	for (counter = 0; counter < ROUNDS && !worker->wrong; counter++)
		worker->wrong = one_round(worker, rand_r(&seed) % KEYS, counter,
					  rand_r(&seed) % 6);
	return NULL;
}

/* Of those that race for a key one wins: entries are inserts minus deletes. */
void threads_share_keys(void **state)
{
	const struct flatmap_options options = {
		.key_size = sizeof(uint64_t),
		.value_size = sizeof(struct value),
	};
	struct worker workers[THREADS] = { 0 };
	struct flatmap_ioc_stats stats;
	struct flatmap *map;
	int64_t inserted = 0;
	size_t i;

	(void)state;
	assert_int_equal(flatmap_create("shared", &options, &map), 0);
	for (i = 0; i < THREADS; i++) {
		workers[i].map = map;
		workers[i].id = i;
		assert_int_equal(pthread_create(&workers[i].thread, NULL, work,
						&workers[i]), 0);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		inserted += workers[i].inserted;
	}
	for (i = 0; i < THREADS; i++)
		if (workers[i].wrong)
			fail_msg("thread %zu: %s", i, workers[i].wrong);

	assert_int_equal(flatmap_stats(map, &stats, sizeof(stats)), 0);
	assert_int_equal(stats.entries, inserted);
	flatmap_close(map);
}
