/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Surveying: all values of one key of a multimap, as they were at one moment.
 */
#ifndef _FLATMAP_SURVEY_H
#define _FLATMAP_SURVEY_H

#include <linux/flatmap/find.h>

/**
 * struct fm_wish - which value of the key is wanted, and what of the others
 * @equal: only one that equals this, or NULL
 * @until: only one with an ordinal up to this, or 0
 * @value: where to copy it, or NULL
 * @places: where to note where each value is, for FLATMAP_VALUES_MAX values, see
 *	fm_survey_at(); or NULL
 */
struct fm_wish {
	const void *equal;
	u64 until;
	void *value;
	u16 *places;
};

/**
 * struct fm_survey - what was found
 * @count: values of the key, wanted or not
 * @last: the greatest ordinal among them
 * @ordinal: that of the wanted value, the least if there are several
 * @found: where it lies
 * @regions: how many regions were searched
 * @seen: each region, and the home's group word from before the search; the last of
 *	them is OPEN
 */
struct fm_survey {
	u32 count;
	u64 last;
	u64 ordinal;
	struct fm_found found;
	u32 regions;
	struct {
		struct fm_region *region;
		u64 home;
	} seen[FM_CHAIN_MAX];
};

/* The bits of a place below these are words from the home's group word. */
#define FM_PLACE_REGION		13

/* The slot at the place @place, which a survey for this hash has noted. */
static inline const u64 *fm_survey_at(const struct fm_survey *survey, u64 hash, u16 place)
{
	const struct fm_region *region = survey->seen[place >> FM_PLACE_REGION].region;

	BUILD_BUG_ON((FM_DISTANCE_MAX + 1) * FM_GROUP_WORDS > BIT(FM_PLACE_REGION));
	BUILD_BUG_ON(FM_CHAIN_MAX << FM_PLACE_REGION > BIT(16));

	return fm_group(region, fm_home(region, fm_live_word(hash, 0))) +
	       (place & (BIT(FM_PLACE_REGION) - 1));
}

bool fm_survey(struct fm_region *region, const void *key, u64 hash,
	       const struct fm_wish *wish, struct fm_survey *survey);
int fm_survey_set(struct fm_region *region, const void *key, u64 hash, void *values,
		  u32 room);

#endif /* _FLATMAP_SURVEY_H */
