// SPDX-License-Identifier: GPL-2.0
/*
 * Arrays of items: the calls on a map's descriptor that do the same to each of
 * many keys, in task context.
 *
 * Items pass through a buffer; what it holds at a time is one batch of the core's, but
 * for single fields. Between such batches, and within one, the call may be rescheduled,
 * and a signal ends it early; it has then made progress, since the first items are not
 * held up by signals.
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
#include <linux/string.h>
#include <linux/uaccess.h>

#include "args.h"
#include "chardev.h"
#include "chunk.h"
#include "map.h"

/**
 * struct fm_call - what one of the item calls does
 * @batch: carries out a batch
 * @field: carries out one item with one field of its value, or NULL: then there is no
 *	such call
 * @reads_values: the caller passes values
 * @writes_values: the caller receives values, if it says where
 * @writes_found: the caller receives what was found, if it says where
 * @changes: it changes the map
 */
struct fm_call {
	int (*batch)(struct flatmap *map, struct flatmap_batch *batch);
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

/* ---- Calls ---------------------------------------------------------- */

static int fm_update_field(struct flatmap *map, const void *key, u32 field,
			   void *value)
{
	return flatmap_update_field(map, key, field, value, GFP_KERNEL);
}

static const struct fm_call fm_calls[] = {
	[_IOC_NR(FLATMAP_IOC_LOOKUP)] = {
		.batch			= flatmap_lookup_batch,
		.field			= flatmap_lookup_field,
		.writes_values		= true,
		.writes_found		= true,
	},
	[_IOC_NR(FLATMAP_IOC_INSERT)] = {
		.batch			= flatmap_insert_batch,
		.reads_values		= true,
		.changes		= true,
	},
	[_IOC_NR(FLATMAP_IOC_UPDATE)] = {
		.batch			= flatmap_update_batch,
		.field			= fm_update_field,
		.reads_values		= true,
		.changes		= true,
	},
	[_IOC_NR(FLATMAP_IOC_UPSERT)] = {
		.batch			= flatmap_upsert_batch,
		.reads_values		= true,
		.writes_found		= true,
		.changes		= true,
	},
	[_IOC_NR(FLATMAP_IOC_DELETE)] = {
		.batch			= flatmap_delete_batch,
		.writes_values		= true,
		.changes		= true,
	},
	[_IOC_NR(FLATMAP_IOC_ADD)] = {
		.batch			= flatmap_add_batch,
		.reads_values		= true,
		.changes		= true,
	},
	[_IOC_NR(FLATMAP_IOC_DELETE_VALUE)] = {
		.batch			= flatmap_delete_value_batch,
		.reads_values		= true,
		.changes		= true,
	},
};

/* ---- Arrays of items ------------------------------------------------ */

static bool fm_has_values(const struct fm_call *call,
			  const struct flatmap_ioc_items *ioc)
{
	return call->reads_values || ioc->values;
}

/* Carry out the first items of the chunk, up to @count; how many in @done. */
static int fm_items_batch(struct flatmap *map, const struct fm_call *call,
			  const struct flatmap_ioc_items *ioc,
			  const struct fm_chunk *chunk, size_t count, size_t *done)
{
	struct flatmap_batch batch = {
		.keys		= chunk->keys,
		.values		= fm_has_values(call, ioc) ? chunk->values : NULL,
		.results	= chunk->results,
		.stop		= !ioc->results,
		.count		= count,
		.gfp		= GFP_KERNEL,
	};
	int err;

	err = call->batch(map, &batch);
	*done = batch.done;
	return err == -EINTR ? 0 : err;
}

/* Likewise where the values are those of one field. */
static int fm_items_fields(struct flatmap *map, const struct fm_call *call,
			   const struct flatmap_ioc_items *ioc,
			   const struct fm_chunk *chunk, size_t count, size_t *done)
{
	size_t i;
	int err;

	for (i = 0; i < count; i++) {
		err = call->field(map, chunk->keys + i * chunk->key_size, ioc->field,
				  chunk->values + i * chunk->value_size);
		if (err == -EINTR || (err && !ioc->results))
			break;
		/* A lookup has found one value. */
		chunk->results[i] = err ?: call->writes_found;
	}
	*done = i;
	return i < count && err != -EINTR ? err : 0;
}

/* Give the caller what came of the first @done items. Returns how many it could get. */
static size_t fm_items_copy_out(const struct fm_call *call,
				const struct flatmap_ioc_items *ioc,
				const struct fm_chunk *chunk, size_t done)
{
	bool values = call->writes_values && ioc->values;
	size_t size = chunk->value_size, i;

	for (i = 0; i < done; i++) {
		/* What stands there may never have been a value. */
		if (values && chunk->results[i] < 0)
			memset(chunk->values + i * size, 0, size);
		chunk->found[i] = max(chunk->results[i], 0);
	}
	if (values)
		done = fm_copy_out(fm_user(ioc->values, ioc->done, size),
				   chunk->values, done, size);
	if (ioc->found)
		done = fm_copy_out(fm_user(ioc->found, ioc->done, sizeof(u64)),
				   chunk->found, done, sizeof(u64));
	if (ioc->results)
		done = fm_copy_out(fm_user(ioc->results, ioc->done, sizeof(s32)),
				   chunk->results, done, sizeof(s32));
	return done;
}

/* How many of @n items has the caller room for? Faults in what is not in memory. */
static size_t fm_items_writable(const struct fm_call *call,
				const struct flatmap_ioc_items *ioc,
				const struct fm_chunk *chunk, size_t n)
{
	size_t size = chunk->value_size;

	if (call->writes_values && ioc->values)
		n = fm_writable(fm_user(ioc->values, ioc->done, size), n, size);
	if (ioc->found)
		n = fm_writable(fm_user(ioc->found, ioc->done, sizeof(u64)), n,
				sizeof(u64));
	if (ioc->results)
		n = fm_writable(fm_user(ioc->results, ioc->done, sizeof(s32)), n,
				sizeof(s32));
	return n;
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
	size_t n, done, copied;
	int err;

	n = min_t(u64, chunk->items, ioc->count - ioc->done);
	n = fm_copy_in(chunk->keys, fm_user(ioc->keys, ioc->done, key_size), n,
		       key_size);
	if (call->reads_values)
		n = fm_copy_in(chunk->values,
			       fm_user(ioc->values, ioc->done, value_size), n,
			       value_size);
	if (call->changes)
		n = fm_items_writable(call, ioc, chunk, n);
	if (!n)
		return -EFAULT;

	if (ioc->flags & FLATMAP_ITEMS_FIELD)
		err = fm_items_fields(map, call, ioc, chunk, n, &done);
	else
		err = fm_items_batch(map, call, ioc, chunk, n, &done);

	copied = fm_items_copy_out(call, ioc, chunk, done);
	ioc->done += copied;
	return copied < done ? -EFAULT : err;
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
		if (named->params.flags & FLATMAP_MULTIMAP)
			return -EOPNOTSUPP;
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
