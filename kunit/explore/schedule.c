// SPDX-License-Identifier: GPL-2.0
/*
 * Which thread goes on. Schedules are explored depth first by running the scenario
 * again and again with another choice at the last point that has one left, up to a
 * number of preemptions: switches away from a thread that could go on (Musuvathi
 * and Qadeer, "Iterative Context Bounding for Systematic Testing of Multithreaded
 * Programs", PLDI 2007).
 *
 * A schedule that comes to a state in which the same thread ran with as many
 * preemptions left ends there: what follows has been explored.
 *
 * Where memory is weak, which value a thread reads is a choice, too, and at most so many
 * that are not the newest are read in a schedule. States are not remembered then. There
 * are more schedules than there is time for soon; so there are random ones as well. In
 * half of these, threads switch at hooks, and seldom elsewhere.
 */
#include "kernel.h"
#include <linux/flatmap/step.h>
#include "explore.h"

/**
 * struct ex_node - a point at which there was a choice
 * @step: when
 * @choice: the thread that was chosen; or the value, by how many newer ones there are
 * @left: those not yet tried, a bit each
 * @ordinary: the one that a replay chooses unless it is told
 * @stale: was it a value?
 */
struct ex_node {
	u32 step;
	u32 choice;
	u32 left;
	u32 ordinary;
	bool stale;
};

#define CHOICES		32	/* among so many there is a choice, at most */

static struct ex_node nodes[2 * EX_STEPS_MAX];
static u32 length, depth;
static u32 bound, preemptions;
static u32 stale_bound, stale;
static u64 chance;		/* state of the random numbers, or 0 */
static u32 seldom_switched, seldom_stale;
static bool hooks_matter, at_hook;
static const struct ex_guide *guides, *guide;	/* the scenario's, and where it is now */
static u32 guide_count;
static bool guide_reached;

bool ex_replaying;

/* A random number (Marsaglia, "Xorshift RNGs", 2003; multiplied as xorshift64*). */
static u64 ex_random(void)
{
	chance ^= chance >> 12;
	chance ^= chance << 25;
	chance ^= chance >> 27;
	return (chance * 0x2545f4914f6cdd1dULL) >> 32;
}

/* The choice without a choice: the running thread, else the first that can. */
static u32 ex_default(u32 among)
{
	if (ex_running != EX_NONE && among & 1 << ex_running)
		return ex_running;
	return __builtin_ctz(among);
}

/* What a replay is told to choose now, or @ordinary. */
static u32 ex_replayed(bool is_stale, u32 ordinary)
{
	const struct ex_node *node = &nodes[depth];

	if (depth == length || node->step != ex_step || node->stale != is_stale)
		return ordinary;
	depth++;
	return node->choice;
}

/* Note a choice among @among, which has @ordinary. */
static void ex_note(bool is_stale, u32 choice, u32 among, u32 ordinary)
{
	if (length == ARRAY_SIZE(nodes))
		ex_give_up();
	nodes[length++] = (struct ex_node){
		.step = ex_step,
		.choice = choice,
		.left = among & ~(1U << choice),
		.ordinary = ordinary,
		.stale = is_stale,
	};
}

/* Does ex_choose() have a choice while the running thread can go on? */
bool ex_may_preempt(void)
{
	u32 seldom = seldom_switched;

	if (guide)
		return guide_reached;
	if (chance && at_hook)
		seldom = 1;
	at_hook = false;
	if (chance)
		return !(ex_random() & ((1 << seldom) - 1));
	return ex_replaying || preemptions < bound;
}

/* The running thread has come to a hook, to %EX_POINT or to %EX_RETURN. */
void ex_reached(u32 what)
{
	at_hook |= hooks_matter && what < FM_HOOKS;
	if (guide && guide->thread == ex_running && guide->until == what &&
	    ++guide_count == guide->count)
		guide_reached = true;
}

/* Does the guide tell who goes on? */
bool ex_is_guided(void)
{
	return guide;
}

/* Who goes on by the guide; %EX_NONE from where it has nothing to say any more. */
static u32 ex_guided(u32 able)
{
	if (guide && guide_reached) {
		guide++;
		guide_count = 0;
		guide_reached = false;
	}
	if (guide && (guide == guides + EX_GUIDES || !guide->count ||
		      !(able & 1 << guide->thread)))
		guide = NULL;
	return guide ? guide->thread : EX_NONE;
}

