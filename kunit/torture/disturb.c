// SPDX-License-Identifier: GPL-2.0
/*
 * What happens between the steps of an operation: at some hooks another operation
 * begins, as in an interrupt; or time goes by, so that others go on meanwhile; or
 * another thread is let run. And what an operation went through is counted here.
 */
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/panic.h>
#include <linux/preempt.h>

#include <linux/flatmap/step.h>

#include "torture.h"

/* The longest delay, in microseconds. */
uint torture_delay = 2000;

/* At most so many operations run one after another in an interrupted one. */
#define DISTURB_NESTED		5

/*
 * Of the steps of those who help one in so many is disturbed, of those of moves, and of
 * blocks that are written.
 */
#define DISTURB_HELPERS		8
#define DISTURB_MOVES		32
#define DISTURB_WRITING		16

/* How long one waits for others to do something, in ns, and how much of it. */
#define DISTURB_PATIENCE	(100 * NSEC_PER_USEC)
#define DISTURB_OTHERS		64

/* A short delay, in ns. */
#define DISTURB_SHORT		3000

/* Of waits one in so many is as long as they get. */
#define DISTURB_LONG		32

/* Of delays one in so many is until a worker has resized; and how long, in ns. */
#define DISTURB_RESIZE		8
#define DISTURB_RESIZE_PATIENCE	(1 * NSEC_PER_MSEC)

/* What has searched so often does not end. */
#define DISTURB_ATTEMPTS	1000000

/* More operations than are ever done. */
#define DISTURB_FOR_EVER	(U64_MAX / 2)

static struct torture_side *torture_this_side(void)
{
	if (!in_task())
		return torture_interrupt_side();
	return current->flags & PF_WQ_WORKER ? torture_worker_side() : kthread_data(current);
}

/*
 * Be interrupted: other operations run on this CPU until they are done. One brings no
 * word back that it has changed; two or more can.
 */
static void disturb_nest(struct torture_side *side)
{
	u32 left = 1 + torture_random(side, DISTURB_NESTED);

	if (side->depth == side->deepest)
		return;
	preempt_disable();
	side->depth++;
	for (; left; left--) {
		torture_count(&side->actor[side->depth], TORTURE_NESTED);
		torture_anything(side);
	}
	side->depth--;
	preempt_enable();
}

static u64 disturb_done(enum torture_figure what)
{
	u64 done = 0;
	u32 i;

	for (i = 0; i < torture.sides; i++)
		done += READ_ONCE(torture.side[i].actor[0].figure[what]);
	return done;
}

/* Wait until others have done so much of @what, or for @ns. */
static void disturb_wait(enum torture_figure what, u64 much, u64 ns)
{
	u64 enough = disturb_done(what) + much;
	u64 end = ktime_get_ns() + ns;

	while (disturb_done(what) < enough && ktime_get_ns() < end)
		cpu_relax();
}

/* Let them do something. */
void torture_wait_for_others(struct torture_side *side)
{
	disturb_wait(TORTURE_OPERATIONS, 1 + torture_random(side, DISTURB_OTHERS),
		     DISTURB_PATIENCE);
}

static void disturb_preempt(struct torture_actor *actor)
{
	if (!preemptible())
		return;
	torture_count(actor, TORTURE_PREEMPTED);
	set_tsk_need_resched(current);
	set_preempt_need_resched();
	preempt_disable();
	preempt_enable();
}

static void disturb_long(struct torture_side *side)
{
	torture_count(&side->actor[side->depth], TORTURE_LONG);
	disturb_wait(TORTURE_OPERATIONS, DISTURB_FOR_EVER,
		     torture_random(side, torture_delay) * NSEC_PER_USEC);
}

/* Where an operation has seen one region, there are others when it goes on. */
static void disturb_resize(struct torture_side *side)
{
	if (torture.shape.sizing == TORTURE_FORCED && in_task() &&
	    !(current->flags & PF_WQ_WORKER))
		disturb_wait(TORTURE_STEPS, 1 + torture_random(side, TORTURE_STEPS_MAX),
			     DISTURB_RESIZE_PATIENCE);
}

