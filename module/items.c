// SPDX-License-Identifier: GPL-2.0
/*
 * Arrays of items: the calls on a map's descriptor that do the same to each of
 * many keys, in task context.
 *
 * Items pass through a buffer, chunk by chunk. Between chunks the call may be
 * rescheduled, and a signal ends it early; it has then made progress, since the
 * first chunk is not held up by signals.
 *
 * An item counts as done once its effect and the copies of its results are
 * complete. A fault must therefore not come between them: what a call that
 * changes the map writes to is faulted in before the change. (A caller that
 * unmaps its own buffer during the call gets -EFAULT and loses the result of
 * items that are not counted.)
 */
#include <linux/minmax.h>
#include <linux/pagemap.h>
#include <linux/sched/signal.h>
#include <linux/stddef.h>
#include <linux/uaccess.h>

#include "args.h"
#include "chardev.h"
#include "chunk.h"
#include "map.h"

/**
 * struct fm_call - what one of the item calls does
 * @item: carries out one item; where the caller wants no value, @value is NULL
 * @field: likewise for one field of the value, or NULL: then there is no such call
 * @reads_values: the caller passes values
 * @writes_values: the caller receives values, if it says where
 * @writes_found: the caller receives what was found, if it says where
 * @changes: it changes the map
 */
struct fm_call {
	int (*item)(struct flatmap *map, const void *key, void *value,
		    u64 *found);
	int (*field)(struct flatmap *map, const void *key, u32 field,
		     void *value);
	bool reads_values;
	bool writes_values;
	bool writes_found;
	bool changes;
};

/* ---- User memory, in whole items ------------------------------------ */

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

/* ---- One item ------------------------------------------------------- */

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

static int fm_update_field(struct flatmap *map, const void *key, u32 field,
			   void *value)
{
	return flatmap_update_field(map, key, field, value, GFP_KERNEL);
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
	if (value)
		return flatmap_delete_return(map, key, value);
	return flatmap_delete(map, key);
}

static int fm_add_item(struct flatmap *map, const void *key, void *value,
		       u64 *found)
{
	return flatmap_add(map, key, value, GFP_KERNEL);
}

static int fm_delete_value_item(struct flatmap *map, const void *key, void *value,
				u64 *found)
{
	return flatmap_delete_value(map, key, value);
}

static const struct fm_call fm_calls[] = {
	[_IOC_NR(FLATMAP_IOC_LOOKUP)] = {
		.item			= fm_lookup_item,
		.field			= flatmap_lookup_field,
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
		.field			= fm_update_field,
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
		.changes		= true,
	},
	[_IOC_NR(FLATMAP_IOC_ADD)] = {
		.item			= fm_add_item,
		.reads_values		= true,
		.changes		= true,
	},
	[_IOC_NR(FLATMAP_IOC_DELETE_VALUE)] = {
		.item			= fm_delete_value_item,
		.reads_values		= true,
		.changes		= true,
	},
};

/* ---- Arrays of items ------------------------------------------------ */

/* Item @i of the chunk. */
static int fm_item(struct flatmap *map, const struct fm_call *call,
		   const struct flatmap_ioc_items *ioc,
		   const struct fm_chunk *chunk, size_t i)
{
	void *key = chunk->keys + i * chunk->key_size, *value = NULL;

	if (call->reads_values || ioc->values)
		value = chunk->values + i * chunk->value_size;
	if (!(ioc->flags & FLATMAP_ITEMS_FIELD))
		return call->item(map, key, value, chunk->found + i);

	chunk->found[i] = 1;
	return call->field(map, key, ioc->field, value);
}

/*
 * Carry out the next items, one chunk at most, and add to ioc->done those that
 * are complete. Where user memory ends within the chunk, the items before that
 * are carried out, and the next call fails at the first one.
 */
static int fm_items_chunk(struct flatmap *map, const struct fm_call *call,
			  struct fm_chunk *chunk, struct flatmap_ioc_items *ioc)
{
	size_t value_size = chunk->value_size, key_size = chunk->key_size;
	void __user *values = fm_user(ioc->values, ioc->done, value_size);
	void __user *found = fm_user(ioc->found, ioc->done, sizeof(u64));
	void __user *keys = fm_user(ioc->keys, ioc->done, key_size);
	bool values_out = call->writes_values && ioc->values;
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
		err = fm_item(map, call, ioc, chunk, i);
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

/* Sets the size of the values that @ioc carries: the map's, or the field's. */
static int fm_items_check(const struct fm_named *named, const struct fm_call *call,
			  const struct flatmap_ioc_items *ioc, u32 *value_size)
{
	const struct flatmap_field *field;

	if (ioc->reserved || (ioc->found && !call->writes_found))
		return -EINVAL;
	/* The values that a deleted key of a multimap had may be many. */
	if (call->changes && call->writes_values && ioc->values &&
	    named->params.flags & FLATMAP_MULTIMAP)
		return -EOPNOTSUPP;

	*value_size = named->params.value_size;
	if (ioc->flags & FLATMAP_ITEMS_FIELD) {
		field = fm_field(named->map, ioc->field);
		if (!field)
			return -EINVAL;
		*value_size = field->size;
	} else if (ioc->field) {
		return -EINVAL;
	}

	if (fm_too_many(ioc->count, named->params.key_size, *value_size))
		return -EOVERFLOW;
	return 0;
}

/**
 * fm_ioctl_items() - do the same to each of an array of items
 * @named: the map
 * @nr: number of the call: FLATMAP_IOC_LOOKUP to FLATMAP_IOC_DELETE_VALUE
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
	u32 value_size;
	int err;

	err = fm_get_args(&ioc, sizeof(ioc),
			  offsetofend(struct flatmap_ioc_items, reserved),
			  call->field ? FLATMAP_ITEMS_FIELD : 0, arg);
	if (err)
		return err;
	err = fm_items_check(named, call, &ioc, &value_size);
	if (err)
		return err;

	/* Before anything changes: can the caller be told how much did? */
	ioc.done = 0;
	err = fm_put_args(arg, &ioc, sizeof(ioc));
	if (err || !ioc.count)
		return err;

	err = fm_chunk_init(&chunk, named->params.key_size, value_size, ioc.count);
	if (err)
		return err;

	do {
		err = fm_items_chunk(named->map, call, &chunk, &ioc);
		cond_resched();
	} while (!err && ioc.done < ioc.count && !signal_pending(current));
	fm_chunk_free(&chunk);

	return fm_put_args(arg, &ioc, sizeof(ioc)) ?: err;
}
