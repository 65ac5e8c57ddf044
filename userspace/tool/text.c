// SPDX-License-Identifier: MIT
/* Types, and keys and values as text. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flatmapctl.h"

/* ---- Types ---------------------------------------------------------- */

bool type_parse(const char *text, uint32_t min, uint32_t max,
		struct type *type, char reason[REASON_MAX])
{
	unsigned long size;
	char *end;

	if (!strcmp(text, "u64")) {
		*type = (struct type){ FLATMAP_TYPE_U64, sizeof(uint64_t) };
		return true;
	}

	if (!strncmp(text, "hex:", 4)) {
		type->kind = FLATMAP_TYPE_HEX;
		text += 4;
	} else if (!strncmp(text, "string:", 7)) {
		type->kind = FLATMAP_TYPE_STRING;
		text += 7;
	} else {
		snprintf(reason, REASON_MAX,
			 "a type is u64, hex:N or string:N");
		return false;
	}

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
	if (type->kind == FLATMAP_TYPE_U64)
		snprintf(name, TYPE_NAME_MAX, "u64");
	else
		snprintf(name, TYPE_NAME_MAX, "%s:%" PRIu32,
			 type->kind == FLATMAP_TYPE_HEX ? "hex" : "string",
			 type->size);
}

struct type key_type(const struct flatmap *map)
{
	const struct flatmap_ioc_info *info = flatmap_info(map);

	return (struct type){ info->key_type, info->key_size };
}

struct type value_type(const struct flatmap *map)
{
	const struct flatmap_ioc_info *info = flatmap_info(map);

	return (struct type){ info->value_type, info->value_size };
}

/* ---- Text to bytes -------------------------------------------------- */

static bool parse_u64(const char *text, size_t length, void *bytes,
		      char reason[REASON_MAX])
{
	bool hex = length > 2 && text[0] == '0' && (text[1] | 0x20) == 'x';
	const char *digits = hex ? "0123456789abcdefABCDEF" : "0123456789";
	size_t prefix = hex ? 2 : 0;
	char number[64], *end;
	uint64_t value;

	if (length >= sizeof(number)) {
		snprintf(reason, REASON_MAX, "more than 64 bits");
		return false;
	}
	memcpy(number, text, length);
	number[length] = '\0';

	if (length == prefix ||
	    strspn(number + prefix, digits) != length - prefix) {
		snprintf(reason, REASON_MAX,
			 "not an unsigned number, decimal or 0x and hexadecimal");
		return false;
	}

	errno = 0;
	value = strtoull(number, &end, hex ? 16 : 10);
	if (errno) {
		snprintf(reason, REASON_MAX, "more than 64 bits");
		return false;
	}
	memcpy(bytes, &value, sizeof(value));
	return true;
}

static int digit_value(char digit)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = memchr(digits, tolower((unsigned char)digit), 16);

	return found ? found - digits : -1;
}

static bool parse_hex(const struct type *type, const char *text, size_t length,
		      unsigned char *bytes, char reason[REASON_MAX])
{
	size_t i;

	if (length != 2 * (size_t)type->size) {
		snprintf(reason, REASON_MAX,
			 "%zu characters where %zu hexadecimal digits belong",
			 length, 2 * (size_t)type->size);
		return false;
	}
	for (i = 0; i < type->size; i++) {
		int high = digit_value(text[2 * i]);
		int low = digit_value(text[2 * i + 1]);

		if (high < 0 || low < 0) {
			snprintf(reason, REASON_MAX,
				 "not hexadecimal digits");
			return false;
		}
		bytes[i] = high << 4 | low;
	}
	return true;
}

static bool parse_string(const struct type *type, const char *text,
			 size_t length, char *bytes, char reason[REASON_MAX])
{
	if (length > type->size) {
		snprintf(reason, REASON_MAX,
			 "%zu bytes, but at most %" PRIu32 " fit",
			 length, type->size);
		return false;
	}
	if (memchr(text, '\0', length)) {
		snprintf(reason, REASON_MAX, "a NUL inside a string");
		return false;
	}
	memcpy(bytes, text, length);
	memset(bytes + length, 0, type->size - length);
	return true;
}

bool text_parse(const struct type *type, const char *text, size_t length,
		void *bytes, char reason[REASON_MAX])
{
	switch (type->kind) {
	case FLATMAP_TYPE_U64:
		return parse_u64(text, length, bytes, reason);
	case FLATMAP_TYPE_STRING:
		return parse_string(type, text, length, bytes, reason);
	default:
		return parse_hex(type, text, length, bytes, reason);
	}
}

/* ---- Bytes to text -------------------------------------------------- */

size_t text_max(const struct type *type)
{
	switch (type->kind) {
	case FLATMAP_TYPE_U64:
		return sizeof("18446744073709551615");
	case FLATMAP_TYPE_STRING:
		return type->size;
	default:
		return 2 * (size_t)type->size;
	}
}

size_t text_format(const struct type *type, const void *bytes, char *text)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *byte = bytes;
	uint64_t number;
	size_t i;

	switch (type->kind) {
	case FLATMAP_TYPE_U64:
		memcpy(&number, bytes, sizeof(number));
		return snprintf(text, text_max(type), "%" PRIu64, number);
	case FLATMAP_TYPE_STRING:
		i = strnlen(bytes, type->size);
		memcpy(text, bytes, i);
		return i;
	default:
		for (i = 0; i < type->size; i++) {
			text[2 * i] = digits[byte[i] >> 4];
			text[2 * i + 1] = digits[byte[i] & 15];
		}
		return 2 * i;
	}
}

/*
 * The table of well-formed byte sequences in the Unicode standard, chapter 3:
 * only the second byte has bounds that depend on the first.
 */
static size_t utf8_sequence(const unsigned char *text, size_t length)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t bytes, i;

	if (text[0] < 0x80)
		return 1;
	if (text[0] < 0xc2 || text[0] > 0xf4)
		return 0;
	bytes = text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
	if (bytes > length)
		return 0;

	if (text[0] == 0xe0)
		low = 0xa0;
	else if (text[0] == 0xed)
		high = 0x9f;
	else if (text[0] == 0xf0)
		low = 0x90;
	else if (text[0] == 0xf4)
		high = 0x8f;
	if (text[1] < low || text[1] > high)
		return 0;
	for (i = 2; i < bytes; i++)
		if (text[i] < 0x80 || text[i] > 0xbf)
			return 0;
	return bytes;
}

bool text_is_utf8(const char *text, size_t length)
{
	size_t bytes;

	for (; length; text += bytes, length -= bytes) {
		bytes = utf8_sequence((const unsigned char *)text, length);
		if (!bytes)
			return false;
	}
	return true;
}
