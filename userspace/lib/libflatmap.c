// SPDX-License-Identifier: MIT
/* Maps, their names, single keys and all entries. Every function is one ioctl. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

/* ---- Maps and their names ------------------------------------------- */

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
	new->info.fields_count = FLATMAP_FIELDS_MAX;
	new->info.fields = address(new->fields);
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
		.flags = options->flags,
		.name = address(name),
		.entries = options->entries,
		.key_size = options->key_size,
		.value_size = options->value_size,
		.key_type = options->key_type,
		.value_type = options->value_type,
		.hash = options->hash,
		.fields_count = options->fields_count,
		.fields = address(options->fields),
		.max_entries = options->max_entries,
		.max_bytes = options->max_bytes,
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

const struct flatmap_field *flatmap_field(const struct flatmap *map,
					  uint32_t field)
{
	return field < map->info.fields_count ? &map->fields[field] : NULL;
}

int flatmap_find_field(const struct flatmap *map, const char *name)
{
	uint32_t i;

	for (i = 0; i < map->info.fields_count; i++)
		if (!strcmp(map->fields[i].name, name))
			return i;
	return -ENOENT;
}

int flatmap_stats(const struct flatmap *map, struct flatmap_ioc_stats *stats,
		  size_t size)
{
	memset(stats, 0, size);
	stats->size = size;
	return call(map->fd, FLATMAP_IOC_STATS, stats);
}

const char *flatmap_simd_name(uint32_t simd)
{
	switch (simd) {
	case FLATMAP_SIMD_SCALAR:
		return "scalar";
	case FLATMAP_SIMD_AVX2:
		return "avx2";
	case FLATMAP_SIMD_AVX512:
		return "avx512";
	default:
		return "unknown";
	}
}

/* ---- One key -------------------------------------------------------- */

int flatmap_lookup(const struct flatmap *map, const void *key, void *value)
{
	return flatmap_lookup_batch(map, key, value, NULL, 1, NULL);
}

int flatmap_lookup_field(const struct flatmap *map, const void *key,
			 uint32_t field, void *value)
{
	return flatmap_lookup_field_batch(map, key, field, value, 1, NULL);
}

int flatmap_count(const struct flatmap *map, const void *key, uint64_t *count)
{
	return flatmap_lookup_batch(map, key, NULL, count, 1, NULL);
}

int flatmap_values(const struct flatmap *map, const void *key, void *values,
		   size_t room, size_t *count)
{
	struct flatmap_ioc_values ioc = {
		.size = sizeof(ioc),
		.key = address(key),
		.values = address(values),
		.room = room,
	};
	int err;

	err = call(map->fd, FLATMAP_IOC_VALUES, &ioc);
	*count = ioc.count;
	return err;
}

int flatmap_insert(const struct flatmap *map, const void *key,
		   const void *value)
{
	return flatmap_insert_batch(map, key, value, 1, NULL);
}

int flatmap_update(const struct flatmap *map, const void *key,
		   const void *value)
{
	return flatmap_update_batch(map, key, value, 1, NULL);
}

int flatmap_update_field(const struct flatmap *map, const void *key,
			 uint32_t field, const void *value)
{
	return flatmap_update_field_batch(map, key, field, value, 1, NULL);
}

int flatmap_upsert(const struct flatmap *map, const void *key,
		   const void *value)
{
	uint64_t replaced;
	int err;

	err = flatmap_upsert_batch(map, key, value, &replaced, 1, NULL);
	return err ? err : (int)replaced;
}

int flatmap_increment(const struct flatmap *map, const void *key,
		      const struct flatmap_increment *increments,
		      uint32_t count, uint32_t flags, void *value)
{
	struct flatmap_ioc_increment ioc = {
		.size = sizeof(ioc),
		.flags = flags,
		.key = address(key),
		.increments = address(increments),
		.value = address(value),
		.count = count,
	};
	int err;

	err = call(map->fd, FLATMAP_IOC_INCREMENT, &ioc);
	return err ? err : (int)ioc.created;
}

int flatmap_add(const struct flatmap *map, const void *key, const void *value)
{
	return flatmap_add_batch(map, key, value, 1, NULL);
}

int flatmap_delete(const struct flatmap *map, const void *key, void *value)
{
	return flatmap_delete_batch(map, key, value, 1, NULL);
}

int flatmap_delete_value(const struct flatmap *map, const void *key,
			 const void *value)
{
	return flatmap_delete_value_batch(map, key, value, 1, NULL);
}

/* ---- All entries ---------------------------------------------------- */

int flatmap_page(const struct flatmap *map, struct flatmap_cursor *cursor,
		 void *keys, void *values, size_t count, size_t *done)
{
	struct flatmap_ioc_page ioc = {
		.size = sizeof(ioc),
		.position = cursor->position,
		.ordinal = cursor->ordinal,
		.last = address(cursor->last),
		.keys = address(keys),
		.values = address(values),
		.count = count,
	};
	int err;

	err = call(map->fd, FLATMAP_IOC_PAGE, &ioc);
	cursor->position = ioc.position;
	cursor->ordinal = ioc.ordinal;
	*done = ioc.done;
	return err;
}
