// SPDX-License-Identifier: GPL-2.0
/*
 * Litmus tests of the patterns by which the core publishes, small enough for all their
 * schedules: what each forbids, and that it is seen when a barrier is left out. They tell
 * that weak memory is as weak here as it has to be (views.c), and no weaker than the
 * kernel's; the names in brackets are those of the kernel's memory model
 * (tools/memory-model/Documentation/litmus-tests.txt and recipes.txt).
 *
 *	region	   [MP]	 what is reached by a pointer that a cmpxchg has published
 *	block	   [MP]	 a sequence that is odd while words are written
 *	descriptor [MP]	 a number that changes before the words that it is about
 *	call	   [SB]	 whoever calls sees that nobody has begun, or is seen
 *	help	   [RWC] a reference met by a third one, and an outcome
 *	depart	   [MP]	 a counter that tells that what comes before it has been done
 */
#include "kernel.h"
#include "explore.h"

#define CELLS	8

static struct cell {
	u64 word;
	u64 *pointer;
	atomic_t count;
} *cells;

void ex_litmus_create(void)
{
	cells = ex_alloc(CELLS * sizeof(*cells), 64);
	for (u32 i = 0; i < CELLS; i++)
		cells[i].count.counter = 1;
}

/* A role: @seen is what it has read, for the judge. */
typedef void (*role_fn)(u64 *seen);

static void region_publish(u64 *seen)
{
	WRITE_ONCE(cells[1].word, 1);
	cmpxchg(&cells[0].pointer, NULL, &cells[1].word);
}

static void region_follow(u64 *seen)
{
	u64 *pointer = READ_ONCE(cells[0].pointer);

	seen[0] = pointer ? READ_ONCE(*pointer) : 1;
}

static bool region_forbids(const u64 *first, const u64 *second, const u64 *third)
{
	return second[0] != 1;
}

static void block_write(u64 *seen)
{
	WRITE_ONCE(cells[0].word, 1);
	smp_wmb(); /* pairs with block_read() */
	WRITE_ONCE(cells[1].word, 2);
	WRITE_ONCE(cells[2].word, 2);
	smp_store_release(&cells[0].word, 2); /* pairs with block_read() */
}

static void block_read(u64 *seen)
{
	seen[0] = smp_load_acquire(&cells[0].word); /* pairs with block_write() */
	seen[1] = READ_ONCE(cells[1].word);
	seen[2] = READ_ONCE(cells[2].word);
	smp_rmb(); /* pairs with block_write() */
	seen[3] = READ_ONCE(cells[0].word);
}

static bool block_forbids(const u64 *first, const u64 *second, const u64 *third)
{
	return second[0] == second[3] && second[0] != 1 &&
	       (second[1] != second[0] || second[2] != second[0]);
}

static void descriptor_reuse(u64 *seen)
{
	WRITE_ONCE(cells[0].word, 1);
	smp_wmb(); /* pairs with descriptor_read() */
	WRITE_ONCE(cells[1].word, 1);
}

static void descriptor_read(u64 *seen)
{
	seen[0] = READ_ONCE(cells[1].word);
	smp_rmb(); /* pairs with descriptor_reuse() */
	seen[1] = READ_ONCE(cells[0].word);
}

static bool descriptor_forbids(const u64 *first, const u64 *second, const u64 *third)
{
	return second[0] == 1 && second[1] == 0;
}

static void call_ask(u64 *seen)
{
	WRITE_ONCE(cells[0].word, 1);
	smp_mb(); /* pairs with call_begin() */
	seen[0] = READ_ONCE(cells[1].word);
}

static void call_begin(u64 *seen)
{
	xchg(&cells[1].word, 1);
	seen[0] = READ_ONCE(cells[0].word);
}

static bool call_forbids(const u64 *first, const u64 *second, const u64 *third)
{
	return !first[0] && !second[0];
}

static void help_decide(u64 *seen)
{
	WRITE_ONCE(cells[0].word, 1);
	smp_mb(); /* pairs with help_meet() */
	seen[0] = READ_ONCE(cells[1].word);
}

static void help_plant(u64 *seen)
{
	WRITE_ONCE(cells[1].word, 1);
}

static void help_meet(u64 *seen)
{
	seen[0] = READ_ONCE(cells[1].word);
	smp_mb(); /* pairs with help_decide() */
	seen[1] = READ_ONCE(cells[0].word);
}

static bool help_forbids(const u64 *first, const u64 *second, const u64 *third)
{
	return !first[0] && third[0] && !third[1];
}

static void depart_leave(u64 *seen)
{
	WRITE_ONCE(cells[0].word, 1);
	(void)atomic_dec_return_release(&cells[0].count);
}

static void depart_await(u64 *seen)
{
	seen[0] = atomic_read_acquire(&cells[0].count);
	seen[1] = READ_ONCE(cells[0].word);
}

static bool depart_forbids(const u64 *first, const u64 *second, const u64 *third)
{
	return !second[0] && !second[1];
}

static const struct {
	role_fn role[3];
	bool (*forbids)(const u64 *first, const u64 *second, const u64 *third);
} patterns[] = {
	{ { region_publish, region_follow }, region_forbids },
	{ { block_write, block_read }, block_forbids },
	{ { descriptor_reuse, descriptor_read }, descriptor_forbids },
	{ { call_ask, call_begin }, call_forbids },
	{ { help_decide, help_plant, help_meet }, help_forbids },
	{ { depart_leave, depart_await }, depart_forbids },
};

/* Play a role in a pattern, both numbered from 1 and 0. */
void ex_litmus(u32 pattern, u32 role, u64 *seen)
{
	patterns[pattern - 1].role[role](seen);
}

/* Is what the threads have seen what the pattern forbids? */
bool ex_litmus_is_forbidden(u32 pattern)
{
	return patterns[pattern - 1].forbids(ex_threads_results(0)->values,
					     ex_threads_results(1)->values,
					     ex_threads_results(2)->values);
}
