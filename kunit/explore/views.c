// SPDX-License-Identifier: GPL-2.0
/*
 * Weak memory: which values of a word a thread may read, and what it knows then.
 *
 * The model is that of Kang et al., "A Promising Semantics for Relaxed-Memory
 * Concurrency" (POPL 2017), without promises, with the kernel's barriers as
 * tools/memory-model/Documentation/explanation.txt describes them. A word keeps all values
 * it has had, in the order in which they were written. A view tells of each word which of
 * them is the oldest that may still be read. Each CPU has four:
 *
 *	now	 what it may read
 *	later	 what it may read after its next smp_rmb(): now, and all that came with the
 *		 values it has read
 *	written	 its own writes
 *	sent	 what comes with a value that it writes
 *
 *	READ_ONCE()		any value that is not older than the view allows; no older
 *				one of that word from then on. An address that depends on
 *				a value that was read is read in that value's view
 *	smp_load_acquire()	likewise, and what comes with the value counts now
 *	WRITE_ONCE()		sends what was sent before
 *	smp_store_release()	sends what counts later: also what came with values that were
 *				read without order, for the kernel's releases are cumulative
 *	smp_rmb()		what counts later counts now
 *	smp_wmb()		what was written is sent from now on
 *	smp_mb()		both, for all that counts; and all such barriers are in one
 *				order, in which each knows what those before it knew
 *	cmpxchg(), xchg()	the newest value, between two smp_mb(), and what came with
 *				the old value goes on with the new one; a cmpxchg() that
 *				fails is a READ_ONCE()
 *	a grace period		whoever ends it knows all that anybody knew; and a section
 *				that begins after it has begun knows what came before it
 *
 * What this does not cover: a write is never seen before a read that comes earlier in
 * the program (load buffering); counters and plain accesses are never stale, and a plain
 * write changes the newest value in its place; and the two halves of a word are one word.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore.h"

#define WORDS		1024	/* contended words of a scenario, then a counter for each thread */
#define VALUES		200	/* of a word, in one schedule; fits in a view's byte */
#define MESSAGES	8192	/* values of all words */
#define REACHED		64	/* pieces of memory, by one operation; the last of them */

/* Of each word, the number of a value. */
struct view {
	u8 of[WORDS];
};

/* A value, and what comes with it. */
struct message {
	u64 value;
	struct view view;
};

static struct cpu {
	struct view now;
	struct view later;
	struct view written;
	struct view sent;
} cpus[EX_CPUS];

/* By address dependency: memory that was reached by a value, and the value's view. */
static struct reached {
	struct ex_range range;
	struct view view;
} reached[EX_CPUS][REACHED];
static u32 reached_count[EX_CPUS];

static struct {
	u16 count;
	u16 message[VALUES];
} words[WORDS];

static struct message messages[MESSAGES];
static u32 messages_count;
static u32 touched[WORDS];
static u32 touched_count;
static struct view fences;	/* what the last smp_mb() knew */
static struct view grace;	/* what was known as the last grace period began */
static u32 width;		/* words that there are, as far as views are concerned */

bool ex_weak;

static void ex_join(struct view *view, const struct view *with)
{
	for (u32 i = 0; i < width; i++)
		view->of[i] = view->of[i] > with->of[i] ? view->of[i] : with->of[i];
}

static void ex_copy(struct view *view, const struct view *from)
{
	memcpy(view->of, from->of, width);
}

static void ex_join_one(struct view *view, u32 word, u8 number)
{
	if (view->of[word] < number)
		view->of[word] = number;
}

/* The words that count for each thread how many of its operations have ended. */
static u32 ex_ended_word(u32 thread)
{
	return thread;
}

