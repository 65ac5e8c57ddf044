// SPDX-License-Identifier: GPL-2.0
/*
 * What scenarios do to resize the map, step by step, and how they call its workers.
 */
#include <errno.h>

#include "subject.h"

#include "calls.h"
#include "drain.h"
#include "extend.h"
#include "mcas.h"
#include "move.h"
#include "region.h"
#include "resize.h"

#define NO_REGION	1000	/* the number of no region */

/* What a thread looks at behind the map's back is part of the state that it is in. */
static u64 ex_look(u64 value)
{
	if (ex_running != EX_NONE)
		ex_remember(value, 0);
	return value;
}

/* How many are in the chain. */
u32 ex_map_regions(void)
{
	u32 count = 0;

	for (struct fm_region *region = ex_map->region; region;
	     region = region->extent->next)
		count++;
	return count;
}

/* The last region, which a thread need not know of where memory is weak. */
static const struct fm_region *ex_last(void)
{
	const struct fm_region *region = ex_map->region;

	while (region->extent->next)
		region = region->extent->next;
	return region;
}

u32 ex_last_number(void)
{
	return ex_look(ex_last()->extent->number);
}

/* When a function of resizing returns 0, what it is for has happened, whoever did it. */
static int ex_done(bool is_done)
{
	return is_done ? 0 : -EBADMSG;
}

/* Is the home @home of @region DONE, unless an operation holds its word? */
static bool ex_is_done(struct fm_region *region, u32 home)
{
	u64 word = ex_look(*fm_group(region, home));

	return fm_is_ref(word) || fm_state(word) == FM_HOME_DONE;
}

/* Move a home of the first region on, as writers do in passing. */
int ex_move(u32 home)
{
	struct fm_level *level = fm_enter(FM_LEVELS - 1);
	struct fm_region *region = fm_first(ex_map);
	u32 moved = 0;
	int err = 0;

	if (fm_successor(region))
		err = fm_move_home(level, region, home, &moved) ?:
		      ex_done(ex_is_done(region, home));
	fm_exit(level);
	return err;
}

/* Add a region. A chain that is as long as may be stays so. */
int ex_extend(u32 bits)
{
	bool longest = ex_map_regions() == FM_CHAIN_MAX;
	u32 number = ex_last_number();
	int err = fm_extend(ex_map, bits);

	if (ex_alone && longest)
		return ex_done(err == -ENOSPC && ex_last_number() == number);
	return err ?: ex_done(ex_weak || ex_last_number() > number);
}

/* How many entries are not in the last region. */
static u32 ex_behind(void)
{
	const struct fm_region *region = ex_map->region;
	u32 count = 0;

	for (; region->extent->next; region = region->extent->next) {
		for (u32 i = 0; i < region->groups * FM_GROUP_WORDS; i++)
			count += fm_is_live(*(fm_group(region, 0) + i));
	}
	return count;
}

/* Move all to what is now the last region; another one may follow it meanwhile. */
int ex_drain(void)
{
	u64 moved = atomic64_read(&ex_map->moved) + ex_behind();
	u32 number = ex_last_number();

	return fm_drain(ex_map) ?:
	       ex_done(ex_weak || ex_look(ex_map->region->extent->number) >= number) ?:
	       ex_done(!ex_alone || atomic64_read(&ex_map->moved) == moved);
}

int ex_keep(u32 bits)
{
	return fm_reserve_make(ex_map, fm_last_number(ex_map), fm_entries_for(bits)) ?:
	       ex_done(!ex_alone || ex_map->reserve);
}

/*
 * Add the region that is kept ready, as operations do that find no room: one that is
 * larger. Others may have taken it, but not while the map is being prepared.
 */
int ex_publish(void)
{
	bool larger = ex_map->reserve && ex_map->reserve->capacity > ex_last()->capacity;
	u32 number = fm_last_number(ex_map);
	int err = fm_extend_reserve(ex_map, number);

	if (err == -ENODATA)
		return ex_done(!ex_alone || !larger);
	return err ?: ex_done(ex_last_number() > number && (larger || !ex_alone));
}

/* Begin to count the pins of all regions but the last, as a worker does that drains them. */
void ex_supersede(void)
{
	struct fm_region *region = ex_map->region;

	for (; fm_successor(region); region = fm_successor(region))
		fm_extent_supersede(region->extent);
}

/* Ask the worker of a map for what it need not do any more. */
void ex_ask(gfp_t gfp)
{
	WRITE_ONCE(ex_map->crowded, NO_REGION);
	fm_call(ex_map, FM_CALL_RESIZE, gfp);
}

/* Be a worker, if it has been called. */
void ex_work(struct work_struct *work)
{
	if (xchg(&work->pending, 0))
		work->function(work);
}

/* Has a worker been called, or is there something for it to see, and will none come? */
bool ex_is_call_lost(void)
{
	bool called = ex_map->calls.counter & FM_CALL_RESIZE || ex_map->crowded;

	return ex_calling && called && !ex_map->resize.work.pending &&
	       !ex_map->resize_elsewhere.pending;
}
