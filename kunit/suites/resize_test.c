// SPDX-License-Identifier: GPL-2.0
/*
 * How large a map is: it grows with its entries up to its limit, shrinks if it may, and
 * takes no more memory than it should meanwhile.
 */
#include <linux/ktime.h>
#include <linux/math64.h>

#include "chain.h"

/* Debug kernels, emulated, are 100 times slower than a machine. */
#if defined(CONFIG_KASAN) || defined(CONFIG_KCSAN)
#define RESIZE_MANY	10000ULL
#define RESIZE_SECOND	(10 * MSEC_PER_SEC)
#else
#define RESIZE_MANY	1000000ULL
#define RESIZE_SECOND	MSEC_PER_SEC
#endif

/* So many entries that all regions on the way are small. */
#define RESIZE_SMALL	8000

static u64 resize_value(u64 key)
{
	return key * 3 + 1;
}

static struct flatmap *resize_map(struct kunit *test, u64 entries, u64 max_entries,
				  u32 flags)
{
	const struct flatmap_params params = {
		.entries	= entries,
		.max_entries	= max_entries,
		.key_size	= sizeof(u64),
		.value_size	= sizeof(u64),
		.hash		= FLATMAP_HASH_FAST,
		.flags		= flags,
	};

	return fx_map_with(test, &params);
}

static int resize_add(struct flatmap *map, u64 key, gfp_t gfp)
{
	u64 value = resize_value(key);

	return flatmap_insert(map, &key, &value, gfp);
}

/* Insert the keys @from to @to - 1; those who may not sleep try again. */
static void resize_insert(struct kunit *test, struct flatmap *map, u64 from, u64 to,
			  gfp_t gfp)
{
	int err;

	for (; from < to; from++) {
		for (;;) {
			err = resize_add(map, from, gfp);
			if (err != -EAGAIN || gfpflags_allow_blocking(gfp))
				break;
			usleep_range(50, 100);
		}
		KUNIT_ASSERT_EQ(test, err, 0);
		if (!(from % 1024))
			chain_breathe();
	}
}

static void resize_delete(struct kunit *test, struct flatmap *map, u64 from, u64 to)
{
	for (; from < to; from++) {
		KUNIT_ASSERT_EQ(test, flatmap_delete(map, &from), 0);
		if (!(from % 1024))
			chain_breathe();
	}
}

/* The keys 0 to @to - 1 are there, and no others. */
static void resize_is(struct kunit *test, struct flatmap *map, u64 to)
{
	u64 key, value;

	for (key = 0; key < to; key++) {
		KUNIT_ASSERT_EQ(test, flatmap_lookup(map, &key, &value, NULL), 0);
		KUNIT_ASSERT_EQ(test, value, resize_value(key));
		if (!(key % 1024))
			chain_breathe();
	}
	KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &key, &value, NULL), -ENOENT);
	KUNIT_EXPECT_EQ(test, fx_entries(map), to);
}

static void resize_grows_from(struct kunit *test, gfp_t gfp)
{
	struct flatmap *map = resize_map(test, 0, 0, 0);
	struct flatmap_stats stats;
	u64 bytes = chain_stats(map).bytes;

	resize_insert(test, map, 0, RESIZE_MANY, gfp);
	resize_is(test, map, RESIZE_MANY);
	fx_check(test, map);
	stats = chain_stats(map);
	kunit_info(test, "%llu of %llu inserts were refused at first", stats.refused,
		   RESIZE_MANY);
	if (gfpflags_allow_blocking(gfp))
		KUNIT_EXPECT_EQ(test, stats.refused, 0);
	KUNIT_EXPECT_EQ(test, stats.regions, 1);
	KUNIT_EXPECT_GE(test, stats.capacity, RESIZE_MANY);
	KUNIT_EXPECT_LE(test, stats.capacity, 4 * RESIZE_MANY);
	KUNIT_EXPECT_GE(test, stats.resizes, 3);
	KUNIT_EXPECT_GT(test, stats.moved, 0);
	KUNIT_EXPECT_EQ(test, stats.resizes_failed, 0);
	KUNIT_EXPECT_GT(test, stats.bytes, bytes + 2 * sizeof(u64) * RESIZE_MANY);
	/* Not every now and then without need. */
	resize_is(test, map, RESIZE_MANY);
	KUNIT_EXPECT_EQ(test, chain_stats(map).resizes, stats.resizes);
}

