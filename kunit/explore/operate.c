// SPDX-License-Identifier: GPL-2.0
/*
 * The map under exploration, and the calls that scenarios make. All words of a
 * value are the same, so a torn one is noticed.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"
#include <linux/flatmap/hash.h>

#include "drain.h"
#include "extend.h"
#include "map.h"
#include "mcas.h"
#include "move.h"
#include "region.h"
#include "resize.h"
#include "explore.h"

#define VALUE_WORDS	16

static struct flatmap *map;
static const struct fm_region *oldest;
static struct fm_level *levels;	/* of the first CPU */
static u32 home_bits;
static struct flatmap_pin pins[EX_THREADS];
static char complaint[256];

void ex_complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(complaint, sizeof(complaint), format, args);
	va_end(args);
	complaint[strcspn(complaint, "\n")] = 0;
}

/* The key number @n of those with home @home: it is its own hash. */
u64 ex_key(u32 home, u32 n)
{
	return (home_bits ? (u64)home << (64 - home_bits) : 0) | n;
}

/* The home of the entry in a slot word, likewise. */
u32 ex_home(u64 word)
{
	return fm_tag(word) >> (FM_TAG_BITS - home_bits);
}

static u32 ex_value_words(void)
{
	return map->whole->params.value_size / sizeof(u64);
}

/* The value in @words; an error if it is torn. */
static int ex_value(const u64 *words, u64 *value)
{
	*value = words[0];
	for (u32 i = 1; i < ex_value_words(); i++) {
		if (words[i] != words[0])
			return -EBADMSG;
	}
	return 0;
}

static void ex_fill(u32 home, u32 n)
{
	for (u32 i = 1; i <= n; i++) {
		struct ex_result result;

		ex_operate(&(struct ex_operation){ EX_INSERT, home, i, i }, 0,
			   &result);
		if (result.err) {
			fprintf(stderr, "explore: no room to begin with\n");
			exit(2);
		}
	}
}

static void ex_iterate(struct ex_result *result)
{
	u64 words[VALUE_WORDS];
	u64 last, key;
	struct flatmap_cursor cursor = { .last = &last };

	flatmap_for_each(map, &cursor, &key, words) {
		if (result->count == EX_RESULTS) {
			result->err = -E2BIG;
			return;
		}
		result->keys[result->count] = key;
		result->err = ex_value(words, &result->values[result->count++]);
		if (result->err)
			return;
	}
}

/* All values of @key, in order. */
static void ex_values(u64 key, struct ex_result *result)
{
	u64 words[EX_RESULTS * VALUE_WORDS];
	struct flatmap_result found;
	int err = 0;

	result->err = flatmap_values(map, &key, words, EX_RESULTS, &found);
	result->total = found.values;
	if (result->err)
		return;
	for (; !err && result->count < found.values; result->count++) {
		result->keys[result->count] = key;
		err = ex_value(words + result->count * ex_value_words(),
			       &result->values[result->count]);
	}
	result->err = err;
}

/* Look two keys up in a batch; of the second one, what is found, as of a lookup. */
static int ex_lookup_batch(const u64 *keys, u64 *words, struct flatmap_result *found)
{
	u64 values[2 * VALUE_WORDS];
	int results[2];
	struct flatmap_batch batch = {
		.keys = keys,
		.values = values,
		.results = results,
		.count = 2,
		.gfp = GFP_ATOMIC,
	};
	int err = flatmap_lookup_batch(map, &batch);

	if (err || batch.done != 2)
		return -EBADMSG;
	memcpy(words, values + ex_value_words(), ex_value_words() * sizeof(u64));
	found->values = max(results[1], 0);
	return min(results[1], 0);
}

/*
 * Add to all words of a value. The callback's accesses are plain in the kernel;
 * here they are part of what is explored.
 */
static int ex_increase(void *value, void *by)
{
	u64 *words = value;

	for (u32 i = 0; i < ex_value_words(); i++)
		WRITE_ONCE(words[i], READ_ONCE(words[i]) + *(u64 *)by);
	return 0;
}

