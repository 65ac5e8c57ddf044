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
 * @entries: how many distinct keys it must be able to hold
 * @key_size: bytes of a key
 * @value_size: bytes of a value, may be 0
 * @key_type: how tools print and parse keys
 * @value_type: likewise values
 * @hash: which hash
 */
struct flatmap_options {
	uint64_t entries;
	uint32_t key_size;
	uint32_t value_size;
	enum flatmap_type key_type;
	enum flatmap_type value_type;
	enum flatmap_hash hash;
};

/* ---- Maps and their names ------------------------------------------- */

/**
 * flatmap_create() - make a map and open it
 * @name: its name
 * @options: everything else
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
 * flatmap_stats() - how full a map is
 * @map: the map
 * @stats: where to store it
 * @size: sizeof(*@stats)
 *
 * Return: 0 or -ENODEV.
 */
int flatmap_stats(const struct flatmap *map, struct flatmap_ioc_stats *stats,
		  size_t size);

/* ---- One item --------------------------------------------------------
 * Keys and values are as many bytes as flatmap_info() says.
 */

/**
 * flatmap_lookup() - copy the value of a key
 * @map: the map
 * @key: the key
 * @value: where to store the value
 *
 * Return: 0 or -ENOENT.
 */
int flatmap_lookup(const struct flatmap *map, const void *key, void *value);

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
 * @map: the map
 * @key: the key
 * @value: its new value
 *
 * Return: 0, -ENOENT or -ENOSPC (every spare block is pinned).
 */
int flatmap_update(const struct flatmap *map, const void *key,
		   const void *value);

/**
 * flatmap_upsert() - give a key a value, whether it is there or not
 * @map: the map
 * @key: the key
 * @value: its value
 *
 * Return: 0 if the key was added, 1 if a value was replaced, or -ENOSPC.
 */
int flatmap_upsert(const struct flatmap *map, const void *key,
		   const void *value);

/**
 * flatmap_delete() - remove a key
 * @map: the map
 * @key: the key
 * @value: where to store the value that it had, or NULL
 *
 * Return: 0 or -ENOENT.
 */
int flatmap_delete(const struct flatmap *map, const void *key, void *value);

/* ---- Many items ------------------------------------------------------
 * @keys, @values and @found are arrays of @count elements without padding.
 * Each item is atomic. The first item that cannot be carried out ends the call
 * with its error; *@done (@done may be NULL) is how many were carried out.
 * Without an error all were: signals do not end these calls.
 */

/**
 * flatmap_lookup_batch() - copy the values of keys
 * @map: the map
 * @keys: the keys
 * @values: where to store the values
 * @found: where to store how many values each key has, or NULL
 * @count: number of items
 * @done: number of items carried out
 *
 * Return: 0, -ENOENT or -EOVERFLOW.
 */
int flatmap_lookup_batch(const struct flatmap *map, const void *keys,
			 void *values, uint64_t *found, size_t count,
			 size_t *done);

/**
 * flatmap_insert_batch() - add keys that are not there
 * @map: the map
 * @keys: the keys
 * @values: their values
 * @count: number of items
 * @done: number of items carried out
 *
 * Return: 0, -EEXIST, -ENOSPC or -EOVERFLOW.
 */
int flatmap_insert_batch(const struct flatmap *map, const void *keys,
			 const void *values, size_t count, size_t *done);

/**
 * flatmap_update_batch() - give keys that are there other values
 * @map: the map
 * @keys: the keys
 * @values: their new values
 * @count: number of items
 * @done: number of items carried out
 *
 * Return: 0, -ENOENT, -ENOSPC or -EOVERFLOW.
 */
int flatmap_update_batch(const struct flatmap *map, const void *keys,
			 const void *values, size_t count, size_t *done);

/**
 * flatmap_upsert_batch() - give keys values, whether they are there or not
 * @map: the map
 * @keys: the keys
 * @values: their values
 * @found: where to store 1 for each value that was replaced and 0 for each
 *	that was added, or NULL
 * @count: number of items
 * @done: number of items carried out
 *
 * Return: 0, -ENOSPC or -EOVERFLOW.
 */
int flatmap_upsert_batch(const struct flatmap *map, const void *keys,
			 const void *values, uint64_t *found, size_t count,
			 size_t *done);

/**
 * flatmap_delete_batch() - remove keys
 * @map: the map
 * @keys: the keys
 * @values: where to store the values that they had, or NULL
 * @count: number of items
 * @done: number of items carried out
 *
 * Return: 0, -ENOENT or -EOVERFLOW.
 */
int flatmap_delete_batch(const struct flatmap *map, const void *keys,
			 void *values, size_t count, size_t *done);

/* ---- All entries ----------------------------------------------------- */

/**
 * struct flatmap_cursor - a place in a map's hash order; zeroed, the beginning
 * @position: the kernel's
 * @last: the last key returned
 */
struct flatmap_cursor {
	uint64_t position;
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
 * once, whatever others do to the map meanwhile.
 *
 * Return: 0 or -EOVERFLOW.
 */
int flatmap_page(const struct flatmap *map, struct flatmap_cursor *cursor,
		 void *keys, void *values, size_t count, size_t *done);

#ifdef __cplusplus
}
#endif

#endif /* LIBFLATMAP_H */
