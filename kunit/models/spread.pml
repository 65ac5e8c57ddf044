/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The values of one key of a multimap while its home moves from one region to the
 * next (values.pml has them in one region): fm_survey() in module/survey.c goes along
 * the chain, and what changes a value is within the region where it lies (fm_add(),
 * fm_change_set() in module/table.c).
 *
 * Checked. A survey's result is the set of values that the key had at some moment of
 * the survey. No two values have the same ordinal. Who removes one of several equal
 * values removes the one that was added first, or finds none only if there is none at
 * some moment.
 *
 * Bounds. Two regions of two slots, values 1 and 2, ordinals 0 to 2; READERS, ADDERS
 * and REMOVERS with one operation each, CHANGES by everybody else. Memory is
 * sequentially consistent. What changes words at once is one step (mcas.pml), and so
 * are looking into a slot (copyout.pml) and moving an entry (move.pml); overflow is
 * left to insert.pml.
 *
 * Runs: -DREADERS=1 -DCHANGES=3; -DREMOVERS=1 -DCHANGES=3; -DADDERS=2 -DCHANGES=1
 * Mutants: SET RECHECK VERSION FORWARD OTHERS
 *
 * One of these is not in word.h. OTHERS: who removes the first of equal values expects
 * that nothing has changed in any region, not only in the one where it lies.
 */
#include "step.pml"

#ifndef READERS
#define READERS		0
#endif
#ifndef ADDERS
#define ADDERS		0
#endif
#ifndef REMOVERS
#define REMOVERS	0
#endif

#define REGIONS		2
#define SLOTS		2
#define PLACES		(REGIONS * SLOTS)
#define ORDINALS	3
#define region_of(place)	((place) / SLOTS)
#define end_of(r)		(((r) + 1) * SLOTS)

/* A slot: empty, or a value and its ordinal. */
#define EMPTY		0
#define entry(value, ordinal)	((value) + 2 * (ordinal))
#define ordinal_of(entry)	(((entry) - 1) / 2)
#define value_of(entry)		(((entry) - 1) % 2 + 1)

/* A set of values as a number: its digits are the values by ordinal. */
#define digit(ordinal)		((ordinal) == 0 -> 1 : ((ordinal) == 1 -> 3 : 9))
#define weight(entry) \
	((entry) == EMPTY -> 0 : value_of(entry) * (digit(ordinal_of(entry))))
#define set_now	(weight(slot[0]) + weight(slot[1]) + weight(slot[2]) + weight(slot[3]))
#define SETS			27

/* States of a home. */
#define OPEN		0
#define CLOSED		1
#define DONE		2

byte slot[PLACES];

/* The key's home in each region, and the first region in use; the other is linked. */
byte state[REGIONS];
byte first;

/* The sets that there have been since each survey began: a bit for each. */
#define SURVEYS		(READERS + ADDERS + REMOVERS)

int had[SURVEYS];			/* 0: it has not begun, or is over */

/* Has the version or the state of a home changed since a survey came to it? */
bool stale[SURVEYS * REGIONS];
#define is_stale(r)		stale[me * REGIONS + (r)]

/* For loops that are one d_step: no search backs up into the middle of one. */
hidden byte n, m;

/* The home in region @r has another version or state. */
inline make_stale(r)
{
	d_step {
		n = 0;
		do
		:: n < SURVEYS -> stale[n * REGIONS + (r)] = true; n++
		:: else -> break
		od;
		n = 0
	}
}

/* After each change of words. */
inline changed()
{
	d_step {
		n = 0;
		do
		:: n < PLACES ->
			m = n + 1;
			do
			:: m < PLACES ->
				assert(slot[n] == EMPTY || slot[m] == EMPTY ||
				       ordinal_of(slot[n]) != ordinal_of(slot[m]));
				m++
			:: else -> break
			od;
			n++
		:: else -> break
		od;
		n = 0;
		do
		:: n < SURVEYS ->
			had[n] = (had[n] -> had[n] | (1 << set_now) : 0);
			n++
		:: else -> break
		od;
		n = 0;
		m = 0
	}
}

/* An empty slot of region @r, or PLACES. */
#define hole(r) \
	(slot[end_of(r) - 2] == EMPTY -> end_of(r) - 2 : \
	 (slot[end_of(r) - 1] == EMPTY -> end_of(r) - 1 : PLACES))

/* fm_bump() for an arrival; for another change of the set. */
inline arrive(r)
{
	if
	:: step(VERSION) -> make_stale(r)
	:: else
	fi
}

inline change_set(r)
{
	if
	:: step(SET) && step(VERSION) -> make_stale(r)
	:: else
	fi
}

/* fm_move_to(): the entry at @place goes to the second region. */
inline move(place)
{
	to = hole(1);
	slot[to] = slot[place];
	slot[place] = EMPTY;
	to = 0;
	arrive(1);
	change_set(0);
	changed()
}

/* Is there an equal value at @place that was added before? */
#define is_before(place) \
	(slot[place] != EMPTY && value_of(slot[place]) == 1 && \
	 ordinal_of(slot[place]) < ordinal)

/* Where a survey is, but for places: about to search region @r, or to check all. */
#define BEFORE		(PLACES + 1)
#define CHECK		(PLACES + 2)

inline begin()
{
	set = 0;
	next = 0;
	least = PLACES;
	ordinal = 0;
	at = BEFORE
}

/* The survey is over. */
inline forget()
{
	r = 0; from = 0; set = 0; next = 0; least = 0; ordinal = 0; at = 0;
	had[me] = 0; is_stale(0) = true; is_stale(1) = true
}

