// SPDX-License-Identifier: GPL-2.0
/*
 * Operations on the same few words and keys, interrupted at random steps by
 * others, which are interrupted in their turn, on two CPUs at once. Whatever comes
 * of it must add up.
 */
#include <linux/atomic.h>
#include <linux/bitmap.h>
#include <linux/ktime.h>
#include <linux/prandom.h>
#include <linux/sched.h>

#include "words.h"

#define STORM_CPUS	2
#define STORM_MS	1200

/* How many operations interrupt each other. */
#define STORM_DEPTH	3

#define STORM_WORDS	5

/* A word counts the operations that have changed it, modulo this: values recur. */
#define STORM_VALUES	4

#define STORM_KEYS	20
#define STORM_PINS	3

/* The first of the keys are updated, but never deleted. */
#define STORM_STAY	4

/* Each value is written once. When there are no more, the storm is over. */
#define STORM_IDS	BIT(20)

/**
 * struct storm - what all share
 * @words: the words
 * @map: the map
 * @count: for each key an upper bound of how often it has been deleted less often
 *	than inserted: raised after an insert, lowered before a delete
 * @read: values that somebody has read
 * @vain: values that have been written for nothing
 * @gone: values that a delete has returned
 */
struct storm {
	struct words *words;
	struct flatmap *map;
	atomic_t count[STORM_KEYS];
	unsigned long *read, *vain, *gone;
};

/**
 * struct storm_cpu - the operations of one CPU
 * @test: the case
 * @storm: what all share
 * @operation: what is done over and over
 * @random: what comes next
 * @stop: where the operation at each depth is interrupted
 * @depth: operations under way
 * @cpu: which CPU
 * @changed: how often this CPU has changed each word
 * @pin: pins that are kept for a while
 * @pinned: their values
 * @ids: values that have been begun to write
 * @done: operations that are over
 * @end: when to stop
 * @wrong: the first thing that was wrong, or NULL
 */
struct storm_cpu {
	struct kunit *test;
	struct storm *storm;
	void (*operation)(struct storm_cpu *self);
	struct rnd_state random;
	struct fx_stop stop[STORM_DEPTH - 1];
	u32 depth, cpu;
	u32 changed[STORM_WORDS];
	struct flatmap_pin pin[STORM_PINS];
	u64 pinned[STORM_PINS];
	u32 ids, done;
	ktime_t end;
	const char *wrong;
};

static void storm_wrong(struct storm_cpu *self, bool is, const char *what)
{
	if (is && !self->wrong)
		self->wrong = what;
}

static u32 storm_random(struct storm_cpu *self, u32 below)
{
	return prandom_u32_state(&self->random) % below;
}

/* An operation, and somewhere in the middle of it perhaps another one. */
static void storm_interrupted(void *arg)
{
	struct storm_cpu *self = arg;
	struct fx_stop *stop = NULL;

	if (self->depth < STORM_DEPTH - 1) {
		stop = &self->stop[self->depth];
		*stop = (struct fx_stop) {
			.hook = storm_random(self, FM_HOOKS),
			.after = storm_random(self, 6),
			.action = storm_interrupted,
			.arg = self,
		};
		fx_arm(self->test, stop);
	}
	self->depth++;
	self->operation(self);
	self->done++;
	self->depth--;
	if (stop)
		fx_disarm(stop);
}

static int storm_main(void *arg)
{
	struct storm_cpu *self = arg;

	while (ktime_before(ktime_get(), self->end) &&
	       self->ids < STORM_IDS / STORM_CPUS - STORM_DEPTH - 1) {
		storm_interrupted(self);
		cond_resched();
	}
	return 0;
}

static struct storm_cpu *storm_run(struct kunit *test, struct storm *storm,
				   void (*operation)(struct storm_cpu *self))
{
	struct storm_cpu *cpus = kunit_kcalloc(test, STORM_CPUS, sizeof(*cpus),
					       GFP_KERNEL);
	struct fx_thread thread;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, cpus);
	for (i = 0; i < STORM_CPUS; i++) {
		cpus[i].test = test;
		cpus[i].storm = storm;
		cpus[i].operation = operation;
		cpus[i].cpu = i;
		cpus[i].end = ktime_add_ms(ktime_get(), STORM_MS);
		prandom_seed_state(&cpus[i].random, 1 + i);
	}
	fx_start(test, &thread, 1, storm_main, &cpus[1]);
	storm_main(&cpus[0]);
	fx_join(&thread);
	for (i = 0; i < STORM_CPUS; i++) {
		KUNIT_EXPECT_STREQ(test, cpus[i].wrong ?: "", "");
		KUNIT_EXPECT_GT(test, cpus[i].done, 100);
	}
	return cpus;
}