static u32 ex_choose_randomly(u32 able)
{
	u32 ordinary = ex_default(able);
	u32 choice = ordinary;
	u32 n = ex_random() % __builtin_popcount(able);

	for (u32 among = able; among; among &= among - 1) {
		if (!n--)
			choice = __builtin_ctz(among);
	}
	if (choice != ordinary)
		ex_note(false, choice, 0, ordinary);
	depth = length;
	return choice;
}

/**
 * ex_choose() - who goes on from here?
 * @able: those that can, a bit each
 * @runnable: those of them that it makes a difference to run now
 *
 * Notes what else can be tried.
 *
 * Return: the thread; %EX_NONE to leave, since all has been explored from here.
 */
u32 ex_choose(u32 able, u32 runnable)
{
	bool could_stay;
	u32 choice;

	choice = ex_guided(able);
	if (choice != EX_NONE)
		return choice;
	if (ex_replaying) {
		choice = ex_replayed(false, ex_default(able));
		return able & 1 << choice ? choice : ex_default(able);
	}
	if (chance)
		return ex_choose_randomly(able);
	if (!runnable)
		return EX_NONE;

	choice = ex_default(runnable);
	could_stay = choice == ex_running;
	if (!ex_weak && depth == length &&
	    ex_seen(ex_threads_state(), bound - preemptions))
		return EX_NONE;
	if (!(runnable & (runnable - 1)) && choice == ex_default(able))
		return choice;

	if (depth == length)
		ex_note(false, choice, runnable, ex_default(able));
	choice = nodes[depth++].choice;
	if (could_stay && choice != ex_running)
		preemptions++;
	return choice;
}

/**
 * ex_pick() - which of several values is read?
 * @count: how many there are, more than 1
 *
 * Return: how many newer ones there are than that.
 */
u32 ex_pick(u32 count)
{
	u32 choice = 0;

	if (guide)
		return 0;
	if (ex_replaying)
		return ex_replayed(true, 0) % count;
	if (chance) {
		if (!(ex_random() & ((1 << seldom_stale) - 1)))
			choice = ex_random() & 1 ? count - 1 : ex_random() % count;
		if (choice)
			ex_note(true, choice, 0, 0);
		depth = length;
		return choice;
	}
	if (stale == stale_bound)
		return 0;
	if (depth == length)
		ex_note(true, 0, count < CHOICES ? (1U << count) - 1 : ~0U, 0);
	choice = nodes[depth++].choice;
	stale += !!choice;
	return choice;
}

/* From now on, schedules are those of @scenario. */
void ex_schedule_create(const struct ex_scenario *scenario)
{
	guides = scenario->guide;
}

/* Begin to explore with at most so many preemptions, and values that are not the newest. */
void ex_schedule_begin(u32 preemptions_most, u32 stale_most)
{
	bound = preemptions_most;
	stale_bound = stale_most;
	length = 0;
	chance = 0;
	ex_replaying = false;
	ex_seen_clear();
}

/* The next schedule is the random one with this number. */
void ex_schedule_random(u64 number)
{
	length = 0;
	ex_replaying = false;
	chance = ex_mix(number, 1) | 1;
	hooks_matter = ex_random() & 1;
	seldom_switched = ex_random() % 5 + 3 * hooks_matter;
	seldom_stale = ex_random() % 5;
}

/* Go back to the last choice that leaves another one. False if none does. */
bool ex_schedule_next(void)
{
	for (; length; length--) {
		struct ex_node *node = &nodes[length - 1];

		if (!node->left)
			continue;
		node->choice = __builtin_ctz(node->left);
		node->left &= node->left - 1;
		return true;
	}
	return false;
}

/* From now on, run the schedule with these switches. */
void ex_schedule_replay(const struct ex_switch *switches, u32 count)
{
	ex_replaying = true;
	chance = 0;
	length = count;
	for (u32 i = 0; i < count; i++)
		nodes[i] = (struct ex_node){
			.step = switches[i].step,
			.choice = switches[i].choice,
			.stale = switches[i].stale,
		};
}

/* The switches of the schedule that has just run; how many there are. */
u32 ex_schedule_switches(struct ex_switch *switches, u32 max)
{
	u32 count = 0;

	for (u32 i = 0; i < depth && count < max; i++) {
		if (nodes[i].choice == nodes[i].ordinary)
			continue;
		switches[count++] = (struct ex_switch){
			.step = nodes[i].step,
			.choice = nodes[i].choice,
			.stale = nodes[i].stale,
		};
	}
	return count;
}

/* Run one schedule, from the beginning. */
enum ex_end ex_schedule_run(void)
{
	depth = 0;
	preemptions = 0;
	stale = 0;
	guide = guides && guides->count ? guides : NULL;
	guide_count = 0;
	guide_reached = false;
	return ex_threads_run();
}
