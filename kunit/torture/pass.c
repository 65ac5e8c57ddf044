// SPDX-License-Identifier: GPL-2.0
/*
 * A pass through the map in hash order: each entry that stays is seen once, and in a
 * map no key twice.
 */
#include <linux/errno.h>

#include <linux/flatmap/step.h>

#include "torture.h"

static void pass_see(struct torture_actor *actor, struct torture_op *op,
		     const struct torture_key *key, const u64 *value, u8 *seen)
{
	u64 number = key->number;

	if (number >= torture.shape.keys || key->hash != torture.key[number].hash) {
		torture_violation("iteration returned the key %llx %llx", key->hash, number);
		return;
	}
	op->key = number;
	torture_read(actor, number, value);
	op->got = torture.shape.multi ? torture_stamp_generation(value[0]) : value[0];
	if (seen[number]++ && !torture.shape.multi)
		torture_violation("iteration returned key %llu twice", number);
}

static void pass_judge(const u8 *seen)
{
	u32 times = torture.shape.multi ? TORTURE_STAY_VALUES : 1;
	u32 key;

	for (key = 0; key < torture.shape.stay; key++) {
		if (seen[key] != times)
			torture_violation("iteration returned %u of %u values of key %u",
					  seen[key], times, key);
	}
}

/*
 * Each step that returns an entry is a lookup. In a recorded round the pass is given
 * up when the log is full.
 */
void torture_pass(struct torture_side *side)
{
	struct torture_actor *actor = &side->actor[side->depth];
	struct torture_op op = {
		.kind = torture.shape.multi ? TORTURE_HAS : TORTURE_LOOKUP,
	};
	struct torture_key key, last;
	struct flatmap_cursor cursor = { .last = &last };
	u8 seen[TORTURE_KEYS] = {};
	u64 value[TORTURE_WORDS];

	for (;;) {
		if (torture.shape.record && actor->logged >= TORTURE_LOG - TORTURE_KEYS)
			return;
		torture_begin(actor, &op);
		op.result = flatmap_next(torture.map, &cursor, &key, value);
		if (op.result)
			break;
		torture_count(actor, TORTURE_NEXT);
		pass_see(actor, &op, &key, value, seen);
		torture_end(actor, &op);
	}
	WRITE_ONCE(actor->inside, false);
	if (op.result != -ENOENT)
		torture_violation("iteration gave %d", op.result);
	torture_count(actor, TORTURE_PASSES);
	pass_judge(seen);
}
