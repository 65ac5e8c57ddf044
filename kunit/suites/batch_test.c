// SPDX-License-Identifier: GPL-2.0
/*
 * Batches in task context: what comes of each item, how far they come, and how they end.
 */
#include <linux/sched/signal.h>

#include "batches.h"
#include "chain.h"
#include "simd.h"

/* Items that the small cases begin with: the key i has the value 100 + i. */
#define BATCH_FEW	10

/**
 * struct batch - a small map, and a batch for it
 * @map: the map
 * @keys: the keys of the batch
 * @values: its values
 * @results: its results
 * @of: the batch
 */
struct batch {
	struct flatmap *map;
	u64 keys[BATCH_FEW];
	u64 values[BATCH_FEW];
	int results[BATCH_FEW];
	struct flatmap_batch of;
};

/* The map has the keys 1, 3, 5, 7 and 9; the batch all from 0 to 9. */
static struct batch *batch_create(struct kunit *test, struct flatmap *map)
{
	struct batch *batch = kunit_kzalloc(test, sizeof(*batch), GFP_KERNEL);
	u64 i, value;

	KUNIT_ASSERT_NOT_NULL(test, batch);
	batch->map = map;
	for (i = 0; i < BATCH_FEW; i++) {
		value = 100 + i;
		if (i % 2)
			KUNIT_ASSERT_EQ(test, flatmap_insert(map, &i, &value, GFP_KERNEL),
					0);
		batch->keys[i] = i;
		batch->values[i] = i;
		batch->results[i] = 77;
	}
	batch->of = (struct flatmap_batch) {
		.keys		= batch->keys,
		.values		= batch->values,
		.results	= batch->results,
		.count		= BATCH_FEW,
		.done		= 77,
		.gfp		= GFP_KERNEL,
	};
	return batch;
}

static struct batch *batch_of_map(struct kunit *test)
{
	return batch_create(test, fx_map(test, 100, 8, 8, FLATMAP_HASH_FAST));
}

static u64 batch_value(const struct batch *batch, u64 key)
{
	u64 value;

	return flatmap_lookup(batch->map, &key, &value, NULL) ? 0 : value;
}

/* ---- What comes of each item ----------------------------------------- */

static void batch_results(struct kunit *test)
{
	/* Of absent keys, and of those that are there. */
	static const struct {
		enum batches_kind kind;
		int results[2];
		u64 values[2];
		bool keeps;
	} wanted[] = {
		{ BATCHES_LOOKUP, { -ENOENT, 1 }, { 0, 100 }, true },
		{ BATCHES_INSERT, { 0, -EEXIST }, { 1, 100 } },
		{ BATCHES_UPDATE, { -ENOENT, 0 }, { 0, 1 } },
		{ BATCHES_UPSERT, { 0, 1 }, { 1, 1 } },
		{ BATCHES_DELETE, { -ENOENT, 0 }, { 0, 0 }, true },
		{ BATCHES_DELETE_VALUE, { -ENOENT, -ENOENT }, { 0, 100 } },
	};
	u32 i, n;

	for (n = 0; n < ARRAY_SIZE(wanted); n++) {
		struct batch *batch = batch_of_map(test);

		for (i = 0; i < BATCH_FEW; i++)
			batch->values[i] = 1;
		KUNIT_EXPECT_EQ(test, batches_do(wanted[n].kind, batch->map, &batch->of),
				0);
		KUNIT_EXPECT_EQ(test, batch->of.done, BATCH_FEW);
		for (i = 0; i < BATCH_FEW; i++) {
			u64 value = wanted[n].values[i % 2];

			KUNIT_EXPECT_EQ(test, batch->results[i], wanted[n].results[i % 2]);
			KUNIT_EXPECT_EQ(test, batch_value(batch, i),
					value == 100 ? 100 + i : value);
			if (wanted[n].keeps && i % 2)
				KUNIT_EXPECT_EQ(test, batch->values[i], 100 + i);
		}
		fx_check(test, batch->map);
	}
}

