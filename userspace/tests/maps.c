// SPDX-License-Identifier: MIT
/* Maps, their names, and descriptors. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"

void maps_info(void **state)
{
	const struct flatmap_options options = {
		.entries = 5,
		.max_entries = 70,
		.max_bytes = 1 << 20,
		.flags = FLATMAP_MULTIMAP | FLATMAP_SHRINK,
		.key_size = 3,
		.value_size = 96,
		.key_type = FLATMAP_TYPE_BYTES,
		.value_type = FLATMAP_TYPE_STRING,
		.hash = FLATMAP_HASH_FAST,
	};
	const struct flatmap_ioc_info *info;
	struct flatmap_ioc_stats stats;
	struct flatmap *map, *again;

	(void)state;
	assert_int_equal(flatmap_create("shape", &options, &map), 0);
	assert_int_equal(flatmap_open("shape", &again), 0);
	info = flatmap_info(again);
	assert_string_equal(info->name, "shape");
	assert_int_equal(info->entries, 5);
	assert_int_equal(info->max_entries, 70);
	assert_int_equal(info->max_bytes, 1 << 20);
	assert_int_equal(info->map_flags, options.flags);
	assert_int_equal(info->key_size, 3);
	assert_int_equal(info->value_size, 96);
	assert_int_equal(info->key_type, FLATMAP_TYPE_BYTES);
	assert_int_equal(info->value_type, FLATMAP_TYPE_STRING);
	assert_int_equal(info->hash, FLATMAP_HASH_FAST);

	/* What one writes the other reads. */
	assert_int_equal(flatmap_insert(map, "abc", (char[96]) { "value" }), 0);
	assert_int_equal(flatmap_lookup(again, "abc", (char[96]) { "" }), 0);

	assert_int_equal(flatmap_stats(again, &stats, sizeof(stats)), 0);
	assert_int_equal(stats.entries, 1);
	assert_true(stats.capacity >= 5);
	assert_int_equal(stats.shards, 1);
	assert_int_equal(stats.regions, 1);
	assert_int_equal(stats.regions_pinned, 0);
	assert_int_equal(stats.resizes, 0);
	assert_int_equal(stats.resizes_failed, 0);
	assert_int_equal(stats.moved, 0);
	assert_int_equal(stats.helped, 0);
	assert_true(stats.slots >= stats.capacity);
	assert_true(stats.blocks >= stats.capacity);
	assert_int_equal(stats.blocks_free, stats.blocks - 1);
	assert_true(stats.bytes >= stats.blocks * (3 + 96));

	flatmap_close(map);
	flatmap_close(again);
}

void maps_list(void **state)
{
	static const char *const names[] = { "a", "a-b", "a.b", "aa", "b",
					     "fixture", "~" };
	const size_t count = sizeof(names) / sizeof(names[0]);
	char name[FLATMAP_NAME_MAX + 1], all[200];
	struct flatmap_ioc_list list = {
		.size = sizeof(list),
		.names = address(all),
		.bytes = sizeof(all),
	};
	const struct fixture *fixture = *state;
	const char *next = all;
	size_t i;

	/* Made in another order than they are listed in. */
	for (i = count; i--;)
		if (strcmp(names[i], "fixture"))
			flatmap_close(make_map(names[i]));

	assert_int_equal(ioctl(fixture->device, FLATMAP_IOC_LIST, &list), 0);
	assert_int_equal(list.count, count);
	for (i = 0; i < count; i++) {
		assert_string_equal(next, names[i]);
		next += strlen(next) + 1;
	}
	assert_int_equal(list.bytes, next - all);

	/* From one name to the next, also when the name is gone. */
	assert_int_equal(flatmap_next_name("aa", name), 0);
	assert_string_equal(name, "b");
	assert_int_equal(flatmap_destroy("aa"), 0);
	assert_int_equal(flatmap_next_name("aa", name), 0);
	assert_string_equal(name, "b");
	assert_int_equal(flatmap_next_name("~", name), -ENOENT);

	list.after = address("~");
	list.bytes = sizeof(all);
	assert_int_equal(ioctl(fixture->device, FLATMAP_IOC_LIST, &list), 0);
	assert_int_equal(list.count, 0);
	assert_int_equal(list.bytes, 0);
}

