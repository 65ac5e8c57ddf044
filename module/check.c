// SPDX-License-Identifier: GPL-2.0
/*
 * The audit of a quiet map: everything the protocols promise to leave behind.
 */
#define pr_fmt(fmt) "flatmap: check: " fmt

#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "map.h"
#include "resize.h"
#include "search.h"
#include "survey.h"
#include "tally.h"

/**
 * struct fm_audit - what an audit has counted so far
 * @map: the shard
 * @first: its first region
 * @region: the one that is looked at
 * @taken: a bit for each block that has been found in its place
 * @passed: for each group, the entries that passed it
 * @key: room for one key
 * @entries: live slots of the shard
 */
struct fm_audit {
	const struct flatmap *map;
	struct fm_region *first;
	struct fm_region *region;
	unsigned long *taken;
	u16 *passed;
	void *key;
	u64 entries;
};

#define fm_bad(format, ...) ({				\
	pr_err(format "\n", ##__VA_ARGS__);		\
	-EUCLEAN;					\
})

/* A block is in exactly one place: a slot, a list, or free beside its group. */
static int fm_audit_block(struct fm_audit *audit, u32 index, const char *place)
{
	if (index >= audit->region->blocks)
		return fm_bad("block %u does not exist (%s)", index, place);
	if (__test_and_set_bit(index, audit->taken))
		return fm_bad("block %u is in two places, one is %s", index, place);
	return 0;
}

/* A search for the key that was read from the block @index finds it there. */
static int fm_audit_key(struct fm_audit *audit, u32 index, u64 hash, u64 *slot)
{
	struct fm_found found;

	if (fm_find(audit->first, audit->key, hash, NULL, FM_UNLIMITED, &found) != 1)
		return fm_bad("the key in block %u is not found", index);
	if (found.slot != slot)
		return fm_bad("the key in block %u is there twice", index);
	return 0;
}

static u64 fm_ordinal_at(const struct fm_survey *survey, u64 hash, u16 place)
{
	const struct fm_region *region = survey->seen[place >> FM_PLACE_REGION].region;
	u64 word = *fm_survey_at(survey, hash, place);

	return fm_block_ordinal(&region->shape, fm_block(region, fm_index(word)));
}

/* Among the values of its key, this one's ordinal is found exactly once. */
static int fm_audit_value(struct fm_audit *audit, u32 index, u64 hash)
{
	const struct fm_region *region = audit->region;
	u64 ordinal = fm_block_ordinal(&region->shape, fm_block(region, index));
	u16 places[FLATMAP_VALUES_MAX];
	const struct fm_wish wish = { .places = places };
	struct fm_survey survey;
	u32 times = 0;
	u32 i;

	fm_survey(audit->first, audit->key, hash, &wish, &survey);
	if (survey.count > FLATMAP_VALUES_MAX)
		return fm_bad("the key in block %u has %u values", index, survey.count);
	for (i = 0; i < survey.count; i++)
		times += ordinal == fm_ordinal_at(&survey, hash, places[i]);
	if (times != 1)
		return fm_bad("the ordinal in block %u is found %u times", index, times);
	return 0;
}

/* The entry is where its hash says, and a search finds it there. */
static int fm_audit_entry(struct fm_audit *audit, u32 group, u64 *slot, u64 word)
{
	const struct fm_region *region = audit->region;
	struct fm_block *block = fm_block(region, fm_index(word));
	u32 home = fm_home(region, word);
	u64 hash;
	u32 i;
	int err;

	if (home > group || group - home > FM_DISTANCE_MAX)
		return fm_bad("group %u has an entry of home %u", group, home);
	if (fm_state(*fm_group(region, home)) == FM_HOME_DONE)
		return fm_bad("group %u has an entry of home %u, which is DONE", group,
			      home);
	if (fm_mark_is_odd(block->mark))
		return fm_bad("block %u is published with an odd sequence",
			      fm_index(word));

	fm_block_read_key(&region->shape, block, audit->key);
	hash = fm_hash(region, audit->key);
	if (fm_shard(audit->map->whole->map, &hash) != audit->map)
		return fm_bad("block %u is in another shard than its key", fm_index(word));
	if (!fm_same_tag(word, fm_live_word(hash, 0)) ||
	    fm_mark_hash(block->mark) != (u32)hash)
		return fm_bad("block %u has another hash than its key",
			      fm_index(word));
	err = region->multimap ?
	      fm_audit_value(audit, fm_index(word), hash) :
	      fm_audit_key(audit, fm_index(word), hash, slot);
	if (err)
		return err;

	for (i = home; i < group; i++)
		audit->passed[i]++;
	audit->entries++;
	return 0;
}

