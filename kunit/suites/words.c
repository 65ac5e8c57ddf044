// SPDX-License-Identifier: GPL-2.0
#include <linux/cpumask.h>
#include <linux/ktime.h>
#include <linux/sched.h>

#include "words.h"

/* How long to wait for another thread to get somewhere. */
#define WORDS_WAIT_MS	5000

int words_case_init(struct kunit *test)
{
	return set_cpus_allowed_ptr(current, cpumask_of(0));
}

struct words *words_create(struct kunit *test)
{
	struct words *words = kunit_kzalloc(test, sizeof(*words), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, words);
	words_reset(words, WORDS_A);
	words->guard = WORDS_GUARD;
	return words;
}

void words_reset(struct words *words, u64 state)
{
	u32 i;

	for (i = 0; i < FM_MCAS_WORDS; i++)
		WRITE_ONCE(words->word[i], state + i);
}

bool words_commit(struct words *words, const struct fm_change *change, u32 count,
		  u64 expect)
{
	struct fm_level *level = fm_enter(FM_LEVELS - 1);
	bool done;
	u32 i;

	fm_mcas_begin(level);
	fm_mcas_guard(level, &words->guard, expect);
	for (i = 0; i < count; i++) {
		WRITE_ONCE(*fm_mcas_change(level, change[i].word, change[i].old),
			   change[i].new);
	}
	done = fm_mcas_commit(level);
	fm_exit(level);
	return done;
}

bool words_swap(struct words *words, u32 from, u32 to, u64 old, u64 new)
{
	struct fm_level *level = fm_enter(FM_LEVELS - 1);
	bool done;
	u32 i;

	fm_mcas_begin(level);
	fm_mcas_guard(level, &words->guard, WORDS_GUARD);
	for (i = from; i < to; i++)
		WRITE_ONCE(*fm_mcas_change(level, &words->word[i], old + i), new + i);
	done = fm_mcas_commit(level);
	fm_exit(level);
	return done;
}

void words_settle(struct words *words, u32 i)
{
	struct fm_level *level = fm_enter(FM_LEVELS - 1);

	fm_settle(level, &words->word[i]);
	fm_exit(level);
}

bool words_are(const struct words *words, u32 from, u32 to, u64 state)
{
	u32 i;

	for (i = from; i < to; i++) {
		if (READ_ONCE(words->word[i]) != state + i)
			return false;
	}
	return true;
}

bool words_read(const struct words *words, u32 from, u32 to, u64 state)
{
	bool same = true;
	u32 i;

	rcu_read_lock();
	for (i = from; i < to; i++)
		same &= fm_read(&words->word[i]) == state + i;
	rcu_read_unlock();
	return same;
}

void words_set(bool *flag)
{
	/* Pairs with words_wait(). */
	smp_store_release(flag, true);
}

bool words_wait(const bool *flag)
{
	ktime_t end = ktime_add_ms(ktime_get(), WORDS_WAIT_MS);

	/* Pairs with words_set(). */
	while (!smp_load_acquire(flag)) {
		if (ktime_after(ktime_get(), end))
			return false;
		cpu_relax();
	}
	return true;
}
