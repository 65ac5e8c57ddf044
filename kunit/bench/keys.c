// SPDX-License-Identifier: GPL-2.0
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/random.h>

#include "keys.h"

bool bench_key_flows;
bool bench_key_folds;

/* The round, which chooses the hot keys. */
static u32 keys_round;

/* Goes through all keys, with steps that look like none: a prime. */
#define KEYS_STEP	2654435761ULL

/**
 * keys_scramble() - a bijection that looks random (the finalizer of splitmix64)
 * @i: what is to become a key: no two become the same one
 *
 * Return: the key.
 */
u64 keys_scramble(u64 i)
{
	i = (i ^ (i >> 30)) * 0xbf58476d1ce4e5b9ULL;
	i = (i ^ (i >> 27)) * 0x94d049bb133111ebULL;
	return i ^ (i >> 31);
}

/**
 * keys_shuffle() - put numbers in an order that is random
 * @items: what to fill in: 0 to @count, without it
 * @count: how many
 */
void keys_shuffle(u32 *items, u32 count)
{
	struct rnd_state random;
	u32 i, other;

	prandom_seed_state(&random, get_random_u64());
	for (i = 0; i < count; i++)
		items[i] = i;
	for (i = count - 1; i; i--) {
		other = mul_u32_u32(prandom_u32_state(&random), i + 1) >> 32;
		swap(items[i], items[other]);
	}
}

/**
 * keys_init() - make up orders
 * @keys: zeroed; what to fill in
 * @entries: how many keys
 * @pattern: what they shall look like
 *
 * Return: 0 or -ENOMEM; keys_exit() is due in both cases.
 */
int keys_init(struct bench_keys *keys, u32 entries, const struct bench_pattern *pattern)
{
	u32 **const arrays[] = { &keys->read, &keys->found, &keys->next, &keys->cycle };
	u32 i;

	keys->entries = entries;
	keys->pattern = pattern;
	bench_key_flows = pattern->flows;
	bench_key_folds = pattern->folds;
	for (i = 0; i < ARRAY_SIZE(arrays); i++) {
		*arrays[i] = kvmalloc_array(entries, sizeof(u32), GFP_KERNEL);
		if (!*arrays[i])
			return -ENOMEM;
	}
	keys_shuffle(keys->read, entries);
	keys_shuffle(keys->cycle, entries);
	for (i = 0; i < entries; i++)
		keys->next[keys->cycle[i]] = keys->cycle[(i + 1) % entries];
	for (i = 0; i < entries; i++)
		keys->found[i] = keys->next[keys->read[i]];
	return 0;
}

void keys_exit(struct bench_keys *keys)
{
	kvfree(keys->cycle);
	kvfree(keys->next);
	kvfree(keys->found);
	kvfree(keys->read);
}

/* The seed of the key with this index; its own where keys are dense integers. */
static u64 keys_seed(const struct bench_keys *keys, enum bench_kind kind, u32 index)
{
	return kind == BENCH_INTEGERS ? index : keys->pattern->seed(index);
}

/* Whether a key is the first one of its chain decides more than anything about hot ones. */
static u32 keys_hot(const struct bench_keys *keys, u32 number)
{
	u32 apart = keys->entries / BENCH_HOT_KEYS;
	u32 from;

	div_u64_rem(keys_round * KEYS_STEP, apart, &from);
	return number * apart + from;
}

/* The index at @at in @order, and where the value leads, which absent keys have none of. */
static u32 keys_index(const struct bench_keys *keys, enum bench_order order, u32 at,
		      u32 *next)
{
	u32 entries = keys->entries;
	u32 index = at;

	*next = 0;
	switch (order) {
	case BENCH_READ:
		*next = keys->found[at];
		return keys->read[at];
	case BENCH_HOT:
		index = keys_hot(keys, keys->read[at] % BENCH_HOT_KEYS);
		fallthrough;
	case BENCH_INSERTION:
		*next = keys->next[index];
		return index;
	case BENCH_ABSENT:
		return entries + keys->read[at];
	case BENCH_CYCLE:
		*next = keys->cycle[at + 1 < entries ? at + 1 : 0];
		return keys->cycle[at];
	case BENCH_CHANGE:
		div_u64_rem(at * KEYS_STEP, entries, &index);
		index = keys->read[index];
		*next = keys->next[index];
		return index;
	case BENCH_EXTRA:
		div_u64_rem(at * KEYS_STEP, entries / BENCH_KEY_VALUES, &index);
		return entries + index;
	}
	return index;
}

/*
 * Of a multimap, entry I is value I / K of key I % K, of K keys: values of one key are not
 * added in a row. The values of a key follow each other by one.
 */
static u64 keys_values(const struct bench_keys *keys, u32 *index)
{
	u32 count = keys->entries / BENCH_KEY_VALUES;
	u32 number = *index / count;

	*index %= count;
	return keys_scramble(1 + (u64)keys->next[*index]) + number;
}

/* Those of all values of a key, of which @seed is one. */
static u64 keys_sum_values(const struct bench_keys *keys, u32 index)
{
	u64 first = keys_scramble(1 + (u64)keys->next[index]);
	struct bench_value value;
	u64 sum = 0;
	u32 i;

	for (i = 0; i < BENCH_KEY_VALUES; i++) {
		value = bench_value(first + i);
		sum += bench_sum(&value);
	}
	return sum;
}

/**
 * keys_pick() - make the keys, and values, of a slice
 * @keys: the orders
 * @pick: which part of them
 * @slice: what to fill in
 */
void keys_pick(const struct bench_keys *keys, const struct bench_pick *pick,
	       struct bench_slice *slice)
{
	bool many = pick->kind == BENCH_MULTIMAP;
	u32 at = pick->first % keys->entries;
	struct bench_value value;
	u32 i, index, next;
	u64 seed;

	slice->count = pick->count;
	slice->sum = 0;
	for (i = 0; i < pick->count; i++) {
		index = keys_index(keys, pick->order, at, &next);
		seed = many ? keys_values(keys, &index) : keys_seed(keys, pick->kind, next);
		value = bench_value(pick->others ? ~seed : seed);
		slice->keys[i] = bench_key(keys_seed(keys, pick->kind, index));
		slice->sum += many && pick->order == BENCH_READ ?
			      keys_sum_values(keys, index) : bench_sum(&value);
		slice->end = seed;
		if (pick->values)
			slice->values[i] = value;
		if (++at == keys->entries)
			at = 0;
	}
}

/**
 * keys_turn() - begin a round, with other hot keys
 * @round: its number
 */
void keys_turn(u32 round)
{
	keys_round = round;
}

/**
 * keys_sum() - the sum of all values of a table
 * @keys: the orders
 * @kind: of table
 *
 * Return: what going through all its entries must come to.
 */
u64 keys_sum(const struct bench_keys *keys, enum bench_kind kind)
{
	struct bench_value value;
	u32 i, index, next;
	u64 sum = 0, seed;

	for (i = 0; i < keys->entries; i++) {
		index = keys_index(keys, BENCH_INSERTION, i, &next);
		seed = kind == BENCH_MULTIMAP ? keys_values(keys, &index) :
						keys_seed(keys, kind, next);
		value = bench_value(seed);
		sum += bench_sum(&value);
	}
	return sum;
}