/* Move a home of the first region on, as writers do in passing. */
static int ex_move(u32 home)
{
	struct fm_level *level = fm_enter(FM_LEVELS - 1);
	struct fm_region *region = fm_first(map);
	u32 moved = 0;
	int err = 0;

	if (fm_successor(region))
		err = fm_move_home(level, region, home, &moved);
	fm_exit(level);
	return err;
}

/* Add the region that is kept ready, as operations do that find no room. */
static int ex_publish(void)
{
	int err = fm_extend_reserve(map, fm_last_number(map));

	return err == -ENODATA ? 0 : err;
}

/* Do @operation as @thread. */
void ex_operate(const struct ex_operation *operation, u32 thread,
		struct ex_result *result)
{
	u64 key = ex_key(operation->home, operation->n);
	struct flatmap_pin *pin = &pins[thread];
	struct flatmap_result found = {};
	u64 words[VALUE_WORDS], old[VALUE_WORDS], keys[2] = { 0, key };
	u64 amount = operation->value;
	bool returns = false;

	for (u32 i = 0; i < ex_value_words(); i++) {
		words[i] = operation->value;
		old[i] = operation->old;
	}
	result->err = 0;
	result->count = 0;
	result->kept = 0;

	switch (operation->what) {
	case EX_INSERT:
		result->err = flatmap_insert(map, &key, words, GFP_ATOMIC);
		break;
	case EX_UPDATE:
		result->err = flatmap_update(map, &key, words, GFP_ATOMIC);
		break;
	case EX_UPSERT:
		result->err = flatmap_upsert(map, &key, words, GFP_ATOMIC);
		break;
	case EX_DELETE:
		result->err = flatmap_delete_return(map, &key, words);
		returns = true;
		break;
	case EX_LOOKUP:
		result->err = flatmap_lookup(map, &key, words, &found);
		returns = true;
		break;
	case EX_LOOKUP_BATCH:
		keys[0] = ex_key(operation->home, operation->old);
		result->err = ex_lookup_batch(keys, words, &found);
		returns = true;
		break;
	case EX_PIN:
		memset(pin, 0, sizeof(*pin));
		result->err = flatmap_pin(map, &key, pin);
		returns = !result->err;
		if (!returns)
			break;
		memcpy(words, pin->value, map->whole->params.value_size);
		found = pin->result;
		result->kept = (u64)pin->slot;
		break;
	case EX_UNPIN:
		if (!pin->region)
			break;
		returns = true;
		memcpy(words, pin->value, map->whole->params.value_size);
		flatmap_unpin(pin);
		break;
	case EX_MODIFY:
		result->err = flatmap_modify(map, &key, ex_increase, &amount,
					     GFP_ATOMIC);
		break;
	case EX_REPLACE:
		result->err = flatmap_replace(map, &key, old, words, GFP_ATOMIC);
		break;
	case EX_ADD:
		result->err = flatmap_add(map, &key, words, GFP_ATOMIC);
		break;
	case EX_DELETE_VALUE:
		result->err = flatmap_delete_value(map, &key, words);
		break;
	case EX_VALUES:
		ex_values(key, result);
		return;
	case EX_ITERATE:
		ex_iterate(result);
		break;
	case EX_EXTEND:
		result->err = fm_extend(map, operation->n);
		break;
	case EX_MOVE:
		result->err = ex_move(operation->home);
		break;
	case EX_DRAIN:
		result->err = fm_drain(map);
		break;
	case EX_KEEP:
		result->err = fm_reserve_make(map, fm_last_number(map),
					      fm_entries_for(operation->n));
		break;
	case EX_PUBLISH:
		result->err = ex_publish();
		break;
	case EX_FILL:
		ex_fill(operation->home, operation->n);
		break;
	case EX_NOTHING:
		break;
	}
	result->total = found.values;
	if (returns && !result->err) {
		result->keys[0] = key;
		result->count = 1;
		result->err = ex_value(words, &result->values[0]);
	}
}

