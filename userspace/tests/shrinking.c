// SPDX-License-Identifier: MIT
/* Maps with FLATMAP_SHRINK give memory back when few entries are left. */
#include "device.h"
#include "load.h"

#define LEFT	(MANY / 10)

/* Seconds. A machine takes a fraction of one; this may be an emulated one. */
#define SHRUNK_WITHIN	5

static struct flatmap *make_loaded(uint32_t flags)
{
	struct flatmap *map;
	size_t done;

	map = make_with("shrinking", &(struct flatmap_options){ .flags = flags });
	assert_int_equal(load_some(map, 0, MANY, &done), 0);
	wait_for(map, is_quiet, 10);
	return map;
}

/* Memory of the map with all entries; conditions take no argument. */
static uint64_t bytes_before;

static bool is_third(const struct flatmap_ioc_stats *stats)
{
	return stats->bytes < bytes_before / 3;
}

void shrink_and_grow(void **state)
{
	struct flatmap *map = make_loaded(FLATMAP_SHRINK);
	uint64_t key = nth_key(LEFT), value;
	size_t done;

	(void)state;
	bytes_before = stats_of(map).bytes;
	unload(map, LEFT, MANY - LEFT);
	wait_for(map, is_third, SHRUNK_WITHIN);
	all_loaded(map, LEFT);
	assert_int_equal(flatmap_lookup(map, &key, &value), -ENOENT);

	assert_int_equal(load_some(map, LEFT, MANY - LEFT, &done), 0);
	all_loaded(map, MANY);
	flatmap_close(map);
}

/* One pass of pages while the table becomes smaller: what stays is seen once. */
void shrink_cursor(void **state)
{
	struct flatmap *map = make_loaded(FLATMAP_SHRINK);
	uint64_t resizes = stats_of(map).resizes;
	struct pass *pass = pass_begin(map);
	size_t end = MANY;

	(void)state;
	bytes_before = stats_of(map).bytes;
	while (pass_page(pass, 1000)) {
		if (end > LEFT) {
			unload(map, end - LEFT / 2, LEFT / 2);
			end -= LEFT / 2;
		}
	}
	pass_end(pass, 0, LEFT);
	assert_true(stats_of(map).resizes > resizes);
	wait_for(map, is_third, SHRUNK_WITHIN);
	all_loaded(map, LEFT);
	flatmap_close(map);
}

/* Without the flag, memory stays for the entries to come. */
void shrink_not(void **state)
{
	struct flatmap *map = make_loaded(0);
	struct flatmap_ioc_stats before = stats_of(map), after;

	(void)state;
	unload(map, LEFT, MANY - LEFT);
	all_loaded(map, LEFT);
	after = stats_of(map);
	assert_int_equal(after.bytes, before.bytes);
	assert_int_equal(after.capacity, before.capacity);
	assert_int_equal(after.resizes, before.resizes);
	flatmap_close(map);
}
