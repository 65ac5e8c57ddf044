// SPDX-License-Identifier: MIT
/*
 * flatmapctl load: the rows of a CSV file become entries.
 *
 * A regular file is read twice: all of it is checked before the first row
 * changes anything. From a pipe each row is checked when it comes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "load.h"

/* ---- Columns -------------------------------------------------------- */

static void add_column(struct load *load, const char *column,
		       const struct field *field)
{
	load->columns[load->columns_count] = column;
	load->fields[load->columns_count++] = field;
	if (field)
		load->given |= schema_bit(&load->schema, field);
}

/* "FIELD=COLUMN" */
static enum status add_pair(struct load *load, const char *pair)
{
	const char *equals = strchr(pair, '=');
	const struct field *field = NULL;
	char reason[REASON_MAX];

	if (equals)
		field = schema_find(&load->schema, pair, equals - pair, reason);
	else
		snprintf(reason, sizeof(reason), "not FIELD=COLUMN");
	if (field && load->given & schema_bit(&load->schema, field)) {
		snprintf(reason, sizeof(reason), "the field is there twice");
		field = NULL;
	}
	if (!field)
		return fail(STATUS_USAGE, "%s: --field %s: %s", load->name,
			    pair, reason);
	add_column(load, equals + 1, field);
	return STATUS_DONE;
}

static enum status set_columns(struct load *load)
{
	enum status status = STATUS_DONE;
	size_t i;

	add_column(load, load->key_column, NULL);
	if (load->value_column && !load->schema.plain)
		return fail(STATUS_USAGE,
			    "%s: its values have fields: --field, not --value",
			    load->name);
	if (load->value_column)
		add_column(load, load->value_column, load->schema.field);
	for (i = 0; i < load->pairs_count && status == STATUS_DONE; i++)
		status = add_pair(load, load->pairs[i]);
	return status;
}

/* ---- Passes --------------------------------------------------------- */

/* The most entries that the map can have, be there memory. */
static uint64_t entries_limit(const struct flatmap_ioc_info *info,
			      const struct flatmap_ioc_stats *stats)
{
	if (info->map_flags & FLATMAP_FIXED)
		return info->entries;
	if (info->max_entries)
		return info->max_entries;
	return stats->shards * FLATMAP_SHARD_ENTRIES;
}

static enum status check_map(struct load *load, uint64_t limit)
{
	size_t distinct = load_distinct(load);

	if (distinct <= limit)
		return STATUS_DONE;
	return fail(STATUS_SYSTEM,
		    "%s: the map can hold %llu keys, %s has %zu", load->name,
		    (unsigned long long)limit, load->file, distinct);
}

static enum status check_multimap(struct load *load, uint64_t room)
{
	const void *key = NULL;
	size_t most;
	char *text;

	if (load->seen_count > room)
		return fail(STATUS_SYSTEM,
			    "%s: the map has room for %llu more values, %s has %zu",
			    load->name, (unsigned long long)room, load->file,
			    load->seen_count);

	load_distinct(load);
	most = load_most_frequent(load, &key);
	if (most <= FLATMAP_VALUES_MAX)
		return STATUS_DONE;
	text = load_key_text(load, key);
	fail(STATUS_SYSTEM, "%s: key %s: a key can have %d values, %s has %zu",
	     load->name, text, FLATMAP_VALUES_MAX, load->file, most);
	free(text);
	return STATUS_SYSTEM;
}

/* Everything that can be known to be wrong before anything is changed. */
static enum status check_file(struct load *load, int fd)
{
	struct flatmap_ioc_stats stats;
	enum status status;
	uint64_t limit;
	off_t start;
	int err;

	start = lseek(fd, 0, SEEK_CUR);
	load->checking = true;
	status = load_rows(load, fd);
	load->checking = false;
	if (status != STATUS_DONE)
		goto unchanged;

	err = flatmap_stats(load->map, &stats, sizeof(stats));
	if (err)
		return fail_map(load->name, err);
	limit = entries_limit(flatmap_info(load->map), &stats);
	if (load->schema.multimap)
		status = check_multimap(load, limit > stats.entries ?
					      limit - stats.entries : 0);
	else
		status = check_map(load, limit);
	if (status != STATUS_DONE)
		goto unchanged;

	if (lseek(fd, start, SEEK_SET) < 0) {
		status = fail(STATUS_SYSTEM, "%s: %s", load->file,
			      strerror(errno));
		goto unchanged;
	}
	return STATUS_DONE;

unchanged:
	fail(status, "%s: nothing was changed", load->name);
	return status;
}

