// SPDX-License-Identifier: GPL-2.0
/*
 * Arrays of items and pages of entries: the calls on a map's descriptor that
 * carry keys and values, in task context.
 *
 * The core only sees kernel memory. Items pass through a buffer of bounded
 * size, chunk by chunk. Between chunks the call may be rescheduled, and a
 * signal ends it early; it has then made progress, since the first chunk is
 * not held up by signals.
 *
 * An item counts as done once its effect and the copies of its results are
 * complete. A fault must therefore not come between them: what a call that
 * changes the map writes to is faulted in before the change. (A caller that
 * unmaps its own buffer during the call gets -EFAULT and loses the result of
 * items that are not counted.)
 */
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/pagemap.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/stddef.h>
#include <linux/uaccess.h>

#include "args.h"
#include "chardev.h"
#include "iterate.h"

#define FM_CHUNK_BYTES	SZ_64K

/**
 * struct fm_call - what one of the item calls does
 * @item: carries out one item
 * @reads_values: the caller passes values
 * @writes_values: the caller receives values, if it says where
 * @writes_found: the caller receives what was found, if it says where
 * @values_optional: the caller may do without the values
 * @changes: it changes the map
 */
struct fm_call {
	int (*item)(struct flatmap *map, const void *key, void *value,
		    u64 *found);
	bool reads_values;
	bool writes_values;
	bool writes_found;
	bool values_optional;
	bool changes;
};

/* The buffer: room for @items keys, values and found counts. */
struct fm_chunk {
	size_t items;
	size_t key_size;
	size_t value_size;
	u64 *found;
	u8 *values;
	u8 *keys;
};

static int fm_chunk_init(struct fm_chunk *chunk,
			 const struct flatmap_params *params, u64 count)
{
	size_t item = sizeof(u64) + params->value_size + params->key_size;

	chunk->items = clamp_t(u64, FM_CHUNK_BYTES / item, 1, count);
	chunk->key_size = params->key_size;
	chunk->value_size = params->value_size;
	chunk->found = kvmalloc(chunk->items * item, GFP_KERNEL_ACCOUNT);
	if (!chunk->found)
		return -ENOMEM;
	chunk->values = (u8 *)(chunk->found + chunk->items);
	chunk->keys = chunk->values + chunk->items * chunk->value_size;
	return 0;
}

static void fm_chunk_free(struct fm_chunk *chunk)
{
	kvfree(chunk->found);
}

static bool fm_too_many(u64 count, const struct flatmap_params *params)
{
	u64 bytes;

	return check_mul_overflow(count, (u64)params->key_size, &bytes) ||
	       check_mul_overflow(count, (u64)params->value_size, &bytes) ||
	       check_mul_overflow(count, (u64)sizeof(u64), &bytes);
}

/* ---- User memory, in whole items ------------------------------------ */

static void __user *fm_user(u64 array, u64 index, size_t size)
{
	return u64_to_user_ptr(array + index * size);
}

/* How many of @n items are complete when @left of their bytes are missing. */
static size_t fm_whole(size_t n, size_t size, size_t left)
{
	return left ? (n * size - left) / size : n;
}

static size_t fm_copy_in(void *to, const void __user *from, size_t n,
			 size_t size)
{
	return fm_whole(n, size, copy_from_user(to, from, n * size));
}

static size_t fm_copy_out(void __user *to, const void *from, size_t n,
			  size_t size)
{
	return fm_whole(n, size, copy_to_user(to, from, n * size));
}

static size_t fm_writable(void __user *to, size_t n, size_t size)
{
	if (!size)
		return n;
	return fm_whole(n, size, fault_in_safe_writeable(to, n * size));
}

/* ---- Arrays of items ------------------------------------------------ */

static int fm_lookup_item(struct flatmap *map, const void *key, void *value,
			  u64 *found)
{
	struct flatmap_result result;
	int err;

	err = flatmap_lookup(map, key, value, &result);
	if (!err)
		*found = result.values;
	return err;
}

