// SPDX-License-Identifier: GPL-2.0
/*
 * bench-native: what race.sh is in the guest. Kinds with the same number of rounds take
 * turns, as do the rounds of one that has fewer with those of one that has more. The figures
 * go to standard output as they come, how far it is to standard error.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../host.h"
#include "../rounds.h"

#define PLANS	16

struct plan {
	char *kind;
	unsigned int rounds;
};

static struct {
	unsigned int entries;
	const char *lanes;
	const char *works;
	struct plan plans[PLANS];
	unsigned int count;
} asked = { .entries = 65536, .lanes = "", .works = "" };

static const struct argp_option options[] = {
	{ "entries", 'e', "N", 0, "Entries in each table, a multiple of 8 (65536)", 0 },
	{ "lanes", 'l', "NAMES", 0, "Lanes to race, with commas between them (all)", 0 },
	{ "works", 'w', "NAMES", 0, "Works to time, likewise (all)", 0 },
	{ "software", 's', NULL, 0, "Count time, faults and switches, not what the CPU counts", 0 },
	{ 0 },
};

/* KIND=ROUNDS */
static void parse_plan(char *text, struct argp_state *state)
{
	struct plan *plan = &asked.plans[asked.count++];
	char *equals = strchr(text, '=');

	if (asked.count > PLANS)
		argp_error(state, "there are too many kinds of rounds");
	if (!equals)
		argp_error(state, "'%s' is not KIND=ROUNDS", text);
	*equals = 0;
	*plan = (struct plan){ .kind = text, .rounds = strtoul(equals + 1, NULL, 10) };
	if (!rounds_have(plan->kind))
		argp_error(state, "there are no rounds of the kind '%s'", plan->kind);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	switch (key) {
	case 'e':
		asked.entries = strtoul(argument, NULL, 10);
		return 0;
	case 'l':
		asked.lanes = argument;
		return 0;
	case 'w':
		asked.works = argument;
		return 0;
	case 's':
		rounds_software = true;
		return 0;
	case ARGP_KEY_ARG:
		parse_plan(argument, state);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_usage(state);
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "KIND=ROUNDS...",
	.doc = "Race hash maps of the kernel in userspace.",
};

static void run(const struct plan *plan, unsigned int round)
{
	int err;

	fprintf(stderr, "race: %s, %u entries, %s %u of %u\n", bench_shape, asked.entries,
		plan->kind, round, plan->rounds);
	err = rounds_run(plan->kind);
	fflush(stdout);
	if (err) {
		fprintf(stderr, "bench: %s: %s\n", plan->kind, strerror(-err));
		exit(1);
	}
}

int main(int argc, char **argv)
{
	unsigned int round, most = 0, i;
	int err;

	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	for (i = 0; i < asked.count; i++)
		most = asked.plans[i].rounds > most ? asked.plans[i].rounds : most;

	err = rounds_init(asked.entries, asked.lanes, asked.works);
	if (err) {
		fprintf(stderr, "bench: cannot begin: %s\n", strerror(-err));
		return 1;
	}
	for (round = 1; round <= most; round++) {
		for (i = 0; i < asked.count; i++) {
			if (round <= asked.plans[i].rounds)
				run(&asked.plans[i], round);
		}
	}
	rounds_exit();
	return 0;
}