/* A schedule begins. Nothing has been written, or read. */
void ex_views_begin(void)
{
	ex_addresses_restore();
	while (touched_count)
		words[touched[--touched_count]].count = 0;
	messages_count = 0;
	width = (EX_THREADS + ex_contended_count() + 63) & ~63U;
	if (width > WORDS) {
		fprintf(stderr, "explore: too many contended words\n");
		exit(2);
	}
	for (u32 i = 0; i < EX_CPUS; i++) {
		memset(cpus[i].now.of, 0, width);
		memset(cpus[i].later.of, 0, width);
		memset(cpus[i].written.of, 0, width);
		memset(cpus[i].sent.of, 0, width);
		reached_count[i] = 0;
	}
	memset(fences.of, 0, width);
	memset(grace.of, 0, width);
}

/* What smp_mb() does, alone and on both sides of a cmpxchg() that succeeds. */
void ex_views_fence(void)
{
	struct cpu *cpu = &cpus[ex_cpu()];

	ex_join(&cpu->later, &fences);
	ex_copy(&cpu->now, &cpu->later);
	ex_copy(&cpu->sent, &cpu->later);
	ex_copy(&fences, &cpu->later);
}

/* A grace period begins. */
void ex_views_grace_begin(void)
{
	if (!ex_weak || ex_running == EX_NONE)
		return;
	ex_join(&grace, &cpus[ex_cpu()].later);
}

/* One is over, and the running thread knows. */
void ex_views_grace_end(void)
{
	struct cpu *cpu = &cpus[ex_cpu()];

	if (!ex_weak || ex_running == EX_NONE)
		return;
	for (u32 i = 0; i < EX_CPUS; i++)
		ex_join(&cpu->later, &cpus[i].later);
	ex_views_fence();
}

/* A read-side section begins. */
void ex_views_section(void)
{
	struct cpu *cpu = &cpus[ex_cpu()];

	if (!ex_weak)
		return;
	ex_join(&cpu->now, &grace);
	ex_join(&cpu->later, &grace);
}

void ex_fence(const struct ex_site *site)
{
	struct cpu *cpu = &cpus[ex_cpu()];

	if (!ex_weak || ex_running == EX_NONE)
		return;
	switch (site->order) {
	case EX_RMB:
		ex_copy(&cpu->now, &cpu->later);
		break;
	case EX_WMB:
		ex_join(&cpu->sent, &cpu->written);
		break;
	case EX_MB:
		ex_views_fence();
		break;
	default:
		break;
	}
}

static struct message *ex_message(u32 word, u32 number)
{
	return &messages[words[word].message[number]];
}

/* A new value of @word; nothing comes with it yet. Its number. */
static u32 ex_send(u32 word, u64 value)
{
	u32 number = words[word].count;
	struct message *message = &messages[messages_count];

	if (number == VALUES || messages_count == MESSAGES)
		ex_give_up();
	if (!number)
		touched[touched_count++] = word;
	words[word].message[number] = messages_count++;
	words[word].count++;
	message->value = value;
	memset(message->view.of, 0, width);
	return number;
}

/* The oldest value of a word that this CPU may read. */
static u32 ex_oldest(u32 word, const void *address)
{
	u32 cpu = ex_cpu();
	u8 oldest = cpus[cpu].now.of[word];

	for (u32 i = 0; i < reached_count[cpu] && i < REACHED; i++) {
		const struct reached *by = &reached[cpu][i];

		if ((u64)address + sizeof(u64) > by->range.start &&
		    (u64)address < by->range.start + by->range.size &&
		    by->view.of[word] > oldest)
			oldest = by->view.of[word];
	}
	return oldest;
}

/* What is read at an address is in the view of the value that the address comes from. */
static void ex_reach(const struct ex_part *part, bool is_pointer,
		     const struct message *message)
{
	u32 cpu = ex_cpu();
	struct ex_range ranges[EX_MEANT];
	u32 count = ex_meant(part->address, message->value, is_pointer, ranges);

	for (u32 i = 0; i < count; i++) {
		struct reached *by = &reached[cpu][reached_count[cpu]++ % REACHED];

		by->range = ranges[i];
		ex_copy(&by->view, &message->view);
	}
}

