// SPDX-License-Identifier: MIT
/* The fields of a map's values: how they lie, and how values are written. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "flatmapctl.h"
#include "schema.h"

/* Only of ASCII letters, digits and these @others? */
static bool consists_of(const char *text, size_t length, const char *others)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (!isalnum((unsigned char)text[i]) &&
		    !memchr(others, text[i], strlen(others)))
			return false;
	return true;
}

/* ---- Out of the kernel ---------------------------------------------- */

static bool is_plain(const struct schema *schema)
{
	const struct field *field = schema->field;

	return schema->count == 1 && !strcmp(field->name, "value") &&
	       field->type.size == schema->value_size;
}

/* What a newer kernel may have besides is bytes to this program. */
static struct type make_type(uint32_t kind, uint32_t size)
{
	return (struct type){
		.kind = kind <= FLATMAP_TYPE_IPV6 ? kind : FLATMAP_TYPE_BYTES,
		.size = size,
	};
}

void schema_of(const struct flatmap *map, struct schema *schema)
{
	const struct flatmap_ioc_info *info = flatmap_info(map);
	const struct flatmap_field *field;

	memset(schema, 0, sizeof(*schema));
	schema->key = make_type(info->key_type, info->key_size);
	schema->value_size = info->value_size;
	schema->multimap = info->map_flags & FLATMAP_MULTIMAP;

	while ((field = flatmap_field(map, schema->count))) {
		struct field *to = &schema->field[schema->count++];

		memcpy(to->name, field->name, sizeof(to->name));
		to->type = make_type(field->type, field->size);
		to->offset = field->offset;
	}

	if (!schema->count) {
		schema->count = 1;
		strcpy(schema->field[0].name, "value");
		schema->field[0].type = make_type(info->value_type, 0);
	}
	schema->plain = is_plain(schema);
}

/* ---- Out of a command line ------------------------------------------ */

static bool name_parse(const char *text, size_t length,
		       char name[FLATMAP_FIELD_NAME_MAX + 1],
		       char reason[REASON_MAX])
{
	if (!length || length > FLATMAP_FIELD_NAME_MAX ||
	    !consists_of(text, length, "_-")) {
		snprintf(reason, REASON_MAX,
			 "a field's name is 1 to %d letters, digits, '_' or '-'",
			 FLATMAP_FIELD_NAME_MAX);
		return false;
	}
	memcpy(name, text, length);
	name[length] = '\0';

	/* Dumps have a column of that name already. */
	if (!strcmp(name, "key")) {
		snprintf(reason, REASON_MAX, "a field cannot be called key");
		return false;
	}
	return true;
}

static void align(struct schema *schema, uint32_t alignment)
{
	schema->value_size = (schema->value_size + alignment - 1) / alignment *
			     alignment;
}

bool schema_append(struct schema *schema, const char *text,
		   char reason[REASON_MAX])
{
	const char *colon = strchr(text, ':');
	struct field *field = &schema->field[schema->count];

	if (schema->count == FLATMAP_FIELDS_MAX) {
		snprintf(reason, REASON_MAX, "more than %d fields",
			 FLATMAP_FIELDS_MAX);
		return false;
	}
	if (!colon) {
		snprintf(reason, REASON_MAX, "not NAME:TYPE");
		return false;
	}
	if (!name_parse(text, colon - text, field->name, reason) ||
	    !type_parse(colon + 1, 1, FLATMAP_VALUE_MAX, &field->type, reason))
		return false;
	if (schema_find(schema, field->name, colon - text, reason)) {
		snprintf(reason, REASON_MAX, "there is such a field already");
		return false;
	}

	align(schema, type_alignment(&field->type));
	field->offset = schema->value_size;
	schema->value_size += field->type.size;
	schema->count++;
	if (schema->value_size > FLATMAP_VALUE_MAX) {
		snprintf(reason, REASON_MAX, "the fields have more than %d bytes",
			 FLATMAP_VALUE_MAX);
		return false;
	}
	return true;
}

void schema_finish(struct schema *schema)
{
	uint32_t largest = 1, alignment;
	size_t i;

	for (i = 0; i < schema->count; i++) {
		alignment = type_alignment(&schema->field[i].type);
		if (alignment > largest)
			largest = alignment;
	}
	align(schema, largest);
}

