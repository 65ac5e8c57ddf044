// SPDX-License-Identifier: MIT
/* flatmapctl set, insert, update, append, add and del: change one entry. */
#include <string.h>

#include "item.h"

/* ---- Values --------------------------------------------------------- */

typedef int (*write_fn)(const struct item *item);

static enum status write_item(const struct item_usage *usage, write_fn write,
			      int argc, char **argv)
{
	struct item item = { 0 };
	const char *const *words;
	enum status status;
	size_t count;
	int err;

	status = item_open(&item, usage, argc, argv);
	if (status == STATUS_DONE) {
		words = item_rest(&item, &count);
		status = item_value(&item, words, count);
	}
	if (status == STATUS_DONE) {
		err = write(&item);
		if (err < 0)
			status = item_failed(&item, err);
	}
	item_close(&item);
	return status;
}

#define VALUE_ARGS	"NAME KEY VALUE|FIELD=VALUE..."

static int set(const struct item *item)
{
	return item_set(item->map, &item->schema, item->key, item->value,
			item->given);
}

enum status command_set(int argc, char **argv)
{
	static const struct item_usage usage = {
		.args = VALUE_ARGS,
		.doc = "Give a key a value, whether it is there or not."
		       "\v"
		       "Fields that are not named are zero in a new value and "
		       "stay as they are in an old one. All fields change at "
		       "once if all are named, else one after the other.",
		.kind = ONLY_MAP,
		.min = 3,
		.max = VALUE_WORDS,
	};

	return write_item(&usage, set, argc, argv);
}

static int insert(const struct item *item)
{
	return flatmap_insert(item->map, item->key, item->value);
}

enum status command_insert(int argc, char **argv)
{
	static const struct item_usage usage = {
		.args = VALUE_ARGS,
		.doc = "Add a key with its value. Exit status 1, and no "
		       "change, if the key is there already."
		       "\v"
		       "Fields that are not named are zero.",
		.min = 3,
		.max = VALUE_WORDS,
	};

	return write_item(&usage, insert, argc, argv);
}

static int update(const struct item *item)
{
	return item_update(item->map, &item->schema, item->key, item->value,
			   item->given);
}

enum status command_update(int argc, char **argv)
{
	static const struct item_usage usage = {
		.args = VALUE_ARGS,
		.doc = "Give a key that is there another value. Exit status 1 "
		       "if it is not there."
		       "\v"
		       "Fields that are not named stay as they are. All fields "
		       "change at once if all are named, else one after the "
		       "other.",
		.kind = ONLY_MAP,
		.min = 3,
		.max = VALUE_WORDS,
	};

	return write_item(&usage, update, argc, argv);
}

static int append(const struct item *item)
{
	return flatmap_add(item->map, item->key, item->value);
}

enum status command_append(int argc, char **argv)
{
	static const struct item_usage usage = {
		.args = VALUE_ARGS,
		.doc = "Give a key of a multimap one more value. Equal ones "
		       "are kept apart; a key has up to 128."
		       "\v"
		       "Fields that are not named are zero.",
		.kind = ONLY_MULTIMAP,
		.min = 3,
		.max = VALUE_WORDS,
	};

	return write_item(&usage, append, argc, argv);
}

/* ---- add ------------------------------------------------------------ */

/* "FIELD=NUMBER", or "NUMBER" for a plain value. */
static bool parse_increment(const struct schema *schema, const char *word,
			    struct flatmap_increment *increment,
			    char reason[REASON_MAX])
{
	const char *equals = strchr(word, '='), *number = word;
	const struct field *field = schema->field;
	int64_t by;

	if (equals) {
		field = schema_find(schema, word, equals - word, reason);
		number = equals + 1;
	} else if (!schema->plain) {
		snprintf(reason, REASON_MAX, "not FIELD=NUMBER");
		field = NULL;
	}
	if (!field)
		return false;

	if (!type_is_integer(&field->type)) {
		snprintf(reason, REASON_MAX, "the field is not an integer");
		return false;
	}
	if (!text_parse_s64(number, strlen(number), &by, reason))
		return false;
	*increment = (struct flatmap_increment){
		.field = field - schema->field,
		.by = by,
	};
	return true;
}

static enum status add(const struct item *item)
{
	struct flatmap_increment increments[FLATMAP_FIELDS_MAX];
	char reason[REASON_MAX], why[REASON_MAX];
	const char *const *words;
	size_t count, i;
	int err;

	words = item_rest(item, &count);
	for (i = 0; i < count; i++) {
		if (!parse_increment(&item->schema, words[i], &increments[i],
				     why)) {
			snprintf(reason, sizeof(reason), "%.80s: %.160s",
				 words[i], why);
			return item_wrong(item, reason);
		}
	}

	err = flatmap_increment(item->map, item->key, increments, count,
				item->create ? FLATMAP_INCREMENT_CREATE : 0,
				NULL);
	return err < 0 ? item_failed(item, err) : STATUS_DONE;
}

enum status command_add(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "create", 'c', NULL, 0,
		  "Begin with zeros if the key is not there", 0 },
		{ 0 }
	};
	static const struct item_usage usage = {
		.args = "NAME KEY NUMBER|FIELD=NUMBER...",
		.doc = "Add numbers to integer fields of a value. Exit status 1 "
		       "if the key is not there."
		       "\v"
		       "All fields change at once, and nothing that others add "
		       "meanwhile is lost. If a sum does not fit its field, "
		       "nothing changes.",
		.options = options,
		.kind = ONLY_MAP,
		.min = 3,
		.max = VALUE_WORDS,
	};
	struct item item = { 0 };
	enum status status;

	status = item_open(&item, &usage, argc, argv);
	if (status == STATUS_DONE)
		status = add(&item);
	item_close(&item);
	return status;
}

/* ---- del ------------------------------------------------------------ */

static enum status del(struct item *item)
{
	enum status status;
	int err;

	if (item->values_count) {
		status = item_value(item, item->values, item->values_count);
		if (status != STATUS_DONE)
			return status;
		err = flatmap_delete_value(item->map, item->key, item->value);
	} else {
		err = flatmap_delete(item->map, item->key, NULL);
	}
	if (err == -ENOENT && item->values_count)
		return fail(STATUS_ABSENT, "%s: key %s: no such value",
			    item->name, item->words.word[1]);
	return err ? item_failed(item, err) : STATUS_DONE;
}

enum status command_del(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "value", 'v', "VALUE|FIELD=VALUE", 0,
		  "Remove only this value; repeat it for each field", 0 },
		{ 0 }
	};
	static const struct item_usage usage = {
		.args = "NAME KEY",
		.doc = "Remove a key with its value, or with all its values. "
		       "Exit status 1 if the key, or the value, is not there."
		       "\v"
		       "Of several equal values --value removes one. Fields "
		       "that are not named are zero.",
		.options = options,
		.min = 2,
		.max = 2,
	};
	struct item item = { 0 };
	enum status status;

	status = item_open(&item, &usage, argc, argv);
	if (status == STATUS_DONE)
		status = del(&item);
	item_close(&item);
	return status;
}
