// SPDX-License-Identifier: MIT
/*
 * Reads a CSV file with a header row, and picks columns by name or number.
 *
 * libcsv parses. It does not count lines, so it is fed line by line, and a row
 * begins in the first line after the one in which the last row ended.
 */
#include <csv.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flatmapctl.h"

#define BUFFER_SIZE	(64 * 1024)

struct reader {
	const struct rows *rows;
	struct csv_parser csv;
	enum status status;

	size_t line;		/* being read */
	size_t row_line;	/* in which the row began */
	bool in_row;
	size_t column;		/* the next cell's, counted from 0 */

	bool has_header;
	size_t columns;
	struct cell names;	/* the header's, for a message */
	size_t *wanted;		/* the columns that were asked for */
	struct cell *cells;	/* and what they have in this row */
};

#define NO_COLUMN	((size_t)-1)

static void cell_append(struct cell *cell, const void *bytes, size_t length)
{
	if (cell->room - cell->length < length) {
		cell->room = 2 * cell->room + length;
		cell->bytes = must_grow(cell->bytes, cell->room, 1);
	}
	if (length)
		memcpy(cell->bytes + cell->length, bytes, length);
	cell->length += length;
}

static bool cell_equals(const void *bytes, size_t length, const char *name)
{
	return length == strlen(name) && !memcmp(bytes, name, length);
}

static void header_cell(struct reader *reader, const void *bytes, size_t length)
{
	const struct rows *rows = reader->rows;
	size_t i;

	for (i = 0; i < rows->columns_count; i++)
		if (reader->wanted[i] == NO_COLUMN &&
		    cell_equals(bytes, length, rows->columns[i]))
			reader->wanted[i] = reader->column;

	if (reader->column)
		cell_append(&reader->names, ", ", 2);
	cell_append(&reader->names, bytes, length);
}

/* A number of one of @columns, counted from 1, as an index; else NO_COLUMN. */
static size_t column_number(const char *text, size_t columns)
{
	unsigned long number;
	char *end;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (!isdigit((unsigned char)*text) || *end || errno || !number ||
	    number > columns)
		return NO_COLUMN;
	return number - 1;
}

static void header_end(struct reader *reader)
{
	const struct rows *rows = reader->rows;
	size_t i;

	reader->has_header = true;
	reader->columns = reader->column;
	for (i = 0; i < rows->columns_count; i++) {
		if (reader->wanted[i] == NO_COLUMN)
			reader->wanted[i] = column_number(rows->columns[i],
							  reader->columns);
		if (reader->wanted[i] != NO_COLUMN)
			continue;
		reader->status = fail(STATUS_USAGE,
				      "%s: there is no column %s; there are %.*s",
				      rows->file, rows->columns[i],
				      (int)reader->names.length,
				      reader->names.bytes);
		return;
	}
}

static void row_end(struct reader *reader)
{
	const struct row row = {
		.line = reader->row_line,
		.cells = reader->cells,
	};

	if (reader->column != reader->columns)
		reader->status = fail(STATUS_USAGE,
				      "%s: line %zu: %zu columns, but the header has %zu",
				      reader->rows->file, reader->row_line,
				      reader->column, reader->columns);
	else
		reader->status = reader->rows->row(reader->rows->data, &row);
}

/* libcsv calls this for each cell ... */
static void on_cell(void *bytes, size_t length, void *data)
{
	struct reader *reader = data;
	size_t i;

	if (reader->status != STATUS_DONE)
		return;

	if (!reader->has_header)
		header_cell(reader, bytes, length);
	for (i = 0; reader->has_header && i < reader->rows->columns_count; i++)
		if (reader->column == reader->wanted[i])
			cell_append(&reader->cells[i], bytes, length);
	reader->column++;
}

/* ... and this for each row. */
static void on_row(int end, void *data)
{
	struct reader *reader = data;
	size_t i;

	(void)end;
	if (reader->status != STATUS_DONE)
		return;

	if (!reader->has_header)
		header_end(reader);
	else
		row_end(reader);

	reader->column = 0;
	for (i = 0; i < reader->rows->columns_count; i++)
		reader->cells[i].length = 0;
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
	if (csv_parse(&reader->csv, bytes, length, on_cell, on_row,
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
	    csv_fini(&reader->csv, on_cell, on_row, reader) &&
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
	};
	size_t i;

	if (csv_init(&reader.csv, CSV_STRICT | CSV_STRICT_FINI))
		return fail(STATUS_SYSTEM, "libcsv: %s", strerror(ENOMEM));
	/* Blanks at the edges of a cell belong to it. */
	csv_set_space_func(&reader.csv, no_space);

	reader.wanted = must_alloc(rows->columns_count, sizeof(*reader.wanted));
	reader.cells = must_alloc(rows->columns_count, sizeof(*reader.cells));
	for (i = 0; i < rows->columns_count; i++) {
		reader.wanted[i] = NO_COLUMN;
		reader.cells[i] = (struct cell){ 0 };
	}

	read_all(&reader, fd);

	for (i = 0; i < rows->columns_count; i++)
		free(reader.cells[i].bytes);
	free(reader.cells);
	free(reader.wanted);
	free(reader.names.bytes);
	csv_free(&reader.csv);
	return reader.status;
}
