/* SPDX-License-Identifier: MIT */
/*
 * libflatmap: the maps of the flatmap kernel module, from userspace.
 *
 * Functions that return int return 0 (or what is said) when they succeed and
 * a negative errno when they fail. The library keeps no state of its own:
 * threads may share a struct flatmap, as long as nobody closes it meanwhile.
 *
 * -ENXIO means that there is no /dev/flatmap: the module is not loaded.
 * -ENODEV means that the map has been destroyed since it was opened.
 */
#ifndef LIBFLATMAP_H
#define LIBFLATMAP_H

#include <stddef.h>
#include <stdint.h>
#include <linux/flatmap.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FLATMAP_DEVICE	"/dev/flatmap"

/* An open map. */
struct flatmap;

/**
 * struct flatmap_options - what a map is created with
 * @entries: how many entries to begin with room for, may be 0; in a multimap each
 *	value is an entry. With FLATMAP_FIXED what it must be able to hold, at least 1
 * @max_entries: the most entries it may have, or 0
 * @max_bytes: the most memory it may take, or 0
 * @key_size: bytes of a key
 * @value_size: bytes of a value, may be 0
 * @key_type: how tools print and parse keys
 * @value_type: likewise values; FLATMAP_TYPE_BYTES if there are fields
 * @hash: which hash
 * @flags: FLATMAP_MULTIMAP, FLATMAP_FIXED (never resized; all memory is taken at the
 *	beginning), FLATMAP_SHRINK (memory is given back when few entries are left)
 * @fields: the fields of a value, by ascending offset and without overlap, each
 *	name once; or NULL: then a value is one field "value" of @value_type
 * @fields_count: how many @fields there are
 */
struct flatmap_options {
	uint64_t entries;
	uint64_t max_entries;
	uint64_t max_bytes;
	uint32_t key_size;
	uint32_t value_size;
	enum flatmap_type key_type;
	enum flatmap_type value_type;
	enum flatmap_hash hash;
	uint32_t flags;
	const struct flatmap_field *fields;
	uint32_t fields_count;
};

/* ---- Maps and their names ------------------------------------------- */

/**
 * flatmap_create() - make a map and open it
 * @name: its name
 * @options: everything else; with sizes alone it grows as long as there is memory
 * @map: where to store the open map
 *
 * Return: 0, -EINVAL, -E2BIG, -ENAMETOOLONG, -EEXIST, -ENOMEM, or as open(2).
 */
int flatmap_create(const char *name, const struct flatmap_options *options,
		   struct flatmap **map);

/**
 * flatmap_open() - open a map
 * @name: its name
 * @map: where to store the open map
 *
 * Return: 0, -ENOENT, -EINVAL, -ENAMETOOLONG, -ENOMEM, or as open(2).
 */
int flatmap_open(const char *name, struct flatmap **map);

/**
 * flatmap_close() - close a map; NULL is allowed
 * @map: the map
 */
void flatmap_close(struct flatmap *map);

/**
 * flatmap_destroy() - take a map's name away
 * @name: its name
 *
 * Calls on the map fail with -ENODEV from then on; its memory goes when all
 * who have it open have closed it.
 *
 * Return: 0, -ENOENT, -EINVAL, -ENAMETOOLONG, or as open(2).
 */
int flatmap_destroy(const char *name);

/**
 * flatmap_next_name() - go through the names of the maps, in byte order
 * @after: the last name, or NULL to begin; it need not exist any more
 * @name: room for FLATMAP_NAME_MAX + 1 bytes; may be the same as @after
 *
 * Return: 0, -ENOENT at the end, or as open(2).
 */
int flatmap_next_name(const char *after, char *name);

/**
 * flatmap_fd() - the descriptor behind an open map, for ioctl() and poll loops
 * @map: the map
 *
 * Return: the descriptor; it stays the library's.
 */
int flatmap_fd(const struct flatmap *map);

/**
 * flatmap_info() - what a map was created with
 * @map: the map
 *
 * Return: a description that is there until the map is closed.
 */
const struct flatmap_ioc_info *flatmap_info(const struct flatmap *map);

/**
 * flatmap_field() - a field of a map's values
 * @map: the map
 * @field: its number, from 0
 *
 * Return: its description, which is there until the map is closed, or NULL.
 */
