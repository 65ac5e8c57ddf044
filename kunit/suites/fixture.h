/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the suites share: maps that are audited when a case ends, keys whose hash
 * the case chooses, and stops: moments of a protocol at which a case lets
 * something else happen.
 */
#ifndef _FLATMAP_FIXTURE_H
#define _FLATMAP_FIXTURE_H

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/flatmap/hash.h>
#include <linux/flatmap/step.h>

#include "map.h"
#include "search.h"

/*
 * Every suite begins and ends with these: they start the core, and wait until
 * the memory of all maps is gone. (A module's suites may run before its init.)
 */
int fx_suite_init(struct kunit_suite *suite);
void fx_suite_exit(struct kunit_suite *suite);

/*
 * A map, audited with flatmap_check() and destroyed at the end of the case.
 * FM_HASH_IDENTITY makes the first 8 bytes of the key its hash. All but fx_map_with()
 * make maps that are never resized.
 */
struct flatmap *fx_map_with(struct kunit *test, const struct flatmap_params *params);
struct flatmap *fx_map(struct kunit *test, u64 entries, u32 key_size,
		       u32 value_size, u32 hash);

/* 8-byte keys and values, identity hash: what most cases want. */
struct flatmap *fx_map64(struct kunit *test, u64 entries);
struct flatmap *fx_multimap64(struct kunit *test, u64 entries);

/* Likewise, but made to be resized: no word of it counts room for entries. */
struct flatmap *fx_growing64(struct kunit *test, u64 entries, u32 flags);

/* Set a limit of the module, as a write to the file of its parameter does. */
void fx_limit(struct kunit *test, const char *name, u64 bytes);

/* Audit the map now. */
void fx_check(struct kunit *test, struct flatmap *map);

/*
 * With the identity hash: the key number @n among those with home @home. All
 * numbers below 2^32 of one home have different low halves; numbers that differ
 * in bits 32 and up have different tags, too, as far as the home leaves any.
 */
u64 fx_key(struct flatmap *map, u32 home, u64 n);

/* What such a key has in @n to prefer the blocks that lie so far, in 256ths, beside its home. */
#define FX_PREFERRED(of_256)	((u64)(of_256) << 24)

/* The group and slot word of an 8-byte key; 0 if it is not there. */
u64 fx_slot_word(struct flatmap *map, u64 key, u32 *group);

/* The number of entries, by flatmap_stats(). */
u64 fx_entries(struct flatmap *map);

/*
 * The next entry after the key @last at *@position, which is 0 to begin; as
 * flatmap_next() of a map, and @key may not be @last.
 */
int fx_next(struct flatmap *map, u64 *position, const void *last, void *key,
	    void *value);

/* As the hook of a stop: whichever is passed. */
#define FX_ANY_HOOK	FM_HOOKS

/**
 * struct fx_stop - something that happens at a hook
 * @hook: where, or FX_ANY_HOOK
 * @after: how many times to pass it first
 * @task: whose: only this task's own passes count, not those of interrupts
 * @action: what to do there, once; it may use maps itself
 * @arg: its argument
 * @reached: has it happened?
 */
struct fx_stop {
	enum fm_hook hook;
	u32 after;
	struct task_struct *task;
	void (*action)(void *arg);
	void *arg;
	bool reached;
};

/* Arm a stop for the current task, or the one it names; at most 4 at a time. */
void fx_arm(struct kunit *test, struct fx_stop *stop);
void fx_disarm(struct fx_stop *stop);

/**
 * struct fx_thread - something that runs on another CPU, and can be parked
 * @action: what it does
 * @arg: its argument
 * @result: what @action returned
 */
struct fx_thread {
	int (*action)(void *arg);
	void *arg;
	int result;
	/* private: it parks with preemption off, until fx_release() */
	struct kunit *test;
	struct fx_stop stop;
	bool parked, released, timed_out;
	struct task_struct *task;
	struct completion done;
};

/* Run @action(@arg) on @cpu, not to be parked. */
void fx_start(struct kunit *test, struct fx_thread *thread, u32 cpu,
	      int (*action)(void *arg), void *arg);

/*
 * Run @action(@arg) on @cpu until it passes @hook for the @after + 1st time.
 * Returns true when it is parked there, false if it ended without that.
 */
bool fx_park(struct kunit *test, struct fx_thread *thread, u32 cpu,
	     int (*action)(void *arg), void *arg, enum fm_hook hook, u32 after);

/* Let a parked thread go on. */
void fx_release(struct fx_thread *thread);

/* Release it and wait until it has ended; what @action returned. */
int fx_join(struct fx_thread *thread);

#endif /* _FLATMAP_FIXTURE_H */
