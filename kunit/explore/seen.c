// SPDX-License-Identifier: GPL-2.0
/*
 * The states that have been explored, and with how many preemptions left. An open
 * addressing table of 60 bits of the state's hash and 4 bits for the rest. Two
 * states that agree in 60 bits would be taken for one: with ten million states the
 * odds of any such pair are one in twenty thousand.
 */
#include <stdlib.h>
#include <string.h>

#include "explore.h"

#define LEFT		15ULL

static u64 *table;
static u64 slots, count;

static u64 *ex_seen_slot(u64 state)
{
	u64 at = (state >> 4) & (slots - 1);

	while (table[at] && (table[at] ^ state) & ~LEFT)
		at = (at + 1) & (slots - 1);
	return &table[at];
}

static void ex_seen_grow(void)
{
	u64 *old = table;
	u64 before = slots;

	slots = before ? 2 * before : 1 << 16;
	table = calloc(slots, sizeof(*table));
	if (!table)
		abort();
	for (u64 i = 0; i < before; i++) {
		if (old[i])
			*ex_seen_slot(old[i]) = old[i];
	}
	free(old);
}

/* Forget everything. */
void ex_seen_clear(void)
{
	free(table);
	table = NULL;
	slots = 0;
	count = 0;
}

/**
 * ex_seen() - has all been explored from here?
 * @state: hash of the state
 * @left: preemptions left, below 15
 *
 * Return: true if it has, with as many preemptions left or more; if not, it is
 * noted as explored now.
 */
bool ex_seen(u64 state, u32 left)
{
	u64 *slot;

	if (2 * count >= slots)
		ex_seen_grow();
	state |= 1 << 4; /* never 0 */
	slot = ex_seen_slot(state);
	if (*slot && (*slot & LEFT) >= left)
		return true;
	count += !*slot;
	*slot = (state & ~LEFT) | left;
	return false;
}

/* How many there are. */
u64 ex_seen_count(void)
{
	return count;
}
