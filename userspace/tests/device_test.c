// SPDX-License-Identifier: MIT
/* Tests of /dev/flatmap and libflatmap: need the module and root, print TAP. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device.h"

/* ---- The fixture ---------------------------------------------------- */

struct flatmap *make_with(const char *name, const struct flatmap_options *options)
{
	struct flatmap_options with_sizes = *options;
	struct flatmap *map;

	with_sizes.key_size = sizeof(uint64_t);
	with_sizes.value_size = sizeof(uint64_t);
	with_sizes.key_type = FLATMAP_TYPE_U64;
	with_sizes.value_type = FLATMAP_TYPE_U64;
	assert_int_equal(flatmap_create(name, &with_sizes, &map), 0);
	return map;
}

struct flatmap *make_map(const char *name)
{
	return make_with(name, &(struct flatmap_options){ 0 });
}

struct flatmap *make_fixed(const char *name, uint64_t entries)
{
	return make_with(name, &(struct flatmap_options){
		.entries = entries,
		.flags = FLATMAP_FIXED,
	});
}

struct flatmap_ioc_stats stats_of(const struct flatmap *map)
{
	struct flatmap_ioc_stats stats;

	assert_int_equal(flatmap_stats(map, &stats, sizeof(stats)), 0);
	return stats;
}

int fixture_setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	uint64_t key, value;

	fixture->device = open(FLATMAP_DEVICE, O_RDWR | O_CLOEXEC);
	assert_true(fixture->device >= 0);
	fixture->map = make_fixed("fixture", FIXTURE_ENTRIES);
	fixture->fd = flatmap_fd(fixture->map);
	for (key = 1; key <= FIXTURE_USED; key++) {
		value = 10 * key;
		assert_int_equal(flatmap_insert(fixture->map, &key, &value), 0);
	}

	*state = fixture;
	return 0;
}

/* Takes all maps away, also those that a failed case has left. */
int fixture_teardown(void **state)
{
	struct fixture *fixture = *state;
	char name[FLATMAP_NAME_MAX + 1];

	while (!flatmap_next_name(NULL, name))
		if (flatmap_destroy(name))
			return -1;
	flatmap_close(fixture->map);
	close(fixture->device);
	free(fixture);
	return 0;
}

/* ---- Shared checks -------------------------------------------------- */

void unchanged(const struct fixture *fixture)
{
	uint64_t keys[FIXTURE_ENTRIES], values[FIXTURE_ENTRIES], seen = 0;
	struct flatmap_cursor cursor = { 0 };
	struct flatmap_ioc_stats stats = stats_of(fixture->map);
	char name[FLATMAP_NAME_MAX + 1];
	size_t done, i;

	assert_int_equal(flatmap_next_name(NULL, name), 0);
	assert_string_equal(name, "fixture");
	assert_int_equal(flatmap_next_name(name, name), -ENOENT);

	assert_int_equal(stats.entries, FIXTURE_USED);
	assert_int_equal(stats.blocks - stats.blocks_free, FIXTURE_USED);

	assert_int_equal(flatmap_page(fixture->map, &cursor, keys, values,
				      FIXTURE_ENTRIES, &done), 0);
	assert_int_equal(done, FIXTURE_USED);
	for (i = 0; i < done; i++) {
		assert_in_range(keys[i], 1, FIXTURE_USED);
		assert_int_equal(values[i], 10 * keys[i]);
		seen |= 1ULL << keys[i];
	}
	assert_int_equal(seen, (2ULL << FIXTURE_USED) - 2);
}

void refused(const struct fixture *fixture, int fd, unsigned long nr, void *arg,
	     int err)
{
	int ret = ioctl(fd, nr, arg);

	assert_int_equal(ret, -1);
	assert_int_equal(errno, err);
	unchanged(fixture);
}

unsigned char *before_hole(size_t bytes)
{
	size_t page = sysconf(_SC_PAGESIZE);
	size_t pages = (bytes + page - 1) / page * page;
	unsigned char *memory;

	memory = mmap(NULL, pages + page, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(memory, MAP_FAILED);
	assert_int_equal(mprotect(memory + pages, page, PROT_NONE), 0);
	return memory + pages - bytes;
}

/* An argument is a pattern of case names; without one, all are run. */
int main(int argc, char **argv)
{
	const struct CMUnitTest cases[] = {
		CASE(errors_unknown_call),
		CASE(errors_size_bits),
		CASE(errors_short_struct),
		CASE(errors_first_version),
		CASE(errors_long_struct),
		CASE(errors_flags),
		CASE(errors_reserved),
		CASE(errors_bad_pointer),
		CASE(errors_read_only_struct),
		CASE(errors_create_sizes),
		CASE(errors_create_limits),
		CASE(errors_create_types),
		CASE(errors_names),
		CASE(errors_exists_and_absent),
		CASE(errors_items),
		CASE(errors_overflow),
		CASE(errors_full),
		CASE(errors_no_descriptors),
		CASE(errors_destroyed),
		CASE(maps_info),
		CASE(maps_list),
		CASE(maps_list_room),
		CASE(maps_name_again),
		CASE(maps_memory_shows),
		CASE(maps_descriptors),
		CASE(maps_largest_sizes),
		CASE(maps_no_values),
		CASE(maps_destroyed_under_load),
		CASE(batch_stops_at_error),
		CASE(batch_found),
		CASE(batch_longer_than_chunk),
		CASE(batch_empty),
		CASE(batch_fault_midway),
		CASE(batch_delete_keeps_value),
		CASE(batch_signals),
		CASE(each_result),
		CASE(each_found_too),
		CASE(each_full),
		CASE(each_short_struct),
		CASE(each_field),
		CASE(each_multimap),
		CASE(each_count),
		CASE(each_nowhere),
		CASE(each_fault_midway),
		CASE(each_signals),
		CASE(each_while_growing),
		CASE(simd_parameter),
		CASE(simd_changed_under_load),
		CASE(page_sizes),
		CASE(page_keys_alone),
		CASE(page_fault),
		CASE(page_while_others_write),
		CASE(fields_info),
		CASE(fields_create_refused),
		CASE(fields_most),
		CASE(fields_alone),
		CASE(fields_batch),
		CASE(fields_refused),
		CASE(multimap_values),
		CASE(multimap_not),
		CASE(multimap_refused),
		CASE(multimap_most),
		CASE(multimap_full),
		CASE(multimap_room),
		CASE(multimap_pages),
		CASE(multimap_moment),
		CASE(increment_limits),
		CASE(increment_several),
		CASE(increment_refused),
		CASE(increment_threads),
		CASE(increment_processes),
		CASE(increment_beside_field),
		CASE(hostile_map),
		CASE(hostile_multimap),
		CASE(hostile_cursors),
		CASE(capacity_7),
		CASE(capacity_8),
		CASE(capacity_1000),
		CASE(capacity_917504),
		CASE(capacity_million),
		CASE(threads_share_keys),
		CASE(growth_while_read),
		CASE(growth_while_paged),
		CASE(growth_cursor),
		CASE(growth_shards),
		CASE(growth_contested),
		CASE(growth_multimap),
		CASE(shrink_and_grow),
		CASE(shrink_cursor),
		CASE(shrink_not),
		CASE(limit_entries),
		CASE(limit_entries_contested),
		CASE(limit_bytes),
		CASE(limit_bytes_hint),
		CASE(cut_by_kill),
		CASE(cut_by_signals),
		CASE(cut_by_destroy),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("device", cases, NULL, NULL);
}