/* The descriptors of an operation: struct fm_cpu is the depth on a line, then the levels. */
static const struct fm_level *ex_level(u32 cpu, u32 number)
{
	size_t stride = 64 + FM_LEVELS * sizeof(struct fm_level);

	return (const void *)((const char *)levels + cpu * stride +
			      number * sizeof(struct fm_level));
}

/* The region that has @address, of all there have been; or NULL. */
static const struct fm_region *ex_region_of(const void *address)
{
	const struct fm_region *region = oldest;

	while (region && (u64)address - (u64)region >= region->bytes)
		region = region->extent->next;
	return region;
}

/* What a word of a region tells the address of. */
static bool ex_meant_in(const struct fm_region *region, const void *at, u64 word,
			struct ex_range *range)
{
	u64 offset = (u64)at - (u64)region;

	if (offset >= region->stripes_at && fm_index(word) < region->blocks)
		*range = (struct ex_range){ fm_next_of(region, fm_index(word)), sizeof(u32) };
	else if (offset >= region->groups_at && offset < region->blocks_at &&
		 fm_kind(word) && !fm_is_ref(word))
		*range = (struct ex_range){ fm_block(region, fm_index(word)),
					    region->shape.block_size };
	else
		return false;
	return true;
}

/**
 * ex_meant() - what does a word tell the address of?
 * @at: where it stands
 * @word: what was read there
 * @is_pointer: is it a pointer?
 * @ranges: out: at most %EX_MEANT pieces of memory
 *
 * A region and its extent; what another pointer points to; the descriptors that a
 * reference means; a block, by an index.
 *
 * Return: how many.
 */
u32 ex_meant(const void *at, u64 word, bool is_pointer, struct ex_range *ranges)
{
	const struct fm_region *region = ex_region_of(is_pointer ? (const void *)word : at);

	if (is_pointer && region && (u64)region == word) {
		ranges[0] = (struct ex_range){ region, region->bytes };
		ranges[1] = (struct ex_range){ region->extent, sizeof(*region->extent) };
		return 2;
	}
	if (is_pointer)
		ranges[0] = (struct ex_range){ (const void *)word, sizeof(u64) };
	else if (fm_is_ref(word))
		ranges[0] = (struct ex_range){
			ex_level(fm_ref_cpu(word), fm_ref_level(word)),
			sizeof(struct fm_level),
		};
	else if (!region || !ex_meant_in(region, at, word, &ranges[0]))
		return 0;
	return 1;
}

/* Make the map of @scenario and what is in it. */
void ex_map_create(const struct ex_scenario *scenario)
{
	struct flatmap_params params = {
		.entries = scenario->entries,
		.max_entries = scenario->limit,
		.key_size = sizeof(u64),
		.value_size = scenario->value_size ?: sizeof(u64),
		.hash = FM_HASH_IDENTITY,
		.flags = (scenario->resized ? 0 : FLATMAP_FIXED) |
			 (scenario->multimap ? FLATMAP_MULTIMAP : 0),
	};
	struct ex_result result;

	ex_possible_cpus = scenario->cpus ?: 1;
	if (fm_core_init())
		exit(2);
	map = flatmap_create(&params);
	if (IS_ERR(map)) {
		fprintf(stderr, "explore: no map for %s\n", scenario->name);
		exit(2);
	}
	oldest = map->region;
	levels = fm_enter(FM_LEVELS);
	fm_exit(levels);
	home_bits = scenario->home_bits ?: map->region->bits;
	for (u32 i = 0; i < EX_BEFORE; i++) {
		ex_operate(&scenario->before[i], 0, &result);
		if (result.err) {
			fprintf(stderr, "explore: %s cannot be prepared\n",
				scenario->name);
			exit(2);
		}
	}
	ex_memory_keep();
}

/* Audit the map: NULL, or what is wrong. */
const char *ex_map_check(void)
{
	return flatmap_check(map) ? complaint : NULL;
}

/* From now on, print what happens to the map. */
void ex_map_trace(void)
{
	ex_memory_restore();
	ex_trace_begin(map);
}
