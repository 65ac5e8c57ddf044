// SPDX-License-Identifier: GPL-2.0
/*
 * explore [PREEMPTIONS=n|hunt] [LIMIT=s] SCENARIO: run all schedules of a scenario
 * with at most so many preemptions, fewer first; hunt is as many as it takes there
 * to notice that a step is left out. Prints its figures, or the first
 * schedule that is wrong; fails if there is one. A scenario that takes longer
 * than LIMIT seconds is cut off, and says so.
 *
 * explore REPLAY=step:thread,... SCENARIO: print what one schedule does.
 *
 * explore: the names of the scenarios.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "explore.h"

#define PREEMPTIONS	3
#define SWITCHES	64

static jmp_buf fault;

static double ex_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static const char *ex_verdict(const struct ex_scenario *scenario, enum ex_end end)
{
	if (end == EX_STUCK)
		return "the threads do not end";
	/* Judged before if every thread has seen and left the same. */
	if (end == EX_KNOWN || ex_seen(ex_threads_state(), 0))
		return NULL;
	return ex_judge(scenario);
}

/* A thread, or the audit, has followed a bad address. */
static void ex_fault(int signal)
{
	(void)signal;
	ex_running = EX_NONE;
	_longjmp(fault, 1);
}

/* Run one schedule. What is wrong with it, or NULL. */
static const char *ex_try(const struct ex_scenario *scenario)
{
	if (_setjmp(fault))
		return "a bad address is followed";
	return ex_verdict(scenario, ex_schedule_run());
}

/* Print the schedule with these switches. */
static void ex_show(const struct ex_scenario *scenario,
		    const struct ex_switch *switches, u32 count)
{
	const char *wrong;

	ex_schedule_replay(switches, count);
	ex_seen_clear();
	ex_try(scenario);
	ex_memory_learn();
	ex_map_trace();
	ex_seen_clear();
	wrong = ex_try(scenario);
	printf("%s: %s\n", scenario->name, wrong ?: "as it should be");
}

static void ex_report(const struct ex_scenario *scenario)
{
	struct ex_switch switches[SWITCHES];
	u32 count = ex_schedule_switches(switches, SWITCHES);

	ex_show(scenario, switches, count);
	printf("again: SCENARIO=%s REPLAY=", scenario->name);
	for (u32 i = 0; i < count; i++)
		printf("%s%u:%u", i ? "," : "", switches[i].step,
		       switches[i].thread);
	putchar('\n');
}

/* Explore all schedules; the exit status. */
static int ex_explore(const struct ex_scenario *scenario, u32 most, double limit)
{
	double begun = ex_now();
	u64 schedules = 0;
	bool cut = false;

	for (u32 bound = 0; bound <= most && !cut; bound++) {
		do {
			schedules = 0;
			ex_schedule_begin(bound);
			do {
				schedules++;
				if (ex_try(scenario)) {
					ex_report(scenario);
					return 1;
				}
				cut = !(schedules % 1024) &&
				      ex_now() - begun > limit;
			} while (!cut && ex_schedule_next());
		} while (!cut && ex_memory_learn());
	}
	printf("%-20s %7u %11u %11llu %11llu %7.1f%s\n", scenario->name,
	       ex_threads_count(), most, schedules, ex_seen_count(),
	       ex_now() - begun, cut ? " cut off" : "");
	return 0;
}

static int ex_replay(const struct ex_scenario *scenario, const char *text)
{
	struct ex_switch switches[SWITCHES];
	u32 count = 0;
	int chars;

	while (count < SWITCHES && sscanf(text, "%u:%u%n", &switches[count].step,
					  &switches[count].thread, &chars) == 2) {
		text += chars;
		text += *text == ',';
		count++;
	}
	ex_show(scenario, switches, count);
	return 0;
}

static void ex_list(const struct ex_scenario *of)
{
	for (; of->name; of++)
		puts(of->name);
}

static const struct ex_scenario *ex_find_among(const struct ex_scenario *of,
					       const char *name)
{
	while (of->name && strcmp(of->name, name))
		of++;
	return of->name ? of : NULL;
}

static const struct ex_scenario *ex_find(const char *name)
{
	return ex_find_among(ex_scenarios, name) ?: ex_find_among(ex_moves, name);
}

int main(int argc, char **argv)
{
	const struct ex_scenario *scenario = NULL;
	const char *replay = NULL;
	double limit = 300;
	u32 preemptions = EX_NONE;
	bool hunt = false;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "PREEMPTIONS=hunt"))
			hunt = true;
		else if (!strncmp(argv[i], "PREEMPTIONS=", 12))
			preemptions = strtoul(argv[i] + 12, NULL, 10);
		else if (!strncmp(argv[i], "LIMIT=", 6))
			limit = strtod(argv[i] + 6, NULL);
		else if (!strncmp(argv[i], "REPLAY=", 7))
			replay = argv[i] + 7;
		else
			scenario = ex_find(argv[i]);
	}
	if (!scenario) {
		ex_list(ex_scenarios);
		ex_list(ex_moves);
		return argc > 1 ? 2 : 0;
	}
	sigaction(SIGSEGV, &(struct sigaction){
		.sa_handler = ex_fault,
		.sa_flags = SA_NODEFER,
	}, NULL);
	ex_map_create(scenario);
	ex_threads_create(scenario);
	if (replay)
		return ex_replay(scenario, replay);
	if (hunt)
		preemptions = scenario->hunt ?: EX_NONE;
	if (preemptions == EX_NONE)
		preemptions = scenario->preemptions ?: PREEMPTIONS;
	return ex_explore(scenario, preemptions, limit);
}
