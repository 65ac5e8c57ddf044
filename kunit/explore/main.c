// SPDX-License-Identifier: GPL-2.0
/*
 * explore [PREEMPTIONS=n|hunt] [LIMIT=s] SCENARIO: run all schedules of a scenario
 * with at most so many preemptions, fewer first; hunt is as many as it takes there
 * to notice that a step is left out. Prints its figures, or the first
 * schedule that is wrong; fails if there is one. A scenario that takes longer
 * than LIMIT seconds is cut off, and says so.
 *
 * explore WEAK=random [SEED=n] [RELAX=file:line] [LIMIT=s] SCENARIO: likewise in weak
 * memory, random schedules for LIMIT seconds. With RELAX, the access or the barrier there
 * orders nothing.
 *
 * explore WEAK=bounded [PREEMPTIONS=n] [STALE=n] ... SCENARIO: likewise, all schedules in
 * which so few values that are read are not the newest.
 *
 * explore REPLAY=step:thread,... SCENARIO: print what one schedule does; step~n instead
 * has a thread read a value that has n newer ones, where memory is WEAK.
 *
 * explore RELAX=list: the places in the sources that RELAX can name.
 *
 * explore: the names of the scenarios.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kernel.h"
#include <linux/flatmap/step.h>
#include "explore.h"

#define PREEMPTIONS	3
#define SWITCHES	64
#define LEARNING	100000	/* schedules, before one is replayed */

/**
 * struct ex_options - how to explore
 * @preemptions: the bound, or %EX_NONE for the scenario's own
 * @hunt: the bound is that of a hunt
 * @weak: "random", "bounded", "replay", or NULL
 * @stale: the bound of values that are not the newest
 * @seed: of random schedules
 * @limit: seconds
 * @replay: the schedule to print, or NULL
 * @relax: the place that orders nothing, or NULL
 */
struct ex_options {
	u32 preemptions;
	bool hunt;
	const char *weak;
	u32 stale;
	u64 seed;
	double limit;
	const char *replay;
	const char *relax;
};

static jmp_buf fault;
static const char *wrong;

static double ex_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void ex_hook(enum fm_hook hook)
{
	if (ex_running != EX_NONE)
		ex_reached(hook);
}

static const char *ex_verdict(const struct ex_scenario *scenario, enum ex_end end)
{
	if (end == EX_STUCK)
		return "the threads do not end";
	/* Judged before if every thread has seen and left the same. */
	if (end == EX_KNOWN || (!ex_weak && ex_seen(ex_threads_state(), 0)))
		return NULL;
	return ex_judge(scenario);
}

/* Something that nobody may do has been done: there is no more to this schedule. */
void ex_violate(const char *what)
{
	wrong = what;
	ex_running = EX_NONE;
	_longjmp(fault, 1);
}

/* A thread, or the audit, has followed a bad address. */
static void ex_fault(int signal)
{
	(void)signal;
	ex_violate("a bad address is followed");
}

/* Run one schedule. What is wrong with it, or NULL. */
static const char *ex_try(const struct ex_scenario *scenario)
{
	if (_setjmp(fault))
		return wrong;
	return ex_verdict(scenario, ex_schedule_run());
}

/* Print the schedule with these switches. */
static void ex_show(const struct ex_scenario *scenario,
		    const struct ex_switch *switches, u32 count)
{
	const char *verdict;

	ex_schedule_replay(switches, count);
	ex_seen_clear();
	ex_try(scenario);
	ex_memory_learn();
	ex_map_trace();
	ex_seen_clear();
	verdict = ex_try(scenario);
	printf("%s: %s\n", scenario->name, verdict ?: "as it should be");
}

static void ex_report(const struct ex_scenario *scenario,
		      const struct ex_options *options)
{
	struct ex_switch switches[SWITCHES];
	u32 count = ex_schedule_switches(switches, SWITCHES);

	ex_show(scenario, switches, count);
	printf("again: make %s SCENARIO=%s", ex_weak ? "weak" : "explore", scenario->name);
	if (options->relax)
		printf(" RELAX=%s", options->relax);
	printf(" REPLAY=");
	for (u32 i = 0; i < count; i++)
		printf("%s%u%c%u", i ? "," : "", switches[i].step,
		       switches[i].stale ? '~' : ':', switches[i].choice);
	putchar('\n');
}

static void ex_figures(const struct ex_scenario *scenario, u32 bound, u64 schedules,
		       double begun, bool cut)
{
	printf("%-26s %7u %11u %11llu %11llu %7.1f%s\n", scenario->name,
	       ex_threads_count(), bound, schedules, ex_seen_count(),
	       ex_now() - begun, cut ? " cut off" : "");
}

/* Explore all schedules; the exit status. */
static int ex_explore(const struct ex_scenario *scenario,
		      const struct ex_options *options, u32 most)
{
	double begun = ex_now();
	u64 schedules = 0;
	bool cut = false;
	bool wrong, more;

	for (u32 bound = 0; bound <= most && !cut; bound++) {
		do {
			schedules = 0;
			ex_schedule_begin(bound, options->stale);
			do {
				schedules++;
				wrong = ex_try(scenario);
				more = ex_weak && ex_memory_learn();
				if (wrong && !more) {
					ex_report(scenario, options);
					return 1;
				}
				cut = !(schedules % 1024) &&
				      ex_now() - begun > options->limit;
			} while (!more && !cut && ex_schedule_next());
		} while (!cut && (more || ex_memory_learn()));
	}
	ex_figures(scenario, most, schedules, begun, cut);
	return 0;
}

