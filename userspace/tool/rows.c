// SPDX-License-Identifier: MIT
/*
 * Reads a CSV file with a header row, and picks two columns by their names.
 *
 * libcsv parses. It does not count lines, so it is fed line by line, and a row
 * begins in the first line after the one in which the last row ended.
 */
#include <csv.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flatmapctl.h"

#define BUFFER_SIZE	(64 * 1024)

/* A field's bytes, kept until the row ends. */
struct field {
	char *bytes;
	size_t length;
	size_t room;
};

struct reader {
	const struct rows *rows;
	struct csv_parser csv;
	enum status status;

	size_t line;		/* being read */
	size_t row_line;	/* in which the row began */
	bool in_row;
	size_t column;		/* the next field's, counted from 0 */

	bool has_header;
	size_t columns;
	size_t key_column, value_column;
	struct field names;	/* the header's, for a message */
	struct field key, value;
};

#define NO_COLUMN	((size_t)-1)

static void field_append(struct field *field, const void *bytes, size_t length)
{
	if (field->room - field->length < length) {
		field->room = 2 * field->room + length;
		field->bytes = must_grow(field->bytes, field->room, 1);
	}
	if (length)
		memcpy(field->bytes + field->length, bytes, length);
	field->length += length;
}

static bool field_equals(const void *bytes, size_t length, const char *name)
{
	return length == strlen(name) && !memcmp(bytes, name, length);
}

static void header_field(struct reader *reader, const void *bytes,
			 size_t length)
{
	if (reader->key_column == NO_COLUMN &&
	    field_equals(bytes, length, reader->rows->key_column))
		reader->key_column = reader->column;
	if (reader->value_column == NO_COLUMN &&
	    field_equals(bytes, length, reader->rows->value_column))
		reader->value_column = reader->column;

	if (reader->column)
		field_append(&reader->names, ", ", 2);
	field_append(&reader->names, bytes, length);
}

static void header_end(struct reader *reader)
{
	const char *missing = NULL;

	if (reader->key_column == NO_COLUMN)
		missing = reader->rows->key_column;
	else if (reader->value_column == NO_COLUMN)
		missing = reader->rows->value_column;

	if (missing)
		reader->status = fail(STATUS_USAGE,
				      "%s: there is no column %s; there are %.*s",
				      reader->rows->file, missing,
				      (int)reader->names.length,
				      reader->names.bytes);
	reader->has_header = true;
	reader->columns = reader->column;
}

static void row_end(struct reader *reader)
{
	const struct row row = {
		.line = reader->row_line,
		.key = reader->key.bytes,
		.key_length = reader->key.length,
		.value = reader->value.bytes,
		.value_length = reader->value.length,
	};

	if (reader->column != reader->columns)
		reader->status = fail(STATUS_USAGE,
				      "%s: line %zu: %zu columns, but the header has %zu",
				      reader->rows->file, reader->row_line,
				      reader->column, reader->columns);
	else
		reader->status = reader->rows->row(reader->rows->data, &row);
}

/* libcsv calls this for each field ... */
static void on_field(void *bytes, size_t length, void *data)
{
	struct reader *reader = data;

	if (reader->status != STATUS_DONE)
		return;

	if (!reader->has_header) {
		header_field(reader, bytes, length);
	} else {
		if (reader->column == reader->key_column)
			field_append(&reader->key, bytes, length);
		if (reader->column == reader->value_column)
			field_append(&reader->value, bytes, length);
	}
	reader->column++;
}

/* ... and this for each row. */
static void on_row(int end, void *data)
{
	struct reader *reader = data;

	(void)end;
	if (reader->status != STATUS_DONE)
		return;

	if (!reader->has_header)
		header_end(reader);
	else
		row_end(reader);

	reader->column = 0;
	reader->key.length = 0;
	reader->value.length = 0;
	reader->in_row = false;
}

static int no_space(unsigned char character)
{
	(void)character;
	return 0;
}

