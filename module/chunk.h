/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The buffer of bounded size through which keys and values go between user memory
 * and the core, which sees kernel memory only.
 */
#ifndef _FLATMAP_CHUNK_H
#define _FLATMAP_CHUNK_H

#include <linux/overflow.h>
#include <linux/uaccess.h>

/**
 * struct fm_chunk - room for some keys, values, results and counts
 * @items: how many of each
 * @key_size: bytes of a key
 * @value_size: bytes of a value
 * @found: the counts
 * @results: the results
 * @values: the values
 * @keys: the keys
 */
struct fm_chunk {
	size_t items;
	size_t key_size;
	size_t value_size;
	u64 *found;
	s32 *results;
	u8 *values;
	u8 *keys;
};

int fm_chunk_init(struct fm_chunk *chunk, u32 key_size, u32 value_size, u64 count);
void fm_chunk_free(struct fm_chunk *chunk);

/* Is an array of @count keys, values or counts more than an address can count? */
static inline bool fm_too_many(u64 count, u32 key_size, u32 value_size)
{
	u64 bytes;

	return check_mul_overflow(count, (u64)key_size, &bytes) ||
	       check_mul_overflow(count, (u64)value_size, &bytes) ||
	       check_mul_overflow(count, (u64)sizeof(u64), &bytes);
}

/* Element @index of the caller's @array. */
static inline void __user *fm_user(u64 array, u64 index, size_t size)
{
	return u64_to_user_ptr(array + index * size);
}

#endif /* _FLATMAP_CHUNK_H */
