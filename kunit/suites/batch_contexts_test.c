// SPDX-License-Identifier: GPL-2.0
/*
 * Batches in softirq, hardirq and NMI, of a task that does nothing, that may use vector
 * registers itself at that moment, and that is in the middle of a batch of its own.
 */
#include <linux/cpumask.h>
#include <linux/sched.h>

#include "batches.h"
#include "raise.h"
#include "simds.h"
#include "words.h"

/* The most items that a batch in such a context should have. */
#define BC_ITEMS	256

/* Of a task's batch, where an interrupt comes: each of so many hooks, and later ones. */
#define BC_HOOKS	(SIMDS_SLOW ? 20 : 40)
#define BC_HOOKS_FAR	(SIMDS_SLOW ? 100 : 200)

/**
 * struct bc_side - one who carries out batches, on keys of its own and on stayers
 * @map: the map
 * @first: its first key
 * @keys: keys of a batch
 * @values: values of it
 * @results: results of it
 * @wrong: the first thing that was wrong, or NULL
 */
struct bc_side {
	struct flatmap *map;
	u64 first;
	u64 keys[BC_ITEMS];
	u64 values[BC_ITEMS];
	int results[BC_ITEMS];
	const char *wrong;
};

/**
 * struct bc - a task and what interrupts it
 * @map: the map
 * @task: what the task does
 * @inner: what interrupts it
 * @running: the task, while it can be interrupted
 * @context: in which context
 * @passes: hooks to pass before
 * @came: how often it has been interrupted
 * @missed: how often that did not come
 */
struct bc {
	struct flatmap *map;
	struct bc_side task, inner;
	struct task_struct *running;
	enum raise_context context;
	u32 passes;
	u32 came, missed;
};

static struct bc *bc;

/* Keys that are always there: half of what lookups look for. */
static u64 bc_stays(u64 n)
{
	return n << 8;
}

static bool bc_do(struct bc_side *side, enum batches_kind kind, u32 count)
{
	struct flatmap_batch batch = {
		.keys		= side->keys,
		.values		= side->values,
		.results	= side->results,
		.count		= count,
		.gfp		= GFP_ATOMIC,
	};

	return !batches_do(kind, side->map, &batch) && batch.done == count;
}

/* Did each of the items come to @result, and those of its own have the value @add more? */
static bool bc_is(const struct bc_side *side, u32 count, int result)
{
	u32 i;

	for (i = 0; i < count; i++) {
		if (side->results[i] != result)
			return false;
	}
	return true;
}

static void bc_wrong(struct bc_side *side, bool is, const char *what)
{
	if (is && !side->wrong)
		side->wrong = what;
}

static void bc_lookup(struct bc_side *side, u32 count, u64 add)
{
	u32 i, wrong = 0;

	memset(side->values, 0, sizeof(side->values));
	for (i = 0; i < count; i++)
		side->keys[i] = i % 2 ? bc_stays(i) : side->first + i;
	bc_wrong(side, !bc_do(side, BATCHES_LOOKUP, count), "a lookup batch fails");
	bc_wrong(side, !bc_is(side, count, 1), "a key is not found");
	for (i = 0; i < count; i++)
		wrong += side->values[i] != side->keys[i] + (i % 2 ? 0 : add);
	bc_wrong(side, wrong, "another value");
}

static void bc_fill(struct bc_side *side, u32 count, u64 add)
{
	u32 i;

	for (i = 0; i < count; i++) {
		side->keys[i] = side->first + i;
		side->values[i] = side->first + i + add;
	}
}

