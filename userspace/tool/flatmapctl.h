/* SPDX-License-Identifier: MIT */
/* What the parts of flatmapctl share. */
#ifndef FLATMAPCTL_H
#define FLATMAPCTL_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <libflatmap.h>

/* ---- Exit statuses and messages (report.c) -------------------------- */

enum status {
	STATUS_DONE	= 0,
	STATUS_ABSENT	= 1,	/* absent, exists, or does not match */
	STATUS_USAGE	= 2,	/* the command line or the input is wrong */
	STATUS_SYSTEM	= 3,	/* kernel, device or permission */
};

/* The exit status and the words for a negative errno of the library. */
enum status status_of(int err);
const char *reason_of(int err);

/* Print "flatmapctl: " and the message to standard error; return @status. */
enum status fail(enum status status, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A call on a map, or on one of its keys, has failed. */
enum status fail_map(const char *map, int err);
enum status fail_key(const char *map, const char *key, int err);

/* malloc() that ends the program when there is no memory. */
void *must_alloc(size_t count, size_t size);
void *must_grow(void *old, size_t count, size_t size);

/* ---- CSV files (rows.c) --------------------------------------------- */

/* What a column has in one row. */
struct cell {
	char *bytes;
	size_t length;
	size_t room;
};

/* One row, of which only the columns that were asked for matter. */
struct row {
	size_t line;		/* where it begins, counted from 1 */
	const struct cell *cells;
};

struct rows {
	const char *file;	/* for messages */
	/* By the names in the header or, if no name is it, by number from 1. */
	const char *const *columns;
	size_t columns_count;
	/* Any status other than STATUS_DONE ends the reading. */
	enum status (*row)(void *data, const struct row *row);
	/* Called now and then with the number of bytes read; may be NULL. */
	void (*progress)(void *data, uint64_t bytes);
	void *data;
};

/* Read all of @fd. Prints what is wrong itself. */
enum status rows_read(int fd, const struct rows *rows);

/* ---- A progress bar on a terminal (progress.c) ---------------------- */

/* Draw it, at most ten times a second; @total is 0 where nobody knows. */
void progress_show(const char *what, uint64_t done, uint64_t total);
/* Wipe it, so that something else can be printed. */
void progress_end(void);

/* ---- Commands ------------------------------------------------------- */

/*
 * Each gets its own command line; argv[0] is "flatmapctl COMMAND". What is
 * wrong with that ends the program in argp, with STATUS_USAGE.
 */
enum status command_create(int argc, char **argv);
enum status command_destroy(int argc, char **argv);
enum status command_set(int argc, char **argv);
enum status command_insert(int argc, char **argv);
enum status command_update(int argc, char **argv);
enum status command_append(int argc, char **argv);
enum status command_add(int argc, char **argv);
enum status command_del(int argc, char **argv);
enum status command_get(int argc, char **argv);
enum status command_values(int argc, char **argv);
enum status command_count(int argc, char **argv);
enum status command_load(int argc, char **argv);
enum status command_dump(int argc, char **argv);
enum status command_list(int argc, char **argv);
enum status command_show(int argc, char **argv);
enum status command_stats(int argc, char **argv);

/* The words of a command line that are not options. */
#define WORDS_MAX	(2 + FLATMAP_FIELDS_MAX)
struct words {
	const char *word[WORDS_MAX];
	int count;
	int min;
	int max;
};

/* For argp parsers: take ARGP_KEY_ARG and ARGP_KEY_END; others are unknown. */
error_t words_parse(int key, char *arg, struct argp_state *state,
		    struct words *words);

#endif /* FLATMAPCTL_H */
