/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Read-modify-write of one value, flatmap_modify(), by the guarded operation with
 * a single word: fm_replace() in module/table.c, fm_mcas_change_one(), fm_mcas_help()
 * and fm_mcas_guarded() in module/mcas.c. The owner replaces the word without deciding
 * the status, helpers decide it first.
 *
 * Checked. No increment is lost: the value is always the number of increments that
 * have been made, and in the end of all; none is made twice. A block is freed only
 * when it is in use by nobody. A helper that comes late changes nothing. While the
 * reference is in the slot, all come to the same outcome.
 *
 * Bounds. One slot, four blocks; two who increment, 2 times each, while both help.
 * A slot word has only an index here, so two increments in a row can bring back the
 * identical word. Memory is sequentially consistent. The copy of the old value is
 * certain (copyout.pml).
 *
 * Runs: -DFIRST=2 -DSECOND=2
 * Mutants: GUARD
 */
#include "step.pml"

#define OWNERS		2
#define BLOCKS		4

/* The slot: the index of a block, or a reference: owner, number. */
#define REFERENCE	16
#define NUMBERS		16
#define reference(number)	(REFERENCE + me * NUMBERS + (number))
#define is_ref(word)		((word) >= REFERENCE)
#define owner_of(ref)		(((ref) - REFERENCE) / NUMBERS)
#define number_of(ref)		((ref) % NUMBERS)

/* A status: number and outcome in one. */
#define OPEN		0
#define SUCCEEDED	1
#define FAILED		2
#define is_status_of(status, ref)	((status) / 4 == number_of(ref))
#define is_open(status, ref)		((status) == number_of(ref) * 4 + OPEN)

/* struct fm_mcas with one change, to the one slot, and the guard. */
typedef fm_mcas {
	byte status;
	byte old;
	byte new;
	byte guard;			/* the old block's mark */
	byte expect
}

fm_mcas mcas[OWNERS];
byte slot;

/* Blocks. */
byte mark[BLOCKS];
byte value[BLOCKS];
bool used[BLOCKS];

/* How many increments have been made. */
byte made;

byte finished;

proctype adder(byte me; byte times)
{
	byte new = BLOCKS;		/* a block of its own */
	byte mine, ref;			/* the operations to carry on */
	byte seen, word, expect, copy;
	bool holds, done;

again:	if
	:: times == 0 -> goto end
	:: else
	fi;
	/* fm_block_take() */
	atomic {
		if
		:: new == BLOCKS && !used[0] -> new = 0
		:: new == BLOCKS && !used[1] -> new = 1
		:: new == BLOCKS && !used[2] -> new = 2
		:: new == BLOCKS && !used[3] -> new = 3
		:: new < BLOCKS
		fi;
		used[new] = true
	}

	/* fm_search(): the logical value of the slot, the block's mark and value. */
	atomic {
		word = slot;
		if
		:: is_ref(word) ->
			seen = mcas[owner_of(word)].status;
			assert(is_status_of(seen, word));
			word = (seen % 4 == SUCCEEDED ->
				mcas[owner_of(word)].new : mcas[owner_of(word)].old);
			seen = 0
		:: else
		fi;
		expect = mark[word];
		copy = value[word]
	}
	/* fm_block_open() to fm_block_close() */
	mark[new]++;
	atomic {
		value[new] = copy + 1;
		mark[new]++;
		copy = 0
	}

	/* fm_mcas_begin(), fm_mcas_change(), fm_mcas_guard() */
	atomic {
		mcas[me].status = (mcas[me].status / 4 + 1) * 4 + OPEN;
		mcas[me].old = word;
		mcas[me].new = new;
		mcas[me].guard = word;
		mcas[me].expect = expect;
		mine = reference(mcas[me].status / 4)
	}

install: /* fm_mcas_commit() */
	atomic {
		word = mcas[me].old;
		ref = (slot == word -> mine : slot);
		if
		:: slot == word -> slot = mine
		:: slot != word && !is_ref(slot) -> goto finish
		:: else
		fi
	}
	if
	:: ref != mine -> goto help
	:: else
	fi;
	/* The owner: the guard, the word; and the status only if a helper was faster. */
	holds = !step(GUARD) || mark[mcas[me].guard] == mcas[me].expect;
	atomic {
		if
		:: slot == mine ->
			slot = (holds -> mcas[me].new : mcas[me].old);
			done = holds;
			made = made + (holds && is_open(mcas[me].status, mine));
			assert(!holds || value[mcas[me].new] == made);
			occurs(!is_open(mcas[me].status, mine))
		:: else ->
			done = (mcas[me].status % 4 == SUCCEEDED)
		fi;
		holds = false;
		goto finish
	}

help:	/* fm_mcas_advance(): the status, the guard, the decision, the word. */
	seen = mcas[owner_of(ref)].status;
	if
	:: is_open(seen, ref) ->
		atomic {
			word = mcas[owner_of(ref)].guard;
			expect = mcas[owner_of(ref)].expect;
			holds = !step(GUARD) ||
				!is_status_of(mcas[owner_of(ref)].status, ref)
		}
		holds = holds || mark[word] == expect;
		atomic {
			if
			:: mcas[owner_of(ref)].status == seen && holds ->
				mcas[owner_of(ref)].status = seen + SUCCEEDED;
				made = made + (slot == ref);
				assert(slot != ref || value[mcas[owner_of(ref)].new] == made);
				occurs(slot != ref)
			:: mcas[owner_of(ref)].status == seen && !holds ->
				mcas[owner_of(ref)].status = seen + FAILED;
				assert(slot != ref || mark[mcas[owner_of(ref)].guard] !=
						      mcas[owner_of(ref)].expect);
				occurs(slot != ref)
			:: else
			fi;
			holds = false
		}
	:: else
	fi;
	atomic {
		seen = mcas[owner_of(ref)].status;
		if
		:: is_status_of(seen, ref) && slot == ref ->
			slot = (seen % 4 == SUCCEEDED ->
				mcas[owner_of(ref)].new : mcas[owner_of(ref)].old)
		:: else
		fi
	}
	goto install;

finish:	/* fm_mcas_commit(): the outcome; fm_retire() */
	atomic {
		assert(slot != mine);
		word = mcas[me].old;
		if
		:: done ->
			done = false;
			assert(used[word]);
			used[word] = false;
			new = BLOCKS;
			times--
		:: else
		fi;
		mine = 0; ref = 0; seen = 0; word = 0; expect = 0;
		goto again
	}

end:	finished++
}

init {
	atomic {
		used[0] = true;
		run adder(0, FIRST);
		run adder(1, SECOND)
	}
	finished == OWNERS;
	assert(!is_ref(slot) && value[slot] == FIRST + SECOND && made == FIRST + SECOND);
	assert(used[0] + used[1] + used[2] + used[3] == 1)
}
