/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the suites of batches share: each kind of batch, the same item by item, and a
 * map that is changed by batches beside one that is changed item by item.
 */
#ifndef _FLATMAP_BATCHES_H
#define _FLATMAP_BATCHES_H

#include <linux/prandom.h>

#include "fixture.h"

/* Items in a chunk: what is interesting about the number of items is at its multiples. */
#define BATCHES_CHUNK	64

enum batches_kind {
	BATCHES_LOOKUP,
	BATCHES_INSERT,
	BATCHES_UPDATE,
	BATCHES_UPSERT,
	BATCHES_DELETE,
	BATCHES_ADD,
	BATCHES_DELETE_VALUE,
	BATCHES_KINDS,
};

/* Carry out a batch. */
int batches_do(enum batches_kind kind, struct flatmap *map, struct flatmap_batch *batch);

/* The same with one item: what @results has of it. */
int batches_single(enum batches_kind kind, struct flatmap *map, const void *key,
		   void *value, gfp_t gfp);

/*
 * Run @run with every instruction set that this machine has, and what is chosen by
 * itself; say which these are.
 */
void batches_each(struct kunit *test, void (*run)(struct kunit *test, void *arg),
		  void *arg);

/* Part of a suite: each case ends with the choice that is made by itself. */
void batches_exit(struct kunit *test);

/* Memory for so many bytes until the case ends. */
void *batches_alloc(struct kunit *test, size_t bytes);

/**
 * struct batches - a map and its twin
 * @test: the case
 * @map: what batches are carried out on
 * @twin: what the same is done to item by item
 * @params: of both
 * @random: what comes next
 * @most: the most items of a batch
 * @keys: room for so many
 * @values: likewise, for the map
 * @others: likewise, for the twin
 * @results: likewise, of the map
 */
struct batches {
	struct kunit *test;
	struct flatmap *map, *twin;
	struct flatmap_params params;
	struct rnd_state random;
	u32 most;
	void *keys, *values, *others;
	int *results;
};

/* Two maps, and room for batches of @most items. */
struct batches *batches_create(struct kunit *test, const struct flatmap_params *params,
			       u32 most);

/*
 * Do the same to both with @count random keys out of @keys: everything must come out
 * alike. @wanted: with results; with room for values, where they are an output.
 */
void batches_step(struct batches *both, enum batches_kind kind, u32 count, u32 keys,
		  bool results, bool values);

/* So many of these steps, of all kinds and sizes; then the contents must be alike. */
void batches_walk(struct batches *both, u32 keys, u32 steps);

/* The same values of each of the keys. */
void batches_compare(struct batches *both, u32 keys);

#endif /* _FLATMAP_BATCHES_H */
