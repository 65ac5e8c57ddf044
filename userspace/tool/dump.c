// SPDX-License-Identifier: MIT
/* flatmapctl dump: all entries, as CSV or JSON. */
#include <csv.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flatmapctl.h"
#include "schema.h"

#define PAGE_BYTES	(256 * 1024)

struct dump {
	struct words words;
	bool json;
	struct schema schema;
	char *text;		/* room for a key or a field */
	size_t written;		/* entries */
};

/* ---- CSV ------------------------------------------------------------ */

static void csv_cell(struct dump *dump, const struct type *type,
		     const void *bytes)
{
	csv_fwrite(stdout, dump->text, text_format(type, bytes, dump->text));
}

static void csv_header(const struct schema *schema)
{
	size_t i;

	fputs("key", stdout);
	for (i = 0; i < schema->count; i++)
		printf(",%s", schema->field[i].name);
	putchar('\n');
}

static void csv_entry(struct dump *dump, const unsigned char *key,
		      const unsigned char *value)
{
	const struct schema *schema = &dump->schema;
	size_t i;

	csv_cell(dump, &schema->key, key);
	for (i = 0; i < schema->count; i++) {
		putchar(',');
		csv_cell(dump, &schema->field[i].type,
			 value + schema->field[i].offset);
	}
	putchar('\n');
}

/* ---- JSON ----------------------------------------------------------- */

/* Strings that are not UTF-8 cannot be JSON strings: {"hex": "ff00"} instead. */
static struct json_object *json_cell(struct dump *dump, const struct type *type,
				     const void *bytes)
{
	struct json_object *object, *string;
	struct type hex;
	size_t length;

	if (type_is_integer(type) && type_is_signed(type))
		return json_object_new_int64(text_signed(type, bytes));
	if (type_is_integer(type))
		return json_object_new_uint64(text_unsigned(type, bytes));

	length = text_format(type, bytes, dump->text);
	if (text_is_utf8(dump->text, length))
		return json_object_new_string_len(dump->text, length);

	hex = (struct type){ FLATMAP_TYPE_BYTES, length };
	length = text_format(&hex, bytes, dump->text);
	string = json_object_new_string_len(dump->text, length);
	object = json_object_new_object();
	json_object_object_add(object, "hex", string);
	return object;
}

static void json_entry(struct dump *dump, const unsigned char *key,
		       const unsigned char *value)
{
	struct json_object *entry = json_object_new_object();
	const struct schema *schema = &dump->schema;
	size_t i;

	json_object_object_add(entry, "key",
			       json_cell(dump, &schema->key, key));
	for (i = 0; i < schema->count; i++)
		json_object_object_add(entry, schema->field[i].name,
				       json_cell(dump, &schema->field[i].type,
						 value + schema->field[i].offset));
	printf("%s\n  %s", dump->written ? "," : "",
	       json_object_to_json_string_ext(entry, JSON_C_TO_STRING_SPACED |
					      JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(entry);
}

/* ---- The command ---------------------------------------------------- */

/* The caller looks at what became of standard output. */
static int dump_map(struct dump *dump, const struct flatmap *map)
{
	size_t key_size = dump->schema.key.size;
	size_t value_size = dump->schema.value_size;
	size_t item = key_size + value_size;
	size_t page = item < PAGE_BYTES ? PAGE_BYTES / item : 1;
	unsigned char *values = must_alloc(page, value_size);
	unsigned char *keys = must_alloc(page, key_size);
	struct flatmap_cursor cursor = { 0 };
	size_t done, i;
	int err;

	if (dump->json)
		putchar('[');
	else
		csv_header(&dump->schema);
	do {
		err = flatmap_page(map, &cursor, keys, values, page, &done);
		for (i = 0; i < done; i++, dump->written++)
			(dump->json ? json_entry : csv_entry)
				(dump, keys + i * key_size,
				 values + i * value_size);
	} while (!err && done && !ferror(stdout));
	if (dump->json)
		fputs(dump->written ? "\n]\n" : "]\n", stdout);

	free(keys);
	free(values);
	return err;
}

static char *make_text(const struct schema *schema)
{
	size_t most = text_max(&schema->key), i;

	for (i = 0; i < schema->count; i++)
		if (text_max(&schema->field[i].type) > most)
			most = text_max(&schema->field[i].type);
	/* Twice, since a string may have to be written in hexadecimal. */
	return must_alloc(most, 2);
}

static const char doc[] =
	"Print all entries of a map, in the order of its hash."
	"\v"
	"An entry that is there from beginning to end is printed exactly once, "
	"whatever others do to the map meanwhile. In a multimap each value is an "
	"entry; those of a key come in the order in which they were added.\n"
	"\n"
	"csv, the default: a header row, key,value or key and the names of the "
	"fields, and one row for each entry. json: an array of objects with the "
	"same names, where integers are numbers and bytes:N a string of "
	"hexadecimal digits; a string:N that is not UTF-8 becomes "
	"{\"hex\": \"...\"}.";

static const struct argp_option options[] = {
	{ "format", 'f', "FORMAT", 0, "csv or json", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct dump *dump = state->input;

	if (key != 'f')
		return words_parse(key, arg, state, &dump->words);

	dump->json = !strcmp(arg, "json");
	if (!dump->json && strcmp(arg, "csv"))
		argp_error(state, "--format %s: neither csv nor json", arg);
	return 0;
}

enum status command_dump(int argc, char **argv)
{
	const struct argp argp = { options, parse, "NAME", doc, 0, 0, 0 };
	struct dump dump = { .words = { .min = 1, .max = 1 } };
	char reason[REASON_MAX];
	const char *name;
	struct flatmap *map;
	int err;

	argp_parse(&argp, argc, argv, 0, NULL, &dump);
	name = dump.words.word[0];

	err = flatmap_open(name, &map);
	if (err)
		return fail_map(name, err);

	schema_of(map, &dump.schema);
	if (dump.json && schema_find(&dump.schema, "key", 3, reason))
		return fail(STATUS_USAGE,
			    "%s: in JSON its field key would hide the key; use --format csv",
			    name);

	dump.text = make_text(&dump.schema);
	err = dump_map(&dump, map);

	free(dump.text);
	flatmap_close(map);
	return err ? fail_map(name, err) : STATUS_DONE;
}
