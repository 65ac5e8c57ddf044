// SPDX-License-Identifier: MIT
/* Bytes to keys, values and fields as people read them. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

uint64_t text_unsigned(const struct type *type, const void *bytes)
{
	uint64_t u64;
	uint32_t u32;
	uint16_t u16;

	switch (type->size) {
	case 1:
		return *(const uint8_t *)bytes;
	case 2:
		memcpy(&u16, bytes, sizeof(u16));
		return u16;
	case 4:
		memcpy(&u32, bytes, sizeof(u32));
		return u32;
	default:
		memcpy(&u64, bytes, sizeof(u64));
		return u64;
	}
}

int64_t text_signed(const struct type *type, const void *bytes)
{
	int unused = 64 - 8 * (int)type->size;

	return (int64_t)(text_unsigned(type, bytes) << unused) >> unused;
}

size_t text_max(const struct type *type)
{
	switch (type->kind) {
	case FLATMAP_TYPE_BYTES:
		return 2 * (size_t)type->size;
	case FLATMAP_TYPE_STRING:
		return type->size;
	case FLATMAP_TYPE_MAC:
		return sizeof("00:11:22:33:44:55");
	case FLATMAP_TYPE_IPV4:
		return INET_ADDRSTRLEN;
	case FLATMAP_TYPE_IPV6:
		return INET6_ADDRSTRLEN;
	default:
		return sizeof("-9223372036854775808");
	}
}

static size_t format_bytes(const unsigned char *bytes, size_t size, char *text)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < size; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	return 2 * size;
}

static size_t format_string(const char *bytes, size_t size, char *text)
{
	size_t length = strnlen(bytes, size);

	memcpy(text, bytes, length);
	return length;
}

static size_t format_mac(const unsigned char *bytes, char *text, size_t max)
{
	return snprintf(text, max, "%02x:%02x:%02x:%02x:%02x:%02x", bytes[0],
			bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]);
}

size_t text_format(const struct type *type, const void *bytes, char *text)
{
	size_t max = text_max(type);

	switch (type->kind) {
	case FLATMAP_TYPE_BYTES:
		return format_bytes(bytes, type->size, text);
	case FLATMAP_TYPE_STRING:
		return format_string(bytes, type->size, text);
	case FLATMAP_TYPE_MAC:
		return format_mac(bytes, text, max);
	case FLATMAP_TYPE_IPV4:
		return strlen(inet_ntop(AF_INET, bytes, text, max));
	case FLATMAP_TYPE_IPV6:
		return strlen(inet_ntop(AF_INET6, bytes, text, max));
	default:
		if (type_is_signed(type))
			return snprintf(text, max, "%" PRId64,
					text_signed(type, bytes));
		return snprintf(text, max, "%" PRIu64,
				text_unsigned(type, bytes));
	}
}