static void resize_grows(struct kunit *test)
{
	resize_grows_from(test, GFP_KERNEL);
}

static void resize_grows_from_atomic(struct kunit *test)
{
	resize_grows_from(test, GFP_ATOMIC);
}

/* After nine tenths have gone it is less than a third as large, a second later. */
static void resize_shrinks(struct kunit *test)
{
	struct flatmap *map = resize_map(test, 0, 0, FLATMAP_SHRINK);
	u64 bytes, left = RESIZE_MANY / 10;
	ktime_t deleted;

	resize_insert(test, map, 0, RESIZE_MANY, GFP_KERNEL);
	fm_resize_flush(map);
	bytes = chain_stats(map).bytes;
	resize_delete(test, map, left, RESIZE_MANY);
	deleted = ktime_get();
	KUNIT_EXPECT_TRUE(test, chain_wait(atomic64_read(&map->whole->bytes) * 3 < bytes));
	KUNIT_EXPECT_LT(test, ktime_ms_delta(ktime_get(), deleted), RESIZE_SECOND);
	resize_is(test, map, left);
	fx_check(test, map);

	/* And down to nearly nothing, and up again. */
	resize_delete(test, map, 1, left);
	KUNIT_EXPECT_TRUE(test, chain_wait(chain_stats(map).capacity < 200));
	KUNIT_EXPECT_TRUE(test, chain_wait(atomic64_read(&map->whole->bytes) < SZ_64K));
	resize_is(test, map, 1);
	resize_insert(test, map, 1, left, GFP_KERNEL);
	resize_is(test, map, left);
}

/* Only with the flag. */
static void resize_keeps_its_size(struct kunit *test)
{
	struct flatmap *map = resize_map(test, 0, 0, 0);
	struct flatmap_stats stats;

	resize_insert(test, map, 0, RESIZE_MANY / 10, GFP_KERNEL);
	fm_resize_flush(map);
	stats = chain_stats(map);
	resize_delete(test, map, 0, RESIZE_MANY / 10);
	fm_resize_flush(map);
	KUNIT_EXPECT_EQ(test, chain_stats(map).capacity, stats.capacity);
	KUNIT_EXPECT_EQ(test, chain_stats(map).resizes, stats.resizes);
}

/* At no size does the next entry, or the next one less, bring the last size back. */
static void resize_does_not_swing(struct kunit *test)
{
	struct flatmap *map = resize_map(test, 0, 0, FLATMAP_SHRINK);
	u64 capacity = 0, resizes, n;

	for (n = 0; n < 450; n++) {
		resize_insert(test, map, n, n + 1, GFP_KERNEL);
		fm_resize_flush(map);
		KUNIT_ASSERT_GE(test, chain_stats(map).capacity, capacity);
		capacity = chain_stats(map).capacity;
		resizes = chain_stats(map).resizes;
		resize_delete(test, map, n, n + 1);
		fm_resize_flush(map);
		resize_insert(test, map, n, n + 1, GFP_KERNEL);
		fm_resize_flush(map);
		KUNIT_ASSERT_EQ(test, chain_stats(map).resizes, resizes);
	}
	KUNIT_EXPECT_LE(test, resizes, 3);
	while (n-- > 1) {
		resize_delete(test, map, n, n + 1);
		fm_resize_flush(map);
		KUNIT_ASSERT_LE(test, chain_stats(map).capacity, capacity);
		capacity = chain_stats(map).capacity;
		resizes = chain_stats(map).resizes;
		resize_insert(test, map, n, n + 1, GFP_KERNEL);
		fm_resize_flush(map);
		resize_delete(test, map, n, n + 1);
		fm_resize_flush(map);
		KUNIT_ASSERT_EQ(test, chain_stats(map).resizes, resizes);
	}
}

