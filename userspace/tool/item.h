/* SPDX-License-Identifier: MIT */
/* The map, the key and the value that a command line names. */
#ifndef ITEM_H
#define ITEM_H

#include "flatmapctl.h"
#include "schema.h"

/* Which maps a command is for. */
enum kind { ANY_MAP, ONLY_MAP, ONLY_MULTIMAP };

struct item {
	struct words words;
	bool create;			/* --create */
	const char *values[FLATMAP_FIELDS_MAX];	/* --value, each time */
	size_t values_count;

	const char *name;		/* of the map */
	struct flatmap *map;
	struct schema schema;
	unsigned char key[FLATMAP_KEY_MAX];
	unsigned char *value;
	uint64_t given;			/* fields that have been set in it */
};

/* What a command line of the kind looks like. */
struct item_usage {
	const char *args;
	const char *doc;
	const struct argp_option *options;
	enum kind kind;
	int min, max;			/* words, the name and the key included */
};

#define VALUE_WORDS	(2 + FLATMAP_FIELDS_MAX)

/* Open the map and read the key. item_close() must follow in any case. */
enum status item_open(struct item *item, const struct item_usage *usage,
		      int argc, char **argv);
void item_close(struct item *item);

/* Read the value out of @words, and say what is wrong. */
enum status item_value(struct item *item, const char *const *words,
		       size_t count);
/* The words after the key. */
const char *const *item_rest(const struct item *item, size_t *count);

/* "MAP: key KEY: " and the reason. */
enum status item_wrong(const struct item *item, const char *reason);
/* A call has failed. */
enum status item_failed(const struct item *item, int err);

/*
 * Give a key the fields in @given of @value; other fields are zero in a new entry
 * and remain as they are in an old one. 0: added; 1: changed; a negative errno.
 */
int item_set(const struct flatmap *map, const struct schema *schema,
	     const void *key, const unsigned char *value, uint64_t given);
/* Likewise for a key that is there: 0 or a negative errno. */
int item_update(const struct flatmap *map, const struct schema *schema,
		const void *key, const unsigned char *value, uint64_t given);

#endif /* ITEM_H */
