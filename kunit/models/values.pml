/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The values of one key of a multimap (fm_survey() in module/survey.c) while they
 * are added, replaced, removed and moved (module/table.c, module/place.c).
 *
 * Checked. A survey's result is the set of values that the key had at some moment
 * of the survey. No two values have the same ordinal.
 *
 * Bounds. One home, three slots; values 1 and 2, ordinals 0 to 2; one survey, one
 * who adds twice, and one who makes three other changes. Memory is sequentially
 * consistent. What changes words at once is one step (mcas.pml), and so is looking
 * into a slot (copyout.pml); overflow is left to insert.pml.
 *
 * Runs: -DCHANGES=3 -DADDS=1; -DCHANGES=2 -DADDS=2
 * Mutants: SET RECHECK VERSION
 */
#include "step.pml"

#define SLOTS		3
#define ORDINALS	3

/* A slot: empty, or a value and its ordinal. */
#define EMPTY		0
#define entry(value, ordinal)	((value) + 2 * (ordinal))
#define ordinal_of(entry)	(((entry) - 1) / 2)
#define value_of(entry)		(((entry) - 1) % 2 + 1)

/* A set of values as a number: its digits are the values by ordinal. */
#define digit(ordinal)		((ordinal) == 0 -> 1 : ((ordinal) == 1 -> 3 : 9))
#define weight(entry) \
	((entry) == EMPTY -> 0 : value_of(entry) * (digit(ordinal_of(entry))))
#define set_now			(weight(slot[0]) + weight(slot[1]) + weight(slot[2]))

byte slot[SLOTS];
byte version;

/* The sets that there have been since the survey began: a bit for each. */
int had;

/* After each change of words. */
inline changed()
{
	assert(slot[0] == EMPTY || slot[1] == EMPTY ||
	       ordinal_of(slot[0]) != ordinal_of(slot[1]));
	assert(slot[0] == EMPTY || slot[2] == EMPTY ||
	       ordinal_of(slot[0]) != ordinal_of(slot[2]));
	assert(slot[1] == EMPTY || slot[2] == EMPTY ||
	       ordinal_of(slot[1]) != ordinal_of(slot[2]));
	had = had | (1 << set_now)
}

/* fm_survey(): the set as a number, and the ordinal after the greatest. */
inline survey()
{
	do
	:: true ->
		atomic {
			before = version;
			at = 0;
			set = 0;
			next = 0
		}
		do
		:: at < SLOTS ->
			atomic {
				if
				:: slot[at] != EMPTY ->
					set = set + weight(slot[at]);
					next = (ordinal_of(slot[at]) >= next ->
						ordinal_of(slot[at]) + 1 : next)
				:: else
				fi;
				at++
			}
		:: else -> break
		od;
		if
		:: version == before || !step(RECHECK) -> break
		:: else
		fi
	od
}

proctype reader()
{
	byte before, at, set, next;

	had = 1 << set_now;
	survey();
	assert(had & (1 << set));
	occurs(set != set_now)
}

/* flatmap_add() */
proctype adder(byte times)
{
	byte before, at, set, next;

	do
	:: times > 0 ->
		survey();
		at = 0;
		do
		:: at < SLOTS && slot[at] != EMPTY -> at++
		:: else -> break
		od;
		atomic {
			if
			:: next == ORDINALS || at == SLOTS ->
				times = 0
			:: next < ORDINALS && at < SLOTS &&
			   version == before && slot[at] == EMPTY ->
				slot[at] = entry(1, next);
				version = version + step(VERSION);
				changed();
				times--
			:: else		/* another was faster */
			fi;
			before = 0; at = 0; set = 0; next = 0
		}
	:: else -> break
	od
}

/* Everybody else: each change is an MCAS that has been planned and succeeds. */
proctype writer(byte changes)
{
	byte at, to;

	do
	:: changes > 0 ->
		changes--;
		atomic {
			select(at : 0 .. 2);
			select(to : 0 .. 2);
			if
			:: slot[at] != EMPTY ->		/* fm_replace() */
				slot[at] = entry(3 - value_of(slot[at]),
						 ordinal_of(slot[at]));
				version = version + (step(SET) && step(VERSION))
			:: slot[at] != EMPTY ->		/* fm_remove() */
				slot[at] = EMPTY;
				version = version + (step(SET) && step(VERSION))
			:: slot[at] != EMPTY && slot[to] == EMPTY -> /* a move */
				slot[to] = slot[at];
				slot[at] = EMPTY;
				version = version + step(VERSION)
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
	atomic {
		slot[0] = entry(1, 0);
		slot[1] = entry(1, 1);
		run reader();
		run adder(ADDS);
		run writer(CHANGES)
	}
}