const struct flatmap_field *flatmap_field(const struct flatmap *map,
					  uint32_t field);

/**
 * flatmap_find_field() - the number of a field
 * @map: the map
 * @name: its name
 *
 * Return: the number or -ENOENT.
 */
int flatmap_find_field(const struct flatmap *map, const char *name);

/**
 * flatmap_stats() - how full a map is
 * @map: the map
 * @stats: where to store it
 * @size: sizeof(*@stats)
 *
 * Return: 0 or -ENODEV.
 */
int flatmap_stats(const struct flatmap *map, struct flatmap_ioc_stats *stats,
		  size_t size);

/**
 * flatmap_simd_name() - the name of the instructions that batches use
 * @simd: enum flatmap_simd, as flatmap_stats() says
 *
 * Return: "scalar", "avx2" or "avx512"; "unknown" for what came later.
 */
const char *flatmap_simd_name(uint32_t simd);

/* ---- One key ---------------------------------------------------------
 * Keys and values are as many bytes as flatmap_info() says.
 *
 * In a multimap a key has several values, in the order in which they were added.
 * Calls that make no sense for the kind of map return -EOPNOTSUPP.
 *
 * A call that needs room in a map that may grow waits until that is there, or
 * returns -ENOMEM if there is no memory for it: of the machine, or by the map's or
 * the module's limit. -ENOSPC means that the map has as many entries as it may have.
 * -EAGAIN, from any call that writes, means that too many writers have interrupted
 * each other on this CPU.
 */

/**
 * flatmap_lookup() - copy the value of a key
 * @map: the map; of a multimap the value that was added first
 * @key: the key
 * @value: where to store the value
 *
 * Return: 0 or -ENOENT.
 */
int flatmap_lookup(const struct flatmap *map, const void *key, void *value);

/**
 * flatmap_lookup_field() - copy one field of the value of a key
 * @map: the map, no multimap
 * @key: the key
 * @field: number of the field
 * @value: where to store it
 *
 * Return: 0, -ENOENT, -EINVAL (no such field) or -EOPNOTSUPP.
 */
int flatmap_lookup_field(const struct flatmap *map, const void *key,
			 uint32_t field, void *value);

/**
 * flatmap_count() - how many values does a key have?
 * @map: the map
 * @key: the key
 * @count: where to store it: 1 in a map
 *
 * Return: 0 or -ENOENT.
 */
int flatmap_count(const struct flatmap *map, const void *key, uint64_t *count);

/**
 * flatmap_values() - copy all values of a key
 * @map: the map
 * @key: the key
 * @values: where to store them; FLATMAP_VALUES_MAX are the most there can be
 * @room: how many values there is room for
 * @count: where to store how many there are
 *
 * They are the values that the key had at one moment.
 *
 * Return: 0, -ENOENT, or -ENOSPC if there are more than @room: @count is set then
 * and no value stored.
 */
int flatmap_values(const struct flatmap *map, const void *key, void *values,
		   size_t room, size_t *count);

/**
 * flatmap_insert() - add a key that is not there
 * @map: the map
 * @key: the key
 * @value: its value
 *
 * Return: 0, -EEXIST or -ENOSPC.
 */
int flatmap_insert(const struct flatmap *map, const void *key,
		   const void *value);

/**
 * flatmap_update() - give a key that is there another value
 * @map: the map, no multimap
 * @key: the key
 * @value: its new value
 *
 * Return: 0, -ENOENT, -ENOSPC (every spare block is pinned) or -EOPNOTSUPP.
 */
int flatmap_update(const struct flatmap *map, const void *key,
		   const void *value);

/**
 * flatmap_update_field() - change one field of the value of a key
 * @map: the map, no multimap
 * @key: the key
 * @field: number of the field
 * @value: what to store there
 *
 * Changes that others make to other fields meanwhile are kept.
 *
 * Return: 0, -ENOENT, -ENOSPC, -EINVAL (no such field) or -EOPNOTSUPP.
 */
int flatmap_update_field(const struct flatmap *map, const void *key,
			 uint32_t field, const void *value);

/**
 * flatmap_upsert() - give a key a value, whether it is there or not
 * @map: the map, no multimap
 * @key: the key
 * @value: its value
 *
 * Return: 0 if the key was added, 1 if a value was replaced, -ENOSPC or
 * -EOPNOTSUPP.
 */
