// SPDX-License-Identifier: MIT
/* Calls with many items and a result for each: all are tried, whatever comes of some. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>

#include "device.h"
#include "load.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

/* What the results are, and that there are no more of them. */
#define RESULTS_ARE(results, ...) do {						\
	const int32_t expected[] = { __VA_ARGS__ };				\
										\
	assert_int_equal(done, COUNT(expected));				\
	assert_memory_equal(results, expected, sizeof(expected));		\
} while (0)

void each_result(void **state)
{
	const struct flatmap *map = ((const struct fixture *)*state)->map;
	static const uint64_t some[] = { 1, 99, 2, 98 };
	static const uint64_t twice[] = { 4, 5, 5, 6 };
	uint64_t values[] = { 10, 990, 20, 980 }, out[4];
	int32_t results[4];
	size_t done;

	memset(out, 0x5a, sizeof(out));
	assert_int_equal(flatmap_lookup_each(map, some, out, results, 4, &done), 0);
	RESULTS_ARE(results, 1, -ENOENT, 1, -ENOENT);
	assert_memory_equal(out, ((uint64_t[]){ 10, 0, 20, 0 }), sizeof(out));
	assert_int_equal(flatmap_lookup_each(map, some, NULL, results, 4, &done), 0);
	RESULTS_ARE(results, 1, -ENOENT, 1, -ENOENT);

	assert_int_equal(flatmap_update_each(map, some, values, results, 4, &done), 0);
	RESULTS_ARE(results, 0, -ENOENT, 0, -ENOENT);
	assert_int_equal(flatmap_delete_value_each(map, some, out, results, 4, &done), 0);
	RESULTS_ARE(results, 0, -ENOENT, 0, -ENOENT);
	assert_int_equal(flatmap_insert_each(map, some, values, results, 2, &done), 0);
	RESULTS_ARE(results, 0, 0);
	assert_int_equal(flatmap_upsert_each(map, some, values, results, 3, &done), 0);
	RESULTS_ARE(results, 1, 1, 0);
	memset(out, 0x5a, sizeof(out));
	assert_int_equal(flatmap_delete_each(map, &some[1], out, results, 1, &done), 0);
	assert_int_equal(out[0], 990);
	unchanged(*state);

	/* One key more than once: items are carried out in their order. */
	assert_int_equal(flatmap_insert_each(map, twice, values, results, 4, &done), 0);
	RESULTS_ARE(results, -EEXIST, 0, -EEXIST, 0);
	assert_int_equal(flatmap_lookup_each(map, twice, out, results, 4, &done), 0);
	assert_memory_equal(out, ((uint64_t[]){ 40, 990, 990, 980 }), sizeof(out));
	assert_int_equal(flatmap_delete_each(map, &twice[1], out, results, 3, &done), 0);
	RESULTS_ARE(results, 0, -ENOENT, 0);
	assert_memory_equal(out, ((uint64_t[]){ 990, 0, 980 }), 3 * sizeof(*out));
	unchanged(*state);
}

/* Both arrays, and none of them: they go together with each call that has them. */
void each_found_too(void **state)
{
	const struct fixture *fixture = *state;
	static const uint64_t keys[] = { 1, 99, 2 };
	uint64_t values[] = { 10, 1, 20 }, found[3] = { 7, 7, 7 };
	int32_t results[3];
	struct flatmap_ioc_items items = {
		.size = sizeof(items),
		.keys = address(keys),
		.values = address(values),
		.found = address(found),
		.count = 3,
		.results = address(results),
	};
	size_t done;

	assert_int_equal(ioctl(fixture->fd, FLATMAP_IOC_LOOKUP, &items), 0);
	done = items.done;
	RESULTS_ARE(results, 1, -ENOENT, 1);
	assert_memory_equal(found, ((uint64_t[]){ 1, 0, 1 }), sizeof(found));
	assert_int_equal(ioctl(fixture->fd, FLATMAP_IOC_UPSERT, &items), 0);
	RESULTS_ARE(results, 1, 0, 1);
	assert_memory_equal(found, ((uint64_t[]){ 1, 0, 1 }), sizeof(found));
	assert_int_equal(flatmap_delete(fixture->map, &keys[1], NULL), 0);

	items.found = 0;
	assert_int_equal(ioctl(fixture->fd, FLATMAP_IOC_LOOKUP, &items), 0);
	RESULTS_ARE(results, 1, -ENOENT, 1);
	unchanged(fixture);
}

