/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A map: a region, and what keeps it alive.
 */
#ifndef _FLATMAP_MAP_H
#define _FLATMAP_MAP_H

#include <linux/flatmap.h>
#include <linux/irq_work.h>
#include <linux/percpu-refcount.h>
#include <linux/workqueue.h>

#include "region.h"

/**
 * struct flatmap - a map
 * @region: its table
 * @pins: counts pins, and the map itself until it is destroyed
 * @unpinned: takes the end of the last pin out of whatever context it came in
 * @release: frees the map
 */
struct flatmap {
	struct fm_region *region;
	struct percpu_ref pins;
	struct irq_work unpinned;
	struct work_struct release;
};

int fm_core_init(void);
void fm_core_exit(void);

#endif /* _FLATMAP_MAP_H */
