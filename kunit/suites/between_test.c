// SPDX-License-Identifier: GPL-2.0
/*
 * Each kind of change of a map, stopped at each step, in place and on another CPU,
 * while others read and write the same key. Readers see the old state until the
 * change is decided, which a change of one word is when that word is replaced, and the new
 * one from then on. A writer finishes it first. (What has only been reserved: reserve_test.c)
 */
#include "words.h"

static const enum fm_hook between_hooks[] = {
	FM_HOOK_INSTALLED, FM_HOOK_PLANTED, FM_HOOK_RESOLVING, FM_HOOK_ACQUIRING,
	FM_HOOK_ACQUIRED, FM_HOOK_GUARDED, FM_HOOK_DECIDED, FM_HOOK_REPLACED,
	FM_HOOK_CLEANED,
};

/* Values of the key: none, before the change, after it, and the other writer's. */
#define BETWEEN_NONE	0
#define BETWEEN_OLD	1
#define BETWEEN_NEW	2
#define BETWEEN_OTHER	3

/**
 * struct between - a change, and what comes between
 * @map: the map
 * @prepare: makes the map what it is before the change
 * @change: the change
 * @key: the key
 * @before: its value before the change
 * @after: and after it
 * @pin: of the key before the change, if there is one
 * @pinned: is there?
 * @result: what @change returned
 * @other: what the other writer's upsert returned
 * @seen: the value that a reader found
 * @failed: did a preparation fail?
 */
struct between {
	struct flatmap *map;
	void (*prepare)(struct between *between);
	int (*change)(struct between *between);
	u64 key, before, after;
	struct flatmap_pin pin;
	bool pinned;
	int result, other;
	u64 seen;
	bool failed;
};

static int between_change(void *arg)
{
	struct between *between = arg;

	between->result = between->change(between);
	return 0;
}

static u64 between_lookup(struct between *between)
{
	u64 value;

	return flatmap_lookup(between->map, &between->key, &value, NULL) ?
	       BETWEEN_NONE : value;
}

static void between_read_and_write(void *arg)
{
	struct between *between = arg;
	u64 value = BETWEEN_OTHER;

	between->seen = between_lookup(between);
	between->other = flatmap_upsert(between->map, &between->key, &value, GFP_ATOMIC);
}

static void between_insert(struct between *between, u64 key)
{
	u64 value = BETWEEN_OLD;

	between->failed |= flatmap_insert(between->map, &key, &value, GFP_KERNEL) != 0;
}

/* Run the change up to the hook; false if it is not passed that often. */
static bool between_at(struct kunit *test, struct between *between, bool parked,
		       enum fm_hook hook, u32 after)
{
	struct fx_stop stop = {
		.hook = hook,
		.after = after,
		.action = between_read_and_write,
		.arg = between,
	};
	struct fx_thread thread;
	bool reached;

	between->prepare(between);
	if (parked) {
		reached = fx_park(test, &thread, 1, between_change, between, hook, after);
		if (reached)
			between_read_and_write(between);
		fx_join(&thread);
	} else {
		fx_arm(test, &stop);
		between_change(between);
		fx_disarm(&stop);
		reached = stop.reached;
	}
	if (between->pinned) {
		KUNIT_EXPECT_EQ(test, *(const u64 *)between->pin.value, BETWEEN_OLD);
		flatmap_unpin(&between->pin);
	}
	return reached;
}

static void between_everywhere(struct kunit *test, struct between *between, u64 entries)
{
	bool upserted_new = between->after == BETWEEN_NONE;
	u32 i, after, parked, passed = 0;

	for (i = 0; i < ARRAY_SIZE(between_hooks); i++) {
		enum fm_hook hook = between_hooks[i];

		for (parked = 0; parked < 2; parked++) {
			for (after = 0; between_at(test, between, parked, hook, after);
			     after++) {
				KUNIT_EXPECT_EQ(test, between->result, 0);
				KUNIT_EXPECT_EQ(test, between->other, !upserted_new);
				KUNIT_EXPECT_EQ_MSG(test, between->seen,
						    hook < FM_HOOK_DECIDED ?
						    between->before : between->after,
						    "hook %u, passed %u times", hook,
						    after);
				KUNIT_EXPECT_EQ(test, between_lookup(between),
						BETWEEN_OTHER);
				KUNIT_EXPECT_EQ(test, fx_entries(between->map), entries);
				passed++;
			}
			KUNIT_EXPECT_EQ(test, between_lookup(between), between->after);
		}
	}
	KUNIT_EXPECT_FALSE(test, between->failed);
	KUNIT_EXPECT_GE(test, passed, 6);
}

static int between_do_insert(struct between *between)
{
	u64 value = BETWEEN_NEW;

	return flatmap_insert(between->map, &between->key, &value, GFP_ATOMIC);
}

static int between_modify(void *value, void *arg)
{
	*(u64 *)value = BETWEEN_NEW;
	return 0;
}

/* Not in the direct way, which reserves a slot. */
static int between_do_insert_modified(struct between *between)
{
	u64 initial = 0;

	return flatmap_modify_or_insert(between->map, &between->key, &initial,
					between_modify, NULL, GFP_ATOMIC);
}

static int between_do_update(struct between *between)
{
	u64 value = BETWEEN_NEW;

	return flatmap_update(between->map, &between->key, &value, GFP_ATOMIC);
}

static int between_do_delete(struct between *between)
{
	return flatmap_delete(between->map, &between->key);
}

static void between_absent(struct between *between)
{
	flatmap_delete(between->map, &between->key);
}

static void between_present(struct between *between)
{
	between_absent(between);
	between_insert(between, between->key);
}

