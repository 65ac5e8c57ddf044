// SPDX-License-Identifier: GPL-2.0
/*
 * The schema of a map: its fields are checked once, when the map is created, so
 * that whoever uses them later can rely on them.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "fields.h"

/* The bytes that each type takes; 0 if it can be any number. */
static const u32 fm_type_sizes[] = {
	[FLATMAP_TYPE_BYTES]	= 0,
	[FLATMAP_TYPE_U8]	= 1,
	[FLATMAP_TYPE_U16]	= 2,
	[FLATMAP_TYPE_U32]	= 4,
	[FLATMAP_TYPE_U64]	= 8,
	[FLATMAP_TYPE_S8]	= 1,
	[FLATMAP_TYPE_S16]	= 2,
	[FLATMAP_TYPE_S32]	= 4,
	[FLATMAP_TYPE_S64]	= 8,
	[FLATMAP_TYPE_STRING]	= 0,
	[FLATMAP_TYPE_MAC]	= 6,
	[FLATMAP_TYPE_IPV4]	= 4,
	[FLATMAP_TYPE_IPV6]	= 16,
};

/* Is there such a type, and can it have this many bytes? */
bool fm_type_fits(u32 type, u32 size)
{
	if (type >= ARRAY_SIZE(fm_type_sizes))
		return false;
	return !fm_type_sizes[type] || fm_type_sizes[type] == size;
}

/* Is @name one that can be typed, and told from others by all its bytes? */
static bool fm_field_name_fits(const char *name)
{
	size_t length = strnlen(name, FLATMAP_FIELD_NAME_MAX + 1);
	size_t i;

	if (!length || length > FLATMAP_FIELD_NAME_MAX)
		return false;
	for (i = 0; i < length; i++) {
		if (!isascii(name[i]) ||
		    (!isalnum(name[i]) && name[i] != '_' && name[i] != '-'))
			return false;
	}
	return !memchr_inv(name + length, 0, FLATMAP_FIELD_NAME_MAX + 1 - length);
}

/**
 * fm_check_fields() - can a map have these fields?
 * @params: what it is to be created with, sizes within limits
 *
 * Return: 0; -EINVAL if a field has a bad name, one that an earlier field has, a
 * type that does not go with its size, a reserved byte that is not 0, or overlaps
 * the one before or the end of the value; -E2BIG if there are too many.
 */
int fm_check_fields(const struct flatmap_params *params)
{
	const struct flatmap_field *field, *other;
	u32 end = 0;

	if (params->fields_count > FLATMAP_FIELDS_MAX)
		return -E2BIG;
	for (field = params->fields;
	     field < params->fields + params->fields_count; field++) {
		if (!field->size || !fm_type_fits(field->type, field->size) ||
		    !fm_field_name_fits(field->name) || field->reserved)
			return -EINVAL;
		if (field->offset < end || field->offset > params->value_size ||
		    field->size > params->value_size - field->offset)
			return -EINVAL;
		end = field->offset + field->size;
		for (other = params->fields; other < field; other++) {
			if (!strcmp(field->name, other->name))
				return -EINVAL;
		}
	}
	return 0;
}
