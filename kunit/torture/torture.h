/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of flatmap_torture.ko share. From the top:
 *
 *	main		parameters, one round after another, the verdict
 *	report		the figures
 *	round		one round: a map, everybody at it, what must be true after it
 *	history		what was recorded in it, put before wgl.c
 *	threads, timers	who operates
 *	workers		who resizes
 *	operate		one operation, recorded and judged
 *	call		the calls of the map
 *	counters	a map that everybody counts in
 *	disturb		what happens between the steps of an operation
 *	pins, pass	pinned values; iteration
 *	value		values that tell whose they are
 */
#ifndef _TORTURE_H
#define _TORTURE_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/flatmap.h>
#include <linux/prandom.h>
#include <linux/sched.h>

#include "model.h"

/* Operations that interrupt each other on one side: its own, and two in that. */
#define TORTURE_DEPTH	3

#define TORTURE_SIDES	(WGL_ACTORS / TORTURE_DEPTH)

#define TORTURE_KEYS	64
#define TORTURE_PINS	12
#define TORTURE_WORDS	8
#define TORTURE_COUNTERS	4

/* Workers of maps: of the shards of one, and of the counters. */
#define TORTURE_SHARDS	4
#define TORTURE_WORKERS	(TORTURE_SHARDS + 1)

/* At most so many steps of forced resizing follow what is due. */
#define TORTURE_STEPS_MAX	6

/* Values of a multimap's key that stay. */
#define TORTURE_STAY_VALUES	2

/* At most so many operations begins one side in a recorded round, nested ones apart. */
#define TORTURE_RECORD	1000U

/* Room for those in them as well, and for the first and last look at each key. */
#define TORTURE_LOG	(4 * TORTURE_RECORD + 2 * TORTURE_KEYS)

/**
 * struct torture_key - a key of 16 bytes
 * @hash: all of its hash, in a map with the identity hash
 * @number: below %TORTURE_KEYS
 */
struct torture_key {
	u64 hash;
	u64 number;
};

/**
 * enum torture_sizing - how the maps of a round are resized
 * @TORTURE_FIXED: not at all
 * @TORTURE_FORCED: all the time
 * @TORTURE_NATURAL: when that is due, as keys come and go
 */
enum torture_sizing {
	TORTURE_FIXED,
	TORTURE_FORCED,
	TORTURE_NATURAL,
};

/**
 * struct torture_shape - what a round is like
 * @keys: how many keys there are
 * @stay: the first of them are never deleted
 * @entries: how many the map has room for, or begins with room for
 * @limit: the most it may have, or 0
 * @shards: parts of the map
 * @sizing: how it is resized
 * @words: of a value
 * @hash: the map's
 * @hash_bits: with the identity hash, top bits in which hashes differ
 * @low: and the lowest ones, which no tag has
 * @multi: it is a multimap
 * @clear: all values of a key are deleted now and then, nobody knows how many
 * @roomy: so many that no operation finds the map full
 * @scarce: memory is: regions are not to be had, or the map's limit does not allow them
 * @calm: one in so many hooks is disturbed; a power of two
 * @record: record everything
 */
struct torture_shape {
	u32 keys, stay, entries, words, hash, hash_bits, calm, shards;
	u64 limit;
	enum torture_sizing sizing;
	bool low, multi, clear, roomy, scarce, record;
};

/* Figures that are counted while it runs; report.c has their names. */
enum torture_figure {
	TORTURE_OPERATIONS,
	TORTURE_FOUND,
	TORTURE_ABSENCES,
	TORTURE_INSERTED,
	TORTURE_REPLACED,
	TORTURE_DELETED,
	TORTURE_CLEARED,
	TORTURE_REFUSED,
	TORTURE_FULL,
	TORTURE_LATER,
	TORTURE_WAITED,
	TORTURE_PINNED,
	TORTURE_KEPT,
	TORTURE_SETS,
	TORTURE_MODIFIED,
	TORTURE_COUNTS,
	TORTURE_PASSES,
	TORTURE_NEXT,
	TORTURE_HELPS,
	TORTURE_RETRIES,
	TORTURE_DISPLACED,
	TORTURE_FORWARDS,
	TORTURE_GROWN,
	TORTURE_SHRUNK,
	TORTURE_STEPS,
	TORTURE_NESTED,
	TORTURE_HARDIRQ,
	TORTURE_SOFTIRQ,
	TORTURE_HIT,
	TORTURE_DELAYS,
	TORTURE_LONG,
	TORTURE_PREEMPTED,
	TORTURE_COUNTED,	/* how many are counted by actors; then those of rounds */
	TORTURE_ROUNDS = TORTURE_COUNTED,
	TORTURE_RECORDED,
	TORTURE_PAIRS,
	TORTURE_RECYCLED,
	TORTURE_RESIZES,
	TORTURE_MOVED,
	TORTURE_HELPED,
	TORTURE_RETIRED,
	TORTURE_HELD,
	TORTURE_FAILED,
	TORTURE_FIGURES,
};

/**
 * struct torture_actor - one who does one operation at a time
 * @number: which
 * @figure: what it has counted
 * @written: the generation of the last value it has begun to write
 * @seen: the last generation of each writer that it has seen on each key
 * @balance: how often it has added each key less how often it has removed it
 * @last: the stamp of the value that it has read last
 * @values: room for all values of a key
 * @added: to the counters, less what it has taken away
 * @log: its operations, if they are recorded
 * @logged: how many
 * @inside: an operation is under way
 * @key: its key
 * @attempts: how often that has searched so far
 * @displacing: its present attempt displaces an entry
 * @committing: an MCAS of its own is under way
 */
