// SPDX-License-Identifier: MIT
/* flatmapctl load: rows become entries, batch by batch. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "item.h"
#include "load.h"

#define BATCH_BYTES	(256 * 1024)

void load_init(struct load *load)
{
	size_t item = load->schema.key.size + load->schema.value_size;

	load->batch = item < BATCH_BYTES ? BATCH_BYTES / item : 1;
	load->keys = must_alloc(load->batch, load->schema.key.size);
	load->values = must_alloc(load->batch, load->schema.value_size);
	load->found = must_alloc(load->batch, sizeof(*load->found));
	load->lines = must_alloc(load->batch, sizeof(*load->lines));
}

void load_free(struct load *load)
{
	free(load->seen);
	free(load->lines);
	free(load->found);
	free(load->values);
	free(load->keys);
}

/* ---- The keys of the file ------------------------------------------- */

static void remember(struct load *load, const void *key)
{
	size_t size = load->schema.key.size;

	if (load->seen_count == load->seen_room) {
		load->seen_room = 2 * load->seen_room + 1024;
		load->seen = must_grow(load->seen, load->seen_room, size);
	}
	memcpy(load->seen + load->seen_count++ * size, key, size);
}

static int compare_keys(const void *left, const void *right, void *size)
{
	return memcmp(left, right, *(uint32_t *)size);
}

/* Is key @i the same as the one before? */
static bool same_as_before(const struct load *load, size_t i)
{
	const unsigned char *key = load->seen + i * load->schema.key.size;

	return i && !memcmp(key, key - load->schema.key.size,
			    load->schema.key.size);
}

size_t load_distinct(struct load *load)
{
	uint32_t size = load->schema.key.size;
	size_t distinct = 0, i;

	if (load->seen_count)
		qsort_r(load->seen, load->seen_count, size, compare_keys, &size);
	for (i = 0; i < load->seen_count; i++)
		distinct += !same_as_before(load, i);
	return distinct;
}

size_t load_most_frequent(const struct load *load, const void **key)
{
	size_t most = 0, times = 0, i;

	for (i = 0; i < load->seen_count; i++) {
		times = same_as_before(load, i) ? times + 1 : 1;
		if (times > most) {
			most = times;
			*key = load->seen + i * load->schema.key.size;
		}
	}
	return most;
}

char *load_key_text(const struct load *load, const void *key)
{
	char *text = must_alloc(text_max(&load->schema.key) + 1, 1);

	text[text_format(&load->schema.key, key, text)] = '\0';
	return text;
}

/* ---- Batches -------------------------------------------------------- */

/* Sets the first @done of load->found: 1 where a value was replaced. */
static int write_batch(struct load *load, size_t *done)
{
	const struct schema *schema = &load->schema;
	int ret;

	if (schema->multimap) {
		memset(load->found, 0, load->waiting * sizeof(*load->found));
		return flatmap_add_batch(load->map, load->keys, load->values,
					 load->waiting, done);
	}
	if (load->given == schema_all(schema))
		return flatmap_upsert_batch(load->map, load->keys, load->values,
					    load->found, load->waiting, done);

	for (*done = 0; *done < load->waiting; ++*done) {
		ret = item_set(load->map, schema,
			       load->keys + *done * schema->key.size,
			       load->values + *done * schema->value_size,
			       load->given);
		if (ret < 0)
			return ret;
		load->found[*done] = ret;
	}
	return 0;
}

enum status load_waiting(struct load *load)
{
	size_t done = 0, i;
	char *key;
	int err;

	if (!load->waiting)
		return STATUS_DONE;

	err = write_batch(load, &done);
	for (i = 0; i < done; i++)
		load->replaced += load->found[i];
	load->loaded += done;
	load->waiting = 0;
	if (!err)
		return STATUS_DONE;

	key = load_key_text(load, load->keys + done * load->schema.key.size);
	fail(STATUS_SYSTEM, "%s: key %s: %s (%s, line %zu; the %zu rows before it are loaded)",
	     load->name, key, reason_of(err), load->file, load->lines[done],
	     load->loaded);
	free(key);
	return status_of(err);
}

/* ---- Rows ----------------------------------------------------------- */

static enum status bad_cell(const struct load *load, const struct row *row,
			    size_t column, const char *reason)
{
	const struct field *field = load->fields[column];

	if (!field || load->schema.plain)
		return fail(STATUS_USAGE, "%s: line %zu, column %s: %s",
			    load->file, row->line, load->columns[column],
			    reason);
	return fail(STATUS_USAGE, "%s: line %zu, column %s, field %s: %s",
		    load->file, row->line, load->columns[column], field->name,
		    reason);
}

static enum status on_row(void *data, const struct row *row)
{
	struct load *load = data;
	const struct schema *schema = &load->schema;
	unsigned char *key = load->keys + load->waiting * schema->key.size;
	unsigned char *value = load->values +
			       load->waiting * schema->value_size;
	char reason[REASON_MAX];
	size_t i;

	memset(value, 0, schema->value_size);
	for (i = 0; i < load->columns_count; i++) {
		const struct field *field = load->fields[i];
		const struct cell *cell = &row->cells[i];

		if (!text_parse(field ? &field->type : &schema->key,
				cell->bytes, cell->length,
				field ? value + field->offset : key, reason))
			return bad_cell(load, row, i, reason);
	}

	/* Repeated keys of a multimap are only looked for beforehand. */
	if (load->checking || (!load->regular && !schema->multimap))
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

enum status load_rows(struct load *load, int fd)
{
	const struct rows rows = {
		.file = load->file,
		.columns = load->columns,
		.columns_count = load->columns_count,
		.row = on_row,
		.progress = on_progress,
		.data = load,
	};

	return rows_read(fd, &rows);
}
