// SPDX-License-Identifier: GPL-2.0
/*
 * Threads on two CPUs that do everything to the same few keys. A value says who
 * wrote it and when, so a reader can tell a value that nobody wrote, half a value,
 * and one from the past.
 */
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/ktime.h>
#include <linux/prandom.h>
#include <linux/sched.h>

#include "fixture.h"

#define CONCURRENCY_KEYS	64	/* at most */
#define CONCURRENCY_THREADS	4
#define CONCURRENCY_MS		1200

/* The first of the keys stay: they are updated and never deleted. */
#define CONCURRENCY_STAY	8

/* Pins that a thread holds while it goes on. */
#define CONCURRENCY_PINS	4

/* Writers: the threads, and the case, which writes the first values. */
#define CONCURRENCY_WRITERS	(CONCURRENCY_THREADS + 1)

/**
 * struct concurrency_value - what an entry holds
 * @key: its key
 * @writer: who wrote it
 * @counter: how many values @writer had begun to write to that key
 * @check: of the three
 */
struct concurrency_value {
	u64 key, writer, counter, check;
};

static u64 concurrency_sum(const struct concurrency_value *value)
{
	return (value->key + value->writer * 31 + value->counter * 1009) *
	       0x9e3779b97f4a7c15ULL;
}

/**
 * struct concurrency_thread - a thread
 * @shared: what all share
 * @random: what it does next
 * @pin: what it has pinned
 * @pinned: what that was then
 * @begun: values that it has begun to write to each key
 * @seen: the last counter of each writer that it has read from each key
 * @added: how often it has added each key
 * @removed: how often it has removed each key
 * @operations: how many
 * @wrong: the first thing that was wrong, or NULL
 * @fx: the thread itself
 */
struct concurrency_thread {
	struct concurrency *shared;
	struct rnd_state random;
	struct flatmap_pin pin[CONCURRENCY_PINS];
	struct concurrency_value pinned[CONCURRENCY_PINS];
	u64 begun[CONCURRENCY_KEYS];
	u64 seen[CONCURRENCY_KEYS][CONCURRENCY_WRITERS];
	u64 added[CONCURRENCY_KEYS];
	u64 removed[CONCURRENCY_KEYS];
	u64 operations;
	const char *wrong;
	struct fx_thread fx;
};

/**
 * struct concurrency - what the threads share
 * @map: the map
 * @key: the keys
 * @keys: how many
 * @room: entries that can be there besides those that stay
 * @for_all: is that enough for all keys?
 * @held: entries besides those that stay, at least: raised after an insert,
 *	lowered before a delete
 * @end: when the threads end
 * @thread: the threads, and what the case has written
 */
struct concurrency {
	struct flatmap *map;
	u64 key[CONCURRENCY_KEYS];
	u32 keys;
	int room;
	bool for_all;
	atomic_t held;
	ktime_t end;
	struct concurrency_thread thread[CONCURRENCY_WRITERS];
};

static void concurrency_wrong(struct concurrency_thread *self, bool is,
			      const char *what)
{
	if (is && !self->wrong)
		self->wrong = what;
}

static void concurrency_write(struct concurrency_thread *self, u32 i,
			      struct concurrency_value *value)
{
	WRITE_ONCE(self->begun[i], self->begun[i] + 1);
	value->key = self->shared->key[i];
	value->writer = self - self->shared->thread;
	value->counter = self->begun[i];
	value->check = concurrency_sum(value);
}

/* A value has been read from the key number @i. */
static void concurrency_read(struct concurrency_thread *self, u32 i,
			     const struct concurrency_value *value)
{
	u64 *seen = &self->seen[i][value->writer % CONCURRENCY_WRITERS];
	struct concurrency_thread *writer;

	if (value->key != self->shared->key[i] ||
	    value->writer >= CONCURRENCY_WRITERS ||
	    value->check != concurrency_sum(value)) {
		concurrency_wrong(self, true, "a value that was never written");
		return;
	}
	writer = &self->shared->thread[value->writer];
	concurrency_wrong(self, value->counter > READ_ONCE(writer->begun[i]),
			  "a value from the future");
	concurrency_wrong(self, value->counter < *seen, "a value from the past");
	*seen = value->counter;
}