int flatmap_upsert(const struct flatmap *map, const void *key,
		   const void *value);

/**
 * flatmap_increment() - add to integer fields of the value of a key
 * @map: the map, no multimap
 * @key: the key
 * @increments: what to add to which field; summed up one after the other
 * @count: how many, 1 to FLATMAP_FIELDS_MAX
 * @flags: FLATMAP_INCREMENT_CREATE to begin with zeros if the key is not there
 * @value: where to store the whole value as it is afterwards, or NULL
 *
 * All fields change at once. No increment of another caller is lost.
 *
 * Return: 0 if the key was there, 1 if it was added; -ENOENT, -ERANGE (a sum does
 * not fit its field), -EINVAL (no such field, or not of integers), -ENOSPC or
 * -EOPNOTSUPP.
 */
int flatmap_increment(const struct flatmap *map, const void *key,
		      const struct flatmap_increment *increments,
		      uint32_t count, uint32_t flags, void *value);

/**
 * flatmap_add() - give a key one more value
 * @map: the map, a multimap
 * @key: the key
 * @value: the value; there may be equal ones
 *
 * Return: 0, -ENOSPC, -EMLINK (the key has FLATMAP_VALUES_MAX values) or
 * -EOPNOTSUPP.
 */
int flatmap_add(const struct flatmap *map, const void *key, const void *value);

/**
 * flatmap_delete() - remove a key; from a multimap with all of its values
 * @map: the map
 * @key: the key
 * @value: where to store the value that it had, or NULL; NULL for a multimap
 *
 * Return: 0, -ENOENT or -EOPNOTSUPP.
 */
int flatmap_delete(const struct flatmap *map, const void *key, void *value);

/**
 * flatmap_delete_value() - remove one value of a key
 * @map: the map; if it is no multimap, the key goes if this is its value
 * @key: the key
 * @value: the value; of several that equal it, one is removed
 *
 * Return: 0 or -ENOENT.
 */
int flatmap_delete_value(const struct flatmap *map, const void *key,
			 const void *value);

/* ---- Many items ------------------------------------------------------
 * @keys, @values and @found are arrays of @count elements without padding.
 * Each item is atomic. The first item that cannot be carried out ends the call
 * with its error; *@done (@done may be NULL) is how many were carried out.
 * Without an error all were: signals do not end these calls.
 *
 * All can return -EOVERFLOW, and what the call for one item returns. The kernel does
 * the same to many items in less time than to one at a time.
 */

/**
 * flatmap_lookup_batch() - copy the values of keys
 * @map: the map
 * @keys: the keys
 * @values: where to store the values, or NULL
 * @found: where to store how many values each key has, or NULL
 * @count: number of items
 * @done: number of items carried out
 *
 * Return: 0 or -ENOENT.
 */
int flatmap_lookup_batch(const struct flatmap *map, const void *keys,
			 void *values, uint64_t *found, size_t count,
			 size_t *done);

/**
 * flatmap_lookup_field_batch() - copy one field of the values of keys
 * @map: the map, no multimap
 * @keys: the keys
 * @field: number of the field
 * @values: where to store the fields
 * @count: number of items
 * @done: number of items carried out
 *
 * Return: 0, -ENOENT, -EINVAL or -EOPNOTSUPP.
 */
int flatmap_lookup_field_batch(const struct flatmap *map, const void *keys,
			       uint32_t field, void *values, size_t count,
			       size_t *done);

/**
 * flatmap_insert_batch() - add keys that are not there
 * @map: the map
 * @keys: the keys
 * @values: their values
 * @count: number of items
 * @done: number of items carried out
 *
 * Return: 0, -EEXIST or -ENOSPC.
 */
int flatmap_insert_batch(const struct flatmap *map, const void *keys,
			 const void *values, size_t count, size_t *done);

/**
 * flatmap_update_batch() - give keys that are there other values
 * @map: the map, no multimap
 * @keys: the keys
 * @values: their new values
 * @count: number of items
 * @done: number of items carried out
 *
 * Return: 0, -ENOENT, -ENOSPC or -EOPNOTSUPP.
 */
int flatmap_update_batch(const struct flatmap *map, const void *keys,
			 const void *values, size_t count, size_t *done);

