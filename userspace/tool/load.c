// SPDX-License-Identifier: MIT
/*
 * flatmapctl load: the rows of a CSV file become entries.
 *
 * A regular file is read twice: all of it is checked before the first row
 * changes anything. From a pipe each row is checked when it comes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flatmapctl.h"

#define BATCH_BYTES	(256 * 1024)

struct load {
	struct words words;
	const char *key_column, *value_column;

	const char *name;	/* of the map */
	const char *file;	/* for messages */
	struct flatmap *map;
	struct type key, value;
	bool regular;		/* it can be read twice */
	bool checking;		/* this pass changes nothing */
	uint64_t file_size;	/* 0 if nobody knows */

	/* The rows that have been read but not loaded. */
	unsigned char *keys, *values;
	uint64_t *found;
	size_t *lines;
	size_t batch, waiting;

	/* All keys of the file, to count those that are repeated. */
	unsigned char *seen;
	size_t seen_count, seen_room;

	size_t loaded, replaced;
};

/* ---- Counting ------------------------------------------------------- */

static void remember(struct load *load, const void *key)
{
	if (load->seen_count == load->seen_room) {
		load->seen_room = 2 * load->seen_room + 1024;
		load->seen = must_grow(load->seen, load->seen_room,
				       load->key.size);
	}
	memcpy(load->seen + load->seen_count++ * load->key.size, key,
	       load->key.size);
}

static int compare_keys(const void *left, const void *right, void *size)
{
	return memcmp(left, right, *(uint32_t *)size);
}

/* Sorts what has been remembered. */
static size_t count_distinct(struct load *load)
{
	uint32_t size = load->key.size;
	size_t distinct = 0, i;

	if (!load->seen_count)
		return 0;
	qsort_r(load->seen, load->seen_count, size, compare_keys, &size);
	for (i = 0; i < load->seen_count; i++)
		if (!i || memcmp(load->seen + i * size,
				 load->seen + (i - 1) * size, size))
			distinct++;
	return distinct;
}

/* ---- Rows ----------------------------------------------------------- */

static enum status load_waiting(struct load *load)
{
	size_t done = 0, i;
	char *key;
	int err;

	if (!load->waiting)
		return STATUS_DONE;

	err = flatmap_upsert_batch(load->map, load->keys, load->values,
				   load->found, load->waiting, &done);
	for (i = 0; i < done; i++)
		load->replaced += load->found[i];
	load->loaded += done;
	load->waiting = 0;
	if (!err)
		return STATUS_DONE;

	key = must_alloc(text_max(&load->key) + 1, 1);
	key[text_format(&load->key, load->keys + done * load->key.size,
			key)] = '\0';
	fail(STATUS_SYSTEM, "%s: key %s: %s (%s, line %zu; the %zu rows before it are loaded)",
	     load->name, key, reason_of(err), load->file, load->lines[done],
	     load->loaded);
	free(key);
	return status_of(err);
}

static enum status bad_field(const struct load *load, const struct row *row,
			     const char *column, const char *reason)
{
	return fail(STATUS_USAGE, "%s: line %zu, column %s: %s", load->file,
		    row->line, column, reason);
}

static enum status on_row(void *data, const struct row *row)
{
	struct load *load = data;
	unsigned char *key = load->keys + load->waiting * load->key.size;
	unsigned char *value = load->values + load->waiting * load->value.size;
	char reason[REASON_MAX];

	if (!text_parse(&load->key, row->key, row->key_length, key, reason))
		return bad_field(load, row, load->key_column, reason);
	if (!text_parse(&load->value, row->value, row->value_length, value,
			reason))
		return bad_field(load, row, load->value_column, reason);

	if (load->checking || !load->regular)
		remember(load, key);
	if (load->checking)
		return STATUS_DONE;

	load->lines[load->waiting++] = row->line;
	return load->waiting < load->batch ? STATUS_DONE : load_waiting(load);
}

