/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Resizing: entries move from region to region, home by home, while others search,
 * insert, update, delete, pin and displace ("A map that is being resized" in
 * include/linux/flatmap/word.h).
 *
 * Checked, after each change: a key is in one place, with the value last given to
 * it, or nowhere; a home that is DONE has no entry, nor has a region out of use. A
 * search ends without KEY only while KEY is absent, so a lookup misses nothing that
 * moves; what it finds is the present value, as all that is in a slot. An insert
 * succeeds only while KEY is absent, so of several one succeeds.
 *
 * Bounds. A chain of REGIONS, two slots in each; two keys. By turns a region has one
 * home for both keys and a home for each, so that homes are split and merged; the
 * first has HOMES. The worker links regions as early as it likes and moves homes in
 * any order; HELPERS move one home each, inserters theirs or none. A writer makes CHANGES
 * other changes, or ANY number. At most one reader pins an entry. Memory is
 * sequentially consistent. What changes words at once is one step (mcas.pml), and so
 * is looking into a slot (copyout.pml). Whoever searches a region looks into all of
 * its slots (how overflow spares that, insert.pml).
 *
 * Runs: -DREGIONS=2 -DHOMES=1 -DINSERTERS=2 -DCHANGES=1
 * Runs: -DREGIONS=2 -DHOMES=2 -DINSERTERS=1 -DREADERS=1 -DCHANGES=1
 * Runs: -DREGIONS=2 -DHOMES=1 -DREADERS=1 -DHELPERS=1 -DCHANGES=2
 * Runs: -DREGIONS=2 -DHOMES=1 -DREADERS=1 -DCHANGES=ANY
 * Runs: -DREGIONS=2 -DHOMES=2 -DINSERTERS=1 -DCHANGES=ANY
 * Runs: -DREGIONS=3 -DHOMES=2 -DINSERTERS=1 -DCHANGES=2
 * Runs: -DREGIONS=3 -DHOMES=1 -DREADERS=1 -DCHANGES=3
 * Mutants: CLOSED FORWARD DRAIN GUARD VERSION RECHECK ORDER RETIRE
 *
 * Two of these are not in word.h. ORDER: a search loads the next region after it has
 * seen that the home is not OPEN; before, there may be none yet. RETIRE: the first
 * region goes out of use only when all its homes are DONE.
 */
#include "step.pml"

#ifndef INSERTERS
#define INSERTERS	0
#endif
#ifndef READERS
#define READERS		0
#endif
#ifndef HELPERS
#define HELPERS		0
#endif

/* No limit of CHANGES. */
#define ANY		0

#define SLOTS		2
#define PLACES		(REGIONS * SLOTS)
#define region_of(place)	((place) / SLOTS)
#define end_of(r)		(((r) + 1) * SLOTS)

/* Slot words: an entry's key, with PINNED if it has a reader; or one of these. */
#define EMPTY		0
#define KEY		1		/* the one that is sought */
#define OTHER		2
#define PINNED		4
#define DELETED		8		/* it still has a reader */
#define key_of(word)	((word) & (KEY | OTHER))
#define is_live(word)	(key_of(word) != 0)
#define is_pinned(word)	((word) & PINNED)
#define left_word(word)	(is_pinned(word) -> DELETED : EMPTY)

/* Values: each update makes one the other. */
#define ABSENT		0
#define FIRST		1
#define updated(v)	(3 - (v))

/* States of a home. */
#define OPEN		0
#define CLOSED		1
#define DONE		2

/* The home of @key in region @r. */
#define home(r, key)	((r) * 2 + (((r) + HOMES) % 2 == 0 && (key) == OTHER))

byte slot[PLACES];
byte value[PLACES];		/* in the entry's block */

byte state[REGIONS * 2];

/*
 * A home's version and state are only ever compared with what they were before. So
 * a search has no version, but notes which region it is in, and whoever changes the
 * home that it depends on there makes it stale.
 */
#define SEARCHES	(INSERTERS + READERS)

byte region[SEARCHES];
bool stale[SEARCHES];

/* The regions in use, each one the next of the one before. */
byte first;
byte last;

/* The value of each key, if it is in the map. */
byte now[OTHER + 1];

/* For loops that are one d_step: no search backs up into the middle of one. */
hidden byte n, there;

/* After each change of words. */
inline changed()
{
	d_step {
		n = 0;
		there = 0;
		do
		:: n < PLACES && is_live(slot[n]) ->
			assert(!(there & key_of(slot[n])));
			assert(value[n] == now[key_of(slot[n])]);
			assert(state[home(region_of(n), key_of(slot[n]))] != DONE);
			assert(region_of(n) >= first);
			there = there | key_of(slot[n]);
			n++
		:: n < PLACES && !is_live(slot[n]) -> n++
		:: else -> break
		od;
		assert((there & KEY) || now[KEY] == ABSENT);
		assert((there & OTHER) || now[OTHER] == ABSENT)
	}
}

