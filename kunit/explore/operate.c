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

#include "calls.h"
#include "drain.h"
#include "extend.h"
#include "map.h"
#include "mcas.h"
#include "move.h"
#include "region.h"
#include "resize.h"
#include "tally.h"
#include "explore.h"

#define VALUE_WORDS	16
#define KEY_WORDS	3
#define TWIN_BYTES	17	/* of a key that may have a twin */
/* Bits of a hash: one of the tag, and one that says which blocks are preferred. */
#define TAG_BITS	(BIT_ULL(40) | BIT_ULL(31))
#define HOME_BITS	(~0ULL << 32)	/* of a key; the others are its number */
#define NO_REGION	1000	/* the number of no region */
#define REGION_BLOCKS	3	/* itself, its extent, and the count of its pins */
#define FIRST_NUMBER	1	/* of the region that a map begins with */

static const struct ex_scenario *scenario;
static struct flatmap *map;
static u32 home_bits;
static struct flatmap_pin *pins;	/* of each thread */
static u32 readers_without_pins;	/* a thread has forgotten its pins but the last */
bool ex_calling;

static char complaint[256];
static u32 others;	/* blocks of memory that belong to no region */
static bool alone;	/* is the map being prepared? */

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
	return (home_bits ? (u64)home << (64 - home_bits) : 0) |
	       (scenario->tags && n % 2 ? TAG_BITS : 0) | n;
}

/*
 * The key's bytes: all of it, which is its hash; of twins all but the last bit, and then
 * that bit, of every other pair in a whole word, and of the others in the byte after it.
 * So the order of keys is that of their numbers.
 */
static void ex_put_key(u64 key, u64 *words)
{
	words[0] = key;
	if (!scenario->twins)
		return;
	words[0] = (key & HOME_BITS) | (u32)key >> 1;
	words[1] = key & 2 ? 0 : key & 1;
	words[2] = key & 2 ? key & 1 : 0;
}

static u64 ex_get_key(const u64 *words)
{
	return !scenario->twins ? words[0] :
	       (words[0] & HOME_BITS) | (u32)words[0] << 1 | words[1] | words[2];
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
	u64 last[KEY_WORDS], key[KEY_WORDS] = {};
	struct flatmap_cursor cursor = { .last = last };

	flatmap_for_each(map, &cursor, key, words) {
		if (result->count == EX_RESULTS) {
			result->err = -E2BIG;
			return;
		}
		result->keys[result->count] = ex_get_key(key);
		result->err = ex_value(words, &result->values[result->count++]);
		if (result->err)
			return;
	}
}

