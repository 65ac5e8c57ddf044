/* SPDX-License-Identifier: GPL-2.0 */
/*
 * MCAS: change up to FM_MCAS_WORDS words at once, or none of them.
 *
 * An operation runs between fm_enter() and fm_exit(). It begins an MCAS, states
 * for each word what it expects and what it wants, may guard it with one more
 * word that must not have changed, and commits. The linearization point is the
 * compare-and-swap that decides the descriptor's status, or replaces the only word.
 */
#ifndef _FLATMAP_MCAS_H
#define _FLATMAP_MCAS_H

#include <linux/flatmap/read.h>
#include <linux/percpu.h>
#include <linux/preempt.h>

/*
 * The most words one operation changes: the group words from a home to the farthest
 * group and three slots (an update whose old block is pinned and whose new place
 * displaces another entry, or a move), or two slots and room (such an insert); and, in
 * a multimap that is being resized, the homes in other regions.
 */
#define FM_MCAS_WORDS		(FM_DISTANCE_MAX + 4 + FM_CHAIN_MAX - 1)

/*
 * How often operations can interrupt each other on one CPU: task, softirq,
 * hardirq, NMI, and a debug exception or machine check inside any of them.
 */
#define FM_LEVELS		8

/**
 * struct fm_change - one word of an MCAS
 * @word: its address
 * @old: the value it must have; never a reference
 * @new: the value it gets
 */
struct fm_change {
	u64 *word;
	u64 old;
	u64 new;
};

/**
 * struct fm_mcas - the descriptor of a multi-word compare-and-swap
 * @status: number of the operation, and in the low two bits its outcome
 * @words: how many changes
 * @guard: a word that must hold @expect after all words are acquired, or NULL
 * @expect: the guard's value
 * @change: the changes, by ascending address
 */
struct fm_mcas {
	u64 status;
	u32 words;
	const u64 *guard;
	u64 expect;
	struct fm_change change[FM_MCAS_WORDS];
};

/**
 * struct fm_rdcss - the descriptor of one acquisition, owned by whoever helps
 * @sequence: number of the acquisition
 * @old: the value that the word must have
 * @mcas: the reference that takes its place if that MCAS is still undecided
 */
struct fm_rdcss {
	u64 sequence;
	u64 old;
	u64 mcas;
};

/**
 * struct fm_level - the descriptors of one operation under way
 * @mcas: what it wants
 * @rdcss: what it acquires, for itself or for whom it helps
 * @cpu: where it runs
 * @number: how many operations it has interrupted there
 * @torn: a word was seen with two values while the MCAS was described
 */
struct fm_level {
	struct fm_mcas mcas;
	struct fm_rdcss rdcss;
	u32 cpu;
	u32 number;
	bool torn;
} __aligned(64);

/**
 * struct fm_cpu - the descriptors of a CPU
 * @depth: how many of them are taken
 * @level: by how many operations are interrupted
 */
struct fm_cpu {
	u32 depth;
	struct fm_level level[FM_LEVELS];
};

extern struct fm_cpu __percpu *fm_cpus;

int fm_mcas_init(void);
void fm_mcas_exit(void);

/**
 * fm_enter() - begin an operation that may change words
 * @levels: how many of this CPU's levels may be taken: FM_LEVELS for an
 *	operation that cannot fail, one less for all others
 *
 * The CPU is kept until fm_exit(), and everything found in a map until then may
 * be followed. Operations nest strictly, so the counter needs no atomic.
 *
 * Context: Any. Turns preemption off, which makes an RCU read-side section, too.
 * Return: descriptors to work with, or NULL if all are taken.
 */
static __always_inline struct fm_level *fm_enter(u32 levels)
{
	struct fm_cpu *cpu;
	u32 depth;

	preempt_disable_notrace();
	cpu = this_cpu_ptr(fm_cpus);
	depth = READ_ONCE(cpu->depth);
	if (unlikely(depth >= levels)) {
		preempt_enable_notrace();
		return NULL;
	}
	WRITE_ONCE(cpu->depth, depth + 1);
	barrier(); /* an interrupt that sees the descriptor in use sees the depth */
	return &cpu->level[depth];
}

/**
 * fm_exit() - end what fm_enter() began
 * @level: what it returned
 */
static __always_inline void fm_exit(struct fm_level *level)
{
	barrier(); /* as in fm_enter() */
	WRITE_ONCE(this_cpu_ptr(fm_cpus)->depth, level->number);
	preempt_enable_notrace();
}

void fm_mcas_begin(struct fm_level *level);
u64 *fm_mcas_change(struct fm_level *level, u64 *word, u64 old);
void fm_mcas_guard(struct fm_level *level, const u64 *word, u64 expect);
bool fm_mcas_commit(struct fm_level *level);
bool fm_mcas_one(struct fm_level *level, u64 *word, u64 old, u64 new, const u64 *guard,
		 u64 expect);

u64 fm_settle(struct fm_level *level, u64 *word);

#endif /* _FLATMAP_MCAS_H */
