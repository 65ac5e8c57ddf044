/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The maps with types that the suite "typed" looks at, with keys and values of a
 * half word, of a word, of many, and of no whole number of words.
 */
#ifndef _FLATMAP_TYPED_H
#define _FLATMAP_TYPED_H

#include <linux/flatmap_typed.h>

struct typed_address {
	u8 bytes[6];
};

struct typed_counters {
	u32 words[5];
};

struct typed_flow {
	u64 from, to;
};

struct typed_state {
	u64 words[6];
};

DEFINE_FLATMAP(typed_u32, u32, u32);
DEFINE_FLATMAP(typed_u64, u64, u64);
DEFINE_FLATMAP(typed_flows, struct typed_flow, struct typed_state);
DEFINE_FLATMAP(typed_hosts, struct typed_address, struct typed_counters);
DEFINE_FLATMAP(typed_bytes, u8, u8);

DEFINE_FLATMULTIMAP(typed_sets, u64, u64);
DEFINE_FLATMULTIMAP(typed_groups, struct typed_address, struct typed_counters);

/* More bytes than any of these types has. */
#define TYPED_MOST	64

/* The key or value that stands for @n: other numbers have other first bytes. */
static inline void typed_fill(void *bytes, u32 size, u8 n)
{
	u32 i;

	for (i = 0; i < size; i++)
		((u8 *)bytes)[i] = i ? n * 7 + i : n;
}

/* Is it the one that stands for @n? */
static inline bool typed_is(const void *bytes, u32 size, u8 n)
{
	u32 i;

	for (i = 0; i < size; i++) {
		if (((const u8 *)bytes)[i] != (u8)(i ? n * 7 + i : n))
			return false;
	}
	return true;
}

/* The calls of one of the maps above, on an instance of it whose map is *@map. */
struct typed_calls {
	u32 key_size, value_size;
	struct flatmap **map;
	int (*create)(u64 entries, u32 hash);
	int (*lookup)(const void *key, void *value);
	int (*insert)(const void *key, const void *value);
	int (*update)(const void *key, const void *value);
	int (*upsert)(const void *key, const void *value);
	int (*replace)(const void *key, const void *old, const void *value);
	int (*modify)(const void *key, u8 n);
	int (*modify_or_insert)(const void *key, const void *initial, u8 n);
	int (*delete)(const void *key);
	int (*delete_value)(const void *key, const void *value);
	int (*next)(void *key, void *value);
	void (*destroy)(void);
};

#define TYPED_MAPS	5

extern const struct typed_calls *const typed_maps[TYPED_MAPS];

#endif /* _FLATMAP_TYPED_H */