/*
 * fm_survey(): @set as a number, the ordinal @next to the greatest, and @least, the
 * place of the first value 1, with its ordinal. Regions @from to @r were searched.
 */
inline survey()
{
	atomic {
		had[me] = 1 << set_now;
		r = first;
		from = first;
		begin()
	}
	do
	:: atomic { at == BEFORE ->
		is_stale(r) = false;
		if
		:: state[r] == DONE ->
			r++;
			from = r
		:: else ->
			at = r * SLOTS
		fi
	   }
	:: atomic { at < end_of(r) ->
		if
		:: slot[at] != EMPTY ->
			set = set + weight(slot[at]);
			next = (ordinal_of(slot[at]) >= next ->
				ordinal_of(slot[at]) + 1 : next)
		:: else
		fi;
		if
		:: slot[at] != EMPTY && value_of(slot[at]) == 1 &&
		   (least == PLACES || ordinal_of(slot[at]) < ordinal) ->
			least = at;
			ordinal = ordinal_of(slot[at])
		:: else
		fi;
		at++
	   }
	:: atomic { at == end_of(r) && state[r] != OPEN && step(FORWARD) ->
		r++;
		at = BEFORE
	   }
	:: atomic { at == end_of(r) && !(state[r] != OPEN && step(FORWARD)) ->
		at = CHECK;
		check = from
	   }
	:: atomic { at == CHECK && check <= r ->
		if
		:: is_stale(check) && step(RECHECK) ->
			check = 0;
			r = from;
			begin()
		:: else -> check++
		fi
	   }
	:: atomic { at == CHECK && check > r ->
		assert(set < SETS);
		assert(had[me] & (1 << set));
		at = 0;
		check = 0;
		break
	   }
	od
}

proctype reader(byte me)
{
	byte r, from, at, check, set, next, least, ordinal;

	survey();
	atomic {
		occurs(from < r);
		occurs(from > 0);
		occurs(set != set_now);
		forget()
	}
}

/* flatmap_add(): where the survey ended, whose home must still be as it was. */
proctype adder(byte me)
{
	byte r, from, at, check, set, next, least, ordinal;
	bool done;

	do
	:: !done ->
		survey();
		atomic {
			at = hole(r);
			if
			:: next == ORDINALS || at == PLACES ->
				done = true
			:: next < ORDINALS && at < PLACES &&
			   state[r] == OPEN && !is_stale(r) ->
				slot[at] = entry(1, next);
				arrive(r);
				changed();
				done = true
			:: else		/* another was faster */
			fi;
			forget()
		}
	:: done -> break
	od
}

/*
 * flatmap_delete_value() for 1: the first one, which it is as long as nothing has
 * changed, see fm_change_set().
 */
proctype remover(byte me)
{
	byte r, from, at, check, set, next, least, ordinal;
	bool done;

	do
	:: !done ->
		survey();
		atomic {
			if
			:: least == PLACES ->
				done = true
			:: least < PLACES && slot[least] == entry(1, ordinal) &&
			   (!is_stale(region_of(least)) || !step(SET)) &&
			   (!is_stale(from) && !is_stale(r) || !step(OTHERS) ||
			    !step(SET)) ->
				assert(!is_before(0) && !is_before(1) &&
				       !is_before(2) && !is_before(3));
				slot[least] = EMPTY;
				change_set(region_of(least));
				changed();
				done = true
			:: else
			fi;
			forget()
		}
	:: done -> break
	od
}

/* Moves the key from the first region to the second, as far as there is room. */
proctype worker()
{
	byte to;

	atomic { state[0] = CLOSED; make_stale(0) }
	do
	:: atomic { slot[0] == EMPTY && slot[1] == EMPTY ->
		state[0] = DONE;
		make_stale(0)
	   }
		first = 1;
		break
	:: atomic { slot[0] != EMPTY && hole(1) < PLACES -> move(0) }
	:: atomic { slot[1] != EMPTY && hole(1) < PLACES -> move(1) }
	:: atomic { !(slot[0] == EMPTY && slot[1] == EMPTY) && hole(1) == PLACES ->
		break
	   }
	od
}

/* Everybody else: each change is an MCAS that has been planned and succeeds. */
proctype writer(byte changes)
{
	byte at, to;

	do
	:: atomic { changes > 0 ->
		changes--;
		select(at : 0 .. PLACES - 1);
		to = hole(region_of(at));
		if
		:: slot[at] != EMPTY ->		/* fm_replace() */
			slot[at] = entry(3 - value_of(slot[at]), ordinal_of(slot[at]));
			change_set(region_of(at))
		:: slot[at] != EMPTY ->		/* fm_remove() */
			slot[at] = EMPTY;
			change_set(region_of(at))
		:: slot[at] != EMPTY && to < PLACES && state[region_of(at)] == OPEN ->
			slot[to] = slot[at];	/* displaced */
			slot[at] = EMPTY;
			arrive(region_of(at))
		:: else
		fi;
		changed();
		at = 0;
		to = 0
	   }
	:: else -> break
	od
}

init {
	byte i;

	atomic {
		slot[0] = entry(1, 0);
		slot[1] = entry(1, 1);
		do
		:: i < READERS -> run reader(i); i++
		:: i >= READERS && i < READERS + ADDERS -> run adder(i); i++
		:: i >= READERS + ADDERS && i < SURVEYS -> run remover(i); i++
		:: else -> break
		od;
		run worker();
		run writer(CHANGES)
	}
}
