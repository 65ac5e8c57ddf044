// SPDX-License-Identifier: MIT
/* flatmapctl: finds the command and leaves the rest of the line to it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flatmapctl.h"

struct command {
	const char *name;
	const char *summary;
	enum status (*run)(int argc, char **argv);
};

static const struct command commands[] = {
	{ "create", "Make a map", command_create },
	{ "destroy", "Remove maps", command_destroy },
	{ "set", "Give a key a value, whether it is there or not",
	  command_set },
	{ "insert", "Add a key that is not there", command_insert },
	{ "update", "Give a key that is there another value", command_update },
	{ "get", "Print the value of a key", command_get },
	{ "del", "Remove a key", command_del },
	{ "load", "Set the entries that a CSV file holds", command_load },
	{ "dump", "Print all entries as CSV or JSON", command_dump },
	{ "list", "Print the names of the maps", command_list },
	{ "show", "Print what maps were created with", command_show },
	{ "stats", "Print how full maps are", command_stats },
};

#define COMMANDS	(sizeof(commands) / sizeof(commands[0]))

const char *argp_program_version = "flatmapctl " VERSION;

static const char doc_before[] =
	"Handles the maps of the flatmap kernel module.\n"
	"\n"
	"Commands:\n";

static const char doc_after[] =
	"\n"
	"flatmapctl COMMAND --help describes a command."
	"\v"
	"A TYPE is one of\n"
	"  u64       an unsigned 64-bit integer, decimal or 0x and hexadecimal\n"
	"  hex:N     N bytes, written as 2 N hexadecimal digits\n"
	"  string:N  text of up to N bytes\n"
	"\n"
	"Write -- before a key or a value that begins with a dash.\n"
	"\n"
	"Exit status: 0 done; 1 a map or key is absent or exists already; "
	"2 the command line or the input is wrong; 3 the kernel, the device or "
	"a permission stands in the way.";

static char *make_doc(void)
{
	char *doc = NULL;
	size_t size, i;
	FILE *stream;

	stream = open_memstream(&doc, &size);
	if (!stream)
		return NULL;
	fputs(doc_before, stream);
	for (i = 0; i < COMMANDS; i++)
		fprintf(stream, "  %-8s %s\n", commands[i].name,
			commands[i].summary);
	fputs(doc_after, stream);
	fclose(stream);
	return doc;
}

/* Output that does not arrive is a failure, however the program ends. */
static void close_stdout(void)
{
	if (ferror(stdout) || fclose(stdout)) {
		fail(STATUS_SYSTEM, "standard output: %s", strerror(errno));
		_exit(STATUS_SYSTEM);
	}
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	enum status *status = state->input;
	char name[32];
	size_t i;

	switch (key) {
	case ARGP_KEY_ARG:
		for (i = 0; i < COMMANDS; i++)
			if (!strcmp(arg, commands[i].name))
				break;
		if (i == COMMANDS)
			argp_error(state, "there is no command %s", arg);

		snprintf(name, sizeof(name), "flatmapctl %s", arg);
		state->argv[state->next - 1] = name;
		*status = commands[i].run(state->argc - state->next + 1,
					  state->argv + state->next - 1);
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which command?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int main(int argc, char **argv)
{
	char *doc = make_doc();
	const struct argp argp = { NULL, parse, "COMMAND ...", doc, 0, 0, 0 };
	enum status status = STATUS_DONE;

	/* A reader that went away is an error like a full disk. */
	signal(SIGPIPE, SIG_IGN);
	atexit(close_stdout);

	argp_err_exit_status = STATUS_USAGE;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &status);
	free(doc);
	return status;
}