static enum status load_file(struct load *load, int fd)
{
	enum status status, last;
	size_t repeated;

	if (load->regular) {
		status = check_file(load, fd);
		if (status != STATUS_DONE)
			return status;
	}

	status = load_rows(load, fd);
	last = load_waiting(load);
	progress_end();
	if (status == STATUS_DONE)
		status = last;
	if (status != STATUS_DONE) {
		fail(status, "%s: stopped after %zu rows", load->name,
		     load->loaded);
		return status;
	}

	/* In a multimap a key that comes again has one more value. */
	repeated = load->schema.multimap ? 0 :
		   load->seen_count - load_distinct(load);
	printf("%s: %zu rows, %zu added, %zu replaced, %zu repeated\n",
	       load->name, load->loaded, load->loaded - load->replaced,
	       load->replaced > repeated ? load->replaced - repeated : 0,
	       repeated);
	return STATUS_DONE;
}

/* ---- The command ---------------------------------------------------- */

static const char doc[] =
	"Set the entries that a CSV file holds. The first row names the "
	"columns; one of them has the keys, one the values or each field."
	"\v"
	"A COLUMN is its name or, if none is called that, its number from 1.\n"
	"\n"
	"A key that is there gets the file's value; of rows with the same key "
	"the last one counts. Fields without a column are zero in a new entry and "
	"stay as they are in an old one. At the end it says how many rows there "
	"were, how many of them added a key, replaced the value of a key that was "
	"there before, or repeated a key of the same file. In a multimap each row "
	"adds a value.\n"
	"\n"
	"A regular file is checked before anything is changed: if a row is "
	"wrong, or there is more than the map can hold, nothing is. From "
	"a pipe, the rows before the one that is wrong stay loaded.\n"
	"\n"
	"Cells are taken byte for byte, with their line breaks and the blanks "
	"at their edges.";

static const struct argp_option options[] = {
	{ "key", 'k', "COLUMN", 0, "The column with the keys", 0 },
	{ "value", 'v', "COLUMN", 0, "The column with the values", 0 },
	{ "field", 'f', "FIELD=COLUMN", 0,
	  "The column with this field; may be repeated", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct load *load = state->input;

	switch (key) {
	case 'k':
		load->key_column = arg;
		return 0;
	case 'v':
		load->value_column = arg;
		return 0;
	case 'f':
		if (load->pairs_count == FLATMAP_FIELDS_MAX)
			argp_error(state, "--field %s: one too many", arg);
		load->pairs[load->pairs_count++] = arg;
		return 0;
	case ARGP_KEY_END:
		if (!load->key_column ||
		    (!load->value_column && !load->pairs_count))
			argp_error(state,
				   "--key, and --field or --value are needed");
		break;
	}
	return words_parse(key, arg, state, &load->words);
}

static int open_file(struct load *load, const char *path)
{
	struct stat stat;
	int fd;

	load->file = strcmp(path, "-") ? path : "standard input";
	fd = strcmp(path, "-") ? open(path, O_RDONLY) : STDIN_FILENO;
	if (fd >= 0 && !fstat(fd, &stat) && S_ISREG(stat.st_mode)) {
		load->regular = true;
		load->file_size = stat.st_size;
	}
	return fd;
}

enum status command_load(int argc, char **argv)
{
	const struct argp argp = { options, parse,
				   "NAME FILE|- --key COLUMN --value COLUMN\n"
				   "NAME FILE|- --key COLUMN --field FIELD=COLUMN...",
				   doc, 0, 0, 0 };
	struct load load = { .words = { .min = 2, .max = 2 } };
	enum status status;
	int err, fd;

	argp_parse(&argp, argc, argv, 0, NULL, &load);

	fd = open_file(&load, load.words.word[1]);
	if (fd < 0)
		return fail(errno == ENOENT ? STATUS_USAGE : STATUS_SYSTEM,
			    "%s: %s", load.file, strerror(errno));

	load.name = load.words.word[0];
	err = flatmap_open(load.name, &load.map);
	if (err)
		return fail_map(load.name, err);

	schema_of(load.map, &load.schema);
	load_init(&load);
	status = set_columns(&load);
	if (status == STATUS_DONE)
		status = load_file(&load, fd);

	load_free(&load);
	flatmap_close(load.map);
	close(fd);
	return status;
}