/**
 * flatmap_update_field_batch() - change one field of the values of keys
 * @map: the map, no multimap
 * @keys: the keys
 * @field: number of the field
 * @values: what to store there
 * @count: number of items
 * @done: number of items carried out
 *
 * Return: 0, -ENOENT, -ENOSPC, -EINVAL or -EOPNOTSUPP.
 */
int flatmap_update_field_batch(const struct flatmap *map, const void *keys,
			       uint32_t field, const void *values,
			       size_t count, size_t *done);

/**
 * flatmap_upsert_batch() - give keys values, whether they are there or not
 * @map: the map, no multimap
 * @keys: the keys
 * @values: their values
 * @found: where to store 1 for each value that was replaced and 0 for each
 *	that was added, or NULL
 * @count: number of items
 * @done: number of items carried out
 *
 * Return: 0, -ENOSPC or -EOPNOTSUPP.
 */
int flatmap_upsert_batch(const struct flatmap *map, const void *keys,
			 const void *values, uint64_t *found, size_t count,
			 size_t *done);

/**
 * flatmap_add_batch() - give keys one more value each
 * @map: the map, a multimap
 * @keys: the keys, equal ones among them if need be
 * @values: the values
 * @count: number of items
 * @done: number of items carried out
 *
 * Return: 0, -ENOSPC, -EMLINK or -EOPNOTSUPP.
 */
int flatmap_add_batch(const struct flatmap *map, const void *keys,
		      const void *values, size_t count, size_t *done);

/**
 * flatmap_delete_batch() - remove keys
 * @map: the map
 * @keys: the keys
 * @values: where to store the values that they had, or NULL; NULL for a multimap
 * @count: number of items
 * @done: number of items carried out
 *
 * Return: 0, -ENOENT or -EOPNOTSUPP.
 */
int flatmap_delete_batch(const struct flatmap *map, const void *keys,
			 void *values, size_t count, size_t *done);

/**
 * flatmap_delete_value_batch() - remove one value of each key
 * @map: the map
 * @keys: the keys
 * @values: the values
 * @count: number of items
 * @done: number of items carried out
 *
 * Return: 0 or -ENOENT.
 */
int flatmap_delete_value_batch(const struct flatmap *map, const void *keys,
			       const void *values, size_t count, size_t *done);

/* ---- Many items, whatever comes of each ------------------------------
 * As the calls before, but what cannot be done with one item does not keep the others
 * from being tried. @results[i] is what the call for one item would have returned for
 * item i: a negative errno, or what is said. Where values are stored, those of items
 * that failed are zeros.
 *
 * They return 0 if all items were tried, also if none succeeded; what @results hold
 * beyond *@done is unspecified. Without @results each is as the call before. Errors
 * are of the call as a whole: -EOPNOTSUPP, -EINVAL, -EOVERFLOW, -ENODEV, -ENOMEM (no
 * memory for the call), -E2BIG (the module is older than results), and -EFAULT at the
 * first item of which a part is not in memory.
 */

/**
 * flatmap_lookup_each() - copy the values of those keys that are there
 * @map: the map
 * @keys: the keys
 * @values: where to store the values, or NULL
 * @results: out: how many values each key has, or -ENOENT
 * @count: number of items
 * @done: number of items tried
 *
 * Return: 0 or an error of the call.
 */
int flatmap_lookup_each(const struct flatmap *map, const void *keys,
			void *values, int32_t *results, size_t count,
			size_t *done);

/**
 * flatmap_lookup_field_each() - copy one field of the values of those keys that are there
 * @map: the map, no multimap
 * @keys: the keys
 * @field: number of the field
 * @values: where to store the fields
 * @results: out: 1 or -ENOENT
 * @count: number of items
 * @done: number of items tried
 *
 * Return: 0 or an error of the call.
 */
int flatmap_lookup_field_each(const struct flatmap *map, const void *keys,
			      uint32_t field, void *values, int32_t *results,
			      size_t count, size_t *done);

/**
 * flatmap_insert_each() - add those keys that are not there
 * @map: the map
 * @keys: the keys; of equal ones the first is added
 * @values: their values
 * @results: out: 0, -EEXIST, -ENOSPC or -ENOMEM
 * @count: number of items
 * @done: number of items tried
 *
 * Return: 0 or an error of the call.
 */
