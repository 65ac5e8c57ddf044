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
 * @places: where to note how many words from the home's group word each value's
 *	slot is, for FLATMAP_VALUES_MAX values; or NULL
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
 * @found: where it lies; @found.home is valid in any case
 */
struct fm_survey {
	u32 count;
	u64 last;
	u64 ordinal;
	struct fm_found found;
};

bool fm_survey(const struct fm_region *region, const void *key, u64 hash,
	       const struct fm_wish *wish, struct fm_survey *survey);
int fm_survey_set(const struct fm_region *region, const void *key, u64 hash,
		  void *values, u32 room);

#endif /* _FLATMAP_SURVEY_H */
