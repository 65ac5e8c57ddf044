/* SPDX-License-Identifier: GPL-2.0 */
/*
 * MCAS on a few plain words, without a map around them: what the suites "mcas"
 * and "help" share.
 *
 * A word's value says which word it is: word i holds state + i, where the state
 * is one of WORDS_A to WORDS_C. So a value in a wrong word is noticed.
 */
#ifndef _FLATMAP_WORDS_H
#define _FLATMAP_WORDS_H

#include "fixture.h"
#include "mcas.h"

#define WORDS_A		0x100
#define WORDS_B		0x200
#define WORDS_C		0x300
#define WORDS_GUARD	0x400

/**
 * struct words - the words of a case
 * @word: words that operations change
 * @guard: a word that operations are guarded by
 */
struct words {
	u64 word[FM_MCAS_WORDS];
	u64 guard;
};

/*
 * Part of a suite: keeps each case on CPU 0, so that a thread parked on another
 * CPU never keeps the case from running.
 */
int words_case_init(struct kunit *test);

/* Words in state A; freed with the case. */
struct words *words_create(struct kunit *test);

/* Put all words in the state @state. */
void words_reset(struct words *words, u64 state);

/* Carry out one MCAS of @count changes, guarded by the guard's being @expect. */
bool words_commit(struct words *words, const struct fm_change *change, u32 count,
		  u64 expect);

/* One MCAS: the words @from to @to - 1 from state @old to @new, guarded. */
bool words_swap(struct words *words, u32 from, u32 to, u64 old, u64 new);

/* Help whatever operation stands in word @i. */
void words_settle(struct words *words, u32 i);

/* Do the words @from to @to - 1 hold the state @state and no reference? */
bool words_are(const struct words *words, u32 from, u32 to, u64 state);

/* The same of their logical values, as readers see them. */
bool words_read(const struct words *words, u32 from, u32 to, u64 state);

/* Tell another thread something, after all that was done before. */
void words_set(bool *flag);

/* Wait for that without sleeping; false if it does not come. */
bool words_wait(const bool *flag);

#endif /* _FLATMAP_WORDS_H */
