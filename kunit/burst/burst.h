/* SPDX-License-Identifier: GPL-2.0 */
/* The maps that a burst of inserts is sent to, 8 bytes of key and 8 of value. */
#ifndef _FLATMAP_BURST_H
#define _FLATMAP_BURST_H

#include <linux/gfp.h>
#include <linux/types.h>

/**
 * struct burst_lane - a kind of map
 * @name: its name
 * @create: makes one that is told nothing of the entries to come, but what the kind cannot
 *	do without; or ERR_PTR
 * @destroy: gives it up
 * @insert: inserts; 0 or a negative errno
 * @has: does it have this key with this value?
 * @report: prints what there is to tell besides, or NULL
 */
struct burst_lane {
	const char *name;
	void *(*create)(u64 entries);
	void (*destroy)(void *map);
	int (*insert)(void *map, u64 key, u64 value, gfp_t gfp);
	bool (*has)(void *map, u64 key, u64 value);
	void (*report)(void *map);
};

extern const struct burst_lane burst_flatmap;
extern const struct burst_lane burst_rhashtable;
extern const struct burst_lane burst_bpf;

#endif /* _FLATMAP_BURST_H */