/* Nobody can fill the slot any more without another version of the group. */
static int fm_audit_empty(struct fm_audit *audit, u32 group, const u64 *slot, u64 word)
{
	const u64 *first = fm_group(audit->region, group);
	u32 number = slot - first;

	if (word & ~FM_VERSION)
		return fm_bad("group %u holds the word %llx", group, word);
	if (fm_reserved(*first) == number && word != fm_empty_word(*first))
		return fm_bad("group %u: slot %u is reserved", group, number);
	return 0;
}

static int fm_audit_slot(struct fm_audit *audit, u32 group, u64 *slot)
{
	u64 word = *slot;
	int err;

	if (fm_is_empty(word))
		return fm_audit_empty(audit, group, slot, word);
	if (fm_is_ref(word))
		return fm_bad("group %u holds the reference %llx", group, word);
	if (!fm_is_live(word) && (fm_kind(word) != FM_DELETED || !fm_readers(word)))
		return fm_bad("group %u holds the word %llx", group, word);

	err = fm_audit_block(audit, fm_index(word), "a slot");
	if (!err && fm_is_live(word))
		err = fm_audit_entry(audit, group, slot, word);
	return err;
}

/* The latest home in @group, or 0 if there is no entry. */
static u32 fm_latest_home(const struct fm_region *region, u32 group)
{
	u32 latest = 0;
	u32 i;

	for (i = 1; i <= FM_GROUP_SLOTS; i++) {
		u64 word = fm_group(region, group)[i];

		if (fm_is_live(word))
			latest = max(latest, fm_home(region, word));
	}
	return latest;
}

/* Nobody in @group has passed somebody richer. */
static int fm_audit_order(const struct fm_region *region, u32 group)
{
	u32 passed, i;

	for (i = 1; i <= FM_GROUP_SLOTS; i++) {
		u64 word = fm_group(region, group)[i];
		u32 home = fm_home(region, word);

		if (!fm_is_live(word))
			continue;
		for (passed = home; passed < group; passed++) {
			if (fm_latest_home(region, passed) > home)
				return fm_bad("home %u in group %u passed a richer entry in %u",
					      home, group, passed);
		}
	}
	return 0;
}

static int fm_audit_slots(struct fm_audit *audit)
{
	const struct fm_region *region = audit->region;
	u32 group, i;
	int err;

	for (group = 0; group < region->groups; group++) {
		for (i = 1; i <= FM_GROUP_SLOTS; i++) {
			err = fm_audit_slot(audit, group,
					    fm_group(region, group) + i);
			if (err)
				return err;
		}
		if (!region->holes) {
			err = fm_audit_order(region, group);
			if (err)
				return err;
		}
		cond_resched();
	}
	return 0;
}

/* The group words agree with what was counted, and claim no block wrongly. */
static int fm_audit_groups(struct fm_audit *audit)
{
	const struct fm_region *region = audit->region;
	u32 group, i;

	for (group = 0; group < region->groups; group++) {
		u64 word = *fm_group(region, group);

		if (fm_kind(word))
			return fm_bad("group %u is %llx", group, word);
		/* A move leaves the counts of the region that it leaves. */
		if (fm_overflow(word) != audit->passed[group] &&
		    !(fm_successor(region) && fm_overflow(word) > audit->passed[group]))
			return fm_bad("group %u: overflow %u, but %u entries passed",
				      group, fm_overflow(word),
				      audit->passed[group]);
		for (i = 0; group < 1U << region->bits && i < region->shape.beside; i++) {
			u32 index = region->shape.beside * group + i;
			bool used = word & fm_used_bit(i);

			if (used != test_bit(index, audit->taken))
				return fm_bad("block %u: its used bit is wrong", index);
			__set_bit(index, audit->taken);
		}
	}
	return 0;
}

