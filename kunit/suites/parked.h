/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The operations that the suite "parked" stops at every hook: between them they
 * get to each.
 */
#ifndef _FLATMAP_PARKED_H
#define _FLATMAP_PARKED_H

#include "fixture.h"
#include "model.h"

/* The key, of home 0, and the values that the parked thread and others write. */
#define PARKED_KEY	0
#define PARKED_BEFORE	1
#define PARKED_VALUE	2
#define PARKED_OTHERS	3

/* In a multimap, room for more values than the key ever has. */
#define PARKED_ROOM	8

/**
 * struct parked - a map, and the operation that stops in it
 * @map: the map
 * @op: the operation, or its key and result at least
 * @pin: of the key before the operation
 * @pinned: is there one?
 * @failed: did a preparation fail?
 */
struct parked {
	struct flatmap *map;
	struct model_op op;
	struct flatmap_pin pin;
	bool pinned, failed;
};

/**
 * struct parked_scenario - an operation that may stop
 * @name: what it is
 * @prepare: makes the map what it is before, if not empty
 * @action: the operation, on a &struct parked
 * @kind: what @op does
 * @multimap: is the map one?
 * @growing: may the map grow?
 * @resized: is the map being resized? It has two regions then
 * @moved: has the key's home moved already?
 */
struct parked_scenario {
	const char *name;
	void (*prepare)(struct parked *parked);
	int (*action)(void *arg);
	enum model_kind kind;
	bool multimap;
	bool growing, resized, moved;
};

extern const struct parked_scenario parked_scenarios[];
extern const u32 parked_scenario_count;

/* The operation of a scenario that ends the pin of its preparation. */
int parked_unpin(void *arg);

#endif /* _FLATMAP_PARKED_H */
