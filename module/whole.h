/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the shards of a map share.
 */
#ifndef _FLATMAP_WHOLE_H
#define _FLATMAP_WHOLE_H

#include <linux/atomic.h>
#include <linux/flatmap/region.h>
#include <linux/workqueue.h>

struct mem_cgroup;
struct mempolicy;

/**
 * struct fm_room - what writers on one CPU draw entries from
 * @left: counted word: entries that may still be added
 */
struct fm_room {
	u64 left;
} __aligned(64);

/**
 * struct fm_whole - what the shards of a map share
 * @map: the shards
 * @shards: how many they are
 * @params: what the map was created with; the fields are a copy
 * @seed: of the hash
 * @limit: the most entries; 0 for no limit
 * @stripes: how many CPUs of their own the counters have, a power of two
 * @own_stripes: no two CPUs have one stripe
 * @atomic_entries: the most that a region is made for where nobody may sleep
 * @refs: extents, and the map itself until it is destroyed
 * @bytes: memory charged to the map
 * @leaving: regions of it that go without anyone's doing
 * @leaving_bytes: their memory
 * @memcg: who pays for it, or NULL
 * @policy: on which nodes what workers allocate for it lies; or NULL
 * @end: gives the regions up
 * @room: what is left of @limit, dealt out; changes with the slot, in one MCAS
 */
struct fm_whole {
	struct flatmap *map;
	u32 shards;
	struct flatmap_params params;
	u64 seed[2];
	u64 limit;
	u32 stripes;
	bool own_stripes;
	u64 atomic_entries;
	atomic_t refs;
	atomic64_t bytes;
	atomic_t leaving;
	atomic64_t leaving_bytes;
	struct mem_cgroup *memcg;
	struct mempolicy *policy;
	struct work_struct end;
	struct fm_room room[FM_STRIPES_MAX];
};

struct fm_whole *fm_whole_create(const struct flatmap_params *params, u32 shards);
void fm_whole_put(struct fm_whole *whole);
u64 fm_whole_bytes(const struct fm_whole *whole);
u32 fm_wholes(void);
void fm_wholes_wait(void);

/* Is the map never resized? */
static inline bool fm_fixed(const struct fm_whole *whole)
{
	return whole->params.flags & FLATMAP_FIXED;
}

/* Is its memory charged to a control group? */
static inline bool fm_accounted(const struct fm_whole *whole)
{
	return whole->params.flags & FLATMAP_ACCOUNT;
}

/* The room that a CPU draws from. */
static inline u64 *fm_room(struct fm_whole *whole, u32 cpu)
{
	return &whole->room[cpu & (whole->stripes - 1)].left;
}

#endif /* _FLATMAP_WHOLE_H */
