/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The list of free spare blocks: fm_pop() and fm_push() in module/block.c.
 *
 * Checked. Nobody pops a block that another has, and in the end each block is in
 * the list once.
 *
 * Bounds. Two blocks, one stripe; two users that pop up to two blocks each and
 * push them back in either order, 2 times. The version of the head does not
 * wrap. Memory is sequentially consistent: a pop acquires the head, a push is
 * ordered before it by its cmpxchg.
 *
 * Runs: -DFIRST=2 -DSECOND=2
 * Mutants: POP
 */
#include "step.pml"

#define BLOCKS		2
#define NO_BLOCK	BLOCKS

/* The head: a counted word. */
#define counted(version, index)	((version) * 4 + (index))
#define index_of(head)		((head) % 4)
#define version_of(head)	((head) / 4)
#define next_head(head, index) \
	counted((step(POP) -> version_of(head) + 1 : 0), index)

byte head = 0;
byte next[BLOCKS];
bool taken[BLOCKS];
byte running = 2;

inline pop(block)
{
	do
	:: true ->
		old = head;
		if
		:: index_of(old) == NO_BLOCK ->
			block = NO_BLOCK;
			break
		:: else
		fi;
		below = next[index_of(old)];
		atomic {
			if
			:: head == old ->
				head = next_head(old, below);
				block = index_of(old);
				assert(!taken[block]);
				taken[block] = true;
				break
			:: else
			fi
		}
	od
}

inline push(block)
{
	do
	:: true ->
		old = head;
		next[block] = index_of(old);
		atomic {
			if
			:: head == old ->
				taken[block] = false;
				head = next_head(old, block);
				block = NO_BLOCK;
				break
			:: else
			fi
		}
	od
}

proctype user(byte times)
{
	byte first = NO_BLOCK, second = NO_BLOCK;
	byte old, below, swap;

	do
	:: times == 0 -> break
	:: times > 0 ->
		times--;
		pop(first);
		if
		:: pop(second)
		:: true
		fi;
		if
		:: atomic { swap = first; first = second; second = swap; swap = 0 }
		:: true
		fi;
		if
		:: first != NO_BLOCK -> push(first)
		:: else
		fi;
		if
		:: second != NO_BLOCK -> push(second)
		:: else
		fi
	od;
	running--
}

init {
	byte n;

	atomic {
		next[0] = 1;
		next[1] = NO_BLOCK;
		run user(FIRST);
		run user(SECOND)
	}
	running == 0;
	atomic {
		n = index_of(head);
		do
		:: n != NO_BLOCK ->
			assert(!taken[n]);
			taken[n] = true;
			n = next[n]
		:: else -> break
		od;
		assert(taken[0] && taken[1])
	}
}
