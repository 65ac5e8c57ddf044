/* SPDX-License-Identifier: MIT */
/* Types, and keys, values and fields as people write them. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/flatmap.h>

/* Room for what is wrong with a text. */
#define REASON_MAX	256

/* ---- Types (types.c) ------------------------------------------------ */

struct type {
	enum flatmap_type kind;
	uint32_t size;
};

/* For help texts and messages. */
#define TYPES	"u8, u16, u32, u64, s8, s16, s32, s64, bytes:N, string:N, " \
		"mac, ipv4 or ipv6"

/* A type by its name; a size N must be between @min and @max. */
bool type_parse(const char *text, uint32_t min, uint32_t max,
		struct type *type, char reason[REASON_MAX]);
/* The same the other way round, into a buffer of TYPE_NAME_MAX. */
#define TYPE_NAME_MAX	24
void type_name(const struct type *type, char name[TYPE_NAME_MAX]);

bool type_is_signed(const struct type *type);
bool type_is_integer(const struct type *type);
/* As a compiler would align it. */
uint32_t type_alignment(const struct type *type);

/* ---- Text to bytes (parse.c) ---------------------------------------- */

/* @reason says why not. */
bool text_parse(const struct type *type, const char *text, size_t length,
		void *bytes, char reason[REASON_MAX]);
/* What can be added to any integer. */
bool text_parse_s64(const char *text, size_t length, int64_t *number,
		    char reason[REASON_MAX]);

/* ---- Bytes to text (format.c) --------------------------------------- */

/* Those of an integer type; the second if it is signed. */
uint64_t text_unsigned(const struct type *type, const void *bytes);
int64_t text_signed(const struct type *type, const void *bytes);
/* The most characters that text_format() writes for this type. */
size_t text_max(const struct type *type);
/* Returns the length of the text (there is no NUL). */
size_t text_format(const struct type *type, const void *bytes, char *text);

/* ---- Is it what JSON takes for a string? (utf8.c) ------------------- */

bool text_is_utf8(const char *text, size_t length);

#endif /* TEXT_H */
