// SPDX-License-Identifier: GPL-2.0
/*
 * Multi-word compare-and-swap without locks, from any context.
 *
 * The algorithm is Harris, Fraser and Pratt, "A Practical Multi-Word
 * Compare-and-Swap Operation" (DISC 2002): acquire the words in address order,
 * putting a reference to the descriptor in each; decide; replace the references.
 * Whoever meets a reference does what is left of that operation, so nobody ever
 * waits. Descriptors are static and are used again and again; a sequence number
 * in the reference and in the descriptor tells operations apart (Arbel-Raviv and
 * Brown, "Reuse, Don't Recycle", DISC 2017).
 *
 *	status	OPEN -> SUCCEEDED | FAILED	once, by whoever gets there first
 *	word	old -> RDCSS -> MCAS -> new or old
 *	word	old -> RDCSS, back to old	the outcome was decided meanwhile
 *
 * Why a finished operation stays finished. A word can recur, so a helper that
 * was delayed may find the expected value once more, long after the operation.
 * It therefore acquires by RDCSS (section 4 of the paper): it plants a reference
 * to its own small descriptor, and only then looks whether the status is open.
 * Whoever completes an RDCSS reference has read the status after it was planted.
 * Before an owner lets go of its descriptor it looks at each word once more:
 * an RDCSS reference planted before that look is completed by it, one planted
 * later finds the status decided.
 *
 * Why a descriptor may be read while its owner uses it again. The owner changes
 * the number before it changes anything else; a helper reads what it needs, then
 * the number, and acts only if that is still its reference's. A descriptor is
 * never trusted as a whole. (Of an RDCSS no number needs to be read where the word is
 * replaced, see fm_rdcss_complete().) Its addresses are followed inside the RCU read-side
 * section in which the reference was found.
 *
 * The first word is acquired by the owner with one cmpxchg. Nobody can have known of the
 * operation before, and nobody else acquires that word for it, so no late helper can
 * bring it back.
 *
 * Of an operation with one word the outcome is certain once that word is acquired: it is
 * what the guard says, and the guard does not change until the word is replaced. So the
 * owner replaces the word without deciding the status, and that cmpxchg is the
 * linearization point. Only helpers decide the status, before they replace the word,
 * which is how the owner learns the outcome if one of them was faster. A helper that is
 * so late that it finds the guard changed decides what nobody asks for any more: readers
 * of a reference take the old value then, which is what the word was worth when they saw
 * the reference.
 *
 * A slot that is vacated gets its stamp when the reference in it is replaced: the version
 * that its group has while the reference is there (word.h).
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/flatmap/step.h>
#include <linux/percpu.h>

#include "mcas.h"

#define FM_OPEN		0
#define FM_SUCCEEDED	1
#define FM_FAILED	2
#define FM_OUTCOME	3ULL
#define FM_NUMBER_SHIFT	2

struct fm_cpu __percpu *fm_cpus;

#ifdef FLATMAP_KUNIT
void (*fm_hook_function)(enum fm_hook hook);
#endif

/**
 * fm_mcas_init() - allocate the descriptors of all CPUs
 *
 * Context: May sleep.
 * Return: 0 or -ENOMEM.
 */
int fm_mcas_init(void)
{
	u32 cpu, i;

	BUILD_BUG_ON(!FIELD_FIT(FM_REF_CPU, CONFIG_NR_CPUS - 1));
	BUILD_BUG_ON(!FIELD_FIT(FM_REF_LEVEL, FM_LEVELS - 1));

	fm_cpus = alloc_percpu(struct fm_cpu);
	if (!fm_cpus)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		for (i = 0; i < FM_LEVELS; i++) {
			per_cpu_ptr(fm_cpus, cpu)->level[i].cpu = cpu;
			per_cpu_ptr(fm_cpus, cpu)->level[i].number = i;
		}
	}
	return 0;
}

/**
 * fm_mcas_exit() - free the descriptors
 *
 * Context: May sleep. No operation may be under way.
 */
void fm_mcas_exit(void)
{
	free_percpu(fm_cpus);
}

/*
 * The descriptors that @ref means. What the owner wrote before it put the reference
 * somewhere is seen in them without a barrier, for their address depends on the
 * reference; also where a cmpxchg that failed, and so ordered nothing, has found it.
 */
static struct fm_level *fm_level_of(u64 ref)
{
	return &per_cpu_ptr(fm_cpus, fm_ref_cpu(ref))->level[fm_ref_level(ref)];
}