/* All values of @key, in order. */
static void ex_values(u64 key, struct ex_result *result)
{
	u64 words[EX_RESULTS * VALUE_WORDS], bytes[KEY_WORDS];
	struct flatmap_result found;
	int err = 0;

	ex_put_key(key, bytes);
	result->err = flatmap_values(map, bytes, words, EX_RESULTS, &found);
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

static int ex_batch_of(enum ex_what what, struct flatmap_batch *batch)
{
	switch (what) {
	case EX_INSERT_BATCH:
		return flatmap_insert_batch(map, batch);
	case EX_UPDATE_BATCH:
		return flatmap_update_batch(map, batch);
	case EX_UPSERT_BATCH:
		return flatmap_upsert_batch(map, batch);
	case EX_ADD_BATCH:
		return flatmap_add_batch(map, batch);
	case EX_DELETE_BATCH:
		return flatmap_delete_batch(map, batch);
	case EX_DELETE_VALUE_BATCH:
		return flatmap_delete_value_batch(map, batch);
	default:
		return flatmap_lookup_batch(map, batch);
	}
}

/* Do @operation to two keys in a batch; -EBADMSG if that is not done. */
static int ex_batch(const struct ex_operation *operation, u64 *values, int *results)
{
	u32 size = map->whole->params.key_size;
	u64 first[KEY_WORDS], second[KEY_WORDS];
	char bytes[2 * sizeof(first)];
	struct flatmap_batch batch = {
		.keys = bytes,
		.values = values,
		.results = results,
		.count = 2,
		.gfp = GFP_ATOMIC,
	};

	ex_put_key(ex_key(operation->home, operation->old), first);
	ex_put_key(ex_key(operation->home, operation->n), second);
	memcpy(bytes, first, size);
	memcpy(bytes + size, second, size);
	for (u32 i = 0; i < 2 * ex_value_words(); i++)
		values[i] = operation->value + i / ex_value_words();

	return ex_batch_of(operation->what, &batch) || batch.done != 2 ? -EBADMSG : 0;
}

/* Look two keys up in a batch; of the second one, what is found, as of a lookup. */
static int ex_lookup_batch(const struct ex_operation *operation, u64 *words,
			   struct flatmap_result *found)
{
	u64 values[2 * VALUE_WORDS], first;
	int results[2];

	if (ex_batch(operation, values, results) ||
	    (results[0] >= 0 && ex_value(values, &first)))
		return -EBADMSG;
	memcpy(words, values + ex_value_words(), ex_value_words() * sizeof(u64));
	found->values = max(results[1], 0);
	return min(results[1], 0);
}

/* Change two keys in a batch: what came of each, and their values. */
static void ex_change_batch(const struct ex_operation *operation,
			    struct ex_result *result)
{
	u64 values[2 * VALUE_WORDS];
	int results[2];

	result->err = ex_batch(operation, values, results);
	for (u32 i = 0; !result->err && i < 2; i++, result->count++) {
		result->keys[i] = results[i];
		result->values[i] = 0;
		if (!results[i])
			result->err = ex_value(values + i * ex_value_words(),
					       &result->values[i]);
	}
}

/* Read the value of a pin where it lies, while others run. */
static void ex_read_pinned(const struct flatmap_pin *pin, u64 *words)
{
	const u64 *value = pin->value;

	ex_hold_regions(true);
	for (u32 i = 0; i < ex_value_words(); i++)
		words[i] = READ_ONCE(value[i]);
	ex_hold_regions(false);
}

/* What is added to the value of a key, and where to note what that was. */
struct increase {
	u64 key;
	u64 by;
	u64 *was;
};

/*
 * Add to all words of a value, which must be one that the key has had. The callback's
 * accesses are plain in the kernel; here they are part of what is explored.
 */
static int ex_increase(void *value, void *arg)
{
	const struct increase *increase = arg;
	u64 *words = value;
	u64 was;

	for (u32 i = 0; i < ex_value_words(); i++)
		increase->was[i] = READ_ONCE(words[i]);
	if (ex_value(increase->was, &was) ||
	    !ex_is_possible(scenario, increase->key, was))
		return -EBADMSG;
	for (u32 i = 0; i < ex_value_words(); i++)
		WRITE_ONCE(words[i], was + increase->by);
	return 0;
}

/* What a thread looks at behind the map's back is part of the state that it is in. */
static u64 ex_look(u64 value)
{
	if (ex_running != EX_NONE)
		ex_remember(value, 0);
	return value;
}

/* How many are in the chain. */
static u32 ex_map_regions(void)
{
	u32 count = 0;

	for (struct fm_region *region = map->region; region;
	     region = region->extent->next)
		count++;
	return count;
}

/* The last region, which a thread need not know of where memory is weak. */
static const struct fm_region *ex_last(void)
{
	const struct fm_region *region = map->region;

	while (region->extent->next)
		region = region->extent->next;
	return region;
}

static u32 ex_last_number(void)
{
	return ex_look(ex_last()->extent->number);
}

/* When a function of resizing returns 0, what it is for has happened, whoever did it. */
static int ex_done(bool is_done)
{
	return is_done ? 0 : -EBADMSG;
}

/* Is the home @home of @region DONE, unless an operation holds its word? */
static bool ex_is_done(struct fm_region *region, u32 home)
{
	u64 word = ex_look(*fm_group(region, home));

	return fm_is_ref(word) || fm_state(word) == FM_HOME_DONE;
}

/* Move a home of the first region on, as writers do in passing. */
static int ex_move(u32 home)
{
	struct fm_level *level = fm_enter(FM_LEVELS - 1);
	struct fm_region *region = fm_first(map);
	u32 moved = 0;
	int err = 0;

	if (fm_successor(region))
		err = fm_move_home(level, region, home, &moved) ?:
		      ex_done(ex_is_done(region, home));
	fm_exit(level);
	return err;
}

/* Add a region. A chain that is as long as may be stays so. */
static int ex_extend(u32 bits)
{
	bool longest = ex_map_regions() == FM_CHAIN_MAX;
	u32 number = ex_last_number();
	int err = fm_extend(map, bits);

	if (alone && longest)
		return ex_done(err == -ENOSPC && ex_last_number() == number);
	return err ?: ex_done(ex_weak || ex_last_number() > number);
}

/* How many entries are not in the last region. */
static u32 ex_behind(void)
{
	const struct fm_region *region = map->region;
	u32 count = 0;

	for (; region->extent->next; region = region->extent->next) {
		for (u32 i = 0; i < region->groups * FM_GROUP_WORDS; i++)
			count += fm_is_live(*(fm_group(region, 0) + i));
	}
	return count;
}

/* Move all to what is now the last region; another one may follow it meanwhile. */
static int ex_drain(void)
{
	u64 moved = atomic64_read(&map->moved) + ex_behind();
	u32 number = ex_last_number();

	return fm_drain(map) ?:
	       ex_done(ex_weak || ex_look(map->region->extent->number) >= number) ?:
	       ex_done(!alone || atomic64_read(&map->moved) == moved);
}

static int ex_keep(u32 bits)
{
	return fm_reserve_make(map, fm_last_number(map), fm_entries_for(bits)) ?:
	       ex_done(!alone || map->reserve);
}

/*
 * Add the region that is kept ready, as operations do that find no room: one that is
 * larger. Others may have taken it, but not while the map is being prepared.
 */
static int ex_publish(void)
{
	bool larger = map->reserve && map->reserve->capacity > ex_last()->capacity;
	u32 number = fm_last_number(map);
	int err = fm_extend_reserve(map, number);

	if (err == -ENODATA)
		return ex_done(!alone || !larger);
	return err ?: ex_done(ex_last_number() > number && (larger || !alone));
}

/* Begin to count the pins of all regions but the last, as a worker does that drains them. */
static void ex_supersede(void)
{
	struct fm_region *region = map->region;

	for (; fm_successor(region); region = fm_successor(region))
		fm_extent_supersede(region->extent);
}

/* Ask the worker of a map for what it need not do any more. */
static void ex_ask(gfp_t gfp)
{
	WRITE_ONCE(map->crowded, NO_REGION);
	fm_call(map, FM_CALL_RESIZE, gfp);
}

/* Be a worker, if it has been called. */
static void ex_work(struct work_struct *work)
{
	if (xchg(&work->pending, 0))
		work->function(work);
}

/* Has a worker been called, or is there something for it to see, and will none come? */
bool ex_is_call_lost(void)
{
	bool called = map->calls.counter & FM_CALL_RESIZE || map->crowded;

	return ex_calling && called && !map->resize.pending && !map->resize_elsewhere.pending;
}

/* Do @operation as @thread. */
void ex_operate(const struct ex_operation *operation, u32 thread,
		struct ex_result *result)
{
	u64 key = ex_key(operation->home, operation->n);
	struct flatmap_pin *pin = &pins[thread];
	struct flatmap_result found = {};
	u64 words[VALUE_WORDS], old[VALUE_WORDS], bytes[KEY_WORDS];
	struct increase increase = { key, operation->value, words };
	bool returns = false;

	ex_put_key(key, bytes);
	for (u32 i = 0; i < ex_value_words(); i++) {
		words[i] = operation->value;
		old[i] = operation->old;
	}
	result->err = 0;
	result->count = 0;
	result->kept = 0;

	switch (operation->what) {
	case EX_INSERT:
		result->err = flatmap_insert(map, bytes, words, GFP_ATOMIC);
		break;
	case EX_UPDATE:
		result->err = flatmap_update(map, bytes, words, GFP_ATOMIC);
		break;
	case EX_UPSERT:
		result->err = flatmap_upsert(map, bytes, words, GFP_ATOMIC);
		break;
	case EX_DELETE:
		result->err = flatmap_delete_return(map, bytes, words);
		returns = true;
		break;
	case EX_DELETE_KEY:
		result->err = flatmap_delete(map, bytes);
		break;
	case EX_LOOKUP:
		result->err = flatmap_lookup(map, bytes, words, &found);
		returns = true;
		break;
	case EX_LOOKUP_BATCH:
		result->err = ex_lookup_batch(operation, words, &found);
		returns = true;
		break;
	case EX_LOOKUP_FIELD:
		result->err = flatmap_lookup_field(map, bytes, operation->old, words);
		if (map->whole->params.fields_count > 1)
			words[0] = (u32)words[0];
		returns = true;
		break;
	case EX_UPDATE_FIELD:
		result->err = flatmap_update_field(map, bytes, operation->old, words,
						   GFP_ATOMIC);
		break;
	case EX_INSERT_BATCH:
	case EX_UPDATE_BATCH:
	case EX_UPSERT_BATCH:
	case EX_ADD_BATCH:
	case EX_DELETE_BATCH:
	case EX_DELETE_VALUE_BATCH:
		ex_change_batch(operation, result);
		break;
	case EX_PIN:
		ex_touch(pin);
		memset(pin, 0, sizeof(*pin));
		result->err = flatmap_pin(map, bytes, pin);
		returns = !result->err;
		if (!returns)
			break;
		ex_read_pinned(pin, words);
		found = pin->result;
		result->kept = (u64)pin->slot;
		break;
	case EX_UNPIN:
		if (!pin->region)
			break;
		returns = true;
		ex_read_pinned(pin, words);
		ex_hold_regions(true);
		flatmap_unpin(pin);
		ex_hold_regions(false);
		ex_touch(pin);
		pin->region = NULL;
		break;
	case EX_MODIFY:
		result->err = flatmap_modify(map, bytes, ex_increase, &increase,
					     GFP_ATOMIC);
		returns = true;
		break;
	case EX_MODIFY_OR_INSERT:
		result->err = flatmap_modify_or_insert(map, bytes, old, ex_increase,
						       &increase, GFP_ATOMIC);
		returns = true;
		break;
	case EX_REPLACE:
		result->err = flatmap_replace(map, bytes, old, words, GFP_ATOMIC);
		break;
	case EX_ADD:
		result->err = flatmap_add(map, bytes, words, GFP_ATOMIC);
		break;
	case EX_DELETE_VALUE:
		result->err = flatmap_delete_value(map, bytes, words);
		break;
	case EX_VALUES:
		ex_values(key, result);
		return;
	case EX_ITERATE:
		ex_iterate(result);
		break;
	case EX_EXTEND:
		result->err = ex_extend(operation->n);
		break;
	case EX_MOVE:
		result->err = ex_move(operation->home);
		break;
	case EX_DRAIN:
		ex_hold_regions(true);
		result->err = ex_drain();
		ex_hold_regions(false);
		break;
	case EX_KEEP:
		result->err = ex_keep(operation->n);
		break;
	case EX_PUBLISH:
		result->err = ex_publish();
		break;
	case EX_SUPERSEDE:
		ex_supersede();
		break;
	case EX_REAP:
		ex_reap();
		break;
	case EX_FILL:
		ex_fill(operation->home, operation->n);
		break;
	case EX_ASK:
		ex_ask(operation->n ? GFP_KERNEL : GFP_ATOMIC);
		break;
	case EX_WORK:
		ex_work(operation->n ? &map->resize_elsewhere : &map->resize);
		break;
	case EX_LITMUS:
		ex_litmus(scenario->litmus, operation->n, result->values);
		result->count = EX_LITMUS_SEEN;
		return;
	case EX_NOTHING:
		break;
	}
	result->total = found.values;
	if (returns && result->err >= 0) {
		result->keys[0] = key;
		result->count = 1;
		if (ex_value(words, &result->values[0]))
			result->err = -EBADMSG;
	}
}

/* Readers that slots in the chain count, less the pins that threads have there. */
static u32 ex_readers_without_pins(void)
{
	u32 readers = 0;

	for (struct fm_region *region = map->region; region; region = region->extent->next) {
		for (u32 group = 0; group < region->groups; group++) {
			for (u32 i = 1; i <= FM_GROUP_SLOTS; i++)
				readers += fm_readers(fm_read(fm_group(region, group) + i));
		}
		for (u32 i = 0; i < EX_THREADS; i++)
			readers -= pins[i].region == region;
	}
	return readers;
}

/* Make the map of the scenario @of and what is in it. */
void ex_map_create(const struct ex_scenario *of)
{
	static const struct flatmap_field halves[] = {
		{ .name = "low", .type = FLATMAP_TYPE_U32, .offset = 0, .size = 4 },
		{ .name = "high", .type = FLATMAP_TYPE_U32, .offset = 4, .size = 4 },
	};
	const struct flatmap_field whole = {
		.name = "whole",
		.size = of->value_size,
	};
	struct flatmap_params params = {
		.entries = of->entries,
		.max_entries = of->limit,
		.key_size = of->twins ? TWIN_BYTES : sizeof(u64),
		.value_size = of->value_size ?: sizeof(u64),
		.hash = FM_HASH_IDENTITY,
		.flags = (of->resized ? 0 : FLATMAP_FIXED) |
			 (of->multimap ? FLATMAP_MULTIMAP : 0),
		.fields_count = of->value_size ? 1 : 2,
		.fields = of->value_size ? &whole : halves,
	};
	struct ex_result result;

	scenario = of;
	ex_calling = scenario->calls || scenario->litmus;
	ex_possible_cpus = scenario->cpus ?: 1;
	ex_grace_create(scenario);
	if (fm_core_init())
		exit(2);
	map = flatmap_create(&params);
	if (IS_ERR(map)) {
		fprintf(stderr, "explore: no map for %s\n", scenario->name);
		exit(2);
	}
	ex_addresses_begin(map);
	if (scenario->litmus)
		ex_litmus_create();
	pins = ex_alloc(EX_THREADS * sizeof(*pins), 64);
	others = ex_memory_blocks() - REGION_BLOCKS;
	home_bits = scenario->home_bits ?: map->region->bits;
	alone = true;
	for (u32 i = 0; i < EX_BEFORE; i++) {
		ex_operate(&scenario->before[i], 0, &result);
		if (result.err) {
			fprintf(stderr, "explore: %s cannot be prepared\n",
				scenario->name);
			exit(2);
		}
	}
	ex_reap();
	readers_without_pins = ex_readers_without_pins();
	alone = false;
	ex_memory_keep();
	ex_addresses_keep();
}

/* Is @region in the chain, or pinned by a thread before @thread? */
static bool ex_is_known(const struct fm_region *region, u32 thread)
{
	const struct fm_region *other = map->region;

	while (other && other != region)
		other = other->extent->next;
	for (u32 i = 0; !other && i < thread; i++)
		other = pins[i].region == region ? region : NULL;
	return other;
}

/* How many regions are out of use, but for pins. */
static u32 ex_map_pinned(void)
{
	u32 count = 0;

	for (u32 i = 0; i < EX_THREADS; i++)
		count += pins[i].region && !ex_is_known(pins[i].region, i);
	return count;
}

/* After the last grace period: NULL, or what is wrong with the memory that is left. */
const char *ex_map_reaped(void)
{
	u32 regions = ex_map_regions() + !!map->reserve;
	u32 pinned;

	ex_reap();
	pinned = ex_map_pinned();
	if (atomic_read(&map->whole->leaving))
		return "memory is on its way out for ever";
	if (pinned != atomic64_read(&map->pinned))
		return "regions are held by pins that are none, or not by those that are";
	if (ex_memory_blocks() != others + REGION_BLOCKS * (regions + pinned))
		return "memory is not freed, or too much of it";
	return NULL;
}

/*
 * What the map counts beside its entries, once nothing is under way: NULL, or what is wrong
 * with @entries of them.
 */
const char *ex_map_counts(u32 entries)
{
	u64 counted = 0;

	for (u32 i = 0; i < map->whole->stripes; i++)
		counted += atomic64_read(&map->tally[i].entries) & ~15ULL;
	if (ex_readers_without_pins() != readers_without_pins)
		return "readers are counted that are none, or not those that are";
	if (fm_entries_of(map->whole) != entries)
		return "there are more entries or fewer than the map says";
	if (atomic64_read(&map->counted) != counted)
		return "the tallies of the CPUs do not add up";
	if (atomic64_read(&map->resizes) != ex_last_number() - FIRST_NUMBER)
		return "regions that have followed are not counted";
	if (atomic64_read(&map->reserve_bytes) != (map->reserve ? map->reserve->bytes : 0))
		return "the memory of the reserve is not counted";
	return NULL;
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
