// SPDX-License-Identifier: GPL-2.0
/*
 * A map that grows and shrinks while everyone keeps working on it, on both CPUs and in
 * softirq: nobody misses what is there throughout, nothing that was added is lost.
 */
#include <linux/bitmap.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/prandom.h>
#include <linux/version.h>

#include "chain.h"

/* Debug kernels, emulated, are 100 times slower than a machine. */
#if defined(CONFIG_KASAN) || defined(CONFIG_KCSAN)
#define GROWTH_MANY	8000ULL
#define GROWTH_SOFTIRQ	4000ULL
#else
#define GROWTH_MANY	1000000ULL
#define GROWTH_SOFTIRQ	2000000ULL
#endif

/* Keys that are there throughout come first, then each writer's, then all others. */
#define GROWTH_STAY	1000
#define GROWTH_OWN	64
#define GROWTH_WRITERS	2
#define GROWTH_FIRST	(GROWTH_STAY + GROWTH_OWN * GROWTH_WRITERS)

#define GROWTH_PINS	8

/* The value of a key that stays: bits 63 to 32 are the key, the rest may change. */
static u64 growth_value(u64 key, u32 version)
{
	return key << 32 | version;
}

/**
 * struct growth_side - one of those who keep working
 * @map: the map
 * @stop: has it all been done?
 * @cpu: where it runs
 * @first: a writer's first key
 * @random: what comes next
 * @rounds: how often it has done what it does
 * @wrong: the first thing that was wrong, or NULL
 */
struct growth_side {
	struct flatmap *map;
	const bool *stop;
	u32 cpu;
	u64 first;
	struct rnd_state random;
	u64 rounds;
	const char *wrong;
};

static void growth_wrong(struct growth_side *side, bool is, const char *what)
{
	if (is && !side->wrong)
		side->wrong = what;
}

static u64 growth_random(struct growth_side *side, u32 below)
{
	return prandom_u32_state(&side->random) % below;
}

static bool growth_goes_on(struct growth_side *side)
{
	chain_breathe();
	side->rounds++;
	return !READ_ONCE(*side->stop);
}

static int growth_read(void *arg)
{
	struct growth_side *side = arg;
	u64 key, value = 0;
	int err;

	while (growth_goes_on(side)) {
		key = growth_random(side, GROWTH_STAY);
		err = flatmap_lookup(side->map, &key, &value, NULL);
		growth_wrong(side, err, "a key that stays is not found");
		growth_wrong(side, !err && value >> 32 != key, "another key's value");
	}
	return 0;
}

/* Pins are kept over many a resize. */
static int growth_pin(void *arg)
{
	struct flatmap_pin pins[GROWTH_PINS] = {};
	u64 pinned[GROWTH_PINS] = {};
	struct growth_side *side = arg;
	u64 key;
	u32 i;

	while (growth_goes_on(side)) {
		i = side->rounds % GROWTH_PINS;
		if (pins[i].region) {
			growth_wrong(side, *(const u64 *)pins[i].value != pinned[i],
				     "a pinned value has changed");
			flatmap_unpin(&pins[i]);
			pins[i].region = NULL;
		}
		key = growth_random(side, GROWTH_STAY);
		if (flatmap_pin(side->map, &key, &pins[i])) {
			growth_wrong(side, true, "a key that stays is not pinned");
			pins[i].region = NULL;
			continue;
		}
		pinned[i] = *(const u64 *)pins[i].value;
		growth_wrong(side, *(const u64 *)pins[i].key != key, "another key is pinned");
		usleep_range(50, 5000);
	}
	for (i = 0; i < GROWTH_PINS; i++) {
		if (pins[i].region)
			flatmap_unpin(&pins[i]);
	}
	return 0;
}

/* With one cursor through all of the map: what stays comes once. */
static int growth_iterate(void *arg)
{
	DECLARE_BITMAP(seen, GROWTH_STAY);
	struct growth_side *side = arg;
	struct flatmap_cursor cursor;
	u64 last, key, value;

	do {
		cursor = (struct flatmap_cursor) { .last = &last };
		bitmap_zero(seen, GROWTH_STAY);
		flatmap_for_each(side->map, &cursor, &key, &value) {
			if (key < GROWTH_STAY)
				growth_wrong(side, __test_and_set_bit(key, seen),
					     "a key that stays comes twice");
			chain_breathe();
		}
		growth_wrong(side, !bitmap_full(seen, GROWTH_STAY),
			     "a key that stays does not come");
	} while (growth_goes_on(side));
	return 0;
}

