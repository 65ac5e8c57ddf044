// SPDX-License-Identifier: MIT
/* Many items at once. One ioctl does it, or several where signals end some early. */
#include "internal.h"

/* ---- Many items ----------------------------------------------------- */

/* All of @ioc's items, whose values have @value_size bytes. */
static int all_items(const struct flatmap *map, unsigned long nr,
		     struct flatmap_ioc_items ioc, size_t value_size,
		     size_t *done)
{
	size_t total = 0;
	int err;

	do {
		ioc.size = sizeof(ioc);
		ioc.done = 0;
		err = call(map->fd, nr, &ioc);
		total += ioc.done;
		ioc.keys += ioc.done * map->info.key_size;
		ioc.values += ioc.values ? ioc.done * value_size : 0;
		ioc.found += ioc.found ? ioc.done * sizeof(uint64_t) : 0;
		ioc.results += ioc.results ? ioc.done * sizeof(int32_t) : 0;
		ioc.count -= ioc.done;
	} while (!err && ioc.count);

	if (done)
		*done = total;
	return err;
}

static int items(const struct flatmap *map, unsigned long nr, const void *keys,
		 const void *values, uint64_t *found, size_t count,
		 size_t *done)
{
	const struct flatmap_ioc_items ioc = {
		.keys = address(keys),
		.values = address(values),
		.found = address(found),
		.count = count,
	};

	return all_items(map, nr, ioc, map->info.value_size, done);
}

static int fields(const struct flatmap *map, unsigned long nr, const void *keys,
		  uint32_t field, const void *values, int32_t *results,
		  size_t count, size_t *done)
{
	const struct flatmap_ioc_items ioc = {
		.flags = FLATMAP_ITEMS_FIELD,
		.keys = address(keys),
		.values = address(values),
		.count = count,
		.field = field,
		.results = address(results),
	};
	const struct flatmap_field *type = flatmap_field(map, field);

	/* Without such a field it is the kernel that says so. */
	return all_items(map, nr, ioc, type ? type->size : 0, done);
}

int flatmap_lookup_batch(const struct flatmap *map, const void *keys,
			 void *values, uint64_t *found, size_t count,
			 size_t *done)
{
	return items(map, FLATMAP_IOC_LOOKUP, keys, values, found, count, done);
}

int flatmap_lookup_field_batch(const struct flatmap *map, const void *keys,
			       uint32_t field, void *values, size_t count,
			       size_t *done)
{
	return fields(map, FLATMAP_IOC_LOOKUP, keys, field, values, NULL, count,
		      done);
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

int flatmap_update_field_batch(const struct flatmap *map, const void *keys,
			       uint32_t field, const void *values,
			       size_t count, size_t *done)
{
	return fields(map, FLATMAP_IOC_UPDATE, keys, field, values, NULL, count,
		      done);
}

int flatmap_upsert_batch(const struct flatmap *map, const void *keys,
			 const void *values, uint64_t *found, size_t count,
			 size_t *done)
{
	return items(map, FLATMAP_IOC_UPSERT, keys, values, found, count, done);
}

int flatmap_add_batch(const struct flatmap *map, const void *keys,
		      const void *values, size_t count, size_t *done)
{
	return items(map, FLATMAP_IOC_ADD, keys, values, NULL, count, done);
}

int flatmap_delete_batch(const struct flatmap *map, const void *keys,
			 void *values, size_t count, size_t *done)
{
	return items(map, FLATMAP_IOC_DELETE, keys, values, NULL, count, done);
}

int flatmap_delete_value_batch(const struct flatmap *map, const void *keys,
			       const void *values, size_t count, size_t *done)
{
	return items(map, FLATMAP_IOC_DELETE_VALUE, keys, values, NULL, count,
		     done);
}

/* ---- Many items, whatever comes of each ----------------------------- */

static int each(const struct flatmap *map, unsigned long nr, const void *keys,
		const void *values, int32_t *results, size_t count,
		size_t *done)
{
	const struct flatmap_ioc_items ioc = {
		.keys = address(keys),
		.values = address(values),
		.count = count,
		.results = address(results),
	};

	return all_items(map, nr, ioc, map->info.value_size, done);
}

int flatmap_lookup_each(const struct flatmap *map, const void *keys,
			void *values, int32_t *results, size_t count,
			size_t *done)
{
	return each(map, FLATMAP_IOC_LOOKUP, keys, values, results, count,
		    done);
}

int flatmap_lookup_field_each(const struct flatmap *map, const void *keys,
			      uint32_t field, void *values, int32_t *results,
			      size_t count, size_t *done)
{
	return fields(map, FLATMAP_IOC_LOOKUP, keys, field, values, results,
		      count, done);
}

int flatmap_insert_each(const struct flatmap *map, const void *keys,
			const void *values, int32_t *results, size_t count,
			size_t *done)
{
	return each(map, FLATMAP_IOC_INSERT, keys, values, results, count,
		    done);
}

int flatmap_update_each(const struct flatmap *map, const void *keys,
			const void *values, int32_t *results, size_t count,
			size_t *done)
{
	return each(map, FLATMAP_IOC_UPDATE, keys, values, results, count,
		    done);
}

int flatmap_update_field_each(const struct flatmap *map, const void *keys,
			      uint32_t field, const void *values,
			      int32_t *results, size_t count, size_t *done)
{
	return fields(map, FLATMAP_IOC_UPDATE, keys, field, values, results,
		      count, done);
}

int flatmap_upsert_each(const struct flatmap *map, const void *keys,
			const void *values, int32_t *results, size_t count,
			size_t *done)
{
	return each(map, FLATMAP_IOC_UPSERT, keys, values, results, count,
		    done);
}

int flatmap_add_each(const struct flatmap *map, const void *keys,
		     const void *values, int32_t *results, size_t count,
		     size_t *done)
{
	return each(map, FLATMAP_IOC_ADD, keys, values, results, count,
		    done);
}

int flatmap_delete_each(const struct flatmap *map, const void *keys,
			void *values, int32_t *results, size_t count,
			size_t *done)
{
	return each(map, FLATMAP_IOC_DELETE, keys, values, results, count,
		    done);
}

int flatmap_delete_value_each(const struct flatmap *map, const void *keys,
			      const void *values, int32_t *results, size_t count,
			      size_t *done)
{
	return each(map, FLATMAP_IOC_DELETE_VALUE, keys, values, results, count,
		    done);
}