static enum status not_csv(struct reader *reader, size_t line)
{
	const char *reason = "quotes are not where CSV has them";

	if (csv_error(&reader->csv) != CSV_EPARSE)
		reason = csv_strerror(csv_error(&reader->csv));
	return fail(STATUS_USAGE, "%s: line %zu, column %zu: %s",
		    reader->rows->file, line, reader->column + 1, reason);
}

/* Part of a line, or all of it with its newline. */
static void feed(struct reader *reader, const char *bytes, size_t length)
{
	if (!reader->in_row && bytes[0] != '\n' && bytes[0] != '\r') {
		reader->in_row = true;
		reader->row_line = reader->line;
	}
	if (csv_parse(&reader->csv, bytes, length, on_field, on_row,
		      reader) != length && reader->status == STATUS_DONE)
		reader->status = not_csv(reader, reader->line);
	if (bytes[length - 1] == '\n')
		reader->line++;
}

static void feed_lines(struct reader *reader, const char *bytes, size_t length)
{
	while (length && reader->status == STATUS_DONE) {
		const char *newline = memchr(bytes, '\n', length);
		size_t part = newline ? (size_t)(newline - bytes) + 1 : length;

		feed(reader, bytes, part);
		bytes += part;
		length -= part;
	}
}

static enum status cannot_read(const struct rows *rows)
{
	return fail(errno == EISDIR ? STATUS_USAGE : STATUS_SYSTEM, "%s: %s",
		    rows->file, strerror(errno));
}

/* Read until the buffer is full or there is no more: pipes give little. */
static ssize_t read_full(int fd, char *buffer, size_t size)
{
	size_t filled = 0;
	ssize_t got;

	while (filled < size) {
		got = read(fd, buffer + filled, size - filled);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (!got)
			break;
		filled += got;
	}
	return filled;
}

static void read_all(struct reader *reader, int fd)
{
	static const char mark[] = "\xef\xbb\xbf";
	char *buffer = must_alloc(BUFFER_SIZE, 1);
	uint64_t total = 0;
	ssize_t got;
	size_t skip;

	while (reader->status == STATUS_DONE) {
		got = read_full(fd, buffer, BUFFER_SIZE);
		if (got < 0)
			reader->status = cannot_read(reader->rows);
		if (got <= 0)
			break;

		/* Some programs begin UTF-8 files with a byte order mark. */
		skip = !total && got >= 3 && !memcmp(buffer, mark, 3) ? 3 : 0;
		feed_lines(reader, buffer + skip, got - skip);
		total += got;
		if (reader->rows->progress)
			reader->rows->progress(reader->rows->data, total);
	}
	free(buffer);

	if (reader->status == STATUS_DONE &&
	    csv_fini(&reader->csv, on_field, on_row, reader) &&
	    reader->status == STATUS_DONE)
		reader->status = fail(STATUS_USAGE,
				      "%s: line %zu, column %zu: the quotes are never closed",
				      reader->rows->file, reader->row_line,
				      reader->column + 1);
	if (reader->status == STATUS_DONE && !reader->has_header)
		reader->status = fail(STATUS_USAGE, "%s: there is no header",
				      reader->rows->file);
}

enum status rows_read(int fd, const struct rows *rows)
{
	struct reader reader = {
		.rows = rows,
		.line = 1,
		.row_line = 1,
		.key_column = NO_COLUMN,
		.value_column = NO_COLUMN,
	};

	if (csv_init(&reader.csv, CSV_STRICT | CSV_STRICT_FINI))
		return fail(STATUS_SYSTEM, "libcsv: %s", strerror(ENOMEM));
	/* Blanks at the edges of a field belong to it. */
	csv_set_space_func(&reader.csv, no_space);

	read_all(&reader, fd);

	csv_free(&reader.csv);
	free(reader.names.bytes);
	free(reader.key.bytes);
	free(reader.value.bytes);
	return reader.status;
}
