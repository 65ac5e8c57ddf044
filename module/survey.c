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

#include "extent.h"
#include "survey.h"

/* Note a value, which is certain now. */
static void fm_survey_note(const struct fm_region *region, const struct fm_wish *wish,
			   const struct fm_found *found, u64 ordinal, bool wanted,
			   struct fm_survey *survey)
{
	if (wish->places && survey->count < FLATMAP_VALUES_MAX)
		wish->places[survey->count] =
			(survey->regions << FM_PLACE_REGION) +
			(found->slot - fm_group(region, fm_home(region, found->word)));
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
	struct fm_found found = {
		.home	= survey->seen[survey->regions].home,
		.region	= survey->seen[survey->regions].region,
		.slot	= slot,
	};
	const struct fm_block *block;
	bool wanted;
	u64 ordinal;

	do {
		u32 tries = FM_UNLIMITED;

		if (fm_look(region, &region->shape, key, fm_live_word(hash, 0),
			    NULL, &tries, &found) != 1)
			return;
		block = fm_block(region, fm_index(found.word));
		ordinal = fm_block_ordinal(&region->shape, block);
		wanted = (!wish->until || ordinal <= wish->until) &&
			 (!wish->equal ||
			  fm_block_has_value(&region->shape, block, wish->equal));
	} while (!fm_verify_block(block, &found));
	fm_survey_note(region, wish, &found, ordinal, wanted, survey);
}

/* Look at all slots of a region where values of the key can lie. */
static void fm_survey_slots(const struct fm_region *region, const void *key, u64 hash,
			    const struct fm_wish *wish, struct fm_survey *survey)
{
	u64 like = fm_live_word(hash, 0);
	u64 *group = fm_group(region, fm_home(region, like));
	u32 slots;

	for (u64 word = survey->seen[survey->regions].home;; word = fm_read(group)) {
		for (slots = fm_match(group, like); slots; slots &= slots - 1)
			fm_survey_slot(region, key, hash, wish,
				       group + 1 + __ffs(slots), survey);
		if (!fm_overflow(word))
			return;
		group += FM_GROUP_WORDS;
	}
}

/* Copy the wanted value. False if it is no longer there. */
static bool fm_survey_copy(const struct fm_wish *wish, const struct fm_survey *survey)
{
	const struct fm_block *block;

	if (!survey->found.slot || !wish->value)
		return true;
	block = fm_block(survey->found.region, fm_index(survey->found.word));
	fm_block_read_value(&survey->found.region->shape, block, wish->value);
	return fm_verify_block(block, &survey->found);
}

/*
 * Look at all regions where values of the key can lie. False if others resize the
 * map faster: what was searched is no longer in the chain.
 */
static bool fm_survey_regions(struct fm_region *region, const void *key, u64 hash,
			      const struct fm_wish *wish, struct fm_survey *survey)
{
	u64 home;

	survey->count = 0;
	survey->last = 0;
	survey->found.slot = NULL;
	for (survey->regions = 0;; region = fm_successor(region)) {
		home = fm_read(fm_group(region, fm_home(region, fm_live_word(hash, 0))));
		if (fm_state(home) == FM_HOME_DONE)
			continue;
		if (survey->regions == FM_CHAIN_MAX)
			return false;
		survey->seen[survey->regions].region = region;
		survey->seen[survey->regions].home = home;
		fm_survey_slots(region, key, hash, wish, survey);
		survey->regions++;
		if (fm_state(home) == FM_HOME_OPEN || !fm_step(FORWARD))
			return true;
		fm_hook(FM_HOOK_FORWARD);
	}
}

/* Is no home of the survey another than it was before? */
static bool fm_survey_holds(const struct fm_survey *survey, u64 hash)
{
	u32 i;

	for (i = 0; i < survey->regions; i++) {
		const struct fm_region *region = survey->seen[i].region;
		u32 home = fm_home(region, fm_live_word(hash, 0));

		if (!fm_same_version(fm_read(fm_group(region, home)),
				     survey->seen[i].home))
			return false;
	}
	return true;
}

/**
 * fm_survey() - survey the values of a key of a multimap
 * @region: the first region
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
bool fm_survey(struct fm_region *region, const void *key, u64 hash,
	       const struct fm_wish *wish, struct fm_survey *survey)
{
	for (;;) {
		if (!fm_survey_regions(region, key, hash, wish, survey))
			continue;
		fm_hook(FM_HOOK_MISSED);
		smp_rmb(); /* all groups before the homes; pairs with mcas.c */
		if (fm_step(RECHECK) && !fm_survey_holds(survey, hash))
			continue;
		/* The value that was there then, if its block still is as it was. */
		if (fm_survey_copy(wish, survey))
			return survey->found.slot;
	}
}

/**
 * struct fm_set - a set of values
 * @survey: where they are
 * @hash: of their key
 */
struct fm_set {
	const struct fm_survey *survey;
	u64 hash;
};

static const struct fm_block *fm_set_block(const struct fm_set *set, u16 place)
{
	const struct fm_region *region =
		set->survey->seen[place >> FM_PLACE_REGION].region;

	return fm_block(region, fm_index(fm_read(fm_survey_at(set->survey, set->hash,
							      place))));
}

static int fm_set_order(const void *a, const void *b, const void *of)
{
	const struct fm_set *set = of;
	const struct fm_shape *shape = &set->survey->seen[0].region->shape;
	u64 x, y;

	x = fm_block_ordinal(shape, fm_set_block(set, *(const u16 *)a));
	y = fm_block_ordinal(shape, fm_set_block(set, *(const u16 *)b));
	return x < y ? -1 : x > y;
}

/**
 * fm_survey_set() - copy all values of a key of a multimap
 * @region: the first region
 * @key: the key
 * @hash: its hash
 * @values: where to copy them, in the order in which they were added
 * @room: how many there is room for
 *
 * A survey tells their places. If the homes' versions are still the same after the
 * values were copied from there, each stayed in its place and its block was not
 * written all that time, so what was read of them needs no other proof.
 *
 * Context: Any, inside an RCU read-side section.
 * Return: how many values the key has, and if more than @room, none is copied;
 * -EAGAIN if something of their home has changed meanwhile. What @values holds is
 * undefined then.
 */
int fm_survey_set(struct fm_region *region, const void *key, u64 hash, void *values,
		  u32 room)
{
	u16 places[FLATMAP_VALUES_MAX];
	const struct fm_wish wish = { .places = places };
	struct fm_survey survey;
	const struct fm_set set = { .survey = &survey, .hash = hash };
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
	smp_rmb(); /* the values before the homes; pairs with mcas.c */
	return fm_survey_holds(&survey, hash) ? survey.count : -EAGAIN;
}