static u64 storm_value(u32 i, u32 count)
{
	return WORDS_A + i * STORM_VALUES + count % STORM_VALUES;
}

/* Count on in some of the words, or fail. */
static void storm_count_on(struct storm_cpu *self)
{
	u32 set = 1 + storm_random(self, BIT(STORM_WORDS) - 1);
	struct words *words = self->storm->words;
	struct fm_level *level;
	u64 *word, old;
	bool done;
	u32 i;

	level = fm_enter(FM_LEVELS - 1);
	fm_mcas_begin(level);
	fm_mcas_guard(level, &words->guard, WORDS_GUARD);
	for (i = 0; i < STORM_WORDS; i++) {
		if (!(set & BIT(i)))
			continue;
		word = &words->word[i];
		old = storm_random(self, 2) ? fm_settle(level, word) : fm_read(word);
		WRITE_ONCE(*fm_mcas_change(level, word, old), storm_value(i, old + 1));
	}
	done = fm_mcas_commit(level);
	fm_exit(level);
	for (i = 0; i < STORM_WORDS; i++)
		self->changed[i] += done && (set & BIT(i));
}

static void storm_words(struct kunit *test)
{
	struct storm storm = { .words = words_create(test) };
	struct storm_cpu *cpus;
	u32 i;

	for (i = 0; i < STORM_WORDS; i++)
		storm.words->word[i] = storm_value(i, 0);
	cpus = storm_run(test, &storm, storm_count_on);
	for (i = 0; i < STORM_WORDS; i++) {
		KUNIT_EXPECT_EQ(test, storm.words->word[i],
				storm_value(i, cpus[0].changed[i] + cpus[1].changed[i]));
	}
}

/* Most keys have home 0, which overflows into home 1. */
static u64 storm_key(struct storm_cpu *self, u32 i)
{
	return fx_key(self->storm->map, i % 3 == 2, i);
}

/*
 * A value of the key number @i has been read. Whoever finds that a value was
 * written for nothing looks whether it has been read: either of the two notices.
 */
static void storm_read(struct storm_cpu *self, u32 i, u64 value)
{
	u32 id = value;

	storm_wrong(self, value >> 32 != i || id >= STORM_IDS, "another key's value");
	if (id >= STORM_IDS)
		return;
	set_bit(id, self->storm->read);
	smp_mb__after_atomic(); /* pairs with storm_vain() */
	storm_wrong(self, test_bit(id, self->storm->vain), "an uncommitted value");
}

static void storm_vain(struct storm_cpu *self, u32 id)
{
	set_bit(id, self->storm->vain);
	smp_mb__after_atomic(); /* pairs with storm_read() */
	storm_wrong(self, test_bit(id, self->storm->read), "an uncommitted value, read");
}

static void storm_write(struct storm_cpu *self, u32 i,
			int (*write)(struct flatmap *map, const void *key,
				     const void *value, gfp_t gfp))
{
	u32 id = self->cpu + STORM_CPUS * self->ids++;
	u64 value = (u64)i << 32 | id;
	u64 key = storm_key(self, i);
	int err;

	err = write(self->storm->map, &key, &value, GFP_ATOMIC);
	if (!err && write != flatmap_update) {
		storm_wrong(self, i < STORM_STAY, "a key that stays, added");
		storm_wrong(self, atomic_inc_return(&self->storm->count[i]) > 1,
			    "a key is there twice");
	} else if (err < 0) {
		storm_wrong(self, err != (write == flatmap_insert ? -EEXIST : -ENOENT),
			    "the error of a write");
		storm_wrong(self, err == -ENOENT && i < STORM_STAY,
			    "a key that stays, gone");
		storm_vain(self, id);
	}
}