/* What does not fit fails, what needs no room is done, before it and behind. */
void each_full(void **state)
{
	const struct flatmap *map = ((const struct fixture *)*state)->map;
	static const uint64_t keys[] = { 5, 6, 7, 8, 9, 1, 8, 10 };
	uint64_t values[] = { 1, 2, 3, 4, 5, 10, 6, 7 }, out[8];
	int32_t results[8];
	size_t done;

	assert_int_equal(flatmap_upsert_each(map, keys, values, results, 8, &done), 0);
	RESULTS_ARE(results, 0, 0, 0, 0, -ENOSPC, 1, 1, -ENOSPC);
	assert_int_equal(flatmap_delete_each(map, keys, out, results, 5, &done), 0);
	RESULTS_ARE(results, 0, 0, 0, 0, -ENOENT);
	assert_memory_equal(out, ((uint64_t[]){ 1, 2, 3, 6, 0 }), 5 * sizeof(*out));
	unchanged(*state);
}

/* A program from before there were results: the first error ends the call. */
void each_short_struct(void **state)
{
	const struct fixture *fixture = *state;
	static const uint64_t keys[] = { 1, 99, 2 };
	uint64_t values[3];
	struct flatmap_ioc_items items = {
		.size = offsetof(struct flatmap_ioc_items, results),
		.keys = address(keys),
		.values = address(values),
		.count = 3,
		.results = NOWHERE,
	};

	assert_int_equal(ioctl(fixture->fd, FLATMAP_IOC_LOOKUP, &items), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(items.done, 1);
	assert_int_equal(items.results, NOWHERE);
	items.keys = address(&keys[2]);
	items.count = 1;
	assert_int_equal(ioctl(fixture->fd, FLATMAP_IOC_DELETE, &items), 0);
	assert_int_equal(values[0], 20);
	assert_int_equal(flatmap_insert(fixture->map, &keys[2], values), 0);
	unchanged(fixture);
}

/* ---- Fields and multimaps ------------------------------------------- */

void each_field(void **state)
{
	static const struct flatmap_field fields[] = {
		{ .name = "left", .type = FLATMAP_TYPE_U32, .size = 4 },
		{ .name = "right", .type = FLATMAP_TYPE_U16, .offset = 4, .size = 2 },
	};
	const struct flatmap_options options = {
		.key_size = sizeof(uint64_t),
		.value_size = 6,
		.key_type = FLATMAP_TYPE_U64,
		.fields = fields,
		.fields_count = 2,
	};
	static const uint64_t keys[] = { 1, 2, 3 };
	uint16_t right[] = { 11, 12, 13 }, out[3];
	struct flatmap *map;
	int32_t results[3];
	size_t done;

	(void)state;
	assert_int_equal(flatmap_create("pairs", &options, &map), 0);
	assert_int_equal(flatmap_insert(map, &keys[0], "aaaabb"), 0);
	assert_int_equal(flatmap_insert(map, &keys[2], "ccccdd"), 0);

	assert_int_equal(flatmap_update_field_each(map, keys, 1, right, results, 3,
						   &done), 0);
	RESULTS_ARE(results, 0, -ENOENT, 0);
	memset(out, 0x5a, sizeof(out));
	assert_int_equal(flatmap_lookup_field_each(map, keys, 1, out, results, 3,
						   &done), 0);
	RESULTS_ARE(results, 1, -ENOENT, 1);
	assert_memory_equal(out, ((uint16_t[]){ 11, 0, 13 }), sizeof(out));
	assert_int_equal(flatmap_lookup_field_each(map, keys, 2, out, results, 3,
						   &done), -EINVAL);
	assert_int_equal(done, 0);
	flatmap_close(map);
}

void each_multimap(void **state)
{
	const struct fixture *fixture = *state;
	uint64_t keys[FLATMAP_VALUES_MAX + 3], values[FLATMAP_VALUES_MAX + 3], out[3];
	const size_t most = FLATMAP_VALUES_MAX;
	int32_t results[FLATMAP_VALUES_MAX + 3];
	struct flatmap *map;
	size_t done, i;

	map = make_with("multi", &(struct flatmap_options){ .flags = FLATMAP_MULTIMAP });
	for (i = 0; i < most + 3; i++) {
		keys[i] = 1;
		values[i] = i;
	}
	keys[most + 1] = 2;

	/* One key takes no more, others do. */
	assert_int_equal(flatmap_add_each(map, keys, values, results, most + 3, &done), 0);
	assert_int_equal(done, most + 3);
	for (i = 0; i < most; i++)
		assert_int_equal(results[i], 0);
	done = 3;
	RESULTS_ARE(&results[most], -EMLINK, 0, -EMLINK);

	keys[0] = 3;
	assert_int_equal(flatmap_lookup_each(map, &keys[most], out, results, 2, &done), 0);
	RESULTS_ARE(results, FLATMAP_VALUES_MAX, 1);
	assert_memory_equal(out, ((uint64_t[]){ 0, most + 1 }), 2 * sizeof(*out));
	assert_int_equal(flatmap_insert_each(map, keys, values, results, 2, &done), 0);
	RESULTS_ARE(results, 0, -EEXIST);
	assert_int_equal(flatmap_delete_value_each(map, keys, values, results, 3, &done), 0);
	RESULTS_ARE(results, 0, 0, 0);
	assert_int_equal(flatmap_delete_value_each(map, keys, values, results, 3, &done), 0);
	RESULTS_ARE(results, -ENOENT, -ENOENT, -ENOENT);
	assert_int_equal(flatmap_delete_each(map, &keys[most], NULL, results, 3, &done), 0);
	RESULTS_ARE(results, 0, 0, -ENOENT);
	assert_int_equal(stats_of(map).entries, 0);

	/* What does not go with the map is an error of the call. */
	assert_int_equal(flatmap_delete_each(map, keys, out, results, 3, &done),
			 -EOPNOTSUPP);
	assert_int_equal(flatmap_update_each(map, keys, values, results, 3, &done),
			 -EOPNOTSUPP);
	assert_int_equal(flatmap_upsert_each(map, keys, values, results, 3, &done),
			 -EOPNOTSUPP);
	assert_int_equal(flatmap_lookup_field_each(map, keys, 0, out, results, 3, &done),
			 -EOPNOTSUPP);
	assert_int_equal(flatmap_update_field_each(map, keys, 0, values, results, 3,
						   &done), -EOPNOTSUPP);
	assert_int_equal(flatmap_add_each(fixture->map, keys, values, results, 3, &done),
			 -EOPNOTSUPP);
	assert_int_equal(done, 0);
	flatmap_close(map);
}

/* ---- Counts --------------------------------------------------------- */

/* Room for so many items, of which the keys and values are those of load.h. */
struct items {
	uint64_t *keys, *values, *out;
	int32_t *results;
	size_t count;
};

static struct items make_items(size_t count)
{
	struct items items = {
		.keys = calloc(count + 1, sizeof(*items.keys)),
		.values = calloc(count + 1, sizeof(*items.values)),
		.out = calloc(count + 1, sizeof(*items.out)),
		.results = calloc(count + 1, sizeof(*items.results)),
		.count = count,
	};
	size_t i;

	for (i = 0; i < count; i++) {
		items.keys[i] = nth_key(i);
		items.values[i] = i;
	}
	return items;
}

/* Every other one of them, from number @first on. */
static struct items make_others(const struct items *items, size_t first)
{
	struct items others = make_items((items->count + 1 - first) / 2);
	size_t i;

	for (i = 0; i < others.count; i++) {
		others.keys[i] = items->keys[first + 2 * i];
		others.values[i] = items->values[first + 2 * i];
	}
	return others;
}

static void free_items(struct items *items)
{
	free(items->keys);
	free(items->values);
	free(items->out);
	free(items->results);
}

/* The result of item @i, and those of all others, is the one or the other. */
static void alternate(const struct items *items, int32_t even, int32_t odd)
{
	size_t i;

	for (i = 0; i < items->count; i++)
		if (items->results[i] != (i % 2 ? odd : even))
			fail_msg("item %zu of %zu: %d", i, items->count,
				 items->results[i]);
	assert_int_equal(items->results[items->count], 0x5a5a5a5a);
}

static void alternate_values(const struct items *items, bool odd)
{
	size_t i;

	for (i = 0; i < items->count; i++)
		if (items->out[i] != (i % 2 && !odd ? 0 : i))
			fail_msg("item %zu of %zu: value %ju", i, items->count,
				 (uintmax_t)items->out[i]);
	assert_int_equal(items->out[items->count], 0);
}

#define EACH(name, values) do {							\
	assert_int_equal(flatmap_##name##_each(map, items.keys, values,		\
					       items.results, count, &done), 0); \
	assert_int_equal(done, count);						\
} while (0)

