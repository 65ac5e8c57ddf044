/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The multi-word compare-and-swap of module/mcas.c: owners, helpers, RDCSS, and
 * descriptors that are used again and again.
 *
 * Checked. Every operation changes all of its words at one moment, that at which
 * its status is decided, or its only word is replaced, or none; it fails only if some word did not hold what it
 * expected at some moment of the operation. What a reader takes from a descriptor
 * (__flatmap_resolve()) was the word's value at some moment of the reading. When a
 * descriptor is let go, no word holds a reference to it, and no word gets one.
 *
 * Bounds. Two words with two values, so that words recur at once; two owners whose
 * operations are on either word or on both, or two on both and a third on one; one
 * reader. Memory is sequentially consistent. The guard is left to modify.pml.
 *
 * What is one step here and several there: what a helper reads of a descriptor,
 * and the number read after it. If the number is still that of the reference,
 * nothing has changed in between; if not, what was read is not used.
 *
 * Runs: -DFIRST=1 -DSECOND=3; -DFIRST=2 -DSECOND=2; -DFIRST=1 -DSECOND=1 -DTHIRD=1
 * Runs: -DFIRST=1 -DSECOND=1 -DREADERS=1; -DFIRST=0 -DSECOND=2 -DREADERS=1
 * Mutants: CLEANUP CONTROL
 */
#include "step.pml"

/* FIRST, SECOND, THIRD: how many operations the owners have. */
#ifdef THIRD
#define OWNERS		3
#else
#define OWNERS		2
#endif
#ifndef READERS
#define READERS		0
#endif
#define WORDS		2
#define NONE		WORDS

/* A word: a value, 0 or 1, or a reference: kind, owner, number. */
#define MCAS		64
#define RDCSS		128
#define NUMBERS		16
#define reference(kind, number)	(kind + me * NUMBERS + (number))
#define is_ref(word)		(word >= MCAS)
#define is_rdcss(word)		(word >= RDCSS)
#define owner_of(ref)		((ref / NUMBERS) % 4)
#define number_of(ref)		(ref % NUMBERS)

/* A status: number and outcome in one. */
#define OPEN		0
#define SUCCEEDED	1
#define FAILED		2
#define status_word(number, outcome)	((number) * 4 + outcome)
#define is_status_of(status, ref)	(status / 4 == number_of(ref))
#define is_open(status, ref)		(status == status_word(number_of(ref), OPEN))
#define outcome_of(status)		(status % 4)

byte word[WORDS];

/* struct fm_mcas: changes to @words words from @first on; each becomes the other value. */
typedef fm_mcas {
	byte status;
	byte first;
	byte words;
	bit old[2]
}

/* struct fm_rdcss */
typedef fm_rdcss {
	byte sequence;
	byte mcas;
	bit old
}

fm_mcas mcas[OWNERS];
fm_rdcss rdcss[OWNERS];

/* What the words are worth, if every operation happens when it is decided. */
bit logical[WORDS];

/* An operation under way that may fail: a word was not what it expects. */
bit may_fail[OWNERS];

/* What the reader is reading, and a bit for each value that has had meanwhile. */
byte reading = NONE;
byte had;

byte finished;

/* A word gets this reference: its descriptor must be that operation's still. */
#define check_planted(ref) \
	assert(!is_ref(ref) || is_rdcss(ref) || \
	       is_status_of(mcas[owner_of(ref)].status, ref))

/* The operation of @o takes place: the linearization point. Others may fail now. */
inline take_place()
{
	n = 0;
	do
	:: n < mcas[o].words ->
		at = mcas[o].first + n;
		assert(logical[at] == mcas[o].old[n]);
		logical[at] = 1 - mcas[o].old[n];
		if
		:: reading == at -> had = 3
		:: else
		fi;
		n++
	:: else -> break
	od;
	n = 0;
	do
	:: n < OWNERS ->
		at = mcas[n].first;
		may_fail[n] = may_fail[n] || logical[at] != mcas[n].old[0] ||
			      (mcas[n].words == 2 && logical[1] != mcas[n].old[1]);
		n++
	:: else -> break
	od;
	n = 0;
	at = 0
}

/* What fm_rdcss_complete() reads of the descriptor: of a reference found just now. */
inline fetch_rdcss(ref)
{
	assert(rdcss[owner_of(ref)].sequence == number_of(ref));
	r_mcas = rdcss[owner_of(ref)].mcas;
	r_old = rdcss[owner_of(ref)].old
}

