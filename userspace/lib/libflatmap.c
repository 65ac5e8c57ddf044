// SPDX-License-Identifier: MIT
/* Every function is one ioctl, or a loop of them where a signal ended one. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "libflatmap.h"

struct flatmap {
	int fd;
	struct flatmap_ioc_info info;
};

static uint64_t address(const void *pointer)
{
	return (uintptr_t)pointer;
}

static int call(int fd, unsigned long nr, void *arg)
{
	int ret = ioctl(fd, nr, arg);

	return ret < 0 ? -errno : ret;
}

static int device_call(unsigned long nr, void *arg)
{
	int fd, ret;

	fd = open(FLATMAP_DEVICE, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT || errno == ENODEV ? -ENXIO : -errno;

	ret = call(fd, nr, arg);
	close(fd);
	return ret;
}

/* Everything that can fail here comes before the call, lest it be undone. */
static int open_map(unsigned long nr, void *arg, struct flatmap **map)
{
	struct flatmap *new;
	int err;

	new = calloc(1, sizeof(*new));
	if (!new)
		return -ENOMEM;

	err = device_call(nr, arg);
	if (err < 0)
		goto err_free;
	new->fd = err;

	/* Fails only if somebody has destroyed the map already. */
	new->info.size = sizeof(new->info);
	err = call(new->fd, FLATMAP_IOC_INFO, &new->info);
	if (err)
		goto err_close;

	*map = new;
	return 0;

err_close:
	close(new->fd);
err_free:
	free(new);
	return err;
}

int flatmap_create(const char *name, const struct flatmap_options *options,
		   struct flatmap **map)
{
	struct flatmap_ioc_create ioc = {
		.size = sizeof(ioc),
		.name = address(name),
		.entries = options->entries,
		.key_size = options->key_size,
		.value_size = options->value_size,
		.key_type = options->key_type,
		.value_type = options->value_type,
		.hash = options->hash,
	};

	return open_map(FLATMAP_IOC_CREATE, &ioc, map);
}

int flatmap_open(const char *name, struct flatmap **map)
{
	struct flatmap_ioc_name ioc = {
		.size = sizeof(ioc),
		.name = address(name),
	};

	return open_map(FLATMAP_IOC_OPEN, &ioc, map);
}

void flatmap_close(struct flatmap *map)
{
	if (!map)
		return;
	close(map->fd);
	free(map);
}

int flatmap_destroy(const char *name)
{
	struct flatmap_ioc_name ioc = {
		.size = sizeof(ioc),
		.name = address(name),
	};

	return device_call(FLATMAP_IOC_DESTROY, &ioc);
}

int flatmap_next_name(const char *after, char *name)
{
	char names[FLATMAP_NAME_MAX + 1];
	struct flatmap_ioc_list ioc = {
		.size = sizeof(ioc),
		.after = address(after),
		.names = address(names),
		.bytes = sizeof(names),
	};
	int err;

	err = device_call(FLATMAP_IOC_LIST, &ioc);
	if (err)
		return err;
	if (!ioc.count)
		return -ENOENT;

	memcpy(name, names, strlen(names) + 1);
	return 0;
}

int flatmap_fd(const struct flatmap *map)
{
	return map->fd;
}

const struct flatmap_ioc_info *flatmap_info(const struct flatmap *map)
{
	return &map->info;
}

int flatmap_stats(const struct flatmap *map, struct flatmap_ioc_stats *stats,
		  size_t size)
{
	memset(stats, 0, size);
	stats->size = size;
	return call(map->fd, FLATMAP_IOC_STATS, stats);
}

static int items(const struct flatmap *map, unsigned long nr, const void *keys,
		 const void *values, uint64_t *found, size_t count,
		 size_t *done)
{
	const struct flatmap_ioc_info *info = &map->info;
	size_t total = 0;
	int err;

	do {
		struct flatmap_ioc_items ioc = {
			.size = sizeof(ioc),
			.keys = address(keys) + total * info->key_size,
			.values = values ? address(values) +
					   total * info->value_size : 0,
			.found = found ? address(found + total) : 0,
			.count = count - total,
		};

		err = call(map->fd, nr, &ioc);
		total += ioc.done;
	} while (!err && total < count);

	if (done)
		*done = total;
	return err;
}

int flatmap_lookup(const struct flatmap *map, const void *key, void *value)
{
	return items(map, FLATMAP_IOC_LOOKUP, key, value, NULL, 1, NULL);
}

int flatmap_insert(const struct flatmap *map, const void *key,
		   const void *value)
{
	return items(map, FLATMAP_IOC_INSERT, key, value, NULL, 1, NULL);
}

int flatmap_update(const struct flatmap *map, const void *key,
		   const void *value)
{
	return items(map, FLATMAP_IOC_UPDATE, key, value, NULL, 1, NULL);
}

int flatmap_upsert(const struct flatmap *map, const void *key,
		   const void *value)
{
	uint64_t replaced;
	int err;

	err = items(map, FLATMAP_IOC_UPSERT, key, value, &replaced, 1, NULL);
	return err ? err : (int)replaced;
}

int flatmap_delete(const struct flatmap *map, const void *key, void *value)
{
	return items(map, FLATMAP_IOC_DELETE, key, value, NULL, 1, NULL);
}

int flatmap_lookup_batch(const struct flatmap *map, const void *keys,
			 void *values, uint64_t *found, size_t count,
			 size_t *done)
{
	return items(map, FLATMAP_IOC_LOOKUP, keys, values, found, count, done);
}

int flatmap_insert_batch(const struct flatmap *map, const void *keys,
			 const void *values, size_t count, size_t *done)
{
	return items(map, FLATMAP_IOC_INSERT, keys, values, NULL, count, done);
}

int flatmap_update_batch(const struct flatmap *map, const void *keys,
			 const void *values, size_t count, size_t *done)
{
	return items(map, FLATMAP_IOC_UPDATE, keys, values, NULL, count, done);
}

int flatmap_upsert_batch(const struct flatmap *map, const void *keys,
			 const void *values, uint64_t *found, size_t count,
			 size_t *done)
{
	return items(map, FLATMAP_IOC_UPSERT, keys, values, found, count, done);
}

int flatmap_delete_batch(const struct flatmap *map, const void *keys,
			 void *values, size_t count, size_t *done)
{
	return items(map, FLATMAP_IOC_DELETE, keys, values, NULL, count, done);
}

int flatmap_page(const struct flatmap *map, struct flatmap_cursor *cursor,
		 void *keys, void *values, size_t count, size_t *done)
{
	struct flatmap_ioc_page ioc = {
		.size = sizeof(ioc),
		.position = cursor->position,
		.last = address(cursor->last),
		.keys = address(keys),
		.values = address(values),
		.count = count,
	};
	int err;

	err = call(map->fd, FLATMAP_IOC_PAGE, &ioc);
	cursor->position = ioc.position;
	*done = ioc.done;
	return err;
}
