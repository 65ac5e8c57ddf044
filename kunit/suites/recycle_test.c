// SPDX-License-Identifier: GPL-2.0
/*
 * Copy-out reads against all that can happen to an entry and its block under the
 * reader: whatever a lookup returns was true at some moment of it.
 *
 * Slots and blocks are used again by choice: an insert takes the first empty
 * slot; an entry takes the first free block in the cache line that the lower half of its
 * hash names: where that is a small number, block 0 or 1 beside its home.
 */
#include "words.h"

static const enum fm_hook recycle_hooks[] = {
	FM_HOOK_SEEN, FM_HOOK_MARKED, FM_HOOK_COPIED, FM_HOOK_VERIFIED, FM_HOOK_MISSED,
};

/* The value of a key that is not there. */
#define RECYCLE_ABSENT		0

/**
 * struct recycle - a lookup and what comes between
 * @map: the map: in home 0, with the slots in this order,
 * @early: a key with a tag of its own
 * @neighbour: a key with the tag of the wanted one
 * @key: the wanted key, in block 0, its value 1
 * @other: a key with that tag, which would like block 0
 * @stranger: another one; not in the map at first
 * @first: what happens at the first stop
 * @then: what happens at the second one, or NULL
 * @second: the second stop
 * @pin: a pin of @key
 * @test: the case
 * @value: what the lookup returned
 * @failed: did something that comes between not work?
 */
struct recycle {
	struct flatmap *map;
	u64 early, neighbour, key, other, stranger;
	void (*first)(struct recycle *recycle);
	void (*then)(struct recycle *recycle);
	struct fx_stop second;
	struct flatmap_pin pin;
	struct kunit *test;
	u64 value;
	bool failed;
};

static void recycle_insert(struct recycle *recycle, u64 key, u64 value)
{
	recycle->failed |= flatmap_insert(recycle->map, &key, &value, GFP_ATOMIC) != 0;
}

static void recycle_update(struct recycle *recycle, u64 key, u64 value)
{
	recycle->failed |= flatmap_update(recycle->map, &key, &value, GFP_ATOMIC) != 0;
}

static void recycle_delete(struct recycle *recycle, u64 key)
{
	recycle->failed |= flatmap_delete(recycle->map, &key) != 0;
}

static void recycle_reset(struct recycle *recycle)
{
	flatmap_delete(recycle->map, &recycle->early);
	flatmap_delete(recycle->map, &recycle->neighbour);
	flatmap_delete(recycle->map, &recycle->key);
	flatmap_delete(recycle->map, &recycle->other);
	flatmap_delete(recycle->map, &recycle->stranger);
	recycle_insert(recycle, recycle->early, 9);
	recycle_insert(recycle, recycle->neighbour, 9);
	recycle_insert(recycle, recycle->key, 1);
	recycle_insert(recycle, recycle->other, 9);
}

static void recycle_init(struct kunit *test, struct recycle *recycle)
{
	struct flatmap *map = fx_map64(test, 100);

	*recycle = (struct recycle) {
		.test = test,
		.map = map,
		.early = fx_key(map, 0, FX_PREFERRED(200) | BIT_ULL(40)),
		.neighbour = fx_key(map, 0, FX_PREFERRED(201)),
		.key = fx_key(map, 0, 0),
		.other = fx_key(map, 0, 8),
		.stranger = fx_key(map, 0, 16),
	};
	recycle_reset(recycle);
	KUNIT_EXPECT_EQ(test, fm_index(fx_slot_word(map, recycle->key, NULL)), 0);
}

static void recycle_do_then(void *arg)
{
	struct recycle *recycle = arg;

	recycle->then(recycle);
}

static void recycle_do_first(void *arg)
{
	struct recycle *recycle = arg;

	recycle->first(recycle);
	if (recycle->then)
		fx_arm(recycle->test, &recycle->second);
}

/* One lookup with a stop at @hook and a second one at @later; was there a first? */
static bool recycle_at(struct recycle *recycle, enum fm_hook hook, u32 after,
		       enum fm_hook later)
{
	struct fx_stop stop = {
		.hook = hook,
		.after = after,
		.action = recycle_do_first,
		.arg = recycle,
	};

	recycle_reset(recycle);
	recycle->second = (struct fx_stop) {
		.hook = later,
		.action = recycle_do_then,
		.arg = recycle,
	};
	fx_arm(recycle->test, &stop);
	if (flatmap_lookup(recycle->map, &recycle->key, &recycle->value, NULL))
		recycle->value = RECYCLE_ABSENT;
	fx_disarm(&stop);
	fx_disarm(&recycle->second);
	if (stop.reached && recycle->then && !recycle->second.reached)
		recycle->then(recycle);
	return stop.reached;
}

/*
 * @first at every hook, each time a lookup passes it, and @then at every hook after
 * that. The values in @right, a bit each, are those that the key has meanwhile.
 */