/* Items are carried out in their order. */
static void batch_duplicates(struct kunit *test)
{
	static const struct {
		enum batches_kind kind;
		int first, later;
		u64 left;
	} wanted[] = {
		{ BATCHES_UPSERT, 0, 1, 9 },
		{ BATCHES_LOOKUP, 1, 1, 9 },
		{ BATCHES_DELETE, 0, -ENOENT, 0 },
		{ BATCHES_INSERT, 0, -EEXIST, 1 },
		{ BATCHES_UPDATE, 0, 0, 9 },
		{ BATCHES_DELETE_VALUE, 0, -ENOENT, 0 },
	};
	struct batch *batch = batch_of_map(test);
	u32 n, i;

	for (n = 0; n < ARRAY_SIZE(wanted); n++) {
		for (i = 0; i < BATCH_FEW; i++) {
			batch->keys[i] = 1000;
			batch->values[i] = wanted[n].kind == BATCHES_DELETE_VALUE ?
					   9 : i + !i;
		}
		KUNIT_EXPECT_EQ(test, batches_do(wanted[n].kind, batch->map, &batch->of),
				0);
		for (i = 0; i < BATCH_FEW; i++)
			KUNIT_EXPECT_EQ(test, batch->results[i],
					i ? wanted[n].later : wanted[n].first);
		KUNIT_EXPECT_EQ(test, batch_value(batch, 1000), wanted[n].left);
		if (wanted[n].kind == BATCHES_DELETE)
			KUNIT_EXPECT_EQ(test, batch->values[0], 9);
	}
}

/* A batch of @good items that do not fail, one that does, and one that would not. */
static void batch_try_end(struct kunit *test, enum batches_kind kind, int err, u32 good,
			  bool results)
{
	struct batch *batch = batch_of_map(test);
	bool adds = kind == BATCHES_INSERT;
	u32 i;

	if (results)
		batch->of.stop = true;
	else
		batch->of.results = NULL;
	for (i = 0; i < good; i++) {
		batch->keys[i] = 2 * i + !adds;
		batch->values[i] = 100 + batch->keys[i];
	}
	batch->keys[good] = adds;
	batch->keys[good + 1] = adds ? 8 : 9;
	KUNIT_EXPECT_EQ(test, batches_do(kind, batch->map, &batch->of), err);
	KUNIT_EXPECT_EQ(test, batch->of.done, good);
	/* What comes after has not been touched. */
	KUNIT_EXPECT_EQ(test, batch_value(batch, 9), 109);
	KUNIT_EXPECT_EQ(test, batch_value(batch, 8), 0);
	for (i = 0; i < BATCH_FEW; i++) {
		int wanted = i < good ? kind == BATCHES_LOOKUP : i == good ? err : 77;

		KUNIT_EXPECT_EQ(test, batch->results[i], results ? wanted : 77);
	}
}

/* Without results, or if that is asked for, a batch ends at the first item that fails. */
static void batch_ends_at_failure(struct kunit *test)
{
	static const struct {
		enum batches_kind kind;
		int err;
	} wanted[] = {
		{ BATCHES_LOOKUP, -ENOENT },
		{ BATCHES_INSERT, -EEXIST },
		{ BATCHES_UPDATE, -ENOENT },
		{ BATCHES_DELETE, -ENOENT },
		{ BATCHES_DELETE_VALUE, -ENOENT },
	};
	u32 n, good;

	for (n = 0; n < ARRAY_SIZE(wanted); n++) {
		for (good = 0; good <= 3; good += 3) {
			batch_try_end(test, wanted[n].kind, wanted[n].err, good, false);
			batch_try_end(test, wanted[n].kind, wanted[n].err, good, true);
		}
	}
}

static void batch_without_values(struct kunit *test)
{
	struct batch *batch = batch_of_map(test);
	u32 i;

	batch->of.values = NULL;
	KUNIT_EXPECT_EQ(test, flatmap_lookup_batch(batch->map, &batch->of), 0);
	for (i = 0; i < BATCH_FEW; i++)
		KUNIT_EXPECT_EQ(test, batch->results[i], i % 2 ? 1 : -ENOENT);
	KUNIT_EXPECT_EQ(test, flatmap_delete_batch(batch->map, &batch->of), 0);
	for (i = 0; i < BATCH_FEW; i++)
		KUNIT_EXPECT_EQ(test, batch->results[i], i % 2 ? 0 : -ENOENT);
	KUNIT_EXPECT_EQ(test, fx_entries(batch->map), 0);
}

