// SPDX-License-Identifier: MIT
/* Command lines that name one entry, and setting some fields of it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "item.h"

/* ---- Command lines -------------------------------------------------- */

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct item *item = state->input;

	switch (key) {
	case 'c':
		item->create = true;
		return 0;
	case 'v':
		if (item->values_count == FLATMAP_FIELDS_MAX)
			argp_error(state, "--value %s: one too many", arg);
		item->values[item->values_count++] = arg;
		return 0;
	default:
		return words_parse(key, arg, state, &item->words);
	}
}

static enum status check_kind(const struct item *item, enum kind kind)
{
	if (kind == ONLY_MAP && item->schema.multimap)
		return fail(STATUS_USAGE,
			    "%s: a multimap, whose keys can have many values: see append, values and del --value",
			    item->name);
	if (kind == ONLY_MULTIMAP && !item->schema.multimap)
		return fail(STATUS_USAGE,
			    "%s: not a multimap: its keys have one value, see set",
			    item->name);
	return STATUS_DONE;
}

enum status item_open(struct item *item, const struct item_usage *usage,
		      int argc, char **argv)
{
	const struct argp argp = { usage->options, parse, usage->args,
				   usage->doc, 0, 0, 0 };
	const char *const *word = item->words.word;
	char reason[REASON_MAX];
	enum status status;
	int err;

	item->words.min = usage->min;
	item->words.max = usage->max;
	argp_parse(&argp, argc, argv, 0, NULL, item);

	item->name = word[0];
	err = flatmap_open(item->name, &item->map);
	if (err)
		return fail_map(item->name, err);

	schema_of(item->map, &item->schema);
	item->value = must_alloc(item->schema.value_size, 1);
	status = check_kind(item, usage->kind);
	if (status != STATUS_DONE)
		return status;

	if (!text_parse(&item->schema.key, word[1], strlen(word[1]), item->key,
			reason))
		return item_wrong(item, reason);
	return STATUS_DONE;
}

void item_close(struct item *item)
{
	free(item->value);
	flatmap_close(item->map);
}

enum status item_value(struct item *item, const char *const *words,
		       size_t count)
{
	char reason[REASON_MAX];

	if (value_parse(&item->schema, words, count, item->value, &item->given,
			reason))
		return STATUS_DONE;
	return item_wrong(item, reason);
}

const char *const *item_rest(const struct item *item, size_t *count)
{
	*count = item->words.count - 2;
	return item->words.word + 2;
}

enum status item_wrong(const struct item *item, const char *reason)
{
	return fail(STATUS_USAGE, "%s: key %s: %s", item->name,
		    item->words.word[1], reason);
}

enum status item_failed(const struct item *item, int err)
{
	return fail_key(item->name, item->words.word[1], err);
}

/* ---- Some fields of a value ----------------------------------------- */

int item_update(const struct flatmap *map, const struct schema *schema,
		const void *key, const unsigned char *value, uint64_t given)
{
	size_t i;
	int err = 0;

	if (given == schema_all(schema))
		return flatmap_update(map, key, value);

	for (i = 0; i < schema->count && !err; i++)
		if (given & 1ULL << i)
			err = flatmap_update_field(map, key, i, value +
						   schema->field[i].offset);
	return err;
}

int item_set(const struct flatmap *map, const struct schema *schema,
	     const void *key, const unsigned char *value, uint64_t given)
{
	int err;

	if (given == schema_all(schema))
		return flatmap_upsert(map, key, value);

	/* Others may add and delete the key between the two. */
	do {
		err = flatmap_insert(map, key, value);
		if (err != -EEXIST)
			return err;
		err = item_update(map, schema, key, value, given);
	} while (err == -ENOENT);
	return err ? err : 1;
}
