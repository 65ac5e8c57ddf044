/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reserving a slot (module/reserve.c): inserting with two compare-and-swaps, of the group
 * word and of the slot, while others insert, delete, and close the home.
 *
 * Checked. Of concurrent inserts of a key one succeeds: it is never in two slots. An
 * insert says "exists" only if the key was there at some moment of it, a lookup says
 * "absent" only if the key was absent at some moment of it. Nothing arrives at a home
 * that is CLOSED. An insert whose reservation was cancelled changes nothing.
 *
 * Bounds. One group of two slots, home of both keys; two inserters of one key, who reserve
 * once and then use an MCAS, and one reader of it; a writer that adds and removes entries
 * and closes the home, 3 or 4 times, with plans that may be stale. Memory is sequentially
 * consistent. What an MCAS changes at once is one step (mcas.pml), but for the slot that
 * it vacates, which holds its reference until the stamp has been read. A version never
 * wraps.
 *
 * Runs: -DINSERTERS=2 -DREADERS=0 -DCHANGES=3; -DINSERTERS=1 -DREADERS=1 -DCHANGES=4
 * Mutants: RESERVE STAMP
 */
#include "step.pml"

#define SLOTS		2

/* What a slot holds: of an EMPTY one the stamp; a reference to a delete under way. */
#define KEY		32		/* the one that is sought */
#define OTHER		33
#define REFERENCE	34
#define is_empty(word)	((word) < KEY)

/* What KEY has been during an operation: bits. */
#define ABSENT		1
#define PRESENT		2

byte slot[SLOTS];

/* The group word: a change of one of these is a change of all. */
byte version;
byte reserved;				/* 0, or a slot and one */
bool closed;

/* What the slot that holds the reference is worth to readers. */
byte leaving;

byte had[INSERTERS + READERS];		/* what KEY has been in each operation */

#define worth(s)	(slot[s] == REFERENCE -> leaving : slot[s])
#define is_there	(worth(0) == KEY || worth(1) == KEY)
#define is_twice	(worth(0) == KEY && worth(1) == KEY)

/* After each change of words: the key is not in two slots; the operations have seen it. */
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

/* fm_settle_group(): @v, @r and @c are of a moment; what was reserved then is so no more. */
inline settle()
{
	atomic {
		v = version; r = reserved; c = closed;
		w = 0
	}
	do
	:: r == 0 || !step(RESERVE) -> break
	:: r != 0 && step(RESERVE) ->
		atomic {
			slot[r - 1] != REFERENCE ->
			w = slot[r - 1]
		}
		if
		:: !is_empty(w) || w >= v -> break
		:: else ->
			atomic {
				occurs(slot[r - 1] == w);
				if
				:: slot[r - 1] == w -> slot[r - 1] = v
				:: else
				fi
			}
		fi
	od;
	r = 0;
	w = 0
}

/* fm_write(): insert KEY if it is absent. */
proctype inserter(byte me)
{
	byte v, r, w, s, n;
	bool c, found, direct = true;

again:	atomic {
		had[me] = (is_there -> PRESENT : ABSENT)
	}
	settle();
	s = 0;
	do
	:: s < SLOTS ->
		found = found || worth(s) == KEY;
		s++
	:: else -> break
	od;
	s = 0;
	atomic {
		if
		:: found ->
			assert(had[me] & PRESENT);
			goto end
		:: else
		fi
	}
	/* An empty slot, if there is one. */
	do
	:: s < SLOTS && !is_empty(slot[s]) -> s++
	:: s == SLOTS -> goto end
	:: atomic { s < SLOTS && is_empty(slot[s]) -> w = slot[s]; break }
	od;
	if
	:: c -> goto end
	:: else
	fi;
	/* Reserve it: the cmpxchg of the group word; or place KEY with an MCAS. */
	atomic {
		if
		:: version != v || closed != c -> s = 0; w = 0; goto again
		:: version == v && closed == c && direct ->
			version++;
			reserved = s + 1
		:: version == v && closed == c && !direct && slot[s] == w ->
			version++;
			reserved = 0;
			slot[s] = KEY;
			changed();
			goto end
		:: else -> s = 0; w = 0; goto again
		fi
	}
	/* Fill it: the linearization point. */
	atomic {
		slot[s] != REFERENCE;
		direct = false;
		if
		:: slot[s] == w ->
			assert(!closed);
			slot[s] = KEY;
			changed()
		:: else ->
			s = 0; w = 0;
			goto again
		fi
	}
end:	skip
}

/* fm_search() for KEY. */
proctype reader(byte me)
{
	byte before, s;
	bool found;

again:	atomic {
		before = version;
		had[me] = (is_there -> PRESENT : ABSENT)
	}
	do
	:: s < SLOTS && !found -> found = (worth(s) == KEY); s++
	:: else -> break
	od;
	s = 0;
	atomic {
		if
		:: found -> assert(had[me] & PRESENT)
		:: !found && version != before -> goto again
		:: else -> assert(had[me] & ABSENT)
		fi
	}
}

/* Everybody else. */
proctype writer()
{
	byte changes = CHANGES;
	byte v, r, w, s, n, stamp;
	bool c;

	do
	:: changes == 0 -> break
	:: changes > 0 ->
		changes--;
		select(s : 0 .. 1);
		if
		:: true ->
			/* Delete: the reference goes in, the stamp is read, the word goes out. */
			atomic {
				if
				:: slot[s] == KEY || slot[s] == OTHER ->
					leaving = slot[s];
					slot[s] = REFERENCE
				:: else -> goto next
				fi
			}
			atomic {
				stamp = (step(STAMP) -> version : 0)
			}
			atomic {
				leaving = 0;
				slot[s] = stamp;
				stamp = 0;
				changed()
			}
		:: true ->
			/* Add another, here or after both were read: an MCAS. */
			settle();
			w = slot[s];
			atomic {
				if
				:: is_empty(w) && version == v && closed == c && !c &&
				   slot[s] == w ->
					version++;
					reserved = 0;
					slot[s] = OTHER
				:: else
				fi
			}
		:: true ->
			/* An entry of another home comes, which knows of its own home only. */
			w = slot[s];
			atomic {
				if
				:: is_empty(w) && slot[s] == w -> slot[s] = OTHER
				:: else
				fi
			}
		:: true ->
			/* fm_close(): and then nothing arrives. */
			settle();
			atomic {
				if
				:: version == v && closed == c -> closed = true
				:: else
				fi
			}
		fi;
next:		atomic {
			s = 0; w = 0; v = 0; c = false
		}
	od
}

init {
	byte n;

	atomic {
		if
		:: skip
		:: slot[0] = OTHER; version = 1
		:: slot[1] = KEY; version = 1
		fi;
		do
		:: n < INSERTERS -> run inserter(n); n++
		:: n >= INSERTERS && n < INSERTERS + READERS -> run reader(n); n++
		:: else -> break
		od;
		run writer()
	}
}
