// SPDX-License-Identifier: GPL-2.0
/*
 * Operations in timers, in hardirq and in softirq, that interrupt a task at random
 * moments of its operations on the same few keys. (At every moment in turn: the
 * suite "contexts".)
 */
#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/version.h>

#include "fixture.h"

#define TIMERS_KEYS	4

/* Who operates: the task and two timers on its CPU. */
enum timers_who {
	TIMERS_TASK,
	TIMERS_HARD,
	TIMERS_SOFT,
	TIMERS_SIDES,
};

/* A case ends when each timer has hit that often, or fails after that long. */
#define TIMERS_HITS	200
#define TIMERS_MS	10000

/* Between two shots of a timer. */
#define TIMERS_PERIOD	(150 * NSEC_PER_USEC)

/* A value: bits 63 to 56 the key, 55 to 48 the writer, the rest a counter. */
static u64 timers_value(u64 key, enum timers_who who, u64 counter)
{
	return key << 56 | (u64)who << 48 | counter;
}

/**
 * struct timers_side - one who operates
 * @random: what it does next
 * @written: the counter of the last value it has tried to write
 * @seen: the last counter of each writer that it has read from each key
 * @added: how often it has added each key
 * @removed: how often it has removed each key
 * @wrong: impossible results
 */
struct timers_side {
	struct rnd_state random;
	u64 written;
	u64 seen[TIMERS_KEYS][TIMERS_SIDES];
	u64 added[TIMERS_KEYS];
	u64 removed[TIMERS_KEYS];
	u32 wrong;
};

/**
 * struct timers - a task and its timers
 * @map: the map
 * @task: the task
 * @side: what each does
 * @timer: the timers
 * @inside: has the task passed a hook of the operation it is in?
 * @came: timers that came since then; whether they came between two hooks turns
 *	out at the next one
 * @hits: interrupts that came between two hooks of one operation
 */
static struct timers {
	struct flatmap *map;
	struct task_struct *task;
	struct timers_side side[TIMERS_SIDES];
	struct hrtimer timer[TIMERS_SIDES];
	bool inside;
	bool came[TIMERS_SIDES];
	u32 hits[TIMERS_SIDES];
} timers;

/* A value read from @key: has it been written, and nothing newer seen before? */
static void timers_read(struct timers_side *side, u64 key, u64 value)
{
	u64 counter = value & GENMASK_ULL(47, 0);
	u32 who = value >> 48 & 0xff;

	if (value >> 56 != key || who >= TIMERS_SIDES ||
	    counter > READ_ONCE(timers.side[who].written) ||
	    counter < side->seen[key][who])
		side->wrong++;
	else
		side->seen[key][who] = counter;
}

/* Some operation on some key. */
static void timers_operate(enum timers_who who)
{
	struct timers_side *side = &timers.side[who];
	u32 random = prandom_u32_state(&side->random);
	u64 key = random % TIMERS_KEYS, value, got;
	struct flatmap *map = timers.map;
	struct flatmap_pin pin;
	int err;

	WRITE_ONCE(side->written, side->written + 1);
	value = timers_value(key, who, side->written);
	switch (random >> 8 & 7) {
	case 0:
		err = flatmap_insert(map, &key, &value, GFP_ATOMIC);
		side->added[key] += !err;
		side->wrong += err && err != -EEXIST;
		break;
	case 1:
		err = flatmap_update(map, &key, &value, GFP_ATOMIC);
		side->wrong += err && err != -ENOENT;
		break;
	case 2:
	case 3:
		err = flatmap_upsert(map, &key, &value, GFP_ATOMIC);
		side->added[key] += !err;
		side->wrong += err < 0;
		break;
	case 4:
	case 5:
		err = flatmap_delete_return(map, &key, &got);
		side->removed[key] += !err;
		side->wrong += err && err != -ENOENT;
		if (!err)
			timers_read(side, key, got);
		break;
	case 6:
		err = flatmap_lookup(map, &key, &got, NULL);
		side->wrong += err && err != -ENOENT;
		if (!err)
			timers_read(side, key, got);
		break;
	default:
		err = flatmap_pin(map, &key, &pin);
		side->wrong += err && err != -ENOENT;
		if (err)
			break;
		timers_read(side, key, *(const u64 *)pin.value);
		flatmap_unpin(&pin);
		break;
	}
}

static void timers_hook(enum fm_hook hook)
{
	u32 who;

	if (!in_task() || current != timers.task)
		return;
	for (who = TIMERS_HARD; who < TIMERS_SIDES; who++) {
		timers.hits[who] += READ_ONCE(timers.came[who]);
		WRITE_ONCE(timers.came[who], false);
	}
	WRITE_ONCE(timers.inside, true);
}

