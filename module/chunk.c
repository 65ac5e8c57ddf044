// SPDX-License-Identifier: GPL-2.0
/* The buffer that keys and values pass through; see chunk.h. */
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "chunk.h"

#define FM_CHUNK_BYTES	SZ_64K

/**
 * fm_chunk_init() - get a buffer
 * @chunk: out: the buffer
 * @key_size: bytes of a key
 * @value_size: bytes of a value
 * @count: no more items than this will be needed
 *
 * Context: task context, sleeps.
 * Return: 0 or -ENOMEM.
 */
int fm_chunk_init(struct fm_chunk *chunk, u32 key_size, u32 value_size, u64 count)
{
	size_t item = sizeof(u64) + sizeof(s32) + value_size + key_size;

	chunk->items = clamp_t(u64, FM_CHUNK_BYTES / item, 1, count);
	chunk->key_size = key_size;
	chunk->value_size = value_size;
	chunk->found = kvmalloc_array(chunk->items, item, GFP_KERNEL_ACCOUNT);
	if (!chunk->found)
		return -ENOMEM;
	chunk->results = (s32 *)(chunk->found + chunk->items);
	chunk->values = (u8 *)(chunk->results + chunk->items);
	chunk->keys = chunk->values + chunk->items * value_size;
	return 0;
}

/**
 * fm_chunk_free() - give a buffer back
 * @chunk: from fm_chunk_init()
 *
 * Context: task context, sleeps.
 */
void fm_chunk_free(struct fm_chunk *chunk)
{
	kvfree(chunk->found);
}
