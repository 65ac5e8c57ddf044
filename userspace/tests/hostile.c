// SPDX-License-Identifier: MIT
/*
 * Arguments that no sound program passes: whatever they are, a call returns, with
 * an error that is documented, and the map still works.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "device.h"

#define ROUNDS	20000

static uint64_t pick(unsigned int *seed, const uint64_t *from, size_t count)
{
	return from[rand_r(seed) % count];
}

#define PICK(seed, ...) \
	pick(seed, (const uint64_t[]){ __VA_ARGS__ }, \
	     sizeof((const uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t))

/* ---- Structures ----------------------------------------------------- */

static bool documented(int err)
{
	static const int known[] = {
		EINVAL, E2BIG, EFAULT, ENOMEM, ENOENT, EEXIST, ENOSPC, EMLINK,
		EAGAIN, EOVERFLOW, EOPNOTSUPP, ERANGE,
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (err == known[i])
			return true;
	return false;
}

/* Every eight bytes of the structure are something that could go wrong. */
static void call_it(int fd, unsigned int *seed, unsigned char *memory,
		    size_t bytes)
{
	static const unsigned long nrs[] = {
		FLATMAP_IOC_INFO, FLATMAP_IOC_STATS, FLATMAP_IOC_LOOKUP,
		FLATMAP_IOC_INSERT, FLATMAP_IOC_UPDATE, FLATMAP_IOC_UPSERT,
		FLATMAP_IOC_DELETE, FLATMAP_IOC_ADD, FLATMAP_IOC_DELETE_VALUE,
		FLATMAP_IOC_VALUES, FLATMAP_IOC_INCREMENT, FLATMAP_IOC_PAGE,
	};
	unsigned long nr = nrs[rand_r(seed) % (sizeof(nrs) / sizeof(nrs[0]))];
	const uint64_t there = address(memory);
	uint64_t words[32];
	uint32_t head[2];
	size_t i;

	for (i = 0; i < 32; i++)
		words[i] = PICK(seed, 0, 0, 1, 2, 3, there, there, there,
				there + bytes - 16, NOWHERE, 1ULL << 32,
				1ULL << 61, 1ULL << 63, UINT64_MAX);
	head[0] = PICK(seed, _IOC_SIZE(nr), _IOC_SIZE(nr), _IOC_SIZE(nr),
		       sizeof(words), 0, UINT32_MAX);
	head[1] = PICK(seed, 0, 0, 1, 1U << 31);
	memcpy(words, head, sizeof(head));
	if (ioctl(fd, nr, words) && !documented(errno))
		fail_msg("call %#lx: errno %d", nr, errno);
}

/* What has come to be there can be read and removed, to the last block. */
static void still_works(const struct flatmap *map)
{
	struct flatmap_ioc_stats stats;
	uint64_t key, value;
	size_t done;

	for (;;) {
		struct flatmap_cursor cursor = { 0 };

		assert_int_equal(flatmap_page(map, &cursor, &key, &value, 1,
					      &done), 0);
		if (!done)
			break;
		assert_int_equal(flatmap_delete(map, &key, NULL), 0);
	}
	assert_int_equal(flatmap_stats(map, &stats, sizeof(stats)), 0);
	assert_int_equal(stats.entries, 0);
	assert_int_equal(stats.blocks_free, stats.blocks);

	key = 1;
	value = 5;
	assert_int_equal(flatmap_insert(map, &key, &value), 0);
	value = 0;
	assert_int_equal(flatmap_lookup(map, &key, &value), 0);
	assert_int_equal(value, 5);
}

static void call_many(uint32_t flags)
{
	const struct flatmap_options options = {
		.key_size = sizeof(uint64_t),
		.value_size = sizeof(uint64_t),
		.value_type = FLATMAP_TYPE_U64,
		.flags = flags,
	};
	const size_t bytes = 4096;
	unsigned char *memory = before_hole(bytes);
	unsigned int seed = 1 + flags;
	struct flatmap *map;
	int round;

	assert_int_equal(flatmap_create("hostile", &options, &map), 0);
	for (round = 0; round < ROUNDS; round++) {
		memory[rand_r(&seed) % bytes] = rand_r(&seed) % 4;
		call_it(flatmap_fd(map), &seed, memory, bytes);
	}
	still_works(map);
	flatmap_close(map);
}

void hostile_map(void **state)
{
	const struct fixture *fixture = *state;

	call_many(0);
	assert_int_equal(flatmap_destroy("hostile"), 0);
	unchanged(fixture);
}

void hostile_multimap(void **state)
{
	const struct fixture *fixture = *state;

	call_many(FLATMAP_MULTIMAP);
	assert_int_equal(flatmap_destroy("hostile"), 0);
	unchanged(fixture);
}

/* ---- Cursors -------------------------------------------------------- */

/* One that was made up leads somewhere, or to the end; never astray. */
void hostile_cursors(void **state)
{
	const struct fixture *fixture = *state;
	uint64_t keys[2 * FIXTURE_ENTRIES], values[2 * FIXTURE_ENTRIES];
	unsigned int seed = 1;
	size_t done, i;
	int round;

	for (round = 0; round < ROUNDS; round++) {
		struct flatmap_cursor cursor = {
			.position = PICK(&seed, 1, 2, 1ULL << 32, 1ULL << 60,
					 1ULL << 61, UINT64_MAX - 1, UINT64_MAX,
					 (uint64_t)rand_r(&seed) << 33),
			.ordinal = PICK(&seed, 0, 1, 2, UINT64_MAX),
		};

		for (i = 0; i < sizeof(uint64_t); i++)
			cursor.last[i] = rand_r(&seed);
		assert_int_equal(flatmap_page(fixture->map, &cursor, keys,
					      values, 2 * FIXTURE_ENTRIES,
					      &done), 0);
		assert_in_range(done, 0, FIXTURE_USED);
		for (i = 0; i < done; i++)
			assert_int_equal(values[i], 10 * keys[i]);
	}
	unchanged(fixture);
}
