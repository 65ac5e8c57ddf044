/* SPDX-License-Identifier: MIT */
/*
 * What a map's keys and values consist of, and whole values as text.
 *
 * A value is either plain, one thing of one type, or has fields with names. The
 * kernel tells of a plain one as a single field "value" that is all of it.
 */
#ifndef SCHEMA_H
#define SCHEMA_H

#include <stdio.h>
#include <libflatmap.h>

#include "text.h"

struct field {
	char name[FLATMAP_FIELD_NAME_MAX + 1];
	struct type type;
	uint32_t offset;
};

/* A plain value is the first field; there is one even if it has no bytes. */
struct schema {
	struct type key;
	struct field field[FLATMAP_FIELDS_MAX];
	size_t count;
	uint32_t value_size;
	bool plain;
	bool multimap;
};

void schema_of(const struct flatmap *map, struct schema *schema);

/* Append "NAME:TYPE", as a compiler would in a struct; @reason says why not. */
bool schema_append(struct schema *schema, const char *text,
		   char reason[REASON_MAX]);
/* Make the value a multiple of its largest alignment, as a compiler would. */
void schema_finish(struct schema *schema);

/* The field with this name or NULL, and @reason then. */
const struct field *schema_find(const struct schema *schema, const char *name,
				size_t length, char reason[REASON_MAX]);

/* Sets of fields: bit N is field N. */
uint64_t schema_bit(const struct schema *schema, const struct field *field);
uint64_t schema_all(const struct schema *schema);

/*
 * A value out of the words of a command line: the text of a plain one, or
 * FIELD=TEXT for each of the others. Fields without a word, which @given tells
 * from those with one, are zeros.
 */
bool value_parse(const struct schema *schema, const char *const *words,
		 size_t count, void *value, uint64_t *given,
		 char reason[REASON_MAX]);

/* Print one field's text and nothing else. */
void field_print(const struct field *field, const void *value, FILE *stream);
/* Print a plain value's text, or the words that value_parse() takes; a newline. */
void value_print(const struct schema *schema, const void *value, FILE *stream);

#endif /* SCHEMA_H */