void maps_list_room(void **state)
{
	const struct fixture *fixture = *state;
	char names[20] = "untouched";
	struct flatmap_ioc_list list = {
		.size = sizeof(list),
		.names = address(names),
		.bytes = strlen("fixture"),
	};

	refused(fixture, fixture->device, FLATMAP_IOC_LIST, &list, ENOSPC);
	assert_string_equal(names, "untouched");
	list.bytes = 0;
	refused(fixture, fixture->device, FLATMAP_IOC_LIST, &list, ENOSPC);

	/* The second name does not fit any more. */
	flatmap_close(make_map("other"));
	list.bytes = strlen("fixture") + strlen("other") + 1;
	assert_int_equal(ioctl(fixture->device, FLATMAP_IOC_LIST, &list), 0);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.bytes, strlen("fixture") + 1);
	assert_string_equal(names, "fixture");
}

/* A name that is used again means another map. */
void maps_name_again(void **state)
{
	const struct fixture *fixture = *state;
	uint64_t key = 1, value;
	struct flatmap *again;

	assert_int_equal(flatmap_destroy("fixture"), 0);
	again = make_map("fixture");
	assert_int_equal(flatmap_lookup(again, &key, &value), -ENOENT);
	assert_int_equal(flatmap_lookup(fixture->map, &key, &value), -ENODEV);
	flatmap_close(again);
}

/* The number behind @name in the file of a process or of the kernel; -1 if it is not there. */
static long long number_in(const char *path, const char *name)
{
	FILE *file = fopen(path, "r");
	long long number = -1;
	char line[256];

	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, name, strlen(name)))
			number = strtoll(line + strlen(name), NULL, 10);
	fclose(file);
	return number;
}

/* What a descriptor holds is visible, also once nobody can find its map any more. */
void maps_memory_shows(void **state)
{
	const char *totals = "/sys/kernel/debug/flatmap/totals";
	struct fixture *fixture = *state;
	long long bytes, all;
	char fdinfo[64];
	int tries;

	snprintf(fdinfo, sizeof(fdinfo), "/proc/self/fdinfo/%d", fixture->fd);
	bytes = stats_of(fixture->map).bytes;
	assert_int_equal(number_in(fdinfo, "flatmap-bytes:"), bytes);
	assert_int_equal(number_in(fdinfo, "flatmap-destroyed:"), 0);
	/* Those of other cases may be on their way out. */
	for (tries = 0; tries < 1000 && number_in(totals, "maps:") > 1; tries++)
		usleep(10000);
	assert_int_equal(number_in(totals, "maps:"), 1);
	all = number_in(totals, "region_bytes:");
	assert_true(all > 0 && all < bytes);

	assert_int_equal(flatmap_destroy("fixture"), 0);
	assert_int_equal(number_in(fdinfo, "flatmap-bytes:"), bytes);
	assert_int_equal(number_in(fdinfo, "flatmap-destroyed:"), 1);
	assert_int_equal(number_in(totals, "maps:"), 1);
	assert_int_equal(number_in(totals, "region_bytes:"), all);
}

