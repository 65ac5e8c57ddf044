// SPDX-License-Identifier: MIT
/* flatmapctl list, show and stats: one map or all of them. */
#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flatmapctl.h"
#include "schema.h"

struct show {
	struct words words;
	bool json;
	/* What the command prints of a map; returns a negative errno. */
	int (*text)(const struct flatmap *map);
	int (*object)(const struct flatmap *map, struct json_object **object);
	struct json_object *all;	/* without NAME, with --json */
};

/* ---- list ----------------------------------------------------------- */

static int list_text(const struct flatmap *map)
{
	puts(flatmap_info(map)->name);
	return 0;
}

static int list_object(const struct flatmap *map, struct json_object **object)
{
	*object = json_object_new_string(flatmap_info(map)->name);
	return 0;
}

/* ---- show ----------------------------------------------------------- */

static const char *hash_name(const struct flatmap_ioc_info *info)
{
	return info->hash == FLATMAP_HASH_FAST ? "fast" : "siphash";
}

static bool has_flag(const struct flatmap_ioc_info *info, uint32_t flag)
{
	return info->map_flags & flag;
}

static void print_limit(const char *option, uint64_t limit)
{
	if (limit)
		printf(" --%s %" PRIu64, option, limit);
}

/* As create takes it. */
static int show_text(const struct flatmap *map)
{
	const struct flatmap_ioc_info *info = flatmap_info(map);
	char type[TYPE_NAME_MAX];
	struct schema schema;
	size_t i;

	schema_of(map, &schema);
	type_name(&schema.key, type);
	printf("%s: --key %s", info->name, type);
	for (i = 0; i < schema.count; i++) {
		type_name(&schema.field[i].type, type);
		if (schema.plain)
			printf(" --value %s", type);
		else
			printf(" --field %s:%s", schema.field[i].name, type);
	}
	print_limit("entries", info->entries);
	print_limit("max-entries", info->max_entries);
	print_limit("max-bytes", info->max_bytes);
	printf(" --hash %s%s%s%s\n", hash_name(info),
	       has_flag(info, FLATMAP_FIXED) ? " --fixed" : "",
	       has_flag(info, FLATMAP_SHRINK) ? " --shrink" : "",
	       schema.multimap ? " --multi" : "");
	return 0;
}

static void add_string(struct json_object *object, const char *name,
		       const char *string)
{
	json_object_object_add(object, name, json_object_new_string(string));
}

static void add_number(struct json_object *object, const char *name,
		       uint64_t number)
{
	json_object_object_add(object, name, json_object_new_uint64(number));
}

/* Where 0 means that there is no limit. */
static void add_limit(struct json_object *object, const char *name,
		      uint64_t limit)
{
	json_object_object_add(object, name,
			       limit ? json_object_new_uint64(limit) : NULL);
}

static void add_boolean(struct json_object *object, const char *name, bool is)
{
	json_object_object_add(object, name, json_object_new_boolean(is));
}

static struct json_object *field_object(const struct field *field)
{
	struct json_object *object = json_object_new_object();
	char type[TYPE_NAME_MAX];

	type_name(&field->type, type);
	add_string(object, "name", field->name);
	add_string(object, "type", type);
	add_number(object, "offset", field->offset);
	add_number(object, "size", field->type.size);
	return object;
}

static int show_object(const struct flatmap *map, struct json_object **object)
{
	const struct flatmap_ioc_info *info = flatmap_info(map);
	struct json_object *fields = json_object_new_array();
	char type[TYPE_NAME_MAX];
	struct schema schema;
	size_t i;

	schema_of(map, &schema);
	*object = json_object_new_object();
	add_string(*object, "name", info->name);
	type_name(&schema.key, type);
	add_string(*object, "key", type);
	if (schema.plain) {
		type_name(&schema.field[0].type, type);
		add_string(*object, "value", type);
	}
	for (i = 0; i < schema.count; i++)
		json_object_array_add(fields, field_object(&schema.field[i]));
	json_object_object_add(*object, "fields", fields);
	add_number(*object, "entries", info->entries);
	add_limit(*object, "max_entries", info->max_entries);
	add_limit(*object, "max_bytes", info->max_bytes);
	add_string(*object, "hash", hash_name(info));
	add_boolean(*object, "fixed", has_flag(info, FLATMAP_FIXED));
	add_boolean(*object, "shrink", has_flag(info, FLATMAP_SHRINK));
	add_boolean(*object, "multi", schema.multimap);
	return 0;
}

/* ---- stats ---------------------------------------------------------- */

static const struct figure {
	const char *name;
	size_t offset;
} figures[] = {
#define FIGURE(name)	{ #name, offsetof(struct flatmap_ioc_stats, name) }
	FIGURE(entries),
	FIGURE(capacity),
	FIGURE(bytes),
	FIGURE(slots),
	FIGURE(blocks),
	FIGURE(blocks_free),
	FIGURE(shards),
	FIGURE(regions),
	FIGURE(regions_pinned),
	FIGURE(resizes),
	FIGURE(resizes_failed),
	FIGURE(refused),
	FIGURE(reserve_bytes),
	FIGURE(moved),
	FIGURE(helped),
};

#define FIGURES	(sizeof(figures) / sizeof(figures[0]))

static uint64_t figure_of(const struct flatmap_ioc_stats *stats, size_t i)
{
	uint64_t figure;

	memcpy(&figure, (const char *)stats + figures[i].offset, sizeof(figure));
	return figure;
}

/* What stands behind the figure of all bytes; false if there are no entries. */
static bool bytes_per_entry(const struct flatmap_ioc_stats *stats, char text[32])
{
	if (stats->entries)
		snprintf(text, 32, "%.2f", (double)stats->bytes / stats->entries);
	return stats->entries;
}

