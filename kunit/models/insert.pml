/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Searching (fm_search() in include/linux/flatmap/find.h) and inserting (fm_write()
 * in module/table.c, fm_place() in module/place.c) while entries come, go and move.
 *
 * Checked. Of concurrent inserts of a key one succeeds: it is never in two slots.
 * An insert says "exists" only if the key was there at some moment of it. A lookup
 * says "absent" only if the key was absent at some moment of it: an entry that is
 * there throughout is found wherever it moves.
 *
 * Bounds. Three groups of one slot; two keys, both at home in the first; two
 * inserters of one key and one reader of it; a writer that adds, removes and moves
 * entries, 3 times. A move stands for a displacement, for the hole that is brought
 * nearer for one, and for the update of a pinned entry: it may go anywhere, and
 * leave an empty slot or one that is DELETED for good. Memory is sequentially
 * consistent. What changes words at once is one step (mcas.pml), and so is looking
 * into a slot (copyout.pml).
 *
 * Runs: -DINSERTERS=2 -DREADERS=0 -DCHANGES=3; -DINSERTERS=1 -DREADERS=1 -DCHANGES=3
 * Mutants: VERSION RECHECK OVERFLOW
 */
#include "step.pml"

#define GROUPS		3

/* What a slot holds. */
#define EMPTY		0
#define KEY		1		/* the one that is sought */
#define OTHER		2
#define DELETED		3

/* What KEY has been during an operation: bits. */
#define ABSENT		1
#define PRESENT		2

byte slot[GROUPS];
byte overflow[GROUPS];
byte version;				/* of the first group, home of both keys */

byte had[INSERTERS + READERS];		/* what KEY has been in each search */

#define is_there	(slot[0] == KEY || slot[1] == KEY || slot[2] == KEY)
#define is_twice	(slot[0] == KEY && slot[1] == KEY || \
			 slot[0] == KEY && slot[2] == KEY || \
			 slot[1] == KEY && slot[2] == KEY)

/* After each change of words: no key is in two slots; the searches have seen it. */
inline changed()
{
	assert(!is_twice);
	n = 0;
	do
	:: n < INSERTERS + READERS ->
		had[n] = had[n] | (is_there -> PRESENT : ABSENT);
		n++
	:: else -> break
	od;
	n = 0
}

/* fm_arrive() and fm_pass(): an entry comes to group @g. */
inline arrive(g)
{
	version = version + step(VERSION);
	n = 0;
	do
	:: n < g -> overflow[n] = overflow[n] + step(OVERFLOW); n++
	:: else -> break
	od
}

/* fm_pass(): an entry leaves group @g. */
inline leave(g)
{
	n = 0;
	do
	:: n < g -> overflow[n] = overflow[n] - step(OVERFLOW); n++
	:: else -> break
	od
}

/* fm_search() for KEY: @found, and the home's version @before. */
inline search()
{
	do
	:: true ->
		atomic {
			before = version;
			more = overflow[0] > 0;
			had[me] = (is_there -> PRESENT : ABSENT);
			g = 0
		}
		do
		:: true ->
			found = (slot[g] == KEY);
			if
			:: found || !more -> break
			:: else ->
				g++;
				more = overflow[g] > 0
			fi
		od;
		if
		:: found || !step(RECHECK) || version == before -> break
		:: else
		fi
	od;
	g = 0;
	more = false
}

/* fm_write() with FM_MAY_ADD alone. */
proctype inserter(byte me)
{
	byte before, g, n;
	bool found, more;

again:	search();
	atomic {
		if
		:: found ->
			assert(had[me] & PRESENT);
			goto end
		:: else
		fi
	}
	/* fm_place(): the first hole; a group it has passed may get one meanwhile. */
	do
	:: g < GROUPS && slot[g] != EMPTY -> g++
	:: g == GROUPS -> goto end
	:: else -> break
	od;
	atomic {
		if
		:: slot[g] == EMPTY && version == before ->
			slot[g] = KEY;
			arrive(g);
			changed()
		:: else ->
			g = 0;
			goto again
		fi
	}
end:	skip
}

proctype reader(byte me)
{
	byte before, g;
	bool found, more;

	search();
	assert(had[me] & (found -> PRESENT : ABSENT))
}

/* Everybody else: each change is an MCAS that has been planned and succeeds. */
proctype writer()
{
	byte changes = CHANGES;
	byte g, to, n;

	do
	:: changes == 0 -> break
	:: changes > 0 ->
		changes--;
		atomic {
			select(g : 0 .. 2);
			select(to : 0 .. 2);
			if
			:: slot[g] == KEY || slot[g] == OTHER ->
				leave(g);
				if
				:: slot[to] == EMPTY ->
					slot[to] = slot[g];
					arrive(to)
				:: true		/* removed */
				fi;
				if
				:: slot[g] = EMPTY
				:: slot[g] = DELETED
				fi
			:: slot[g] == EMPTY ->
				slot[g] = OTHER;
				arrive(g)
			:: else
			fi;
			changed();
			g = 0;
			to = 0
		}
	od
}

init {
	byte n;

	atomic {
		if
		:: slot[0] = OTHER
		:: slot[0] = OTHER; slot[1] = KEY; overflow[0] = step(OVERFLOW)
		:: slot[0] = KEY
		fi;
		do
		:: n < INSERTERS -> run inserter(n); n++
		:: n >= INSERTERS && n < INSERTERS + READERS -> run reader(n); n++
		:: else -> break
		od;
		run writer()
	}
}
