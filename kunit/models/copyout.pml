/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Copying a value out (fm_search(), fm_look() and fm_verify_block() in
 * include/linux/flatmap/find.h) while blocks are taken, written, published,
 * replaced and given back.
 *
 * Checked. A lookup returns a value that the key had at some moment of the lookup,
 * or "absent" only if the key was absent at some moment of it.
 *
 * Bounds. One home group with two slots, three blocks, two keys with the same tag
 * and the same hash; one reader of one key; two writers, 2 and 1 operations. An
 * operation that changes words takes place in one step (mcas.pml shows why), and
 * so does a writer's search (insert.pml); a writer may lose the race after it has
 * written its block.
 *
 * Memory. Accesses may be reordered, unless what is said here forbids it: the
 * reader's loads and the writer's stores run in any order that the barriers leave.
 * Each barrier is a step that can be left out:
 *
 *	ACQUIRE	  the first read of the mark before the block's words
 *	DATA_RMB  the block's words before the slot is read again
 *	SLOT_RMB  that before the mark is read again
 *	WMB	  the odd mark before the block's words
 *	RELEASE	  the block's words before the even mark
 *
 * Of DATA_RMB and WMB either alone would do: words read too late, of a block that is
 * being written again, are given away by the slot or else by the mark.
 *
 * Runs: -DFIRST=2 -DSECOND=1
 * Mutants: SLOT MARK MISMATCH ACQUIRE SLOT_RMB RELEASE DATA_RMB+WMB
 */
#include "step.pml"

/* FIRST, SECOND: how many operations the writers have. */
#define SLOTS		2
#define BLOCKS		3
#define EMPTY		BLOCKS		/* a slot word; else the index of a block */
#define NO_KEY		0
#define KEY		1		/* the one that is looked up */
#define OTHER		2
#define ABSENT		0		/* as a value */

byte slot[SLOTS] = EMPTY;
byte version;				/* of the home group */

/* Blocks. */
byte mark[BLOCKS];			/* the sequence: odd while being written */
byte key[BLOCKS];
byte value[BLOCKS];
bool used[BLOCKS];

byte next_value = 2;

/* What KEY is worth, and a bit for each value it has had since the lookup began. */
byte logical = ABSENT;
short had = 1;

/* KEY has now another value. */
inline becomes(v)
{
	logical = v;
	had = had | (1 << v)
}

inline take_block()
{
	if
	:: !used[0] -> b = 0
	:: !used[1] -> b = 1
	:: !used[2] -> b = 2
	fi;
	used[b] = true
}

/* fm_block_open() to fm_block_close(): the stores, in any order that the barriers leave. */
inline write_block(k, v)
{
	stores = 0;
	do
	:: atomic { !(stores & 1) ->
		mark[b]++;		/* odd */
		stores = stores | 1
	   }
	:: atomic { !(stores & 2) && ((stores & 1) || !step(WMB)) ->
		key[b] = k;
		stores = stores | 2
	   }
	:: atomic { !(stores & 4) && ((stores & 1) || !step(WMB)) ->
		value[b] = v;
		stores = stores | 4
	   }
	:: atomic { !(stores & 8) && (stores & 1) &&
		    ((stores & 6) == 6 || !step(RELEASE)) ->
		mark[b]++;		/* even */
		stores = stores | 8
	   }
	:: stores == 15 -> break
	od
}

/* Where @k is: a slot, or SLOTS. */
inline where(k)
{
	if
	:: slot[0] != EMPTY && key[slot[0]] == k -> at = 0
	:: slot[1] != EMPTY && key[slot[1]] == k -> at = 1
	:: else -> at = SLOTS
	fi
}

proctype writer(byte operations)
{
	byte b = EMPTY;
	byte k, v, at, stores, old;

	do
	:: operations == 0 -> break
	:: operations > 0 ->
		operations--;
		if
		:: k = KEY
		:: k = OTHER
		fi;
		if
		:: true ->	/* fm_write() */
			atomic {
				v = next_value;
				next_value++;
				take_block()
			}
			write_block(k, v);
			atomic {
				where(k);
				if
				:: at < SLOTS ->
					old = slot[at];
					slot[at] = b;
					used[old] = false
				:: at == SLOTS && slot[0] == EMPTY ->
					slot[0] = b;
					version++
				:: at == SLOTS && slot[1] == EMPTY ->
					slot[1] = b;
					version++
				:: true ->	/* another was faster */
					used[b] = false;
					k = NO_KEY
				fi;
				if
				:: k == KEY -> becomes(v)
				:: else
				fi;
				b = EMPTY; k = NO_KEY; v = 0; at = 0; stores = 0; old = 0
			}
		:: true ->	/* fm_remove() */
			atomic {
				where(k);
				if
				:: at < SLOTS ->
					used[slot[at]] = false;
					slot[at] = EMPTY;
					if
					:: k == KEY -> becomes(ABSENT)
					:: else
					fi
				:: else
				fi;
				k = NO_KEY; at = 0
			}
		fi
	od
}

/*
 * The loads of fm_look() after that of the slot, on which all others depend: in
 * any order that the barriers leave.
 */
inline look()
{
	loads = 0;
	do
	:: atomic { !(loads & 1) ->
		mark_before = mark[word];
		loads = loads | 1
	   }
	:: atomic { !(loads & 2) && ((loads & 1) || !step(ACQUIRE)) ->
		key_seen = key[word];
		loads = loads | 2
	   }
	:: atomic { !(loads & 4) && ((loads & 1) || !step(ACQUIRE)) ->
		value_seen = value[word];
		loads = loads | 4
	   }
	:: atomic { !(loads & 8) && ((loads & 1) || !step(ACQUIRE)) &&
		    ((loads & 7) == 7 || !step(DATA_RMB)) ->
		word_after = slot[i];
		loads = loads | 8
	   }
	:: atomic { !(loads & 16) && (loads & 1) &&
		    ((loads & 7) == 7 || !(step(DATA_RMB) || step(SLOT_RMB))) &&
		    ((loads & 8) || !step(SLOT_RMB)) ->
		mark_after = mark[word];
		loads = loads | 16
	   }
	:: loads == 31 -> break
	od
}

proctype reader()
{
	byte before, i, word, loads;
	byte mark_before, key_seen, value_seen, word_after, mark_after;
	bool same;

again:	atomic {
		had = 1 << logical;
		before = version;
		i = 0
	}
	do
	:: i < SLOTS ->
		word = slot[i];
		if
		:: word == EMPTY -> i++
		:: else ->
			look();
			atomic {
				same = !(mark_before & 1) && key_seen == KEY;
				if
				:: (same || step(MISMATCH)) &&
				   ((step(SLOT) && word_after != word) ||
				    (step(MARK) && mark_after != mark_before)) ->
					occurs(word_after == word);
					occurs(mark_after == mark_before);
					occurs(!same && !(mark_before & 1))
				:: else ->
					if
					:: same -> goto found
					:: else -> i++
					fi
				fi;
				loads = 0; mark_before = 0; key_seen = 0;
				value_seen = 0; word_after = 0; mark_after = 0
			}
		fi
	:: else -> break
	od;
	if
	:: version != before -> goto again
	:: else -> goto absent
	fi;

found:	assert(had & (1 << value_seen));
	occurs(value_seen != 1 && value_seen != logical);
	goto end;
absent:	assert(had & (1 << ABSENT));
end:	skip
}

init {
	atomic {
		used[0] = true;
		key[0] = KEY;
		value[0] = 1;
		logical = 1;
		slot[0] = 0;
		run reader();
		run writer(FIRST);
		run writer(SECOND)
	}
}
