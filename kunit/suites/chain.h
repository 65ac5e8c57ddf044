/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Resizing by hand, step by step: a case adds regions to a map's chain and moves homes
 * as the worker would. The worker itself stays away as long as the map has fewer entries
 * than its last region is made for, and no write finds it crowded.
 */
#ifndef _FLATMAP_CHAIN_H
#define _FLATMAP_CHAIN_H

#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sizes.h>

#include "drain.h"
#include "extend.h"
#include "fixture.h"
#include "limits.h"
#include "move.h"
#include "region.h"
#include "resize.h"

/* The longest that anything but a test's own work may take. */
#define CHAIN_WAIT_MS	10000

/* Wait until @condition holds. False if it does not come to that. */
#define chain_wait(condition) ({					\
	unsigned long _end = jiffies + msecs_to_jiffies(CHAIN_WAIT_MS);	\
	bool _holds;							\
									\
	while (!(_holds = (condition)) && time_before(jiffies, _end))	\
		usleep_range(200, 1000);				\
	_holds;								\
})

/*
 * For loops of operations that never turn preemption off: User Mode Linux preempts
 * nobody at the end of an interrupt, but here.
 */
static inline void chain_breathe(void)
{
	preempt_disable();
	preempt_enable();
	cond_resched();
}

/* A region for the end of the chain, that chain_link() can add where nobody may sleep. */
static inline struct fm_region *chain_prepare(struct kunit *test, struct flatmap *map,
					      u32 bits)
{
	u64 entries = fm_entries_for(bits);
	struct fm_region *next;

	next = fm_make(map, entries, entries, fm_last_number(map), GFP_KERNEL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(next));
	return next;
}

/* As fm_extend(). Each region is linked, or else destroyed. True if it could be. */
static inline bool chain_link(struct flatmap *map, struct fm_region *next)
{
	return !fm_publish(map, next);
}

static inline void chain_extend(struct kunit *test, struct flatmap *map, u32 bits)
{
	KUNIT_ASSERT_EQ(test, fm_extend(map, bits), 0);
}

static inline void chain_drain(struct kunit *test, struct flatmap *map)
{
	KUNIT_ASSERT_EQ(test, fm_drain(map), 0);
}

/* The home of the key in a region; with the identity hash. */
static inline u32 chain_home(const struct fm_region *region, u64 key)
{
	return fm_home(region, fm_live_word(key, 0));
}

/* The state of that home. */
static inline u32 chain_state(const struct fm_region *region, u64 key)
{
	return fm_state(fm_read(fm_group(region, chain_home(region, key))));
}

/* Move the key's home in @region on. Returns how many entries were moved, or an error. */
static inline int chain_move(struct fm_region *region, u64 key)
{
	struct fm_level *level = fm_enter(FM_LEVELS - 1);
	u32 moved = 0;
	int err;

	if (!level)
		return -EAGAIN;
	err = fm_move_home(level, region, chain_home(region, key), &moved);
	fm_exit(level);
	return err ?: moved;
}

/* How many slots of @region hold an entry of the key's home. */
static inline u32 chain_count(const struct fm_region *region, u64 key)
{
	u32 group, i, count = 0;

	for (group = 0; group < region->groups; group++) {
		for (i = 1; i <= FM_GROUP_SLOTS; i++) {
			u64 word = fm_read(fm_group(region, group) + i);

			count += fm_is_live(word) &&
				 fm_home(region, word) == chain_home(region, key);
		}
	}
	return count;
}

/* The region that the entry with the key is in, and its slot word; or NULL. */
static inline struct fm_region *chain_find(struct flatmap *map, u64 key, u64 *word)
{
	struct fm_found found;
	int is;

	rcu_read_lock();
	is = fm_find(fm_first(map), &key, key, NULL, FM_UNLIMITED, &found);
	rcu_read_unlock();
	if (is > 0 && word)
		*word = found.word;
	return is > 0 ? found.region : NULL;
}

static inline struct flatmap_stats chain_stats(struct flatmap *map)
{
	struct flatmap_stats stats;

	flatmap_stats(map, &stats);
	return stats;
}

#endif /* _FLATMAP_CHAIN_H */
