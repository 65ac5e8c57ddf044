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
 */
#include "explore.h"

/**
 * struct ex_node - a point at which there was a choice
 * @step: when
 * @choice: the thread that was chosen
 * @left: those not yet tried, a bit each
 * @ordinary: the one that a replay chooses unless it is told
 */
struct ex_node {
	u32 step;
	u32 choice;
	u32 left;
	u32 ordinary;
};

static struct ex_node nodes[2 * EX_STEPS_MAX];
static u32 length, depth;
static u32 bound, preemptions;

bool ex_replaying;

/* The choice without a choice: the running thread, else the first that can. */
static u32 ex_default(u32 among)
{
	if (ex_running != EX_NONE && among & 1 << ex_running)
		return ex_running;
	return __builtin_ctz(among);
}

static u32 ex_replayed(u32 able)
{
	if (depth < length && nodes[depth].step == ex_step &&
	    able & 1 << nodes[depth].choice)
		return nodes[depth++].choice;
	return ex_default(able);
}

/* Does ex_choose() have a choice while the running thread can go on? */
bool ex_may_preempt(void)
{
	return ex_replaying || preemptions < bound;
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

	if (ex_replaying)
		return ex_replayed(able);
	if (!runnable)
		return EX_NONE;

	choice = ex_default(runnable);
	could_stay = choice == ex_running;
	if (depth == length && ex_seen(ex_threads_state(), bound - preemptions))
		return EX_NONE;
	if (!(runnable & (runnable - 1)) && choice == ex_default(able))
		return choice;

	if (depth == length) {
		nodes[length++] = (struct ex_node){
			.step = ex_step,
			.choice = choice,
			.left = runnable & ~(1U << choice),
			.ordinary = ex_default(able),
		};
	}
	choice = nodes[depth++].choice;
	if (could_stay && choice != ex_running)
		preemptions++;
	return choice;
}

/* Begin to explore with at most so many preemptions. */
void ex_schedule_begin(u32 at_most)
{
	bound = at_most;
	length = 0;
	ex_replaying = false;
	ex_seen_clear();
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
	length = count;
	for (u32 i = 0; i < count; i++)
		nodes[i] = (struct ex_node){
			.step = switches[i].step,
			.choice = switches[i].thread,
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
			.thread = nodes[i].choice,
		};
	}
	return count;
}

/* Run one schedule, from the beginning. */
enum ex_end ex_schedule_run(void)
{
	depth = 0;
	preemptions = 0;
	return ex_threads_run();
}
