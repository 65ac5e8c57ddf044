/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The shape of the entries, known to the compiler as it is to users: the bench is built
 * once for each. Keys and values are words made out of one, their seed, so that they need
 * not be kept and part of a value is noticed.
 */
#ifndef FLATMAP_BENCH_SHAPE_H
#define FLATMAP_BENCH_SHAPE_H

#include <linux/compiler.h>
#include <linux/stringify.h>
#include <linux/types.h>

/* BENCH_KEY_SIZE and BENCH_VALUE_SIZE come from the Kbuild file; both are whole words. */
#define BENCH_KEY_WORDS		(BENCH_KEY_SIZE / 8)
#define BENCH_VALUE_WORDS	(BENCH_VALUE_SIZE / 8)
#define BENCH_SHAPE		__stringify(BENCH_KEY_SIZE) "+" __stringify(BENCH_VALUE_SIZE)

#define BENCH_TCP		6
#define BENCH_HTTPS		443

#define BENCH_GOLDEN		0x9e3779b97f4a7c15ULL

struct bench_key {
	u64 word[BENCH_KEY_WORDS];
};

struct bench_value {
	u64 word[BENCH_VALUE_WORDS];
};

/* Are keys 5-tuples? Then their second word is not another number. */
extern bool bench_key_flows;

/* Do keys of one word fold badly? See struct bench_pattern. */
extern bool bench_key_folds;

/* Of a connection between these addresses: a client's port, a service's, a protocol. */
static __always_inline u64 bench_ports(u64 addresses)
{
	u64 client = 32768 + (addresses * BENCH_GOLDEN >> 49);

	return (u64)BENCH_TCP << 32 | BENCH_HTTPS << 16 | client;
}

static __always_inline struct bench_key bench_key(u64 seed)
{
	struct bench_key key;
	u32 i;

	for (i = 0; i < BENCH_KEY_WORDS; i++)
		key.word[i] = seed + i * BENCH_GOLDEN;
	if (BENCH_KEY_WORDS == 2 && bench_key_flows)
		key.word[BENCH_KEY_WORDS - 1] = bench_ports(seed);
	return key;
}

static __always_inline bool bench_same_key(const struct bench_key *a,
					   const struct bench_key *b)
{
	u64 differ = 0;
	u32 i;

	for (i = 0; i < BENCH_KEY_WORDS; i++)
		differ |= a->word[i] ^ b->word[i];
	return !differ;
}

static __always_inline struct bench_value bench_value(u64 seed)
{
	struct bench_value value;
	u32 i;

	for (i = 0; i < BENCH_VALUE_WORDS; i++)
		value.word[i] = seed + i * BENCH_GOLDEN;
	return value;
}

/* All of a value counts. */
static __always_inline u64 bench_sum(const struct bench_value *value)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < BENCH_VALUE_WORDS; i++)
		sum += value->word[i];
	return sum;
}

/* Is it, as a whole, the value of @seed, or the other one that its key may have? */
static __always_inline bool bench_either(const struct bench_value *value, u64 seed)
{
	u64 differ = 0;
	u32 i;

	for (i = 1; i < BENCH_VALUE_WORDS; i++)
		differ |= value->word[i] - value->word[0] - i * BENCH_GOLDEN;
	return !differ && (value->word[0] ^ seed) + 1 <= 1;
}

#endif /* FLATMAP_BENCH_SHAPE_H */