/* ---- Names and sets of fields --------------------------------------- */

const struct field *schema_find(const struct schema *schema, const char *name,
				size_t length, char reason[REASON_MAX])
{
	size_t i, used;

	for (i = 0; i < schema->count; i++)
		if (strlen(schema->field[i].name) == length &&
		    !memcmp(schema->field[i].name, name, length))
			return &schema->field[i];

	used = snprintf(reason, REASON_MAX, "no such field; there are");
	for (i = 0; i < schema->count && used < REASON_MAX; i++)
		used += snprintf(reason + used, REASON_MAX - used, "%s %s",
				 i ? "," : "", schema->field[i].name);
	return NULL;
}

uint64_t schema_bit(const struct schema *schema, const struct field *field)
{
	return 1ULL << (field - schema->field);
}

uint64_t schema_all(const struct schema *schema)
{
	return ~0ULL >> (64 - schema->count);
}

/* ---- Values --------------------------------------------------------- */

static bool parse_plain(const struct schema *schema, const char *const *words,
			size_t count, void *value, char reason[REASON_MAX])
{
	char why[REASON_MAX];

	if (count > 1) {
		snprintf(reason, REASON_MAX, "%.100s: one argument too many",
			 words[1]);
		return false;
	}
	if (text_parse(&schema->field[0].type, words[0], strlen(words[0]),
		       value, why))
		return true;
	snprintf(reason, REASON_MAX, "value %.100s: %.120s", words[0], why);
	return false;
}

static bool parse_word(const struct schema *schema, const char *word,
		       unsigned char *value, uint64_t *given,
		       char reason[REASON_MAX])
{
	const char *equals = strchr(word, '=');
	const struct field *field;

	if (!equals) {
		snprintf(reason, REASON_MAX, "not FIELD=VALUE");
		return false;
	}
	field = schema_find(schema, word, equals - word, reason);
	if (!field)
		return false;
	if (*given & schema_bit(schema, field)) {
		snprintf(reason, REASON_MAX, "the field is there twice");
		return false;
	}
	*given |= schema_bit(schema, field);
	return text_parse(&field->type, equals + 1, strlen(equals + 1),
			  value + field->offset, reason);
}

bool value_parse(const struct schema *schema, const char *const *words,
		 size_t count, void *value, uint64_t *given,
		 char reason[REASON_MAX])
{
	char why[REASON_MAX];
	size_t i;

	if (!count) {
		snprintf(reason, REASON_MAX, "too few arguments");
		return false;
	}
	if (schema->plain) {
		*given = schema_all(schema);
		return parse_plain(schema, words, count, value, reason);
	}

	*given = 0;
	memset(value, 0, schema->value_size);
	for (i = 0; i < count; i++) {
		if (!parse_word(schema, words[i], value, given, why)) {
			snprintf(reason, REASON_MAX, "%.80s: %.160s", words[i],
				 why);
			return false;
		}
	}
	return true;
}

static char *field_text(const struct field *field, const void *value,
			size_t *length)
{
	char *text = must_alloc(text_max(&field->type), 1);

	*length = text_format(&field->type,
			      (const unsigned char *)value + field->offset,
			      text);
	return text;
}

void field_print(const struct field *field, const void *value, FILE *stream)
{
	size_t length;
	char *text = field_text(field, value, &length);

	fwrite(text, 1, length, stream);
	free(text);
}

/* As a shell takes it for one word. */
static void word_print(const char *text, size_t length, FILE *stream)
{
	size_t i;

	if (consists_of(text, length, "_-.,:/@%+=")) {
		fwrite(text, 1, length, stream);
		return;
	}

	putc('\'', stream);
	for (i = 0; i < length; i++) {
		if (text[i] == '\'')
			fputs("'\\'", stream);
		putc(text[i], stream);
	}
	putc('\'', stream);
}

void value_print(const struct schema *schema, const void *value, FILE *stream)
{
	size_t length, i;
	char *text;

	if (schema->plain)
		field_print(schema->field, value, stream);
	for (i = 0; !schema->plain && i < schema->count; i++) {
		text = field_text(&schema->field[i], value, &length);
		fprintf(stream, "%s%s=", i ? " " : "", schema->field[i].name);
		word_print(text, length, stream);
		free(text);
	}
	putc('\n', stream);
}