int flatmap_insert_each(const struct flatmap *map, const void *keys,
			const void *values, int32_t *results, size_t count,
			size_t *done);

/**
 * flatmap_update_each() - give those keys that are there other values
 * @map: the map, no multimap
 * @keys: the keys; of equal ones the last one's value stays
 * @values: their new values
 * @results: out: 0, -ENOENT or -ENOSPC
 * @count: number of items
 * @done: number of items tried
 *
 * Return: 0 or an error of the call.
 */
int flatmap_update_each(const struct flatmap *map, const void *keys,
			const void *values, int32_t *results, size_t count,
			size_t *done);

/**
 * flatmap_update_field_each() - change one field of the values of those keys that are there
 * @map: the map, no multimap
 * @keys: the keys
 * @field: number of the field
 * @values: what to store there
 * @results: out: 0, -ENOENT or -ENOSPC
 * @count: number of items
 * @done: number of items tried
 *
 * Return: 0 or an error of the call.
 */
int flatmap_update_field_each(const struct flatmap *map, const void *keys,
			      uint32_t field, const void *values,
			      int32_t *results, size_t count, size_t *done);

/**
 * flatmap_upsert_each() - give keys values, whether they are there or not
 * @map: the map, no multimap
 * @keys: the keys
 * @values: their values
 * @results: out: 0 if the key was added, 1 if a value was replaced, -ENOSPC or -ENOMEM
 * @count: number of items
 * @done: number of items tried
 *
 * Return: 0 or an error of the call.
 */
int flatmap_upsert_each(const struct flatmap *map, const void *keys,
			const void *values, int32_t *results, size_t count,
			size_t *done);

/**
 * flatmap_add_each() - give keys one more value each
 * @map: the map, a multimap
 * @keys: the keys, equal ones among them if need be
 * @values: the values
 * @results: out: 0, -ENOSPC, -ENOMEM or -EMLINK
 * @count: number of items
 * @done: number of items tried
 *
 * Return: 0 or an error of the call.
 */
int flatmap_add_each(const struct flatmap *map, const void *keys,
		     const void *values, int32_t *results, size_t count,
		     size_t *done);

/**
 * flatmap_delete_each() - remove those keys that are there
 * @map: the map
 * @keys: the keys
 * @values: where to store the values that they had, or NULL; NULL for a multimap
 * @results: out: 0 or -ENOENT
 * @count: number of items
 * @done: number of items tried
 *
 * Return: 0 or an error of the call.
 */
int flatmap_delete_each(const struct flatmap *map, const void *keys,
			void *values, int32_t *results, size_t count,
			size_t *done);

/**
 * flatmap_delete_value_each() - remove one value of each key that has it
 * @map: the map
 * @keys: the keys
 * @values: the values
 * @results: out: 0 or -ENOENT
 * @count: number of items
 * @done: number of items tried
 *
 * Return: 0 or an error of the call.
 */
int flatmap_delete_value_each(const struct flatmap *map, const void *keys,
			      const void *values, int32_t *results,
			      size_t count, size_t *done);

/* ---- All entries ----------------------------------------------------- */

/**
 * struct flatmap_cursor - a place in a map's hash order; zeroed, the beginning
 * @position: the kernel's
 * @ordinal: the kernel's
 * @last: the last key returned
 */
struct flatmap_cursor {
	uint64_t position;
	uint64_t ordinal;
	unsigned char last[FLATMAP_KEY_MAX];
};

/**
 * flatmap_page() - read the next entries
 * @map: the map
 * @cursor: where to go on; moves behind the entries returned
 * @keys: where to store the keys
 * @values: where to store the values, or NULL
 * @count: the most entries to return, at least 1
 * @done: how many were returned; 0 at the end of the map
 *
 * An entry that is there from the first page to the last is returned exactly
 * once, whatever others do to the map meanwhile. In a multimap each value of a key
 * is an entry; those of one key come one after the other.
 *
 * Return: 0 or -EOVERFLOW.
 */
int flatmap_page(const struct flatmap *map, struct flatmap_cursor *cursor,
		 void *keys, void *values, size_t count, size_t *done);

#ifdef __cplusplus
}
#endif

#endif /* LIBFLATMAP_H */