/* Is @status that of the operation @ref means? */
static bool fm_is_status_of(u64 status, u64 ref)
{
	return fm_ref_is(ref, status >> FM_NUMBER_SHIFT);
}

static bool fm_is_open(u64 status, u64 ref)
{
	return fm_is_status_of(status, ref) && (status & FM_OUTCOME) == FM_OPEN;
}

/*
 * Replace the RDCSS reference @ref in @word, if it is still there: by @mcas, if that is
 * undecided, which is asked after the reference was seen, else by @old.
 */
static void fm_rdcss_replace(u64 *word, u64 ref, u64 mcas, u64 old)
{
	u64 status = READ_ONCE(fm_level_of(mcas)->mcas.status);

	fm_hook(FM_HOOK_RESOLVING);
	cmpxchg(word, ref, fm_is_open(status, mcas) ? mcas : old);
}

/*
 * Help the owner of the RDCSS reference @ref that was found in @word. If the owner uses its
 * descriptor again, whatever is read of it does no harm: it has seen before that @word no
 * longer holds @ref, and no other reference is like this one. (It has seen that before an
 * smp_rmb() of fm_mcas_read() and the number that is read then, without which it does not
 * come to use the descriptor again.)
 */
static void fm_rdcss_complete(u64 *word, u64 ref)
{
	struct fm_rdcss *rdcss = &fm_level_of(ref)->rdcss;
	u64 mcas = READ_ONCE(rdcss->mcas);
	u64 old = READ_ONCE(rdcss->old);

	/*
	 * The status must be read after the reference was seen; pairs with
	 * fm_mcas_clean(). Both need a full barrier: the reference and the outcome come
	 * from two CPUs, and their order must look the same here and there. And the fields
	 * must be read before the word is replaced.
	 */
	smp_mb();
	fm_rdcss_replace(word, ref, mcas, old);
}

/*
 * Put the reference @mcas in @word if that holds @old and the MCAS is undecided.
 * Returns what was found: @old, or another value, never an RDCSS reference.
 */
static u64 fm_rdcss(struct fm_level *level, u64 *word, u64 old, u64 mcas)
{
	struct fm_rdcss *rdcss = &level->rdcss;
	u64 sequence = rdcss->sequence + 1;
	u64 found, ref;

	WRITE_ONCE(rdcss->sequence, sequence);
	smp_wmb(); /* pairs with __flatmap_resolve(): the sequence before fields */
	WRITE_ONCE(rdcss->mcas, mcas);
	WRITE_ONCE(rdcss->old, old);
	ref = fm_reference(FM_RDCSS, sequence, level->cpu, level->number);
	if (!fm_step(CONTROL))
		ref = mcas;

	for (;;) {
		found = cmpxchg(word, old, ref);
		if (found == old)
			break;
		if (fm_kind(found) != FM_RDCSS)
			return found;
		fm_rdcss_complete(word, found);
	}
	if (fm_step(CONTROL)) {
		fm_hook(FM_HOOK_PLANTED);
		/* The cmpxchg that planted it is the barrier of fm_rdcss_complete(). */
		fm_rdcss_replace(word, ref, mcas, old);
	}
	return old;
}

/* Read change @i; false if the descriptor has gone on to another operation. */
static bool fm_mcas_read(const struct fm_mcas *mcas, u64 ref, u32 i,
			 struct fm_change *change)
{
	change->word = READ_ONCE(mcas->change[i].word);
	change->old = READ_ONCE(mcas->change[i].old);
	change->new = READ_ONCE(mcas->change[i].new);
	smp_rmb(); /* pairs with fm_mcas_begin(): changes before the number */
	return fm_is_status_of(READ_ONCE(mcas->status), ref);
}

/* Does the guard hold? Asked after all words are acquired. */
static bool fm_mcas_guarded(const struct fm_mcas *mcas, u64 ref)
{
	const u64 *guard = READ_ONCE(mcas->guard);
	u64 expect = READ_ONCE(mcas->expect);
	bool holds;

	/*
	 * Fields before the number, as in fm_mcas_read(); and the words, which
	 * may have been seen acquired by a cmpxchg that failed and so ordered
	 * nothing, before the guard.
	 */
	smp_rmb();
	if (!fm_step(GUARD) || !guard ||
	    !fm_is_status_of(READ_ONCE(mcas->status), ref))
		return true;
	holds = READ_ONCE(*guard) == expect;
	fm_hook(FM_HOOK_GUARDED);
	return holds;
}

/* The EMPTY word for a slot that is vacated: one that a reference holds. */
static u64 fm_stamp(const u64 *slot)
{
	return fm_step(STAMP) ? fm_empty_word(fm_read(fm_group_at(slot))) : 0;
}

