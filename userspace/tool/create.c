// SPDX-License-Identifier: MIT
/* flatmapctl create and destroy. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "flatmapctl.h"
#include "schema.h"

/* ---- create --------------------------------------------------------- */

struct create {
	struct words words;
	struct flatmap_options options;
	struct schema schema;		/* of --field */
	bool key, value;
};

/* Options without a letter. */
enum {
	OPTION_MAX_ENTRIES = 256,
	OPTION_MAX_BYTES,
	OPTION_FIXED,
	OPTION_SHRINK,
};

static const char create_doc[] =
	"Make a map, or a multimap. It grows with its entries."
	"\v"
	"A TYPE is " TYPES ". Keys have up to 1024 bytes, values up to 65536 "
	"(bytes:0 for a set of keys alone).\n"
	"\n"
	"An entry is a key with its value, in a multimap each of its values. How "
	"many there will be need not be known; --entries spares a map some "
	"growing, and --fixed all of it: such a map takes its memory at once and "
	"never has more than N entries. To hold more than 6422528 entries, up to "
	"400000000, a map must be told so by --entries or --max-entries.\n"
	"\n"
	"A value is one thing of the TYPE of --value, or has the fields that "
	"--field names, in this order. They lie as a C compiler would put them "
	"into a struct: integers at multiples of their size, ipv4 and ipv6 at "
	"multiples of 4, the others without gaps; the struct's size is a multiple "
	"of the largest of these.\n"
	"\n"
	"siphash, the default, stays fast even for keys that an adversary has "
	"chosen; fast is for keys that can be trusted.";

static const struct argp_option create_options[] = {
	{ "key", 'k', "TYPE", 0, "Type of the keys", 0 },
	{ "value", 'v', "TYPE", 0, "Type of the values", 0 },
	{ "field", 'f', "NAME:TYPE", 0,
	  "A field of the values; up to 64 of them", 0 },
	{ "entries", 'n', "N", 0, "Begin with room for N entries", 0 },
	{ "max-entries", OPTION_MAX_ENTRIES, "N", 0, "Never have more than N entries", 0 },
	{ "max-bytes", OPTION_MAX_BYTES, "SIZE", 0,
	  "Never take more memory: bytes, or with K, M or G after the number", 0 },
	{ "fixed", OPTION_FIXED, NULL, 0, "Never grow: --entries is all", 0 },
	{ "shrink", OPTION_SHRINK, NULL, 0,
	  "Give memory back when few entries are left", 0 },
	{ "multi", 'm', NULL, 0, "A key can have several values, up to 128", 0 },
	{ "hash", 'h', "HASH", 0, "siphash or fast", 0 },
	{ 0 }
};

static struct type parse_type(const char *option, char *arg, uint32_t min,
			      uint32_t max, struct argp_state *state)
{
	struct type type = { 0 };
	char reason[REASON_MAX];

	if (!type_parse(arg, min, max, &type, reason))
		argp_error(state, "--%s %s: %s", option, arg, reason);
	return type;
}

static void parse_field(struct schema *schema, const char *arg,
			struct argp_state *state)
{
	char reason[REASON_MAX];

	if (!schema_append(schema, arg, reason))
		argp_error(state, "--field %s: %s", arg, reason);
}

static uint64_t parse_entries(const char *option, const char *arg,
			      struct argp_state *state)
{
	uint64_t entries;
	char *end;

	errno = 0;
	entries = strtoull(arg, &end, 10);
	if (!isdigit((unsigned char)*arg) || *end)
		argp_error(state, "--%s %s: not a number", option, arg);
	if (errno || !entries || entries > FLATMAP_ENTRIES_MAX)
		argp_error(state, "--%s %s: not between 1 and %u", option, arg,
			   FLATMAP_ENTRIES_MAX);
	return entries;
}

/* Bytes; K, M and G are powers of 1024. */
static uint64_t parse_bytes(const char *arg, struct argp_state *state)
{
	static const char units[] = "KMG";
	const char *unit;
	uint64_t bytes;
	char *end;

	errno = 0;
	bytes = strtoull(arg, &end, 10);
	unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
	if (!isdigit((unsigned char)*arg) || (*end && (!unit || end[1])))
		argp_error(state, "--max-bytes %s: not a number, with K, M or G behind or not",
			   arg);
	if (errno || !bytes ||
	    (unit && __builtin_mul_overflow(bytes, 1ULL << 10 * (unit - units + 1),
					    &bytes)))
		argp_error(state, "--max-bytes %s: 0, or more than 64 bits", arg);
	return bytes;
}

