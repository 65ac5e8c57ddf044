/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A map: a region, and what keeps it alive.
 */
#ifndef _FLATMAP_MAP_H
#define _FLATMAP_MAP_H

#include <linux/flatmap/region.h>
#include <linux/irq_work.h>
#include <linux/percpu-refcount.h>
#include <linux/workqueue.h>

/**
 * struct flatmap - a map
 * @region: its table; first, for fm_region_of()
 * @fields: what its values consist of, or NULL
 * @fields_count: how many those are
 * @pins: counts pins, and the map itself until it is destroyed
 * @unpinned: takes the end of the last pin out of whatever context it came in
 * @release: frees the map
 */
struct flatmap {
	struct fm_region *region;
	const struct flatmap_field *fields;
	u32 fields_count;
	struct percpu_ref pins;
	struct irq_work unpinned;
	struct work_struct release;
};

static_assert(!offsetof(struct flatmap, region));

/* The field number @field of the map's values, or NULL. */
static inline const struct flatmap_field *fm_field(const struct flatmap *map, u32 field)
{
	return field < map->fields_count ? &map->fields[field] : NULL;
}

struct fm_region *fm_region_create(const struct flatmap_params *params);
void fm_region_destroy(struct fm_region *region);

int fm_try_values(struct flatmap *map, const void *key, void *values, u32 room);

int fm_core_init(void);
void fm_core_exit(void);

#endif /* _FLATMAP_MAP_H */
