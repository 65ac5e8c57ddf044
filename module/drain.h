/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Moving all entries to the last region of a chain.
 */
#ifndef _FLATMAP_DRAIN_H
#define _FLATMAP_DRAIN_H

#include "map.h"

int fm_drain(struct flatmap *map);

#endif /* _FLATMAP_DRAIN_H */
