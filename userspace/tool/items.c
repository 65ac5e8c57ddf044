// SPDX-License-Identifier: MIT
/* flatmapctl set, insert, update, get and del: one entry. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flatmapctl.h"

/* The map, the key and the value that a command line names. */
struct item {
	struct words words;
	struct flatmap *map;
	unsigned char key[FLATMAP_KEY_MAX];
	unsigned char *value;
};

static error_t item_parse(int key, char *arg, struct argp_state *state)
{
	struct item *item = state->input;

	return words_parse(key, arg, state, &item->words);
}

static enum status item_open(struct item *item, const char *args,
			     const char *doc, int words, int argc, char **argv)
{
	const struct argp argp = { NULL, item_parse, args, doc, 0, 0, 0 };
	const char **word = item->words.word;
	char reason[REASON_MAX];
	struct type type;
	int err;

	item->words.min = words;
	item->words.max = words;
	argp_parse(&argp, argc, argv, 0, NULL, item);

	err = flatmap_open(word[0], &item->map);
	if (err)
		return fail_map(word[0], err);

	type = key_type(item->map);
	if (!text_parse(&type, word[1], strlen(word[1]), item->key, reason))
		return fail(STATUS_USAGE, "%s: key %s: %s", word[0], word[1],
			    reason);

	type = value_type(item->map);
	item->value = must_alloc(type.size, 1);
	if (words > 2 && !text_parse(&type, word[2], strlen(word[2]),
				     item->value, reason))
		return fail(STATUS_USAGE, "%s: key %s: value %s: %s", word[0],
			    word[1], word[2], reason);
	return STATUS_DONE;
}

static void item_close(struct item *item)
{
	free(item->value);
	flatmap_close(item->map);
}

static enum status item_failed(const struct item *item, int err)
{
	return fail_key(item->words.word[0], item->words.word[1], err);
}

typedef int (*write_fn)(const struct flatmap *map, const void *key,
			const void *value);

static enum status write_item(const char *doc, write_fn write, int argc,
			      char **argv)
{
	struct item item = { 0 };
	enum status status;
	int err;

	status = item_open(&item, "NAME KEY VALUE", doc, 3, argc, argv);
	if (status == STATUS_DONE) {
		err = write(item.map, item.key, item.value);
		if (err < 0)
			status = item_failed(&item, err);
	}
	item_close(&item);
	return status;
}

enum status command_set(int argc, char **argv)
{
	return write_item("Give a key a value, whether it is there or not.",
			  flatmap_upsert, argc, argv);
}

enum status command_insert(int argc, char **argv)
{
	return write_item("Add a key with its value. Exit status 1, and no "
			  "change, if the key is there already.",
			  flatmap_insert, argc, argv);
}

enum status command_update(int argc, char **argv)
{
	return write_item("Give a key that is there another value. Exit "
			  "status 1 if it is not there.",
			  flatmap_update, argc, argv);
}

enum status command_get(int argc, char **argv)
{
	struct item item = { 0 };
	enum status status;
	struct type type;
	char *text;
	int err;

	status = item_open(&item, "NAME KEY",
			   "Print the value of a key and a newline. Exit "
			   "status 1 if the key is not there.", 2, argc, argv);
	if (status != STATUS_DONE)
		goto out;

	err = flatmap_lookup(item.map, item.key, item.value);
	if (err) {
		status = item_failed(&item, err);
		goto out;
	}

	type = value_type(item.map);
	text = must_alloc(text_max(&type), 1);
	fwrite(text, 1, text_format(&type, item.value, text), stdout);
	putchar('\n');
	free(text);
out:
	item_close(&item);
	return status;
}

enum status command_del(int argc, char **argv)
{
	struct item item = { 0 };
	enum status status;
	int err;

	status = item_open(&item, "NAME KEY",
			   "Remove a key and its value. Exit status 1 if the "
			   "key is not there.", 2, argc, argv);
	if (status == STATUS_DONE) {
		err = flatmap_delete(item.map, item.key, NULL);
		if (err)
			status = item_failed(&item, err);
	}
	item_close(&item);
	return status;
}
