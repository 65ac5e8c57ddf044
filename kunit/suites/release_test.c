// SPDX-License-Identifier: GPL-2.0
/*
 * Unpinning: what the last reader out sets free, wherever that happens, and what
 * stays until then.
 */
#include <linux/completion.h>
#include <linux/irq_work.h>

#include "fixture.h"

static int release_set(struct flatmap *map, u64 key, u64 value)
{
	return flatmap_upsert(map, &key, &value, GFP_KERNEL);
}

static u64 release_value(const struct flatmap_pin *pin)
{
	return *(const u64 *)pin->value;
}

/* A map with one entry, which has been deleted and is pinned by all of @pins. */
static struct flatmap *release_map(struct kunit *test, struct flatmap_pin *pins, u32 n)
{
	struct flatmap *map = fx_map64(test, 10);
	u64 key = 1;

	KUNIT_ASSERT_EQ(test, release_set(map, key, 100), 0);
	while (n--)
		KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pins[n]), 0);
	KUNIT_ASSERT_EQ(test, flatmap_delete(map, &key), 0);
	return map;
}

/* The slot, the block and its used bit: all taken, or all free. */
static void release_expect(struct kunit *test, struct flatmap *map, u32 readers)
{
	const u64 *group = fm_group(map->region, 0);
	struct flatmap_stats stats;
	u64 slot = group[1];

	flatmap_stats(map, &stats);
	KUNIT_EXPECT_EQ(test, stats.entries, 0);
	KUNIT_EXPECT_EQ(test, stats.blocks - stats.blocks_free, !!readers);
	KUNIT_EXPECT_EQ(test, hweight32(fm_used(group[0])), !!readers);
	KUNIT_EXPECT_EQ(test, fm_kind(slot), readers ? FM_DELETED : FM_EMPTY);
	KUNIT_EXPECT_EQ(test, fm_is_empty(slot) ? 0 : fm_readers(slot), readers);
	fx_check(test, map);
}

static void release_by_the_last_reader(struct kunit *test)
{
	struct flatmap_pin pins[5];
	struct flatmap *map = release_map(test, pins, 5);
	u32 left;

	for (left = 5; left; left--) {
		release_expect(test, map, left);
		KUNIT_EXPECT_EQ(test, release_value(&pins[left - 1]), 100);
		flatmap_unpin(&pins[left - 1]);
	}
	release_expect(test, map, 0);
}

/* An unpin of an entry that is still there frees nothing. */
static void release_of_a_live_entry(struct kunit *test)
{
	struct flatmap *map = fx_map64(test, 10);
	u64 word, key = 1, value;
	struct flatmap_pin pin;

	KUNIT_ASSERT_EQ(test, release_set(map, key, 100), 0);
	word = fx_slot_word(map, key, NULL);
	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &pin), 0);
	flatmap_unpin(&pin);
	KUNIT_EXPECT_EQ(test, fx_slot_word(map, key, NULL), word);
	KUNIT_EXPECT_EQ(test, flatmap_lookup(map, &key, &value, NULL), 0);
	KUNIT_EXPECT_EQ(test, value, 100);
}

static int release_unpin(void *pin)
{
	flatmap_unpin(pin);
	return 0;
}

static void release_on_another_cpu(struct kunit *test)
{
	struct flatmap_pin pins[2];
	struct flatmap *map = release_map(test, pins, 2);
	struct fx_thread thread;
	u32 i;

	for (i = 0; i < 2; i++) {
		fx_start(test, &thread, i, release_unpin, &pins[i]);
		KUNIT_EXPECT_EQ(test, fx_join(&thread), 0);
		release_expect(test, map, 1 - i);
	}
}

/**
 * struct release_work - an unpin in hardirq
 * @work: runs there
 * @pin: the pin
 */
struct release_work {
	struct irq_work work;
	struct flatmap_pin pin;
};

static void release_unpin_here(struct irq_work *work)
{
	flatmap_unpin(&container_of(work, struct release_work, work)->pin);
}

static void release_in_hardirq(struct kunit *test)
{
	struct release_work work = { .work = IRQ_WORK_INIT_HARD(release_unpin_here) };
	struct flatmap *map = release_map(test, &work.pin, 1);

	release_expect(test, map, 1);
	irq_work_queue(&work.work);
	irq_work_sync(&work.work);
	release_expect(test, map, 0);
}

/* Ends once the memory of all maps is gone. */
static int release_of_all_memory(void *arg)
{
	fm_core_exit();
	return fm_core_init();
}

/*
 * A destroyed map's memory stays while it has pins, of values that are there and
 * of such as are not, and goes with the last one.
 */
static void release_of_a_destroyed_map(struct kunit *test)
{
	struct release_work work = { .work = IRQ_WORK_INIT_HARD(release_unpin_here) };
	struct flatmap_params params = {
		.entries = 100,
		.key_size = 8,
		.value_size = 8,
	};
	struct flatmap *map = flatmap_create(&params);
	struct flatmap_pin old;
	struct fx_thread thread;
	u64 key = 1;

	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	KUNIT_ASSERT_EQ(test, release_set(map, key, 100), 0);
	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &old), 0);
	KUNIT_ASSERT_EQ(test, release_set(map, key, 200), 1);
	KUNIT_ASSERT_EQ(test, flatmap_pin(map, &key, &work.pin), 0);
	flatmap_destroy(map);

	fx_start(test, &thread, 1, release_of_all_memory, NULL);
	KUNIT_EXPECT_FALSE(test, wait_for_completion_timeout(&thread.done, HZ / 4));
	KUNIT_EXPECT_EQ(test, release_value(&old), 100);
	flatmap_unpin(&old);
	KUNIT_EXPECT_FALSE(test, wait_for_completion_timeout(&thread.done, HZ / 4));
	KUNIT_EXPECT_EQ(test, release_value(&work.pin), 200);
	irq_work_queue(&work.work);
	KUNIT_EXPECT_EQ(test, fx_join(&thread), 0);
}

static struct kunit_case release_cases[] = {
	KUNIT_CASE(release_by_the_last_reader),
	KUNIT_CASE(release_of_a_live_entry),
	KUNIT_CASE(release_on_another_cpu),
	KUNIT_CASE(release_in_hardirq),
	KUNIT_CASE(release_of_a_destroyed_map),
	{}
};

static struct kunit_suite release_suite = {
	.name = "release",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.test_cases = release_cases,
};

kunit_test_suite(release_suite);