/* What is put in the word in the end. */
static u64 fm_mcas_result(const struct fm_change *change, bool succeeded)
{
	if (!succeeded)
		return change->old;
	return change->new == fm_vacated_word() ? fm_stamp(change->word) : change->new;
}

/*
 * Acquire the words of the undecided operation @ref but the first one, which its owner
 * has acquired before anyone could know of it. Returns FM_SUCCEEDED, or FM_FAILED, or a
 * reference to another operation that is in the way. Meaningless once the operation is
 * decided, which the caller's cmpxchg of the status finds.
 */
static u64 fm_mcas_acquire(struct fm_level *level, struct fm_mcas *mcas, u64 ref)
{
	u32 words = READ_ONCE(mcas->words);
	struct fm_change change;
	u64 found;
	u32 i;

	for (i = 1; i < words; i++) {
		if (!fm_mcas_read(mcas, ref, i, &change))
			return FM_FAILED;
		fm_hook(FM_HOOK_ACQUIRING);
		found = fm_rdcss(level, change.word, change.old, ref);
		if (found == change.old || found == ref)
			continue;
		return fm_is_ref(found) ? found : FM_FAILED;
	}
	return FM_SUCCEEDED;
}

/*
 * Carry the operation @ref on as far as possible. Returns 0 if it is finished,
 * else a reference to the operation that must be finished first.
 */
static u64 fm_mcas_advance(struct fm_level *level, u64 ref)
{
	struct fm_mcas *mcas = &fm_level_of(ref)->mcas;
	u64 status = READ_ONCE(mcas->status);
	struct fm_change change;
	u32 words, i;

	if (!fm_is_status_of(status, ref))
		return 0;
	if (fm_is_open(status, ref)) {
		u64 outcome = fm_mcas_acquire(level, mcas, ref);

		if (fm_is_ref(outcome))
			return outcome;
		fm_hook(FM_HOOK_ACQUIRED);
		if (outcome == FM_SUCCEEDED && !fm_mcas_guarded(mcas, ref))
			outcome = FM_FAILED;
		cmpxchg(&mcas->status, status, status | outcome);
	}

	fm_hook(FM_HOOK_DECIDED);
	status = READ_ONCE(mcas->status);
	words = READ_ONCE(mcas->words);
	for (i = 0; i < words; i++) {
		if (!fm_mcas_read(mcas, ref, i, &change) ||
		    !fm_is_status_of(status, ref))
			return 0;
		cmpxchg(change.word, ref,
			fm_mcas_result(&change, (status & FM_OUTCOME) == FM_SUCCEEDED));
		fm_hook(FM_HOOK_REPLACED);
	}
	return 0;
}

/*
 * Finish the operation @ref, and whatever is in its way first. One that is in
 * the way has acquired a word that comes later in address order than any this
 * one has, so the way ends. A loop and not a recursion: NMI stacks are small.
 */
static void fm_mcas_help(struct fm_level *level, u64 ref)
{
	u64 current_ref = ref;
	u64 blocker;

	for (;;) {
		blocker = fm_mcas_advance(level, current_ref);
		if (!blocker && current_ref == ref)
			return;
		current_ref = blocker ?: ref;
	}
}

/* Help whatever operation the reference @ref in @word belongs to. */
static void fm_help(struct fm_level *level, u64 *word, u64 ref)
{
	if (fm_kind(ref) == FM_RDCSS)
		fm_rdcss_complete(word, ref);
	else
		fm_mcas_help(level, ref);
}

/* The reference to the operation that is described. */
static u64 fm_mcas_ref(const struct fm_level *level)
{
	return fm_reference(FM_MCAS, READ_ONCE(level->mcas.status) >> FM_NUMBER_SHIFT,
			    level->cpu, level->number);
}

/* From now on the descriptor is that of another operation. */
static void fm_mcas_number(struct fm_mcas *mcas)
{
	u64 number = (READ_ONCE(mcas->status) >> FM_NUMBER_SHIFT) + 1;

	WRITE_ONCE(mcas->status, number << FM_NUMBER_SHIFT | FM_OPEN);
	smp_wmb(); /* pairs with fm_mcas_read(): the number before the changes */
}

/**
 * fm_mcas_begin() - begin to describe an operation
 * @level: what fm_enter() returned
 */
void fm_mcas_begin(struct fm_level *level)
{
	struct fm_mcas *mcas = &level->mcas;

	fm_mcas_number(mcas);
	WRITE_ONCE(mcas->words, 0);
	WRITE_ONCE(mcas->guard, NULL);
	level->torn = false;
}