static void on_progress(void *data, uint64_t bytes)
{
	const struct load *load = data;

	progress_show(load->checking ? "checking" : "loading ", bytes,
		      load->file_size);
}

static enum status read_rows(struct load *load, int fd)
{
	const struct rows rows = {
		.file = load->file,
		.key_column = load->key_column,
		.value_column = load->value_column,
		.row = on_row,
		.progress = on_progress,
		.data = load,
	};

	return rows_read(fd, &rows);
}

/* ---- Passes --------------------------------------------------------- */

/* Everything that can be known to be wrong before anything is changed. */
static enum status check_file(struct load *load, int fd)
{
	struct flatmap_ioc_stats stats;
	enum status status;
	size_t distinct;
	off_t start;
	int err;

	start = lseek(fd, 0, SEEK_CUR);
	load->checking = true;
	status = read_rows(load, fd);
	load->checking = false;
	if (status != STATUS_DONE)
		goto unchanged;

	err = flatmap_stats(load->map, &stats, sizeof(stats));
	if (err)
		return fail_map(load->name, err);
	distinct = count_distinct(load);
	if (distinct > stats.capacity) {
		status = fail(STATUS_SYSTEM,
			      "%s: the map can hold %llu keys, %s has %zu",
			      load->name, (unsigned long long)stats.capacity,
			      load->file, distinct);
		goto unchanged;
	}

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

	status = read_rows(load, fd);
	last = load_waiting(load);
	progress_end();
	if (status == STATUS_DONE)
		status = last;
	if (status != STATUS_DONE) {
		fail(status, "%s: stopped after %zu rows", load->name,
		     load->loaded);
		return status;
	}

	repeated = load->seen_count - count_distinct(load);
	printf("%s: %zu rows, %zu added, %zu replaced, %zu repeated\n",
	       load->name, load->loaded, load->loaded - load->replaced,
	       load->replaced > repeated ? load->replaced - repeated : 0,
	       repeated);
	return STATUS_DONE;
}

/* ---- The command ---------------------------------------------------- */

static const char doc[] =
	"Set the entries that a CSV file holds. The first row names the "
	"columns; one of them has the keys, one the values."
	"\v"
	"A key that is there gets the file's value; of rows with the same key "
	"the last one counts. At the end it says how many rows there were, how "
	"many of them added a key, replaced the value of a key that was there "
	"before, or repeated a key of the same file.\n"
	"\n"
	"A regular file is checked before anything is changed: if a row is "
	"wrong, or there are more keys than the map can hold, nothing is. From "
	"a pipe, the rows before the one that is wrong stay loaded.\n"
	"\n"
	"Fields are taken byte for byte, with their line breaks and the blanks "
	"at their edges.";

static const struct argp_option options[] = {
	{ "key", 'k', "COLUMN", 0, "Name of the column with the keys", 0 },
	{ "value", 'v', "COLUMN", 0, "Name of the column with the values", 0 },
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
	case ARGP_KEY_END:
		if (!load->key_column || !load->value_column)
			argp_error(state, "--key and --value are needed");
		break;
	}
	return words_parse(key, arg, state, &load->words);
}

static void make_batch(struct load *load)
{
	size_t item;

	load->key = key_type(load->map);
	load->value = value_type(load->map);
	item = load->key.size + load->value.size;
	load->batch = item < BATCH_BYTES ? BATCH_BYTES / item : 1;
	load->keys = must_alloc(load->batch, load->key.size);
	load->values = must_alloc(load->batch, load->value.size);
	load->found = must_alloc(load->batch, sizeof(*load->found));
	load->lines = must_alloc(load->batch, sizeof(*load->lines));
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
				   "NAME FILE|- --key COLUMN --value COLUMN",
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

	make_batch(&load);
	status = load_file(&load, fd);

	free(load.seen);
	free(load.lines);
	free(load.found);
	free(load.values);
	free(load.keys);
	flatmap_close(load.map);
	close(fd);
	return status;
}
