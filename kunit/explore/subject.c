// SPDX-License-Identifier: GPL-2.0
/*
 * The map under exploration: its keys and values, how it is made, and what is asked of it
 * when all threads have ended. All words of a value are the same, so a torn one is
 * noticed.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "subject.h"
#include <linux/flatmap/hash.h>

#include "mcas.h"
#include "tally.h"

#define TWIN_BYTES	17	/* of a key that may have a twin */
#define TAG_BIT		BIT_ULL(40)	/* of a hash, one of the tag */
#define BLOCK_BIT	BIT_ULL(30)	/* likewise, and the next: which blocks are preferred */
#define HOME_BITS	(~0ULL << 32)	/* of a key; the others are its number */
#define REGION_BLOCKS	3	/* itself, its extent, and the count of its pins */
#define FIRST_NUMBER	1	/* of the region that a map begins with */

const struct ex_scenario *ex_explored;
struct flatmap *ex_map;
struct flatmap_pin *ex_pins;
bool ex_alone;
bool ex_calling;

static u32 home_bits;
static u32 readers_without_pins;	/* a thread has forgotten its pins but the last */
static char complaint[256];
static u32 others;	/* blocks of memory that belong to no region */

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
	       (ex_explored->tags ? (n & 1) * TAG_BIT | (n & 3) * BLOCK_BIT : 0) | n;
}

/*
 * The key's bytes: all of it, which is its hash; of twins all but the last bit, and then
 * that bit, of every other pair in a whole word, and of the others in the byte after it.
 * So the order of keys is that of their numbers.
 */
void ex_put_key(u64 key, u64 *words)
{
	words[0] = key;
	if (!ex_explored->twins)
		return;
	words[0] = (key & HOME_BITS) | (u32)key >> 1;
	words[1] = key & 2 ? 0 : key & 1;
	words[2] = key & 2 ? key & 1 : 0;
}

u64 ex_get_key(const u64 *words)
{
	return !ex_explored->twins ? words[0] :
	       (words[0] & HOME_BITS) | (u32)words[0] << 1 | words[1] | words[2];
}

/* The home of the entry in a slot word, likewise. */
u32 ex_home(u64 word)
{
	return fm_tag(word) >> (FM_TAG_BITS - home_bits);
}

u32 ex_value_words(void)
{
	return ex_map->whole->params.value_size / sizeof(u64);
}

/* The value in @words; an error if it is torn. */
int ex_value(const u64 *words, u64 *value)
{
	*value = words[0];
	for (u32 i = 1; i < ex_value_words(); i++) {
		if (words[i] != words[0])
			return -EBADMSG;
	}
	return 0;
}

static u32 ex_readers_of(u64 slot)
{
	return fm_is_empty(slot) ? 0 : fm_readers(slot);
}

/* Readers that slots in the chain count, less the pins that threads have there. */
static u32 ex_readers_without_pins(void)
{
	u32 readers = 0;

	for (struct fm_region *region = ex_map->region; region; region = region->extent->next) {
		for (u32 group = 0; group < region->groups; group++) {
			for (u32 i = 1; i <= FM_GROUP_SLOTS; i++)
				readers += ex_readers_of(fm_read(fm_group(region, group) + i));
		}
		for (u32 i = 0; i < EX_THREADS; i++)
			readers -= ex_pins[i].region == region;
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

	ex_explored = of;
	ex_calling = ex_explored->calls || ex_explored->litmus;
	ex_possible_cpus = ex_explored->cpus ?: 1;
	ex_grace_create(ex_explored);
	if (fm_core_init())
		exit(2);
	ex_map = flatmap_create(&params);
	if (IS_ERR(ex_map)) {
		fprintf(stderr, "explore: no map for %s\n", ex_explored->name);
		exit(2);
	}
	ex_addresses_begin(ex_map);
	if (ex_explored->litmus)
		ex_litmus_create();
	ex_pins = ex_alloc(EX_THREADS * sizeof(*ex_pins), 64);
	others = ex_memory_blocks() - REGION_BLOCKS;
	home_bits = ex_explored->home_bits ?: ex_map->region->bits;
	ex_alone = true;
	for (u32 i = 0; i < EX_BEFORE; i++) {
		ex_operate(&ex_explored->before[i], 0, &result);
		if (result.err) {
			fprintf(stderr, "explore: %s cannot be prepared\n",
				ex_explored->name);
			exit(2);
		}
	}
	ex_reap();
	readers_without_pins = ex_readers_without_pins();
	ex_alone = false;
	ex_memory_keep();
	ex_addresses_keep();
}

/* Is @region in the chain, or pinned by a thread before @thread? */
static bool ex_is_known(const struct fm_region *region, u32 thread)
{
	const struct fm_region *other = ex_map->region;

	while (other && other != region)
		other = other->extent->next;
	for (u32 i = 0; !other && i < thread; i++)
		other = ex_pins[i].region == region ? region : NULL;
	return other;
}

/* How many regions are out of use, but for pins. */
static u32 ex_map_pinned(void)
{
	u32 count = 0;

	for (u32 i = 0; i < EX_THREADS; i++)
		count += ex_pins[i].region && !ex_is_known(ex_pins[i].region, i);
	return count;
}

/* After the last grace period: NULL, or what is wrong with the memory that is left. */
const char *ex_map_reaped(void)
{
	u32 regions = ex_map_regions() + !!ex_map->reserve;
	u32 pinned;

	ex_reap();
	pinned = ex_map_pinned();
	if (atomic_read(&ex_map->whole->leaving))
		return "memory is on its way out for ever";
	if (pinned != atomic64_read(&ex_map->pinned))
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

	for (u32 i = 0; i < ex_map->whole->stripes; i++)
		counted += atomic64_read(&ex_map->tally[i].entries) & ~15ULL;
	if (ex_readers_without_pins() != readers_without_pins)
		return "readers are counted that are none, or not those that are";
	if (fm_entries_of(ex_map->whole) != entries)
		return "there are more entries or fewer than the map says";
	if (atomic64_read(&ex_map->counted) != counted)
		return "the tallies of the CPUs do not add up";
	if (atomic64_read(&ex_map->resizes) != ex_last_number() - FIRST_NUMBER)
		return "regions that have followed are not counted";
	if (atomic64_read(&ex_map->reserve_bytes) != (ex_map->reserve ? ex_map->reserve->bytes : 0))
		return "the memory of the reserve is not counted";
	return NULL;
}

/* Audit the map: NULL, or what is wrong. */
const char *ex_map_check(void)
{
	return flatmap_check(ex_map) ? complaint : NULL;
}

/* From now on, print what happens to the map. */
void ex_map_trace(void)
{
	ex_memory_restore();
	ex_trace_begin(ex_map);
}
