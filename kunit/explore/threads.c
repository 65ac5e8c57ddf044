// SPDX-License-Identifier: GPL-2.0
/*
 * The threads: coroutines of one process, so that between two points of a schedule
 * one of them runs alone.
 *
 * A state is the shared memory, and all that each thread has seen since its
 * operation began, since that decides what is in its variables.
 *
 * A thread that was switched away from before an access goes on only when another
 * one has used that word since, and one of the two may write it. If none has, the
 * same is seen when it is switched away from after the access. (Its operation may
 * return earlier then, which leaves fewer orders to explain the results.)
 *
 * What this covers: every sequentially consistent interleaving of the scenario's
 * threads up to the bound, resizing included; and in weak memory some of them, see
 * views.c. Not: how maps are created, and how they end; when the worker is called, and
 * who waits for it, or for memory; counters, which decide nothing here; and threads that
 * are preempted on their own CPU between two operations.
 */
#include <setjmp.h>
#include <stdlib.h>
#include <ucontext.h>

#include "explore.h"

#define STACK	(256 << 10)

/**
 * struct ex_thread - a thread
 * @script: what it does
 * @results: what its operations returned
 * @operation: the one it is at
 * @interrupted: what ran on its CPU when it began, or %EX_NONE
 * @past: hash of the results so far and of what had ended before each operation
 * @history: that, and what the current operation has seen
 * @word: the word it stands before, or 0
 * @may_write: it may write that word
 * @may_go_on: another thread has used the word
 * @begun: it has begun
 * @ended: it has ended
 * @fresh: its operation has just been invoked
 * @asleep: it waits for the end of a grace period
 * @beginning: to where it begins
 * @standing: to where it stands
 */
struct ex_thread {
	const struct ex_script *script;
	struct ex_result results[EX_OPERATIONS];
	u32 operation;
	u32 interrupted;
	u64 past;
	u64 history;
	u64 word;
	bool may_write;
	bool may_go_on;
	bool begun;
	bool ended;
	bool fresh;
	bool asleep;
	jmp_buf beginning;
	jmp_buf standing;
};

static struct ex_thread threads[EX_THREADS];
static u32 threads_count;
static u32 top[EX_CPUS];	/* the thread that has each CPU */
static ucontext_t creator;
static jmp_buf runner;
static enum ex_end end;

u32 ex_running = EX_NONE;

u32 ex_cpu(void)
{
	return ex_running == EX_NONE ? 0 : threads[ex_running].script->cpu;
}

u32 ex_threads_count(void)
{
	return threads_count;
}

const struct ex_result *ex_threads_results(u32 thread)
{
	return threads[thread].results;
}

/* A hash of the state. */
u64 ex_threads_state(void)
{
	u64 state = ex_mix(ex_memory_hash + ex_grace_state(), ex_running);

	for (u32 i = 0; i < threads_count; i++)
		state = ex_mix(state, threads[i].history + threads[i].may_go_on);
	return state;
}

/* The threads that have work and a CPU, a bit each. */
static u32 ex_able(void)
{
	u32 able = 0;

	for (u32 i = 0; i < threads_count; i++) {
		const struct ex_thread *thread = &threads[i];
		u32 on_cpu = top[thread->script->cpu];

		if (!thread->ended && !(thread->asleep && !ex_grace_is_over()) &&
		    (thread->begun ? on_cpu == i :
		     thread->script->interrupt || on_cpu == EX_NONE))
			able |= 1 << i;
	}
	return able;
}

/* Those of them that it makes a difference to run now. */
static u32 ex_runnable(void)
{
	u32 runnable = ex_able();

	/* Where memory is weak, what another thread does now is not all that it may see. */
	if (ex_weak)
		return runnable;
	for (u32 i = 0; i < threads_count; i++) {
		const struct ex_thread *thread = &threads[i];

		if (thread->begun && i != ex_running && !thread->may_go_on)
			runnable &= ~(1U << i);
	}
	return runnable;
}

/* Leave the running thread where it stands, and end the schedule. */
static void ex_leave(enum ex_end how)
{
	end = how;
	ex_running = EX_NONE;
	_longjmp(runner, 1);
}

/* Run the thread @next, which has begun or not. */
static void ex_go_on(u32 next)
{
	struct ex_thread *thread = &threads[next];
	u32 *on_cpu = &top[thread->script->cpu];

	ex_running = next;
	if (thread->begun)
		_longjmp(thread->standing, 1);
	thread->begun = true;
	thread->interrupted = *on_cpu;
	thread->past = ex_mix(next + 1, *on_cpu);
	*on_cpu = next;
	_longjmp(thread->beginning, 1);
}

/* Between two steps of the running thread: another one may go on. */
static void ex_yield(u64 word, bool may_write)
{
	struct ex_thread *thread = &threads[ex_running];
	u32 next;

	if (!ex_may_preempt())
		return;
	next = ex_choose(ex_able(), ex_runnable());
	if (next == ex_running)
		return;
	if (next == EX_NONE)
		ex_leave(EX_KNOWN);
	thread->word = word;
	thread->may_write = may_write;
	thread->may_go_on = !word;
	if (!_setjmp(thread->standing))
		ex_go_on(next);
	thread->may_go_on = false;
}

/*
 * The running thread waits for the end of a grace period. Even if that is over, others may
 * go on, and that is no preemption.
 */
