// SPDX-License-Identifier: MIT
/* The names of types and what is known of each. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* The first name of a kind is the one that is printed. */
static const struct {
	const char *name;
	enum flatmap_type kind;
	uint32_t size;		/* 0 if it follows the name */
	uint32_t alignment;
} types[] = {
	{ "u8", FLATMAP_TYPE_U8, 1, 1 },
	{ "u16", FLATMAP_TYPE_U16, 2, 2 },
	{ "u32", FLATMAP_TYPE_U32, 4, 4 },
	{ "u64", FLATMAP_TYPE_U64, 8, 8 },
	{ "s8", FLATMAP_TYPE_S8, 1, 1 },
	{ "s16", FLATMAP_TYPE_S16, 2, 2 },
	{ "s32", FLATMAP_TYPE_S32, 4, 4 },
	{ "s64", FLATMAP_TYPE_S64, 8, 8 },
	{ "bytes", FLATMAP_TYPE_BYTES, 0, 1 },
	{ "hex", FLATMAP_TYPE_BYTES, 0, 1 },
	{ "string", FLATMAP_TYPE_STRING, 0, 1 },
	{ "mac", FLATMAP_TYPE_MAC, 6, 1 },
	{ "ipv4", FLATMAP_TYPE_IPV4, 4, 4 },
	{ "ipv6", FLATMAP_TYPE_IPV6, 16, 4 },
};

#define TYPES_COUNT	(sizeof(types) / sizeof(types[0]))

static size_t find_kind(enum flatmap_type kind)
{
	size_t i = 0;

	while (i < TYPES_COUNT - 1 && types[i].kind != kind)
		i++;
	return i;
}

/* "NAME" where the type has a size of its own, else "NAME:". */
static size_t find_name(const char *text)
{
	size_t i, length = strcspn(text, ":");

	for (i = 0; i < TYPES_COUNT; i++)
		if (strlen(types[i].name) == length &&
		    !memcmp(types[i].name, text, length) &&
		    !text[length] == !!types[i].size)
			break;
	return i;
}

bool type_parse(const char *text, uint32_t min, uint32_t max,
		struct type *type, char reason[REASON_MAX])
{
	size_t i = find_name(text);
	unsigned long size;
	char *end;

	if (i == TYPES_COUNT) {
		snprintf(reason, REASON_MAX, "a type is " TYPES);
		return false;
	}

	type->kind = types[i].kind;
	type->size = types[i].size;
	if (type->size)
		return true;

	text = strchr(text, ':') + 1;
	errno = 0;
	size = strtoul(text, &end, 10);
	if (!isdigit((unsigned char)*text) || *end) {
		snprintf(reason, REASON_MAX, "the size is not a number");
		return false;
	}
	if (errno || size < min || size > max) {
		snprintf(reason, REASON_MAX,
			 "the size is not between %" PRIu32 " and %" PRIu32,
			 min, max);
		return false;
	}
	type->size = size;
	return true;
}

void type_name(const struct type *type, char name[TYPE_NAME_MAX])
{
	size_t i = find_kind(type->kind);

	if (types[i].size)
		snprintf(name, TYPE_NAME_MAX, "%s", types[i].name);
	else
		snprintf(name, TYPE_NAME_MAX, "%s:%" PRIu32, types[i].name,
			 type->size);
}

bool type_is_signed(const struct type *type)
{
	return type->kind >= FLATMAP_TYPE_S8 && type->kind <= FLATMAP_TYPE_S64;
}

bool type_is_integer(const struct type *type)
{
	return type->kind >= FLATMAP_TYPE_U8 && type->kind <= FLATMAP_TYPE_S64;
}

uint32_t type_alignment(const struct type *type)
{
	return types[find_kind(type->kind)].alignment;
}