/* As many as the map was told of fit without another region. */
static void resize_hint(struct kunit *test)
{
	struct flatmap *map;
	u64 entries;

	for (entries = 1; entries <= RESIZE_MANY / 4; entries += 1 + 2 * entries) {
		map = resize_map(test, entries, 0, 0);
		KUNIT_EXPECT_GE(test, chain_stats(map).capacity, entries);
		resize_insert(test, map, 0, entries, GFP_ATOMIC);
		fm_resize_flush(map);
		KUNIT_EXPECT_EQ(test, chain_stats(map).resizes, 0);
		resize_insert(test, map, entries, 3 * entries + 100, GFP_KERNEL);
		KUNIT_EXPECT_GT(test, chain_stats(map).resizes, 0);
		resize_is(test, map, 3 * entries + 100);
	}
}

/* A map for N takes N keys, at any size from none on, and at no time one more. */
static void resize_max_entries(struct kunit *test)
{
	static const u64 limits[] = { 1, 7, 48, 49, 50, 197, 1000, 5000 };
	struct flatmap *map;
	u64 most, key;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		most = limits[i];
		map = resize_map(test, 0, most, i % 2 ? FLATMAP_SHRINK : 0);
		KUNIT_EXPECT_EQ(test, chain_stats(map).max_entries, most);
		resize_insert(test, map, 0, most, i % 3 ? GFP_KERNEL : GFP_ATOMIC);
		KUNIT_EXPECT_EQ(test, resize_add(map, most, GFP_KERNEL), -ENOSPC);
		KUNIT_EXPECT_EQ(test, resize_add(map, most, GFP_ATOMIC), -ENOSPC);
		resize_is(test, map, most);
		key = most - 1;
		KUNIT_EXPECT_EQ(test, flatmap_delete(map, &key), 0);
		KUNIT_EXPECT_EQ(test, resize_add(map, key, GFP_KERNEL), 0);
		KUNIT_EXPECT_EQ(test, resize_add(map, most, GFP_KERNEL), -ENOSPC);
		fx_check(test, map);
		resize_delete(test, map, 0, most);
		resize_insert(test, map, 0, most, GFP_KERNEL);
		resize_is(test, map, most);
	}
}

/**
 * struct resize_racer - who inserts as much as it can
 * @map: the map
 * @from: its first key
 * @added: how many went in
 * @wrong: other answers than that there is no room
 */
struct resize_racer {
	struct flatmap *map;
	u64 from, added, wrong;
};

static int resize_race(void *arg)
{
	struct resize_racer *racer = arg;
	u64 most = racer->map->whole->limit, n;
	int err;

	for (n = 0; n < most; n++) {
		err = resize_add(racer->map, racer->from + n, GFP_KERNEL);
		racer->added += !err;
		racer->wrong += err && err != -ENOSPC;
		chain_breathe();
	}
	return 0;
}

static void resize_max_entries_contested(struct kunit *test)
{
	u64 most = RESIZE_MANY / 20 + 1;
	struct resize_racer racer[2] = {};
	struct fx_thread thread;
	u32 i;

	for (i = 0; i < 2; i++) {
		racer[i].map = i ? racer[0].map : resize_map(test, 0, most, 0);
		racer[i].from = i * most;
	}
	fx_start(test, &thread, 1, resize_race, &racer[1]);
	resize_race(&racer[0]);
	fx_join(&thread);
	KUNIT_EXPECT_EQ(test, racer[0].added + racer[1].added, most);
	KUNIT_EXPECT_EQ(test, racer[0].wrong + racer[1].wrong, 0);
	KUNIT_EXPECT_EQ(test, fx_entries(racer[0].map), most);
}

