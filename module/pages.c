// SPDX-License-Identifier: GPL-2.0
/*
 * Pages of entries: all entries of a map, as many at a time as the caller likes.
 *
 * The caller keeps the cursor. It only moves together with what has reached it, so
 * a call that fails can be repeated.
 */
#include <linux/minmax.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include "args.h"
#include "chardev.h"
#include "chunk.h"

/* Copy the next entries out of the map, @n at most; how many in @copied. */
static int fm_page_fill(struct flatmap *map, struct flatmap_cursor *cursor,
			struct fm_chunk *chunk, bool values, size_t n,
			size_t *copied)
{
	size_t i;
	int err = 0;

	for (i = 0; i < n; i++) {
		err = flatmap_next(map, cursor, chunk->keys + i * chunk->key_size,
				   values ? chunk->values + i * chunk->value_size :
					    NULL);
		if (err)
			break;
	}
	*copied = i;
	return err;
}

/*
 * Return the next entries, one chunk at most. @cursor is where to go on, and moves
 * on in any case; @ioc only if the entries have arrived. -ENOENT at the end.
 */
static int fm_page_chunk(struct flatmap *map, struct flatmap_cursor *cursor,
			 struct fm_chunk *chunk, struct flatmap_ioc_page *ioc)
{
	size_t value_size = chunk->value_size, key_size = chunk->key_size;
	size_t n, copied;
	int err;

	n = min_t(u64, chunk->items, ioc->count - ioc->done);
	err = fm_page_fill(map, cursor, chunk, ioc->values, n, &copied);
	if (!copied)
		return err;

	if (copy_to_user(fm_user(ioc->keys, ioc->done, key_size),
			 chunk->keys, copied * key_size) ||
	    (ioc->values &&
	     copy_to_user(fm_user(ioc->values, ioc->done, value_size),
			  chunk->values, copied * value_size)) ||
	    copy_to_user(u64_to_user_ptr(ioc->last), cursor->last, key_size))
		return -EFAULT;

	ioc->position = cursor->position;
	ioc->ordinal = cursor->ordinal;
	ioc->done += copied;
	return err;
}

static int fm_page(struct fm_named *named, struct flatmap_cursor *cursor,
		   struct flatmap_ioc_page *ioc)
{
	struct fm_chunk chunk;
	int err;

	err = fm_chunk_init(&chunk, named->params.key_size,
			    named->params.value_size, ioc->count);
	if (err)
		return err;

	do {
		err = fm_page_chunk(named->map, cursor, &chunk, ioc);
		cond_resched();
	} while (!err && ioc->done < ioc->count && !signal_pending(current));

	fm_chunk_free(&chunk);
	return err == -ENOENT ? 0 : err;
}

/**
 * fm_ioctl_page() - read entries in hash order
 * @named: the map
 * @arg: where to go on, and where to
 *
 * Context: task context, sleeps.
 * Return: 0 or a negative errno as the ioctl's description says.
 */
long fm_ioctl_page(struct fm_named *named, struct flatmap_ioc_page __user *arg)
{
	u32 key_size = named->params.key_size;
	struct flatmap_cursor cursor;
	struct flatmap_ioc_page ioc;
	int err;

	err = fm_get_args(&ioc, sizeof(ioc),
			  offsetofend(struct flatmap_ioc_page, done), 0, arg);
	if (err)
		return err;
	if (fm_too_many(ioc.count, key_size, named->params.value_size))
		return -EOVERFLOW;

	ioc.done = 0;
	if (!ioc.count)
		return fm_put_args(arg, &ioc, sizeof(ioc));

	cursor.position = ioc.position;
	cursor.ordinal = ioc.ordinal;
	cursor.last = kzalloc(key_size, GFP_KERNEL_ACCOUNT);
	if (!cursor.last)
		return -ENOMEM;

	err = -EFAULT;
	if (!ioc.position ||
	    !copy_from_user(cursor.last, u64_to_user_ptr(ioc.last), key_size))
		err = fm_page(named, &cursor, &ioc);
	kfree(cursor.last);
	return fm_put_args(arg, &ioc, sizeof(ioc)) ?: err;
}
