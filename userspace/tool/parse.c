// SPDX-License-Identifier: MIT
/* Keys, values and fields as people write them, to bytes. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* Longer than any number or address that is right. */
#define SHORT_MAX	64

/* Numbers and addresses have no NUL inside, and are short. */
static bool copy_short(const char *text, size_t length, char copy[SHORT_MAX])
{
	if (length >= SHORT_MAX || memchr(text, '\0', length))
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return true;
}

/* ---- Integers ------------------------------------------------------- */

/* An integer, apart from its sign. */
enum magnitude { NO_NUMBER, TOO_LARGE, NUMBER };

/* Decimal, or 0x and hexadecimal. */
static enum magnitude parse_magnitude(const char *text, size_t length,
				      uint64_t *number)
{
	bool hex = length > 2 && text[0] == '0' && (text[1] | 0x20) == 'x';
	size_t prefix = hex ? 2 : 0, i;

	if (length == prefix)
		return NO_NUMBER;
	for (i = prefix; i < length; i++)
		if (hex ? !isxdigit((unsigned char)text[i]) :
			  !isdigit((unsigned char)text[i]))
			return NO_NUMBER;

	*number = 0;
	for (i = prefix; i < length; i++) {
		unsigned char digit = text[i] | 0x20;

		digit -= isdigit((unsigned char)text[i]) ? '0' : 'a' - 10;
		if (__builtin_mul_overflow(*number, hex ? 16 : 10, number) ||
		    __builtin_add_overflow(*number, digit, number))
			return TOO_LARGE;
	}
	return NUMBER;
}

static bool parse_unsigned(const char *text, size_t length, int bits,
			   uint64_t *number, char reason[REASON_MAX])
{
	enum magnitude found = parse_magnitude(text, length, number);

	if (found == NO_NUMBER) {
		snprintf(reason, REASON_MAX,
			 "not an unsigned number, decimal or 0x and hexadecimal");
		return false;
	}
	if (found == TOO_LARGE || *number > UINT64_MAX >> (64 - bits)) {
		snprintf(reason, REASON_MAX, "more than %d bits", bits);
		return false;
	}
	return true;
}

static bool parse_signed(const char *text, size_t length, int bits,
			 int64_t *number, char reason[REASON_MAX])
{
	bool negative = length && text[0] == '-';
	uint64_t max = (1ULL << (bits - 1)) - 1, magnitude = 0;
	enum magnitude found;

	found = parse_magnitude(text + negative, length - negative, &magnitude);
	if (found == NO_NUMBER) {
		snprintf(reason, REASON_MAX,
			 "not a number, decimal or 0x and hexadecimal");
		return false;
	}
	if (found == TOO_LARGE || magnitude > max + negative) {
		snprintf(reason, REASON_MAX,
			 "not between -%" PRIu64 " and %" PRIu64, max + 1, max);
		return false;
	}
	*number = negative ? -magnitude : magnitude;
	return true;
}

bool text_parse_s64(const char *text, size_t length, int64_t *number,
		    char reason[REASON_MAX])
{
	return parse_signed(text, length, 64, number, reason);
}

static void store_integer(void *bytes, uint32_t size, uint64_t number)
{
	const uint8_t u8 = number;
	const uint16_t u16 = number;
	const uint32_t u32 = number;
	const void *from = size == 1 ? &u8 : size == 2 ? (const void *)&u16 :
			   size == 4 ? (const void *)&u32 : &number;

	memcpy(bytes, from, size);
}

static bool parse_integer(const struct type *type, const char *text,
			  size_t length, void *bytes, char reason[REASON_MAX])
{
	int bits = 8 * type->size;
	uint64_t number;
	int64_t signed_number;

	if (type_is_signed(type)) {
		if (!parse_signed(text, length, bits, &signed_number, reason))
			return false;
		number = signed_number;
	} else if (!parse_unsigned(text, length, bits, &number, reason)) {
		return false;
	}
	store_integer(bytes, type->size, number);
	return true;
}

/* ---- Bytes and strings ---------------------------------------------- */

static int digit_value(char digit)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = memchr(digits, tolower((unsigned char)digit), 16);

	return found ? found - digits : -1;
}

static bool parse_digits(const char *text, size_t size, unsigned char *bytes)
{
	size_t i;

	for (i = 0; i < size; i++) {
		int high = digit_value(text[2 * i]);
		int low = digit_value(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i] = high << 4 | low;
	}
	return true;
}

static bool parse_bytes(const struct type *type, const char *text,
			size_t length, void *bytes, char reason[REASON_MAX])
{
	if (length != 2 * (size_t)type->size) {
		snprintf(reason, REASON_MAX,
			 "%zu characters where %zu hexadecimal digits belong",
			 length, 2 * (size_t)type->size);
		return false;
	}
	if (!parse_digits(text, type->size, bytes)) {
		snprintf(reason, REASON_MAX, "not hexadecimal digits");
		return false;
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
	if (length)
		memcpy(bytes, text, length);
	memset(bytes + length, 0, type->size - length);
	return true;
}

/* ---- Addresses ------------------------------------------------------ */

/*
 * Twelve digits: alone, in groups of two with : or - between them, or of four
 * with dots.
 */
static bool parse_mac(const char *text, size_t length, void *bytes,
		      char reason[REASON_MAX])
{
	char digits[12], separator = 0;
	size_t group = 12, used = 0, i;

	if (length == 17 && (text[2] == ':' || text[2] == '-')) {
		separator = text[2];
		group = 2;
	} else if (length == 14) {
		separator = '.';
		group = 4;
	} else if (length != 12) {
		goto wrong;
	}

	for (i = 0; i < length; i++) {
		if (i % (group + 1) == group) {
			if (text[i] != separator)
				goto wrong;
		} else {
			digits[used++] = text[i];
		}
	}
	if (parse_digits(digits, 6, bytes))
		return true;
wrong:
	snprintf(reason, REASON_MAX,
		 "not a hardware address such as 00:11:22:aa:bb:cc");
	return false;
}

static bool parse_ip(int family, const char *text, size_t length, void *bytes,
		     char reason[REASON_MAX])
{
	char copy[SHORT_MAX];

	if (copy_short(text, length, copy) &&
	    inet_pton(family, copy, bytes) == 1)
		return true;
	snprintf(reason, REASON_MAX, "not an IPv%d address",
		 family == AF_INET ? 4 : 6);
	return false;
}

/* ---- Any type ------------------------------------------------------- */

bool text_parse(const struct type *type, const char *text, size_t length,
		void *bytes, char reason[REASON_MAX])
{
	switch (type->kind) {
	case FLATMAP_TYPE_BYTES:
		return parse_bytes(type, text, length, bytes, reason);
	case FLATMAP_TYPE_STRING:
		return parse_string(type, text, length, bytes, reason);
	case FLATMAP_TYPE_MAC:
		return parse_mac(text, length, bytes, reason);
	case FLATMAP_TYPE_IPV4:
		return parse_ip(AF_INET, text, length, bytes, reason);
	case FLATMAP_TYPE_IPV6:
		return parse_ip(AF_INET6, text, length, bytes, reason);
	default:
		return parse_integer(type, text, length, bytes, reason);
	}
}