/**
 * struct resize_sampler - who watches how much memory the map takes
 * @map: the map
 * @stop: no longer
 * @samples: how often it looked while the first region was over 1 MiB and not the last
 * @tenths: the most memory there was, in tenths of the first region
 */
struct resize_sampler {
	struct flatmap *map;
	bool stop;
	u64 samples, tenths;
};

static void resize_sample(struct resize_sampler *sampler)
{
	const struct flatmap *map = sampler->map;
	const struct fm_region *first;
	u64 bytes;

	rcu_read_lock();
	first = fm_first(map);
	bytes = atomic64_read(&map->whole->bytes) - sizeof(*map->whole) - sizeof(*map);
	if (first->bytes > SZ_1M && fm_successor(first) && first == fm_first(map)) {
		sampler->samples++;
		sampler->tenths = max(sampler->tenths,
				      div64_u64(10 * bytes + first->bytes - 1,
						first->bytes));
	}
	rcu_read_unlock();
}

static int resize_watch(void *arg)
{
	struct resize_sampler *sampler = arg;

	while (!READ_ONCE(sampler->stop)) {
		resize_sample(sampler);
		chain_breathe();
	}
	return 0;
}

/*
 * A region that is not small is followed by one that is twice as large, and those before it
 * that are not freed yet are less than the old one all together.
 */
static void resize_peak(struct kunit *test)
{
	struct resize_sampler sampler = { .map = resize_map(test, 0, 0, 0) };
	struct fx_thread thread;
	u64 n;

	fx_start(test, &thread, 1, resize_watch, &sampler);
	for (n = 0; n < max(RESIZE_MANY, 110000ULL); n += 1000)
		resize_insert(test, sampler.map, n, n + 1000, GFP_KERNEL);
	fm_resize_flush(sampler.map);
	WRITE_ONCE(sampler.stop, true);
	fx_join(&thread);
	kunit_info(test, "%llu samples, at most %llu.%llu times the old region",
		   sampler.samples, sampler.tenths / 10, sampler.tenths % 10);
	KUNIT_EXPECT_GT(test, sampler.samples, 0);
	KUNIT_EXPECT_GT(test, sampler.tenths, 20);
	KUNIT_EXPECT_LE(test, sampler.tenths, 40);
}

/* As long as regions are small, growth waits for no grace period. */
static void resize_while_someone_reads(struct kunit *test)
{
	unsigned long end = jiffies + msecs_to_jiffies(CHAIN_WAIT_MS);
	struct flatmap *map = resize_map(test, 0, 0, 0);
	u64 key = 0;
	int err;

	rcu_read_lock();
	while (key < RESIZE_SMALL && time_before(jiffies, end)) {
		err = resize_add(map, key, GFP_ATOMIC);
		if (err && err != -EAGAIN)
			break;
		key += !err;
		/* As chain_breathe(), but a reader may not sleep. */
		preempt_disable();
		preempt_enable();
	}
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, key, RESIZE_SMALL);
	KUNIT_EXPECT_GE(test, chain_stats(map).resizes, 3);
	resize_is(test, map, key);
}

static struct kunit_case resize_cases[] = {
	KUNIT_CASE(resize_grows),
	KUNIT_CASE(resize_grows_from_atomic),
	KUNIT_CASE(resize_while_someone_reads),
	KUNIT_CASE(resize_shrinks),
	KUNIT_CASE(resize_keeps_its_size),
	KUNIT_CASE(resize_does_not_swing),
	KUNIT_CASE(resize_hint),
	KUNIT_CASE(resize_max_entries),
	KUNIT_CASE(resize_max_entries_contested),
	KUNIT_CASE(resize_peak),
	{}
};

static struct kunit_suite resize_suite = {
	.name = "resize",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.test_cases = resize_cases,
};

kunit_test_suite(resize_suite);
