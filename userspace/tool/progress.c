// SPDX-License-Identifier: MIT
/* A progress bar on standard error, if that is a terminal. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "flatmapctl.h"

#define BAR_WIDTH	40
#define INTERVAL_NS	100000000ULL

static bool shown;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

void progress_show(const char *what, uint64_t done, uint64_t total)
{
	static const char bar[] = "########################################";
	static uint64_t last;
	int filled;

	if (!isatty(STDERR_FILENO) || now_ns() - last < INTERVAL_NS)
		return;
	last = now_ns();
	shown = true;

	if (!total) {
		fprintf(stderr, "\r%s %llu KiB", what,
			(unsigned long long)done / 1024);
		return;
	}
	if (done > total)
		done = total;
	filled = (double)done / total * BAR_WIDTH;
	fprintf(stderr, "\r%s [%-*.*s] %3d %%", what, BAR_WIDTH, filled, bar,
		(int)((double)done / total * 100));
}

void progress_end(void)
{
	if (shown)
		fputs("\r\033[K", stderr);
	shown = false;
}