/* All kinds of batches, after which there is what was there before. */
static void bc_all(struct bc_side *side, u32 count)
{
	bc_fill(side, count, 1);
	bc_wrong(side, !bc_do(side, BATCHES_INSERT, count), "an insert batch fails");
	bc_wrong(side, !bc_is(side, count, 0), "an insert fails");
	bc_lookup(side, count, 1);
	bc_fill(side, count, 2);
	bc_wrong(side, !bc_do(side, BATCHES_UPDATE, count), "an update batch fails");
	bc_wrong(side, !bc_is(side, count, 0), "an update fails");
	bc_lookup(side, count, 2);
	bc_fill(side, count, 3);
	bc_wrong(side, !bc_do(side, BATCHES_UPSERT, count), "an upsert batch fails");
	bc_wrong(side, !bc_is(side, count, 1), "an upsert fails");
	bc_lookup(side, count, 3);
	bc_fill(side, count, 0);
	bc_wrong(side, !bc_do(side, BATCHES_DELETE, count), "a delete batch fails");
	bc_wrong(side, !bc_is(side, count, 0), "a delete fails");
	bc_wrong(side, side->values[count - 1] != side->first + count - 1 + 3,
		 "a delete returns another value");
	bc_wrong(side, !bc_do(side, BATCHES_LOOKUP, count), "a lookup batch fails");
	bc_wrong(side, !bc_is(side, count, -ENOENT), "a key is found");
}

/* What interrupts: of every number of items in turn. */
static void bc_interrupt(void *arg)
{
	static const u32 counts[] = { BC_ITEMS, 1, BATCHES_CHUNK, 3, 37, BATCHES_CHUNK + 1 };

	bc_all(&bc->inner, counts[bc->came % ARRAY_SIZE(counts)]);
	bc->came++;
}

static void bc_hook(enum fm_hook hook)
{
	if (!in_task() || READ_ONCE(bc->running) != current || bc->passes--)
		return;
	WRITE_ONCE(bc->running, NULL);
	preempt_disable(); /* the interrupt must come to this CPU, where the task is */
	bc->missed += !raise_in(bc->context, bc_interrupt, NULL);
	preempt_enable();
}

static void bc_create(struct kunit *test)
{
	u64 n, key;

	bc = batches_alloc(test, sizeof(*bc));
	bc->map = fx_map(test, 4 * BC_ITEMS, 8, 8, FLATMAP_HASH_SIPHASH);
	for (n = 0; n < BC_ITEMS; n++) {
		key = bc_stays(n);
		KUNIT_ASSERT_EQ(test, flatmap_insert(bc->map, &key, &key, GFP_KERNEL), 0);
	}
	bc->task = (struct bc_side){ .map = bc->map, .first = 1ULL << 32 };
	bc->inner = (struct bc_side){ .map = bc->map, .first = 2ULL << 32 };
	KUNIT_ASSERT_EQ(test, raise_init(), 0);
}

static void bc_done(struct kunit *test)
{
	raise_exit();
	KUNIT_EXPECT_STREQ(test, bc->task.wrong ?: "", "");
	KUNIT_EXPECT_STREQ(test, bc->inner.wrong ?: "", "");
	KUNIT_EXPECT_EQ(test, bc->missed, 0);
	KUNIT_EXPECT_EQ(test, fx_entries(bc->map), BC_ITEMS);
	fx_check(test, bc->map);
	kunit_info(test, "%u times\n", bc->came);
}

/* Interrupt a task that does nothing, and one that could go on with vectors. */
static void bc_interrupt_section(struct kunit *test, void *arg)
{
	const struct fm_simd *simd;
	u32 i;

	for (i = 0; i < 6; i++) {
		preempt_disable();
		bc->missed += !raise_in(bc->context, bc_interrupt, NULL);
		preempt_enable();

		simd = fm_simd_begin(FLATMAP_HASH_SIPHASH, BC_ITEMS);
		preempt_disable();
		bc->missed += !raise_in(bc->context, bc_interrupt, NULL);
		preempt_enable();
		fm_simd_end(simd);
	}
}