/* What single operations refuse, batches refuse, before they do anything. */
static void batch_refused(struct kunit *test)
{
	struct batch *one = batch_of_map(test);
	struct batch *many = batch_create(test, fx_multimap64(test, 100));

	KUNIT_EXPECT_EQ(test, flatmap_add_batch(one->map, &one->of), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, one->of.done, 0);
	KUNIT_EXPECT_EQ(test, flatmap_update_batch(many->map, &many->of), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, many->of.done, 0);
	many->of.done = 77;
	KUNIT_EXPECT_EQ(test, flatmap_upsert_batch(many->map, &many->of), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, many->of.done, 0);
	many->of.done = 77;
	KUNIT_EXPECT_EQ(test, flatmap_delete_batch(many->map, &many->of), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, many->of.done, 0);
	KUNIT_EXPECT_EQ(test, fx_entries(one->map), BATCH_FEW / 2);
	KUNIT_EXPECT_EQ(test, fx_entries(many->map), BATCH_FEW / 2);
	KUNIT_EXPECT_EQ(test, many->results[0], 77);
}

/* A map that is full keeps what it has. */
static void batch_no_room(struct kunit *test)
{
	struct batch *batch = batch_create(test, fx_map64(test, 7));
	int i, added = 0;

	KUNIT_EXPECT_EQ(test, flatmap_insert_batch(batch->map, &batch->of), 0);
	for (i = 0; i < BATCH_FEW; i++) {
		if (i % 2)
			KUNIT_EXPECT_EQ(test, batch->results[i], -EEXIST);
		else
			KUNIT_EXPECT_EQ(test, batch->results[i], added++ < 2 ? 0 : -ENOSPC);
	}
	batch->of.results = NULL;
	batch->keys[0] = 3;
	batch->keys[1] = 1000;
	KUNIT_EXPECT_EQ(test, flatmap_upsert_batch(batch->map, &batch->of), -ENOSPC);
	KUNIT_EXPECT_EQ(test, batch->of.done, 1);
	KUNIT_EXPECT_EQ(test, fx_entries(batch->map), 7);
}

/* ---- Signals --------------------------------------------------------- */

#define BATCH_SIGNALLED	1000

/**
 * struct batch_signal - an operation of a task that has a signal to see to
 * @map: the map
 * @kind: what it does
 * @of: the batch
 */
struct batch_signal {
	struct flatmap *map;
	enum batches_kind kind;
	struct flatmap_batch of;
};

static int batch_signalled(void *arg)
{
	struct batch_signal *signal = arg;
	int err;

	allow_signal(SIGUSR1);
	send_sig(SIGUSR1, current, 1);
	err = batches_do(signal->kind, signal->map, &signal->of);
	flush_signals(current);
	return err;
}

/* One that may wait ends soon, but not at once: whoever goes on comes to an end. */
static void batch_signal(struct kunit *test)
{
	struct flatmap *map = fx_map(test, BATCH_SIGNALLED, 8, 8, FLATMAP_HASH_FAST);
	u64 *keys = batches_alloc(test, BATCH_SIGNALLED * sizeof(*keys));
	int *results = batches_alloc(test, BATCH_SIGNALLED * sizeof(*results));
	struct fx_thread thread;
	u64 i, from, rounds;
	u32 kind;

	for (i = 0; i < BATCH_SIGNALLED; i++)
		keys[i] = i;
	for (kind = BATCHES_INSERT; kind <= BATCHES_DELETE; kind++) {
		struct batch_signal signal = { .map = map, .kind = kind };
		int wanted = kind == BATCHES_UPSERT;

		memset(results, 0x77, BATCH_SIGNALLED * sizeof(*results));
		for (from = 0, rounds = 1;; from += signal.of.done, rounds++) {
			u64 left = BATCH_SIGNALLED - from;

			signal.of = (struct flatmap_batch) {
				.keys		= keys + from,
				.values		= keys + from,
				.results	= results + from,
				.count		= left,
				.gfp		= GFP_KERNEL,
			};
			fx_start(test, &thread, 0, batch_signalled, &signal);
			if (!fx_join(&thread)) {
				KUNIT_EXPECT_EQ(test, signal.of.done, left);
				break;
			}
			KUNIT_EXPECT_EQ(test, thread.result, -EINTR);
			KUNIT_ASSERT_GT(test, signal.of.done, 0);
			KUNIT_ASSERT_LT(test, signal.of.done, left);
			KUNIT_EXPECT_EQ(test, results[from + signal.of.done], 0x77777777);
		}
		for (i = 0; i < BATCH_SIGNALLED; i++)
			KUNIT_EXPECT_EQ(test, results[i], wanted);
		KUNIT_EXPECT_EQ(test, rounds, DIV_ROUND_UP(BATCH_SIGNALLED, BATCHES_CHUNK));
	}
	KUNIT_EXPECT_EQ(test, fx_entries(map), 0);
}