static void storm_delete(struct storm_cpu *self, u32 i)
{
	u64 key = storm_key(self, i);
	u64 value;
	int err;

	if (i < STORM_STAY)
		return;
	atomic_dec(&self->storm->count[i]);
	err = flatmap_delete_return(self->storm->map, &key, &value);
	if (err) {
		atomic_inc(&self->storm->count[i]);
		storm_wrong(self, err != -ENOENT, "the error of a delete");
		return;
	}
	storm_read(self, i, value);
	storm_wrong(self, test_and_set_bit((u32)value % STORM_IDS, self->storm->gone),
		    "a value is deleted twice");
}

static void storm_lookup(struct storm_cpu *self, u32 i)
{
	u64 key = storm_key(self, i);
	u64 value;

	if (!flatmap_lookup(self->storm->map, &key, &value, NULL))
		storm_read(self, i, value);
	else
		storm_wrong(self, i < STORM_STAY, "a key that stays is not found");
}

/* Take a pin, or give one back. The array may change where this is interrupted. */
static void storm_pin(struct storm_cpu *self, u32 i)
{
	u32 p = storm_random(self, STORM_PINS);
	struct flatmap_pin pin = self->pin[p];
	u64 key = storm_key(self, i);

	if (pin.region) {
		self->pin[p].region = NULL;
		storm_wrong(self, *(const u64 *)pin.value != self->pinned[p],
			    "a pinned value has changed");
		flatmap_unpin(&pin);
		return;
	}
	if (flatmap_pin(self->storm->map, &key, &pin)) {
		storm_wrong(self, i < STORM_STAY, "a key that stays is not pinned");
		return;
	}
	storm_wrong(self, *(const u64 *)pin.key != key, "another key is pinned");
	storm_read(self, i, *(const u64 *)pin.value);
	if (self->pin[p].region) {
		flatmap_unpin(&pin);
		return;
	}
	self->pinned[p] = *(const u64 *)pin.value;
	self->pin[p] = pin;
}

static void storm_anything(struct storm_cpu *self)
{
	u32 i = storm_random(self, STORM_KEYS);

	switch (storm_random(self, 16)) {
	case 0 ... 2:
		storm_write(self, i, flatmap_insert);
		break;
	case 3 ... 4:
		storm_write(self, i, flatmap_upsert);
		break;
	case 5 ... 7:
		storm_write(self, i, flatmap_update);
		break;
	case 8 ... 10:
		storm_delete(self, i);
		break;
	case 11 ... 13:
		storm_lookup(self, i);
		break;
	default:
		storm_pin(self, i);
		break;
	}
}

static unsigned long *storm_bits(struct kunit *test)
{
	unsigned long *bits = kunit_kcalloc(test, BITS_TO_LONGS(STORM_IDS), sizeof(long),
					    GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, bits);
	return bits;
}

static void storm_map(struct kunit *test)
{
	struct storm storm = {
		.map = fx_map64(test, STORM_KEYS + 4),
		.read = storm_bits(test),
		.vain = storm_bits(test),
		.gone = storm_bits(test),
	};
	struct storm_cpu *cpus;
	u32 i, p;

	for (i = 0; i < STORM_STAY; i++) {
		u64 value = (u64)i << 32 | (STORM_IDS - 1);
		u64 key = fx_key(storm.map, i % 3 == 2, i);

		KUNIT_ASSERT_EQ(test, flatmap_insert(storm.map, &key, &value, GFP_KERNEL), 0);
		atomic_set(&storm.count[i], 1);
	}
	cpus = storm_run(test, &storm, storm_anything);
	for (i = 0; i < STORM_CPUS; i++) {
		for (p = 0; p < STORM_PINS; p++) {
			if (cpus[i].pin[p].region)
				flatmap_unpin(&cpus[i].pin[p]);
		}
	}
	for (i = 0; i < STORM_KEYS; i++) {
		u64 key = storm_key(cpus, i);

		KUNIT_EXPECT_EQ(test, atomic_read(&storm.count[i]),
				!flatmap_lookup(storm.map, &key, NULL, NULL));
	}
}

static struct kunit_case storm_cases[] = {
	KUNIT_CASE(storm_words),
	KUNIT_CASE(storm_map),
	{}
};

static struct kunit_suite storm_suite = {
	.name = "storm",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.test_cases = storm_cases,
};

kunit_test_suite(storm_suite);