/* What the options say together. */
static void check_options(const struct create *create, struct argp_state *state)
{
	const struct flatmap_options *options = &create->options;
	bool fixed = options->flags & FLATMAP_FIXED;

	if (!create->key || (!create->value && !create->schema.count))
		argp_error(state, "--key, and --value or --field are needed");
	if (create->value && create->schema.count)
		argp_error(state, "--value and --field exclude each other");
	if (fixed && !options->entries)
		argp_error(state, "--fixed needs --entries");
	if (fixed && options->flags & FLATMAP_SHRINK)
		argp_error(state, "--fixed and --shrink exclude each other");
	if (options->max_entries && options->max_entries < options->entries)
		argp_error(state, "--max-entries is less than --entries");
	if (fixed && options->max_entries > options->entries)
		argp_error(state, "--fixed ends at --entries, not at --max-entries");
}

static error_t create_parse(int key, char *arg, struct argp_state *state)
{
	struct create *create = state->input;
	struct type type;

	switch (key) {
	case 'k':
		type = parse_type("key", arg, 1, FLATMAP_KEY_MAX, state);
		create->options.key_type = type.kind;
		create->options.key_size = type.size;
		create->key = true;
		return 0;
	case 'v':
		type = parse_type("value", arg, 0, FLATMAP_VALUE_MAX, state);
		create->options.value_type = type.kind;
		create->options.value_size = type.size;
		create->value = true;
		return 0;
	case 'f':
		parse_field(&create->schema, arg, state);
		return 0;
	case 'm':
		create->options.flags |= FLATMAP_MULTIMAP;
		return 0;
	case 'n':
		create->options.entries = parse_entries("entries", arg, state);
		return 0;
	case OPTION_MAX_ENTRIES:
		create->options.max_entries = parse_entries("max-entries", arg,
							    state);
		return 0;
	case OPTION_MAX_BYTES:
		create->options.max_bytes = parse_bytes(arg, state);
		return 0;
	case OPTION_FIXED:
		create->options.flags |= FLATMAP_FIXED;
		return 0;
	case OPTION_SHRINK:
		create->options.flags |= FLATMAP_SHRINK;
		return 0;
	case 'h':
		if (!strcmp(arg, "fast"))
			create->options.hash = FLATMAP_HASH_FAST;
		else if (!strcmp(arg, "siphash"))
			create->options.hash = FLATMAP_HASH_SIPHASH;
		else
			argp_error(state, "--hash %s: neither siphash nor fast",
				   arg);
		return 0;
	case ARGP_KEY_END:
		check_options(create, state);
		break;
	}
	return words_parse(key, arg, state, &create->words);
}

/* The fields as the library takes them; @fields has room for all. */
static void set_fields(struct create *create, struct flatmap_field *fields)
{
	struct schema *schema = &create->schema;
	size_t i;

	schema_finish(schema);
	for (i = 0; i < schema->count; i++) {
		const struct field *field = &schema->field[i];

		memset(&fields[i], 0, sizeof(fields[i]));
		strcpy(fields[i].name, field->name);
		fields[i].type = field->type.kind;
		fields[i].offset = field->offset;
		fields[i].size = field->type.size;
	}
	create->options.value_size = schema->value_size;
	create->options.fields = fields;
	create->options.fields_count = schema->count;
}

enum status command_create(int argc, char **argv)
{
	const struct argp argp = { create_options, create_parse,
				   "NAME --key TYPE --value TYPE\n"
				   "NAME --key TYPE --field NAME:TYPE...",
				   create_doc, 0, 0, 0 };
	struct create create = { .words = { .min = 1, .max = 1 } };
	struct flatmap_field fields[FLATMAP_FIELDS_MAX];
	struct flatmap *map;
	int err;

	argp_parse(&argp, argc, argv, 0, NULL, &create);

	if (create.schema.count)
		set_fields(&create, fields);
	err = flatmap_create(create.words.word[0], &create.options, &map);
	if (err)
		return fail_map(create.words.word[0], err);

	flatmap_close(map);
	return STATUS_DONE;
}

/* ---- destroy -------------------------------------------------------- */

static const char destroy_doc[] =
	"Remove maps."
	"\v"
	"Programs that have a map open find it gone; its memory is given back "
	"when the last of them has closed it. A name that does not exist does "
	"not keep the others from being removed.";

/* Every name is destroyed as it comes, once the line is known to be right. */
static error_t destroy_parse(int key, char *arg, struct argp_state *state)
{
	enum status *status = state->input;
	int err, i;

	(void)arg;
	switch (key) {
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "too few arguments");
		return 0;
	case ARGP_KEY_ARGS:
		for (i = state->next; i < state->argc; i++) {
			err = flatmap_destroy(state->argv[i]);
			if (err && fail_map(state->argv[i], err) > *status)
				*status = status_of(err);
		}
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

enum status command_destroy(int argc, char **argv)
{
	const struct argp argp = { NULL, destroy_parse, "NAME...", destroy_doc,
				   0, 0, 0 };
	enum status status = STATUS_DONE;

	argp_parse(&argp, argc, argv, 0, NULL, &status);
	return status;
}
