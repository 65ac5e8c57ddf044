// SPDX-License-Identifier: GPL-2.0
/*
 * How many entries there are, in two ways.
 *
 * Room is what is left of a map's limit, dealt out to the CPUs. It changes in the MCAS
 * that adds or removes the entry, so a map for N entries takes any N keys, and at no
 * moment N + 1, however many write at once. Only maps with a limit pay for that.
 *
 * A tally tells a shard how full it is. Each CPU counts for itself, right after the
 * fact, and carries every 16th over to a sum that all can read in one place: a sharded
 * counter as in McKenney, "Is Parallel Programming Hard", section 5.2. Where each CPU has
 * a tally of its own, it need only be atomic with regard to interrupts of that CPU.
 */
#include <linux/errno.h>
#include <linux/string.h>

#include "tally.h"

#define FM_TALLY_SHIFT	4

/* Up to this sum it is told exactly: the parts that were not carried over matter. */
#define FM_TALLY_EXACT	4096

/* Put in the MCAS: one entry more. -EDQUOT if the map has as many as it may. */
int fm_take_room(struct fm_level *level, struct fm_whole *whole)
{
	u64 seen[FM_STRIPES_MAX];
	bool changed;
	u32 i;

	if (!whole->limit)
		return 0;
	memset(seen, 0xff, sizeof(seen));
	do {
		changed = false;
		for (i = 0; i < whole->stripes; i++) {
			u64 *room = fm_room(whole, level->cpu + i);
			u64 word = fm_settle(level, room);

			if (fm_left(word)) {
				WRITE_ONCE(*fm_mcas_change(level, room, word),
					   fm_next_room(word, fm_left(word) - 1));
				return 0;
			}
			changed |= word != seen[i];
			seen[i] = word;
		}
		/* Room may have moved from an unseen CPU to a seen one. */
	} while (changed);
	return -EDQUOT;
}

/* Put in the MCAS: one entry less. */
void fm_give_room(struct fm_level *level, struct fm_whole *whole)
{
	u64 *room = fm_room(whole, level->cpu);
	u64 word;

	if (!whole->limit)
		return;
	word = fm_settle(level, room);
	WRITE_ONCE(*fm_mcas_change(level, room, word),
		   fm_next_room(word, fm_left(word) + 1));
}

/**
 * fm_tally_add() - count an entry that has been added or removed
 * @level: what fm_enter() returned
 * @map: the shard; nothing happens if it is never resized
 * @delta: 1 or -1
 *
 * Return: true if some were carried over to the sum.
 */
bool fm_tally_add(struct fm_level *level, struct flatmap *map, int delta)
{
	u32 stripe = level->cpu & (map->whole->stripes - 1);
	s64 now, carry;

	if (fm_fixed(map->whole))
		return false;
	if (map->whole->own_stripes)
		now = local64_add_return(delta, &map->tally[stripe].own);
	else
		now = atomic64_add_return(delta, &map->tally[stripe].entries);
	carry = (now >> FM_TALLY_SHIFT) - ((now - delta) >> FM_TALLY_SHIFT);
	if (carry)
		atomic64_add(carry * (1 << FM_TALLY_SHIFT), &map->counted);
	return carry;
}

/* Likewise. Returns true if what fm_counted() says has changed. */
bool fm_tally(struct fm_level *level, struct flatmap *map, int delta)
{
	return fm_tally_add(level, map, delta) ||
	       (!fm_fixed(map->whole) && fm_counted(map) < FM_TALLY_EXACT);
}

/* Entries of the shard, as they were tallied. */
u64 fm_tallied(const struct flatmap *map)
{
	s64 entries = 0;
	u32 i;

	for (i = 0; i < map->whole->stripes; i++)
		entries += atomic64_read(&map->tally[i].entries);
	return max_t(s64, entries, 0);
}

/* Entries of the shard, less than 16 too few for each CPU if they are many. */
u64 fm_counted(const struct flatmap *map)
{
	s64 sum = atomic64_read(&map->counted);

	return sum < FM_TALLY_EXACT ? fm_tallied(map) : sum;
}

/*
 * Are there so few entries in @region, the last one, that one more makes no difference: no
 * larger region is due, nor a reserve for those who may not sleep?
 */
bool fm_tally_is_calm(const struct flatmap *map, const struct fm_region *region, gfp_t gfp)
{
	u64 mark = region->extent->calm >> !gfpflags_allow_blocking(gfp);
	u64 carried = map->whole->stripes << FM_TALLY_SHIFT;
	s64 sum = atomic64_read(&map->counted);

	return sum + (s64)carried < (s64)mark && !READ_ONCE(map->stalled);
}

/*
 * May there be so many entries that none may be added to @region, the last one? What was
 * not carried over to the sum is less than 16 for each stripe.
 */
static bool fm_tally_near(const struct flatmap *map, const struct fm_region *region)
{
	u64 carried = map->whole->stripes << FM_TALLY_SHIFT;
	s64 sum = atomic64_read(&map->counted);

	return sum + (s64)carried >= (s64)region->extent->full;
}

/* Are there? Near the mark what was not carried over counts: it is met exactly. */
bool fm_tally_full(const struct flatmap *map, const struct fm_region *region)
{
	return !fm_fixed(map->whole) && fm_tally_near(map, region) &&
	       fm_tallied(map) >= region->extent->full;
}

/* Entries of the map. */
u64 fm_entries_of(const struct fm_whole *whole)
{
	u64 left = 0, entries = 0;
	u32 i;

	if (whole->limit) {
		for (i = 0; i < whole->stripes; i++)
			left += fm_left(fm_read(&whole->room[i].left));
		return whole->limit - min(left, whole->limit);
	}
	for (i = 0; i < whole->shards; i++)
		entries += fm_tallied(&whole->map[i]);
	return entries;
}
