// SPDX-License-Identifier: GPL-2.0
/*
 * The calls on a map's descriptor that concern one key: all its values, and sums
 * in the integer fields of its value.
 */
#include <linux/bitops.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/pagemap.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "args.h"
#include "chardev.h"
#include "map.h"
#include "schema.h"

static void *fm_get_key(const struct fm_named *named, u64 address)
{
	return memdup_user(u64_to_user_ptr(address), named->params.key_size);
}

/* ---- The values of a key -------------------------------------------- */

/* Sets ioc->count if it succeeds or fails with -ENOSPC. */
static int fm_values(struct fm_named *named, const void *key,
		     struct flatmap_ioc_values *ioc)
{
	bool multimap = named->params.flags & FLATMAP_MULTIMAP;
	u32 room = min_t(u64, ioc->room, multimap ? FLATMAP_VALUES_MAX : 1);
	size_t size = named->params.value_size;
	void *values;
	int count, err;

	values = kvmalloc_array(room, size, GFP_KERNEL_ACCOUNT);
	if (!values)
		return -ENOMEM;

	while ((count = fm_try_values(named->map, key, values, room)) == -EAGAIN) {
		if (signal_pending(current))
			break;
		cond_resched();
	}
	if (count > 0)
		ioc->count = count;
	err = count == -EAGAIN ? -ERESTARTSYS : !count ? -ENOENT :
	      count > room ? -ENOSPC : 0;
	if (!err && copy_to_user(u64_to_user_ptr(ioc->values), values, count * size))
		err = -EFAULT;
	kvfree(values);
	return err;
}

/**
 * fm_ioctl_values() - copy the values of a key
 * @named: the map
 * @arg: which key, and where to
 *
 * Context: task context, sleeps.
 * Return: 0 or a negative errno as the ioctl's description says.
 */
long fm_ioctl_values(struct fm_named *named, struct flatmap_ioc_values __user *arg)
{
	struct flatmap_ioc_values ioc;
	void *key;
	int err;

	err = fm_get_args(&ioc, sizeof(ioc),
			  offsetofend(struct flatmap_ioc_values, count), 0, arg);
	if (err)
		return err;
	key = fm_get_key(named, ioc.key);
	if (IS_ERR(key))
		return PTR_ERR(key);

	ioc.count = 0;
	err = fm_values(named, key, &ioc);
	kfree(key);
	return fm_put_args(arg, &ioc, sizeof(ioc)) ?: err;
}

/* ---- Sums ----------------------------------------------------------- */

static int fm_sum_unsigned(u64 number, s64 by, u32 bits, u64 *sum)
{
	bool past;

	if (by < 0)
		past = check_sub_overflow(number, -(u64)by, sum);
	else
		past = check_add_overflow(number, (u64)by, sum);
	return past || *sum > GENMASK_ULL(bits - 1, 0) ? -ERANGE : 0;
}

static int fm_sum_signed(s64 number, s64 by, u32 bits, u64 *sum)
{
	s64 signed_sum;

	if (check_add_overflow(number, by, &signed_sum) ||
	    sign_extend64(signed_sum, bits - 1) != signed_sum)
		return -ERANGE;
	*sum = signed_sum;
	return 0;
}

/* An integer of whatever width. */
union fm_integer {
	u8 u8;
	u16 u16;
	u32 u32;
	u64 u64;
};

/* Fields need not be aligned. */
static u64 fm_load(const void *from, u32 size)
{
	union fm_integer integer;

	memcpy(&integer, from, size);
	switch (size) {
	case 1:
		return integer.u8;
	case 2:
		return integer.u16;
	case 4:
		return integer.u32;
	default:
		return integer.u64;
	}
}

static void fm_store(void *to, u32 size, u64 number)
{
	union fm_integer integer;

	switch (size) {
	case 1:
		integer.u8 = number;
		break;
	case 2:
		integer.u16 = number;
		break;
	case 4:
		integer.u32 = number;
		break;
	default:
		integer.u64 = number;
	}
	memcpy(to, &integer, size);
}

static int fm_increment_field(const struct flatmap_field *field, u8 *value, s64 by)
{
	u32 bits = field->size * BITS_PER_BYTE;
	u64 number, sum;
	int err;

	number = fm_load(value + field->offset, field->size);
	if (fm_type_signed(field->type))
		err = fm_sum_signed(sign_extend64(number, bits - 1), by, bits,
				    &sum);
	else
		err = fm_sum_unsigned(number, by, bits, &sum);
	if (!err)
		fm_store(value + field->offset, field->size, sum);
	return err;
}

