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
	const char *alias;	/* another name, or NULL */
	const char *summary;
	enum status (*run)(int argc, char **argv);
};

static const struct command commands[] = {
	{ "create", NULL, "Make a map", command_create },
	{ "destroy", NULL, "Remove maps", command_destroy },
	{ "set", NULL, "Give a key a value, whether it is there or not",
	  command_set },
	{ "insert", NULL, "Add a key that is not there", command_insert },
	{ "update", NULL, "Give a key that is there another value",
	  command_update },
	{ "append", NULL, "Give a key of a multimap one more value",
	  command_append },
	{ "add", NULL, "Add numbers to integer fields of a value",
	  command_add },
	{ "get", NULL, "Print the value of a key, or a field of it",
	  command_get },
	{ "values", NULL, "Print all values of a key", command_values },
	{ "count", NULL, "Print how many values a key has", command_count },
	{ "del", "delete", "Remove a key, or one of its values", command_del },
	{ "load", NULL, "Set the entries that a CSV file holds", command_load },
	{ "dump", NULL, "Print all entries as CSV or JSON", command_dump },
	{ "list", NULL, "Print the names of the maps", command_list },
	{ "show", "info", "Print what maps were created with", command_show },
	{ "stats", NULL, "Print how full maps are", command_stats },
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
	"  u8 u16 u32 u64  an unsigned integer, decimal or 0x and hexadecimal\n"
	"  s8 s16 s32 s64  a signed integer, likewise\n"
	"  bytes:N         N bytes, written as 2 N hexadecimal digits; also hex:N\n"
	"  string:N        text of up to N bytes\n"
	"  mac             a hardware address: 00:11:22:aa:bb:cc; also with -,\n"
	"                  as 0011.22aa.bbcc or without separators\n"
	"  ipv4, ipv6      an Internet address\n"
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
		fprintf(stream, "  %-8s %s%s%s%s\n", commands[i].name,
			commands[i].summary, commands[i].alias ? " (also " : "",
			commands[i].alias ? commands[i].alias : "",
			commands[i].alias ? ")" : "");
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

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		if (!strcmp(name, commands[i].name) ||
		    (commands[i].alias && !strcmp(name, commands[i].alias)))
			return &commands[i];
	return NULL;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	enum status *status = state->input;
	const struct command *command;
	char name[32];

	switch (key) {
	case ARGP_KEY_ARG:
		command = find_command(arg);
		if (!command)
			argp_error(state, "there is no command %s", arg);

		snprintf(name, sizeof(name), "flatmapctl %s", arg);
		state->argv[state->next - 1] = name;
		*status = command->run(state->argc - state->next + 1,
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