/* Run random schedules for a while; the exit status. */
static int ex_explore_randomly(const struct ex_scenario *scenario,
			       const struct ex_options *options)
{
	double begun = ex_now();
	u64 schedules = 0;

	fm_hook_function = ex_hook;
	do {
		ex_schedule_random(options->seed << 32 | schedules++);
		/* What is wrong counts once it is known where values can be stale. */
		if (ex_try(scenario) && !ex_memory_learn()) {
			ex_report(scenario, options);
			return 1;
		}
		ex_memory_learn();
	} while (schedules % 64 || ex_now() - begun < options->limit);
	ex_figures(scenario, 0, schedules, begun, false);
	return 0;
}

/* Find out which words are contended: where memory is weak, that decides what is stale. */
static void ex_learn_all(const struct ex_scenario *scenario)
{
	u32 schedules = 0;

	ex_schedule_begin(1, 1);
	do {
		ex_try(scenario);
		if (ex_memory_learn())
			ex_schedule_begin(1, 1);
	} while (ex_schedule_next() && schedules++ < LEARNING);
}

static int ex_replay(const struct ex_scenario *scenario, const char *text)
{
	struct ex_switch switches[SWITCHES];
	u32 count = 0;
	char kind;
	int chars;

	while (count < SWITCHES &&
	       sscanf(text, "%u%c%u%n", &switches[count].step, &kind,
		      &switches[count].choice, &chars) == 3) {
		switches[count].stale = kind == '~';
		text += chars;
		text += *text == ',';
		count++;
	}
	if (ex_weak)
		ex_learn_all(scenario);
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
	return ex_find_among(ex_scenarios, name) ?: ex_find_among(ex_moves, name) ?:
	       ex_find_among(ex_direct, name);
}

static void ex_site_name(const struct ex_site *site, char *name, size_t size)
{
	const char *file = strrchr(site->file, '/');

	snprintf(name, size, "%s:%u", file ? file + 1 : site->file, site->line);
}

static void ex_sites_list(void)
{
	static const char *const orders[] = {
		[EX_ACQUIRE] = "acquire",
		[EX_RELEASE] = "release",
		[EX_RMB] = "rmb",
		[EX_WMB] = "wmb",
		[EX_MB] = "mb",
	};
	char name[256];

	for (const struct ex_site *site = __start_ex_sites; site < __stop_ex_sites; site++) {
		if (site->order == EX_RELAXED || site->order == EX_FULL)
			continue;
		ex_site_name(site, name, sizeof(name));
		printf("%s %s %s\n", name, site->function, orders[site->order]);
	}
}

/* Have what is at @where order nothing. False if nothing there does. */
static bool ex_relax(const char *where)
{
	bool found = false;
	char name[256];

	for (struct ex_site *site = __start_ex_sites; site < __stop_ex_sites; site++) {
		ex_site_name(site, name, sizeof(name));
		if (site->order == EX_RELAXED || strcmp(name, where))
			continue;
		site->order = EX_RELAXED;
		found = true;
	}
	return found;
}

/* Does @argument begin with @name? What follows goes to @value. */
static bool ex_option(const char *argument, const char *name, const char **value)
{
	size_t length = strlen(name);

	*value = argument + length;
	return !strncmp(argument, name, length);
}

static const struct ex_scenario *ex_parse(int argc, char **argv,
					  struct ex_options *options)
{
	const struct ex_scenario *scenario = NULL;
	const char *value;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "PREEMPTIONS=hunt"))
			options->hunt = true;
		else if (ex_option(argv[i], "PREEMPTIONS=", &value))
			options->preemptions = strtoul(value, NULL, 10);
		else if (ex_option(argv[i], "WEAK=", &value))
			options->weak = value;
		else if (ex_option(argv[i], "STALE=", &value))
			options->stale = strtoul(value, NULL, 10);
		else if (ex_option(argv[i], "SEED=", &value))
			options->seed = strtoul(value, NULL, 10);
		else if (ex_option(argv[i], "LIMIT=", &value))
			options->limit = strtod(value, NULL);
		else if (ex_option(argv[i], "REPLAY=", &value))
			options->replay = value;
		else if (ex_option(argv[i], "RELAX=", &value))
			options->relax = value;
		else
			scenario = ex_find(argv[i]);
	}
	return scenario;
}

int main(int argc, char **argv)
{
	struct ex_options options = { .preemptions = EX_NONE, .limit = 300, .stale = 1 };
	const struct ex_scenario *scenario = ex_parse(argc, argv, &options);
	u32 most;

	if (options.relax && !strcmp(options.relax, "list")) {
		ex_sites_list();
		return 0;
	}
	if (!scenario) {
		ex_list(ex_scenarios);
		ex_list(ex_moves);
		ex_list(ex_direct);
		return argc > 1 ? 2 : 0;
	}
	if (options.relax && !ex_relax(options.relax)) {
		fprintf(stderr, "explore: nothing at %s orders anything\n", options.relax);
		return 2;
	}
	sigaction(SIGSEGV, &(struct sigaction){
		.sa_handler = ex_fault,
		.sa_flags = SA_NODEFER,
	}, NULL);
	if (_setjmp(fault)) {
		fprintf(stderr, "explore: %s cannot be prepared: %s\n", scenario->name,
			wrong);
		return 2;
	}
	ex_map_create(scenario);
	ex_threads_create(scenario);
	ex_schedule_create(scenario);
	if (scenario->guide[0].count)
		fm_hook_function = ex_hook;
	ex_weak = options.weak;
	if (options.replay)
		return ex_replay(scenario, options.replay);
	if (ex_weak && !strcmp(options.weak, "random"))
		return ex_explore_randomly(scenario, &options);
	most = options.preemptions;
	if (options.hunt)
		most = scenario->hunt ?: EX_NONE;
	if (most == EX_NONE)
		most = scenario->preemptions ?: PREEMPTIONS;
	return ex_explore(scenario, &options, most);
}
