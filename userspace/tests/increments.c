// SPDX-License-Identifier: MIT
/* Adding to integer fields: sums, limits, and that none is ever lost. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"

/* One field of each integer type, none of them aligned. */
struct numbers {
	uint8_t gap;
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;
	int8_t s8;
	int16_t s16;
	int32_t s32;
	int64_t s64;
	char text[3];
} __attribute__((packed));

enum { U8, U16, U32, U64, S8, S16, S32, S64, TEXT, FIELDS };

static const struct flatmap_field fields[] = {
	{ .name = "u8", .type = FLATMAP_TYPE_U8,
	  .offset = offsetof(struct numbers, u8), .size = 1 },
	{ .name = "u16", .type = FLATMAP_TYPE_U16,
	  .offset = offsetof(struct numbers, u16), .size = 2 },
	{ .name = "u32", .type = FLATMAP_TYPE_U32,
	  .offset = offsetof(struct numbers, u32), .size = 4 },
	{ .name = "u64", .type = FLATMAP_TYPE_U64,
	  .offset = offsetof(struct numbers, u64), .size = 8 },
	{ .name = "s8", .type = FLATMAP_TYPE_S8,
	  .offset = offsetof(struct numbers, s8), .size = 1 },
	{ .name = "s16", .type = FLATMAP_TYPE_S16,
	  .offset = offsetof(struct numbers, s16), .size = 2 },
	{ .name = "s32", .type = FLATMAP_TYPE_S32,
	  .offset = offsetof(struct numbers, s32), .size = 4 },
	{ .name = "s64", .type = FLATMAP_TYPE_S64,
	  .offset = offsetof(struct numbers, s64), .size = 8 },
	{ .name = "text", .type = FLATMAP_TYPE_STRING,
	  .offset = offsetof(struct numbers, text), .size = 3 },
};

static struct flatmap *make_numbers(uint64_t max_entries)
{
	const struct flatmap_options options = {
		.max_entries = max_entries,
		.key_size = sizeof(uint64_t),
		.value_size = sizeof(struct numbers),
		.key_type = FLATMAP_TYPE_U64,
		.fields = fields,
		.fields_count = FIELDS,
	};
	struct flatmap *map;

	assert_int_equal(flatmap_create("numbers", &options, &map), 0);
	return map;
}

static int add(const struct flatmap *map, uint32_t field, int64_t by,
	       struct numbers *value)
{
	const struct flatmap_increment increment = { .field = field, .by = by };
	const uint64_t key = 1;

	return flatmap_increment(map, &key, &increment, 1, 0, value);
}

/* ---- Sums ----------------------------------------------------------- */

/* From the least to the greatest value of each type and back. */
void increment_limits(void **state)
{
	static const struct {
		uint32_t field;
		int64_t least, greatest;
	} types[] = {
		{ U8, 0, UINT8_MAX }, { U16, 0, UINT16_MAX },
		{ U32, 0, UINT32_MAX }, { S8, INT8_MIN, INT8_MAX },
		{ S16, INT16_MIN, INT16_MAX }, { S32, INT32_MIN, INT32_MAX },
		{ S64, INT64_MIN, INT64_MAX },
	};
	const struct numbers start = { .gap = 0xa5, .text = "xyz" };
	struct flatmap *map = make_numbers(0);
	const uint64_t key = 1;
	struct numbers out;
	size_t i;

	(void)state;
	assert_int_equal(flatmap_insert(map, &key, &start), 0);
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		uint32_t field = types[i].field;

		assert_int_equal(add(map, field, types[i].greatest, NULL), 0);
		assert_int_equal(add(map, field, 1, NULL), -ERANGE);
		assert_int_equal(add(map, field, INT64_MAX, NULL), -ERANGE);
		assert_int_equal(add(map, field, -types[i].greatest, NULL), 0);
		assert_int_equal(add(map, field, types[i].least, NULL), 0);
		assert_int_equal(add(map, field, -1, NULL), -ERANGE);
		assert_int_equal(add(map, field, INT64_MIN, NULL), -ERANGE);
		if (types[i].least)
			assert_int_equal(add(map, field,
					     -(types[i].least + 1), NULL), 0);
		assert_int_equal(add(map, field, types[i].least ? 1 : 0, &out),
				 0);
		assert_memory_equal(&out, &start, sizeof(start));
	}

	/* Twice the largest increment and one is all of a u64. */
	assert_int_equal(add(map, U64, INT64_MAX, NULL), 0);
	assert_int_equal(add(map, U64, INT64_MAX, NULL), 0);
	assert_int_equal(add(map, U64, 1, &out), 0);
	assert_true(out.u64 == UINT64_MAX);
	assert_int_equal(add(map, U64, 1, NULL), -ERANGE);
	assert_int_equal(add(map, U64, INT64_MIN, &out), 0);
	assert_true(out.u64 == (uint64_t)INT64_MAX);
	assert_int_equal(add(map, U64, INT64_MIN, NULL), -ERANGE);
	assert_int_equal(add(map, U64, -INT64_MAX, &out), 0);
	assert_memory_equal(&out, &start, sizeof(start));
	flatmap_close(map);
}