static void concurrency_add(struct concurrency_thread *self, u32 i, bool replace)
{
	struct flatmap *map = self->shared->map;
	struct concurrency_value value;
	u64 *key = &self->shared->key[i];
	int err, held;

	concurrency_write(self, i, &value);
	err = replace ? flatmap_upsert(map, key, &value, GFP_KERNEL) :
			flatmap_insert(map, key, &value, GFP_KERNEL);
	if (!err) {
		self->added[i]++;
		held = atomic_inc_return(&self->shared->held);
		concurrency_wrong(self, held > self->shared->room, "too many entries");
		concurrency_wrong(self, i < CONCURRENCY_STAY, "a key that stays, added");
	} else if (err == -ENOSPC) {
		concurrency_wrong(self, i < CONCURRENCY_STAY || self->shared->for_all,
				  "no space");
	} else {
		concurrency_wrong(self, err != (replace ? 1 : -EEXIST), "insert");
	}
}

static void concurrency_update(struct concurrency_thread *self, u32 i)
{
	struct concurrency_value value;
	int err;

	concurrency_write(self, i, &value);
	err = flatmap_update(self->shared->map, &self->shared->key[i], &value,
			     GFP_KERNEL);
	concurrency_wrong(self, err && (err != -ENOENT || i < CONCURRENCY_STAY),
			  "update");
}

static void concurrency_remove(struct concurrency_thread *self, u32 i)
{
	struct concurrency_value value;
	int err;

	atomic_dec(&self->shared->held);
	err = flatmap_delete_return(self->shared->map, &self->shared->key[i], &value);
	if (err) {
		atomic_inc(&self->shared->held);
		concurrency_wrong(self, err != -ENOENT, "delete");
		return;
	}
	self->removed[i]++;
	concurrency_read(self, i, &value);
}

static void concurrency_lookup(struct concurrency_thread *self, u32 i)
{
	struct concurrency_value value;
	int err;

	err = flatmap_lookup(self->shared->map, &self->shared->key[i], &value, NULL);
	if (!err)
		concurrency_read(self, i, &value);
	concurrency_wrong(self, err && (err != -ENOENT || i < CONCURRENCY_STAY),
			  "lookup");
}

static void concurrency_unpin(struct concurrency_thread *self, u32 slot)
{
	struct flatmap_pin *pin = &self->pin[slot];

	if (!pin->region)
		return;
	concurrency_wrong(self, memcmp(pin->value, &self->pinned[slot],
				       sizeof(self->pinned[slot])),
			  "a pinned value has changed");
	flatmap_unpin(pin);
	pin->region = NULL;
}

/* Unpin the oldest pin, and pin anew. */
static void concurrency_pin(struct concurrency_thread *self, u32 i)
{
	u32 slot = self->operations % CONCURRENCY_PINS;
	int err;

	concurrency_unpin(self, slot);
	err = flatmap_pin(self->shared->map, &self->shared->key[i], &self->pin[slot]);
	concurrency_wrong(self, err && (err != -ENOENT || i < CONCURRENCY_STAY), "pin");
	if (err)
		return;
	memcpy(&self->pinned[slot], self->pin[slot].value, sizeof(self->pinned[slot]));
	concurrency_read(self, i, &self->pinned[slot]);
	concurrency_wrong(self, memcmp(self->pin[slot].key, &self->shared->key[i],
				       sizeof(u64)), "another key is pinned");
}

static int concurrency_main(void *arg)
{
	struct concurrency_thread *self = arg;
	u32 random, slot, i;

	while (ktime_before(ktime_get(), self->shared->end)) {
		random = prandom_u32_state(&self->random);
		i = random % self->shared->keys;
		self->operations++;
		switch (random >> 16 & 15) {
		case 0 ... 2:
			concurrency_add(self, i, false);
			break;
		case 3 ... 4:
			concurrency_add(self, i, true);
			break;
		case 5 ... 6:
			concurrency_update(self, i);
			break;
		case 7 ... 10:
			if (i >= CONCURRENCY_STAY)
				concurrency_remove(self, i);
			break;
		case 11 ... 13:
			concurrency_lookup(self, i);
			break;
		default:
			concurrency_pin(self, i);
			break;
		}
		cond_resched();
	}
	for (slot = 0; slot < CONCURRENCY_PINS; slot++)
		concurrency_unpin(self, slot);
	return 0;
}