/* Every other key is there, then all are, then every other one. */
static void each_of(size_t count)
{
	struct items items = make_items(count);
	struct items evens = make_others(&items, 0), odds = make_others(&items, 1);
	struct flatmap *map = make_map("counted");
	size_t done = 99, i;

	items.results[count] = 0x5a5a5a5a;
	assert_int_equal(flatmap_insert_batch(map, evens.keys, evens.values,
					      evens.count, NULL), 0);
	EACH(lookup, items.out);
	alternate(&items, 1, -ENOENT);
	alternate_values(&items, false);
	EACH(update, items.values);
	alternate(&items, 0, -ENOENT);
	EACH(insert, items.values);
	alternate(&items, -EEXIST, 0);
	assert_int_equal(stats_of(map).entries, count);
	EACH(lookup, items.out);
	alternate(&items, 1, 1);
	alternate_values(&items, true);
	assert_int_equal(flatmap_delete_batch(map, odds.keys, NULL, odds.count, NULL), 0);
	EACH(delete, items.out);
	alternate(&items, 0, -ENOENT);
	alternate_values(&items, false);
	assert_int_equal(stats_of(map).entries, 0);
	EACH(upsert, items.values);
	alternate(&items, 0, 0);
	EACH(upsert, items.values);
	alternate(&items, 1, 1);
	for (i = 1; i < count; i += 2)
		items.values[i] = ~0ULL;
	EACH(delete_value, items.values);
	alternate(&items, 0, -ENOENT);
	assert_int_equal(stats_of(map).entries, odds.count);

	flatmap_close(map);
	assert_int_equal(flatmap_destroy("counted"), 0);
	free_items(&items);
	free_items(&evens);
	free_items(&odds);
}