/* The rest of fm_rdcss_complete(): the status, then the word. */
inline complete(w, ref)
{
	r_open = is_open(mcas[owner_of(r_mcas)].status, r_mcas);
	atomic {
		if
		:: word[w] == ref ->
			word[w] = (r_open -> r_mcas : r_old);
			check_planted(word[w]);
			occurs(!r_open)
		:: else
		fi;
		r_open = false;
		r_mcas = 0;
		r_old = 0
	}
}

/* The cmpxchg of change @c of the operation @which: from the reference to its result. */
inline put_result(c, which)
{
	o = owner_of(which);
	at = mcas[o].first + c;
	if
	:: word[at] == which ->
		word[at] = (outcome_of(mcas[o].status) == SUCCEEDED ->
			    1 - mcas[o].old[c] : mcas[o].old[c])
	:: else
	fi
}

proctype owner(byte me; byte operations)
{
	byte mine;		/* the reference to my operation */
	byte target;		/* the operation to finish first, mine or another's */
	byte ref;		/* the one to carry on now: @target or what is in its way */
	byte found;		/* in the word @at, which should hold @old */
	byte at;
	bit old;
	byte sought;		/* what is put there */
	byte outcome;
	byte i, o, n;
	byte r_mcas;		/* of an RDCSS to be completed */
	bit r_old;
	bool r_open;

	/* Each atomic is one step; the skip before it lets others come between. */
begin:	/* fm_mcas_begin(), fm_mcas_change(): what to expect has been read. */
	skip;
	atomic {
		if
		:: operations == 0 -> goto end
		:: else -> operations--
		fi;
		mcas[me].status = status_word(mcas[me].status / 4 + 1, OPEN);
		mine = reference(MCAS, mcas[me].status / 4);
		if
		:: OWNERS == 2 -> mcas[me].words = 1; mcas[me].first = 0
		:: OWNERS == 2 || me == 2 -> mcas[me].words = 1; mcas[me].first = 1
		:: OWNERS == 2 || me < 2 -> mcas[me].words = 2; mcas[me].first = 0
		fi;
		mcas[me].old[0] = logical[mcas[me].first];
		mcas[me].old[1] = logical[1];
		may_fail[me] = false
	}

install: /* fm_mcas_commit(): its first loop. */
	skip;
	atomic {
		at = mcas[me].first;
		found = word[at];
		if
		:: found == mcas[me].old[0] ->
			word[at] = mine;
			target = mine;
			if
			:: mcas[me].words == 1 -> goto one
			:: else -> goto help
			fi
		:: found != mcas[me].old[0] && !is_ref(found) ->
			assert(found == logical[at]);
			goto end_operation
		:: is_rdcss(found) ->
			fetch_rdcss(found)
		:: is_ref(found) && !is_rdcss(found) ->
			target = found;
			goto help
		fi
	}
	complete(at, found);
	goto install;

one:	/* fm_mcas_change_one(): the only word, of which the status is not decided. */
	skip;
	atomic {
		o = me;
		if
		:: word[at] == mine ->
			word[at] = 1 - mcas[me].old[0];
			if
			:: is_open(mcas[me].status, mine) -> take_place()
			:: else
			fi
		:: else ->
			assert(outcome_of(mcas[me].status) == SUCCEEDED)
		fi;
		goto end_operation
	}

help:	/* fm_mcas_help() */
	ref = target;
advance: /* fm_mcas_advance() */
	skip;
	atomic {
		i = 0; found = 0; at = 0; old = 0;
		if
		:: !is_status_of(mcas[owner_of(ref)].status, ref) ->
			goto finish
		:: is_status_of(mcas[owner_of(ref)].status, ref) &&
		   !is_open(mcas[owner_of(ref)].status, ref) ->
			goto replace
		:: is_open(mcas[owner_of(ref)].status, ref) ->
			outcome = SUCCEEDED;
			i = 1
		fi
	}

acquire: /* fm_mcas_acquire(), up to fm_rdcss() */
	skip;
	atomic {
		o = owner_of(ref);
		if
		:: !is_status_of(mcas[o].status, ref) ->
			outcome = FAILED;
			goto decide
		:: is_status_of(mcas[o].status, ref) &&
		   i >= mcas[o].words ->
			goto decide
		:: else ->
			at = mcas[o].first + i;
			old = mcas[o].old[i];
			rdcss[me].sequence++;
			assert(rdcss[me].sequence < NUMBERS);
			rdcss[me].mcas = ref;
			rdcss[me].old = old;
			sought = (step(CONTROL) ->
				  reference(RDCSS, rdcss[me].sequence) : ref)
		fi
	}

plant:	/* fm_rdcss(): its loop. */
	skip;
	atomic {
		found = word[at];
		if
		:: found == old ->
			word[at] = sought;
			check_planted(sought);
			if
			:: is_rdcss(sought) -> found = sought; fetch_rdcss(sought)
			:: else -> goto acquired
			fi
		:: is_rdcss(found) ->
			fetch_rdcss(found)
		:: found == ref ->
			goto acquired
		:: found != ref && is_ref(found) && !is_rdcss(found) ->
			ref = found;
			goto advance
		:: found != old && !is_ref(found) ->
			outcome = FAILED;
			goto decide
		fi
	}
	complete(at, found);
	if
	:: found != sought -> goto plant
	:: else
	fi;
acquired:
	i++;
	goto acquire;

decide:	/* the cmpxchg of the status: the linearization point */
	skip;
	atomic {
		i = 0; found = 0; at = 0; old = 0; sought = 0;
		o = owner_of(ref);
		if
		:: mcas[o].status == status_word(number_of(ref), OPEN) ->
			mcas[o].status = mcas[o].status + outcome;
			if
			:: outcome == SUCCEEDED && mcas[o].words == 1 &&
			   word[mcas[o].first] != ref ->
				skip	/* the owner was faster */
			:: outcome == SUCCEEDED && !(mcas[o].words == 1 &&
						     word[mcas[o].first] != ref) ->
				take_place();
				occurs(o != me)
			:: else ->
				assert(may_fail[o]);
				occurs(o != me)
			fi
		:: else
		fi;
		outcome = 0
	}

replace: /* the rest of fm_mcas_advance() */
	skip;
	atomic {
		o = owner_of(ref);
		if
		:: is_status_of(mcas[o].status, ref) && i < mcas[o].words ->
			put_result(i, ref);
			i++;
			goto replace
		:: else ->
			i = 0
		fi
	}

finish:	atomic {
		if
		:: ref != target -> goto help
		:: ref == target && target != mine ->
			target = 0;
			goto install
		:: ref == target && target == mine
		fi
	}

clean:	/* fm_mcas_clean() */
	skip;
	atomic {
		at = mcas[me].first + i;
		found = word[at];
		if
		:: step(CLEANUP) && is_rdcss(found) ->
			fetch_rdcss(found)
		:: step(CLEANUP) && found == mine ->
			put_result(i, mine);
			goto clean
		:: step(CLEANUP) && !is_rdcss(found) && found != mine &&
		   i + 1 < mcas[me].words ->
			i++;
			goto clean
		:: else -> goto end_operation
		fi
	}
	complete(at, found);
	goto clean;

end_operation:
	atomic {
		n = 0;
		do
		:: n < WORDS ->
			assert(word[n] != mine);
			n++
		:: else -> break
		od;
		i = 0; o = 0; n = 0; target = 0; ref = 0; found = 0; at = 0; old = 0;
		sought = 0; mine = 0;
		goto begin
	}

end:	finished++
}

