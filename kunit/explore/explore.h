/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the explorer share.
 *
 *	main        a scenario from beginning to end
 *	scenarios   what there is to explore
 *	moves       likewise, of maps that are being resized
 *	schedule    which thread goes on; all choices in turn
 *	seen        the states from which all has been explored
 *	threads     coroutines that carry out the scenario's operations
 *	subject     the map under exploration
 *	operate     the operations: calls of the map
 *	resizing    likewise, those that resize it
 *	litmus      small patterns, for themselves
 *	addresses   what stands where
 *	memory      what the map's accesses come to, by access.h
 *	views       what they find where memory is weak
 *	grace       grace periods, by grace.h
 *	judge       was a schedule right?
 *	model       a map that does one thing at a time, by which results are judged
 *	trace       a schedule in print
 */
#ifndef _EXPLORE_EXPLORE_H
#define _EXPLORE_EXPLORE_H

#include "access.h"
#include "scenario.h"

#define EX_NONE		(~0U)

/* More accesses than any schedule of threads that do not wait can have. */
#define EX_STEPS_MAX	10000

/**
 * enum ex_end - how a schedule ended
 * @EX_ENDED: every thread has finished
 * @EX_KNOWN: in a state from which all has been explored
 * @EX_STUCK: after %EX_STEPS_MAX steps
 */
enum ex_end {
	EX_ENDED,
	EX_KNOWN,
	EX_STUCK,
};

/**
 * struct ex_result - what an operation returned
 * @after: how many operations of each thread had ended when it began
 * @err: what the call returned
 * @count: how many values follow
 * @total: values that the key has, by that result
 * @kept: what else the thread goes on with: where its pin is
 * @keys: of an iteration
 * @values: what was found
 */
struct ex_result {
	u32 after[EX_THREADS];
	int err;
	u32 count;
	u64 total;
	u64 kept;
	u64 keys[EX_RESULTS];
	u64 values[EX_RESULTS];
};

/**
 * struct ex_switch - a choice that is not the ordinary one
 * @step: when
 * @choice: the thread that goes on; or of the values that may be read, how many newer
 *	ones there are than the one that is read
 * @stale: is it a value?
 */
struct ex_switch {
	u32 step;
	u32 choice;
	bool stale;
};

/**
 * struct ex_part - a word, or a part of one
 * @word: number of the word, of those that are contended
 * @address: where the word is
 * @at: bytes into the word
 * @size: bytes
 * @newest: what the word holds
 */
struct ex_part {
	u32 word;
	const void *address;
	u32 at;
	u32 size;
	u64 newest;
};

/**
 * struct ex_range - a piece of memory
 * @start: where it begins
 * @size: in bytes
 */
struct ex_range {
	u64 start;
	u64 size;
};

/* Pieces of memory whose address one word tells, at most. */
#define EX_MEANT	2
/* The program's variables lie between these, which the linker defines. */
extern char __data_start[], _end[];

/* memory.c */
extern u64 ex_memory_hash;
extern u32 ex_step;
u32 ex_contended_count(void);
void ex_memory_keep(void);
void ex_memory_restore(void);
u32 ex_memory_blocks(void);
bool ex_memory_learn(void);
u64 ex_mix(u64 a, u64 b);

/* views.c */
extern bool ex_weak;
void ex_views_begin(void);
void ex_views_fence(void);
void ex_views_section(void);
void ex_views_grace_begin(void);
void ex_views_grace_end(void);
u64 ex_views_read(const struct ex_site *site, const struct ex_part *part,
		  enum ex_kind kind, u64 old);
void ex_views_write(const struct ex_site *site, const struct ex_part *part,
		    enum ex_kind kind, u64 value);
void ex_views_invoke(void);
void ex_views_return(u32 thread, u32 count);
u32 ex_views_ended(u32 thread);
/* grace.c */
void ex_grace_create(const struct ex_scenario *scenario);
void ex_grace_restore(void);
bool ex_grace_is_over(void);
u64 ex_grace_state(void);
bool ex_is_reaped(const struct ex_scenario *scenario);
void ex_sections_check(void);
void ex_hold_regions(bool does);
bool ex_may_use_regions(void);
void ex_reap(void);

/* seen.c */
void ex_seen_clear(void);
bool ex_seen(u64 state, u32 left);
u64 ex_seen_count(void);

/* schedule.c */
extern bool ex_replaying;
void ex_schedule_begin(u32 preemptions, u32 stale);
void ex_schedule_random(u64 seed);
bool ex_schedule_next(void);
void ex_schedule_replay(const struct ex_switch *switches, u32 count);
enum ex_end ex_schedule_run(void);
u32 ex_schedule_switches(struct ex_switch *switches, u32 max);
u32 ex_choose(u32 able, u32 runnable);
u32 ex_pick(u32 count);
bool ex_may_preempt(void);
void ex_schedule_create(const struct ex_scenario *scenario);
void ex_reached(u32 what);
bool ex_is_guided(void);

/* threads.c */
extern u32 ex_running;
void ex_threads_create(const struct ex_scenario *scenario);
enum ex_end ex_threads_run(void);
u64 ex_threads_state(void);
u32 ex_threads_count(void);
const struct ex_result *ex_threads_results(u32 thread);
void ex_point(u64 word, bool may_write);
void ex_used(u64 word, bool wrote);
void ex_remember(u64 a, u64 b);
void ex_give_up(void);
void ex_sleep(void);

/* subject.c */
void ex_map_create(const struct ex_scenario *scenario);
const char *ex_map_check(void);
const char *ex_map_reaped(void);
const char *ex_map_counts(u32 entries);
void ex_map_trace(void);
u64 ex_key(u32 home, u32 n);
u32 ex_home(u64 word);

/* resizing.c */
bool ex_is_call_lost(void);

/* operate.c */
void ex_operate(const struct ex_operation *operation, u32 thread,
		struct ex_result *result);

/* addresses.c */
struct flatmap;
void ex_addresses_begin(const struct flatmap *of);
void ex_addresses_keep(void);
void ex_addresses_restore(void);
u32 ex_meant(const void *at, u64 word, bool is_pointer, struct ex_range *ranges);

/* litmus.c */
void ex_litmus_create(void);
void ex_litmus(u32 pattern, u32 role, u64 *seen);
bool ex_litmus_is_forbidden(u32 pattern);

/* judge.c */
bool ex_is_possible(const struct ex_scenario *scenario, u64 key, u64 value);
const char *ex_judge(const struct ex_scenario *scenario);

/* trace.c */
extern bool ex_tracing;
void ex_trace_begin(const struct flatmap *map);
void ex_trace_access(const struct ex_site *site, const void *address,
		     enum ex_kind kind, u64 found, u64 newest, u64 old, u64 new);
void ex_trace_operation(const struct ex_operation *operation,
			const struct ex_result *result);

#endif /* _EXPLORE_EXPLORE_H */