/* Interrupt a task's lookups, in the middle of a chunk. */
static void bc_interrupt_batch(struct kunit *test, void *arg)
{
	u32 passes, came;

	WRITE_ONCE(fm_hook_function, bc_hook);
	for (passes = 0; passes < BC_HOOKS_FAR; passes += passes < BC_HOOKS ? 1 : 13) {
		bc->passes = passes;
		came = bc->came;
		WRITE_ONCE(bc->running, current);
		bc_all(&bc->task, BATCHES_CHUNK + 1);
		WRITE_ONCE(bc->running, NULL);
		KUNIT_EXPECT_EQ(test, bc->came, came + 1);
	}
	/* And where nothing but lookups are under way. */
	bc_fill(&bc->task, BC_ITEMS, 0);
	KUNIT_EXPECT_TRUE(test, bc_do(&bc->task, BATCHES_INSERT, BC_ITEMS));
	for (passes = 0; passes < BC_HOOKS_FAR; passes += passes < BC_HOOKS ? 1 : 13) {
		bc->passes = passes;
		came = bc->came;
		WRITE_ONCE(bc->running, current);
		bc_lookup(&bc->task, BC_ITEMS, 0);
		WRITE_ONCE(bc->running, NULL);
		KUNIT_EXPECT_EQ(test, bc->came, came + 1);
	}
	bc_fill(&bc->task, BC_ITEMS, 0);
	KUNIT_EXPECT_TRUE(test, bc_do(&bc->task, BATCHES_DELETE, BC_ITEMS));
	WRITE_ONCE(fm_hook_function, NULL);
}

static void bc_everywhere(struct kunit *test, enum raise_context context)
{
	if (!raise_possible(context))
		kunit_skip(test, "no way to raise an NMI here");
	bc_create(test);
	bc->context = context;
	batches_each(test, bc_interrupt_section, NULL);
	batches_each(test, bc_interrupt_batch, NULL);
	bc_done(test);
}

static void batch_contexts_softirq(struct kunit *test)
{
	bc_everywhere(test, RAISE_SOFTIRQ);
}

static void batch_contexts_hardirq(struct kunit *test)
{
	bc_everywhere(test, RAISE_HARDIRQ);
}

static void batch_contexts_nmi(struct kunit *test)
{
	bc_everywhere(test, RAISE_NMI);
}

static void bc_use_registers(void *arg)
{
	const struct fm_simd **simd = arg;

	*simd = fm_simd_begin(FLATMAP_HASH_SIPHASH, BC_ITEMS);
	fm_simd_end(*simd);
}

/* Where the registers are somebody's already, they are left alone. */
static void bc_nested(struct kunit *test, void *arg)
{
	const struct fm_simd *outer, *inner[RAISE_CONTEXTS] = {};
	enum raise_context context;
	u32 missed = 0;

	outer = fm_simd_begin(FLATMAP_HASH_SIPHASH, BC_ITEMS);
	preempt_disable();
	for (context = 0; context < RAISE_CONTEXTS; context++) {
		if (raise_possible(context))
			missed += !raise_in(context, bc_use_registers, &inner[context]);
	}
	preempt_enable();
	fm_simd_end(outer);
	KUNIT_EXPECT_EQ(test, missed, 0);
	KUNIT_EXPECT_EQ(test, outer->number, fm_simd_number());
	for (context = 0; context < RAISE_CONTEXTS; context++) {
		/* The host saves those of User Mode Linux, whoever interrupts whom. */
		if (inner[context] && !IS_ENABLED(CONFIG_UML))
			KUNIT_EXPECT_PTR_EQ(test, inner[context], &fm_simd_scalar);
	}
}

static void batch_contexts_nested(struct kunit *test)
{
	bc_create(test);
	batches_each(test, bc_nested, NULL);
	bc_done(test);
}

static void batch_contexts_exit(struct kunit *test)
{
	WRITE_ONCE(fm_hook_function, NULL);
	batches_exit(test);
}

static struct kunit_case batch_contexts_cases[] = {
	KUNIT_CASE(batch_contexts_softirq),
	KUNIT_CASE(batch_contexts_hardirq),
	KUNIT_CASE(batch_contexts_nmi),
	KUNIT_CASE(batch_contexts_nested),
	{}
};

static struct kunit_suite batch_contexts_suite = {
	.name = "batch_contexts",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.exit = batch_contexts_exit,
	.test_cases = batch_contexts_cases,
};

kunit_test_suite(batch_contexts_suite);