/* Per key, what was added and not removed is there, and nothing else. */
static void concurrency_balance(struct kunit *test, struct concurrency *shared)
{
	u64 i, thread, left, entries = 0;

	for (i = 0; i < shared->keys; i++) {
		left = 0;
		for (thread = 0; thread < CONCURRENCY_WRITERS; thread++)
			left += shared->thread[thread].added[i] -
				shared->thread[thread].removed[i];
		KUNIT_EXPECT_EQ(test, left, !flatmap_lookup(shared->map, &shared->key[i],
							    NULL, NULL));
		entries += left;
	}
	KUNIT_EXPECT_EQ(test, fx_entries(shared->map), entries);
	KUNIT_EXPECT_EQ(test, entries, atomic_read(&shared->held) + CONCURRENCY_STAY);
}

/* A map for @entries entries, and @keys keys, which have one of @homes homes. */
static void concurrency_run(struct kunit *test, u32 entries, u32 keys, u32 homes)
{
	struct concurrency *shared = kunit_kzalloc(test, sizeof(*shared), GFP_KERNEL);
	struct concurrency_thread *setup, *thread;
	struct concurrency_value value;
	u64 operations = 0;
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, shared);
	shared->map = fx_map(test, entries, 8, sizeof(value), FM_HASH_IDENTITY);
	shared->room = entries - CONCURRENCY_STAY;
	setup = &shared->thread[CONCURRENCY_THREADS];
	setup->shared = shared;
	shared->for_all = entries >= keys;
	shared->keys = keys;
	for (i = 0; i < keys; i++)
		shared->key[i] = fx_key(shared->map, i % homes, i);
	for (i = 0; i < CONCURRENCY_STAY; i++) {
		concurrency_write(setup, i, &value);
		KUNIT_ASSERT_EQ(test, flatmap_insert(shared->map, &shared->key[i], &value,
						     GFP_KERNEL), 0);
		setup->added[i]++;
	}

	shared->end = ktime_add_ms(ktime_get(), CONCURRENCY_MS);
	for (i = 0; i < CONCURRENCY_THREADS; i++) {
		thread = &shared->thread[i];
		thread->shared = shared;
		prandom_seed_state(&thread->random, 100 + i);
		fx_start(test, &thread->fx, i % 2, concurrency_main, thread);
	}
	for (thread = shared->thread; thread < setup; thread++) {
		KUNIT_EXPECT_EQ(test, fx_join(&thread->fx), 0);
		KUNIT_EXPECT_STREQ(test, thread->wrong ?: "", "");
		operations += thread->operations;
	}
	kunit_info(test, "%llu operations", operations);
	KUNIT_EXPECT_GT(test, operations, 1000);
	concurrency_balance(test, shared);
}

static void concurrency_spread(struct kunit *test)
{
	concurrency_run(test, 64, 64, 16);
}

/* Twice as many as fit in their homes: displacement all the time. */
static void concurrency_crowded(struct kunit *test)
{
	concurrency_run(test, 64, 64, 4);
}

static void concurrency_one_home(struct kunit *test)
{
	concurrency_run(test, 64, 64, 1);
}

/* Two keys come and go, and eight are updated: everybody is in the way. */
static void concurrency_few_keys(struct kunit *test)
{
	concurrency_run(test, 10, CONCURRENCY_STAY + 2, 1);
}

/* A map for half of the keys: mostly full, and never more than that. */
static void concurrency_full(struct kunit *test)
{
	concurrency_run(test, 32, 64, 4);
}

static struct kunit_case concurrency_cases[] = {
	KUNIT_CASE(concurrency_spread),
	KUNIT_CASE(concurrency_crowded),
	KUNIT_CASE(concurrency_one_home),
	KUNIT_CASE(concurrency_few_keys),
	KUNIT_CASE(concurrency_full),
	{}
};

static struct kunit_suite concurrency_suite = {
	.name = "concurrency",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.test_cases = concurrency_cases,
};

kunit_test_suite(concurrency_suite);
