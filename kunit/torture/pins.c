// SPDX-License-Identifier: GPL-2.0
/*
 * Pins that are kept for a while, and undone by whoever comes along, in whatever
 * context. What they pin must not have changed.
 */
#include <linux/string.h>

#include <linux/flatmap/step.h>

#include "torture.h"

enum torture_place_state {
	PLACE_FREE,
	PLACE_BUSY,
	PLACE_TAKEN,
};

/**
 * struct torture_place - where a pin is kept
 * @state: FREE -> BUSY -> TAKEN -> BUSY -> FREE; whoever made it busy has the rest
 * @pin: the pin
 * @key: of which key
 * @value: the value as it was pinned
 */
static struct torture_place {
	atomic_t state;
	struct flatmap_pin pin;
	u32 key;
	u64 value[TORTURE_WORDS];
} torture_place[TORTURE_PINS];

static bool torture_place_get(struct torture_place *place, int state)
{
	return atomic_cmpxchg(&place->state, state, PLACE_BUSY) == state;
}

static void torture_place_put(struct torture_place *place, int state)
{
	/* What was written to the place comes before its state. */
	atomic_set_release(&place->state, state);
}

static void torture_pin_check(const struct flatmap_pin *pin, const u64 *value, u32 key)
{
	size_t size = torture.shape.words * sizeof(u64);

	if (memcmp(pin->value, value, size) ||
	    memcmp(pin->key, &torture.key[key], sizeof(torture.key[key])))
		torture_violation("the pinned value %llx of key %u has changed", value[0], key);
}

/* Keep a pin, or undo it if there is no place for it. */
void torture_pins_keep(struct torture_actor *actor, struct flatmap_pin *pin, u32 key)
{
	struct torture_place *place;
	size_t size = torture.shape.words * sizeof(u64);
	u64 value[TORTURE_WORDS];

	memcpy(value, pin->value, size);
	place = &torture_place[(value[0] >> 32) % TORTURE_PINS];
	if (!torture_place_get(place, PLACE_FREE)) {
		torture_pin_check(pin, value, key);
		flatmap_unpin(pin);
		return;
	}
	place->pin = *pin;
	place->key = key;
	memcpy(place->value, value, size);
	torture_count(actor, TORTURE_KEPT);
	torture_place_put(place, PLACE_TAKEN);
}

static bool torture_place_undo(struct torture_place *place)
{
	if (!torture_place_get(place, PLACE_TAKEN))
		return false;
	torture_pin_check(&place->pin, place->value, place->key);
	flatmap_unpin(&place->pin);
	torture_place_put(place, PLACE_FREE);
	return true;
}

/* Undo some pin. */
bool torture_pins_undo(struct torture_side *side)
{
	struct torture_actor *actor = &side->actor[side->depth];

	actor->committing = false;
	return torture_place_undo(&torture_place[torture_random(side, TORTURE_PINS)]);
}

/* Undo all that are left. */
void torture_pins_undo_all(struct torture_side *side)
{
	u32 i;

	for (i = 0; i < TORTURE_PINS; i++)
		torture_place_undo(&torture_place[i]);
}
