/* SPDX-License-Identifier: MIT */
/*
 * What the parts of device_test share. Every case gets an empty machine but
 * for one map, "fixture": u64 to u64, fixed room for FIXTURE_ENTRIES, which holds
 * the keys 1 to FIXTURE_USED, each with ten times itself as its value.
 */
#ifndef DEVICE_H
#define DEVICE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <libflatmap.h>

#define FIXTURE_ENTRIES	8
#define FIXTURE_USED	4

/* An address that leads nowhere. */
#define NOWHERE		((uint64_t)8)

struct fixture {
	int device;		/* /dev/flatmap */
	struct flatmap *map;	/* "fixture" */
	int fd;			/* the descriptor behind it */
};

int fixture_setup(void **state);
int fixture_teardown(void **state);

#define CASE(name) \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

static inline uint64_t address(const void *pointer)
{
	return (uintptr_t)pointer;
}

/* The call fails with @err and changes nothing. */
void refused(const struct fixture *fixture, int fd, unsigned long nr, void *arg,
	     int err);
/* The names are "fixture" alone; its entries and its stats are the first. */
void unchanged(const struct fixture *fixture);

/* A map of u64 to u64, open: one that grows, and one that has room for so many. */
struct flatmap *make_map(const char *name);
struct flatmap *make_fixed(const char *name, uint64_t entries);
/* The same, with a number, limits and flags of the caller's. */
struct flatmap *make_with(const char *name, const struct flatmap_options *options);

struct flatmap_ioc_stats stats_of(const struct flatmap *map);

/* What the parameter simd of the module can be, and NULL. */
extern const char *const simd_names[];
/* Set it; false if this machine has no such instructions. */
bool simd_choose(const char *name);

/* Pages with a hole behind: what is written from the result's end faults. */
unsigned char *before_hole(size_t bytes);

void errors_unknown_call(void **state);
void errors_size_bits(void **state);
void errors_short_struct(void **state);
void errors_first_version(void **state);
void errors_long_struct(void **state);
void errors_flags(void **state);
void errors_reserved(void **state);
void errors_bad_pointer(void **state);
void errors_read_only_struct(void **state);
void errors_create_sizes(void **state);
void errors_create_limits(void **state);
void errors_create_types(void **state);
void errors_names(void **state);
void errors_exists_and_absent(void **state);
void errors_items(void **state);
void errors_overflow(void **state);
void errors_full(void **state);
void errors_no_descriptors(void **state);
void errors_destroyed(void **state);

void maps_info(void **state);
void maps_list(void **state);
void maps_list_room(void **state);
void maps_name_again(void **state);
void maps_memory_shows(void **state);
void maps_descriptors(void **state);
void maps_largest_sizes(void **state);
void maps_no_values(void **state);
void maps_destroyed_under_load(void **state);

void batch_stops_at_error(void **state);
void batch_found(void **state);
void batch_longer_than_chunk(void **state);
void batch_empty(void **state);
void batch_fault_midway(void **state);
void batch_delete_keeps_value(void **state);
void batch_signals(void **state);

void each_result(void **state);
void each_found_too(void **state);
void each_full(void **state);
void each_short_struct(void **state);
void each_field(void **state);
void each_multimap(void **state);
void each_count(void **state);
void each_nowhere(void **state);
void each_fault_midway(void **state);
void each_signals(void **state);
void each_while_growing(void **state);

void simd_parameter(void **state);
void simd_changed_under_load(void **state);

void page_sizes(void **state);
void page_keys_alone(void **state);
void page_fault(void **state);
void page_while_others_write(void **state);

void fields_info(void **state);
void fields_create_refused(void **state);
void fields_most(void **state);
void fields_alone(void **state);
void fields_batch(void **state);
void fields_refused(void **state);

void multimap_values(void **state);
void multimap_not(void **state);
void multimap_refused(void **state);
void multimap_most(void **state);
void multimap_full(void **state);
void multimap_room(void **state);
void multimap_pages(void **state);
void multimap_moment(void **state);

void increment_limits(void **state);
void increment_several(void **state);
void increment_refused(void **state);
void increment_threads(void **state);
void increment_processes(void **state);
void increment_beside_field(void **state);

void hostile_map(void **state);
void hostile_multimap(void **state);
void hostile_cursors(void **state);

void capacity_7(void **state);
void capacity_8(void **state);
void capacity_1000(void **state);
void capacity_917504(void **state);
void capacity_million(void **state);

void threads_share_keys(void **state);

void growth_while_read(void **state);
void growth_while_paged(void **state);
void growth_cursor(void **state);
void growth_shards(void **state);
void growth_contested(void **state);
void growth_multimap(void **state);

void shrink_and_grow(void **state);
void shrink_cursor(void **state);
void shrink_not(void **state);

void limit_entries(void **state);
void limit_entries_contested(void **state);
void limit_bytes(void **state);
void limit_bytes_hint(void **state);

void cut_by_kill(void **state);
void cut_by_signals(void **state);
void cut_by_destroy(void **state);

#endif /* DEVICE_H */
