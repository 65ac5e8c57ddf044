// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) "flatmap_burst: " fmt

#include <linux/flatmap.h>
#include <linux/printk.h>

#include "burst.h"

static void *lane_create(u64 entries)
{
	const struct flatmap_params params = {
		.key_size = sizeof(u64),
		.value_size = sizeof(u64),
		.hash = FLATMAP_HASH_FAST,
	};

	return flatmap_create(&params);
}

static void lane_destroy(void *map)
{
	flatmap_destroy(map);
}

static int lane_insert(void *map, u64 key, u64 value, gfp_t gfp)
{
	return flatmap_insert(map, &key, &value, gfp);
}

static bool lane_has(void *map, u64 key, u64 value)
{
	u64 found;

	return !flatmap_lookup(map, &key, &found, NULL) && found == value;
}

static void lane_report(void *map)
{
	struct flatmap_stats stats;

	flatmap_stats(map, &stats);
	pr_info("flatmap: %llu resizes, %llu failed, %llu refused, %llu bytes, %llu of them in reserve\n",
		stats.resizes, stats.resizes_failed, stats.refused, stats.bytes,
		stats.reserve_bytes);
}

const struct burst_lane burst_flatmap = {
	.name = "flatmap",
	.create = lane_create,
	.destroy = lane_destroy,
	.insert = lane_insert,
	.has = lane_has,
	.report = lane_report,
};