/* Interrupts must be over soon. */
static void disturb(struct torture_side *side)
{
	struct torture_actor *actor = &side->actor[side->depth];

	switch (torture_random(side, in_task() ? 5 : 2)) {
	case 0:
		disturb_nest(side);
		return;
	case 1:
		disturb_wait(TORTURE_OPERATIONS, DISTURB_FOR_EVER,
			     torture_random(side, DISTURB_SHORT));
		break;
	case 2:
		disturb_preempt(actor);
		return;
	case 3:
		torture_interrupt();
		return;
	default:
		if (!torture_random(side, DISTURB_LONG))
			disturb_long(side);
		else if (!torture_random(side, DISTURB_RESIZE))
			disturb_resize(side);
		else
			torture_wait_for_others(side);
		break;
	}
	torture_count(actor, TORTURE_DELAYS);
}

/* Whoever carries an operation on while he has not installed one of his own helps. */
static bool disturb_helps(const struct torture_actor *actor, enum fm_hook hook)
{
	switch (hook) {
	case FM_HOOK_PLANTED:
	case FM_HOOK_RESOLVING:
	case FM_HOOK_ACQUIRING:
	case FM_HOOK_ACQUIRED:
	case FM_HOOK_GUARDED:
	case FM_HOOK_DECIDED:
	case FM_HOOK_REPLACED:
		return !actor->committing;
	default:
		return false;
	}
}

/* A helper who comes too late is what the protocol has most to fear from. */
static void disturb_helper(struct torture_side *side, enum fm_hook hook)
{
	struct torture_actor *actor = &side->actor[side->depth];

	if (hook == FM_HOOK_DECIDED || hook == FM_HOOK_RESOLVING)
		torture_count(actor, TORTURE_HELPS);
	if (!torture_random(side, DISTURB_HELPERS))
		disturb(side);
}

/*
 * What is between two regions is rarely so for long; and who writes a block for the last
 * region may find that it is the last no more.
 */
static void disturb_moves(struct torture_side *side, enum fm_hook hook)
{
	switch (hook) {
	case FM_HOOK_FORWARD:
	case FM_HOOK_CLOSED:
	case FM_HOOK_MOVING:
	case FM_HOOK_DRAINED:
		if (!torture_random(side, DISTURB_MOVES))
			disturb(side);
		break;
	case FM_HOOK_WRITING:
		if (!torture_random(side, DISTURB_WRITING))
			disturb_resize(side);
		break;
	default:
		break;
	}
}

static void disturb_note(struct torture_actor *actor, enum fm_hook hook)
{
	switch (hook) {
	case FM_HOOK_SEARCHED:
		if (actor->attempts++ > DISTURB_ATTEMPTS)
			panic("torture: VIOLATION: an operation does not end\n");
		actor->displacing = false;
		break;
	case FM_HOOK_DISPLACING:
		actor->displacing = true;
		break;
	case FM_HOOK_FORWARD:
		torture_count(actor, TORTURE_FORWARDS);
		break;
	case FM_HOOK_INSTALLED:
		actor->committing = true;
		break;
	case FM_HOOK_CLEANED:
		actor->committing = false;
		break;
	default:
		break;
	}
}

/* Every hook ends up here, in the context of one of the sides. */
void torture_hook(enum fm_hook hook)
{
	struct torture_side *side = torture_this_side();

	disturb_note(&side->actor[side->depth], hook);
	if (unlikely(disturb_helps(&side->actor[side->depth], hook)))
		disturb_helper(side, hook);

	/* Marsaglia, "Xorshift RNGs" (JSS 8, 2003) */
	side->quick ^= side->quick << 13;
	side->quick ^= side->quick >> 7;
	side->quick ^= side->quick << 17;
	if (unlikely(!(side->quick & (torture.shape.calm - 1))))
		disturb(side);
	if (torture.shape.sizing != TORTURE_FIXED)
		disturb_moves(side, hook);
}