static int fm_insert_item(struct flatmap *map, const void *key, void *value,
			  u64 *found)
{
	return flatmap_insert(map, key, value, GFP_KERNEL);
}

static int fm_update_item(struct flatmap *map, const void *key, void *value,
			  u64 *found)
{
	return flatmap_update(map, key, value, GFP_KERNEL);
}

static int fm_upsert_item(struct flatmap *map, const void *key, void *value,
			  u64 *found)
{
	int replaced;

	replaced = flatmap_upsert(map, key, value, GFP_KERNEL);
	if (replaced < 0)
		return replaced;
	*found = replaced;
	return 0;
}

static int fm_delete_item(struct flatmap *map, const void *key, void *value,
			  u64 *found)
{
	return flatmap_delete_return(map, key, value);
}

static const struct fm_call fm_calls[] = {
	[_IOC_NR(FLATMAP_IOC_LOOKUP)] = {
		.item			= fm_lookup_item,
		.writes_values		= true,
		.writes_found		= true,
	},
	[_IOC_NR(FLATMAP_IOC_INSERT)] = {
		.item			= fm_insert_item,
		.reads_values		= true,
		.changes		= true,
	},
	[_IOC_NR(FLATMAP_IOC_UPDATE)] = {
		.item			= fm_update_item,
		.reads_values		= true,
		.changes		= true,
	},
	[_IOC_NR(FLATMAP_IOC_UPSERT)] = {
		.item			= fm_upsert_item,
		.reads_values		= true,
		.writes_found		= true,
		.changes		= true,
	},
	[_IOC_NR(FLATMAP_IOC_DELETE)] = {
		.item			= fm_delete_item,
		.writes_values		= true,
		.values_optional	= true,
		.changes		= true,
	},
};

/*
 * Carry out the next items, one chunk at most, and add to ioc->done those that
 * are complete. Where user memory ends within the chunk, the items before that
 * are carried out, and the next call fails at the first one.
 */
static int fm_items_chunk(struct flatmap *map, const struct fm_call *call,
			  struct fm_chunk *chunk, struct flatmap_ioc_items *ioc)
{
	size_t value_size = chunk->value_size, key_size = chunk->key_size;
	bool values_out = call->writes_values &&
			  (ioc->values || !call->values_optional);
	void __user *values = fm_user(ioc->values, ioc->done, value_size);
	void __user *found = fm_user(ioc->found, ioc->done, sizeof(u64));
	void __user *keys = fm_user(ioc->keys, ioc->done, key_size);
	size_t n, i, done;
	int err = 0;

	n = min_t(u64, chunk->items, ioc->count - ioc->done);
	n = fm_copy_in(chunk->keys, keys, n, key_size);
	if (call->reads_values)
		n = fm_copy_in(chunk->values, values, n, value_size);
	if (call->changes && values_out)
		n = fm_writable(values, n, value_size);
	if (call->changes && ioc->found)
		n = fm_writable(found, n, sizeof(u64));
	if (!n)
		return -EFAULT;

	for (i = 0; i < n; i++) {
		err = call->item(map, chunk->keys + i * key_size,
				 chunk->values + i * value_size,
				 chunk->found + i);
		if (err)
			break;
	}

	done = i;
	if (values_out)
		done = fm_copy_out(values, chunk->values, done, value_size);
	if (ioc->found)
		done = fm_copy_out(found, chunk->found, done, sizeof(u64));
	ioc->done += done;
	return done < i ? -EFAULT : err;
}

/**
 * fm_ioctl_items() - do the same to each of an array of items
 * @named: the map
 * @nr: number of the call: FLATMAP_IOC_LOOKUP to FLATMAP_IOC_DELETE
 * @arg: what to do it to
 *
 * Context: task context, sleeps.
 * Return: 0 or a negative errno as the ioctl's description says.
 */
long fm_ioctl_items(struct fm_named *named, unsigned int nr,
		    struct flatmap_ioc_items __user *arg)
{
	const struct fm_call *call = &fm_calls[nr];
	struct flatmap_ioc_items ioc;
	struct fm_chunk chunk;
	int err;