static enum hrtimer_restart timers_shoot(struct hrtimer *timer)
{
	enum timers_who who = timer - timers.timer;

	WRITE_ONCE(timers.came[who], READ_ONCE(timers.inside));
	timers.side[who].wrong += who == TIMERS_HARD ? !in_hardirq() :
						       !in_serving_softirq();
	timers_operate(who);
	hrtimer_set_expires(timer, ktime_add_ns(ktime_get(), TIMERS_PERIOD));
	return HRTIMER_RESTART;
}

static void timers_start(enum timers_who who)
{
	enum hrtimer_mode mode = who == TIMERS_HARD ? HRTIMER_MODE_REL_PINNED_HARD :
						      HRTIMER_MODE_REL_PINNED_SOFT;

#if KERNEL_VERSION(6, 13, 0) > LINUX_VERSION_CODE
	hrtimer_init(&timers.timer[who], CLOCK_MONOTONIC, mode);
	timers.timer[who].function = timers_shoot;
#else
	hrtimer_setup(&timers.timer[who], timers_shoot, CLOCK_MONOTONIC, mode);
#endif
	hrtimer_start(&timers.timer[who], TIMERS_PERIOD, mode);
}

/* What was added and not removed is there, and nobody has seen what cannot be. */
static void timers_expect(struct kunit *test)
{
	u32 key, who, entries = 0;

	for (key = 0; key < TIMERS_KEYS; key++) {
		u64 left = 0, wanted = key;

		for (who = 0; who < TIMERS_SIDES; who++)
			left += timers.side[who].added[key] -
				timers.side[who].removed[key];
		KUNIT_EXPECT_EQ(test, left,
				!flatmap_lookup(timers.map, &wanted, NULL, NULL));
		entries += left;
	}
	KUNIT_EXPECT_EQ(test, fx_entries(timers.map), entries);
	for (who = 0; who < TIMERS_SIDES; who++)
		KUNIT_EXPECT_EQ(test, timers.side[who].wrong, 0);
}

static bool timers_enough(bool hard, bool soft)
{
	return (!hard || timers.hits[TIMERS_HARD] >= TIMERS_HITS) &&
	       (!soft || timers.hits[TIMERS_SOFT] >= TIMERS_HITS);
}

static void timers_run(struct kunit *test, bool hard, bool soft)
{
	ktime_t end = ktime_add_ms(ktime_get(), TIMERS_MS);
	u32 who;

	memset(&timers, 0, sizeof(timers));
	timers.map = fx_map64(test, TIMERS_KEYS);
	timers.task = current;
	for (who = 0; who < TIMERS_SIDES; who++)
		prandom_seed_state(&timers.side[who].random, 1 + who);
	WRITE_ONCE(fm_hook_function, timers_hook);

	if (hard)
		timers_start(TIMERS_HARD);
	if (soft)
		timers_start(TIMERS_SOFT);
	while (!timers_enough(hard, soft) && ktime_before(ktime_get(), end)) {
		timers_operate(TIMERS_TASK);
		WRITE_ONCE(timers.inside, false);
		for (who = 0; who < TIMERS_SIDES; who++)
			WRITE_ONCE(timers.came[who], false);
		cond_resched();
	}
	if (hard)
		hrtimer_cancel(&timers.timer[TIMERS_HARD]);
	if (soft)
		hrtimer_cancel(&timers.timer[TIMERS_SOFT]);

	kunit_info(test, "between hooks came %u hardirqs and %u softirqs",
		   timers.hits[TIMERS_HARD], timers.hits[TIMERS_SOFT]);
	KUNIT_EXPECT_TRUE(test, timers_enough(hard, soft));
	timers_expect(test);
}

static void timers_hardirq(struct kunit *test)
{
	timers_run(test, true, false);
}

static void timers_softirq(struct kunit *test)
{
	timers_run(test, false, true);
}

/* Now the hardirq interrupts the softirq as well. */
static void timers_both(struct kunit *test)
{
	timers_run(test, true, true);
}

static int timers_stay(struct kunit *test)
{
	/* The timers are to interrupt the task, so it must stay with them. */
	return set_cpus_allowed_ptr(current, cpumask_of(0));
}

static void timers_exit(struct kunit *test)
{
	WRITE_ONCE(fm_hook_function, NULL);
}

static struct kunit_case timers_cases[] = {
	KUNIT_CASE(timers_hardirq),
	KUNIT_CASE(timers_softirq),
	KUNIT_CASE(timers_both),
	{}
};

static struct kunit_suite timers_suite = {
	.name = "timers",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = timers_stay,
	.exit = timers_exit,
	.test_cases = timers_cases,
};

kunit_test_suite(timers_suite);
