/* SPDX-License-Identifier: GPL-2.0 */
/* What all lanes are given to do: the same keys in the same orders. */
#ifndef FLATMAP_BENCH_KEYS_H
#define FLATMAP_BENCH_KEYS_H

#include <linux/types.h>

#include "lane.h"
#include "patterns.h"

/**
 * enum bench_order - which keys, in which order
 * @BENCH_READ: all, in an order that is random
 * @BENCH_HOT: eight of them, at random, other ones in each round
 * @BENCH_ABSENT: as many that are never there
 * @BENCH_INSERTION: all, as tables are filled with them
 * @BENCH_CYCLE: all, in another random order, in which each value leads to the next key:
 *	that of dependent lookups
 * @BENCH_CHANGE: all, in a third one, that of changes, lest new objects lie in memory in
 *	the order of lookups
 * @BENCH_EXTRA: for each key of a multimap, one value more, scattered
 */
enum bench_order {
	BENCH_READ,
	BENCH_HOT,
	BENCH_ABSENT,
	BENCH_INSERTION,
	BENCH_CYCLE,
	BENCH_CHANGE,
	BENCH_EXTRA,
};

/* The hot keys, and how many values each key of a multimap has. */
#define BENCH_HOT_KEYS		8
#define BENCH_KEY_VALUES	4

/**
 * struct bench_keys - the orders, as indices that keys and values are made of
 * @entries: how many keys
 * @pattern: what they look like
 * @read: the order of lookups
 * @found: where the values of these lead
 * @next: where the value of each key leads
 * @cycle: where that goes from there, and so on
 */
struct bench_keys {
	u32 entries;
	const struct bench_pattern *pattern;
	u32 *read;
	u32 *found;
	u32 *next;
	u32 *cycle;
};

/**
 * struct bench_pick - part of the keys
 * @kind: of table that they are for
 * @order: which ones
 * @first: where in that order they begin, modulo the number of keys
 * @count: how many, up to BENCH_SLICE_ROOM
 * @values: are the values to be made, too, and not their sum alone?
 * @others: shall they be the other ones that keys have between two updates?
 */
struct bench_pick {
	enum bench_kind kind;
	enum bench_order order;
	u32 first;
	u32 count;
	bool values;
	bool others;
};

int keys_init(struct bench_keys *keys, u32 entries, const struct bench_pattern *pattern);
void keys_exit(struct bench_keys *keys);
void keys_pick(const struct bench_keys *keys, const struct bench_pick *pick,
	       struct bench_slice *slice);
void keys_shuffle(u32 *items, u32 count);
void keys_turn(u32 round);
u64 keys_sum(const struct bench_keys *keys, enum bench_kind kind);
u64 keys_scramble(u64 i);

#endif /* FLATMAP_BENCH_KEYS_H */