/* Descriptors are like any others: not inherited by exec, shared by fork. */
void maps_descriptors(void **state)
{
	const struct fixture *fixture = *state;
	uint64_t key = 50, value = 500;
	struct flatmap_ioc_items items = {
		.size = sizeof(items),
		.keys = address(&key),
		.values = address(&value),
		.count = 1,
	};
	int copy, status;
	pid_t child;

	assert_int_equal(fcntl(fixture->fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(fixture->fd, F_GETFL) & O_ACCMODE, O_RDWR);

	child = fork();
	assert_true(child >= 0);
	if (!child)
		_exit(ioctl(fixture->fd, FLATMAP_IOC_INSERT, &items) ? 1 : 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);

	copy = dup(fixture->fd);
	assert_true(copy >= 0);
	value = 0;
	assert_int_equal(ioctl(copy, FLATMAP_IOC_DELETE, &items), 0);
	assert_int_equal(value, 500);
	close(copy);
	unchanged(fixture);
}

void maps_largest_sizes(void **state)
{
	const struct flatmap_options options = {
		.entries = 3,
		.key_size = FLATMAP_KEY_MAX,
		.value_size = FLATMAP_VALUE_MAX,
	};
	unsigned char *keys = calloc(3, FLATMAP_KEY_MAX);
	unsigned char *values = malloc(3 * FLATMAP_VALUE_MAX);
	unsigned char *out = calloc(3, FLATMAP_VALUE_MAX);
	struct flatmap *map;
	size_t done, i;

	(void)state;
	for (i = 0; i < 3 * FLATMAP_VALUE_MAX; i++)
		values[i] = i * 31 + i / 251;
	for (i = 0; i < 3; i++)
		keys[(i + 1) * FLATMAP_KEY_MAX - 1] = i;

	assert_int_equal(flatmap_create("large", &options, &map), 0);
	assert_int_equal(flatmap_insert_batch(map, keys, values, 3, &done), 0);
	assert_int_equal(done, 3);
	assert_int_equal(flatmap_lookup_batch(map, keys, out, NULL, 3, &done),
			 0);
	assert_int_equal(done, 3);
	assert_memory_equal(out, values, 3 * FLATMAP_VALUE_MAX);

	flatmap_close(map);
	free(keys);
	free(values);
	free(out);
}

/* A map without values is a set. */
void maps_no_values(void **state)
{
	const struct flatmap_options options = { .entries = 10, .key_size = 1 };
	uint64_t found[2];
	struct flatmap *map;
	size_t done;

	(void)state;
	assert_int_equal(flatmap_create("set", &options, &map), 0);
	assert_int_equal(flatmap_insert(map, "a", NULL), 0);
	assert_int_equal(flatmap_insert(map, "a", NULL), -EEXIST);
	assert_int_equal(flatmap_upsert_batch(map, "ab", NULL, found, 2, &done),
			 0);
	assert_int_equal(found[0], 1);
	assert_int_equal(found[1], 0);
	assert_int_equal(flatmap_lookup_batch(map, "abc", NULL, NULL, 3, &done),
			 -ENOENT);
	assert_int_equal(done, 2);
	assert_int_equal(flatmap_delete_batch(map, "ab", NULL, 2, &done), 0);
	flatmap_close(map);
}

/* ---- Destroying a map that is being used ---------------------------- */

static void *use_until_gone(void *data)
{
	struct flatmap *map = data;
	uint64_t key = 0;
	int err;

	do {
		key = key % 64 + 1;
		err = flatmap_upsert(map, &key, &key);
		if (err >= 0)
			err = flatmap_delete(map, &key, NULL);
		if (err == -ENOENT)
			err = 0;
	} while (!err);
	return (void *)(intptr_t)err;
}

void maps_destroyed_under_load(void **state)
{
	struct flatmap *map;
	pthread_t users[2];
	void *result;
	int round, i;

	(void)state;
	for (round = 0; round < 20; round++) {
		map = make_map("used");
		for (i = 0; i < 2; i++)
			assert_int_equal(pthread_create(&users[i], NULL,
							use_until_gone, map),
					 0);
		usleep(10000);
		assert_int_equal(flatmap_destroy("used"), 0);
		for (i = 0; i < 2; i++) {
			pthread_join(users[i], &result);
			assert_int_equal((intptr_t)result, -ENODEV);
		}
		flatmap_close(map);
	}
}