/* A writer knows what its own keys are; those that stay it updates. */
static int growth_write(void *arg)
{
	struct growth_side *side = arg;
	u64 now[GROWTH_OWN] = {}, key, value, got;
	u32 i;

	while (growth_goes_on(side)) {
		key = growth_random(side, GROWTH_STAY);
		value = growth_value(key, side->rounds);
		growth_wrong(side, flatmap_update(side->map, &key, &value, GFP_KERNEL),
			     "a key that stays is not updated");
		i = growth_random(side, GROWTH_OWN);
		key = side->first + i;
		if (now[i]) {
			growth_wrong(side, flatmap_insert(side->map, &key, &value,
							  GFP_KERNEL) != -EEXIST,
				     "an own key was not there, or refused");
			growth_wrong(side, flatmap_delete_return(side->map, &key, &got) ||
				     got != now[i], "an own key is not what it was");
			now[i] = 0;
			continue;
		}
		growth_wrong(side, flatmap_lookup(side->map, &key, NULL, NULL) != -ENOENT,
			     "a deleted key is back");
		growth_wrong(side, flatmap_insert(side->map, &key, &value, GFP_KERNEL),
			     "an own key is refused");
		now[i] = value;
	}
	for (i = 0; i < GROWTH_OWN; i++) {
		key = side->first + i;
		growth_wrong(side, now[i] && flatmap_delete(side->map, &key),
			     "an own key is not there");
	}
	return 0;
}

static struct flatmap *growth_map(struct kunit *test, u32 flags)
{
	const struct flatmap_params params = {
		.key_size	= sizeof(u64),
		.value_size	= sizeof(u64),
		.hash		= FLATMAP_HASH_FAST,
		.flags		= flags,
	};

	return fx_map_with(test, &params);
}

static void growth_insert(struct kunit *test, struct flatmap *map, u64 from, u64 to)
{
	u64 value;

	for (; from < to; from++) {
		value = growth_value(from, 0);
		KUNIT_EXPECT_EQ(test, flatmap_insert(map, &from, &value, GFP_KERNEL), 0);
		chain_breathe();
	}
}

static void growth_delete(struct kunit *test, struct flatmap *map, u64 from, u64 to)
{
	for (; from < to; from++) {
		KUNIT_EXPECT_EQ(test, flatmap_delete(map, &from), 0);
		chain_breathe();
	}
}

static void growth_there_and_back(struct kunit *test)
{
	static int (*const actions[])(void *arg) = {
		growth_read, growth_pin, growth_iterate, growth_write, growth_read,
		growth_pin, growth_iterate, growth_write,
	};
	static const char *const names[] = { "reader", "pinner", "iterator", "writer" };
	struct flatmap *map = growth_map(test, FLATMAP_SHRINK);
	struct growth_side *sides;
	struct fx_thread *threads;
	struct flatmap_stats stats;
	bool stop = false;
	u32 i;

	sides = kunit_kcalloc(test, ARRAY_SIZE(actions), sizeof(*sides), GFP_KERNEL);
	threads = kunit_kcalloc(test, ARRAY_SIZE(actions), sizeof(*threads), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, sides);
	KUNIT_ASSERT_NOT_NULL(test, threads);
	growth_insert(test, map, 0, GROWTH_STAY);
	for (i = 0; i < ARRAY_SIZE(actions); i++) {
		sides[i].map = map;
		sides[i].stop = &stop;
		sides[i].cpu = i / 4;
		sides[i].first = GROWTH_STAY + sides[i].cpu * GROWTH_OWN;
		prandom_seed_state(&sides[i].random, 1 + i);
		fx_start(test, &threads[i], sides[i].cpu, actions[i], &sides[i]);
	}

	growth_insert(test, map, GROWTH_FIRST, GROWTH_MANY);
	fm_resize_flush(map);
	stats = chain_stats(map);
	KUNIT_EXPECT_GE(test, stats.entries, GROWTH_MANY - GROWTH_FIRST + GROWTH_STAY);
	growth_delete(test, map, GROWTH_FIRST, GROWTH_MANY);
	KUNIT_EXPECT_TRUE(test, chain_wait(chain_stats(map).capacity < stats.capacity / 2));

	WRITE_ONCE(stop, true);
	for (i = 0; i < ARRAY_SIZE(actions); i++) {
		fx_join(&threads[i]);
		KUNIT_EXPECT_STREQ_MSG(test, sides[i].wrong ?: "", "", "a %s",
				       names[i % 4]);
		KUNIT_EXPECT_GT_MSG(test, sides[i].rounds, 2, "a %s", names[i % 4]);
	}
	fx_check(test, map);
	stats = chain_stats(map);
	kunit_info(test, "%llu resizes, %llu entries moved, %llu of them by writers",
		   stats.resizes, stats.moved, stats.helped);
	KUNIT_EXPECT_GE(test, stats.resizes, 4);
	KUNIT_EXPECT_EQ(test, fx_entries(map), GROWTH_STAY);
	KUNIT_EXPECT_TRUE(test, chain_wait(chain_stats(map).regions_pinned == 0));
}