/* An empty slot of region @r, or PLACES. */
#define hole(r) \
	(slot[end_of(r) - 2] == EMPTY -> end_of(r) - 2 : \
	 (slot[end_of(r) - 1] == EMPTY -> end_of(r) - 1 : PLACES))

/* The version or the state of the home @h changes. */
inline make_stale(h)
{
	d_step {
		n = 0;
		do
		:: n < SEARCHES ->
			stale[n] = stale[n] || home(region[n], KEY) == h;
			n++
		:: else -> break
		od;
		n = 0
	}
}

/* Can an entry of @key arrive at @place? It does. */
#define may_arrive(place, key) \
	(slot[place] == EMPTY && \
	 (state[home(region_of(place), key)] == OPEN || !step(CLOSED)))

inline arrive(place, key, content)
{
	slot[place] = key;
	value[place] = content;
	if
	:: step(VERSION) -> make_stale(home(region_of(place), key))
	:: else
	fi
}

inline leave(place)
{
	slot[place] = left_word(slot[place]);
	value[place] = 0
}

/* fm_close() */
inline close(h)
{
	if
	:: state[h] == OPEN ->
		state[h] = CLOSED;
		make_stale(h)
	:: else
	fi
}

/* fm_destination(): entries of @key go from region @r to @to, the last one. */
inline find_destination(r, key)
{
	to = r + 1;
	do
	:: to < last ->
		close(home(to, key));
		to++
	:: else -> break
	od
}

/* To move the home of @key in region @r, first close it. */
inline begin_move(r, key)
{
	close(home(r, key));
	at = r * SLOTS
}

/* Is this the slot word of an entry that has the same home in region @r as @key? */
#define is_of_home(word, r, key) \
	(is_live(word) && home(r, key_of(word)) == home(r, key))

/*
 * fm_move_home(): move the home of @key in region @r, as far as there is room.
 *
 * An entry is copied at one moment and moved at another. Its value stands for the
 * block's mark as well: two updates in a row can bring back the slot word, but not
 * the mark. Where it is to go is looked up together with the copy, for it does not
 * matter when: the MCAS expects the home there to be OPEN still.
 */
inline move(r, key)
{
	do
	:: atomic { at < end_of(r) && step(DRAIN) && !is_of_home(slot[at], r, key) ->
		at++
	   }
	:: atomic { at < end_of(r) && step(DRAIN) && is_of_home(slot[at], r, key) ->
		word = slot[at];
		copy = value[at];
		find_destination(r, key_of(word))
	   }
		atomic {
			place = hole(to);
			if
			:: place == PLACES ->
				word = EMPTY; copy = 0; place = 0; to = 0; at = 0;
				break
			:: place < PLACES && may_arrive(place, key_of(word)) &&
			   slot[at] == word && (value[at] == copy || !step(GUARD)) ->
				leave(at);
				arrive(place, key_of(word), copy);
				changed()
			:: else		/* again */
			fi;
			word = EMPTY; copy = 0; place = 0; to = 0
		}
	:: atomic { at == end_of(r) || !step(DRAIN) ->
		if
		:: state[home(r, key)] == CLOSED ->
			state[home(r, key)] = DONE;
			make_stale(home(r, key));
			changed()
		:: else			/* by another mover */
		fi;
		at = 0;
		break
	   }
	od
}

#define BEFORE		(PLACES + 1)	/* @at: about to search the region */

/*
 * fm_find(): search the chain for KEY. @found, or region[me] is where the search
 * ended, which is true until it is stale.
 */
inline search()
{
	atomic {
		region[me] = first;
		more = (first < last);
		at = BEFORE
	}
	do
	:: atomic { at == BEFORE ->
		stale[me] = false;
		at = region[me] * SLOTS
	   }
	:: atomic { at < end_of(region[me]) && key_of(slot[at]) != KEY ->
		at++
	   }
	:: atomic { at < end_of(region[me]) && key_of(slot[at]) == KEY ->
		found = true;
		break
	   }
	:: atomic { at == end_of(region[me]) && stale[me] && step(RECHECK) ->
		at = BEFORE
	   }
	:: atomic { at == end_of(region[me]) && !(stale[me] && step(RECHECK)) ->
		more = (step(ORDER) -> region[me] < last : more);
		if
		:: state[home(region[me], KEY)] == OPEN || !step(FORWARD) || !more ->
			assert(now[KEY] == ABSENT);
			break
		:: else ->
			region[me]++;
			more = (region[me] < last);
			at = BEFORE
		fi
	   }
	od
}

