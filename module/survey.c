// SPDX-License-Identifier: GPL-2.0
/*
 * The values of one key all have one home, and in a multimap every change of an
 * entry bumps its home's version: arrival, new value and departure. So a search
 * that has looked at every place where they can lie, and finds the version what
 * it was before, has seen the set that existed all that time.
 *
 * A value is known by its key and its ordinal, which it keeps for life. A new
 * one gets the greatest ordinal of the set and one, in the MCAS that expects the
 * version from before the survey; so no two have the same, and their order is
 * that in which they were added.
 */
#include <linux/sort.h>

#include "survey.h"

/* Note a value, which is certain now. */
static void fm_survey_note(const struct fm_region *region, const struct fm_wish *wish,
			   const struct fm_found *found, u64 ordinal, bool wanted,
			   struct fm_survey *survey)
{
	if (wish->places && survey->count < FLATMAP_VALUES_MAX)
		wish->places[survey->count] =
			found->slot - fm_group(region, fm_home(region, found->word));
	survey->count++;
	survey->last = max(survey->last, ordinal);
	if (wanted && (!survey->found.slot || ordinal < survey->ordinal)) {
		survey->ordinal = ordinal;
		survey->found = *found;
	}
}

/* Look whether @slot holds a value of the key. */
static void fm_survey_slot(const struct fm_region *region, const void *key, u64 hash,
			   const struct fm_wish *wish, u64 *slot,
			   struct fm_survey *survey)
{
	struct fm_found found = { .home = survey->found.home, .slot = slot };
	const struct fm_block *block;
	bool wanted;
	u64 ordinal;

	do {
		u32 tries = FM_UNLIMITED;

		if (fm_look(region, &region->shape, key, fm_live_word(hash, 0),
			    hash & FM_MARK_HASH, NULL, &tries, &found) != 1)
			return;
		block = fm_block(region, fm_index(found.word));
		ordinal = fm_block_ordinal(&region->shape, block);
		wanted = (!wish->until || ordinal <= wish->until) &&
			 (!wish->equal ||
			  fm_block_has_value(&region->shape, block, wish->equal));
	} while (!fm_verify_block(block, &found));
	fm_survey_note(region, wish, &found, ordinal, wanted, survey);
}

/* Look at all slots where values of the key can lie. */
static void fm_survey_slots(const struct fm_region *region, const void *key, u64 hash,
			    const struct fm_wish *wish, struct fm_survey *survey)
{
	u64 like = fm_live_word(hash, 0);
	u64 *group = fm_group(region, fm_home(region, like));
	u32 slots;

	for (u64 word = survey->found.home;; word = fm_read(group)) {
		for (slots = fm_match(group, like); slots; slots &= slots - 1)
			fm_survey_slot(region, key, hash, wish,
				       group + 1 + __ffs(slots), survey);
		if (!fm_overflow(word))
			return;
		group += FM_GROUP_WORDS;
	}
}

/* Copy the wanted value. False if it is no longer there. */
static bool fm_survey_copy(const struct fm_region *region, const struct fm_wish *wish,
			   const struct fm_survey *survey)
{
	const struct fm_block *block;

	if (!survey->found.slot || !wish->value)
		return true;
	block = fm_block(region, fm_index(survey->found.word));
	fm_block_read_value(&region->shape, block, wish->value);
	return fm_verify_block(block, &survey->found);
}

/**
 * fm_survey() - survey the values of a key of a multimap
 * @region: the region
 * @key: the key
 * @hash: its hash
 * @wish: which of them is wanted
 * @survey: out: what was found
 *
 * Lock-free: it looks again only because some operation has succeeded.
 *
 * Context: Any, inside an RCU read-side section.
 * Return: true if a wanted value is there.
 */
bool fm_survey(const struct fm_region *region, const void *key, u64 hash,
	       const struct fm_wish *wish, struct fm_survey *survey)
{
	u32 home = fm_home(region, fm_live_word(hash, 0));
	const u64 *group = fm_group(region, home);

	do {
		do {
			*survey = (struct fm_survey) { .found.home = fm_read(group) };
			fm_survey_slots(region, key, hash, wish, survey);
			fm_hook(FM_HOOK_MISSED);
			smp_rmb(); /* all groups before the home; pairs with mcas.c */
		} while (fm_step(RECHECK) &&
			 !fm_same_version(fm_read(group), survey->found.home));
		/* The value that was there then, if its block still is as it was. */
	} while (!fm_survey_copy(region, wish, survey));
	return survey->found.slot;
}

/**
 * struct fm_set - the places of a set of values
 * @region: the region
 * @home: the group word of their home
 */
struct fm_set {
	const struct fm_region *region;
	const u64 *home;
};

static const struct fm_block *fm_set_block(const struct fm_set *set, u16 place)
{
	return fm_block(set->region, fm_index(fm_read(set->home + place)));
}

static int fm_set_order(const void *a, const void *b, const void *of)
{
	const struct fm_shape *shape;
	const struct fm_set *set = of;
	u64 x, y;

	shape = &set->region->shape;
	x = fm_block_ordinal(shape, fm_set_block(set, *(const u16 *)a));
	y = fm_block_ordinal(shape, fm_set_block(set, *(const u16 *)b));
	return x < y ? -1 : x > y;
}

/**
 * fm_survey_set() - copy all values of a key of a multimap
 * @region: the region
 * @key: the key
 * @hash: its hash
 * @values: where to copy them, in the order in which they were added
 * @room: how many there is room for
 *
 * A survey tells their places. If the home's version is still the same after the
 * values were copied from there, each stayed in its place and its block was not
 * written all that time, so what was read of them needs no other proof.
 *
 * Context: Any, inside an RCU read-side section.
 * Return: how many values the key has, and if more than @room, none is copied;
 * -EAGAIN if something of their home has changed meanwhile. What @values holds is
 * undefined then.
 */
int fm_survey_set(const struct fm_region *region, const void *key, u64 hash,
		  void *values, u32 room)
{
	const struct fm_set set = {
		.region	= region,
		.home	= fm_group(region, fm_home(region, fm_live_word(hash, 0))),
	};
	u16 places[FLATMAP_VALUES_MAX];
	const struct fm_wish wish = { .places = places };
	struct fm_survey survey;
	u32 i;

	fm_survey(region, key, hash, &wish, &survey);
	if (!survey.count || survey.count > room)
		return survey.count;
	sort_r(places, survey.count, sizeof(*places), fm_set_order, NULL, &set);
	for (i = 0; i < survey.count; i++) {
		fm_block_read_value(&region->shape, fm_set_block(&set, places[i]),
				    values + i * (size_t)region->shape.value_size);
		fm_hook(FM_HOOK_COPIED);
	}
	smp_rmb(); /* the values before the home; pairs with mcas.c */
	return fm_same_version(fm_read(set.home), survey.found.home) ?
	       survey.count : -EAGAIN;
}