struct torture_actor {
	u32 number;
	u64 figure[TORTURE_COUNTED];
	u32 written;
	u32 seen[TORTURE_KEYS][WGL_ACTORS];
	s32 balance[TORTURE_KEYS];
	u64 last;
	u64 values[TORTURE_VALUES_MAX * TORTURE_WORDS];
	u64 added;
	struct torture_op *log;
	u32 logged;
	u32 key, attempts;
	bool inside, displacing, committing;
};

/**
 * struct torture_side - a thread, a worker, or the interrupts of one kind on one CPU
 * @actor: who operates at each depth
 * @depth: operations under way, less one
 * @deepest: how many there may be, less one: all levels of a CPU must suffice
 * @random: what it does next
 * @quick: which hooks are disturbed; a random number, never 0
 * @turn: what it does over and over
 * @full: a recorded round is over for it
 * @done: it has stopped
 * @waits: operations of its own wait for room
 * @task: the thread, or NULL; the worker while it works
 */
struct torture_side {
	struct torture_actor actor[TORTURE_DEPTH];
	u32 depth, deepest;
	struct rnd_state random;
	u64 quick;
	void (*turn)(struct torture_side *side);
	bool full, waits;
	struct completion done;
	struct task_struct *task;
};

/**
 * struct torture - the run
 * @side: everybody
 * @sides: how many
 * @threads: those of them that are threads; they come first
 * @shape: of this round
 * @map: of this round
 * @key: its keys
 * @clock: events in the order of their numbers, in a recorded round
 * @stop: threads shall stop
 * @violations: how many
 * @seconds: how long it took
 * @figure: sums over all rounds that are over
 */
struct torture {
	struct torture_side *side;
	u32 sides, threads;
	struct torture_shape shape;
	struct flatmap *map;
	struct torture_key key[TORTURE_KEYS];
	atomic64_t clock;
	bool stop;
	atomic_t violations;
	u32 seconds;
	u64 figure[TORTURE_FIGURES];
};

extern struct torture torture;

/* report.c */
bool torture_report(void);
const char *torture_kind_name(u32 kind);
__printf(1, 2) void torture_violation(const char *format, ...);

/* round.c */
int torture_round(struct rnd_state *random, u32 milliseconds);

/* history.c */
int torture_history_check(void);

/* threads.c */
u32 torture_threads_add(void);
int torture_threads_start(void);
void torture_threads_stop(void);
bool torture_threads_full(void);

/* workers.c */
u32 torture_workers_add(void);
void torture_workers_take(struct flatmap *map, u32 bits);
void torture_workers_start(void);
void torture_workers_stop(void);
void torture_workers_tally(struct flatmap *map);
void torture_workers_check(struct flatmap *map);
void torture_workers_leave(struct flatmap *map);
bool torture_workers_ebb(void);
struct torture_side *torture_worker_side(void);

/* timers.c */
u32 torture_timers_add(u32 taken);
void torture_timers_start(void);
void torture_timers_stop(void);
struct torture_side *torture_interrupt_side(void);
void torture_interrupt(void);

/* operate.c */
void torture_operate(struct torture_side *side, u32 kind, u32 key);
void torture_operate_any(struct torture_side *side, u32 key);
void torture_anything(struct torture_side *side);
void torture_begin(struct torture_actor *actor, struct torture_op *op);
void torture_end(struct torture_actor *actor, struct torture_op *op);
void torture_read(struct torture_actor *actor, u32 key, const u64 *value);

/* call.c */
int torture_call(struct torture_side *side, struct torture_op *op, const u64 *value);

/* counters.c */
int torture_counters_create(void);
void torture_counters_operate(struct torture_side *side);
void torture_counters_check(void);
void torture_counters_destroy(void);

/* disturb.c */
extern uint torture_delay;
void torture_hook(enum fm_hook hook);
void torture_wait_for_others(struct torture_side *side);

/* pins.c */
void torture_pins_keep(struct torture_actor *actor, struct flatmap_pin *pin, u32 key);
bool torture_pins_undo(struct torture_side *side);
void torture_pins_undo_all(struct torture_side *side);

/* pass.c */
void torture_pass(struct torture_side *side);

/* value.c */
u64 torture_stamp(u32 actor, u32 generation, u32 key);
u32 torture_stamp_actor(u64 stamp);
u32 torture_stamp_generation(u64 stamp);
void torture_value_write(u64 *value, u64 stamp);
bool torture_value_is(const u64 *value, u32 key);

static inline struct torture_actor *torture_actor(u32 number)
{
	return &torture.side[number / TORTURE_DEPTH].actor[number % TORTURE_DEPTH];
}

/* A number below @below, which is not 0. */
static inline u32 torture_random(struct torture_side *side, u32 below)
{
	return ((u64)prandom_u32_state(&side->random) * below) >> 32;
}

/* May an operation that this side begins now wait for room? What interrupts may not. */
static inline bool torture_may_wait(const struct torture_side *side)
{
	return side->waits && !side->depth;
}

static inline void torture_count(struct torture_actor *actor, enum torture_figure figure)
{
	/* Others look at it to see whether this one goes on. */
	WRITE_ONCE(actor->figure[figure], actor->figure[figure] + 1);
}

#endif /* _TORTURE_H */
