// SPDX-License-Identifier: MIT
/* Command line words that are not options, counted. */
#include "flatmapctl.h"

error_t words_parse(int key, char *arg, struct argp_state *state,
		    struct words *words)
{
	switch (key) {
	case ARGP_KEY_ARG:
		if (words->count == words->max)
			argp_error(state, "%s: one argument too many", arg);
		words->word[words->count++] = arg;
		return 0;
	case ARGP_KEY_END:
		if (words->count < words->min)
			argp_error(state, "too few arguments");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}
