/* SPDX-License-Identifier: MIT */
/* flatmapctl load: what its two halves share. */
#ifndef LOAD_H
#define LOAD_H

#include "flatmapctl.h"
#include "schema.h"

struct load {
	struct words words;
	const char *key_column, *value_column;	/* --key and --value */
	const char *pairs[FLATMAP_FIELDS_MAX];	/* --field, each time */
	size_t pairs_count;

	const char *name;	/* of the map */
	const char *file;	/* for messages */
	struct flatmap *map;
	struct schema schema;
	bool regular;		/* it can be read twice */
	bool checking;		/* this pass changes nothing */
	uint64_t file_size;	/* 0 if nobody knows */

	/* The columns; the first one is for the key, the others for fields. */
	const char *columns[1 + FLATMAP_FIELDS_MAX];
	const struct field *fields[1 + FLATMAP_FIELDS_MAX];
	size_t columns_count;
	uint64_t given;		/* all of these fields */

	/* The rows that have been read but not loaded. */
	unsigned char *keys, *values;
	uint64_t *found;
	size_t *lines;
	size_t batch, waiting;

	/* All keys of the file, to see which are repeated. */
	unsigned char *seen;
	size_t seen_count, seen_room;

	size_t loaded, replaced;
};

void load_init(struct load *load);
void load_free(struct load *load);

/* Read all rows: check them, or load those that fill batches. */
enum status load_rows(struct load *load, int fd);
/* Load the rest. */
enum status load_waiting(struct load *load);

/* How many distinct keys have been seen? */
size_t load_distinct(struct load *load);
/* After that: how often the most frequent one of them was. */
size_t load_most_frequent(const struct load *load, const void **key);
/* A key as text with a NUL; for free(). */
char *load_key_text(const struct load *load, const void *key);

#endif /* LOAD_H */