/* Between two shots of the timer, and how many keys each inserts. */
#define GROWTH_PERIOD	(150 * NSEC_PER_USEC)
#define GROWTH_BATCH	500

/**
 * struct growth_softirq - who inserts in softirq
 * @timer: calls it
 * @map: the map
 * @key: the next key
 * @again: how often it had to try again
 * @wrong: other answers
 * @done: there are no more
 */
struct growth_softirq {
	struct hrtimer timer;
	struct flatmap *map;
	u64 key, again, wrong;
	struct completion done;
};

static enum hrtimer_restart growth_shoot(struct hrtimer *timer)
{
	struct growth_softirq *side = container_of(timer, struct growth_softirq, timer);
	u64 end = min(side->key + GROWTH_BATCH, 2 * GROWTH_SOFTIRQ);
	u64 value;
	int err = 0;

	side->wrong += !in_serving_softirq();
	while (side->key < end && !err) {
		value = growth_value(side->key, 1);
		err = flatmap_insert(side->map, &side->key, &value, GFP_ATOMIC);
		side->key += !err;
	}
	side->again += err == -EAGAIN;
	side->wrong += err && err != -EAGAIN;
	if (side->key == 2 * GROWTH_SOFTIRQ || side->wrong) {
		complete(&side->done);
		return HRTIMER_NORESTART;
	}
	hrtimer_set_expires(timer, ktime_add_ns(ktime_get(), GROWTH_PERIOD));
	return HRTIMER_RESTART;
}

static int growth_start_timer(void *arg)
{
	struct growth_softirq *side = arg;
	enum hrtimer_mode mode = HRTIMER_MODE_REL_PINNED_SOFT;

#if KERNEL_VERSION(6, 13, 0) > LINUX_VERSION_CODE
	hrtimer_init(&side->timer, CLOCK_MONOTONIC, mode);
	side->timer.function = growth_shoot;
#else
	hrtimer_setup(&side->timer, growth_shoot, CLOCK_MONOTONIC, mode);
#endif
	hrtimer_start(&side->timer, GROWTH_PERIOD, mode);
	return 0;
}

/* Two insert as many each as they can, one of them in softirq: none is lost. */
static void growth_task_and_softirq(struct kunit *test)
{
	struct growth_softirq *side = kunit_kzalloc(test, sizeof(*side), GFP_KERNEL);
	struct fx_thread thread;
	struct flatmap *map;
	u64 key, value;

	KUNIT_ASSERT_NOT_NULL(test, side);
	map = growth_map(test, 0);
	side->map = map;
	side->key = GROWTH_SOFTIRQ;
	init_completion(&side->done);
	fx_start(test, &thread, 1, growth_start_timer, side);
	growth_insert(test, map, 0, GROWTH_SOFTIRQ);
	fx_join(&thread);
	wait_for_completion(&side->done);
	hrtimer_cancel(&side->timer);

	KUNIT_EXPECT_EQ(test, side->wrong, 0);
	for (key = 0; key < 2 * GROWTH_SOFTIRQ; key++) {
		KUNIT_ASSERT_EQ(test, flatmap_lookup(map, &key, &value, NULL), 0);
		KUNIT_ASSERT_EQ(test, value, growth_value(key, key >= GROWTH_SOFTIRQ));
		chain_breathe();
	}
	KUNIT_EXPECT_EQ(test, fx_entries(map), 2 * GROWTH_SOFTIRQ);
	kunit_info(test, "%llu entries, half of them from softirq, which tried %llu times again",
		   fx_entries(map), side->again);
}

static struct kunit_case growth_cases[] = {
	KUNIT_CASE(growth_there_and_back),
	KUNIT_CASE(growth_task_and_softirq),
	{}
};

static struct kunit_suite growth_suite = {
	.name = "growth",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.test_cases = growth_cases,
};

kunit_test_suite(growth_suite);