/* Around the core's chunk of 64, and beyond the buffer of 64 KiB that items pass. */
void each_count(void **state)
{
	static const size_t counts[] = { 0, 1, 2, 63, 64, 65, 127, 128, 129, 100000 };
	const char *const *name;
	size_t i;

	(void)state;
	for (name = simd_names; *name; name++) {
		if (!strcmp(*name, "auto") || !simd_choose(*name))
			continue;
		for (i = 0; i < COUNT(counts); i++)
			each_of(counts[i]);
	}
	assert_true(simd_choose("auto"));
}

/* ---- Faults --------------------------------------------------------- */

static const unsigned long changing[] = {
	FLATMAP_IOC_INSERT, FLATMAP_IOC_UPDATE, FLATMAP_IOC_UPSERT, FLATMAP_IOC_DELETE,
	FLATMAP_IOC_DELETE_VALUE,
};

/* There is no place for results: nothing happens. */
void each_nowhere(void **state)
{
	const struct fixture *fixture = *state;
	static const uint64_t keys[] = { 1, 7 }, values[] = { 10, 1 };
	void *read_only = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const uint64_t places[] = { NOWHERE, address(read_only), address(before_hole(2)) };
	size_t i, j;

	for (i = 0; i < COUNT(changing); i++) {
		for (j = 0; j < COUNT(places); j++) {
			struct flatmap_ioc_items items = {
				.size = sizeof(items),
				.keys = address(keys),
				.values = changing[i] == FLATMAP_IOC_DELETE ?
					  0 : address(values),
				.count = 2,
				.done = 99,
				.results = places[j],
			};

			refused(fixture, fixture->fd, changing[i], &items, EFAULT);
			assert_int_equal(items.done, 0);
		}
	}
	munmap(read_only, 4096);
}

/* There is place for some: those items are done and counted, and no others. */
void each_fault_midway(void **state)
{
	const size_t there = 5003, count = 20000;
	struct items items = make_items(count);
	struct flatmap *map = make_map("many");
	int32_t *half = (int32_t *)before_hole(there * sizeof(*half));
	uint64_t *few = (uint64_t *)before_hole(there * sizeof(*few));
	size_t done, i;

	(void)state;
	assert_int_equal(flatmap_insert_each(map, items.keys, items.values, half, count,
					     &done), -EFAULT);
	assert_int_equal(done, there);
	assert_int_equal(stats_of(map).entries, there);
	assert_int_equal(flatmap_insert_each(map, items.keys, items.values,
					     items.results, count, &done), 0);
	for (i = 0; i < count; i++)
		assert_int_equal(items.results[i], i < there ? -EEXIST : 0);

	assert_int_equal(flatmap_lookup_each(map, items.keys, items.out, half, count,
					     &done), -EFAULT);
	assert_int_equal(done, there);
	for (i = 0; i < there; i++)
		assert_int_equal(half[i], 1);

	/* Results there are, but no place for values. */
	assert_int_equal(flatmap_delete_each(map, items.keys, few, items.results, count,
					     &done), -EFAULT);
	assert_int_equal(done, there);
	assert_memory_equal(few, items.values, there * sizeof(*few));
	assert_int_equal(stats_of(map).entries, count - there);
	flatmap_close(map);
	free_items(&items);
}

