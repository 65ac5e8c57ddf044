// SPDX-License-Identifier: GPL-2.0
/*
 * Room for entries, where an operation has found none.
 *
 * An operation waits only for whoever is making a region already, and only if it may wait
 * for memory itself; a fatal signal ends that. One task at a time makes a region for a
 * shard (@claimed), so that many do not allocate the same one. A task that others may wait
 * for, by its @gfp, does not wait, and makes one all the same.
 *
 * What has failed is not tried again for %FM_RETRY, unless a limit of the module is set, or
 * pins let go of a region of the map.
 */
#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/wait.h>

#include "calls.h"
#include "extend.h"
#include "limits.h"
#include "region.h"
#include "room.h"
#include "sizing.h"
#include "tally.h"
#include "trace.h"

/* Has it been so long since something failed that it should be tried again? */
bool fm_may_retry(const struct flatmap *map)
{
	return !time_before(jiffies, READ_ONCE(map->retry));
}

/* Are entries on their way from one region to the next? */
static bool fm_is_draining(const struct flatmap *map)
{
	bool draining;

	rcu_read_lock();
	draining = fm_successor(fm_first(map)) && !READ_ONCE(map->stalled);
	rcu_read_unlock();
	return draining;
}

/* May this task make a region? Others find that it does. */
bool fm_claim(struct flatmap *map)
{
	return !READ_ONCE(map->claimed) && !cmpxchg(&map->claimed, 0, 1);
}

void fm_unclaim(struct flatmap *map)
{
	/*
	 * Pairs with fm_claim(): of what two have decided, one after the other, the second
	 * is what is known.
	 */
	smp_store_release(&map->claimed, 0);
	wake_up_all(&map->decided);
}

/* Growth has failed: give everybody a rest. */
void fm_failed(struct flatmap *map, int err)
{
	WRITE_ONCE(map->retry, jiffies + FM_RETRY);
	atomic64_inc(&map->resizes_failed);
	trace_flatmap_resize_abort(map, fm_tallied(map), err);
}

/*
 * What is known of a region: its number, why it has no successor, and fm_limits_seen() from
 * before that was tried. One word, so that whoever reads it reads what belongs together.
 */
#define FM_KNOWN_NUMBER	GENMASK_ULL(63, 32)
#define FM_KNOWN_LIMITS	GENMASK_ULL(31, 8)
#define FM_KNOWN_ERROR	GENMASK_ULL(7, 0)

static u64 fm_known_word(u32 number, u32 limits)
{
	return FIELD_PREP(FM_KNOWN_NUMBER, number) |
	       FIELD_PREP(FM_KNOWN_LIMITS, limits & FIELD_MAX(FM_KNOWN_LIMITS));
}

/*
 * Why the region @number has no successor, or 0. By the one who has claimed. @limits is
 * fm_limits_seen() from before the attempt.
 */
void fm_decide(struct flatmap *map, u32 number, u32 limits, int err)
{
	if (err)
		fm_failed(map, err);
	WRITE_ONCE(map->known, fm_known_word(number, limits) |
			       FIELD_PREP(FM_KNOWN_ERROR, -err));
}

/* Why the region @number has no successor, as far as that is known; else 0. */
int fm_known(const struct flatmap *map, u32 number)
{
	u64 known = READ_ONCE(map->known);

	if ((known & ~FM_KNOWN_ERROR) != fm_known_word(number, fm_limits_seen()))
		return 0;
	return -(int)FIELD_GET(FM_KNOWN_ERROR, known);
}

/*
 * Make the region that should follow the one with this number, and publish it.
 * @crowded: that has no place for an entry
 *
 * Returns 0, also if it has a successor by now, or needs none; -EAGAIN if there will be
 * memory when those before have been drained; -ENOSPC, -ENOMEM, -EINTR.
 */