/* All of them or none. */
void increment_several(void **state)
{
	struct flatmap_increment increments[] = {
		{ .field = U32, .by = 10 }, { .field = S8, .by = -5 },
		{ .field = U32, .by = -3 },
	};
	struct flatmap *map = make_numbers(0);
	const uint64_t key = 1;
	struct numbers out, expected = { .u32 = 7, .s8 = -5 };

	(void)state;
	assert_int_equal(flatmap_increment(map, &key, increments, 3, 0, &out),
			 -ENOENT);
	assert_int_equal(flatmap_increment(map, &key, increments, 3,
					   FLATMAP_INCREMENT_CREATE, &out), 1);
	assert_memory_equal(&out, &expected, sizeof(out));
	assert_int_equal(flatmap_increment(map, &key, increments, 3,
					   FLATMAP_INCREMENT_CREATE, &out), 0);
	expected = (struct numbers){ .u32 = 14, .s8 = -10 };
	assert_memory_equal(&out, &expected, sizeof(out));

	/* The last of them does not fit. */
	increments[2].by = -1000;
	assert_int_equal(flatmap_increment(map, &key, increments, 3, 0, &out),
			 -ERANGE);
	assert_int_equal(flatmap_increment(map, &key, increments, 3,
					   FLATMAP_INCREMENT_CREATE, &out),
			 -ERANGE);
	assert_int_equal(flatmap_lookup(map, &key, &out), 0);
	assert_memory_equal(&out, &expected, sizeof(out));

	/* And what does not fit creates nothing. */
	assert_int_equal(flatmap_increment(map, &(uint64_t){ 2 }, increments, 3,
					   FLATMAP_INCREMENT_CREATE, NULL),
			 -ERANGE);
	assert_int_equal(flatmap_lookup(map, &(uint64_t){ 2 }, &out), -ENOENT);
	flatmap_close(map);
}

void increment_refused(void **state)
{
	const struct fixture *fixture = *state;
	struct flatmap_increment increments[FLATMAP_FIELDS_MAX + 1] = { 0 };
	struct flatmap_increment increment = { .by = 1 };
	const uint64_t key = 1;
	struct flatmap_ioc_increment ioc = {
		.size = sizeof(ioc),
		.flags = FLATMAP_INCREMENT_CREATE,
		.key = address(&key),
		.increments = address(increments),
	};
	uint64_t more;
	struct flatmap *map;

	refused(fixture, fixture->fd, FLATMAP_IOC_INCREMENT, &ioc, EINVAL);
	ioc.count = FLATMAP_FIELDS_MAX + 1;
	refused(fixture, fixture->fd, FLATMAP_IOC_INCREMENT, &ioc, EINVAL);
	ioc.count = UINT32_MAX;
	refused(fixture, fixture->fd, FLATMAP_IOC_INCREMENT, &ioc, EINVAL);
	ioc.count = 1;
	increments[0].field = 1;
	refused(fixture, fixture->fd, FLATMAP_IOC_INCREMENT, &ioc, EINVAL);
	increments[0].field = UINT32_MAX;
	refused(fixture, fixture->fd, FLATMAP_IOC_INCREMENT, &ioc, EINVAL);
	/* The second of two is not to be, so the first is not. */
	increments[0] = increment;
	increments[1].field = 1;
	ioc.count = 2;
	refused(fixture, fixture->fd, FLATMAP_IOC_INCREMENT, &ioc, EINVAL);

	/* Strings are not summed up; a full map gets no more keys. */
	map = make_numbers(1);
	assert_int_equal(add(map, TEXT, 1, NULL), -EINVAL);
	for (more = 1; more < 20; more++)
		assert_int_equal(flatmap_increment(map, &more, &increment, 1,
						   FLATMAP_INCREMENT_CREATE,
						   NULL),
				 more == 1 ? 1 : -ENOSPC);
	flatmap_close(map);
}