/* Every spare block is on one list or in one slot. */
static int fm_audit_stripes(struct fm_audit *audit)
{
	const struct fm_region *region = audit->region;
	u32 i, index;
	int err;

	for (i = 0; i < region->stripes; i++) {
		struct fm_stripe *stripe = fm_stripe(region, i);

		for (index = fm_index(stripe->free); index != FM_NO_BLOCK;
		     index = *fm_next_of(region, index)) {
			if (index < fm_spare_first(region))
				return fm_bad("block %u is listed as spare", index);
			err = fm_audit_block(audit, index, "a list");
			if (err)
				return err;
		}
	}
	index = find_first_zero_bit(audit->taken, region->blocks);
	if (index < region->blocks)
		return fm_bad("block %u is lost", index);
	return 0;
}

static int fm_audit_region(struct fm_audit *audit)
{
	const struct fm_region *region = audit->region;
	int err = -ENOMEM;

	audit->taken = kvcalloc(BITS_TO_LONGS(region->blocks), sizeof(long),
				GFP_KERNEL);
	audit->passed = kvcalloc(region->groups, sizeof(*audit->passed), GFP_KERNEL);
	audit->key = kmalloc(region->shape.key_size, GFP_KERNEL);
	if (audit->taken && audit->passed && audit->key) {
		err = fm_audit_slots(audit);
		if (!err)
			err = fm_audit_groups(audit);
		if (!err)
			err = fm_audit_stripes(audit);
	}
	kfree(audit->key);
	kvfree(audit->passed);
	kvfree(audit->taken);
	return err;
}

/* Audit all regions of a shard, and add up its entries. */
static int fm_audit_shard(const struct flatmap *map, u64 *entries)
{
	struct fm_audit audit = { .map = map, .first = fm_first(map) };
	int err = 0;

	for (audit.region = audit.first; audit.region && !err;
	     audit.region = fm_successor(audit.region))
		err = fm_audit_region(&audit);
	if (!err && !fm_fixed(map->whole) && audit.entries != fm_tallied(map))
		return fm_bad("%llu entries, but %llu were counted", audit.entries,
			      fm_tallied(map));
	*entries += audit.entries;
	return err;
}

/* What is there and what is left add up to what a map with a limit may have. */
static int fm_audit_room(const struct fm_whole *whole, u64 entries)
{
	u64 left = 0;
	u32 i;

	for (i = 0; i < whole->stripes; i++) {
		u64 word = whole->room[i].left;

		if (fm_is_ref(word))
			return fm_bad("room %u holds the reference %llx", i, word);
		left += fm_left(word);
	}
	if (whole->limit && left + entries != whole->limit)
		return fm_bad("%llu entries and room for %llu, but the limit is %llu",
			      entries, left, whole->limit);
	return 0;
}

/**
 * flatmap_check() - audit a map
 * @map: a map that no operation is using; pins may be outstanding
 *
 * Every block is in exactly one place, overflow and room are what a recount
 * gives, keys are unique and found (in a multimap, with their ordinals),
 * published blocks have even sequences, no word holds a reference, and, as long
 * as the region has had no holes, robin hood order holds. The first violation is
 * printed. A resizing that is under way is waited for.
 *
 * Context: May sleep.
 * Return: 0; -EUCLEAN if the map is damaged; -ENOMEM.
 */
int flatmap_check(struct flatmap *map)
{
	const struct fm_whole *whole = map->whole;
	u64 entries = 0;
	int err = 0;
	u32 i;

	for (i = 0; i < whole->shards && !err; i++) {
		fm_resize_flush(map + i);
		err = fm_audit_shard(map + i, &entries);
	}
	return err ?: fm_audit_room(whole, entries);
}
EXPORT_SYMBOL_GPL(flatmap_check);