/* fm_read() and __flatmap_resolve() of one word. */
active [READERS] proctype reader()
{
	byte value, status;
	bit result;

	atomic {
		if
		:: reading = 0
		:: reading = 1
		fi;
		had = 1 << logical[reading];
		value = word[reading]
	}
resolve:
	if
	:: !is_ref(value) -> result = value
	:: is_rdcss(value) ->
		atomic {
			if
			:: rdcss[owner_of(value)].sequence == number_of(value) ->
				result = rdcss[owner_of(value)].old
			:: else -> goto again
			fi
		}
	:: is_ref(value) && !is_rdcss(value) ->
		status = mcas[owner_of(value)].status;
		atomic {
			if
			:: is_status_of(status, value) &&
			   is_status_of(mcas[owner_of(value)].status, value) ->
				result = mcas[owner_of(value)].old[reading -
					 mcas[owner_of(value)].first];
				result = (outcome_of(status) == SUCCEEDED ->
					  1 - result : result);
				occurs(outcome_of(status) == SUCCEEDED)
			:: else -> goto again
			fi
		}
	fi;
	atomic {
		assert(had & (1 << result));
		reading = NONE; had = 0; value = 0; status = 0; result = 0;
		goto end
	}

again:	value = word[reading];
	goto resolve;

end:	skip
}

init {
	byte n;

	atomic {
		run owner(0, FIRST);
		run owner(1, SECOND);
#ifdef THIRD
		run owner(2, THIRD)
#endif
	}
	finished == OWNERS -> d_step {
		do
		:: n < WORDS ->
			assert(word[n] == logical[n]);
			n++
		:: else -> break
		od
	}
}