	err = fm_get_args(&ioc, sizeof(ioc),
			  offsetofend(struct flatmap_ioc_items, done), arg);
	if (err)
		return err;
	if (ioc.found && !call->writes_found)
		return -EINVAL;
	if (fm_too_many(ioc.count, &named->params))
		return -EOVERFLOW;

	/* Before anything changes: can the caller be told how much did? */
	ioc.done = 0;
	err = fm_put_args(arg, &ioc, sizeof(ioc));
	if (err || !ioc.count)
		return err;

	err = fm_chunk_init(&chunk, &named->params, ioc.count);
	if (err)
		return err;

	do {
		err = fm_items_chunk(named->map, call, &chunk, &ioc);
		cond_resched();
	} while (!err && ioc.done < ioc.count && !signal_pending(current));
	fm_chunk_free(&chunk);

	return fm_put_args(arg, &ioc, sizeof(ioc)) ?: err;
}

/* ---- Pages of entries ----------------------------------------------- */

/*
 * Return the next entries, one chunk at most: @last is the key to go on after
 * and ioc->position its place. They only move together with what has reached
 * the caller. -ENOENT at the end of the map.
 */
static int fm_page_chunk(struct flatmap *map, struct fm_chunk *chunk,
			 u8 *last, struct flatmap_ioc_page *ioc)
{
	size_t value_size = chunk->value_size, key_size = chunk->key_size;
	u64 position = ioc->position;
	const u8 *after = last;
	size_t n, i;
	int err = 0;

	n = min_t(u64, chunk->items, ioc->count - ioc->done);
	for (i = 0; i < n; i++) {
		u8 *value = chunk->values + i * value_size;
		u8 *key = chunk->keys + i * key_size;

		err = fm_next(map, &position, after, key,
			      ioc->values ? value : NULL);
		if (err)
			break;
		after = key;
	}
	if (!i)
		return err;

	if (copy_to_user(fm_user(ioc->keys, ioc->done, key_size),
			 chunk->keys, i * key_size) ||
	    (ioc->values &&
	     copy_to_user(fm_user(ioc->values, ioc->done, value_size),
			  chunk->values, i * value_size)) ||
	    copy_to_user(u64_to_user_ptr(ioc->last), after, key_size))
		return -EFAULT;

	memcpy(last, after, key_size);
	ioc->position = position;
	ioc->done += i;
	return err;
}

/**
 * fm_ioctl_page() - read entries in hash order
 * @named: the map
 * @arg: where to go on, and where to
 *
 * Context: task context, sleeps.
 * Return: 0 or a negative errno as the ioctl's description says.
 */
long fm_ioctl_page(struct fm_named *named,
		   struct flatmap_ioc_page __user *arg)
{
	struct flatmap_ioc_page ioc;
	struct fm_chunk chunk;
	u8 *last;
	int err;

	err = fm_get_args(&ioc, sizeof(ioc),
			  offsetofend(struct flatmap_ioc_page, done), arg);
	if (err)
		return err;
	if (fm_too_many(ioc.count, &named->params))
		return -EOVERFLOW;

	ioc.done = 0;
	if (!ioc.count)
		return fm_put_args(arg, &ioc, sizeof(ioc));

	last = kzalloc(named->params.key_size, GFP_KERNEL_ACCOUNT);
	if (!last)
		return -ENOMEM;
	err = -EFAULT;
	if (ioc.position && copy_from_user(last, u64_to_user_ptr(ioc.last),
					   named->params.key_size))
		goto err_free_last;

	err = fm_chunk_init(&chunk, &named->params, ioc.count);
	if (err)
		goto err_free_last;

	do {
		err = fm_page_chunk(named->map, &chunk, last, &ioc);
		cond_resched();
	} while (!err && ioc.done < ioc.count && !signal_pending(current));
	if (err == -ENOENT)
		err = 0;
	fm_chunk_free(&chunk);
	err = fm_put_args(arg, &ioc, sizeof(ioc)) ?: err;

err_free_last:
	kfree(last);
	return err;
}
