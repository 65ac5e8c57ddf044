// SPDX-License-Identifier: GPL-2.0
/*
 * Counters in a map of their own, which everybody adds to and now and then takes
 * away. What was added and is neither there nor taken away was lost.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/gfp.h>

#include <linux/flatmap/step.h>

#include "map.h"
#include "torture.h"

static struct flatmap *counters;

static int counters_add_up(void *value, void *arg)
{
	*(u64 *)value += *(u64 *)arg;
	return 0;
}

/* Add to a counter, or take it away. */
void torture_counters_operate(struct torture_side *side)
{
	struct torture_actor *actor = &side->actor[side->depth];
	u64 key = torture_random(side, TORTURE_COUNTERS), zero = 0;
	u64 more = 1 + torture_random(side, 100), had;
	u32 kind = torture_random(side, 8);
	int done;

	actor->committing = false;
	if (!kind) {
		done = flatmap_delete_return(counters, &key, &had);
		if (!done)
			actor->added -= had;
	} else {
		done = kind < 4 ? flatmap_modify(counters, &key, counters_add_up, &more,
						 GFP_ATOMIC) :
				  flatmap_modify_or_insert(counters, &key, &zero,
							   counters_add_up, &more, GFP_ATOMIC);
		if (done >= 0)
			actor->added += more;
	}
	if (done < 0 && done != -ENOENT)
		torture_violation("a counter gave %d", done);
	torture_count(actor, TORTURE_OPERATIONS);
	torture_count(actor, TORTURE_COUNTS);
}

int torture_counters_create(void)
{
	bool fixed = torture.shape.sizing == TORTURE_FIXED;
	const struct flatmap_params params = {
		.entries = fixed ? TORTURE_COUNTERS : TORTURE_COUNTERS + WGL_ACTORS,
		.key_size = sizeof(u64),
		.value_size = sizeof(u64),
		.hash = FLATMAP_HASH_FAST,
		.flags = fixed ? FLATMAP_FIXED : 0,
	};

	counters = flatmap_create(&params);
	if (IS_ERR(counters))
		return PTR_ERR(counters);
	if (!fixed)
		torture_workers_take(counters, counters->region->bits);
	return 0;
}

/* Everybody is done: are the sums right? */
void torture_counters_check(void)
{
	u64 added = 0, left = 0, key, value;
	u32 i;

	for (i = 0; i < torture.sides * TORTURE_DEPTH; i++)
		added += torture_actor(i)->added;
	for (key = 0; key < TORTURE_COUNTERS; key++) {
		if (!flatmap_lookup(counters, &key, &value, NULL))
			left += value;
	}
	if (added != left)
		torture_violation("%llu were added to the counters, but they count %llu",
				  added, left);
	if (flatmap_check(counters))
		torture_violation("flatmap_check() finds the counters damaged");
}

void torture_counters_destroy(void)
{
	torture_workers_leave(counters);
	flatmap_destroy(counters);
}