void ex_sleep(void)
{
	struct ex_thread *thread = &threads[ex_running];
	u32 next;

	ex_step++;
	ex_remember(ex_running, 0);
	thread->word = 0;
	thread->may_go_on = true;
	thread->asleep = true;
	ex_running = EX_NONE;
	if (!ex_able())
		ex_leave(EX_STUCK);
	next = ex_choose(ex_able(), ex_runnable());
	if (next == EX_NONE)
		ex_leave(EX_KNOWN);
	if (!_setjmp(thread->standing))
		ex_go_on(next);
	thread->asleep = false;
	thread->may_go_on = false;
	thread->fresh = true;
}

/* The schedule has had more steps than it can need. */
void ex_give_up(void)
{
	ex_leave(EX_STUCK);
}

/* Before an access to a contended word. */
void ex_point(u64 word, bool may_write)
{
	struct ex_thread *thread = &threads[ex_running];

	/* Nobody could tell a switch here from one before the invocation. */
	if (!thread->fresh && !thread->script->whole)
		ex_yield(word, may_write);
	thread->fresh = false;
}

/* The running thread has used a word: who stands before it may go on. */
void ex_used(u64 word, bool wrote)
{
	for (u32 i = 0; i < threads_count; i++) {
		struct ex_thread *thread = &threads[i];

		if (thread->word == word && (wrote || thread->may_write) &&
		    i != ex_running)
			thread->may_go_on = true;
	}
}

/* The running thread has seen, or done, something. */
void ex_remember(u64 a, u64 b)
{
	u64 *history = &threads[ex_running].history;

	*history = ex_mix(*history + a, b);
}

/*
 * An operation is invoked. It knows of all that has ended by now, which decides
 * in what orders the operations may have taken effect.
 */
static void ex_invoke(struct ex_thread *thread)
{
	u32 *after = thread->results[thread->operation].after;

	ex_step++;
	if (thread->operation)
		ex_yield(0, false);
	thread->fresh = true;
	for (u32 i = 0; i < threads_count; i++) {
		after[i] = ex_weak ? ex_views_ended(i) : threads[i].operation;
		thread->past = ex_mix(thread->past, after[i]);
	}
	after[ex_running] = thread->operation;
	ex_views_invoke();
	thread->history = thread->past;
}

static void ex_return(struct ex_thread *thread)
{
	struct ex_result *result = &thread->results[thread->operation++];

	ex_views_return(ex_running, thread->operation);
	ex_reached(EX_RETURN);
	thread->past = ex_mix(thread->past + result->err, result->kept);
	thread->past = ex_mix(thread->past, result->total);
	for (u32 i = 0; i < result->count; i++)
		thread->past = ex_mix(thread->past + result->keys[i],
				      result->values[i]);
	thread->history = thread->past;
}

static void ex_work(u32 self)
{
	struct ex_thread *thread = &threads[self];

	while (thread->operation < EX_OPERATIONS) {
		const struct ex_operation *operation =
			&thread->script->operations[thread->operation];
		struct ex_result *result = &thread->results[thread->operation];

		if (operation->what == EX_NOTHING)
			break;
		ex_invoke(thread);
		if (ex_tracing)
			ex_trace_operation(operation, NULL);
		ex_operate(operation, self, result);
		ex_sections_check();
		if (ex_tracing)
			ex_trace_operation(operation, result);
		ex_return(thread);
	}
}

/* A thread's function. It begins anew, on the same stack, for each schedule. */
static void ex_thread(void)
{
	struct ex_thread *thread = &threads[ex_running];
	u32 next;

	if (!_setjmp(thread->beginning))
		swapcontext(&(ucontext_t){}, &creator);
	ex_work(ex_running);

	ex_step++;
	thread->ended = true;
	top[thread->script->cpu] = thread->interrupted;
	if (!ex_able())
		ex_leave(EX_ENDED);
	next = ex_choose(ex_able(), ex_runnable());
	if (next == EX_NONE)
		ex_leave(EX_KNOWN);
	ex_go_on(next);
}

/* Make the threads of @scenario. */
void ex_threads_create(const struct ex_scenario *scenario)
{
	ucontext_t context;

	for (u32 i = 0; i < EX_THREADS; i++) {
		if (!scenario->threads[i].operations[0].what)
			break;
		threads[i].script = &scenario->threads[i];
		threads_count++;
		ex_running = i;
		getcontext(&context);
		context.uc_stack.ss_sp = malloc(STACK);
		context.uc_stack.ss_size = STACK;
		makecontext(&context, ex_thread, 0);
		swapcontext(&creator, &context);
	}
	ex_running = EX_NONE;
}

/* Run the threads, from the beginning; where ex_choose() is asked who goes on. */
enum ex_end ex_threads_run(void)
{
	u32 first;

	ex_memory_restore();
	ex_views_begin();
	ex_grace_restore();
	for (u32 i = 0; i < threads_count; i++) {
		struct ex_thread *thread = &threads[i];

		thread->operation = 0;
		thread->history = 0;
		thread->word = 0;
		thread->may_go_on = false;
		thread->begun = false;
		thread->ended = false;
		thread->fresh = false;
		thread->asleep = false;
	}
	for (u32 i = 0; i < EX_CPUS; i++)
		top[i] = EX_NONE;
	first = ex_choose(ex_able(), ex_runnable());
	if (first == EX_NONE)
		return EX_KNOWN;
	if (!_setjmp(runner))
		ex_go_on(first);
	return end;
}