/* One that may not wait is not ended. */
static void batch_signal_atomic(struct kunit *test)
{
	struct flatmap *map = fx_map(test, BATCH_SIGNALLED, 8, 8, FLATMAP_HASH_FAST);
	u64 *keys = batches_alloc(test, BATCH_SIGNALLED * sizeof(*keys));
	struct batch_signal signal = { .map = map };
	struct fx_thread thread;
	u64 i;

	for (i = 0; i < BATCH_SIGNALLED; i++)
		keys[i] = i;
	signal.of = (struct flatmap_batch) {
		.keys	= keys,
		.values	= keys,
		.count	= BATCH_SIGNALLED,
		.gfp	= GFP_ATOMIC,
	};
	for (signal.kind = BATCHES_INSERT; signal.kind <= BATCHES_DELETE; signal.kind++) {
		fx_start(test, &thread, 0, batch_signalled, &signal);
		KUNIT_EXPECT_EQ(test, fx_join(&thread), 0);
		KUNIT_EXPECT_EQ(test, signal.of.done, BATCH_SIGNALLED);
	}
	KUNIT_EXPECT_EQ(test, fx_entries(map), 0);
}

/* ---- The choice ------------------------------------------------------ */

static void batch_choice(struct kunit *test)
{
	static const char *const names[] = { "scalar", "avx2", "avx512" };
	struct flatmap *map = fx_map64(test, 10);
	u32 i, widest = FLATMAP_SIMD_SCALAR;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		bool has = fm_simd_of(i);

		if (has) {
			KUNIT_EXPECT_EQ(test, fm_simd_of(i)->number, i);
			KUNIT_EXPECT_EQ(test, fm_simd_choose(names[i]), 0);
			KUNIT_EXPECT_EQ(test, chain_stats(map).simd, i);
			widest = i;
			continue;
		}
		/* What is refused changes nothing. */
		KUNIT_ASSERT_EQ(test, fm_simd_choose("scalar"), 0);
		KUNIT_EXPECT_EQ(test, fm_simd_choose(names[i]), -ENODEV);
		KUNIT_EXPECT_EQ(test, chain_stats(map).simd, FLATMAP_SIMD_SCALAR);
	}
	KUNIT_EXPECT_EQ(test, fm_simd_choose("auto"), 0);
	KUNIT_EXPECT_EQ(test, chain_stats(map).simd, widest);
	KUNIT_EXPECT_EQ(test, fm_simd_choose("avx"), -EINVAL);
	KUNIT_EXPECT_EQ(test, fm_simd_choose(""), -EINVAL);
	KUNIT_EXPECT_EQ(test, chain_stats(map).simd, widest);
	KUNIT_EXPECT_NOT_NULL(test, fm_simd_of(FLATMAP_SIMD_SCALAR));
	KUNIT_EXPECT_NULL(test, fm_simd_of(FLATMAP_SIMD_AVX512 + 1));
	kunit_info(test, "the widest is %s\n", names[widest]);
}

static struct kunit_case batch_cases[] = {
	KUNIT_CASE(batch_results),
	KUNIT_CASE(batch_duplicates),
	KUNIT_CASE(batch_ends_at_failure),
	KUNIT_CASE(batch_without_values),
	KUNIT_CASE(batch_refused),
	KUNIT_CASE(batch_no_room),
	KUNIT_CASE(batch_signal),
	KUNIT_CASE(batch_signal_atomic),
	KUNIT_CASE(batch_choice),
	{}
};

static struct kunit_suite batch_suite = {
	.name = "batch",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.exit = batches_exit,
	.test_cases = batch_cases,
};

kunit_test_suite(batch_suite);