static void between_present_and_pinned(struct between *between)
{
	between_present(between);
	between->pinned = !flatmap_pin(between->map, &between->key, &between->pin);
	between->failed |= !between->pinned;
}

static void between_insert_at_home(struct kunit *test)
{
	struct between between = {
		.map = fx_growing64(test, 100, 0),
		.prepare = between_absent,
		.change = between_do_insert_modified,
		.after = BETWEEN_NEW,
	};

	between_everywhere(test, &between, 1);
}

static void between_update_in_place(struct kunit *test)
{
	struct between between = {
		.map = fx_growing64(test, 100, 0),
		.prepare = between_present,
		.change = between_do_update,
		.before = BETWEEN_OLD,
		.after = BETWEEN_NEW,
	};

	between_everywhere(test, &between, 1);
}

static void between_update_while_pinned(struct kunit *test)
{
	struct between between = {
		.map = fx_growing64(test, 100, 0),
		.prepare = between_present_and_pinned,
		.change = between_do_update,
		.before = BETWEEN_OLD,
		.after = BETWEEN_NEW,
	};

	between_everywhere(test, &between, 1);
}

static void between_delete_at_home(struct kunit *test)
{
	struct between between = {
		.map = fx_growing64(test, 100, 0),
		.prepare = between_present,
		.change = between_do_delete,
		.before = BETWEEN_OLD,
	};

	between_everywhere(test, &between, 1);
}

static void between_delete_while_pinned(struct kunit *test)
{
	struct between between = {
		.map = fx_growing64(test, 100, 0),
		.prepare = between_present_and_pinned,
		.change = between_do_delete,
		.before = BETWEEN_OLD,
	};

	between_everywhere(test, &between, 1);
}

/* Home 0 is full, so the key, of that home, lies one group on. */
static void between_fill_home(struct between *between)
{
	u64 i;

	for (i = 1; i <= 7; i++)
		between_insert(between, fx_key(between->map, 0, i));
}

static void between_insert_farther_on(struct kunit *test)
{
	struct between between = {
		.map = fx_growing64(test, 100, 0),
		.prepare = between_absent,
		.change = between_do_insert,
		.after = BETWEEN_NEW,
	};

	between_fill_home(&between);
	between_everywhere(test, &between, 8);
}

static void between_delete_farther_on(struct kunit *test)
{
	struct between between = {
		.map = fx_growing64(test, 100, 0),
		.prepare = between_present,
		.change = between_do_delete,
		.before = BETWEEN_OLD,
	};

	between_fill_home(&between);
	between_everywhere(test, &between, 8);
}

/* The group after home 0 is full, too, of entries that have their home there. */
static void between_crowd(struct between *between)
{
	u64 i, key;

	between_absent(between);
	for (i = 1; i <= 7; i++) {
		key = fx_key(between->map, 1, i);
		flatmap_delete(between->map, &key);
	}
	for (i = 1; i <= 7; i++)
		between_insert(between, fx_key(between->map, 1, i));
}

static void between_insert_displaces(struct kunit *test)
{
	struct between between = {
		.map = fx_growing64(test, 100, 0),
		.prepare = between_crowd,
		.change = between_do_insert,
		.after = BETWEEN_NEW,
	};
	u64 i, key, value;
	u32 group;

	between_fill_home(&between);
	between_everywhere(test, &between, 15);
	for (i = 1; i <= 7; i++) {
		key = fx_key(between.map, 1, i);
		KUNIT_EXPECT_EQ(test, flatmap_lookup(between.map, &key, &value, NULL), 0);
		KUNIT_EXPECT_EQ(test, value, BETWEEN_OLD);
	}
	KUNIT_EXPECT_NE(test, fx_slot_word(between.map, between.key, &group), 0);
	KUNIT_EXPECT_EQ(test, group, 1);
}

/* The slot of a key, or NULL. */
static u64 *between_slot(struct between *between, u64 key)
{
	struct fm_region *region = between->map->region;
	struct fm_found found;
	int is;

	rcu_read_lock();
	is = fm_find(region, &key, fm_hash(region, &key), NULL, FM_UNLIMITED, &found);
	rcu_read_unlock();
	return is > 0 ? found.slot : NULL;
}

/* Whoever would have to make way first is pinned, and another one does. */
static void between_pinned_stays(struct kunit *test)
{
	struct between between = { .map = fx_growing64(test, 100, 0) };
	u64 first = fx_key(between.map, 1, 1);
	struct flatmap_pin pin;
	u64 *slot;

	between_fill_home(&between);
	between_crowd(&between);
	KUNIT_ASSERT_EQ(test, flatmap_pin(between.map, &first, &pin), 0);
	KUNIT_EXPECT_EQ(test, between_do_insert(&between), 0);
	slot = between_slot(&between, first);
	KUNIT_EXPECT_PTR_EQ(test, slot, pin.slot);
	pin.slot = slot; /* where it would have to be undone */
	flatmap_unpin(&pin);
	KUNIT_EXPECT_FALSE(test, between.failed);
}

static struct kunit_case between_cases[] = {
	KUNIT_CASE(between_insert_at_home),
	KUNIT_CASE(between_update_in_place),
	KUNIT_CASE(between_update_while_pinned),
	KUNIT_CASE(between_delete_at_home),
	KUNIT_CASE(between_delete_while_pinned),
	KUNIT_CASE(between_insert_farther_on),
	KUNIT_CASE(between_delete_farther_on),
	KUNIT_CASE(between_insert_displaces),
	KUNIT_CASE(between_pinned_stays),
	{}
};

static struct kunit_suite between_suite = {
	.name = "between",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.test_cases = between_cases,
};

kunit_test_suite(between_suite);