static bool is_bytes(size_t i)
{
	return figures[i].offset == offsetof(struct flatmap_ioc_stats, bytes);
}

static int stats_text(const struct flatmap *map)
{
	struct flatmap_ioc_stats stats;
	char quotient[32];
	size_t i;
	int err;

	err = flatmap_stats(map, &stats, sizeof(stats));
	if (err)
		return err;

	puts(flatmap_info(map)->name);
	for (i = 0; i < FIGURES; i++) {
		printf("  %-15s  %" PRIu64 "\n", figures[i].name,
		       figure_of(&stats, i));
		if (is_bytes(i) && bytes_per_entry(&stats, quotient))
			printf("  bytes_per_entry  %s\n", quotient);
	}
	printf("  %-15s  %s\n", "simd", flatmap_simd_name(stats.simd));
	return 0;
}

static int stats_object(const struct flatmap *map, struct json_object **object)
{
	struct json_object *per_entry = NULL;
	struct flatmap_ioc_stats stats;
	char quotient[32];
	size_t i;
	int err;

	err = flatmap_stats(map, &stats, sizeof(stats));
	if (err)
		return err;

	if (bytes_per_entry(&stats, quotient))
		per_entry = json_object_new_double_s(strtod(quotient, NULL),
						     quotient);

	*object = json_object_new_object();
	add_string(*object, "name", flatmap_info(map)->name);
	for (i = 0; i < FIGURES; i++) {
		add_number(*object, figures[i].name, figure_of(&stats, i));
		if (is_bytes(i))
			json_object_object_add(*object, "bytes_per_entry",
					       per_entry);
	}
	add_string(*object, "simd", flatmap_simd_name(stats.simd));
	return 0;
}

/* ---- One map or all of them ----------------------------------------- */

static void print_json(struct json_object *object)
{
	puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PRETTY |
					    JSON_C_TO_STRING_SPACED |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
}

static int show_map(struct show *show, const char *name)
{
	struct json_object *object;
	struct flatmap *map;
	int err;

	err = flatmap_open(name, &map);
	if (err)
		return err;

	if (!show->json) {
		err = show->text(map);
	} else {
		err = show->object(map, &object);
		if (!err && show->all)
			json_object_array_add(show->all, object);
		else if (!err)
			print_json(object);
	}
	flatmap_close(map);
	return err;
}

static enum status show_all(struct show *show)
{
	char name[FLATMAP_NAME_MAX + 1] = "";
	int err;

	if (show->json)
		show->all = json_object_new_array();

	err = flatmap_next_name(NULL, name);
	while (!err) {
		/* Another program may have destroyed it since. */
		err = show_map(show, name);
		if (err && err != -ENOENT && err != -ENODEV)
			return fail_map(name, err);
		err = flatmap_next_name(name, name);
	}
	if (err != -ENOENT)
		return fail(status_of(err), "%s", reason_of(err));

	if (show->all)
		print_json(show->all);
	return STATUS_DONE;
}

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "Print JSON", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct show *show = state->input;

	if (key != 'j')
		return words_parse(key, arg, state, &show->words);
	show->json = true;
	return 0;
}

static enum status show_command(struct show *show, const char *doc, int argc,
				char **argv)
{
	const struct argp argp = { options, parse, "[NAME]", doc, 0, 0, 0 };
	const char *name;
	int err;

	show->words.max = 1;
	argp_parse(&argp, argc, argv, 0, NULL, show);
	if (!show->words.count)
		return show_all(show);

	name = show->words.word[0];
	err = show_map(show, name);
	return err ? fail_map(name, err) : STATUS_DONE;
}

enum status command_list(int argc, char **argv)
{
	struct show show = { .text = list_text, .object = list_object };

	return show_command(&show, "Print the names of the maps in byte "
			    "order, or NAME if there is such a map. JSON: an "
			    "array of strings, or a string.", argc, argv);
}

enum status command_show(int argc, char **argv)
{
	struct show show = { .text = show_text, .object = show_object };

	return show_command(&show, "Print what all maps, or one, were created "
			    "with, in the words that create takes."
			    "\v"
			    "JSON: an array of objects, or an object, with "
			    "name, key, value (unless it has fields with "
			    "names), fields (name, type, offset and size of "
			    "each), entries (0 if nothing was said), "
			    "max_entries and max_bytes (null if there is no "
			    "limit), hash, fixed, shrink and multi.", argc,
			    argv);
}

enum status command_stats(int argc, char **argv)
{
	struct show show = { .text = stats_text, .object = stats_object };

	return show_command(&show, "Print how full all maps are, or one."
			    "\v"
			    "entries: entries in the map; capacity: entries "
			    "it is made for as it is now; bytes: all memory of "
			    "the map; bytes_per_entry: bytes / entries, null in "
			    "JSON if there are none; slots and blocks: what the "
			    "memory is divided into; blocks_free: blocks that "
			    "hold no entry; shards: parts that are resized each "
			    "by itself; regions: pieces of memory in use, one for "
			    "each shard that is not being resized; "
			    "regions_pinned: those that are only kept for "
			    "readers; resizes: how often a shard was given "
			    "another one; resizes_failed: how often there was no "
			    "memory for it; moved: entries that went from one to "
			    "the next; helped: those of them that writers "
			    "moved; simd: the instructions that batches use "
			    "where it pays: scalar, avx2 or avx512.\n"
			    "\n"
			    "JSON: an array of objects, or an object.", argc,
			    argv);
}