/* ---- Together ------------------------------------------------------- */

#define WORKERS	4
#define ROUNDS	20000

/* Adds to two fields of four keys, in turn; deletes nothing. */
static int add_on(const struct flatmap *map)
{
	const struct flatmap_increment increments[] = {
		{ .field = U32, .by = 1 }, { .field = S64, .by = -3 },
	};
	uint64_t key;
	int round, err;

	for (round = 0; round < ROUNDS; round++) {
		key = round % 4;
		err = flatmap_increment(map, &key, increments, 2,
					FLATMAP_INCREMENT_CREATE, NULL);
		if (err < 0)
			return err;
	}
	return 0;
}

static void none_is_lost(const struct flatmap *map)
{
	struct numbers out;
	uint64_t key;

	for (key = 0; key < 4; key++) {
		assert_int_equal(flatmap_lookup(map, &key, &out), 0);
		assert_int_equal(out.u32, WORKERS * ROUNDS / 4);
		assert_int_equal(out.s64, -3 * WORKERS * ROUNDS / 4);
	}
}

static void *add_in_thread(void *map)
{
	return (void *)(intptr_t)add_on(map);
}

void increment_threads(void **state)
{
	struct flatmap *map = make_numbers(0);
	pthread_t threads[WORKERS];
	void *result;
	int i;

	(void)state;
	for (i = 0; i < WORKERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL,
						add_in_thread, map), 0);
	for (i = 0; i < WORKERS; i++) {
		pthread_join(threads[i], &result);
		assert_int_equal((intptr_t)result, 0);
	}
	none_is_lost(map);
	flatmap_close(map);
}

void increment_processes(void **state)
{
	struct flatmap *map = make_numbers(0);
	int i, status;

	(void)state;
	for (i = 0; i < WORKERS; i++) {
		pid_t child = fork();

		assert_true(child >= 0);
		if (!child)
			_exit(add_on(map) ? 1 : 0);
	}
	for (i = 0; i < WORKERS; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	none_is_lost(map);
	flatmap_close(map);
}

/* While one adds to a field, another writes the next one: both are kept. */
static void *write_field(void *data)
{
	const struct flatmap *map = data;
	const uint64_t key = 1;
	uint16_t number;
	int err;

	for (number = 1; number <= ROUNDS; number++) {
		err = flatmap_update_field(map, &key, U16, &number);
		if (err)
			return (void *)(intptr_t)err;
	}
	return NULL;
}

void increment_beside_field(void **state)
{
	struct flatmap *map = make_numbers(0);
	const struct numbers zeros = { 0 };
	const uint64_t key = 1;
	struct numbers out;
	pthread_t thread;
	void *result;
	int round;

	(void)state;
	assert_int_equal(flatmap_insert(map, &key, &zeros), 0);
	assert_int_equal(pthread_create(&thread, NULL, write_field, map), 0);
	for (round = 0; round < ROUNDS; round++)
		assert_int_equal(add(map, U64, 2, NULL), 0);
	pthread_join(thread, &result);
	assert_int_equal((intptr_t)result, 0);

	assert_int_equal(flatmap_lookup(map, &key, &out), 0);
	assert_int_equal(out.u16, ROUNDS);
	assert_int_equal(out.u64, 2 * ROUNDS);
	flatmap_close(map);
}