static void recycle_everywhere(struct kunit *test,
			       void (*first)(struct recycle *recycle),
			       void (*then)(struct recycle *recycle), u32 right)
{
	struct recycle recycle;
	u32 i, j, after, passed = 0;

	recycle_init(test, &recycle);
	recycle.first = first;
	recycle.then = then;
	for (i = 0; i < ARRAY_SIZE(recycle_hooks); i++) {
		for (j = 0; j < (then ? ARRAY_SIZE(recycle_hooks) : 1); j++) {
			for (after = 0; recycle_at(&recycle, recycle_hooks[i], after,
						   recycle_hooks[j]); after++) {
				KUNIT_EXPECT_TRUE_MSG(test, right & BIT(recycle.value),
						      "value %llu at hooks %u, %u",
						      recycle.value, recycle_hooks[i],
						      recycle_hooks[j]);
				KUNIT_EXPECT_FALSE(test, recycle.failed);
				passed++;
			}
		}
	}
	KUNIT_EXPECT_GE(test, passed, 8);
}

static void recycle_to_2(struct recycle *recycle)
{
	recycle_update(recycle, recycle->key, 2);
}

static void recycle_to_3(struct recycle *recycle)
{
	recycle_update(recycle, recycle->key, 3);
}

/* Two updates bring the word back: the second one finds block 0 free again. */
static void recycle_updated(struct kunit *test)
{
	recycle_everywhere(test, recycle_to_2, NULL, BIT(1) | BIT(2));
	recycle_everywhere(test, recycle_to_2, recycle_to_3, BIT(1) | BIT(2) | BIT(3));
}

static void recycle_remove(struct recycle *recycle)
{
	recycle_delete(recycle, recycle->key);
}

static void recycle_stranger_comes(struct recycle *recycle)
{
	recycle_insert(recycle, recycle->stranger, 9);
}

static void recycle_stranger_goes(struct recycle *recycle)
{
	recycle_delete(recycle, recycle->stranger);
	recycle_insert(recycle, recycle->key, 2);
}

static void recycle_become_stranger(struct recycle *recycle)
{
	recycle_remove(recycle);
	recycle_stranger_comes(recycle);
}

static void recycle_deleted(struct kunit *test)
{
	recycle_everywhere(test, recycle_remove, NULL, BIT(1) | BIT(RECYCLE_ABSENT));
}

/* Another key with the same tag gets the slot and the block: the same word. */
static void recycle_another_key(struct kunit *test)
{
	recycle_everywhere(test, recycle_remove, recycle_stranger_comes,
			   BIT(1) | BIT(RECYCLE_ABSENT));
	recycle_everywhere(test, recycle_become_stranger, recycle_stranger_goes,
			   BIT(1) | BIT(RECYCLE_ABSENT) | BIT(2));
}

static void recycle_lend_block(struct recycle *recycle)
{
	recycle_update(recycle, recycle->key, 2);
	recycle_update(recycle, recycle->other, 8);
}

static void recycle_take_block_back(struct recycle *recycle)
{
	recycle_update(recycle, recycle->other, 9);
	recycle_update(recycle, recycle->key, 3);
}

/* Nothing arrives, nothing leaves; only the block belongs to another for a while. */
static void recycle_block_lent(struct kunit *test)
{
	recycle_everywhere(test, recycle_lend_block, NULL, BIT(1) | BIT(2));
	recycle_everywhere(test, recycle_lend_block, recycle_take_block_back,
			   BIT(1) | BIT(2) | BIT(3));
}

/* An update of a pinned entry takes the first empty slot. */
static void recycle_move(struct recycle *recycle, u64 value)
{
	recycle->failed |= flatmap_pin(recycle->map, &recycle->key, &recycle->pin) != 0;
	recycle_update(recycle, recycle->key, value);
	flatmap_unpin(&recycle->pin);
}

static void recycle_move_back(struct recycle *recycle)
{
	recycle_delete(recycle, recycle->early);
	recycle_move(recycle, 2);
}

static void recycle_move_on(struct recycle *recycle)
{
	recycle_move(recycle, 3);
}

/* From a slot that the reader has yet to see to one that it has seen. */
static void recycle_moved(struct kunit *test)
{
	recycle_everywhere(test, recycle_move_back, NULL, BIT(1) | BIT(2));
	recycle_everywhere(test, recycle_move_back, recycle_move_on,
			   BIT(1) | BIT(2) | BIT(3));
}

static void recycle_leave_and_arrive(struct recycle *recycle)
{
	recycle_delete(recycle, recycle->early);
	recycle_delete(recycle, recycle->key);
	recycle_insert(recycle, recycle->key, 2);
}

static void recycle_arrived(struct kunit *test)
{
	recycle_everywhere(test, recycle_leave_and_arrive, NULL,
			   BIT(1) | BIT(RECYCLE_ABSENT) | BIT(2));
}

static struct kunit_case recycle_cases[] = {
	KUNIT_CASE(recycle_updated),
	KUNIT_CASE(recycle_deleted),
	KUNIT_CASE(recycle_another_key),
	KUNIT_CASE(recycle_block_lent),
	KUNIT_CASE(recycle_moved),
	KUNIT_CASE(recycle_arrived),
	{}
};

static struct kunit_suite recycle_suite = {
	.name = "recycle",
	.suite_init = fx_suite_init,
	.suite_exit = fx_suite_exit,
	.init = words_case_init,
	.test_cases = recycle_cases,
};

kunit_test_suite(recycle_suite);