int fm_grow(struct flatmap *map, u32 number, bool crowded, gfp_t gfp)
{
	const struct fm_region *last;
	u64 entries, capacity;
	int err = -ENODATA;
	bool due;

	rcu_read_lock();
	last = fm_last(map);
	if (last->extent->number == number)
		err = fm_next_entries(map, last, crowded, &entries);
	if (!err && !fm_may_extend(map))
		err = -ENOSPC;
	capacity = last->capacity;
	due = fm_is_due(map, last);
	rcu_read_unlock();
	if (err)
		return err == -ENODATA ? 0 : err;
	if (READ_ONCE(map->reserve) && !fm_extend_reserve(map, number))
		return 0;
	if (fm_is_draining(map) &&
	    fm_region_bytes(&map->whole->params, entries) > fm_chargeable(map->whole))
		return -EAGAIN;

	trace_flatmap_resize_begin(map, fm_tallied(map), capacity, entries);
	err = fm_extend_with(map, fm_make(map, entries, capacity, number, gfp));
	if (!err)
		fm_note_apart(map, due);
	return err;
}

/* Have the worker say whether there will be room. @rounds: from before the operation. */
static int fm_ask(struct flatmap *map, u32 number, u32 rounds, gfp_t gfp)
{
	WRITE_ONCE(map->crowded, number);
	fm_call(map, FM_CALL_RESIZE, gfp);
	/*
	 * Pairs with fm_resize_once(): what is known then is the outcome of that round, or
	 * of a later one.
	 */
	if (wait_event_killable(map->decided, smp_load_acquire(&map->rounds) != rounds))
		return -EINTR;
	return fm_known(map, number);
}

/* Make room where that may sleep. As fm_make_room(). */
static int fm_make_room_asleep(struct flatmap *map, u32 number, u32 rounds, gfp_t gfp)
{
	bool claimed = fm_claim(map);
	u32 limits = fm_limits_seen();
	int err;

	if (!claimed && fm_may_wait(gfp))
		return wait_event_killable(map->decided, !READ_ONCE(map->claimed) ||
					   fm_last_number(map) != number) ? -EINTR : 0;
	err = fm_grow(map, number, true, gfp & GFP_KERNEL);
	if (claimed) {
		if (err == -ENOMEM)
			fm_decide(map, number, limits, err);
		fm_unclaim(map);
	}
	if (err == -ENOMEM || err == -EINTR)
		return err;
	fm_call(map, FM_CALL_RESIZE, gfp);
	if (!err)
		return 0;
	if (!fm_may_wait(gfp))
		return -EAGAIN;
	if (err == -EAGAIN)
		return wait_event_killable(map->decided, !fm_is_draining(map)) ? -EINTR : 0;
	return fm_ask(map, number, rounds, gfp);
}

/**
 * fm_make_room() - make room for an operation that found none
 * @map: the shard
 * @number: the number of its last region, from before the operation
 * @rounds: @map->rounds from before it
 * @gfp: what the operation may do for it
 *
 * Context: As @gfp says.
 * Return: 0, and it should try again; -EAGAIN if there is none yet, but somebody is at
 * work on it; -ENOSPC, -ENOMEM if there will be no room unless something else changes;
 * -EINTR after a fatal signal.
 */
int fm_make_room(struct flatmap *map, u32 number, u32 rounds, gfp_t gfp)
{
	bool blocks = gfpflags_allow_blocking(gfp);
	int known = fm_known(map, number);
	int err;

	if (known && !fm_may_retry(map))
		return known;
	err = fm_extend_reserve(map, number);
	if (err && blocks) {
		err = fm_make_room_asleep(map, number, rounds, gfp);
	} else if (err) {
		WRITE_ONCE(map->impatient, true);
		err = fm_extend_atomic(map, number, gfp);
		if (err)
			WRITE_ONCE(map->crowded, number);
		fm_call(map, FM_CALL_RESIZE | FM_CALL_PREPARE, gfp);
		if (err)
			err = known ?: -EAGAIN;
	} else {
		fm_call(map, FM_CALL_RESIZE, gfp);
	}
	if (err == -EAGAIN)
		atomic64_inc(&map->refused);
	return err;
}
