// SPDX-License-Identifier: MIT
/* flatmapctl get, values and count: what a key has. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "item.h"

typedef enum status (*read_fn)(struct item *item);

static enum status read_item(const struct item_usage *usage, read_fn read,
			     int argc, char **argv)
{
	struct item item = { 0 };
	enum status status;

	status = item_open(&item, usage, argc, argv);
	if (status == STATUS_DONE)
		status = read(&item);
	item_close(&item);
	return status;
}

/* ---- get ------------------------------------------------------------ */

static enum status get_field(struct item *item, const char *name)
{
	const struct schema *schema = &item->schema;
	const struct field *field;
	char reason[REASON_MAX];
	int err;

	field = schema_find(schema, name, strlen(name), reason);
	if (!field)
		return fail(STATUS_USAGE, "%s: field %s: %s", item->name, name,
			    reason);

	/* Of several values the whole first one has to be fetched. */
	if (schema->multimap || !schema->value_size)
		err = flatmap_lookup(item->map, item->key, item->value);
	else
		err = flatmap_lookup_field(item->map, item->key,
					   field - schema->field,
					   item->value + field->offset);
	if (err)
		return item_failed(item, err);

	field_print(field, item->value, stdout);
	putchar('\n');
	return STATUS_DONE;
}

static enum status get(struct item *item)
{
	int err;

	if (item->words.count > 2)
		return get_field(item, item->words.word[2]);

	err = flatmap_lookup(item->map, item->key, item->value);
	if (err)
		return item_failed(item, err);

	value_print(&item->schema, item->value, stdout);
	return STATUS_DONE;
}

enum status command_get(int argc, char **argv)
{
	static const struct item_usage usage = {
		.args = "NAME KEY [FIELD]",
		.doc = "Print the value of a key, or one field of it, and a "
		       "newline. Exit status 1 if the key is not there."
		       "\v"
		       "A value with fields is printed as the words that set "
		       "takes, quoted for a shell where need be; a field on its "
		       "own as it is. Of several values the first to have been "
		       "added is printed.",
		.min = 2,
		.max = 3,
	};

	return read_item(&usage, get, argc, argv);
}

/* ---- values --------------------------------------------------------- */

static enum status values(struct item *item)
{
	size_t size = item->schema.value_size, count, i;
	unsigned char *all = must_alloc(FLATMAP_VALUES_MAX, size);
	int err;

	err = flatmap_values(item->map, item->key, all, FLATMAP_VALUES_MAX,
			     &count);
	for (i = 0; !err && i < count; i++)
		value_print(&item->schema, all + i * size, stdout);
	free(all);
	return err ? item_failed(item, err) : STATUS_DONE;
}

enum status command_values(int argc, char **argv)
{
	static const struct item_usage usage = {
		.args = "NAME KEY",
		.doc = "Print all values of a key, as get does, in the order in "
		       "which they were added. Exit status 1 if the key is not "
		       "there."
		       "\v"
		       "They are the values that the key had at one moment.",
		.min = 2,
		.max = 2,
	};

	return read_item(&usage, values, argc, argv);
}

/* ---- count ---------------------------------------------------------- */

static enum status count(struct item *item)
{
	uint64_t values = 0;
	int err;

	err = flatmap_count(item->map, item->key, &values);
	if (err && err != -ENOENT)
		return item_failed(item, err);

	printf("%" PRIu64 "\n", values);
	return STATUS_DONE;
}

enum status command_count(int argc, char **argv)
{
	static const struct item_usage usage = {
		.args = "NAME KEY",
		.doc = "Print how many values a key has: 0 if it is not there.",
		.min = 2,
		.max = 2,
	};

	return read_item(&usage, count, argc, argv);
}