/* ---- Signals -------------------------------------------------------- */

static void on_signal(int number)
{
	(void)number;
}

/* A signal ends a call with what it has done so far; the library goes on, item by item. */
void each_signals(void **state)
{
	const struct itimerval often = { { 0, 2000 }, { 0, 2000 } }, never = { 0 };
	struct sigaction action = { .sa_handler = on_signal }, old;
	struct items items = make_items(100000);
	struct flatmap *map = make_map("many");
	struct flatmap_ioc_items lookup = {
		.size = sizeof(lookup),
		.keys = address(items.keys),
		.count = items.count,
		.results = address(items.results),
	};
	int32_t *updated = calloc(items.count, sizeof(*updated));
	struct items odds = make_others(&items, 1);
	int round, err, early = 0;
	size_t done, i;

	(void)state;
	assert_int_equal(flatmap_insert_batch(map, odds.keys, odds.values, odds.count,
					      NULL), 0);
	sigaction(SIGALRM, &action, &old);
	setitimer(ITIMER_REAL, &often, NULL);
	for (round = 0; round < 1000 && !early; round++) {
		memset(items.results, 0x5a, items.count * sizeof(*items.results));
		if (ioctl(flatmap_fd(map), FLATMAP_IOC_LOOKUP, &lookup))
			break;
		early = lookup.done < items.count;
	}
	err = flatmap_update_each(map, items.keys, items.values, updated, items.count,
				  &done);
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &old, NULL);

	assert_true(early);
	assert_int_equal(err, 0);
	assert_int_equal(done, items.count);
	for (i = 0; i < items.count; i++) {
		assert_int_equal(items.results[i], i >= lookup.done ? 0x5a5a5a5a :
						   i % 2 ? 1 : -ENOENT);
		assert_int_equal(updated[i], i % 2 ? 0 : -ENOENT);
	}
	flatmap_close(map);
	free(updated);
	free_items(&odds);
	free_items(&items);
}

/* ---- While the map grows -------------------------------------------- */

struct writer {
	const struct flatmap *map;
	struct items items;
	int err;
	bool *stop;
};

static void *insert_all(void *data)
{
	struct writer *writer = data;

	writer->err = flatmap_insert_each(writer->map, writer->items.keys,
					  writer->items.values, writer->items.results,
					  writer->items.count, NULL);
	return NULL;
}

/* What was there once stays; of absent keys none appears. */
static void *look_all_up(void *data)
{
	struct writer *reader = data;
	size_t count = reader->items.count, i;
	bool last;

	/* Once more after the writers have ended, when all are there. */
	do {
		last = __atomic_load_n(reader->stop, __ATOMIC_ACQUIRE);
		reader->err = flatmap_lookup_each(reader->map, reader->items.keys,
						  reader->items.out,
						  reader->items.results, count, NULL);
		for (i = 0; !reader->err && i < count; i++) {
			bool is = reader->items.results[i] == 1;

			if (is ? reader->items.out[i] != i :
				 reader->items.values[i] == ~0ULL || last)
				reader->err = -EILSEQ;
			if (is)
				reader->items.values[i] = ~0ULL;
		}
	} while (!reader->err && !last);
	return NULL;
}

/* Two insert the same keys: each is added once. */
void each_while_growing(void **state)
{
	struct flatmap *map = make_map("growing");
	struct writer users[3];
	pthread_t threads[3];
	bool stop = false;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		users[i] = (struct writer){
			.map = map,
			.items = make_items(100000),
			.stop = &stop,
		};
		assert_int_equal(pthread_create(&threads[i], NULL,
						i < 2 ? insert_all : look_all_up,
						&users[i]), 0);
	}
	for (i = 0; i < 3; i++) {
		if (i == 2)
			__atomic_store_n(&stop, true, __ATOMIC_RELEASE);
		pthread_join(threads[i], NULL);
		assert_int_equal(users[i].err, 0);
	}
	for (i = 0; i < users[0].items.count; i++)
		assert_int_equal(users[0].items.results[i] + users[1].items.results[i],
				 -EEXIST);
	assert_int_equal(stats_of(map).entries, users[0].items.count);
	assert_true(stats_of(map).resizes > 3);
	flatmap_close(map);
	for (i = 0; i < 3; i++)
		free_items(&users[i].items);
}