/**
 * fm_mcas_change() - add a word to the operation
 * @level: what fm_enter() returned
 * @word: the word
 * @old: what it must hold
 *
 * Changes stay sorted by address and each word stands in the operation once:
 * what several parts of an operation want of one group word adds up. Parts that
 * saw different values of a word were planned on different tables; such an
 * operation fails.
 *
 * Return: where to put the new value; until then, the value after all changes
 * so far, or @old. Valid until the next call.
 */
u64 *fm_mcas_change(struct fm_level *level, u64 *word, u64 old)
{
	struct fm_mcas *mcas = &level->mcas;
	struct fm_change *at = mcas->change + mcas->words;

	while (at > mcas->change && at[-1].word > word)
		at--;
	if (at > mcas->change && at[-1].word == word) {
		level->torn |= at[-1].old != old;
		return &at[-1].new;
	}

	for (struct fm_change *to = mcas->change + mcas->words; to > at; to--) {
		WRITE_ONCE(to->word, to[-1].word);
		WRITE_ONCE(to->old, to[-1].old);
		WRITE_ONCE(to->new, to[-1].new);
	}
	WRITE_ONCE(at->word, word);
	WRITE_ONCE(at->old, old);
	WRITE_ONCE(at->new, old);
	WRITE_ONCE(mcas->words, mcas->words + 1);
	return &at->new;
}

/**
 * fm_mcas_guard() - let the operation succeed only if a word is unchanged
 * @level: what fm_enter() returned
 * @word: the mark of a block that one of the operation's own words owns: LIVE
 *	with that index as the expected value. It cannot change between the
 *	acquisition and the decision, so all helpers that come in time agree.
 * @expect: its value
 */
void fm_mcas_guard(struct fm_level *level, const u64 *word, u64 expect)
{
	WRITE_ONCE(level->mcas.guard, word);
	WRITE_ONCE(level->mcas.expect, expect);
}

/* See to it that no word holds, or will hold, a reference to the operation. */
static void fm_mcas_clean(struct fm_mcas *mcas, u64 ref)
{
	u64 status = READ_ONCE(mcas->status);
	u32 i;

	if (!fm_step(CLEANUP))
		return;
	/*
	 * The outcome before the words; pairs with fm_rdcss_complete(). Redundant: if another
	 * one has decided, the first word has been replaced after a full barrier, by whoever
	 * knew of that, and the owner has seen it before an smp_rmb() of fm_mcas_read(). This
	 * one does not rely on how the owner gets here.
	 */
	smp_mb();
	for (i = 0; i < mcas->words; i++) {
		struct fm_change *change = &mcas->change[i];
		u64 found;

		while (fm_is_ref(found = READ_ONCE(*change->word))) {
			if (fm_kind(found) == FM_RDCSS)
				fm_rdcss_complete(change->word, found);
			else if (found == ref)
				cmpxchg(change->word, ref,
					fm_mcas_result(change, (status & FM_OUTCOME) ==
						       FM_SUCCEEDED));
			else
				break;
		}
	}
}

/*
 * Carry an operation with one word out. @expect is what the guard must hold; @guard may be
 * NULL.
 */
static __always_inline bool fm_mcas_change_one(struct fm_level *level, u64 ref, u64 *word,
					       u64 old, u64 new, const u64 *guard,
					       u64 expect)
{
	u64 found;
	bool holds;

	while ((found = cmpxchg(word, old, ref)) != old) {
		if (!fm_is_ref(found))
			return false;
		fm_help(level, word, found);
	}
	fm_hook(FM_HOOK_INSTALLED);
	holds = !fm_step(GUARD) || !guard || READ_ONCE(*guard) == expect;
	fm_hook(FM_HOOK_GUARDED);
	if (holds && new == fm_vacated_word())
		new = fm_stamp(word);
	found = cmpxchg(word, ref, holds ? new : old);
	fm_hook(FM_HOOK_REPLACED);
	if (likely(found == ref))
		return holds;
	/* A cmpxchg that failed orders nothing; pairs with that of the status. */
	smp_rmb();
	return (READ_ONCE(level->mcas.status) & FM_OUTCOME) == FM_SUCCEEDED;
}

/**
 * fm_mcas_commit() - carry the operation out
 * @level: what fm_enter() returned
 *
 * Context: Any. Between fm_enter() and fm_exit(), in which also every word was
 * found.
 * Return: true if all words held their old values at one moment, and the guard
 * its own, and the words have been replaced; false if none was. Afterwards no
 * word holds a reference to this operation.
 */
