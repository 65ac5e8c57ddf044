// SPDX-License-Identifier: MIT
/* flatmapctl dump: all entries, as CSV or JSON. */
#include <csv.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flatmapctl.h"

#define PAGE_BYTES	(256 * 1024)

struct dump {
	struct words words;
	bool json;
	struct type key, value;
	char *text;		/* room for a key or a value */
	size_t written;		/* entries */
};

/* ---- Formats -------------------------------------------------------- */

static void csv_field(struct dump *dump, const struct type *type,
		      const void *bytes)
{
	csv_fwrite(stdout, dump->text, text_format(type, bytes, dump->text));
}

static void csv_entry(struct dump *dump, const void *key, const void *value)
{
	csv_field(dump, &dump->key, key);
	putchar(',');
	csv_field(dump, &dump->value, value);
	putchar('\n');
}

/* Strings that are not UTF-8 cannot be JSON strings: {"hex": "ff00"} instead. */
static struct json_object *json_field(struct dump *dump,
				      const struct type *type,
				      const void *bytes)
{
	struct json_object *object, *string;
	size_t length;
	uint64_t number;
	struct type hex;

	if (type->kind == FLATMAP_TYPE_U64) {
		memcpy(&number, bytes, sizeof(number));
		return json_object_new_uint64(number);
	}

	length = text_format(type, bytes, dump->text);
	if (text_is_utf8(dump->text, length))
		return json_object_new_string_len(dump->text, length);

	hex = (struct type){ FLATMAP_TYPE_HEX, length };
	length = text_format(&hex, bytes, dump->text);
	string = json_object_new_string_len(dump->text, length);
	object = json_object_new_object();
	json_object_object_add(object, "hex", string);
	return object;
}

static void json_entry(struct dump *dump, const void *key, const void *value)
{
	struct json_object *entry = json_object_new_object();

	json_object_object_add(entry, "key",
			       json_field(dump, &dump->key, key));
	json_object_object_add(entry, "value",
			       json_field(dump, &dump->value, value));
	printf("%s\n  %s", dump->written ? "," : "",
	       json_object_to_json_string_ext(entry, JSON_C_TO_STRING_SPACED |
					      JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(entry);
}

/* ---- The command ---------------------------------------------------- */

/* The caller looks at what became of standard output. */
static int dump_map(struct dump *dump, const struct flatmap *map)
{
	size_t item = dump->key.size + dump->value.size;
	size_t page = item < PAGE_BYTES ? PAGE_BYTES / item : 1;
	unsigned char *values = must_alloc(page, dump->value.size);
	unsigned char *keys = must_alloc(page, dump->key.size);
	struct flatmap_cursor cursor = { 0 };
	size_t done, i;
	int err;

	fputs(dump->json ? "[" : "key,value\n", stdout);
	do {
		err = flatmap_page(map, &cursor, keys, values, page, &done);
		for (i = 0; i < done; i++, dump->written++)
			(dump->json ? json_entry : csv_entry)
				(dump, keys + i * dump->key.size,
				 values + i * dump->value.size);
	} while (!err && done && !ferror(stdout));
	if (dump->json)
		fputs(dump->written ? "\n]\n" : "]\n", stdout);

	free(keys);
	free(values);
	return err;
}

static const char doc[] =
	"Print all entries of a map, in the order of its hash."
	"\v"
	"An entry that is there from beginning to end is printed exactly once, "
	"whatever others do to the map meanwhile.\n"
	"\n"
	"csv, the default: a header row key,value and one row for each entry. "
	"json: an array of {\"key\": ..., \"value\": ...}, where a u64 is a "
	"number and hex:N a string of hexadecimal digits; a string:N that is "
	"not UTF-8 becomes {\"hex\": \"...\"}.";

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
	const char *name;
	struct flatmap *map;
	size_t key, value;
	int err;

	argp_parse(&argp, argc, argv, 0, NULL, &dump);
	name = dump.words.word[0];

	err = flatmap_open(name, &map);
	if (err)
		return fail_map(name, err);

	dump.key = key_type(map);
	dump.value = value_type(map);
	key = text_max(&dump.key);
	value = text_max(&dump.value);
	/* Twice, since a string may have to be written in hexadecimal. */
	dump.text = must_alloc(key > value ? key : value, 2);

	err = dump_map(&dump, map);

	free(dump.text);
	flatmap_close(map);
	return err ? fail_map(name, err) : STATUS_DONE;
}
