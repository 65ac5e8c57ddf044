/* SPDX-License-Identifier: MIT */
/*
 * Loading a map with many entries and telling which of them are there. Entry number
 * i has the key nth_key(i) and the value i.
 */
#ifndef LOAD_H
#define LOAD_H

#include "device.h"

#define MANY	200000

/* Spread over all keys, and different for different @i. */
static inline uint64_t nth_key(uint64_t i)
{
	return i * 0x9e3779b97f4a7c15;
}

/* Insert up to @count entries from number @first on, none from MANY on. */
int load_some(const struct flatmap *map, size_t first, size_t count, size_t *done);
/* Delete these entries. */
void unload(const struct flatmap *map, size_t first, size_t count);

void is_there(const struct flatmap *map, size_t i);
/* The entries are those up to number @count, looked up and paged. */
void all_loaded(const struct flatmap *map, size_t count);

/* One pass over all entries of a map, by the page. */
struct pass;
struct pass *pass_begin(const struct flatmap *map);
/* The next page, of entries that were loaded and not seen before; false at the end. */
bool pass_page(struct pass *pass, size_t count);
/* Entries from number @first to before @end have been seen. */
void pass_end(struct pass *pass, size_t first, size_t end);

typedef bool (*stats_fn)(const struct flatmap_ioc_stats *stats);

/* Is no resize under way, and the memory of old regions given back? */
bool is_quiet(const struct flatmap_ioc_stats *stats);
/* Fails if that is not so within these seconds. */
void wait_for(const struct flatmap *map, stats_fn condition, int seconds);

#endif /* LOAD_H */
