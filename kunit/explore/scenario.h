/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Scenarios: a small map, what is in it, and what a few threads do to it at once.
 */
#ifndef _EXPLORE_SCENARIO_H
#define _EXPLORE_SCENARIO_H

#include "access.h"

#define EX_THREADS	4	/* of a scenario */
#define EX_OPERATIONS	4	/* of a thread */
#define EX_BEFORE	12	/* operations that prepare the map */
#define EX_RESULTS	28	/* of an operation */
#define EX_GUIDES	20	/* of a scenario */
#define EX_LITMUS_SEEN	4	/* values that a role in a pattern reads */

enum ex_what {
	EX_NOTHING,
	EX_FILL,
	EX_INSERT,
	EX_UPDATE,
	EX_UPSERT,
	EX_DELETE,
	EX_DELETE_KEY,
	EX_LOOKUP,
	EX_LOOKUP_BATCH,
	EX_LOOKUP_FIELD,
	EX_UPDATE_FIELD,
	EX_INSERT_BATCH,
	EX_UPDATE_BATCH,
	EX_UPSERT_BATCH,
	EX_ADD_BATCH,
	EX_DELETE_BATCH,
	EX_DELETE_VALUE_BATCH,
	EX_PIN,
	EX_UNPIN,
	EX_MODIFY,
	EX_MODIFY_OR_INSERT,
	EX_REPLACE,
	EX_ADD,
	EX_DELETE_VALUE,
	EX_VALUES,
	EX_ITERATE,
	EX_EXTEND,
	EX_MOVE,
	EX_DRAIN,
	EX_KEEP,
	EX_PUBLISH,
	EX_SUPERSEDE,
	EX_REAP,
	EX_ASK,
	EX_WORK,
	EX_LITMUS,
};

/**
 * struct ex_operation - one call
 * @what: which. EX_FILL inserts the keys 1 to @n of @home; EX_DELETE returns the
 *	value, of several the first; EX_DELETE_KEY removes all it has; EX_LOOKUP_BATCH
 *	looks up the key number @old of @home, and then this one, in one batch, and so
 *	do EX_INSERT_BATCH, which gives this one @value + 1, and the other batches.
 *	EX_LOOKUP_FIELD and EX_UPDATE_FIELD are about the field number @old: a half of a
 *	value of 8 bytes, 0 for the low one; a larger one is one field. EX_UNPIN ends the
 *	thread's pin; EX_MODIFY adds @value to the value, and EX_MODIFY_OR_INSERT to @old
 *	if there is none. Of resizing: EX_EXTEND adds a region of @n home
 *	bits; EX_MOVE moves the home @home of the first region on, if there is
 *	another one; EX_DRAIN moves all there is to the last one, and lets go of
 *	those before; EX_KEEP keeps a region of @n home bits ready, and EX_PUBLISH
 *	adds the one that is kept, if there is one; EX_SUPERSEDE has the pins of
 *	all before the last counted in one place, as EX_DRAIN begins with; EX_REAP does
 *	what is to be done after grace periods, until nothing is, and belongs to one thread;
 *	EX_ASK asks the worker for something, and may sleep if @n is not 0; EX_WORK
 *	is a worker, if it has been called: the one elsewhere if @n is not 0;
 *	EX_LITMUS plays the role @n of the scenario's pattern
 * @home: the home group of the key
 * @n: the key's number in it, from 1
 * @value: the value, in all words of it
 * @old: the value to be replaced
 */
struct ex_operation {
	enum ex_what what;
	u32 home;
	u32 n;
	u64 value;
	u64 old;
};

/**
 * struct ex_script - what a thread does
 * @cpu: where; one thread per CPU and the interrupts that come to it
 * @interrupt: it may begin at any moment, and what it interrupts stands still
 *	until it has ended
 * @whole: each of its operations is explored as one step
 * @operations: one after the other
 */
struct ex_script {
	u32 cpu;
	bool interrupt;
	bool whole;
	struct ex_operation operations[EX_OPERATIONS];
};

/**
 * struct ex_guide - how far a thread goes before any other does
 * @thread: which
 * @until: to the hook with this number; %EX_POINT: to an access to a contended word;
 *	%EX_RETURN: to the end of an operation
 * @count: to the @count-th of these
 */
struct ex_guide {
	u32 thread;
	u32 until;
	u32 count;
};

#define EX_POINT	1000
#define EX_RETURN	1001

/**
 * struct ex_scenario - a map and the threads that use it
 * @name: what it is called
 * @entries: what the map is created for
 * @multimap: is it a multimap?
 * @resized: is it one that can be resized? Only EX_EXTEND, EX_DRAIN and EX_PUBLISH do
 *	that
 * @crowded: may there be no room in the last region? Who needs some is told so
 * @limit: the most entries it may have, or 0
 * @home_bits: homes of keys are those of a region of so many home bits; of the first
 *	region if 0
 * @calls: is it about how workers are called?
 * @litmus: the pattern of litmus.c that it is about, which has nothing to do with the map
 * @tags: have keys with odd numbers another tag than those with even ones, and does the
 *	rest of four say which blocks are preferred? Else all of a home have one tag, and
 *	prefer its first blocks
 * @twins: have the keys 2 and 3 one hash, and 4 and 5, and so on?
 * @value_size: bytes of a value, a multiple of 8; 8 if 0
 * @cpus: CPUs that the map deals its stripes to; 1 if 0
 * @preemptions: the bound, if not 3
 * @hunt: the bound of a hunt for a step left out, where that is too few; or 0
 * @before: what is done before the threads begin
 * @threads: what they do
 * @guide: how all schedules begin, where what is to be explored takes more preemptions
 *	to come to than can be tried
 */
struct ex_scenario {
	const char *name;
	u32 entries;
	bool multimap;
	bool resized;
	bool crowded;
	u32 limit;
	u32 home_bits;
	bool calls;
	u32 litmus;
	bool tags;
	bool twins;
	u32 value_size;
	u32 cpus;
	u32 preemptions;
	u32 hunt;
	struct ex_operation before[EX_BEFORE];
	struct ex_script threads[EX_THREADS];
	struct ex_guide guide[EX_GUIDES];
};

/* Each ends with one that has no name. */
extern const struct ex_scenario ex_scenarios[], ex_moves[], ex_direct[];

#endif /* _EXPLORE_SCENARIO_H */
