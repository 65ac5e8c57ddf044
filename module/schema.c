// SPDX-License-Identifier: GPL-2.0
/*
 * Types and fields, as they come from the caller and go back to it. In task context.
 *
 * Every map whose values have bytes has fields: where the caller names none, the
 * value is one field of its own type. The core checks how fields lie.
 */
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "args.h"
#include "chardev.h"
#include "fields.h"
#include "map.h"
#include "schema.h"

static struct flatmap_field *fm_whole_value(u32 type, u32 size)
{
	struct flatmap_field *field;

	field = kzalloc(sizeof(*field), GFP_KERNEL);
	if (!field)
		return ERR_PTR(-ENOMEM);
	strscpy(field->name, "value", sizeof(field->name));
	field->type = type;
	field->size = size;
	return field;
}

/**
 * fm_get_fields() - what fields shall the values of a new map have?
 * @ioc: what the caller asks for
 * @count: out: how many fields there are
 *
 * Context: task context, sleeps.
 * Return: the fields, for kfree(); NULL if there are none; or an ERR_PTR().
 */
struct flatmap_field *fm_get_fields(const struct flatmap_ioc_create *ioc, u32 *count)
{
	if (!fm_type_fits(ioc->value_type, ioc->value_size))
		return ERR_PTR(-EINVAL);

	*count = ioc->fields_count;
	if (*count > FLATMAP_FIELDS_MAX)
		return ERR_PTR(-E2BIG);
	if (*count && ioc->value_type != FLATMAP_TYPE_BYTES)
		return ERR_PTR(-EINVAL);
	if (*count)
		return memdup_user(u64_to_user_ptr(ioc->fields),
				   *count * sizeof(struct flatmap_field));
	if (!ioc->value_size)
		return NULL;

	*count = 1;
	return fm_whole_value(ioc->value_type, ioc->value_size);
}

/* As many as there is room for; sets ioc->fields_count to all that there are. */
static int fm_put_fields(const struct flatmap *map, struct flatmap_ioc_info *ioc)
{
	struct flatmap_field __user *to = u64_to_user_ptr(ioc->fields);
	u32 room = ioc->fields ? ioc->fields_count : 0;
	const struct flatmap_field *field;
	u32 i;

	for (i = 0; (field = fm_field(map, i)); i++)
		if (i < room && copy_to_user(to + i, field, sizeof(*field)))
			return -EFAULT;
	ioc->fields_count = i;
	return 0;
}

/**
 * fm_ioctl_info() - say what a map was created with
 * @named: the map
 * @arg: where to
 *
 * Context: task context, sleeps.
 * Return: 0 or a negative errno as the ioctl's description says.
 */
long fm_ioctl_info(struct fm_named *named, struct flatmap_ioc_info __user *arg)
{
	struct flatmap_ioc_info info;
	int err;

	err = fm_get_args(&info, sizeof(info),
			  offsetofend(struct flatmap_ioc_info, name), 0, arg);
	if (err)
		return err;
	if (info.reserved)
		return -EINVAL;

	err = fm_put_fields(named->map, &info);
	if (err)
		return err;

	info.entries = named->params.entries;
	info.max_entries = named->params.max_entries;
	info.max_bytes = named->params.max_bytes;
	info.key_size = named->params.key_size;
	info.value_size = named->params.value_size;
	info.key_type = named->key_type;
	info.value_type = named->value_type;
	info.hash = named->params.hash;
	info.map_flags = named->params.flags;
	memcpy(info.name, named->name, sizeof(info.name));
	return fm_put_args(arg, &info, sizeof(info));
}