/**
 * struct fm_sums - what to add to the fields of one value
 * @map: whose fields
 * @increments: what to add to which
 * @count: how many
 * @size: bytes of a value
 * @zeros: a value to begin with where there is none
 * @value: room for the value that results
 */
struct fm_sums {
	const struct flatmap *map;
	const struct flatmap_increment *increments;
	u32 count;
	size_t size;
	const void *zeros;
	void *value;
};

/* A flatmap_modify_fn. The last call is the one whose value stays. */
static int fm_increment_value(void *value, void *arg)
{
	const struct fm_sums *sums = arg;
	u32 i;
	int err;

	for (i = 0; i < sums->count; i++) {
		const struct flatmap_increment *increment = sums->increments + i;

		err = fm_increment_field(fm_field(sums->map, increment->field),
					 value, increment->by);
		if (err)
			return err;
	}
	memcpy(sums->value, value, sums->size);
	return 0;
}

static int fm_check_increments(const struct fm_sums *sums)
{
	u32 i;

	for (i = 0; i < sums->count; i++) {
		const struct flatmap_increment *increment = sums->increments + i;
		const struct flatmap_field *field;

		field = fm_field(sums->map, increment->field);
		if (!field || !fm_type_integer(field->type) || increment->reserved)
			return -EINVAL;
	}
	return 0;
}

static int fm_increment(struct fm_named *named, const void *key,
			struct fm_sums *sums, struct flatmap_ioc_increment *ioc)
{
	void __user *value = u64_to_user_ptr(ioc->value);
	bool create = ioc->flags & FLATMAP_INCREMENT_CREATE;
	int ret;

	/* A fault after the change would be too late. */
	if (ioc->value && fault_in_safe_writeable(value, sums->size))
		return -EFAULT;

	if (create)
		ret = flatmap_modify_or_insert(named->map, key, sums->zeros,
					       fm_increment_value, sums, GFP_KERNEL);
	else
		ret = flatmap_modify(named->map, key, fm_increment_value, sums,
				     GFP_KERNEL);
	if (ret < 0)
		return ret;

	ioc->created = create && !ret;
	if (ioc->value && copy_to_user(value, sums->value, sums->size))
		return -EFAULT;
	return 0;
}

/* The same with what the caller passes still in its memory. */
static int fm_increment_from_user(struct fm_named *named,
				  struct flatmap_ioc_increment *ioc)
{
	struct fm_sums sums = {
		.map = named->map,
		.count = ioc->count,
		.size = named->params.value_size,
	};
	void *increments, *values, *key;
	int err;

	if (!ioc->count || ioc->count > FLATMAP_FIELDS_MAX)
		return -EINVAL;

	increments = memdup_user(u64_to_user_ptr(ioc->increments),
				 ioc->count * sizeof(*sums.increments));
	if (IS_ERR(increments))
		return PTR_ERR(increments);

	sums.increments = increments;
	err = fm_check_increments(&sums);
	if (err)
		goto err_free_increments;

	key = fm_get_key(named, ioc->key);
	err = PTR_ERR_OR_ZERO(key);
	if (err)
		goto err_free_increments;

	err = -ENOMEM;
	values = kvcalloc(2, sums.size, GFP_KERNEL_ACCOUNT);
	if (!values)
		goto err_free_key;

	sums.zeros = values;
	sums.value = values + sums.size;
	err = fm_increment(named, key, &sums, ioc);
	kvfree(values);

err_free_key:
	kfree(key);
err_free_increments:
	kfree(increments);
	return err;
}

/**
 * fm_ioctl_increment() - add to integer fields of a value
 * @named: the map
 * @arg: which key, which fields, and how much
 *
 * Context: task context, sleeps.
 * Return: 0 or a negative errno as the ioctl's description says.
 */
long fm_ioctl_increment(struct fm_named *named,
			struct flatmap_ioc_increment __user *arg)
{
	struct flatmap_ioc_increment ioc;
	int err;

	err = fm_get_args(&ioc, sizeof(ioc),
			  offsetofend(struct flatmap_ioc_increment, created),
			  FLATMAP_INCREMENT_CREATE, arg);
	if (err)
		return err;

	/* Before anything changes: can the caller be told what did? */
	ioc.created = 0;
	err = fm_put_args(arg, &ioc, sizeof(ioc));
	if (err)
		return err;

	err = fm_increment_from_user(named, &ioc);
	return fm_put_args(arg, &ioc, sizeof(ioc)) ?: err;
}