/* Value @number of @word has been read. */
static void ex_received(const struct ex_site *site, const struct ex_part *part,
			u32 number)
{
	struct cpu *cpu = &cpus[ex_cpu()];
	u32 word = part->word + EX_THREADS;
	const struct message *message = ex_message(word, number);

	ex_join_one(&cpu->now, word, number);
	ex_join(&cpu->later, &message->view);
	ex_join_one(&cpu->later, word, number);
	if (site->order == EX_ACQUIRE)
		ex_join(&cpu->now, &message->view);
	ex_reach(part, site->pointer, message);
}

/* The part of a word that is @part->size bytes, @part->at bytes into it. */
static u64 ex_part(u64 value, const struct ex_part *part)
{
	value >>= 8 * part->at;
	return part->size == sizeof(u64) ? value : value & ((1ULL << 8 * part->size) - 1);
}

/**
 * ex_views_read() - what an access finds
 * @site: where
 * @part: what
 * @kind: the access
 * @old: of a cmpxchg
 *
 * Return: a value that it may find. One that makes a cmpxchg succeed is the newest.
 */
u64 ex_views_read(const struct ex_site *site, const struct ex_part *part,
		  enum ex_kind kind, u64 old)
{
	u32 word = part->word + EX_THREADS;
	u32 count = words[word].count;
	u8 numbers[VALUES];
	u32 choices = 0, oldest, newest;
	u64 value;

	if (!count)
		return ex_part(part->newest, part);
	newest = count - 1;
	ex_message(word, newest)->value = part->newest;
	value = ex_part(part->newest, part);
	if (kind == EX_WRITE)
		return value;
	if (kind == EX_XCHG || (kind == EX_CMPXCHG && value == old)) {
		numbers[choices++] = newest;
		if (kind == EX_XCHG)
			goto received;
	}
	oldest = ex_oldest(word, part->address);
	for (u32 number = count; number-- > oldest;) {
		if (kind == EX_CMPXCHG &&
		    ex_part(ex_message(word, number)->value, part) == old)
			continue;
		numbers[choices++] = number;
	}
	newest = numbers[choices > 1 ? ex_pick(choices) : 0];
	value = ex_part(ex_message(word, newest)->value, part);
	if (kind == EX_CMPXCHG && value == old)
		return value;
received:
	if (kind == EX_READ || kind == EX_CMPXCHG)
		ex_received(site, part, newest);
	return value;
}

/**
 * ex_views_write() - an access has written
 * @site: where
 * @part: what; @newest is what the word held before
 * @kind: the access
 * @value: what the whole word holds now
 */
void ex_views_write(const struct ex_site *site, const struct ex_part *part,
		    enum ex_kind kind, u64 value)
{
	struct cpu *cpu = &cpus[ex_cpu()];
	u32 word = part->word + EX_THREADS;
	bool modifies = kind != EX_WRITE;
	struct message *message;
	u32 number;

	if (!words[word].count)
		ex_send(word, part->newest);
	ex_message(word, words[word].count - 1)->value = part->newest;
	number = ex_send(word, value);
	message = ex_message(word, number);
	ex_join(&message->view, site->order == EX_RELEASE ? &cpu->later : &cpu->sent);
	if (modifies) {
		const struct message *before = ex_message(word, number - 1);

		ex_join(&message->view, &before->view);
		ex_join(&cpu->later, &before->view);
	}
	ex_join_one(&message->view, word, number);
	ex_join_one(&cpu->now, word, number);
	ex_join_one(&cpu->later, word, number);
	ex_join_one(&cpu->written, word, number);
}

/* The running thread begins an operation: no address depends on what was read before. */
void ex_views_invoke(void)
{
	reached_count[ex_cpu()] = 0;
}

/* The running thread has ended its @count-th operation. */
void ex_views_return(u32 thread, u32 count)
{
	struct cpu *cpu = &cpus[ex_cpu()];

	ex_join_one(&cpu->now, ex_ended_word(thread), count);
	ex_join_one(&cpu->later, ex_ended_word(thread), count);
}

/* How many operations of @thread have ended, as far as the running one knows. */
u32 ex_views_ended(u32 thread)
{
	return cpus[ex_cpu()].now.of[ex_ended_word(thread)];
}