proctype reader(byte me)
{
	byte at;
	bool more, found;

	search();
	atomic {
		occurs(found && region[me] > 0);
		occurs(!found && region[me] > 0);
		at = 0; more = false; found = false; region[me] = 0; stale[me] = false
	}
}

proctype inserter(byte me)
{
	byte at, to, place, word, copy;
	bool more, found;

again:	search();
	atomic {
		at = 0;
		more = false;
		if
		:: found -> goto end
		:: !found && region[me] == last -> goto add
		:: else -> begin_move(region[me], KEY)
		fi
	}
	if
	:: move(region[me], KEY)	/* a home that has overflowed */
	:: atomic { true -> at = 0 }	/* for others it is enough that they are closed */
	fi;
	goto again;

add:	atomic {
		place = hole(region[me]);
		if
		:: place == PLACES -> goto end
		:: place < PLACES && may_arrive(place, KEY) && !stale[me] ->
			assert(now[KEY] == ABSENT);
			now[KEY] = FIRST;
			arrive(place, KEY, FIRST);
			changed();
			occurs(region[me] > 0)
		:: else ->
			place = 0;
			goto again
		fi
	}
end:	atomic {
		found = false; place = 0; region[me] = 0; stale[me] = false
	}
}

/* What the worker does, and writers of other keys in passing. */
proctype mover(bool is_worker)
{
	byte r, key, at, to, place, word, copy;

	do
	:: atomic { is_worker && last < REGIONS - 1 ->
		last++
	   }
	:: atomic { is_worker && first < last &&
	   (state[home(first, KEY)] == DONE && state[home(first, OTHER)] == DONE ||
	    !step(RETIRE)) ->
		first++;
		changed()
	   }
	:: atomic { first < last ->
		select(r : 0 .. REGIONS - 2);
		if
		:: key = KEY
		:: key = OTHER
		fi;
		if
		:: r >= last || state[home(r, key)] == DONE -> goto next
		:: else -> begin_move(r, key)
		fi
	   }
		move(r, key);
		if
		:: !is_worker -> break
		:: else
		fi;
next:		r = 0;
		key = 0
	:: first == REGIONS - 1 -> break
	od
}

/* Everybody else: each change is an MCAS that has been planned and succeeds. */
proctype writer()
{
	byte changes = CHANGES;
	byte at, to, key, place;

	do
	:: atomic { CHANGES == ANY || changes > 0 ->
		changes = (CHANGES == ANY -> 0 : changes - 1);
		select(at : 0 .. PLACES - 1);
		key = key_of(slot[at]);
		place = hole(region_of(at));
		if
		:: is_live(slot[at]) ->		/* delete */
			now[key] = ABSENT;
			leave(at)
		:: key == KEY && !is_pinned(slot[at]) -> /* update */
			now[KEY] = updated(now[KEY]);
			value[at] = now[KEY]
		:: key == KEY && is_pinned(slot[at]) -> /* update */
			if
			:: place < PLACES && may_arrive(place, KEY) ->
				now[KEY] = updated(now[KEY]);
				leave(at);
				arrive(place, KEY, now[KEY])
			:: else
			fi
		:: is_live(slot[at]) && !is_pinned(slot[at]) -> /* displace */
			if
			:: place < PLACES && may_arrive(place, key) ->
				leave(at);
				arrive(place, key, now[key])
			:: else
			fi
		:: is_live(slot[at]) && !is_pinned(slot[at]) -> /* pin */
			slot[at] = key | PINNED
		:: is_pinned(slot[at]) || slot[at] == DELETED -> /* unpin */
			slot[at] = key
		:: slot[at] == EMPTY ->		/* insert where a search ends */
			if
			:: key = KEY
			:: key = OTHER
			fi;
			to = first;
			do
			:: state[home(to, key)] != OPEN -> to++
			:: else -> break
			od;
			if
			:: to == region_of(at) && now[key] == ABSENT ->
				now[key] = FIRST;
				arrive(at, key, FIRST)
			:: else
			fi
		fi;
		changed();
		at = 0; to = 0; key = 0; place = 0
	   }
	:: else -> break
	od
}

init {
	byte i;

	atomic {
		if
		:: slot[0] = KEY; slot[1] = OTHER
		:: slot[0] = KEY | PINNED
		:: slot[1] = OTHER
		fi;
		do
		:: i < SLOTS && is_live(slot[i]) ->
			value[i] = FIRST;
			now[key_of(slot[i])] = FIRST;
			i++
		:: i < SLOTS && !is_live(slot[i]) -> i++
		:: else -> break
		od;
		i = 0;
		do
		:: i < INSERTERS -> run inserter(i); i++
		:: i >= INSERTERS && i < SEARCHES -> run reader(i); i++
		:: else -> break
		od;
		run mover(true);
		i = 0;
		do
		:: i < HELPERS -> run mover(false); i++
		:: else -> break
		od;
		run writer()
	}
}