bool fm_mcas_commit(struct fm_level *level)
{
	struct fm_mcas *mcas = &level->mcas;
	struct fm_change *first = mcas->change;
	u64 ref, found;

	if (level->torn)
		return false;
	ref = fm_mcas_ref(level);
	if (mcas->words == 1)
		return fm_mcas_change_one(level, ref, first->word, first->old, first->new,
					  mcas->guard, mcas->expect);
	while ((found = cmpxchg(first->word, first->old, ref)) != first->old) {
		if (!fm_is_ref(found))
			return false;
		fm_help(level, first->word, found);
	}
	fm_hook(FM_HOOK_INSTALLED);
	fm_mcas_help(level, ref);
	fm_mcas_clean(mcas, ref);
	fm_hook(FM_HOOK_CLEANED);
	return (READ_ONCE(mcas->status) & FM_OUTCOME) == FM_SUCCEEDED;
}

/**
 * fm_mcas_one() - change one word if another one is unchanged
 * @level: what fm_enter() returned
 * @word: the word
 * @old: what it must hold
 * @new: what it gets
 * @guard: see fm_mcas_guard(); or NULL
 * @expect: its value
 *
 * Context: As fm_mcas_commit().
 * Return: true if the word was changed.
 */
bool fm_mcas_one(struct fm_level *level, u64 *word, u64 old, u64 new, const u64 *guard,
		 u64 expect)
{
	struct fm_mcas *mcas = &level->mcas;

	fm_mcas_number(mcas);
	WRITE_ONCE(mcas->words, 1);
	fm_mcas_guard(level, guard, expect);
	WRITE_ONCE(mcas->change[0].word, word);
	WRITE_ONCE(mcas->change[0].old, old);
	WRITE_ONCE(mcas->change[0].new, new);
	return fm_mcas_change_one(level, fm_mcas_ref(level), word, old, new, guard, expect);
}

/**
 * fm_settle() - read a word, helping whatever operation holds it
 * @level: what fm_enter() returned
 * @word: the word
 *
 * Context: Any. Acquires.
 * Return: its value; not a reference.
 */
u64 fm_settle(struct fm_level *level, u64 *word)
{
	u64 value;

	/* Pairs with the cmpxchg that put the value there. */
	while (fm_is_ref(value = smp_load_acquire(word)))
		fm_help(level, word, value);
	return value;
}

/* The logical value of @word under the MCAS reference @ref, in @value. */
static bool fm_mcas_value(const u64 *word, u64 ref, u64 *value)
{
	const struct fm_mcas *mcas = &fm_level_of(ref)->mcas;
	u64 status = READ_ONCE(mcas->status); /* fm_mcas_read() acquires */
	u32 words = READ_ONCE(mcas->words);
	struct fm_change change;
	u32 i;

	for (i = 0; i < words && fm_is_status_of(status, ref); i++) {
		if (!fm_mcas_read(mcas, ref, i, &change))
			return false;
		if (change.word != word)
			continue;
		*value = (status & FM_OUTCOME) == FM_SUCCEEDED ?
			 change.new : change.old;
		if (*value == fm_vacated_word())
			*value = FM_EMPTY; /* the stamp is not known yet */
		return true;
	}
	return false;
}

/**
 * __flatmap_resolve() - the logical value of a word that holds a reference
 * @word: the word
 * @value: what was read from it
 *
 * That of an RDCSS reference is the value it expects: the outcome is open, or
 * the word was put back after it. Nobody is helped, so a reader needs no
 * descriptor. Looks again only when an operation has finished meanwhile.
 *
 * Context: Any, inside an RCU read-side section. Acquires.
 * Return: the value; not a reference.
 */
u64 __flatmap_resolve(const u64 *word, u64 value)
{
	/* Pairs with the cmpxchg that put the value there. */
	for (; fm_is_ref(value); value = smp_load_acquire(word)) {
		if (fm_kind(value) == FM_RDCSS) {
			const struct fm_rdcss *rdcss = &fm_level_of(value)->rdcss;
			u64 old = READ_ONCE(rdcss->old);

			smp_rmb(); /* pairs with fm_rdcss(): fields before the sequence */
			if (fm_ref_is(value, READ_ONCE(rdcss->sequence)))
				return old;
		} else if (fm_mcas_value(word, value, &value)) {
			return value;
		}
	}
	return value;
}
EXPORT_SYMBOL_GPL(__flatmap_resolve);
