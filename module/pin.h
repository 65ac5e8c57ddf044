/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pinning: keeping an entry's block as it is while somebody reads it in place.
 */
#ifndef _FLATMAP_PIN_H
#define _FLATMAP_PIN_H

#include "mcas.h"
#include "survey.h"

int fm_pin(struct fm_level *level, struct fm_region *region, const void *key,
	   u64 hash, struct fm_survey *survey);
void fm_unpin(struct fm_level *level, struct fm_region *region, u64 *slot);

#endif /* _FLATMAP_PIN_H */
